"""Grid tables (pandoc's User's Guide, "Extension: grid_tables"): cells of blocks, over several rows and columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from convertkit.tree import Alignment, Block, Row, Table
from convertkit.writers.grid import place

_RULES: dict[Alignment, tuple[str, str]] = {
    "AlignLeft": (":", ""),
    "AlignRight": ("", ":"),
    "AlignCenter": (":", ":"),
    "AlignDefault": ("", ""),
}
_NARROWEST = 3
_DOUBTFUL = re.compile(
    "[^ -~\u00a1-\u00ac\u00ae-\u02af\u0391-\u03c9\u0410-\u044f"
    "\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]"
)
"""Characters of whose width pandoc may think otherwise; they are written as references."""


@dataclass(slots=True)
class _Cell:
    """A cell's lines; it begins at `row` and `column` and reaches over so many of each."""

    lines: list[str]
    row: int
    column: int
    rows: int
    columns: int


@dataclass(slots=True)
class _Grid:
    """The cell at each place, the widths of columns (padding included) and the heights of rows."""

    owners: list[list[_Cell]]
    widths: list[int]
    heights: list[int]

    def line(self, top: int, row: int) -> int:
        """How many lines lie between the first of row `top` and the first of `row`."""
        return sum(self.heights[top:row]) + row - top


def grid_table(table: Table, alignments: tuple[Alignment, ...], write: Callable[[tuple[Block, ...]], str]) -> str:
    """The table without its caption; `write` makes a cell's content Markdown."""
    bodies = tuple(row for body in table.bodies for row in (*body.head, *body.rows))
    cells, heads = _cells((table.head.rows, bodies, table.foot.rows), len(alignments), write)
    grid = _measured(cells, len(alignments))
    foot = len(grid.heights) - len(table.foot.rows) if table.foot.rows else -1
    lines: list[str] = []
    for row in range(len(grid.heights) + 1):
        double = row > 0 and (row in (heads, foot) or (foot >= 0 and row == len(grid.heights)))
        aligned = row == heads
        lines.append(_separator(grid, row, "=" if double else "-", alignments if aligned else ()))
        if row < len(grid.heights):
            lines += [_content(grid, row, line) for line in range(grid.heights[row])]
    return "\n".join(lines)


def _cells(
    groups: tuple[tuple[Row, ...], ...], width: int, write: Callable[[tuple[Block, ...]], str]
) -> tuple[list[_Cell], int]:
    """All cells in their places, and the number of header rows."""
    cells: list[_Cell] = []
    first = 0
    for rows in groups:
        for index, row in enumerate(place(rows)):
            for placed in row:
                if placed.column < width:
                    columns = min(placed.cell.col_span, width - placed.column)
                    lines = _lines(write(placed.cell.content))
                    cells.append(_Cell(lines, first + index, placed.column, placed.row_span, columns))
        first += len(rows)
    return cells, len(groups[0])


def _lines(text: str) -> list[str]:
    return [_DOUBTFUL.sub(lambda found: f"&#{ord(found[0])};", line) for line in text.split("\n")]


def _measured(cells: list[_Cell], width: int) -> _Grid:
    height = max((cell.row + cell.rows for cell in cells), default=1)
    owners = [[_Cell([""], row, column, 1, 1) for column in range(width)] for row in range(height)]
    widths, heights = [_NARROWEST] * width, [1] * height
    for cell in sorted(cells, key=lambda cell: cell.columns):
        for row in range(cell.row, cell.row + cell.rows):
            owners[row][cell.column : cell.column + cell.columns] = [cell] * cell.columns
        last = cell.column + cell.columns
        wanted = max(map(_width, cell.lines)) + 2 - sum(widths[cell.column : last]) - cell.columns + 1
        widths[last - 1] += max(0, wanted)
    for cell in sorted(cells, key=lambda cell: cell.rows):
        last = cell.row + cell.rows
        wanted = len(cell.lines) - sum(heights[cell.row : last]) - cell.rows + 1
        heights[last - 1] += max(0, wanted)
    return _Grid(owners, widths, heights)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _separator(grid: _Grid, row: int, rule: str, alignments: tuple[Alignment, ...]) -> str:
    """The line above `row`; a cell that reaches over it goes on in it."""
    above = grid.owners[row - 1] if row else []
    below = grid.owners[row] if row < len(grid.owners) else []
    width = len(grid.widths)
    drawn = [not above or not below or above[column] is not below[column] for column in range(width)]
    written = "+" if drawn[0] else "|"
    column = 0
    while column < width:
        if drawn[column]:
            left, right = _RULES[alignments[column]] if alignments else ("", "")
            written += left + rule * (grid.widths[column] - len(left + right)) + right
            column += 1
        else:
            cell = below[column]
            written += _segment(grid, cell, grid.line(cell.row, row) - 1)
            column += cell.columns
        written += "+" if drawn[column - 1] or (column < width and drawn[column]) else "|"
    return written


def _content(grid: _Grid, row: int, line: int) -> str:
    return "|" + "".join(
        f"{_segment(grid, cell, grid.line(cell.row, row) + line)}|" for cell in _once(grid.owners[row])
    )


def _once(cells: list[_Cell]) -> Iterator[_Cell]:
    previous = None
    for cell in cells:
        if cell is not previous:
            yield cell
        previous = cell


def _segment(grid: _Grid, cell: _Cell, line: int) -> str:
    """A line of a cell, as wide as its columns."""
    text = cell.lines[line] if line < len(cell.lines) else ""
    width = sum(grid.widths[cell.column : cell.column + cell.columns]) + cell.columns - 1
    return f" {text}{' ' * (width - 1 - _width(text))}"
