"""Blocks as lines: paragraphs wrapped and set apart by blank lines, lists on a hanging indent, code untouched."""

from __future__ import annotations

from typing import assert_never

from convertkit.tree import (
    Block,
    BlockQuote,
    BulletList,
    CodeBlock,
    DefinitionList,
    Div,
    Figure,
    Header,
    HorizontalRule,
    Inline,
    LineBlock,
    Math,
    OrderedList,
    Para,
    Plain,
    RawBlock,
    Table,
    Text,
)
from convertkit.writers.alerts import as_quotation
from convertkit.writers.figures import in_reading_order
from convertkit.writers.raw import words_of_raw
from convertkit.writers.text.inlines import write_inlines
from convertkit.writers.text.numbering import markers
from convertkit.writers.text.sheet import Sheet
from convertkit.writers.text.tables import table_lines
from convertkit.writers.text.wrapping import wrap

_NARROWEST = 16
"""However deep a list or quotation stands, its lines hold this many columns."""
_UNDERLINES = "--~..."
"""What a heading is underlined with, by its level; `=` is the title's alone."""
_CODE_INDENT = "    "
_TASKS = {"☐ ": "[ ] ", "☒ ": "[x] "}
RULE = "* * *"


def write_blocks(blocks: tuple[Block, ...], sheet: Sheet, width: int, *, tight: bool = False) -> list[str]:
    """The lines of blocks, none at the ends blank; `tight` leaves out the blank lines between blocks."""
    lines: list[str] = []
    for node in blocks:
        written = _block(node, sheet, width)
        if written:
            if lines and not tight:
                lines.append("")
            lines += written
    return lines


def write_endnotes(sheet: Sheet, width: int) -> list[str]:
    """The targets of links and the texts of notes, each behind its number; notes may have notes."""
    lines: list[str] = []
    for number, endnote in enumerate(sheet.endnotes, 1):
        marker = f"[{number}] "
        if isinstance(endnote, str):
            lines.append(marker + endnote)
        else:
            lines += _hang(marker, write_blocks(endnote, sheet, _inside(width, len(marker)))) or [marker.rstrip()]
    return lines


def _block(node: Block, sheet: Sheet, width: int) -> list[str]:  # noqa: C901, PLR0912  # one arm a node
    match node:
        case Para() | Plain():
            return _paragraph(node.content, sheet, width)
        case Header():
            return _heading(node, sheet, width)
        case BulletList():
            return _list(["-"] * len(node.items), node.items, sheet, width)
        case OrderedList():
            return _list(markers(node), node.items, sheet, width)
        case BlockQuote():
            return _prefixed("> ", write_blocks(node.content, sheet, _inside(width, 2)))
        case CodeBlock():
            return _prefixed(_CODE_INDENT, node.text.splitlines())
        case Table():
            return _table(node, sheet, width)
        case Figure():
            return write_blocks(in_reading_order(node), sheet, width)
        case Div():
            quotation = as_quotation(node)
            return write_blocks(node.content if quotation is None else (quotation,), sheet, width)
        case DefinitionList():
            return _definitions(node, sheet, width)
        case LineBlock():
            return [line for inlines in node.lines for line in _paragraph(inlines, sheet, width) or [""]]
        case HorizontalRule():
            return [" " * ((width - len(RULE)) // 2) + RULE]
        case RawBlock():
            return _raw(node, sheet, width)
        case _:
            assert_never(node)


# ---------------------------------------------------------------- leaves


def _paragraph(content: tuple[Inline, ...], sheet: Sheet, width: int) -> list[str]:
    if len(content) == 1 and isinstance(only := content[0], Math) and only.kind == "DisplayMath":
        return _prefixed(_CODE_INDENT, only.text.splitlines())
    text = write_inlines(content, sheet).strip(" ")
    return wrap(text, width, sheet.measure) if text else []


def _heading(node: Header, sheet: Sheet, width: int) -> list[str]:
    text = write_inlines(node.content, sheet)
    if not text:
        return []
    lines = wrap(text, width, sheet.measure)
    return [*lines, _UNDERLINES[node.level - 1] * max(map(sheet.measure.width, lines))]


def _table(node: Table, sheet: Sheet, width: int) -> list[str]:
    caption = write_blocks(node.caption.content, sheet, width)
    table = table_lines(node, width, sheet.measure, lambda blocks, room: _cell(blocks, sheet, room))
    return [*caption, "", *table] if caption and table else caption + table


def _cell(blocks: tuple[Block, ...], sheet: Sheet, width: int) -> list[str]:
    """A cell's lines. A tab in its code goes to the next column of eight, so that what stands beside it is aligned."""
    return [line.expandtabs() if "\t" in line else line for line in write_blocks(blocks, sheet, width, tight=True)]


def _raw(node: RawBlock, sheet: Sheet, width: int) -> list[str]:
    if node.format == "plain":
        return node.text.splitlines()
    words = words_of_raw(node, "text", sheet.lose)
    return wrap(words, width, sheet.measure) if words else []


# ---------------------------------------------------------------- containers


def _list(marks: list[str], items: tuple[tuple[Block, ...], ...], sheet: Sheet, width: int) -> list[str]:
    loose = any(Para in map(type, item) for item in items)
    lines: list[str] = []
    for mark, item in zip(marks, items, strict=True):
        if loose and lines:
            lines.append("")
        content = write_blocks(_tasked(item), sheet, _inside(width, len(mark) + 1), tight=not loose)
        lines += _hang(f"{mark} ", content) or [mark]
    return lines


def _tasked(item: tuple[Block, ...]) -> tuple[Block, ...]:
    """An item with its task box in brackets, as people type it."""
    match item:
        case (Para((Text(text), *inlines)) | Plain((Text(text), *inlines)), *blocks) if text[:2] in _TASKS:
            return Plain((Text(_TASKS[text[:2]] + text[2:]), *inlines)), *blocks
        case _:
            return item


def _definitions(node: DefinitionList, sheet: Sheet, width: int) -> list[str]:
    loose = any(Para in map(type, blocks) for item in node.items for blocks in item.definitions)
    lines: list[str] = []
    for item in node.items:
        if loose and lines:
            lines.append("")
        lines += _paragraph(item.term, sheet, width)
        for blocks in item.definitions:
            lines += _prefixed(_CODE_INDENT, write_blocks(blocks, sheet, _inside(width, len(_CODE_INDENT))))
    return lines


def _inside(width: int, indent: int) -> int:
    return max(_NARROWEST, width - indent) if width else 0


def _hang(marker: str, lines: list[str]) -> list[str]:
    """The lines behind a marker, those after the first indented as far."""
    if not lines:
        return []
    indent = " " * len(marker)
    return [marker + lines[0], *[indent + line if line else "" for line in lines[1:]]]


def _prefixed(prefix: str, lines: list[str]) -> list[str]:
    return [prefix + line if line else prefix.rstrip(" ") for line in lines]
