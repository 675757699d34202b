"""Tables as their words need them: pandoc makes all columns equally wide, and says nothing of heads of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from convertkit.tree import Cell, Para, Plain, Row, Table, TableBody
from convertkit.writers.docx.marks import ROW_HEADS, mark, marks
from convertkit.writers.docx.ooxml import name
from convertkit.writers.text.width import Measure

_ROW_HEADS_BIT = 0x0080
"""Of `w:tblLook`: the first column looks like heads (ECMA-376, 17.4.55)."""
_CELL_MARGINS = 216
"""Twips left and right of what stands in a cell (`styles.xml`, Table)."""
_EMU = 635
"""English Metric Units a twip."""
_LEAST = 400
"""Twips that an empty column keeps."""
_WIDE_CHARACTER = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")
"""Between such characters a line may end anywhere."""


# ---------------------------------------------------------------- before pandoc


def prepare_table(table: Table) -> Table:
    """The table with a mark if the first column is heads of rows, and its wide cells aligned with no column."""
    head = replace(table.head, rows=tuple(_unaligned(row, heads=True) for row in table.head.rows))
    bodies = tuple(
        replace(
            body,
            head=tuple(_unaligned(row, heads=True) for row in body.head),
            rows=tuple(_unaligned(row, heads=False) for row in body.rows),
        )
        for body in table.bodies
    )
    if bodies and all(body.row_head_columns for body in bodies):
        bodies = (_marked(bodies[0]), *bodies[1:])
    foot = replace(table.foot, rows=tuple(_unaligned(row, heads=False) for row in table.foot.rows))
    return replace(table, head=head, bodies=bodies, foot=foot)


def _unaligned(row: Row, *, heads: bool) -> Row:
    """pandoc aligns a cell over several columns with its first: one that heads them stands in their middle instead."""
    if not any(cell.col_span > 1 and cell.alignment == "AlignDefault" for cell in row.cells):
        return row
    return replace(
        row,
        cells=tuple(
            replace(cell, alignment="AlignCenter" if heads else "AlignLeft")
            if cell.col_span > 1 and cell.alignment == "AlignDefault"
            else cell
            for cell in row.cells
        ),
    )


def _marked(body: TableBody) -> TableBody:
    """The body with the mark in the first cell that can hold it."""
    rows = list(body.rows)
    for place, row in enumerate(rows):
        if row.cells and (first := _with_mark(row.cells[0])) is not None:
            rows[place] = replace(row, cells=(first, *row.cells[1:]))
            return replace(body, rows=tuple(rows))
    return body


def _with_mark(cell: Cell) -> Cell | None:
    match cell.content:
        case (Plain() | Para() as first, *rest):
            return replace(cell, content=(replace(first, content=(mark(ROW_HEADS), *first.content)), *rest))
        case _:
            return None


# ---------------------------------------------------------------- after pandoc


def flag_row_heads(root: etree._Element) -> None:
    """Let the first column of the tables that are marked look like heads."""
    for found in marks(root, ROW_HEADS):
        table = next(found.iterancestors(name("w:tbl")), None)
        look = None if table is None else table.find(f"{name('w:tblPr')}/{name('w:tblLook')}")
        if look is not None:
            look.set(name("w:firstColumn"), "1")
            look.set(name("w:val"), f"{int(look.get(name('w:val'), '0'), 16) | _ROW_HEADS_BIT:04X}")


def fit_columns(root: etree._Element, half_points: int, room: int) -> None:
    """Give the columns of tables without widths of their own the widths that their content needs.

    `half_points` is the size of body text, `room` the width of a line in twips. Word makes its own columns of such a
    table when it opens it; every other program takes those that it finds.
    """
    column = half_points * 13 // 2  # twips: a letter is half as wide as the type is high, a bold one in some fonts more
    for table in root.iter(name("w:tbl")):
        grid = table.find(name("w:tblGrid"))
        width = table.find(f"{name('w:tblPr')}/{name('w:tblW')}")
        if grid is None or width is None or width.get(name("w:type")) != "auto":
            continue
        outer = next(table.iterancestors(name("w:tc"), name("w:tbl")), None)
        within = room if outer is None else room // 2  # a table in a cell
        for item, twips in zip(grid, _widths(table, len(grid), column, within), strict=True):
            item.set(name("w:w"), str(twips))


@dataclass(slots=True)
class _Need:
    """What a column needs, in twips: for its longest word, and to have each paragraph in one line."""

    least: int = _LEAST
    most: int = _LEAST

    def hold(self, least: int, most: int) -> None:
        self.least, self.most = max(self.least, least), max(self.most, most)


def _widths(table: etree._Element, count: int, column: int, room: int) -> list[int]:
    """The width of each column: what its content needs in a line, or a fair share (CSS 2.2, section 17.5.2.2)."""
    needs = [_Need() for _ in range(count)]
    for begin, span, least, most in sorted(_cells(table, column), key=lambda cell: cell[1]):
        covered = needs[begin : begin + span]
        if not covered:
            continue
        more_least = max(0, least - sum(need.least for need in covered)) // len(covered)
        more_most = max(0, most - sum(need.most for need in covered)) // len(covered)
        for need in covered:
            need.hold(need.least + more_least, need.most + more_most)
    return _shared_out(needs, room)


def _shared_out(needs: Sequence[_Need], room: int) -> list[int]:
    least, most = sum(need.least for need in needs), sum(need.most for need in needs)
    if most <= room:
        return [need.most for need in needs]
    if least >= room:
        return [need.least * room // least for need in needs]
    return [need.least + (need.most - need.least) * (room - least) // (most - least) for need in needs]


def _cells(table: etree._Element, column: int) -> Iterator[tuple[int, int, int, int]]:
    """First column, columns, and the least and the most that it needs, of each cell."""
    for row in table.iterfind(name("w:tr")):
        begin = 0
        for cell in row.iterfind(name("w:tc")):
            spanned = cell.find(f"{name('w:tcPr')}/{name('w:gridSpan')}")
            span = int(spanned.get(name("w:val"), "1")) if spanned is not None else 1
            least, most = _needed(cell, column)
            yield begin, span, least + _CELL_MARGINS, most + _CELL_MARGINS
            begin += span


_MEASURE = Measure(ambiguous_is_wide=True)


def _needed(cell: etree._Element, column: int) -> tuple[int, int]:
    """Twips for the longest word in a cell, and for its longest line."""
    least = most = 0
    for paragraph in cell.iter(name("w:p")):
        indent = 720 if paragraph.find(f"{name('w:pPr')}/{name('w:numPr')}") is not None else 0
        for line in _lines(paragraph):
            words = _WIDE_CHARACTER.sub(" ", line).split()
            least = max(least, indent + column * max((_MEASURE.width(word) for word in words), default=2))
            most = max(most, indent + column * (_MEASURE.width(line) + 1))
        for extent in paragraph.iter(name("wp:extent")):
            shown = int(extent.get("cx", "0")) // _EMU
            least, most = max(least, min(shown, 1440)), max(most, shown)
    return least, most


def _lines(paragraph: etree._Element) -> Iterator[str]:
    line = ""
    for piece in paragraph.iter(name("w:t"), name("w:br"), name("w:tab"), name("m:t")):
        if piece.tag == name("w:br"):
            yield line
            line = ""
        else:
            line += piece.text or " "
    yield line
