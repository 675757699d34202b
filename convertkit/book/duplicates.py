"""Posts that are in the inputs more than once: the fullest copy stays."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from convertkit.book.cards import Card

Likeness: TypeAlias = Literal["address", "text", "nearly the same text"]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A post that is left out because another one is the same."""

    card: Card
    kept: Card
    same: Likeness
    """What of them is the same."""


def collapse(cards: Sequence[Card]) -> tuple[list[Card], tuple[Duplicate, ...]]:
    """The posts without copies, in the order given, and the copies. Of several the longest is kept, then the first."""
    kept = list(cards)
    duplicates: list[Duplicate] = []
    ways: tuple[tuple[Likeness, Callable[[Card], Iterator[Hashable]]], ...]
    ways = (("address", _by_address), ("text", _by_text))
    for same, alike in ways:
        groups: dict[Hashable, list[Card]] = {}
        for card in kept:
            for key in alike(card):
                groups.setdefault(key, []).append(card)
        for group in groups.values():
            best = max(group, key=lambda card: (card.words, card.size))
            duplicates += [Duplicate(card, best, same) for card in group if card is not best]
        gone = {duplicate.card.key for duplicate in duplicates}
        kept = [card for card in kept if card.key not in gone]
    return kept, tuple(_to_the_last(duplicates))


def _by_address(card: Card) -> Iterator[Hashable]:
    if url := card.metadata.url:
        yield url.partition("#")[0].rstrip("/").removeprefix("https:").removeprefix("http:")


def _by_text(card: Card) -> Iterator[Hashable]:
    if card.words:
        yield card.fingerprint


def _to_the_last(duplicates: Sequence[Duplicate]) -> Iterator[Duplicate]:
    """Each copy with the post that is in the book, where its fuller copy was a copy too."""
    kept = {duplicate.card.key: duplicate.kept for duplicate in duplicates}
    for duplicate in duplicates:
        best = duplicate.kept
        while best.key in kept:
            best = kept[best.key]
        yield Duplicate(duplicate.card, best, duplicate.same)
