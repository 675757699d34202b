"""pandoc's AST as our tree. Every shape is checked on the way, so foreign JSON gives a tree or `UnreadableDocument`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

from convertkit import tree
from convertkit.pandoc.encode import INDENT, RUBY, RUBY_TEXT, SHARED_NOTE
from convertkit.pandoc.words import not_an_ast, plain_lines
from convertkit.tree import MAX_DEPTH, NO_ATTR, Attr, Block, Inline

WRAPPERS: dict[str, Callable[[tuple[Inline, ...]], Inline]] = {
    "Emph": tree.Emph,
    "Strong": tree.Strong,
    "Underline": tree.Underline,
    "Strikeout": tree.Strikeout,
    "Superscript": tree.Superscript,
    "Subscript": tree.Subscript,
    "SmallCaps": tree.SmallCaps,
}
STYLES = frozenset(get_args(tree.ListNumberStyle))
DELIMITERS = frozenset(get_args(tree.ListNumberDelim))
ALIGNMENTS = frozenset(get_args(tree.Alignment))
QUOTES = frozenset({"SingleQuote", "DoubleQuote"})
MATHS = frozenset({"InlineMath", "DisplayMath"})
MODES = frozenset({"AuthorInText", "SuppressAuthor", "NormalCitation"})


@dataclass(slots=True)
class Decoder:
    """Reads elements, remembering whether something was too deep. `depth` counts the nodes around an element."""

    too_deep: bool = False

    def blocks(self, elements: object, depth: int = 1) -> tuple[Block, ...]:
        """`[Block]`. At `MAX_DEPTH` only the words are left, a paragraph for each block that holds some."""
        if not isinstance(elements, list):
            raise not_an_ast(elements)
        if depth >= MAX_DEPTH and elements:
            self.too_deep = True
            return tuple(tree.Para((tree.Text(line),)) for line in plain_lines(elements))
        return tuple(node for element in elements if (node := self.block(element, depth)) is not None)

    def inlines(self, elements: object, depth: int = 1) -> tuple[Inline, ...]:
        """`[Inline]`, its words and spaces joined to texts."""
        if not isinstance(elements, list):
            raise not_an_ast(elements)
        if depth > MAX_DEPTH and elements:
            self.too_deep = True
            return (tree.Text(" ".join(plain_lines(elements))),)
        nodes: list[Inline] = []
        words: list[str] = []
        for element in elements:
            match element:
                case {"t": "Str", "c": str(word)}:
                    words.append(word)
                case {"t": "Space"}:
                    words.append(" ")
                case _:
                    _end_text(words, nodes)
                    nodes.append(self.inline(element, depth))
        _end_text(words, nodes)
        return tuple(nodes)

    def block(self, element: object, depth: int) -> Block | None:  # noqa: C901, PLR0912 one arm a node
        """A `Block`; None for the `Null` of ASTs before 1.23."""
        inner = depth + 1
        match element:
            case {"t": "Para", "c": content}:
                return tree.Para(self.inlines(content, inner))
            case {"t": "Plain", "c": content}:
                return tree.Plain(self.inlines(content, inner))
            case {"t": "Header", "c": [int(level), attributes, content]}:
                return tree.Header(level, self.inlines(content, inner), attr(attributes))
            case {"t": "CodeBlock", "c": [attributes, str(text)]}:
                return tree.CodeBlock(text, attr(attributes))
            case {"t": "RawBlock", "c": [str(format_), str(text)]}:
                return tree.RawBlock(format_, text)
            case {"t": "BlockQuote", "c": content}:
                return tree.BlockQuote(self.blocks(content, inner))
            case {"t": "BulletList", "c": [*items]}:
                return tree.BulletList(tuple(self.blocks(item, inner) for item in items))
            case {"t": "OrderedList", "c": [[int(start), style, delimiter], [*items]]}:
                return tree.OrderedList(
                    tuple(self.blocks(item, inner) for item in items),
                    start,
                    _one_of(style, STYLES),
                    _one_of(delimiter, DELIMITERS),
                )
            case {"t": "DefinitionList", "c": [*items]}:
                return tree.DefinitionList(tuple(self._definition(item, inner) for item in items))
            case {"t": "Table", "c": [*parts]}:
                return self._table(parts, inner)
            case {"t": "Figure", "c": [attributes, caption, content]}:
                return tree.Figure(self.blocks(content, inner), self._caption(caption, inner), attr(attributes))
            case {"t": "HorizontalRule"}:
                return tree.HorizontalRule()
            case {"t": "Div", "c": [attributes, content]}:
                return _div(self.blocks(content, inner), attr(attributes))
            case {"t": "LineBlock", "c": [*lines]}:
                return tree.LineBlock(tuple(self.inlines(line, inner) for line in lines))
            case {"t": "Null"}:
                return None
            case _:
                raise not_an_ast(element)

    def inline(self, element: object, depth: int) -> Inline:  # noqa: C901, PLR0912 one arm a node
        """An `Inline` that is neither `Str` nor `Space`."""
        inner = depth + 1
        match element:
            case {"t": str(tag), "c": content} if tag in WRAPPERS:
                return WRAPPERS[tag](self.inlines(content, inner))
            case {"t": "Link", "c": [attributes, content, [str(target), str(title)]]}:
                return tree.Link(self.inlines(content, inner), target, title, attr(attributes))
            case {"t": "Image", "c": [attributes, content, [str(target), str(title)]]}:
                return tree.Image(self.inlines(content, inner), target, title, attr(attributes))
            case {"t": "LineBreak"}:
                return tree.LineBreak()
            case {"t": "SoftBreak"}:
                return tree.SoftBreak()
            case {"t": "Code", "c": [attributes, str(text)]}:
                return tree.Code(text, attr(attributes))
            case {"t": "Span", "c": [attributes, content]}:
                return _span(self.inlines(content, inner), attr(attributes))
            case {"t": "Note", "c": content}:
                return tree.Note(self.blocks(content, inner))
            case {"t": "Quoted", "c": [kind, content]}:
                return tree.Quoted(self.inlines(content, inner), _one_of(kind, QUOTES))
            case {"t": "Math", "c": [kind, str(text)]}:
                return tree.Math(text, _one_of(kind, MATHS))
            case {"t": "Cite", "c": [[*citations], content]}:
                found = tuple(self._citation(citation, inner) for citation in citations)
                return tree.Cite(found, self.inlines(content, inner))
            case {"t": "RawInline", "c": [str(format_), str(text)]}:
                return tree.RawInline(format_, text)
            case _:
                raise not_an_ast(element)

    def _citation(self, value: object, depth: int) -> tree.Citation:
        match value:
            case {
                "citationId": str(id_),
                "citationPrefix": prefix,
                "citationSuffix": suffix,
                "citationMode": mode,
                "citationNoteNum": int(number),
                "citationHash": int(hash_),
            }:
                return tree.Citation(
                    id_, self.inlines(prefix, depth), self.inlines(suffix, depth), _one_of(mode, MODES), number, hash_
                )
            case _:
                raise not_an_ast(value)

    def _definition(self, value: object, depth: int) -> tree.DefinitionItem:
        match value:
            case [term, [*definitions]]:
                return tree.DefinitionItem(
                    self.inlines(term, depth), tuple(self.blocks(definition, depth) for definition in definitions)
                )
            case _:
                raise not_an_ast(value)

    def _caption(self, value: object, depth: int) -> tree.Caption:
        match value:
            case [None, content]:
                return tree.Caption(self.blocks(content, depth))
            case [short, content]:
                return tree.Caption(self.blocks(content, depth), self.inlines(short, depth))
            case _:
                raise not_an_ast(value)

    def _table(self, parts: list[Any], depth: int) -> tree.Table:
        match parts:
            case [attributes, caption, [*columns], [head_attr, head], [*bodies], [foot_attr, foot]]:
                return tree.Table(
                    columns=tuple(map(_column, columns)),
                    head=tree.TableHead(self._rows(head, depth), attr(head_attr)),
                    bodies=tuple(self._body(body, depth) for body in bodies),
                    foot=tree.TableFoot(self._rows(foot, depth), attr(foot_attr)),
                    caption=self._caption(caption, depth),
                    attr=attr(attributes),
                )
            case _:
                raise not_an_ast(parts)

    def _body(self, value: object, depth: int) -> tree.TableBody:
        match value:
            case [attributes, int(columns), head, rows]:
                return tree.TableBody(self._rows(rows, depth), self._rows(head, depth), columns, attr(attributes))
            case _:
                raise not_an_ast(value)

    def _rows(self, values: object, depth: int) -> tuple[tree.Row, ...]:
        if not isinstance(values, list):
            raise not_an_ast(values)
        return tuple(self._row(value, depth + 1) for value in values)

    def _row(self, value: object, depth: int) -> tree.Row:
        match value:
            case [attributes, [*cells]]:
                return tree.Row(tuple(self._cell(cell, depth + 1) for cell in cells), attr(attributes))
            case _:
                raise not_an_ast(value)

    def _cell(self, value: object, depth: int) -> tree.Cell:
        match value:
            case [attributes, alignment, int(row_span), int(col_span), content]:
                return tree.Cell(
                    self.blocks(content, depth + 1),
                    _one_of(alignment, ALIGNMENTS),
                    row_span,
                    col_span,
                    attr(attributes),
                )
            case _:
                raise not_an_ast(value)


def attr(value: object) -> Attr:
    """`Attr`."""
    match value:
        case ["", [], []]:
            return NO_ATTR
        case [str(id_), [*classes], [*pairs]]:
            return Attr(id_, tuple(map(_string, classes)), tuple(map(_pair, pairs)))
        case _:
            raise not_an_ast(value)


def _end_text(words: list[str], nodes: list[Inline]) -> None:
    text = "".join(words)
    if text:
        nodes.append(tree.Text(text))
    words.clear()


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise not_an_ast(value)
    return value


def _pair(value: object) -> tuple[str, str]:
    match value:
        case [str(name), str(text)]:
            return name, text
        case _:
            raise not_an_ast(value)


def _one_of(value: object, allowed: Iterable[str]) -> Any:
    """A constructor without arguments, as its name."""
    match value:
        case {"t": str(name)} if name in allowed:
            return name
        case _:
            raise not_an_ast(value)


def _column(value: object) -> tree.ColSpec:
    match value:
        case [alignment, {"t": "ColWidthDefault"}]:
            return tree.ColSpec(_one_of(alignment, ALIGNMENTS))
        case [alignment, {"t": "ColWidth", "c": int(width) | float(width)}]:
            return tree.ColSpec(_one_of(alignment, ALIGNMENTS), width)
        case _:
            raise not_an_ast(value)


def _div(content: tuple[Block, ...], attributes: Attr) -> Block:
    match content:
        case (tree.Para(words, indent=False),) if attributes == INDENT:
            return tree.Para(words, indent=True)
        case _:
            return tree.Div(content, attributes)


def _span(content: tuple[Inline, ...], attributes: Attr) -> Inline:
    match content:
        case (*base, tree.Span(text, attr=last)) if attributes == RUBY and last == RUBY_TEXT:
            return tree.Ruby(tuple(base), text)
        case (tree.Note(blocks, ""),) if attributes.classes == (SHARED_NOTE,) and attributes.get("name"):
            return tree.Note(blocks, attributes.get("name"))
        case _:
            return tree.Span(content, attributes)
