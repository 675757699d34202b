"""What the Markdown writer remembers while it writes a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from convertkit.losses import NotExpressible, Report
from convertkit.readers.harmless import RAW_HTML
from convertkit.tree import Block
from convertkit.writers.wording import Wording

RAW_FORMATS = RAW_HTML | {"markdown", "gfm", "commonmark", "commonmark_x", "markdown_github"}
"""Formats whose raw pieces Markdown may hold."""


@dataclass(slots=True)
class Page:
    """One document on its way. `resources` tells which image targets are names; `notes` grows while they are met."""

    report: Report
    files_dir: str
    resources: Mapping[str, object]
    wording: Wording
    notes: list[tuple[Block, ...]] = field(default_factory=list)
    reported: set[str] = field(default_factory=set)

    def lose(self, what: str) -> None:
        """Report, once a document, that Markdown cannot say `what`."""
        if what not in self.reported:
            self.reported.add(what)
            self.report(NotExpressible("", "markdown", what))

    def note(self, blocks: tuple[Block, ...]) -> str:
        """A reference to a note whose text comes at the end."""
        self.notes.append(blocks)
        return f"[^{len(self.notes)}]"

    def image_address(self, target: str) -> str:
        """Where an image will be found: beside the output if it travels with the document, else where it was."""
        return f"{self.files_dir}/{target}" if target in self.resources else target
