"""Posts that are in the inputs more than once: the fullest copy stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from convertkit.book.cards import Card, folded
from convertkit.book.likeness import likely_pairs, likeness

Sameness: TypeAlias = Literal["address", "text", "text, nearly"]

ALIKE = 0.8
"""Texts with titles that are one or hold one another are copies from here on: a note at the end, a repaired word."""
VERY_ALIKE = 0.92
"""Texts under other titles are copies from here on; not if the titles' numbers differ (`Prices in 2021`, `… 2022`)."""
_NUMBER = re.compile(r"\d+")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A post that is left out because another one is the same."""

    card: Card
    kept: Card
    same: Sameness
    """What of them is the same."""


def collapse(cards: Sequence[Card]) -> tuple[list[Card], tuple[Duplicate, ...]]:
    """The posts without copies, in the order given, and the copies. Of several the longest is kept, then the first."""
    kept = list(cards)
    duplicates: list[Duplicate] = []
    ways: tuple[tuple[Sameness, Callable[[Sequence[Card]], Iterable[Sequence[Card]]]], ...]
    ways = (("address", _by_address), ("text", _by_text), ("text, nearly", _by_likeness))
    for same, groups in ways:
        gone: set[str] = set()
        for group in groups(kept):
            left = [card for card in group if card.key not in gone]
            best = max(left, key=lambda card: (card.words, card.size), default=None)
            duplicates += [Duplicate(card, best, same) for card in left if best is not None and card is not best]
            gone |= {card.key for card in left if card is not best}
        kept = [card for card in kept if card.key not in gone]
    places = {card.key: place for place, card in enumerate(cards)}
    return kept, tuple(sorted(_to_the_last(duplicates), key=lambda duplicate: places[duplicate.card.key]))


def _by_address(cards: Sequence[Card]) -> Iterable[Sequence[Card]]:
    def address(card: Card) -> Hashable:
        return card.metadata.url.partition("#")[0].rstrip("/").removeprefix("https:").removeprefix("http:")

    return _grouped(cards, address)


def _by_text(cards: Sequence[Card]) -> Iterable[Sequence[Card]]:
    """Short texts (`Watch the video.`) only under one title."""

    def text(card: Card) -> Hashable:
        return (card.fingerprint, "" if card.sketch else folded(card.metadata.title))

    return _grouped([card for card in cards if card.words], text)


def _grouped(cards: Sequence[Card], key: Callable[[Card], Hashable]) -> Iterable[Sequence[Card]]:
    """Cards by what they share; those without it stand alone."""
    groups: dict[Hashable, list[Card]] = {}
    for card in cards:
        if shared := key(card):
            groups.setdefault(shared, []).append(card)
    return groups.values()


def _by_likeness(cards: Sequence[Card]) -> Iterator[Sequence[Card]]:
    for one, other in likely_pairs([card.sketch for card in cards]):
        if _are_alike(cards[one], cards[other]):
            yield cards[one], cards[other]


def _are_alike(one: Card, other: Card) -> bool:
    share = likeness(one.sketch, other.sketch)
    if share < ALIKE:
        return False
    titles = [folded(card.metadata.title) for card in (one, other)]
    bare = [_NO_LETTER.sub("", title) for title in titles]
    if bare[0] in bare[1] or bare[1] in bare[0]:
        return _NUMBER.findall(titles[0]) == _NUMBER.findall(titles[1]) or share >= VERY_ALIKE
    return share >= VERY_ALIKE and _NUMBER.findall(titles[0]) == _NUMBER.findall(titles[1])


def _to_the_last(duplicates: Sequence[Duplicate]) -> Iterator[Duplicate]:
    """Each copy with the post that is in the book, where its fuller copy was a copy too."""
    kept = {duplicate.card.key: duplicate.kept for duplicate in duplicates}
    for duplicate in duplicates:
        best = duplicate.kept
        while best.key in kept:
            best = kept[best.key]
        yield Duplicate(duplicate.card, best, duplicate.same)
