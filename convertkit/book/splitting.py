"""Very long posts in several files: old readers fail on pages of more than some three hundred kilobytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import unquote

from convertkit.book.anchors import Anchors
from convertkit.book.planning import Plan
from convertkit.book.shelf import weight
from convertkit.book.survey import Survey
from convertkit.tree import Block, Header, Link
from convertkit.walk import Node, Rewrite, find_all, query_nodes, walk_blocks
from convertkit.writers.front import split_title
from convertkit.writers.xhtml_page import INSIDE

MAX_FILE_BYTES = 200_000
"""About the largest piece; Adobe's engine of many devices stops at 300 kB."""


@dataclass(frozen=True, slots=True)
class Split:
    """Where the blocks of a post are cut, and which piece each id is in."""

    cuts: tuple[int, ...] = ()
    """The first block of each piece but the first."""
    places: Mapping[str, int] | None = None
    crossing: tuple[str, ...] = ()
    """Ids that links from other pieces lead to, sorted."""

    def pieces(self, blocks: tuple[Block, ...], key: str) -> list[tuple[Block, ...]]:
        """The blocks of each piece; links from one to another are links between chapters."""
        if not self.cuts:
            return [blocks]
        edges = (0, *self.cuts, len(blocks))
        pieces = [blocks[begin:end] for begin, end in pairwise(edges)]
        return [self._linked(piece, number, key) for number, piece in enumerate(pieces)]

    def place(self, identifier: str) -> int:
        """The number of the piece that an id is in, from 0."""
        return (self.places or {}).get(identifier, 0)

    def _linked(self, piece: tuple[Block, ...], number: int, key: str) -> tuple[Block, ...]:
        places = self.places or {}

        def rewrite(node: Node) -> Rewrite:
            identifier = _led_to(node, places)
            if isinstance(node, Link) and identifier and places[identifier] != number:
                return replace(node, target=f"{INSIDE}{key}#{identifier}")
            return node

        return walk_blocks(piece, rewrite) if self.crossing else piece


def _led_to(node: Node, places: Mapping[str, int]) -> str:
    """The id of the post that a link leads to; "" for what is no link to one, which the page's writer tells of."""
    if not isinstance(node, Link) or not node.target.startswith("#"):
        return ""
    return next((name for name in (node.target[1:], unquote(node.target[1:])) if name in places), "")


WHOLE = Split()


def split(blocks: tuple[Block, ...], limit: int = MAX_FILE_BYTES, title_id: str = "") -> Split:
    """Cuts before headings, so that no piece is heavier than `limit` bytes; where no heading is, before any block.

    `title_id` is the id of the title above the blocks, if it has one.
    """
    weights = [weight(block) for block in blocks]
    if sum(weights) <= limit:
        return WHOLE
    cuts = tuple(_cuts(blocks, weights, limit))
    places: dict[str, int] = {title_id: 0} if title_id else {}
    edges = (0, *cuts, len(blocks))
    for number, (begin, end) in enumerate(pairwise(edges)):
        for identifier in query_nodes(blocks[begin:end], _id_of):
            places.setdefault(identifier, number)
    targets = {
        identifier
        for number, (begin, end) in enumerate(pairwise(edges))
        for link in find_all(blocks[begin:end], Link)
        if (identifier := _led_to(link, places)) and places[identifier] != number
    }
    return Split(cuts, places, tuple(sorted(targets)))


def find_splits(plan: Plan, survey: Survey, anchors: Anchors) -> dict[str, Split]:
    """The splits of a plan's very long posts, by key."""
    splits: dict[str, Split] = {}
    for card in plan.cards:
        if survey.shelf.size(card.key) > MAX_FILE_BYTES:
            title, blocks = split_title(anchors.kept(survey.document(card), card))
            if (found := split(blocks, title_id=title.attr.id if title else "")).cuts:
                splits[card.key] = found
    return splits


def _cuts(blocks: Sequence[Block], weights: Sequence[int], limit: int) -> list[int]:
    cuts: list[int] = []
    begin, heading, full = 0, 0, 0
    for place, (block, heavy) in enumerate(zip(blocks, weights, strict=True)):
        if place > begin and full + heavy > limit:
            cut = heading if heading > begin else place
            cuts.append(cut)
            begin, full = cut, sum(weights[cut:place])
        if isinstance(block, Header):
            heading = place
        full += heavy
    return cuts


def _id_of(node: Node) -> str | None:
    attr = getattr(node, "attr", None)
    return attr.id or None if attr is not None else None
