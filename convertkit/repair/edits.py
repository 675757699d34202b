"""What a repair changes: single characters become references, so that a parser takes them for text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from convertkit.losses import Mended, Report

_AMPERSAND = re.compile(r"&(?![#](?:123|125);)")
"""Every `&` but those of braces, which were escaped after the damage was done."""
_PARAMETER = re.compile(r"&(?=[A-Za-z][A-Za-z0-9]*=)")
"""What a parameter of an address begins with: HTML reads `&copy=2` in running text as `©=2`."""
_REFERENCES = {"<": "&lt;", '"': "&quot;"}


@dataclass(slots=True)
class Edits:
    """The places of a text at which a character becomes a reference, and what was mended by that."""

    html: str
    places: set[int] = field(default_factory=set)
    mended: dict[Mended, None] = field(default_factory=dict)
    noted_until: int = 0

    def escape(self, place: int) -> None:
        """Make the `<` or quote at a place text."""
        self.places.add(place)

    def note(self, element: str, start: int, end: int) -> None:
        """Say that `html[start:end]`, which stands in `element`, holds what was mended; once for what overlaps."""
        if start >= self.noted_until:
            self.mended[Mended(f"<{element}>" if element else "", self.html[start:end])] = None
            self.noted_until = end

    def mend(self, element: str, start: int, end: int) -> None:
        """Make the `<` at `start` text, and say so of `html[start:end]`."""
        self.escape(start)
        self.note(element, start, end)

    def apply(self, *, damaged: bool, report: Report) -> str:
        """The text with its edits, and with every `&` made text if it was `damaged`, else those of parameters."""
        for mended in self.mended:
            report(mended)
        html = self.html
        ampersand = _AMPERSAND if damaged else _PARAMETER
        if not self.places:
            return ampersand.sub("&amp;", html)
        parts: list[str] = []
        done = 0
        for place in sorted(self.places):
            parts.append(html[done:place])
            parts.append(_REFERENCES[html[place]])
            done = place + 1
        parts.append(html[done:])
        parts[::2] = [ampersand.sub("&amp;", piece) for piece in parts[::2]]
        return "".join(parts)
