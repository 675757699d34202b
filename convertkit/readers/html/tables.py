"""Tables by the HTML standard's table model (4.9.12): a grid, spans clamped to it, row groups, header cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import turbohtml

from convertkit.losses import TableUnwrapped
from convertkit.readers.html.code import read_code_table
from convertkit.readers.html.flow import (
    Flow,
    Reader,
    attr_of,
    block_flow,
    read_container,
)
from convertkit.readers.html.place import place_of
from convertkit.tree import (
    Alignment,
    Attr,
    Block,
    Caption,
    Cell,
    ColSpec,
    Header,
    HorizontalRule,
    Para,
    Plain,
    Row,
    Span,
    Table,
    TableBody,
    TableFoot,
    TableHead,
    Text,
)

MAX_COLUMN_SPAN = 1_000
MAX_ROW_SPAN = 65_534
"""HTML standard 4.9.11: the greatest values of `colspan` and `rowspan`."""

_MOST_HOLES = 20
"""A grid with more holes a cell is not filled: a row of 100,000 cells over 100,000 rows of one would fill memory."""
_EMPTY = Cell(())
_MOST_LAYOUT_COLUMNS = 4
"""Five columns are data, whatever stands in them, as browsers tell screen readers."""

_ALIGNMENTS: dict[str, Alignment] = {
    "left": "AlignLeft",
    "start": "AlignLeft",
    "right": "AlignRight",
    "end": "AlignRight",
    "center": "AlignCenter",
    "middle": "AlignCenter",
    "-webkit-center": "AlignCenter",
}
_CLASS_ALIGN = re.compile(
    r"(?:^|\s)(?:has-text-align-|ql-align-|text-|align-?|ta-)(left|center|right|start|end)(?!\S)", re.IGNORECASE
)
"""Bootstrap, WordPress, Quill, Sphinx."""
_TEXT_ALIGN = re.compile(r"(?:^|;)\s*text-align\s*:\s*([a-z-]+)", re.IGNORECASE)
_PERCENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%")
_WIDTH = re.compile(r"(?:^|;)\s*width\s*:\s*([^;]+)", re.IGNORECASE)
_DIGITS = re.compile(r"\s*\+?(\d{1,9})")


@dataclass(slots=True, eq=False)
class _Cell:
    """A cell with its place in the grid: the first of its columns and the first behind it."""

    content: tuple[Block, ...]
    is_header: bool
    alignment: Alignment
    start: int
    end: int
    rows: int = 1


@dataclass(slots=True, eq=False)
class _Row:
    """A row's own cells, and the columns that cells from above cover."""

    cells: list[_Cell]
    covered: list[_Cell]

    def in_order(self) -> list[_Cell]:
        """All cells that a browser shows in this row, from the left."""
        if not self.covered:
            return self.cells
        return sorted((*self.cells, *self.covered), key=lambda cell: cell.start)

    def is_header(self) -> bool:
        """Whether there are cells and all are `th`."""
        return bool(self.cells) and all(cell.is_header for cell in self.cells)


Groups: TypeAlias = list[list[_Row]]


@dataclass(slots=True)
class _Parts:
    """What a `table` element holds."""

    heads: list[_Row] = field(default_factory=list)
    bodies: Groups = field(default_factory=list)
    feet: list[_Row] = field(default_factory=list)
    caption: tuple[Block, ...] = ()
    columns: list[turbohtml.Element] = field(default_factory=list)

    def rows(self) -> Iterable[_Row]:
        """All rows, the head first, the foot last."""
        yield from self.heads
        for body in self.bodies:
            yield from body
        yield from self.feet


def read_table(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`table`. A listing with its line numbers becomes a code block, one that lays out a page what its cells hold."""
    code = read_code_table(element, reader)
    if code is not None:
        flow.add(code)
        return
    reader.depth += 2
    parts = _read_parts(element, reader)
    reader.depth -= 2
    flow.close()
    cells = [cell for row in parts.rows() for cell in row.cells]
    if _lays_out(element, parts, cells):
        reader.report(TableUnwrapped(place_of(element), len(cells)))
        flow.blocks.extend(parts.caption)
        flow.blocks.extend(block for cell in cells for block in cell.content)
    else:
        flow.blocks.append(_table(parts, cells))


def _lays_out(table: turbohtml.Element, parts: _Parts, cells: list[_Cell]) -> bool:
    """Whether a table only puts things beside and below each other: it has none of the signs of data.

    It says so (`role`), or has one cell, or has no header, caption, foot or border and is one column, shows only
    pictures, or holds what stands in no cell of data: headings, rules and tables.
    """
    if len(cells) <= 1 or (table.attr("role") or "") in ("presentation", "none"):
        return True
    if parts.caption or parts.heads or parts.feet or any(cell.is_header for cell in cells) or _has_border(table):
        return False
    if any(isinstance(block, Header | HorizontalRule | Table) for cell in cells for block in cell.content):
        return max(cell.end for cell in cells) <= _MOST_LAYOUT_COLUMNS
    only_pictures = table.select_one("img") is not None and not table.text.strip()
    return only_pictures or all(cell.start == 0 for cell in cells)


def _has_border(table: turbohtml.Element) -> bool:
    border = table.attr("border")
    return (border is not None and border.strip() != "0") or (table.attr("rules") or "none") != "none"


def _table(parts: _Parts, cells: list[_Cell]) -> Table:
    columns = _merge_columns(cells)
    heads = parts.heads
    bodies = parts.bodies
    if not heads and bodies:
        heads, first = _leading_headers(bodies[0])
        bodies = [first, *bodies[1:]]
    body_cells = [cell for body in bodies for row in body for cell in row.cells]
    alignments = _column_alignments(body_cells or cells, cells, parts.columns, columns)
    widths = _widths(parts.columns, columns)
    fill = columns * sum(1 for _ in parts.rows()) <= _MOST_HOLES * len(cells) + MAX_COLUMN_SPAN

    def rows(group: list[_Row]) -> tuple[Row, ...]:
        return tuple(_row(row, alignments, fill=fill) for row in group if row.cells or row.covered)

    def body(group: list[_Row], *, may_lead: bool) -> TableBody:
        head, rest = _leading_headers(group) if may_lead else ([], group)
        return TableBody(rows(rest), rows(head), _header_columns(rest))

    first_may_lead = heads is parts.heads
    groups = [
        (piece, _names_others(piece) if part else index > 0 or first_may_lead)
        for index, group in enumerate(bodies)
        for part, piece in enumerate(_parted_at_headers(group))
    ]

    return Table(
        tuple(map(ColSpec, alignments, widths)),
        tuple(body(group, may_lead=may_lead) for group, may_lead in groups if group),
        TableHead(rows(heads)),
        TableFoot(rows(parts.feet)),
        Caption(parts.caption),
    )


# ---------------------------------------------------------------- reading the elements


def _read_parts(table: turbohtml.Element, reader: Reader) -> _Parts:
    parts = _Parts()
    loose_rows: list[turbohtml.Element] = []
    for child in table:
        if not isinstance(child, turbohtml.Element):
            continue
        tag = child.tag
        if tag == "tr":
            loose_rows.append(child)
        elif tag in ("thead", "tbody", "tfoot"):
            rows = _read_group(_elements(child, "tr"), _alignment(child), reader)
            if tag == "thead" and not parts.heads:
                parts.heads = rows
            elif tag == "tfoot" and not parts.feet:
                parts.feet = rows
            else:  # a second head or foot is shown where it stands
                parts.bodies.append(rows)
        elif tag == "caption":
            parts.caption += read_container(child, block_flow(Plain), reader)
        elif tag in ("col", "colgroup"):
            parts.columns += _columns(child)
    if loose_rows:
        parts.bodies.append(_read_group(loose_rows, None, reader))
    return parts


def _elements(parent: turbohtml.Element, *tags: str) -> list[turbohtml.Element]:
    return [child for child in parent if isinstance(child, turbohtml.Element) and child.tag in tags]


def _columns(element: turbohtml.Element) -> list[turbohtml.Element]:
    """A `col` as often as it spans; a `colgroup` by its columns, or for itself if it has none."""
    inside = _elements(element, "col") if element.tag == "colgroup" else []
    return [column for child in inside for column in _columns(child)] or [element] * _span(
        element, "span", MAX_COLUMN_SPAN
    )


def _read_group(rows: list[turbohtml.Element], alignment: Alignment | None, reader: Reader) -> list[_Row]:
    """The rows of one group; no cell reaches out of its group."""
    result: list[_Row] = []
    reaching: list[tuple[int, _Cell]] = []
    covered: list[_Cell] = []
    for index, element in enumerate(rows):
        if len(covered) != len(reaching) or any(last < index for last, _ in reaching):
            reaching = [(last, cell) for last, cell in reaching if last >= index]
            covered = sorted((cell for _, cell in reaching), key=lambda cell: cell.start)
        row = _Row([], covered)
        row_alignment = _alignment(element) or alignment
        column = 0
        for child in _elements(element, "td", "th"):
            cell = _read_cell(child, row_alignment, column, covered, reader)
            cell.rows = min(_span(child, "rowspan", MAX_ROW_SPAN) or len(rows), len(rows) - index)
            if cell.rows > 1:
                reaching.append((index + cell.rows - 1, cell))
            row.cells.append(cell)
            column = cell.end
        if reader.marked and row.cells and (place := attr_of(element, reader).id):
            row.cells[0].content = _anchored(row.cells[0].content, place)
        result.append(row)
    return result


def _anchored(content: tuple[Block, ...], place: str) -> tuple[Block, ...]:
    """A cell's content with the place that a link to its row leads to."""
    anchor = Span((), Attr(place))
    match content:
        case (Plain() | Para() as first, *rest):
            return replace(first, content=(anchor, *first.content)), *rest
        case _:
            return Plain((anchor,)), *content


def _read_cell(
    element: turbohtml.Element, alignment: Alignment | None, column: int, covered: list[_Cell], reader: Reader
) -> _Cell:
    """A cell in the first free columns from `column` on; a span stops at a cell that reaches in from above."""
    limit = column + MAX_COLUMN_SPAN
    for other in covered:
        if other.start <= column < other.end:
            column = other.end
        elif other.start > column:
            limit = other.start
            break
    end = min(column + max(_span(element, "colspan", MAX_COLUMN_SPAN), 1), max(limit, column + 1))
    own = _alignment(element) or alignment or "AlignDefault"
    return _Cell(_cell_blocks(element, reader), element.tag == "th", own, column, end)


def _cell_blocks(element: turbohtml.Element, reader: Reader) -> tuple[Block, ...]:
    if not len(element):
        return ()
    if len(element) == 1 and isinstance(only := element[0], turbohtml.Text) and not reader.marked:
        return (Plain((Text(only.data),)),)
    return read_container(element, block_flow(Plain), reader)


def _span(element: turbohtml.Element, name: str, most: int) -> int:
    """A span as written, 1 if it is not a number; `rowspan="0"`, all the rest of the group, is 0."""
    found = _DIGITS.match(element.attr(name) or "")
    return min(int(found[1]), most) if found else 1


def _alignment(element: turbohtml.Element) -> Alignment | None:
    if not len(element.attrs):
        return None
    found = _TEXT_ALIGN.search(element.attr("style") or "")
    written = found[1] if found else element.attr("align")
    if not written:
        named = _CLASS_ALIGN.search(element.attr("class") or "")
        written = named[1] if named else ""
    return _ALIGNMENTS.get(written.strip().lower())


# ---------------------------------------------------------------- the grid


def _merge_columns(cells: list[_Cell]) -> int:
    """Number the columns anew so that in each some cell begins, and return their count.

    A column in which none begins has no width: `colspan="99"` over two columns spans two.
    """
    starts = sorted({cell.start for cell in cells})
    count = len(starts)
    index = {column: number for number, column in enumerate(starts)}
    for cell in cells:
        while cell.end not in index and cell.end < starts[-1]:
            cell.end += 1
        cell.start, cell.end = index[cell.start], index.get(cell.end, count)
    return count


def _row(row: _Row, alignments: list[Alignment], *, fill: bool) -> Row:
    """A row; with `fill`, empty cells where the grid has none, so that no writer meets a hole."""
    cells: list[Cell] = []
    column = 0
    covered = set(row.covered)
    for cell in row.in_order():
        if fill:
            cells += [_EMPTY] * (cell.start - column)
            column = max(column, cell.end)
        if cell not in covered:
            width = cell.end - cell.start
            own = "AlignDefault" if width == 1 and cell.alignment == alignments[cell.start] else cell.alignment
            cells.append(Cell(cell.content, own, cell.rows, width))
    if fill:
        cells += [_EMPTY] * (len(alignments) - column)
    return Row(tuple(cells))


def _leading_headers(rows: list[_Row]) -> tuple[list[_Row], list[_Row]]:
    """The rows of `th` that a group begins with, and the others; one row if there are no others."""
    count = 0
    while count < len(rows) and rows[count].is_header():
        count += 1
    if count == len(rows):
        count = min(count, 1)
    while count and any(cell.rows > count - index for index, row in enumerate(rows[:count]) for cell in row.cells):
        count -= 1
    return rows[:count], rows[count:]


def _parted_at_headers(rows: list[_Row]) -> list[list[_Row]]:
    """A group in pieces, each but the first with a row of `th` on top: rows that name those below them."""
    pieces: list[list[_Row]] = []
    start = 0
    for index in range(1, len(rows)):
        if rows[index].is_header() and not rows[index].covered and not rows[index - 1].is_header():
            pieces.append(rows[start:index])
            start = index
    return [*pieces, rows[start:]] if start else [rows]


def _names_others(rows: list[_Row]) -> bool:
    return not all(row.is_header() for row in rows)


def _header_columns(rows: list[_Row]) -> int:
    """How many columns from the left hold only `th`, in every row."""
    least: int | None = None
    for row in rows:
        column = 0
        for cell in row.in_order():
            if not cell.is_header or cell.start > column:
                break
            column = cell.end
        least = column if least is None else min(least, column)
        if not least:
            return 0
    return least or 0


def _column_alignments(
    body: list[_Cell], cells: list[_Cell], elements: list[turbohtml.Element], count: int
) -> list[Alignment]:
    """What all cells of a column agree on in the body, else what its `col` says, else the default.

    A cell that is its column's only one in the body speaks for itself if a header of the column says otherwise.
    """
    found: list[list[_Cell]] = [[] for _ in range(count)]
    for cell in body:
        if cell.end - cell.start == 1:
            found[cell.start].append(cell)
    said = [_agreed(column) for column in found]
    lonely = {
        column[0].start for column, own in zip(found, said, strict=True) if own != "AlignDefault" and len(column) == 1
    }
    if lonely:
        others = {cell.start for cell in cells if cell.start in lonely and cell.alignment != said[cell.start]}
        said = ["AlignDefault" if index in others else own for index, own in enumerate(said)]
    if len(elements) == count:
        said = [
            _alignment(element) or own if own == "AlignDefault" else own
            for own, element in zip(said, elements, strict=True)
        ]
    return said


def _agreed(cells: list[_Cell]) -> Alignment:
    alignments = {cell.alignment for cell in cells}
    return alignments.pop() if len(alignments) == 1 else "AlignDefault"


def _widths(columns: list[turbohtml.Element], count: int) -> list[float | None]:
    """The columns' shares of the width, if `col` elements give all of them in percent."""
    if len(columns) != count:
        return [None] * count
    shares = []
    for column in columns:
        style = _WIDTH.search(column.attr("style") or "")
        percent = _PERCENT.match(style[1] if style else column.attr("width") or "")
        if percent is None:
            return [None] * count
        shares.append(float(percent[1]) / 100)
    return [share if 0 < share <= 1 else None for share in shares]
