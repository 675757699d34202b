"""What the text writer remembers while it writes a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from convertkit.losses import ElementDropped, ImageNotEmbedded, Report
from convertkit.tree import Block
from convertkit.writers.text.width import Measure
from convertkit.writers.wording import Wording


@dataclass(slots=True)
class Sheet:
    """One document on its way. `endnotes` are the links' targets and the notes' texts, numbered from 1 together.

    A table's cell is written twice, to measure it and in its place: so whatever is counted is counted once.
    """

    report: Report
    resources: Mapping[str, object]
    measure: Measure
    wording: Wording
    endnotes: list[str | tuple[Block, ...]] = field(default_factory=list)
    numbers: dict[str | int, int] = field(default_factory=dict)
    reported: set[tuple[str, str]] = field(default_factory=set)

    def link_number(self, target: str) -> int:
        """The number of a target in the list at the end; the same target has the same number."""
        return self._number(target, target)

    def note_number(self, blocks: tuple[Block, ...]) -> int:
        """The number of a note in the list at the end."""
        return self._number(id(blocks), blocks)

    def _number(self, key: str | int, endnote: str | tuple[Block, ...]) -> int:
        if key not in self.numbers:
            self.endnotes.append(endnote)
            self.numbers[key] = len(self.endnotes)
        return self.numbers[key]

    def lose_image(self, target: str) -> None:
        """Report an image, whose alternative text stands in its place."""
        if ("image", target) not in self.reported:
            self.reported.add(("image", target))
            self.report(ImageNotEmbedded("", target[:200], "plain text holds no images"))

    def drop_raw(self, format_name: str, text: str) -> None:
        """Report a raw piece of a format that is not plain text."""
        if (format_name, text) not in self.reported:
            self.reported.add((format_name, text))
            self.report(ElementDropped("", f"raw {format_name}", text))
