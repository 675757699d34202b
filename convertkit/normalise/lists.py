"""Lists, tables and figures: text or paragraphs, the same all through a list.

CommonMark 0.31, section 5.3: a list is loose if its items, or two blocks right inside one of them, are set apart by a
blank line; then all its text stands in paragraphs. So one loose item makes a loose list, and so do blocks that cannot
be told apart without a blank line. Otherwise what is written could not be read back as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from convertkit.normalise.places import HOLDERS, map_places, same_inlines, with_blocks
from convertkit.tree import (
    Block,
    BlockQuote,
    BulletList,
    CodeBlock,
    DefinitionItem,
    DefinitionList,
    Div,
    Document,
    Figure,
    Header,
    HorizontalRule,
    OrderedList,
    Para,
    Plain,
    Table,
)
from convertkit.walk import map_children


def settle_lists(document: Document) -> Document:
    """Lists tight or loose as a whole; a lone paragraph in a cell, figure or caption is `Plain`.

    Several paragraphs in one place are all `Para`. None of these is indented: their place indents them.
    """
    return with_blocks(document, settled_lists(document.blocks))


def settled_lists(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """`settle_lists` on a sequence of blocks."""
    return map_places(blocks, _settle_all)


def _settle_all(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    changed: list[Block] | None = None
    for index, block in enumerate(blocks):
        if block.__class__ in HOLDERS:
            new = _settle(block)
            if new is not block:
                changed = list(blocks) if changed is None else changed
                changed[index] = new
    return blocks if changed is None else tuple(changed)


def _settle(block: Block) -> Block:
    match block:
        case BulletList() | OrderedList():
            return _settle_list(block)
        case DefinitionList():
            return _settle_definitions(block)
        case Table() | Figure():
            return map_children(block, _settle_place, same_inlines)
        case _:
            return block


def _settle_list(block: BulletList | OrderedList) -> Block:
    if all(map(_is_plain, block.items)):
        return block
    change = _as_para if any(_is_loose(item) for item in block.items) else _without_indent
    items = tuple(_texts_mapped(item, change) for item in block.items)
    return block if items == block.items else replace(block, items=items)


def _settle_definitions(block: DefinitionList) -> Block:
    items = tuple(
        DefinitionItem(item.term, tuple(_settle_definition(definition) for definition in item.definitions))
        for item in block.items
    )
    return block if items == block.items else DefinitionList(items)


def _settle_definition(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return _texts_mapped(blocks, _as_para if _count_texts(blocks) > 1 else _without_indent)


def _settle_place(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The content of a cell, figure or caption."""
    if len(blocks) == 1 and isinstance(blocks[0], Para):
        return (Plain(blocks[0].content),)
    return _settle_definition(blocks)


def _as_para(block: Para | Plain) -> Block:
    return block if isinstance(block, Para) and not block.indent else Para(block.content)


def _without_indent(block: Para | Plain) -> Block:
    return Para(block.content) if isinstance(block, Para) and block.indent else block


def _texts_mapped(blocks: tuple[Block, ...], change: Callable[[Para | Plain], Block]) -> tuple[Block, ...]:
    """With the text in a place changed; in `Div`s too, which do not show."""
    new: list[Block] = []
    for block in blocks:
        match block:
            case Para() | Plain():
                new.append(change(block))
            case Div():
                content = _texts_mapped(block.content, change)
                new.append(block if content is block.content else replace(block, content=content))
            case _:
                new.append(block)
    return blocks if all(old is other for old, other in zip(blocks, new, strict=True)) else tuple(new)


def _visible(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Div):
            yield from _visible(block.content)
        else:
            yield block


def _count_texts(blocks: tuple[Block, ...]) -> int:
    return sum(isinstance(block, Para | Plain) for block in _visible(blocks))


def _is_plain(item: tuple[Block, ...]) -> bool:
    return len(item) == 1 and isinstance(item[0], Plain)


def _is_loose(item: tuple[Block, ...]) -> bool:
    blocks = list(_visible(item))
    return any(isinstance(block, Para) for block in blocks) or not all(
        _meet(block, following) for block, following in pairwise(blocks)
    )


def _meet(block: Block, following: Block) -> bool:
    """Whether a block can follow another without a blank line and without being taken for a part of it."""
    match block, following:
        case ((Header() | CodeBlock() | HorizontalRule()), (Plain() | BlockQuote() | BulletList() | OrderedList())):
            return True
        case ((Plain() | BlockQuote()), (BulletList() | OrderedList())):
            return _interrupts(following)
        case Plain(), BlockQuote():
            return True
        case ((BulletList() | OrderedList()), (BulletList() | OrderedList())):
            return block.__class__ is not following.__class__ and _interrupts(following)
        case ((BulletList() | OrderedList()), BlockQuote()):
            return True
        case (
            (Plain() | BlockQuote() | BulletList() | OrderedList() | Header() | CodeBlock() | HorizontalRule()),
            (Header() | CodeBlock() | HorizontalRule()),
        ):
            return True
        case _:
            return False


def _interrupts(block: BulletList | OrderedList) -> bool:
    """Whether a list can interrupt a paragraph: its first item is not empty, its first number is 1 (CommonMark 5.3)."""
    return block.items[:1] != ((),) and (isinstance(block, BulletList) or block.start == 1)
