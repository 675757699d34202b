"""The plan of a book: which posts, in which order, in which volume and part, and what their links lead to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from convertkit.book.arranging import Part, Volume, arrange
from convertkit.book.cards import Card
from convertkit.book.choosing import LeftOut, choose, in_order
from convertkit.book.duplicates import Duplicate, collapse
from convertkit.book.generator_tags import BY_NAME
from convertkit.book.links import Found, Index
from convertkit.book.recipe import Recipe
from convertkit.errors import UsageError
from convertkit.readers.addresses import SAFE_SCHEMES


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link between posts that points nowhere: to no post of the book, and to no address of the web."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A book before anything of it is written; the same for every format."""

    recipe: Recipe
    title: str
    volumes: tuple[Volume, ...]
    left_out: tuple[LeftOut, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    links: Mapping[str, Mapping[str, Found]] = field(default_factory=dict)
    """For each post, by its key, the targets of its links that lead to posts of the book."""
    dead_links: tuple[DeadLink, ...] = ()
    volume_of: Mapping[str, int] = field(default_factory=dict)
    """The place in `volumes` of each post, by its key."""

    @property
    def cards(self) -> Iterator[Card]:
        """Every post of the book, in reading order."""
        for volume in self.volumes:
            yield from volume.all_chapters()


def plan_book(cards: Iterable[Card], recipe: Recipe, title: str) -> Plan:
    """The plan of a book from its posts. Raises `UsageError` if no post is left for it."""
    chosen, left_out = choose(cards, recipe)
    kept, duplicates = (chosen, ()) if recipe.keep_duplicates else collapse(chosen)
    if not kept:
        reason = f": {left_out[0].card.source} {left_out[0].reason}" if left_out else ""
        raise UsageError(f"no post is left for the book{reason}", advice="loosen the options that choose")
    volumes = arrange(in_order(kept, recipe.sort, reverse=recipe.reverse), recipe.group_by, recipe.volumes)
    links, dead = _resolved(kept, duplicates, recipe.site)
    volume_of = {card.key: place for place, volume in enumerate(volumes) for card in volume.all_chapters()}
    return Plan(recipe, title, volumes, tuple(left_out), duplicates, links, dead, volume_of)


def all_parts(parts: Sequence[Part]) -> Iterator[Part]:
    """Parts with those in them, in reading order."""
    for part in parts:
        yield part
        yield from all_parts(part.parts)


def _resolved(
    kept: Sequence[Card], duplicates: Sequence[Duplicate], sites: Sequence[str]
) -> tuple[dict[str, dict[str, Found]], tuple[DeadLink, ...]]:
    """What links lead to; a link to a copy leads to the post that is kept."""
    stands_for = {duplicate.card.key: duplicate.kept for duplicate in duplicates}
    index = Index([*kept, *(duplicate.card for duplicate in duplicates)], sites, stands_for)
    links: dict[str, dict[str, Found]] = {}
    dead: list[DeadLink] = []
    for card in kept:
        found: dict[str, Found] = {}
        for target in card.links:
            if (post := index.find(target, card)) is not None:
                found[target] = post
            elif _points_nowhere(target, card):
                dead.append(DeadLink(card.source, target))
        if found:
            links[card.key] = found
    return links, tuple(dead)


def _points_nowhere(target: str, card: Card) -> bool:
    """Whether a link without a post behind it is no address of the web either."""
    scheme = target.partition(":")[0].lower() if ":" in target else ""
    if target.startswith(BY_NAME):
        return True
    return scheme not in SAFE_SCHEMES and not target.startswith("//") and not card.metadata.url
