"""The clean tree as XHTML that is HTML too: the body of an EPUB's chapter and of the HTML page.

`write_body` is the door; `_block` and `_inline` are the writer, one arm a node. A level of nesting costs at most five
Python frames. Nothing of the source's own markup passes: elements, classes, attributes and addresses are all ours.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import assert_never

from convertkit.losses import Loss
from convertkit.metadata import Metadata
from convertkit.tree import (
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Caption,
    Cite,
    Code,
    CodeBlock,
    DefinitionList,
    Div,
    Document,
    Emph,
    Figure,
    Header,
    HorizontalRule,
    Image,
    Inline,
    LineBlock,
    LineBreak,
    Link,
    ListNumberStyle,
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
    TableBody,
    Text,
    Underline,
)
from convertkit.walk import Node, plain_text, query
from convertkit.writers.absent import link_absent_images
from convertkit.writers.alerts import as_quotation
from convertkit.writers.figures import caption_stands_above, shows_pictures
from convertkit.writers.grid import Placed, place
from convertkit.writers.markup import escape, escape_attribute, without_forbidden
from convertkit.writers.raw import words_of_raw
from convertkit.writers.wording import wording
from convertkit.writers.xhtml_links import href, image
from convertkit.writers.xhtml_page import Body, Heading, Medium, Page, attributes, wrapper_attributes


def write_body(title: Header | None, blocks: tuple[Block, ...], medium: Medium, below_title: str = "") -> Body:
    """The title as `h1`, `below_title` (markup), the blocks with their headings below the title's, the notes.

    Without a title the highest heading is the `h1`. Links to ids that the output does not have lose their address.
    Raw pieces leave their words at most: nobody's markup but ours is trusted.
    """
    title, blocks, absent = _without_absent_images(title, blocks, medium)
    page = Page(medium)
    markup = _body(title, blocks, below_title, page)
    dead = page.wanted - page.written
    if dead:  # only a finished page knows its ids; dead links are rare, and such a page is written twice
        page = Page(medium, dead=frozenset(dead))
        markup = _body(title, blocks, below_title, page)
    markup, forbidden = without_forbidden(markup)
    if forbidden:
        page.lose(f"{forbidden} control characters")
    return Body(
        markup,
        tuple(page.headings),
        tuple(page.images),
        page.undescribed_images,
        page.has_math,
        (*absent, *page.losses),
    )


def _without_absent_images(
    title: Header | None, blocks: tuple[Block, ...], medium: Medium
) -> tuple[Header | None, tuple[Block, ...], list[Loss]]:
    """Title and blocks with links for the images that do not travel with the document, and what that loses."""
    losses: list[Loss] = []
    metadata = Metadata(language=medium.language, url=medium.base_url)
    whole = Document((*([title] if title else []), *blocks), metadata, medium.resources)
    linked = link_absent_images(whole, losses.append).blocks
    first = linked[0] if title else None
    return first if isinstance(first, Header) else None, linked[1:] if title else linked, losses


def _level(node: Node) -> int | None:
    return node.level if isinstance(node, Header) else None


# ---------------------------------------------------------------- blocks


def _body(title: Header | None, blocks: tuple[Block, ...], below_title: str, page: Page) -> str:
    parts = [_heading(title, page)] if title else []
    page.shift = page.level + 1 - min(query(Document(blocks), _level), default=1)
    parts += (below_title, _blocks(blocks, page))
    if page.notes:
        parts.append('<div class="footnotes">')
        for number, (note, note_id, reference_id) in enumerate(page.notes, 1):  # a note may add notes
            parts.append(_note_text(note, number, note_id, reference_id, page))
        parts.append("</div>")
    return "\n".join(filter(None, parts))


def _blocks(blocks: tuple[Block, ...], page: Page) -> str:
    parts = []
    for node in blocks:
        markup = _block(node, page)
        if markup:
            parts.append(markup)
    return "\n".join(parts)


def _block(node: Block, page: Page) -> str:  # noqa: C901, PLR0912  # one arm a node, and the set is closed
    match node:
        case Para():
            opening = '<p class="indent">' if node.indent else "<p>"
            return f"{opening}{_inlines(node.content, page)}</p>"
        case Plain():
            return f"<p>{_inlines(node.content, page)}</p>"
        case Header():
            return _heading(node, page)
        case BulletList():
            return f"<ul>\n{_items(node.items, page)}\n</ul>"
        case OrderedList():
            return f"<ol{_numbering(node)}>\n{_items(node.items, page)}\n</ol>"
        case CodeBlock():
            return (
                f"<pre{attributes(node.attr, page)}><code{_code_language(node.attr)}>{escape(node.text)}</code></pre>"
            )
        case BlockQuote():
            return f"<blockquote>\n{_inner_blocks(node.content, page)}\n</blockquote>"
        case Figure():
            return _figure(node, page)
        case Table():
            return _table(node, page)
        case DefinitionList():
            return _definitions(node, page)
        case HorizontalRule():
            return "<hr />"
        case Div():
            return _div(node, page)
        case LineBlock():
            lines = "<br />\n".join([_inlines(line, page) for line in node.lines])
            return f'<p class="lines">{lines}</p>'
        case RawBlock():
            words = escape(words_of_raw(node, page.medium.format, page.losses.append))
            return f"<p>{words}</p>" if words else ""
        case _:
            assert_never(node)


def _inner_blocks(blocks: tuple[Block, ...], page: Page) -> str:
    """Blocks whose headings are no part of the document's outline (HTML: sectioning roots)."""
    outline = len(page.headings)
    markup = _blocks(blocks, page)
    del page.headings[outline:]
    return markup


def _item(blocks: tuple[Block, ...], page: Page, *, keep_headings: bool = True) -> str:
    """The content of an item, cell or the like, where a `Plain` at the beginning stands bare."""
    if not blocks:
        return ""
    outline = len(page.headings)
    first = blocks[0]
    if isinstance(first, Plain):
        markup = _inlines(first.content, page)
        if len(blocks) > 1:
            markup += "\n" + _blocks(blocks[1:], page)
    else:
        markup = _blocks(blocks, page)
    if not keep_headings:
        del page.headings[outline:]
    return markup


def _heading(node: Header, page: Page) -> str:
    content = _inlines(node.content, page)
    if not content:  # as a heading it would announce nothing
        return ""
    level = min(node.level + page.shift, page.level + 1, 6)
    page.level = level
    text = plain_text(tuple(child for child in node.content if not isinstance(child, Note))).strip()
    rest = attributes(node.attr, page, skip_id=True)
    heading_id = page.claim(node.attr.id) or page.fresh_id(f"section-{len(page.headings) + 1}")
    if text:
        page.headings.append(Heading(level, text, heading_id))
    return f'<h{level} id="{heading_id}"{rest}>{content}</h{level}>'


_NUMBER_TYPES: Mapping[ListNumberStyle, str] = {
    "LowerRoman": "i",
    "UpperRoman": "I",
    "LowerAlpha": "a",
    "UpperAlpha": "A",
}


def _numbering(node: OrderedList) -> str:
    kind = _NUMBER_TYPES.get(node.style)
    start = f' start="{node.start}"' if node.start != 1 else ""
    return start + (f' type="{kind}"' if kind else "")


def _items(items: tuple[tuple[Block, ...], ...], page: Page) -> str:
    parts = []
    for item in items:
        parts.append(f"<li{_task(item)}>{_item(item, page)}</li>")
    return "\n".join(parts)


_TASKS = frozenset({"☐ ", "☒ "})
"""What a task's text begins with (`tree.BulletList`)."""


def _task(item: tuple[Block, ...]) -> str:
    """The class of a task's item, which has a box and needs no bullet."""
    match item:
        case (Plain(content=(Text(text), *_)) | Para(content=(Text(text), *_)), *_) if text[:2] in _TASKS:
            return ' class="task"'
        case _:
            return ""


def _definitions(node: DefinitionList, page: Page) -> str:
    parts = ["<dl>"]
    for item in node.items:
        parts.append(f"<dt>{_inlines(item.term, page)}</dt>")
        for definition in item.definitions:
            parts.append(f"<dd>{_item(definition, page)}</dd>")
    if node.items and not node.items[-1].definitions:
        parts.append("<dd></dd>")  # a list may not end with a term
    parts.append("</dl>")
    return "\n".join(parts)


def _caption(element: str, caption: Caption, page: Page) -> str:
    content = _item(caption.content, page, keep_headings=False)
    return f"\n<{element}>{content}</{element}>" if content else ""


def _figure(node: Figure, page: Page) -> str:
    kind = "" if shows_pictures(node) else ' class="text"'
    opening = f"<figure{kind}{attributes(node.attr, page)}>"
    if caption_stands_above(node):
        caption = _caption("figcaption", node.caption, page)
        return f"{opening}{caption}\n{_item(node.content, page, keep_headings=False)}\n</figure>"
    content = _item(node.content, page, keep_headings=False)
    return f"{opening}\n{content}{_caption('figcaption', node.caption, page)}\n</figure>"


_LANGUAGE_NAME = re.compile(r"[\w+#.-]+", re.ASCII)


def _code_language(attr: Attr) -> str:
    name = attr.classes[0].removeprefix("language-") if attr.classes else ""
    return f' class="language-{name}"' if _LANGUAGE_NAME.fullmatch(name) else ""


_DIV_ELEMENTS: Mapping[str, str] = {"aside": "aside", "section": "section"}
KNOWN_CLASSES = frozenset({"center", "right", "lines"})
"""Classes of a `Div` that the style sheet has a rule for."""


def _div(node: Div, page: Page) -> str:
    if "details" in node.attr.classes and (details := _details(node, page)):
        return details
    element = next((_DIV_ELEMENTS[name] for name in node.attr.classes if name in _DIV_ELEMENTS), "div")
    if page.medium.keeps_wrappers:
        return f"<{element}{wrapper_attributes(node.attr, page, 'div')}>\n{_blocks(node.content, page)}\n</{element}>"
    if (quotation := as_quotation(node)) is not None:
        return _block(quotation, page)
    classes = " ".join([name for name in node.attr.classes if name in KNOWN_CLASSES])
    opening = element + (f' class="{classes}"' if classes else "") + attributes(node.attr, page)
    content = _blocks(node.content, page)
    return content if opening == "div" else f"<{opening}>\n{content}\n</{element}>"


def _details(node: Div, page: Page) -> str:
    """A `Div.details` whose first block, a `Div.summary` or a paragraph, is its summary; "" if it has none.

    It is written open: on paper-like screens nothing can be clicked.
    """
    match node.content:
        case (Div(content=summary, attr=attr), *rest) if "summary" in attr.classes:
            pass
        case (Para() | Plain() as first, *rest):
            summary = (Plain(first.content),)
        case _:
            return ""
    if len(summary) == 1 and isinstance(summary[0], Para):
        summary = (Plain(summary[0].content),)
    opening = f'<details open="open"{attributes(node.attr, page)}>'
    return f"{opening}\n<summary>{_item(summary, page)}</summary>\n{_blocks(tuple(rest), page)}\n</details>"


# ---------------------------------------------------------------- tables


def _table(node: Table, page: Page) -> str:
    parts = [f"<table{attributes(node.attr, page)}>{_caption('caption', node.caption, page)}"]
    if node.head.rows:
        parts.append(f"<thead>\n{_rows(node.head.rows, node, page, head=True)}\n</thead>")
    for body in node.bodies:
        if body.head or body.rows:
            parts.append(f"<tbody>\n{_body_rows(body, node, page)}\n</tbody>")
    if node.foot.rows:
        parts.append(f"<tfoot>\n{_rows(node.foot.rows, node, page)}\n</tfoot>")
    parts.append("</table>")
    return "\n".join(parts)


def _body_rows(body: TableBody, table: Table, page: Page) -> str:
    head = _rows(body.head, table, page, head=True)
    rows = _rows(body.rows, table, page, row_heads=body.row_head_columns)
    return "\n".join(filter(None, (head, rows)))


def _rows(rows: tuple[Row, ...], table: Table, page: Page, *, head: bool = False, row_heads: int = 0) -> str:
    parts = []
    for row, placed_cells in zip(rows, place(rows), strict=True):
        cells = []
        for placed in placed_cells:
            content = _item(placed.cell.content, page, keep_headings=False)
            scope = "col" if head else "row" if placed.column < row_heads else ""
            element, opening = _cell_opening(placed, scope if content else "", table, page)
            cells.append(f"<{opening}>{content}</{element}>")
        parts.append(f"<tr{attributes(row.attr, page)}>{''.join(cells)}</tr>")
    return "\n".join(parts)


_ALIGNMENTS = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": ""}


def _cell_opening(placed: Placed, scope: str, table: Table, page: Page) -> tuple[str, str]:
    """The cell's element, and the element with its attributes. An empty cell of a head is no heading of anything."""
    cell = placed.cell
    element, opening = "td", "td"
    if scope:
        group = "group" if (cell.col_span if scope == "col" else placed.row_span) > 1 else ""
        element, opening = "th", f'th scope="{scope}{group}"'
    if cell.col_span > 1:
        opening += f' colspan="{cell.col_span}"'
    if placed.row_span > 1:
        opening += f' rowspan="{placed.row_span}"'
    alignment = _ALIGNMENTS[cell.alignment]
    if not alignment and cell.col_span == 1 and placed.column < len(table.columns):  # a wider one is of no column
        alignment = _ALIGNMENTS[table.columns[placed.column].alignment]
    if alignment:
        opening += f' class="{alignment}"'
    return element, opening + attributes(cell.attr, page)


# ---------------------------------------------------------------- inlines


def _inlines(content: tuple[Inline, ...], page: Page) -> str:
    if len(content) == 1 and isinstance(content[0], Text):
        return escape(content[0].text)
    parts = []
    for node in content:
        parts.append(escape(node.text) if isinstance(node, Text) else _inline(node, page))
    return "".join(parts)


def _inline(node: Inline, page: Page) -> str:  # noqa: C901, PLR0912  # one arm a node, and the set is closed
    match node:
        case Text():
            return escape(node.text)
        case Strong():
            return f"<strong>{_inlines(node.content, page)}</strong>"
        case Link():
            return _link(node, page)
        case Emph():
            return f"<em>{_inlines(node.content, page)}</em>"
        case Code():
            element = _CODE_ELEMENTS.get(node.attr.classes[0], "code") if node.attr.classes else "code"
            return f"<{element}{attributes(node.attr, page)}>{escape(node.text)}</{element}>"
        case Image():
            return image(node, page)
        case LineBreak():
            return "<br />\n"
        case SoftBreak():
            return "\n"
        case Span():
            return _span(node, page)
        case Underline():
            return f"<u>{_inlines(node.content, page)}</u>"
        case Strikeout():
            return f"<s>{_inlines(node.content, page)}</s>"
        case Superscript():
            return f"<sup>{_inlines(node.content, page)}</sup>"
        case Subscript():
            return f"<sub>{_inlines(node.content, page)}</sub>"
        case SmallCaps():
            return f'<span class="smallcaps">{_inlines(node.content, page)}</span>'
        case Quoted():
            words = wording(page.medium.language)
            opening, closing = words.double_quotes if node.kind == "DoubleQuote" else words.single_quotes
            return f"{opening}{_inlines(node.content, page)}{closing}"
        case Cite():
            return _inlines(node.content, page)
        case Math():
            return _math(node, page)
        case Note():
            return _note_reference(node, page)
        case Ruby():
            return _ruby(node, page)
        case RawInline():
            return escape(words_of_raw(node, page.medium.format, page.losses.append))
        case _:
            assert_never(node)


def _ruby(node: Ruby, page: Page) -> str:
    """EPUBCheck discourages `rp`: every reader of EPUB 3 knows ruby."""
    reading = f"<rt>{_inlines(node.text, page)}</rt>"
    if not page.is_epub:
        reading = f"<rp>(</rp>{reading}<rp>)</rp>"
    return f"<ruby>{_inlines(node.base, page)}{reading}</ruby>"


_CODE_ELEMENTS: Mapping[str, str] = {"kbd": "kbd", "samp": "samp", "sample": "samp", "var": "var", "variable": "var"}
_SPAN_ELEMENTS = frozenset({"abbr", "cite", "dfn", "kbd", "mark", "q", "samp", "small", "var"})
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
"""The forms of `datetime` that posts use (HTML standard, section 2.3.5)."""


def _span(node: Span, page: Page) -> str:
    """A span with the element that its class names, if any; one that says nothing leaves its content alone."""
    element = next((name for name in node.attr.classes if name in _SPAN_ELEMENTS), "span")
    if page.medium.keeps_wrappers:
        return f"<{element}{wrapper_attributes(node.attr, page, 'span')}>{_inlines(node.content, page)}</{element}>"
    rest = attributes(node.attr, page)
    if "bdo" in node.attr.classes and " dir=" in rest:
        element = "bdo"
    elif "time" in node.attr.classes and _is_instant(instant := node.attr.get("datetime")):
        element, rest = "time", f' datetime="{instant}"{rest}'
    content = _inlines(node.content, page)
    return f"<{element}{rest}>{content}</{element}>" if rest or element != "span" else content


def _is_instant(text: str) -> bool:
    try:
        return _INSTANT.fullmatch(text) is not None and bool(datetime.datetime.fromisoformat(text))
    except ValueError:  # the 30th of February
        return False


# ---------------------------------------------------------------- links and notes


def _link(node: Link, page: Page) -> str:
    if page.in_link:  # `a` in `a` is not HTML; the outer one was opened first
        page.lose("a link inside a link", node.target)
        return _inlines(node.content, page)
    address = href(node.target, page)
    opening = attributes(node.attr, page)
    if node.title.strip() and " title=" not in opening:
        opening += f' title="{escape_attribute(node.title)}"'
    page.in_link = True
    content = _inlines(node.content, page)
    page.in_link = False
    if address and not content:
        page.lose("a link without text", node.target)
        address = ""
    waiting = "".join(page.noterefs)
    page.noterefs.clear()
    if address:
        return f'<a href="{escape_attribute(address)}"{opening}>{content}</a>{waiting}'
    return (f"<span{opening}>{content}</span>" if opening else content) + waiting


def _note_reference(note: Note, page: Page) -> str:
    number = page.named_notes.get(note) if note.name else None
    own_id = ""
    if number is None:
        number = len(page.notes) + 1
        note_id, reference_id = page.fresh_id(f"note-{number}"), page.fresh_id(f"noteref-{number}")
        page.notes.append((note, note_id, reference_id))
        own_id = f' id="{reference_id}"'  # of the first reference: there the note's number leads back
        if note.name:
            page.named_notes[note] = number
    note_id = page.notes[number - 1][1]
    semantics = page.semantics("noteref", "doc-noteref")
    markup = f'<sup><a href="#{note_id}"{own_id}{semantics}>{number}</a></sup>'
    if not page.in_link:
        return markup
    page.noterefs.append(markup)
    return ""


def _note_text(note: Note, number: int, note_id: str, reference_id: str, page: Page) -> str:
    """The note's text; its number leads back to the reference."""
    back = f'<a href="#{reference_id}" role="doc-backlink">{number}</a>. '
    match note.content:
        case (Para() | Plain() as first, *rest):
            content = f"<p>{back}{_inlines(first.content, page)}</p>\n{_inner_blocks(tuple(rest), page)}"
        case _:
            content = f"<p>{back.rstrip()}</p>\n{_inner_blocks(note.content, page)}"
    return f'<aside id="{note_id}"{page.semantics("footnote", "doc-footnote")}>{content.rstrip()}</aside>'


# ---------------------------------------------------------------- formulas


def _math(node: Math, page: Page) -> str:
    from convertkit.writers.mathml import tex_to_mathml

    display = node.kind == "DisplayMath"
    markup = tex_to_mathml(node.text, display=display)
    if markup is None:
        page.lose("a formula as MathML", " ".join(node.text.split()))
        return f'<code class="math">{escape(node.text)}</code>'
    page.has_math = True
    return markup
