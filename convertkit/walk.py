"""Walking the tree: `walk` changes, `query` collects, `plain_text` reads. Every traversal in the project uses these.

What did not change keeps its identity, so an unchanged document is the very same object. A level of nesting costs at
most three Python frames: `tree.MAX_DEPTH` levels fit into Python's default recursion limit three times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import is_
from typing import Any, TypeAlias, TypeVar, assert_never, get_args

from convertkit.tree import (
    Block,
    BlockQuote,
    BulletList,
    Caption,
    Citation,
    Cite,
    Code,
    CodeBlock,
    DefinitionItem,
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
    TableFoot,
    TableHead,
    Text,
    Underline,
)

Node: TypeAlias = Block | Inline
Rewrite: TypeAlias = Node | tuple[Node, ...]
"""What a function given to `walk` returns: the same node (keep), another (replace), a tuple (splice; empty deletes)."""
Transform: TypeAlias = Callable[[Document], Document]
"""The one shape of every change to a document: a pass of the normaliser, a filter on the tree, a user's own."""
MapBlocks: TypeAlias = Callable[[tuple[Block, ...]], tuple[Block, ...]]
MapInlines: TypeAlias = Callable[[tuple[Inline, ...]], tuple[Inline, ...]]
N = TypeVar("N", bound=Node)
T = TypeVar("T")

BLOCK_TYPES: frozenset[type[Block]] = frozenset(get_args(Block))
INLINE_TYPES: frozenset[type[Inline]] = frozenset(get_args(Inline))


# ---------------------------------------------------------------- changing


def walk(document: Document, fn: Callable[[Node], Rewrite]) -> Document:
    """The document with `fn` applied to every block and inline, bottom-up.

    Raises `TypeError` if `fn` puts an inline where a block stands, or a block where an inline stands.
    """
    return _with_blocks(document, walk_blocks(document.blocks, fn))


def walk_blocks(blocks: tuple[Block, ...], fn: Callable[[Node], Rewrite]) -> tuple[Block, ...]:
    """`walk` on a sequence of blocks."""
    return _walkers(fn)[0](blocks)


def walk_inlines(inlines: tuple[Inline, ...], fn: Callable[[Node], Rewrite]) -> tuple[Inline, ...]:
    """`walk` on a sequence of inlines."""
    return _walkers(fn)[1](inlines)


def map_children(node: N, blocks: MapBlocks, inlines: MapInlines) -> N:
    """The node with `blocks` applied to each sequence of blocks right below it and `inlines` to each of inlines.

    It goes one level down only; the functions may call it again. Empty sequences are passed too.
    """
    children = CHILDREN.get(node.__class__)
    if children is None:
        return node
    result: N = children(node, blocks, inlines)
    return result


def _with_blocks(document: Document, blocks: tuple[Block, ...]) -> Document:
    return document if blocks is document.blocks else replace(document, blocks=blocks)


def _walkers(fn: Callable[[Node], Rewrite]) -> tuple[MapBlocks, MapInlines]:
    def blocks(sequence: tuple[Block, ...]) -> tuple[Block, ...]:
        result: list[Any] = []
        for node in sequence:
            children = CHILDREN.get(node.__class__)
            _put(result, fn(node if children is None else children(node, blocks, inlines)), BLOCK_TYPES, "a block")
        return _same_or_new(sequence, result)

    def inlines(sequence: tuple[Inline, ...]) -> tuple[Inline, ...]:
        result: list[Any] = []
        for node in sequence:
            children = CHILDREN.get(node.__class__)
            _put(result, fn(node if children is None else children(node, blocks, inlines)), INLINE_TYPES, "an inline")
        return _same_or_new(sequence, result)

    return blocks, inlines


def _put(result: list[Any], new: object, allowed: frozenset[type], place: str) -> None:
    if new.__class__ in allowed:
        result.append(new)
        return
    for node in new if isinstance(new, tuple) else (new,):
        if node.__class__ not in allowed:
            raise TypeError(f"walk: {type(node).__name__} cannot stand in the place of {place}")
        result.append(node)


def _same_or_new(items: tuple[T, ...], result: list[T]) -> tuple[T, ...]:
    if len(result) == len(items) and all(map(is_, result, items)):
        return items
    return tuple(result)


# ---------------------------------------------------------------- the places that hold children


def _content(node: Any, _blocks: MapBlocks, inlines: MapInlines) -> Any:
    content = inlines(node.content)
    return node if content is node.content else replace(node, content=content)


def _blocks_content(node: Any, blocks: MapBlocks, _inlines: MapInlines) -> Any:
    content = blocks(node.content)
    return node if content is node.content else replace(node, content=content)


def _cite(node: Cite, _blocks: MapBlocks, inlines: MapInlines) -> Cite:
    citations: list[Citation] = []
    for citation in node.citations:
        prefix, suffix = inlines(citation.prefix), inlines(citation.suffix)
        same = prefix is citation.prefix and suffix is citation.suffix
        citations.append(citation if same else replace(citation, prefix=prefix, suffix=suffix))
    content = inlines(node.content)
    cited = _same_or_new(node.citations, citations)
    return node if content is node.content and cited is node.citations else Cite(cited, content)


def _ruby(node: Ruby, _blocks: MapBlocks, inlines: MapInlines) -> Ruby:
    base, text = inlines(node.base), inlines(node.text)
    return node if base is node.base and text is node.text else Ruby(base, text)


def _items(node: Any, blocks: MapBlocks, _inlines: MapInlines) -> Any:
    items = _each(node.items, blocks)
    return node if items is node.items else replace(node, items=items)


def _line_block(node: LineBlock, _blocks: MapBlocks, inlines: MapInlines) -> LineBlock:
    lines = _each(node.lines, inlines)
    return node if lines is node.lines else LineBlock(lines)


def _definition_list(node: DefinitionList, blocks: MapBlocks, inlines: MapInlines) -> DefinitionList:
    items: list[DefinitionItem] = []
    for item in node.items:
        term, definitions = inlines(item.term), _each(item.definitions, blocks)
        same = term is item.term and definitions is item.definitions
        items.append(item if same else DefinitionItem(term, definitions))
    changed = _same_or_new(node.items, items)
    return node if changed is node.items else DefinitionList(changed)


def _figure(node: Figure, blocks: MapBlocks, inlines: MapInlines) -> Figure:
    content, caption = blocks(node.content), _caption(node.caption, blocks, inlines)
    same = content is node.content and caption is node.caption
    return node if same else replace(node, content=content, caption=caption)


def _table(node: Table, blocks: MapBlocks, inlines: MapInlines) -> Table:
    caption = _caption(node.caption, blocks, inlines)
    head = _rows_of(node.head, blocks)
    bodies = _bodies(node.bodies, blocks)
    foot = _rows_of(node.foot, blocks)
    if caption is node.caption and head is node.head and bodies is node.bodies and foot is node.foot:
        return node
    return replace(node, caption=caption, head=head, bodies=bodies, foot=foot)


def _caption(caption: Caption, blocks: MapBlocks, inlines: MapInlines) -> Caption:
    short = caption.short if caption.short is None else inlines(caption.short)
    content = blocks(caption.content)
    return caption if short is caption.short and content is caption.content else Caption(content, short)


R = TypeVar("R", TableHead, TableFoot)


def _rows_of(part: R, blocks: MapBlocks) -> R:
    rows = _rows(part.rows, blocks)
    return part if rows is part.rows else replace(part, rows=rows)


def _bodies(bodies: tuple[TableBody, ...], blocks: MapBlocks) -> tuple[TableBody, ...]:
    result: list[TableBody] = []
    for body in bodies:
        head, rows = _rows(body.head, blocks), _rows(body.rows, blocks)
        same = head is body.head and rows is body.rows
        result.append(body if same else replace(body, head=head, rows=rows))
    return _same_or_new(bodies, result)


def _rows(rows: tuple[Row, ...], blocks: MapBlocks) -> tuple[Row, ...]:
    result: list[Row] = []
    for row in rows:
        cells = []
        for cell in row.cells:
            content = blocks(cell.content)
            cells.append(cell if content is cell.content else replace(cell, content=content))
        same = _same_or_new(row.cells, cells)
        result.append(row if same is row.cells else replace(row, cells=same))
    return _same_or_new(rows, result)


def _each(items: tuple[T, ...], fn: Callable[[T], T]) -> tuple[T, ...]:
    return _same_or_new(items, list(map(fn, items)))


CHILDREN: Mapping[type, Callable[[Any, MapBlocks, MapInlines], Any]] = {
    Para: _content,
    Plain: _content,
    Header: _content,
    BlockQuote: _blocks_content,
    Div: _blocks_content,
    BulletList: _items,
    OrderedList: _items,
    DefinitionList: _definition_list,
    Table: _table,
    Figure: _figure,
    LineBlock: _line_block,
    Emph: _content,
    Strong: _content,
    Underline: _content,
    Strikeout: _content,
    Superscript: _content,
    Subscript: _content,
    SmallCaps: _content,
    Quoted: _content,
    Link: _content,
    Image: _content,
    Span: _content,
    Cite: _cite,
    Note: _blocks_content,
    Ruby: _ruby,
}
"""How to rebuild a node from its children, by its type; each entry takes just that type. The other nodes are leaves."""


_WITH_CONTENT = frozenset(kind for kind, children in CHILDREN.items() if children in (_content, _blocks_content))
"""Nodes whose children are all in `content`."""


# ---------------------------------------------------------------- collecting


def query(document: Document, fn: Callable[[Node], T | None]) -> Iterator[T]:
    """What `fn` returns, None left out, for every block and inline in document order, parents before children."""
    return query_nodes(document.blocks, fn)


def query_nodes(nodes: Iterable[Node], fn: Callable[[Node], T | None]) -> Iterator[T]:
    """`query` on a sequence of blocks or inlines."""
    waiting = [*nodes]
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        found = fn(node)
        if found is not None:
            yield found
        if node.__class__ in CHILDREN:
            waiting.extend(reversed(children_of(node)))


def find_all(nodes: Sequence[Node], kind: type[N]) -> list[N]:
    """Every block or inline of one type, in document order: `query` without a call for each node."""
    found: list[N] = []
    waiting: list[Node] = [*nodes]
    waiting.reverse()
    while waiting:
        node: Any = waiting.pop()
        of_type = node.__class__
        if of_type is kind:
            found.append(node)
        if of_type in _WITH_CONTENT:
            children: Sequence[Node] = node.content
            if len(children) == 1 and children[0].__class__ is Text and kind is not Text:
                continue  # most paragraphs
            waiting.extend(reversed(children))
        elif of_type in CHILDREN:
            waiting.extend(reversed(children_of(node)))
    return found


def children_of(node: Any) -> Sequence[Node]:
    """The blocks and inlines right below a node, in document order (a table's caption first, a figure's last)."""
    children = CHILDREN.get(node.__class__)
    if children is None:
        return ()
    if children is _content or children is _blocks_content:
        content: Sequence[Node] = node.content
        return content
    found: list[Node] = []

    def collect(sequence: tuple[Any, ...]) -> tuple[Any, ...]:
        found.extend(sequence)
        return sequence

    children(node, collect, collect)
    return found


# ---------------------------------------------------------------- reading


def plain_text(nodes: Iterable[Node]) -> str:
    """The visible words of nodes: blocks are set apart by line ends.

    A picture gives its alternative text, a note stands in place, `Quoted` has its marks, ruby its reading in
    parentheses; raw pieces of other formats are not visible.
    """
    lines: list[str] = []
    words: list[str] = []
    _read(nodes, words, lines)
    _end_line(words, lines)
    return "\n".join(lines)


def _read(nodes: Iterable[Node], words: list[str], lines: list[str]) -> None:
    for node in nodes:
        match node:
            case Text() | Code() | Math():
                words.append(node.text)
            case Para() | Plain() | Header():
                if words:
                    _end_line(words, lines)
                _read(node.content, words, lines)
                _end_line(words, lines)
            case Emph() | Strong() | Underline() | Strikeout() | Superscript() | Subscript() | SmallCaps():
                _read(node.content, words, lines)
            case Link() | Image() | Span() | Cite():
                _read(node.content, words, lines)
            case SoftBreak() | LineBreak() | Quoted() | Note() | Ruby() | RawInline():
                _read_odd_inline(node, words, lines)
            case _:
                _end_line(words, lines)
                _read_block(node, words, lines)
                _end_line(words, lines)


def _end_line(words: list[str], lines: list[str]) -> None:
    if words:
        lines.append("".join(words))
        words.clear()


def _read_odd_inline(
    node: SoftBreak | LineBreak | Quoted | Note | Ruby | RawInline, words: list[str], lines: list[str]
) -> None:
    match node:
        case SoftBreak():
            words.append(" ")
        case LineBreak():
            words.append("\n")
        case Quoted():
            opening, closing = ("“", "”") if node.kind == "DoubleQuote" else ("‘", "’")
            words.append(opening)
            _read(node.content, words, lines)
            words.append(closing)
        case Note():
            words.append(f" {' '.join(plain_text(node.content).split())} ")
        case Ruby():
            _read(node.base, words, lines)
            words.append("(")
            _read(node.text, words, lines)
            words.append(")")
        case RawInline():
            pass
        case _:
            assert_never(node)


_OtherBlock: TypeAlias = (
    CodeBlock
    | RawBlock
    | HorizontalRule
    | BlockQuote
    | Div
    | BulletList
    | OrderedList
    | DefinitionList
    | LineBlock
    | Table
    | Figure
)


def _read_block(node: _OtherBlock, words: list[str], lines: list[str]) -> None:
    match node:
        case CodeBlock():
            words.append(node.text)
        case HorizontalRule() | RawBlock():
            pass
        case BlockQuote() | Div() | BulletList() | OrderedList():
            _read(children_of(node), words, lines)
        case Table() | Figure():  # without the short caption, inlines, which stands in lists of tables only
            _read((child for child in children_of(node) if child.__class__ in BLOCK_TYPES), words, lines)
        case LineBlock():
            for line in node.lines:
                _read(line, words, lines)
                _end_line(words, lines)
        case DefinitionList():
            for item in node.items:
                _read(item.term, words, lines)
                _end_line(words, lines)
                for definition in item.definitions:
                    _read(definition, words, lines)
        case _:
            assert_never(node)
