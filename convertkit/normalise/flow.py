"""Blocks in their places: wrappers that say nothing go, and text that stands among blocks is a paragraph."""

from __future__ import annotations

from convertkit.normalise.places import HOLDERS, same_inlines, with_blocks
from convertkit.tree import NO_ATTR, Block, BlockQuote, Div, Document, Para, Plain
from convertkit.walk import map_children


def settle_flow(document: Document) -> Document:
    """Without `Div`s that have no attributes, and with `Plain` only where text needs no paragraph.

    The document, quotations and notes hold paragraphs. List items, definitions, cells, figures and captions may hold
    `Plain`. A `Div` with attributes holds what its surroundings hold.
    """
    return with_blocks(document, settled_flow(document.blocks))


def settled_flow(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """`settle_flow` on a sequence of blocks."""
    return _settle_all(blocks, in_flow=True)


def _settled_item(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return _settle_all(blocks, in_flow=False)


def _settle_all(blocks: tuple[Block, ...], *, in_flow: bool) -> tuple[Block, ...]:
    result: list[Block] = []
    changed = False
    for block in blocks:
        if isinstance(block, Plain):
            result.append(Para(block.content) if in_flow else block)
            changed = changed or in_flow
        elif block.__class__ not in HOLDERS:
            result.append(block)
        elif isinstance(block, Div) and block.attr == NO_ATTR:
            result.extend(_settle_all(block.content, in_flow=in_flow))
            changed = True
        else:
            holds_flow = isinstance(block, BlockQuote) or (in_flow and isinstance(block, Div))
            new = map_children(block, settled_flow if holds_flow else _settled_item, same_inlines)
            result.append(new)
            changed = changed or new is not block
    return tuple(result) if changed else blocks
