"""Blocks that show nothing go; anchors that stood alone move to what they announce."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from convertkit.normalise.anchors import Anchors, is_anchor
from convertkit.normalise.places import map_places, with_blocks
from convertkit.tree import (
    Attr,
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
    Inline,
    LineBlock,
    OrderedList,
    Para,
    Plain,
    RawBlock,
    Span,
    Table,
)

_TEXT = (Para, Plain, Header)


def drop_empties(document: Document) -> Document:
    """Without blocks, definitions and lines at a verse's edges that hold nothing.

    Empty items stay in a list that holds anything: their bullets and numbers show. A table or figure that shows nothing
    leaves its caption. What had an identifier that the document links to becomes an empty `Span` in the
    block that follows, or in the last one.
    """
    return with_blocks(document, without_empties(document.blocks, Anchors(document)))


def without_empties(blocks: tuple[Block, ...], anchors: Anchors) -> tuple[Block, ...]:
    """`drop_empties` on a sequence of blocks."""
    return map_places(blocks, lambda place: _without_empties(place, anchors))


def _without_empties(blocks: tuple[Block, ...], anchors: Anchors) -> tuple[Block, ...]:
    result: list[Block] = []
    changed = anchored = False
    for block in blocks:
        if isinstance(block, _TEXT) and block.content and not is_anchor(block.content[0]):
            result.append(block)
            continue
        kept = _kept(block, anchors)
        changed = changed or kept != (block,)
        anchored = anchored or any(map(_anchors_alone, kept))
        result.extend(kept)
    new = _with_anchors_moved(result) if anchored else tuple(result)
    return new if changed or new != blocks else blocks


def _kept(block: Block, anchors: Anchors) -> tuple[Block, ...]:
    match block:
        case Para() | Plain() | BlockQuote():
            return (block,) if block.content else ()
        case Header() | Div():
            return (block,) if block.content else _anchor_block(block.attr, anchors)
        case CodeBlock():
            return (block,) if block.text.strip() else _anchor_block(block.attr, anchors)
        case RawBlock():
            return (block,) if block.text else ()
        case BulletList() | OrderedList() | LineBlock():
            return _kept_items(block)
        case DefinitionList():
            return _kept_definitions(block)
        case Table() | Figure():
            return (block,) if _holds_something(block) else _caption_of(block, anchors)
        case HorizontalRule():
            return (block,)
        case _:
            assert_never(block)


def _kept_items(block: BulletList | OrderedList | LineBlock) -> tuple[Block, ...]:
    match block:
        case BulletList() | OrderedList():
            return (block,) if any(block.items) else ()
        case LineBlock():
            lines = _without_last_empties(_without_last_empties(block.lines)[::-1])[::-1]
            kept: Block = block if len(lines) == len(block.lines) else LineBlock(lines)
            return (kept,) if lines else ()
        case _:
            assert_never(block)


def _without_last_empties(items: tuple[tuple[Inline, ...], ...]) -> tuple[tuple[Inline, ...], ...]:
    end = len(items)
    while end and not items[end - 1]:
        end -= 1
    return items[:end]


def _kept_definitions(block: DefinitionList) -> tuple[Block, ...]:
    items = tuple(
        DefinitionItem(item.term, tuple(filter(None, item.definitions)))
        for item in block.items
        if item.term or any(item.definitions)
    )
    kept = block if items == block.items else DefinitionList(items)
    return (kept,) if items else ()


def _holds_something(block: Table | Figure) -> bool:
    if isinstance(block, Figure):
        return block.content != ()
    groups = [block.head.rows, block.foot.rows, *(rows for body in block.bodies for rows in (body.head, body.rows))]
    return any(cell.content for rows in groups for row in rows for cell in row.cells)


def _caption_of(block: Table | Figure, anchors: Anchors) -> tuple[Block, ...]:
    caption = (Para(part.content) if isinstance(part, Plain) else part for part in block.caption.content)
    return (*_anchor_block(block.attr, anchors), *caption)


# ---------------------------------------------------------------- anchors


def _anchor_block(attr: Attr, anchors: Anchors) -> tuple[Block, ...]:
    return tuple(Div((), span.attr) for span in anchors.for_id(attr.id))


def _anchors_alone(block: Block) -> tuple[Inline, ...]:
    """The anchors that a block consists of; none if it shows something too."""
    match block:
        case Para() | Plain() | Header() if all(map(is_anchor, block.content)):
            return block.content
        case Div(content=()):
            return (Span((), block.attr),)
        case _:
            return ()


def _with_anchors_moved(blocks: list[Block]) -> tuple[Block, ...]:
    result: list[Block] = []
    waiting: tuple[Inline, ...] = ()
    for block in blocks:
        alone = _anchors_alone(block)
        if alone:
            waiting += alone
        else:
            result.append(_announced(waiting, block))
            waiting = ()
    if not result:
        return tuple(Div((), anchor.attr) for anchor in waiting if isinstance(anchor, Span))
    last = result[-1]
    if isinstance(last, _TEXT) and waiting:
        result[-1] = replace(last, content=last.content + waiting)
    else:
        result[-1] = _announced(waiting, last)
    return tuple(result)


def _announced(anchors: tuple[Inline, ...], block: Block) -> Block:
    """The block with anchors: as its own identifier where it can have one, else inside its text or around it."""
    for anchor in reversed(anchors):
        attr = anchor.attr if isinstance(anchor, Span) else Attr()
        match block:
            case Para() | Plain():
                block = replace(block, content=(anchor, *block.content))
            case Header() | CodeBlock() | Table() | Figure() | Div() if not block.attr.id:
                block = replace(block, attr=replace(block.attr, id=attr.id))
            case Header():
                block = replace(block, content=(anchor, *block.content))
            case _:
                block = Div((block,), attr)
    return block
