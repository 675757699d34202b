"""The places where blocks stand, for passes over blocks.

No pass looks into the inlines of a paragraph for notes: the pass that cleans them gives a note's blocks to the passes
over blocks itself. So most of a document, paragraphs of text, is passed by.
"""

from __future__ import annotations

from functools import partial

from convertkit.tree import (
    Block,
    BlockQuote,
    BulletList,
    DefinitionList,
    Div,
    Document,
    Figure,
    Inline,
    OrderedList,
    Table,
)
from convertkit.walk import MapBlocks, map_children

HOLDERS: frozenset[type[Block]] = frozenset((BlockQuote, Div, BulletList, OrderedList, DefinitionList, Table, Figure))
"""The blocks in which blocks stand."""


def with_blocks(document: Document, blocks: tuple[Block, ...]) -> Document:
    """The document with these blocks; the same object if they are its own."""
    if blocks is document.blocks:
        return document
    return Document(blocks, document.metadata, document.resources, document.source)


def map_places(blocks: tuple[Block, ...], fn: MapBlocks) -> tuple[Block, ...]:
    """The blocks with `fn` applied to every sequence of blocks, innermost first, the given one last."""
    changed: list[Block] | None = None
    for index, block in enumerate(blocks):
        if block.__class__ in HOLDERS:
            new = map_children(block, partial(map_places, fn=fn), same_inlines)
            if new is not block:
                changed = list(blocks) if changed is None else changed
                changed[index] = new
    return fn(blocks if changed is None else tuple(changed))


def same_inlines(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """What a pass over blocks does to a term or a short caption."""
    return inlines
