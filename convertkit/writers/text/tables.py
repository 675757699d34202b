"""Tables in aligned columns; where the page is too narrow, cells go over several lines, or rows become records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from convertkit.tree import Alignment, Block, Table
from convertkit.writers.grid import Placed, place
from convertkit.writers.text.width import Measure

_GAP = 2
_NARROWEST = 8
"""Columns narrower than this are no fun to read: rows become records instead."""

WriteCell = Callable[[tuple[Block, ...], int], list[str]]
"""The lines of a cell's blocks in a width, 0 for no limit."""


@dataclass(frozen=True, slots=True)
class _Grid:
    head: list[list[Placed]]
    body: list[list[Placed]]
    alignments: list[Alignment]

    @property
    def rows(self) -> list[list[Placed]]:
        return self.head + self.body


def table_lines(table: Table, width: int, measure: Measure, write: WriteCell) -> list[str]:
    """The table's lines without its caption. Every cell stands once, in the row and column where it begins."""
    grid = _grid(table)
    if not grid.alignments:
        return []
    widths = _natural_widths(grid, measure, write)
    room = width - _GAP * (len(widths) - 1)
    if width and sum(widths) > room:
        widest = _widest(widths, room)
        if widest < _NARROWEST and len(widths) > 1:
            return _records(grid, width, write)
        widths = [min(column, widest) for column in widths]
    return _drawn(grid, widths, measure, write)


def _grid(table: Table) -> _Grid:
    head = place(table.head.rows)
    body: list[list[Placed]] = []
    for part in table.bodies:
        body += place(part.head) + place(part.rows)
    body += place(table.foot.rows)
    count = max((cell.column + 1 for row in head + body for cell in row), default=0)
    alignments: list[Alignment] = [column.alignment for column in table.columns[:count]]
    return _Grid(head, body, alignments + ["AlignDefault"] * (count - len(alignments)))


def _natural_widths(grid: _Grid, measure: Measure, write: WriteCell) -> list[int]:
    """Each column's widest line; a cell over several columns adds what it lacks to its last."""
    widths = [1] * len(grid.alignments)
    spanning: list[tuple[int, int, int]] = []
    for row in grid.rows:
        for cell in row:
            widest = max(map(measure.width, write(cell.cell.content, 0)), default=0)
            if cell.cell.col_span > 1:
                spanning.append((cell.column, cell.column + cell.cell.col_span, widest))
            else:
                widths[cell.column] = max(widths[cell.column], widest)
    for start, end, widest in spanning:
        columns = widths[start:end]
        lacking = widest - sum(columns) - _GAP * (len(columns) - 1)
        if lacking > 0:
            widths[start + len(columns) - 1] += lacking
    return widths


def _widest(widths: Sequence[int], room: int) -> int:
    """The width that the wide columns may have, so that all fit; narrow ones keep theirs."""
    left, waiting = room, len(widths)
    for column in sorted(widths):
        share = left // waiting
        if column > share:
            return share
        left -= column
        waiting -= 1
    return max(widths)


def _drawn(grid: _Grid, widths: list[int], measure: Measure, write: WriteCell) -> list[str]:
    rows = [[(cell, write(cell.cell.content, _cell_width(cell, widths))) for cell in row] for row in grid.rows]
    for row in rows:  # a segment that nothing may break can be wider than its column
        for cell, lines in row:
            if cell.cell.col_span == 1:
                widths[cell.column] = max(widths[cell.column], *map(measure.width, lines), 0)
    tall = any(len(lines) > 1 for row in rows[len(grid.head) :] for _, lines in row)
    drawn: list[str] = []
    for number, row in enumerate(rows):
        if number == len(grid.head) and grid.head:
            drawn.append((" " * _GAP).join("-" * column for column in widths))
        elif tall and number > len(grid.head):
            drawn.append("")
        drawn += _row_lines(row, grid, widths, measure, heads=number < len(grid.head))
    return drawn


def _cell_width(cell: Placed, widths: list[int]) -> int:
    columns = widths[cell.column : cell.column + cell.cell.col_span]
    return sum(columns) + _GAP * (len(columns) - 1)


def _row_lines(
    row: list[tuple[Placed, list[str]]], grid: _Grid, widths: list[int], measure: Measure, *, heads: bool
) -> list[str]:
    result = []
    for lines in zip_longest(*(lines for _, lines in row), fillvalue=""):
        written, column = "", 0
        for (cell, _), line in zip(row, lines, strict=True):
            start = sum(widths[: cell.column]) + _GAP * cell.column
            written += " " * (start - column)
            room = _cell_width(cell, widths)
            written += _aligned(line, room, _alignment(cell, grid, heads=heads), measure)
            column = start + max(room, measure.width(line))
        result.append(written.rstrip(" "))
    return result


def _alignment(cell: Placed, grid: _Grid, *, heads: bool) -> Alignment:
    """A cell's own alignment, else its column's; what heads several columns stands above their middle."""
    if cell.cell.alignment != "AlignDefault":
        return cell.cell.alignment
    if cell.cell.col_span == 1:
        return grid.alignments[cell.column]
    return "AlignCenter" if heads else "AlignDefault"


def _aligned(line: str, room: int, alignment: Alignment, measure: Measure) -> str:
    missing = max(0, room - measure.width(line))
    match alignment:
        case "AlignRight":
            return " " * missing + line
        case "AlignCenter":
            return " " * (missing // 2) + line + " " * (missing - missing // 2)
        case _:
            return line + " " * missing


def _records(grid: _Grid, width: int, write: WriteCell) -> list[str]:
    """A paragraph a row, a line or more a cell below its column's heading; the headings stand by themselves first."""
    headings = {cell.column: " ".join(write(cell.cell.content, 0)) for row in grid.head for cell in row}
    drawn: list[str] = []
    for number, row in enumerate(grid.rows):
        if drawn:
            drawn.append("")
        for cell in row:
            lines = write(cell.cell.content, max(_NARROWEST, width - 2))
            heading = headings.get(cell.column, "") if number >= len(grid.head) and lines else ""
            if heading:
                drawn.append(f"{heading}:")
            drawn += [f"  {line}".rstrip() if heading else line for line in lines]
    return drawn
