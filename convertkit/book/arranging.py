"""From posts in order to volumes, parts and chapters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convertkit.book.cards import Card, natural
from convertkit.book.choosing import day_of
from convertkit.book.recipe import ByLabel, BySize, GroupKey, VolumeRule


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a volume. `label` is empty where its posts have none (no date, no category)."""

    key: GroupKey
    label: str
    parts: tuple[Part, ...] = ()
    chapters: tuple[Card, ...] = ()
    """Those in none of its `parts`."""

    def all_chapters(self) -> Iterator[Card]:
        """In reading order."""
        yield from self.chapters
        for part in self.parts:
            yield from part.all_chapters()


@dataclass(frozen=True, slots=True)
class Volume:
    """A book of its own: parts, or chapters without parts."""

    number: int
    """From 1; 0 for the only volume."""
    label: str = ""
    """What its posts have in common, where volumes are made by that."""
    parts: tuple[Part, ...] = ()
    chapters: tuple[Card, ...] = ()

    def all_chapters(self) -> Iterator[Card]:
        """In reading order."""
        yield from self.chapters
        for part in self.parts:
            yield from part.all_chapters()


def arrange(cards: Sequence[Card], group_by: Sequence[GroupKey], rule: VolumeRule | None) -> tuple[Volume, ...]:
    """Volumes of posts that are in order.

    Posts keep their order inside a part; parts stand in the order of their labels, years and months in that of their
    posts, and what has no label comes last. Volumes by a label go by that label's rules. Those by number or size are
    cut from the reading order, so that a part may go on in the next volume; every volume holds a post at least.
    """
    if not cards:
        return ()
    match rule:
        case None:
            cut = [("", list(cards))]
        case BySize():
            cut = [("", posts) for posts in _cut(_reading_order(cards, group_by), rule)]
        case ByLabel():
            cut = _grouped(cards, rule.key)
            group_by = [key for key in group_by if key != rule.key]
    only = len(cut) == 1
    return tuple(
        Volume(0 if only else number, label, *_divided(posts, group_by)) for number, (label, posts) in enumerate(cut, 1)
    )


def _divided(cards: Sequence[Card], keys: Sequence[GroupKey]) -> tuple[tuple[Part, ...], tuple[Card, ...]]:
    """Posts as parts by the first key, or as chapters if there is none."""
    if not keys:
        return (), tuple(cards)
    return tuple(Part(keys[0], label, *_divided(posts, keys[1:])) for label, posts in _grouped(cards, keys[0])), ()


def _grouped(cards: Sequence[Card], key: GroupKey) -> list[tuple[str, list[Card]]]:
    groups: dict[str, list[Card]] = {}
    for card in cards:
        groups.setdefault(label_of(card, key), []).append(card)
    unknown = groups.pop("", None)
    labels = list(groups)
    if key in ("year", "month"):
        falls = len(labels) > 1 and labels[0] > labels[-1]  # newest first, where the posts are so
        labels.sort(reverse=falls)
    else:
        labels.sort(key=natural)
    return [(label, groups[label]) for label in labels] + ([("", unknown)] if unknown else [])


def label_of(card: Card, key: GroupKey) -> str:
    """What a post counts under: its first category, tag or author, `2022`, `2022-04`, its folder; "" if it has none."""
    metadata = card.metadata
    match key:
        case "folder":
            return "" if len(card.path.parts) == 1 else str(card.path.parent)
        case "category":
            return next(iter(metadata.categories), "")
        case "tag":
            return next(iter(metadata.tags), "")
        case "author":
            return next(iter(metadata.authors), "")
        case "year":
            return f"{metadata.date.year:04}" if metadata.date else ""
        case "month":
            return f"{day_of(metadata.date):%Y-%m}" if metadata.date else ""


def _reading_order(cards: Sequence[Card], keys: Sequence[GroupKey]) -> list[Card]:
    return list(Volume(0, "", *_divided(cards, keys)).all_chapters())


def _cut(cards: Sequence[Card], rule: BySize) -> Iterator[list[Card]]:
    """Runs of at most so many posts or bytes; a post that is larger than a volume has one for itself."""
    volume: list[Card] = []
    full = 0
    for card in cards:
        weight = 1 if rule.unit == "posts" else card.size
        if volume and full + weight > rule.limit:
            yield volume
            volume, full = [], 0
        volume.append(card)
        full += weight
    if volume:
        yield volume
