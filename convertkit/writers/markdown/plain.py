"""Blocks that a flavour has no sign for, without HTML: the best that plain Markdown can do. The words stay in order."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from convertkit.tree import (
    Block,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    DefinitionList,
    Inline,
    LineBreak,
    Para,
    Plain,
    RawBlock,
    RawInline,
    Row,
    Table,
    TableBody,
    TableFoot,
    TableHead,
    Text,
)
from convertkit.walk import map_children
from convertkit.writers.grid import place

_BETWEEN_CELLS = Text(" | ")


def listed_definitions(node: DefinitionList) -> BulletList:
    """A list with an item for each term, its definitions behind it."""
    items: list[tuple[Block, ...]] = []
    for item in node.items:
        term: tuple[Block, ...] = (Para(item.term),) if item.term else ()
        items.append((*term, *chain(*item.definitions)))
    return BulletList(tuple(items))


def simple_table(table: Table) -> Table:
    """A table that pipes can say: one header row, cells of one line, blank ones where a cell reaches."""
    groups = [table.head.rows, *(rows for body in table.bodies for rows in (body.head, body.rows)), table.foot.rows]
    placed = [_filled(group, len(table.columns)) for group in groups]
    head, *rest = placed
    rows = (*head[1:], *chain(*rest))
    return replace(table, head=TableHead(head[:1]), bodies=(TableBody(rows),), foot=TableFoot())


def rows_as_lines(table: Table) -> tuple[Block, ...]:
    """The caption, then a line a row with bars between the cells."""
    lines: list[Inline] = []
    simple = simple_table(table)
    for row in (*simple.head.rows, *simple.bodies[0].rows):
        for cell in row.cells:
            content = _inlines(cell.content)
            lines += (*(Text(" ") if isinstance(node, LineBreak) else node for node in content), _BETWEEN_CELLS)
        lines[-1:] = [LineBreak()]
    return (*table.caption.content, *((Para(tuple(lines[:-1])),) if lines[:-1] else ()))


def _filled(rows: tuple[Row, ...], width: int) -> tuple[Row, ...]:
    """Rows with a cell in every column."""
    filled = []
    for row in place(rows):
        cells = [Cell(())] * width
        for placed in row:
            if placed.column < width:
                cells[placed.column] = _simple(placed.cell)
        filled.append(Row(tuple(cells)))
    return tuple(filled)


def _simple(cell: Cell) -> Cell:
    content = _inlines(cell.content)
    return Cell((Plain(content),) if content else (), cell.alignment)


def _inlines(blocks: tuple[Block, ...]) -> tuple[Inline, ...]:
    """All inlines below blocks, a line break between those of two blocks."""
    result: list[Inline] = []
    for content in _lines(blocks):
        result += (*content, LineBreak())
    return tuple(result[:-1])


def _lines(blocks: tuple[Block, ...]) -> list[tuple[Inline, ...]]:
    """The inlines of each block that holds some, and each line of code, in order."""
    lines: list[tuple[Inline, ...]] = []

    def below(inner: tuple[Block, ...]) -> tuple[Block, ...]:
        lines.extend(_lines(inner))
        return inner

    def content(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
        lines.append(inlines)
        return inlines

    for block in blocks:
        match block:
            case CodeBlock():
                lines += [(Code(line),) for line in block.text.split("\n") if line.strip()]
            case RawBlock():
                lines.append((RawInline(block.format, block.text),))
            case _:
                map_children(block, below, content)
    return [line for line in lines if line]
