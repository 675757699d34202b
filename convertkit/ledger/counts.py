"""What was counted in a source, a tree or an output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from convertkit.ledger.words import words_of
from convertkit.tree import Note

BLANK = " "


@dataclass(frozen=True, slots=True)
class Counts:
    """Words in order, how often each kind of structure was met (`tables`, `code lines` ...), and where links lead."""

    words: tuple[str, ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()
    """The addresses of links that show something, without fragments; of sources only."""


@dataclass(slots=True)
class Tally:
    """A count under way: the text in pieces, and what was met."""

    pieces: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    addresses: set[str] = field(default_factory=set)
    named_notes: set[Note] = field(default_factory=set)
    """Those that were counted, at the first reference to them."""

    def counts(self) -> Counts:
        """What was counted."""
        return Counts(tuple(words_of("".join(self.pieces))), dict(self.kinds), frozenset(self.addresses))
