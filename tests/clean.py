"""What a clean tree is, rule by rule: `assert_clean` is what the normaliser promises and the writers rely on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from convertkit.normalise.whitespace import BLANKS, is_blank
from convertkit.tree import (
    NO_ATTR,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Cite,
    Code,
    CodeBlock,
    Div,
    Document,
    Emph,
    Figure,
    Header,
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
    SmallCaps,
    SoftBreak,
    Span,
    Strikeout,
    Strong,
    Table,
    Text,
    Underline,
)
from convertkit.walk import Node, map_children, plain_text, query, query_nodes

MARKS = (Emph, Strong, Underline, Strikeout, SmallCaps, Link, Span, Quoted)


def assert_clean(document: Document) -> None:
    """Fail with the first rule that the document breaks, and where."""
    for node in query(document, lambda node: node):
        for rule, broken in broken_rules(node):
            assert not broken, f"{rule}: {node!r}"
    assert_text_is_clean(document)
    assert_flow_is_clean(document)
    levels = list(query(document, lambda node: node.level if isinstance(node, Header) else None))
    is_fitted = document.metadata.title and levels[:1] != [1]
    if is_fitted and not any(query(document, lambda node: isinstance(node, Note) or None)):
        assert all(level <= before + 1 for before, level in pairwise([1, *levels])), (
            f"a heading level is skipped: {levels}"
        )


def broken_rules(node: object) -> Iterator[tuple[str, bool]]:
    """Each rule that concerns the node, and whether it is broken."""
    if isinstance(node, Para | Plain | Header | BlockQuote | Figure | Note | Link | Quoted | Emph | Strong):
        yield "nothing is empty", not node.content
    match node:
        case Span() | Div():
            yield "a wrapper has attributes", node.attr == NO_ATTR
            yield "a wrapper without content is an anchor", not node.content and node.attr.id == ""
        case BulletList() | OrderedList():
            yield "a list is tight or loose", not is_settled(node)
            yield "a list holds something", not any(node.items)
        case LineBlock():
            yield "verse begins and ends with a line", not node.lines or not node.lines[0] or not node.lines[-1]
        case Table():
            yield "a table holds something", not any(cell.content for cell in cells(node))
            yield "a lone paragraph in a cell is Plain", any(lone_paragraph(cell.content) for cell in cells(node))
        case Figure():
            yield "a lone paragraph in a figure is Plain", lone_paragraph(node.content)
        case _:
            yield from broken_rules_of_leaves(node)


def broken_rules_of_leaves(node: object) -> Iterator[tuple[str, bool]]:
    """The same for what holds text."""
    match node:
        case Text():
            yield "text is not empty", not node.text
            yield "white space is one space", re.search(r"[\t\n\r\f]|  ", node.text) is not None
        case SoftBreak():
            yield "a line end of the source is a space", True
        case Code() | Math() | RawInline() | RawBlock():
            yield "verbatim text is not empty", not node.text
        case CodeBlock():
            yield "a code block is not blank", not node.text.strip()
        case Image():
            yield "a picture has a target or says what it was", not node.target and not node.content


def assert_text_is_clean(document: Document) -> None:
    """The rules for sequences of inlines, which stand at a block's edge or inside a mark."""

    def check(inlines: tuple[Inline, ...]) -> None:
        for left, right in pairwise(inlines):
            assert not (isinstance(left, Text) and isinstance(right, Text)), f"texts are joined: {inlines}"
            assert not joinable(left, right), f"equal neighbours are joined: {inlines}"
            assert not (isinstance(left, LineBreak) and isinstance(right, LineBreak)), f"breaks are single: {inlines}"
            for text, edge in ((left, -1), (right, 0)):
                if isinstance(text, Text) and isinstance(right if edge else left, LineBreak):
                    assert text.text[edge] not in BLANKS, f"no white space beside a break: {inlines}"

    def check_edges(node: object) -> None:
        content = getattr(node, "content", ())
        if isinstance(node, (*MARKS, Para, Plain, Header)) and content and not is_fill_in(node):
            for edge in (0, -1):
                shown = [item for item in content if not (isinstance(item, Span) and not item.content)] or [Text("x")]
                item = shown[edge]
                assert not isinstance(item, LineBreak), f"no break at an edge: {node}"
                assert not (isinstance(item, Text) and item.text[edge] in BLANKS), f"no white space at an edge: {node}"
        nested = (Emph, Strong, Underline, Strikeout, SmallCaps)
        if isinstance(node, nested):
            below = query_nodes(node.content, lambda other: isinstance(other, type(node)) or None)
            assert has_note(node) or is_fill_in_inside(node) or not any(below), f"equal marks do not nest: {node}"

    def below(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
        check(inlines)
        return inlines

    nodes: list[Node] = list(query(document, lambda node: node))
    for node in nodes:
        map_children(node, lambda blocks: blocks, below)
        check_edges(node)


def assert_flow_is_clean(document: Document) -> None:
    """Among blocks text stands in paragraphs."""

    def check(blocks: tuple[Block, ...]) -> None:
        for block in blocks:
            assert not isinstance(block, Plain), f"text among blocks is a paragraph: {block}"
            if isinstance(block, Div):
                check(block.content)

    check(document.blocks)
    for content in query(document, lambda node: node.content if isinstance(node, BlockQuote | Note) else None):
        check(content)


def joinable(left: Inline, right: Inline) -> bool:
    """Whether two neighbours say the same of their content."""
    if (
        type(left) is not type(right)
        or isinstance(left, Quoted | Cite | LineBreak)
        or is_fill_in(left)
        or is_fill_in(right)
    ):
        return False
    if isinstance(left, Link) and isinstance(right, Link):
        return (left.target, left.title, left.attr) == (right.target, right.title, right.attr) and not left.attr.id
    if isinstance(left, Span | Code) and isinstance(right, Span | Code):
        return left.attr == right.attr and (isinstance(left, Code) or (not left.attr.id and left.content != ()))
    return not isinstance(left, Text | Math | RawInline | Image | Note) and hasattr(left, "content")


def is_fill_in(node: object) -> bool:
    """An underlined blank."""
    return isinstance(node, Underline) and is_blank(plain_text(node.content))


def is_fill_in_inside(node: Inline) -> bool:
    """A mark with an underlined blank below."""
    return any(query_nodes((node,), lambda other: is_fill_in(other) or None))


def has_note(node: Inline) -> bool:
    """A mark with a note below, whose marks begin anew."""
    return any(query_nodes((node,), lambda other: isinstance(other, Note) or None))


def is_settled(node: BulletList | OrderedList) -> bool:
    """Whether all items have `Plain`, or all have paragraphs."""
    kinds = {type(block) for item in node.items for block in visible(item) if isinstance(block, Plain | Para)}
    return len(kinds) < 2


def visible(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Blocks, and those in `Div`s."""
    for block in blocks:
        yield from visible(block.content) if isinstance(block, Div) else (block,)


def lone_paragraph(blocks: tuple[Block, ...]) -> bool:
    """One `Para` and nothing else."""
    return len(blocks) == 1 and isinstance(blocks[0], Para)


def cells(table: Table) -> list[Cell]:
    """All cells."""
    groups = (table.head.rows, table.foot.rows, *(rows for body in table.bodies for rows in (body.head, body.rows)))
    return [cell for rows in groups for row in rows for cell in row.cells]
