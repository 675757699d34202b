"""What the Markdown writer remembers while it writes a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from convertkit.losses import LooksLost, NotExpressible, Report
from convertkit.readers.harmless import RAW_HTML
from convertkit.tree import Block, Note
from convertkit.writers.markdown.flavours import Flavour
from convertkit.writers.markdown.places import Places, find_places
from convertkit.writers.wording import Wording

_RAW_MARKDOWN = frozenset({"markdown", "gfm", "commonmark", "commonmark_x", "markdown_github"})

_PLACE = 40
"""Characters of the words that say where something was lost."""


@dataclass(slots=True)
class Page:
    """One document on its way. `resources` tells which image targets are names; `notes` grows while they are met."""

    report: Report
    files_dir: str
    resources: Mapping[str, object]
    wording: Wording
    flavour: Flavour
    raw_html: bool
    blocks: tuple[Block, ...] = ()
    """The whole document, to find what is linked to."""
    anchors: frozenset[str] | None = None
    """Identifiers that other pieces of the same book link to; None for a document that is no piece of one."""
    notes_before: int = 0
    """Notes of the pieces before this one."""
    notes: list[tuple[Block, ...]] = field(default_factory=list)
    named_notes: dict[Note, int] = field(default_factory=dict)
    """The numbers of those that may be referred to again."""
    _places: Places | None = None

    def lose(self, what: str, words: str = "") -> None:
        """Report that the flavour cannot say `what`; `words` are those that it was about."""
        self.report(NotExpressible(_place(words), self.flavour.name, what))

    def lose_looks(self, what: str, words: str = "") -> None:
        """Report that the flavour cannot say `what`, which is only how something looks."""
        self.report(LooksLost(_place(words), self.flavour.name, what))

    def note(self, note: Note) -> str:
        """A reference to a note whose text comes at the end."""
        number = self.named_notes.get(note) if note.name else None
        if number is None:
            self.notes.append(note.content)
            number = self.notes_before + len(self.notes)
            if note.name:
                self.named_notes[note] = number
        return f"[^{number}]" if self.flavour.notes else f"[{number}]"

    def image_address(self, target: str) -> str:
        """Where an image will be found: beside the output if it travels with the document, else where it was."""
        return f"{self.files_dir}/{target}" if target in self.resources else target

    def passes(self, format_name: str) -> bool:
        """Whether raw pieces of the format may stand in the output as they are."""
        if self.flavour.attributes == "everywhere":
            return self.raw_html or format_name not in RAW_HTML  # every format has a raw attribute there
        return format_name in _RAW_MARKDOWN or (self.raw_html and format_name in RAW_HTML)

    @property
    def tags(self) -> bool:
        """Whether HTML elements of ours may stand in the output; pandoc has a sign of its own for all that it knows."""
        return self.raw_html and self.flavour.dialect == "commonmark"

    @property
    def break_in_line(self) -> str:
        """A line break where a line must not end: in a heading or a cell of a pipe table."""
        return "<br>" if self.tags else " "

    @property
    def places(self) -> Places:
        """What links of the document lead to; found when the first identifier or the first link to one is met."""
        if self._places is None:
            whole = self.anchors is None
            self._places = find_places(self.blocks, self.anchors, heading_ids=whole and self.flavour.heading_ids)
        return self._places

    def link_address(self, target: str) -> str:
        """Where a link leads, to a place in the document by the name that the place has got."""
        if not target.startswith("#"):
            return target
        return target + self.places.suffix(unquote(target[1:]))


def _place(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _PLACE else line[: _PLACE - 1] + "…"
