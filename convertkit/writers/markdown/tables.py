"""Tables as GFM's pipe tables (GFM 4.10): one header row, a line a row, nothing but inlines in a cell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, zip_longest

from convertkit.tree import Alignment, Cell, Inline, LineBreak, Para, Plain, Row, Table
from convertkit.walk import plain_text, query_nodes
from convertkit.writers.markdown.inlines import write_inlines
from convertkit.writers.markdown.page import Page

_RULES: dict[Alignment, str] = {
    "AlignLeft": ":---",
    "AlignRight": "---:",
    "AlignCenter": ":---:",
    "AlignDefault": "---",
}


def is_pipe_table(table: Table) -> bool:
    """Whether a pipe table holds all words and the grid of a table; header columns become ordinary ones."""
    width = len(table.columns)
    return (
        len(table.head.rows) <= 1
        and not any(body.head for body in table.bodies)
        and width > 0
        and all(len(row.cells) <= width and all(map(_is_simple, row.cells)) for row in _rows(table))
    )


def pipe_table(table: Table, page: Page) -> str:
    """The table without its caption. A table without a header gets an empty one: GFM knows no other."""
    lose_of_table(table, page)
    columns = tuple(alignments(table))
    width = len(table.columns)
    head = table.head.rows[0] if table.head.rows else Row(())
    lines = [_line(head, width, page), f"| {' | '.join(map(_RULES.__getitem__, columns))} |"]
    lines += [_line(row, width, page) for row in chain(*(body.rows for body in table.bodies), table.foot.rows)]
    return "\n".join(lines)


def lose_of_table(table: Table, page: Page) -> None:
    """Report what neither pipes nor grids can say."""
    if any(body.row_head_columns for body in table.bodies):
        page.lose("header cells at the side of a table", words_of_table(table))
    if any(column.width is not None for column in table.columns):
        page.lose_looks("the widths of a table's columns", words_of_table(table))
    columns = tuple(alignments(table))
    own = {(at, cell.alignment) for row in _rows(table) for at, cell in enumerate(row.cells)} - {*enumerate(columns)}
    if any(alignment != "AlignDefault" for _, alignment in own):
        page.lose_looks("the alignment of single cells", words_of_table(table))


def has_line_break(table: Table) -> bool:
    """Whether a cell holds more than a line."""
    cells = (cell.content for row in _rows(table) for cell in row.cells)
    return any(isinstance(node, LineBreak) for content in cells for node in query_nodes(content, lambda node: node))


def words_of_table(table: Table) -> str:
    """The first words of a table, which say where it stands."""
    first = next((cell.content for row in _rows(table) for cell in row.cells if cell.content), ())
    return plain_text(table.caption.content or first)


def _rows(table: Table) -> Iterator[Row]:
    return chain(table.head.rows, *(body.rows for body in table.bodies), table.foot.rows)


def _is_simple(cell: Cell) -> bool:
    if cell.row_span != 1 or cell.col_span != 1 or len(cell.content) > 1:
        return False
    return not cell.content or isinstance(cell.content[0], Plain | Para)


def _line(row: Row, width: int, page: Page) -> str:
    cells = [_cell(cell, page) for cell in row.cells]
    return f"|{'|'.join([f' {cell} ' if cell else ' ' for cell in cells + [''] * (width - len(cells))])}|"


def _cell(cell: Cell, page: Page) -> str:
    content: tuple[Inline, ...] = ()
    for block in cell.content:
        if isinstance(block, Plain | Para):
            content += block.content
    return write_inlines(content, page, page.break_in_line).replace("|", "\\|")


def alignments(table: Table) -> Iterator[Alignment]:
    """A column's own alignment, else the one that all of its cells share."""
    columns = zip_longest(*(row.cells for row in _rows(table)))
    for column, cells in zip_longest(table.columns, columns, fillvalue=()):
        own: Alignment = getattr(column, "alignment", "AlignDefault")
        shared = {cell.alignment for cell in cells if cell is not None}
        yield own if own != "AlignDefault" or len(shared) != 1 else shared.pop()
