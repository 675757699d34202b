"""Blocks as Markdown: blank lines between them, items on a hanging indent, notes at the end."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeAlias, assert_never

from convertkit.tree import (
    Attr,
    Block,
    BlockQuote,
    BulletList,
    CodeBlock,
    DefinitionItem,
    DefinitionList,
    Div,
    Figure,
    Header,
    HorizontalRule,
    Image,
    Inline,
    LineBlock,
    LineBreak,
    Math,
    OrderedList,
    Para,
    Plain,
    RawBlock,
    Table,
    TableBody,
    TableFoot,
    Text,
)
from convertkit.walk import plain_text
from convertkit.writers.figures import in_reading_order
from convertkit.writers.markdown.attributes import attribute_list
from convertkit.writers.markdown.displays import around_formulas
from convertkit.writers.markdown.divs import quoted, without_divs, write_div
from convertkit.writers.markdown.escaping import escape_heading_end, escape_line_starts, may_begin_a_block
from convertkit.writers.markdown.grid_tables import grid_table
from convertkit.writers.markdown.html import html_definitions, html_table
from convertkit.writers.markdown.inlines import begins_with_text, write_inlines
from convertkit.writers.markdown.numbering import fancy_markers
from convertkit.writers.markdown.page import Page
from convertkit.writers.markdown.pandoc_inlines import NOTHING, escape_pandoc_line_starts, pandoc_image
from convertkit.writers.markdown.plain import listed_definitions, rows_as_lines, simple_table
from convertkit.writers.markdown.spans import anchor, heading_anchor
from convertkit.writers.markdown.tables import (
    alignments,
    has_line_break,
    is_pipe_table,
    lose_of_table,
    pipe_table,
    words_of_table,
)
from convertkit.writers.raw import words_of_raw

_LINES_WITH_TEXT = re.compile(r"\n(?!\n|\Z)")
_LINE_END = re.compile(r"\r\n?")
_TASK = re.compile(r"\[[ xX]\](?=\s|$)")
_LANGUAGE = re.compile(r"[^\s`&\\]+")
_PLAIN_LANGUAGE = re.compile(r"[\w+#-]+")
_ATTRIBUTES_AT_END = re.compile(r"\{(?=[^{}]*\}$)")
"""What would be taken for the attributes of a heading."""
_DEFINITION_MARK = re.compile(r"^:(?=\s)", re.MULTILINE)
"""At the start of a line, what makes the line before it a term."""
_ALERT = re.compile(r"\[![^\[\]]+\](?!\()")
_RULE = re.compile(r"(?:- )+-(?:\n|\Z)")
_LARGEST_NUMBER = 999_999_999
"""Nine digits (CommonMark 5.2)."""
_DELIMITERS = {"Period": ".", "OneParen": ")"}
_Items: TypeAlias = tuple[tuple[Block, ...], ...]
SEPARATOR = "<!-- -->"
"""An HTML block of its own: ends what stands before it without a blank line, which would make a list loose."""


def write_body(blocks: tuple[Block, ...], page: Page) -> str:
    """All blocks, then the notes that they refer to."""
    parts = [text] if (text := write_blocks(blocks, page)) else []
    if page.notes and not page.flavour.notes:
        parts.append("***")
    for number, note in enumerate(page.notes, page.notes_before + 1):  # a note may add notes
        marker, indent = (f"[^{number}]:", " " * 4) if page.flavour.notes else (f"{number}.", " " * len(f"{number}. "))
        text = write_blocks(note, page)
        if page.flavour.notes and note and not isinstance(note[0], Para):
            text = "\n" + text  # beside the label, pandoc and markdown-it count a block's columns in ways of their own
        parts.append(_item(marker, text, indent))
    return "\n\n".join(parts)


def write_blocks(blocks: tuple[Block, ...], page: Page) -> str:
    """Blocks with a blank line between them."""
    if Div in map(type, blocks):
        blocks = without_divs(blocks, page)
    written: list[str] = []
    previous = ""
    for node in blocks:
        text, previous = _block(node, page, previous)
        if text:
            if text[0] == ">" and written and written[-1][0] == ">" and page.flavour.dialect == "commonmark":
                written.append(SEPARATOR)  # some parsers, and people, take two quotations for one (markdownlint MD028)
            written.append(text)
    return "\n\n".join(written)


def _block(node: Block, page: Page, previous: str) -> tuple[str, str]:
    """The block, and the list marker that it uses: a list beside a list needs another one to be another list.

    `previous` is the marker of the block before, "" if that is no list.
    """
    match node:
        case Para() | Plain() | Header():
            text = _leaf_or_container(node, page)
            return text, "" if text else previous
        case BulletList():
            return _parted(_bullets(node, page, previous), previous, page)
        case OrderedList() if page.flavour.list_numbering:
            return _parted((_fancy_numbers(node, page), "#"), "" if previous == "-" else previous, page)
        case OrderedList():
            mark = ")" if node.delimiter in ("OneParen", "TwoParens") else "."
            mark = "." if previous == ")" else ")" if previous == "." else mark
            return _numbers(node, mark, page), mark
        case DefinitionList() if page.flavour.definition_lists:
            return _parted((_definitions(node, page), ":"), previous if previous == ":" else "", page)
        case _:
            text = _leaf_or_container(node, page)
            return text, "" if text else previous


def _parted(written: tuple[str, str], previous: str, page: Page) -> tuple[str, str]:
    """A list, kept from the list before it where another marker would not do (pandoc)."""
    text, mark = written
    apart = previous == ":" if mark == ":" else previous and page.flavour.dialect == "pandoc" and previous != ":"
    return (f"{SEPARATOR}\n\n{text}" if apart else text), mark


def _leaf_or_container(  # one arm a node, and the set is closed
    node: Plain
    | Para
    | Header
    | CodeBlock
    | RawBlock
    | BlockQuote
    | DefinitionList
    | Table
    | Figure
    | HorizontalRule
    | Div
    | LineBlock,
    page: Page,
) -> str:
    match node:
        case Para() | Plain():
            return _paragraph(node.content, page, "\n\n" if isinstance(node, Para) else "\n")
        case Header():
            return _heading(node, page)
        case CodeBlock():
            return _code_block(node, page)
        case BlockQuote():
            return quoted(_not_an_alert(write_blocks(node.content, page)))
        case Table():
            return _anchored(node, _table(node, page), page)
        case HorizontalRule():
            return "***"  # never `---`, which begins front matter and ends it
        case Figure():
            return _figure(node, page)
        case DefinitionList():
            return _definitions(node, page)
        case LineBlock():
            return _line_block(node, page)
        case Div():
            return write_div(node, page, lambda blocks: write_blocks(blocks, page))
        case RawBlock():
            return _raw(node, page)
        case _:
            assert_never(node)


def _anchored(node: CodeBlock | Table | Figure | Div, text: str, page: Page) -> str:
    """The block behind the place that a link leads to, if one does."""
    place = anchor(node.attr.id, page) if node.attr.id else ""
    return f"{place}\n\n{text}" if place else text


def _heading(node: Header, page: Page) -> str:
    """An ATX heading (CommonMark 4.2), its identifier behind it or, where a link leads there, before its text."""
    marks, attr = "#" * node.level, node.attr
    text = escape_heading_end(write_inlines(node.content, page, page.break_in_line))
    if page.flavour.attributes != "none":
        if page.flavour.dialect == "commonmark":
            text = _ATTRIBUTES_AT_END.sub(r"\\\g<0>", text)
        return f"{marks} {text} {attribute_list(attr)}".rstrip(" ")
    return f"{marks} {heading_anchor(node, page)}{text}".rstrip(" ")


# ---------------------------------------------------------------- leaves


def _paragraph(content: tuple[Inline, ...], page: Page, gap: str = "\n") -> str:
    """Text, and on lines of their own the formulas set apart that GitHub reads only there, `gap` around each."""
    if page.flavour.math == "github" and Math in map(type, content) and (parts := around_formulas(content)):
        return gap.join(_fenced(part.text, "math") if isinstance(part, Math) else _text(part, page) for part in parts)
    return _text(content, page)


def _text(content: tuple[Inline, ...], page: Page) -> str:
    written = write_inlines(content, page)
    if page.flavour.dialect == "pandoc":
        return escape_pandoc_line_starts(written) + _not_a_figure(content)
    if may_begin_a_block(written):
        written = escape_line_starts(written, begins_with_text=begins_with_text(content))
    if page.flavour.definition_lists and ": " in written:
        return _DEFINITION_MARK.sub(r"\\:", written)
    return written


def _code_block(node: CodeBlock, page: Page) -> str:
    classes = node.attr.classes
    if page.flavour.attributes == "everywhere" and (node.attr != Attr(classes=classes[:1]) or not _is_info(classes)):
        return _fenced(node.text, "", attribute_list(node.attr))
    return _anchored(node, _fenced(node.text, classes[0] if classes else ""), page)


def _is_info(classes: tuple[str, ...]) -> bool:
    """Whether the classes can stand behind a fence as a language."""
    return not classes or _PLAIN_LANGUAGE.fullmatch(classes[0]) is not None


def _figure(node: Figure, page: Page) -> str:
    if page.flavour.figures and (image := _figure_image(node)) is not None:
        alternative = (("alt", plain_text(image.content)),) * (image.content != _caption_inlines(node))
        attr = Attr(node.attr.id, image.attr.classes, (*image.attr.attributes, *alternative))
        return pandoc_image(replace(image, attr=attr), write_inlines(_caption_inlines(node), page, " "), page)
    if page.flavour.attributes == "everywhere":
        page.lose("a figure of more than a picture and a line", plain_text(node.caption.content))
        content = (*node.content, Div(node.caption.content, Attr(classes=("caption",))))
        attr = replace(node.attr, classes=("figure", *node.attr.classes))
        return write_blocks((Div(content if node.caption.content else node.content, attr),), page)
    if node.caption.content:
        page.lose_looks("that a caption belongs to its figure", plain_text(node.caption.content))
    return _anchored(node, write_blocks(in_reading_order(node), page), page)


def _figure_image(node: Figure) -> Image | None:
    """The picture of a figure that is only that, with a caption of one line."""
    match node:
        case Figure(content=(Plain(content=(Image() as image,)) | Para(content=(Image() as image,)),)):
            simple = _caption_inlines(node) and not image.attr.id and not node.attr.classes and not node.attr.attributes
            return image if simple else None
        case _:
            return None


def _caption_inlines(node: Figure) -> tuple[Inline, ...]:
    match node.caption.content:
        case (Plain(content=content) | Para(content=content),):
            return content
        case _:
            return ()


def _not_a_figure(content: tuple[Inline, ...]) -> str:
    """What keeps a lone image with a description from becoming a figure (User's Guide, `implicit_figures`)."""
    return "\\" if len(content) == 1 and isinstance(content[0], Image) and content[0].content else ""


def _fenced(text: str, language: str, attributes: str = "") -> str:
    """A fenced code block (CommonMark 4.5), its fence longer than any run of backticks in it."""
    text = _LINE_END.sub("\n", text)
    longest = max(map(len, re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    info = f" {attributes}" if attributes else language if _LANGUAGE.fullmatch(language) else ""
    return f"{fence}{info}\n{text}\n{fence}" if text else f"{fence}{info}\n{fence}"


def _not_an_alert(text: str) -> str:
    """A quotation's text that would make it an alert (`[!NOTE]`), or a callout, escaped."""
    return "\\" + text if _ALERT.match(text) else text


def _line_block(node: LineBlock, page: Page) -> str:
    if page.flavour.line_blocks:
        lines = [write_inlines(line, page, " ") for line in node.lines]
        return "\n".join([f"| {line}".rstrip(" ") for line in lines])
    inlines: list[Inline] = []
    for line in node.lines:
        inlines += (*line, LineBreak())
    return _paragraph(tuple(inlines[:-1]), page)


def _raw(node: RawBlock, page: Page) -> str:
    if page.flavour.attributes == "everywhere" and page.passes(node.format):
        return _fenced(node.text, "", f"{{={node.format}}}")
    if page.passes(node.format):
        return node.text.strip("\n")
    words = words_of_raw(node, "markdown", page.report)
    return _paragraph((Text(words),), page) if words else ""


def _table(node: Table, page: Page) -> str:
    if page.flavour.tables == "grid":
        return _pandoc_table(node, page)
    if page.flavour.tables == "none" or not is_pipe_table(node):
        if page.raw_html:
            return html_table(node, page, lambda blocks: write_blocks(blocks, page))
        if page.flavour.tables == "none":
            page.lose("a table", words_of_table(node))
            return write_blocks(rows_as_lines(node), page)
        page.lose("cells with several blocks, rows or columns in them", words_of_table(node))
        node = simple_table(node)
    table = pipe_table(node, page)
    caption = write_blocks(node.caption.content, page)
    return f"{caption}\n\n{table}" if caption else table


def _pandoc_table(node: Table, page: Page) -> str:
    """A pipe table if it can be, else a grid; the caption and the attributes behind it."""
    if is_pipe_table(node) and not node.foot.rows and not has_line_break(node):
        table = pipe_table(node, page)
    else:
        lose_of_table(node, page)
        if node.foot.rows and not node.head.rows:
            page.lose("the foot of a table without a head", words_of_table(node))
            node = replace(node, bodies=(*node.bodies, TableBody(node.foot.rows)), foot=TableFoot())
        table = grid_table(node, tuple(alignments(node)), lambda blocks: _tight(blocks, page))
    caption: tuple[Inline, ...] = ()
    for block in node.caption.content:
        if isinstance(block, Para | Plain):
            caption += (Text(" "), *block.content) if caption else block.content
        else:
            page.lose("a caption of more than a line", words_of_table(node))
            return f"{write_blocks(node.caption.content, page)}\n\n{table}"
    behind = f"{write_inlines(caption, page, ' ')} {attribute_list(node.attr)}".strip(" ")
    return f"{table}\n\n: {behind}" if behind else table


# ---------------------------------------------------------------- definitions


def _definitions(node: DefinitionList, page: Page) -> str:
    if page.flavour.definition_lists and all(item.term and any(item.definitions) for item in node.items):
        return "\n\n".join([_definition(item, page) for item in node.items])
    if page.tags:
        return html_definitions(node, page, lambda blocks: write_blocks(blocks, page))
    page.lose("terms and their definitions", plain_text(node.items[0].term) if node.items else "")
    return write_blocks((listed_definitions(node),), page)


def _definition(item: DefinitionItem, page: Page) -> str:
    """PHP Markdown Extra's form: a term on a line, its definitions behind colons; a paragraph wants a blank line."""
    term = write_inlines(item.term, page, page.break_in_line)
    written = [escape_line_starts(term, begins_with_text=begins_with_text(item.term))]
    for blocks in item.definitions:
        loose = any(isinstance(block, Para) for block in blocks)
        text = write_blocks(blocks, page) if loose else _tight(blocks, page)
        written.append(("\n" if loose else "") + _item(":", text, "    ").replace(": ", ":   ", 1))
    return "\n".join(written)


# ---------------------------------------------------------------- lists


def _bullets(node: BulletList, page: Page, previous: str) -> tuple[str, str]:
    bullet = "+" if previous == "-" else "-"
    contents = _contents(node.items, page)
    if any(map(_RULE.match, contents)):
        bullet = (
            "*" if previous == "+" else "+"
        )  # `- - -`, lists in lists with nothing in the innermost, would be a thematic break
    return _list([bullet] * len(contents), contents, node.items), bullet


def _numbers(node: OrderedList, mark: str, page: Page) -> str:
    start = node.start
    if not 0 <= start <= _LARGEST_NUMBER - len(node.items):
        page.lose(f"a list that begins with {start}", _words_of_list(node))
        start = 1
    if node.style not in ("DefaultStyle", "Decimal", "Example"):
        page.lose("lists numbered by letters or Roman numerals", _words_of_list(node))
    if node.delimiter != "DefaultDelim" and _DELIMITERS.get(node.delimiter) != mark:
        page.lose_looks("the mark behind a list's numbers", _words_of_list(node))
    markers = [f"{number}{mark}" for number in range(start, start + len(node.items))]
    return _list(markers, _contents(node.items, page), node.items)


def _fancy_numbers(node: OrderedList, page: Page) -> str:
    """A list numbered as pandoc's `fancy_lists` can: letters, Roman numerals, parentheses."""
    markers = fancy_markers(node)
    if markers is None:
        page.lose("the numbers of a list", _words_of_list(node))
        markers = fancy_markers(OrderedList(node.items)) or []
    return _list(markers, _contents(node.items, page), node.items)


def _words_of_list(node: OrderedList) -> str:
    return plain_text(node.items[0]) if node.items else ""


def _is_loose(items: _Items) -> bool:
    """A list is loose if one of its items holds a paragraph (CommonMark 5.3)."""
    return any(Para in map(type, item) for item in items)


def _contents(items: _Items, page: Page) -> list[str]:
    write = write_blocks if _is_loose(items) else _tight
    return [_tasked(item, write(item, page), page) for item in items]


def _list(markers: list[str], contents: list[str], items: _Items) -> str:
    """The items' contents behind their markers."""
    written = [_item(marker, text, " " * (len(marker) + 1)) for marker, text in zip(markers, contents, strict=True)]
    if not _is_loose(items):
        return "\n".join(written)
    if not _is_parted(items):
        indent = " " * (len(markers[0]) + 1)
        if len(items) == len(items[0]) == 1:
            written[0] += f"\n\n{indent}{SEPARATOR}"
        else:
            written[0] = f"{markers[0]} {SEPARATOR}\n\n{indent}{written[0][len(indent) :]}"
    return "\n\n".join(written)


def _is_parted(items: _Items) -> bool:
    """Whether blank lines between items, or between the blocks in one, make the list loose.

    cmark, which GitHub uses, does not count a blank line behind a thematic break.
    """
    first_ones = any(not _ends_with_rule(item) for item in items[:-1])
    return first_ones or any(not _ends_with_rule((block,)) for item in items for block in item[:-1])


def _ends_with_rule(blocks: tuple[Block, ...]) -> bool:
    match blocks:
        case (*_, HorizontalRule()):
            return True
        case (*_, BulletList(items) | OrderedList(items)) if items:
            return _ends_with_rule(items[-1])
        case _:
            return False


def _item(marker: str, content: str, indent: str) -> str:
    if not content:
        return marker
    if "\n" in content:
        content = _LINES_WITH_TEXT.sub("\n" + indent, content)
    return f"{marker}{content}" if content[0] == "\n" else f"{marker} {content}"


def _tasked(item: tuple[Block, ...], content: str, page: Page) -> str:
    """GFM's task list items (5.3), and text that looks like one."""
    if content[:2] in ("☐ ", "☒ "):
        if page.flavour.task_lists and isinstance(item[0], Para | Plain):
            return ("[ ] " if content[0] == "☐" else "[x] ") + content[2:]
    elif page.flavour.dialect == "pandoc" and content[:2] == "\\[":
        return f"{NOTHING}{content}"  # pandoc looks for `[ ]` once backslashes are gone
    elif content[:1] == "[" and _TASK.match(content):
        return "\\" + content
    return content


def _tight(item: tuple[Block, ...], page: Page) -> str:
    """An item's blocks without a blank line, where one would make the list loose."""
    if len(item) == 1:
        only = item[0]
        if isinstance(only, Plain):
            return _paragraph(only.content, page)
    written = previous = ""
    before: Block | None = None
    for node in without_divs(item, page):
        text, previous = _block(node, page, previous)
        if text:
            written += text if before is None else _between(before, node, text, page) + text
            before = node
    return written


def _between(before: Block, node: Block, text: str, page: Page) -> str:
    """What keeps `node` from being read as a part of the block before it."""
    if page.flavour.dialect == "pandoc":
        return "\n" if isinstance(before, Plain) and isinstance(node, BulletList | OrderedList) else "\n\n"
    match before:
        case Header() | CodeBlock() | HorizontalRule():
            return "\n"
        case BlockQuote() if isinstance(node, BlockQuote):
            return f"\n{SEPARATOR}\n"
        case Plain() | BulletList() | OrderedList() | BlockQuote():
            return "\n" if _interrupts_paragraph(node, text) else f"\n{SEPARATOR}\n"
        case Table() if is_pipe_table(before):
            return f"\n{SEPARATOR}\n"
        case _:
            return "\n\n"  # HTML ends at a blank line only: the list becomes loose


def _interrupts_paragraph(node: Block, text: str) -> bool:
    """Whether a block may begin on the line after a paragraph's last (CommonMark 4.8, 5.2)."""
    match node:
        case Header() | HorizontalRule() | BlockQuote() | CodeBlock():
            return True
        case BulletList():
            return text[1:2] == " "
        case OrderedList():
            return text[:3] in ("1. ", "1) ")
        case _:
            return text.startswith(("<table>\n", "<dl>\n"))
