"""Where a table's cells stand: rows hold only the cells that begin in them, so a cell's column has to be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convertkit.tree import Cell, Row


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell, the index of its first column, and the rows it covers, cut off where its rows end."""

    cell: Cell
    column: int
    row_span: int


def place(rows: Sequence[Row]) -> list[list[Placed]]:
    """The cells of a head, body or foot in their columns, a list a row (HTML standard, section 4.9.12)."""
    covered: list[int] = []  # by column, the rows below for which a cell from above covers it
    placed_rows: list[list[Placed]] = []
    for index, row in enumerate(rows):
        below = len(rows) - index
        placed_rows.append(_place_row(row, covered, below))
        covered = [max(0, count - 1) for count in covered]
    return placed_rows


def _place_row(row: Row, covered: list[int], below: int) -> list[Placed]:
    placed: list[Placed] = []
    column = 0
    for cell in row.cells:
        while column < len(covered) and covered[column]:
            column += 1
        span = max(1, min(cell.row_span, below))
        placed.append(Placed(cell, column, span))
        end = column + max(1, cell.col_span)
        covered.extend([0] * (end - len(covered)))
        covered[column:end] = [span] * (end - column)
        column = end
    return placed
