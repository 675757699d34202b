"""What a repair changes: single characters become references, so that a parser takes them for text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from convertkit.losses import Mended, Report
from convertkit.repair.evidence import Verdict

_AMPERSAND = re.compile(r"&(?![#](?:123|125);)")
"""Every `&` but those of braces, which were escaped after the damage was done."""
_PARAMETER = re.compile(r"&(?=[A-Za-z][A-Za-z0-9]*=)")
"""What a parameter of an address begins with: HTML reads `&copy=2` in running text as `©=2`."""
_AMPERSANDS = {
    Verdict.SOUND: re.compile(r"(?!)"),
    Verdict.RAW: _PARAMETER,
    Verdict.UNTOLD: _PARAMETER,
    Verdict.DAMAGED: _AMPERSAND,
}
_REFERENCES = {"<": "&lt;", '"': "&quot;"}


@dataclass(slots=True)
class Edits:
    """The places of a text at which a character becomes a reference, and what was mended by that."""

    html: str
    places: set[int] = field(default_factory=set)
    mended: dict[Mended, None] = field(default_factory=dict)
    noted_until: int = 0
    verbatim: list[tuple[int, int]] = field(default_factory=list)
    """Programs and style sheets, in order: there `&` is no reference."""

    def escape(self, place: int) -> None:
        """Make the `<` or quote at a place text."""
        self.places.add(place)

    def keep(self, start: int, end: int) -> None:
        """Leave `html[start:end]`, a program or a style sheet, as it is."""
        self.verbatim.append((start, end))

    def note(self, element: str, start: int, end: int) -> None:
        """Say that `html[start:end]`, which stands in `element`, holds what was mended; once for what overlaps."""
        if start >= self.noted_until:
            self.mended[Mended(f"<{element}>" if element else "", self.html[start:end])] = None
            self.noted_until = end

    def mend(self, element: str, start: int, end: int) -> None:
        """Make the `<` at `start` text, and say so of `html[start:end]`."""
        self.escape(start)
        self.note(element, start, end)

    def apply(self, verdict: Verdict, report: Report) -> str:
        """The text with its edits, and with those `&` made text that the verdict on it says are text."""
        for mended in self.mended:
            report(mended)
        html = self.html
        ampersand = _AMPERSANDS[verdict]
        if not self.places and not self.verbatim:
            return ampersand.sub("&amp;", html)
        parts: list[str] = []
        done = 0
        for start, end in sorted([*((place, place + 1) for place in self.places), *self.verbatim]):
            if start < done:
                continue
            parts.append(ampersand.sub("&amp;", html[done:start]))
            kept = html[start:end]
            parts.append(_REFERENCES[kept] if start in self.places else kept)
            done = end
        parts.append(ampersand.sub("&amp;", html[done:]))
        return "".join(parts)
