"""Blocks as raw HTML, for what a flavour cannot say: cells with spans or with blocks in them, definition lists.

GitHub lets all of these elements pass. An HTML block of CommonMark ends at the first blank line (section 4.6), so
there is none; only a part that holds notes or formulas, which HTML cannot say, goes back to Markdown between blank
lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import assert_never

from convertkit.readers.harmless import RAW_HTML
from convertkit.tree import (
    Block,
    BlockQuote,
    BulletList,
    Cite,
    Code,
    CodeBlock,
    DefinitionItem,
    DefinitionList,
    Div,
    Emph,
    Figure,
    Header,
    HorizontalRule,
    Image,
    Inline,
    LineBlock,
    LineBreak,
    Link,
    Math,
    Note,
    OrderedList,
    Para,
    Plain,
    Quoted,
    RawBlock,
    RawInline,
    Row,
    Ruby,
    SmallCaps,
    SoftBreak,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    Underline,
)
from convertkit.walk import plain_text, query_nodes
from convertkit.writers.figures import caption_stands_above
from convertkit.writers.grid import Placed, place
from convertkit.writers.markdown.page import Page
from convertkit.writers.markdown.spans import anchor, element_of_span, formula_as_text, heading_anchor, lose_size
from convertkit.writers.markup import escape, escape_attribute
from convertkit.writers.raw import words_of_raw

_BLANK = re.compile(r"\n(?=[ \t]*\n)")
_LINE_END = re.compile(r"\r\n?|\n")
_TAGS: dict[type[Inline], str] = {
    Emph: "em",
    Strong: "strong",
    Underline: "ins",
    Strikeout: "del",
    Superscript: "sup",
    Subscript: "sub",
}
_ALIGNMENTS = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center"}
_NUMBER_TYPES = {"LowerRoman": "i", "UpperRoman": "I", "LowerAlpha": "a", "UpperAlpha": "A"}

Markdown = Callable[[tuple[Block, ...]], str]
"""Writes blocks as Markdown: how HTML goes back to it without importing the block writer."""


def html_table(table: Table, page: Page, markdown: Markdown) -> str:
    """A table with all that HTML's can say; its caption is the first child."""
    parts = ["<table>"]
    if table.caption.content:
        parts.append(_element("caption", table.caption.content, page, markdown))
    columns = len(table.columns)
    parts += _group("thead", _rows(table.head.rows, columns, table, page, markdown))
    for body in table.bodies:  # header rows of its own stand in it: HTML has one `thead`, before all bodies
        heads = _rows(body.head, columns, table, page, markdown)
        parts += _group("tbody", heads + _rows(body.rows, body.row_head_columns, table, page, markdown))
    parts += _group("tfoot", _rows(table.foot.rows, 0, table, page, markdown))
    return "\n".join([*parts, "</table>"])


def html_definitions(definitions: DefinitionList, page: Page, markdown: Markdown) -> str:
    """Terms and definitions."""
    lines = ["<dl>"]
    for item in definitions.items:
        lines += _definition(item, page, markdown)
    return "\n".join([*lines, "</dl>"])


def html_details(node: Div, page: Page, markdown: Markdown, between: str = "\n\n") -> str:
    """What can be folded away: the summary, and the rest as `markdown` writes it, `between` the tags."""
    first, rest = node.content[0], node.content[1:]
    is_summary = isinstance(first, Div) and "summary" in first.attr.classes
    summary = _element("summary", _bare(first.content), page, markdown) if isinstance(first, Div) and is_summary else ""
    opening = f"<details>\n{summary}" if summary else "<details>"
    return f"{opening}{between}{markdown(rest if is_summary else node.content)}{between}</details>"


def _bare(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """A lone paragraph as text without one."""
    return (Plain(blocks[0].content),) if len(blocks) == 1 and isinstance(blocks[0], Para) else blocks


def _definition(item: DefinitionItem, page: Page, markdown: Markdown) -> list[str]:
    term = (Plain(item.term),) if item.term else ()
    lines = [_element("dt", term, page, markdown)] if term else []
    return lines + [_element("dd", blocks, page, markdown) for blocks in item.definitions]


def _group(tag: str, rows: list[str]) -> list[str]:
    return [f"<{tag}>", *rows, f"</{tag}>"] if rows else []


def _rows(rows: tuple[Row, ...], heads: int, table: Table, page: Page, markdown: Markdown) -> list[str]:
    lines: list[str] = []
    for row in place(rows):
        lines.append("<tr>")
        for placed in row:
            name = "th" if placed.column < heads else "td"
            lines.append(_element(name, placed.cell.content, page, markdown, _cell_attributes(placed, table)))
        lines.append("</tr>")
    return lines


def _cell_attributes(placed: Placed, table: Table) -> str:
    cell = placed.cell
    alignment = cell.alignment
    if alignment == "AlignDefault" and cell.col_span == 1 and placed.column < len(table.columns):
        alignment = table.columns[placed.column].alignment
    written = f' align="{_ALIGNMENTS[alignment]}"' if alignment in _ALIGNMENTS else ""
    if placed.row_span > 1:
        written += f' rowspan="{placed.row_span}"'
    return f'{written} colspan="{cell.col_span}"' if cell.col_span > 1 else written


def _element(tag: str, blocks: tuple[Block, ...], page: Page, markdown: Markdown, attributes: str = "") -> str:
    kinds = Note if page.flavour.math == "none" else (Note, Math)
    if any(query_nodes(blocks, lambda node: True if isinstance(node, kinds) else None)):
        return f"<{tag}{attributes}>\n\n{markdown(blocks)}\n\n</{tag}>"
    return f"<{tag}{attributes}>{_BLANK.sub('', _blocks(blocks, page))}</{tag}>"


# ---------------------------------------------------------------- blocks


def _blocks(blocks: tuple[Block, ...], page: Page) -> str:
    return "\n".join([html for block in blocks if (html := _block(block, page))])


def _block(node: Block, page: Page) -> str:  # noqa: C901, PLR0912  # one arm a node, and the set is closed
    match node:
        case Plain():
            return _inlines(node.content, page)
        case Para():
            return f"<p>{_inlines(node.content, page)}</p>"
        case Header():
            return f"<h{node.level}>{heading_anchor(node, page)}{_inlines(node.content, page)}</h{node.level}>"
        case BulletList():
            return f"<ul>\n{_items(node.items, page)}\n</ul>"
        case OrderedList():
            return f"<ol{_numbering(node)}>\n{_items(node.items, page)}\n</ol>"
        case CodeBlock():
            language = f' class="language-{escape_attribute(node.attr.classes[0])}"' if node.attr.classes else ""
            end = "\n" if node.text else ""
            return f"{anchor(node.attr.id, page)}<pre><code{language}>{_verbatim(node.text)}{end}</code></pre>"
        case BlockQuote():
            return f"<blockquote>\n{_blocks(node.content, page)}\n</blockquote>"
        case Div():
            return _div(node, page)
        case Figure():
            return _figure(node, page)
        case Table():
            return anchor(node.attr.id, page) + html_table(node, page, lambda blocks: _blocks(blocks, page))
        case DefinitionList():
            return html_definitions(node, page, lambda blocks: _blocks(blocks, page))
        case LineBlock():
            return f"<p>{'<br>'.join([_inlines(line, page) for line in node.lines])}</p>"
        case HorizontalRule():
            return "<hr>"
        case RawBlock():
            return _raw(node, page)
        case _:
            assert_never(node)


def _div(node: Div, page: Page) -> str:
    """Its content, in the element that it is: what can be folded away, or a part in another language."""
    attr = node.attr
    if "details" in attr.classes and node.content:
        return anchor(attr.id, page) + html_details(node, page, lambda blocks: _blocks(blocks, page), between="\n")
    kept = "".join(f' {key}="{_attribute(value)}"' for key, value in attr.attributes if key in ("lang", "dir"))
    if not kept and attr.classes:
        page.lose_looks("the classes of a part", plain_text(node.content))
    content = anchor(attr.id, page) + _blocks(node.content, page)
    return f"<div{kept}>\n{content}\n</div>" if kept else content


def _figure(node: Figure, page: Page) -> str:
    caption = f"<figcaption>{_blocks(node.caption.content, page)}</figcaption>" * bool(node.caption.content)
    parts = [_blocks(node.content, page), caption]
    if caption_stands_above(node):
        parts.reverse()
    content = "\n".join(filter(None, parts))
    return f"{anchor(node.attr.id, page)}<figure>{content}</figure>"


def _items(items: tuple[tuple[Block, ...], ...], page: Page) -> str:
    return "\n".join([f"<li>{_blocks(item, page)}</li>" for item in items])


def _numbering(node: OrderedList) -> str:
    start = f' start="{node.start}"' if node.start != 1 else ""
    return start + (f' type="{_NUMBER_TYPES[node.style]}"' if node.style in _NUMBER_TYPES else "")


def _verbatim(text: str) -> str:
    """Code whose line ends are character references: a blank line would end the HTML block."""
    return _LINE_END.sub("&#10;", escape(text))


# ---------------------------------------------------------------- inlines


def _inlines(nodes: tuple[Inline, ...], page: Page) -> str:
    return "".join([_inline(node, page) for node in nodes])


def _inline(node: Inline, page: Page) -> str:  # noqa: C901, PLR0912  # one arm a node, and the set is closed
    match node:
        case Text():
            return escape(node.text)
        case Emph() | Strong() | Underline() | Strikeout() | Superscript() | Subscript():
            tag = _TAGS[type(node)]
            return f"<{tag}>{_inlines(node.content, page)}</{tag}>"
        case Span():
            opening, closing = element_of_span(node, page)
            return f"{opening}{_inlines(node.content, page)}{closing}"
        case Cite():
            return _inlines(node.content, page)
        case SmallCaps():
            page.lose("small capitals")
            return _inlines(node.content, page)
        case Quoted():
            double = node.kind == "DoubleQuote"
            opening, closing = page.wording.double_quotes if double else page.wording.single_quotes
            return f"{opening}{_inlines(node.content, page)}{closing}"
        case Code():
            return f"<code>{_verbatim(node.text)}</code>"
        case Math():
            return _verbatim(formula_as_text(node, page))
        case Link():
            address = _attribute(page.link_address(node.target))
            return f'<a href="{address}"{_title(node.title)}>{_inlines(node.content, page)}</a>'
        case Image():
            source, alternative = _attribute(page.image_address(node.target)), _attribute(plain_text(node.content))
            lose_size(node, page)
            return f'<img src="{source}" alt="{alternative}"{_title(node.title)}>'
        case LineBreak():
            return "<br>"
        case SoftBreak():
            return " "
        case Note():
            return _blocks(node.content, page)
        case Ruby():
            return f"<ruby>{_inlines(node.base, page)}<rt>{_inlines(node.text, page)}</rt></ruby>"
        case RawInline():
            return _raw(node, page)
        case _:
            assert_never(node)


def _raw(node: RawBlock | RawInline, page: Page) -> str:
    if node.format in RAW_HTML:
        return node.text
    return escape(words_of_raw(node, "markdown", page.report))


def _title(title: str) -> str:
    return f' title="{_attribute(title)}"' if title else ""


def _attribute(text: str) -> str:
    return _LINE_END.sub("&#10;", escape_attribute(text))
