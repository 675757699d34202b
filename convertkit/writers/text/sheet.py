"""What the text writer remembers while it writes a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from convertkit.losses import Loss, Report
from convertkit.options import LinksName
from convertkit.tree import Block, Note
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
    links: LinksName
    endnotes: list[str | tuple[Block, ...]] = field(default_factory=list)
    numbers: dict[str | int | Note, int] = field(default_factory=dict)
    reported: set[Loss] = field(default_factory=set)

    def reference(self, target: str) -> str:
        """What stands behind a link or an image: the target's number in the list at the end, itself, or nothing.

        The same target has the same number.
        """
        match self.links:
            case "notes":
                return f"[{self._number(target, target)}]"
            case "inline":
                return f" <{target}>"  # the brackets say where it ends (RFC 3986, appendix C)
            case "none":
                return ""
            case _:
                assert_never(self.links)

    def note_number(self, note: Note) -> int:
        """The number of a note in the list at the end; the same for each reference to a note with a name."""
        return self._number(note if note.name else id(note.content), note.content)

    def _number(self, key: str | int | Note, endnote: str | tuple[Block, ...]) -> int:
        if key not in self.numbers:
            self.endnotes.append(endnote)
            self.numbers[key] = len(self.endnotes)
        return self.numbers[key]

    def lose(self, loss: Loss) -> None:
        """Report a loss."""
        if loss not in self.reported:
            self.reported.add(loss)
            self.report(loss)
