"""Our tree as pandoc's AST: the shapes that pandoc-types gives its JSON (`Text.Pandoc.Definition`, 1.23)."""

from __future__ import annotations

from typing import Any, assert_never

from convertkit import tree
from convertkit.pandoc.words import add_words
from convertkit.tree import Attr, Block, Inline

INDENT = Attr(classes=("indent",))
"""`Para.indent` is a `Div` of this class around one `Para`."""
RUBY = Attr(classes=("ruby",))
"""`Ruby` is a `Span` of this class that holds the base and, last, a `Span` of class `rt` with the reading."""
RUBY_TEXT = Attr(classes=("rt",))
SHARED_NOTE = "shared-note"
"""A `Note` with a name is alone in a `Span` of this class with the attribute `name`."""


def blocks(nodes: tuple[Block, ...]) -> list[Any]:
    """pandoc's `[Block]`."""
    return [block(node) for node in nodes]


def inlines(nodes: tuple[Inline, ...]) -> list[Any]:
    """pandoc's `[Inline]`."""
    elements: list[Any] = []
    for node in nodes:
        if isinstance(node, tree.Text):
            add_words(node.text, elements)
        else:
            elements.append(inline(node))
    return elements


def block(node: Block) -> dict[str, Any]:  # noqa: C901, PLR0912 one arm a node
    """pandoc's `Block`."""
    match node:
        case tree.Para(content, indent):
            para = {"t": "Para", "c": inlines(content)}
            return {"t": "Div", "c": [attr(INDENT), [para]]} if indent else para
        case tree.Plain(content):
            return {"t": "Plain", "c": inlines(content)}
        case tree.Header(level, content, attributes):
            return {"t": "Header", "c": [level, attr(attributes), inlines(content)]}
        case tree.CodeBlock(text, attributes):
            return {"t": "CodeBlock", "c": [attr(attributes), text]}
        case tree.RawBlock(format_, text):
            return {"t": "RawBlock", "c": [format_, text]}
        case tree.BlockQuote(content):
            return {"t": "BlockQuote", "c": blocks(content)}
        case tree.BulletList(items):
            return {"t": "BulletList", "c": [blocks(item) for item in items]}
        case tree.OrderedList(items, start, style, delimiter):
            numbering = [start, {"t": style}, {"t": delimiter}]
            return {"t": "OrderedList", "c": [numbering, [blocks(item) for item in items]]}
        case tree.DefinitionList(definitions):
            return {"t": "DefinitionList", "c": [_definition(item) for item in definitions]}
        case tree.Table():
            return _table(node)
        case tree.Figure(content, caption, attributes):
            return {"t": "Figure", "c": [attr(attributes), _caption(caption), blocks(content)]}
        case tree.HorizontalRule():
            return {"t": "HorizontalRule"}
        case tree.Div(content, attributes):
            return {"t": "Div", "c": [attr(attributes), blocks(content)]}
        case tree.LineBlock(lines):
            return {"t": "LineBlock", "c": [inlines(line) for line in lines]}
        case _:
            assert_never(node)


def inline(node: Inline) -> dict[str, Any]:  # noqa: C901, PLR0912 one arm a node
    """pandoc's `Inline` for any node but `Text`, which is several."""
    match node:
        case (
            tree.Emph(content)
            | tree.Strong(content)
            | tree.Underline(content)
            | tree.Strikeout(content)
            | tree.Superscript(content)
            | tree.Subscript(content)
            | tree.SmallCaps(content)
        ):
            return {"t": type(node).__name__, "c": inlines(content)}
        case tree.Link(content, target, title, attributes) | tree.Image(content, target, title, attributes):
            return {"t": type(node).__name__, "c": [attr(attributes), inlines(content), [target, title]]}
        case tree.LineBreak() | tree.SoftBreak():
            return {"t": type(node).__name__}
        case tree.Code(text, attributes):
            return {"t": "Code", "c": [attr(attributes), text]}
        case tree.Span(content, attributes):
            return {"t": "Span", "c": [attr(attributes), inlines(content)]}
        case tree.Note(content, ""):
            return {"t": "Note", "c": blocks(content)}
        case tree.Note(content, name):
            shared = Attr(classes=(SHARED_NOTE,), attributes=(("name", name),))
            return {"t": "Span", "c": [attr(shared), [{"t": "Note", "c": blocks(content)}]]}
        case tree.Quoted(content, kind):
            return {"t": "Quoted", "c": [{"t": kind}, inlines(content)]}
        case tree.Math(text, kind):
            return {"t": "Math", "c": [{"t": kind}, text]}
        case tree.Ruby(base, text):
            reading = {"t": "Span", "c": [attr(RUBY_TEXT), inlines(text)]}
            return {"t": "Span", "c": [attr(RUBY), [*inlines(base), reading]]}
        case tree.Cite(citations, content):
            return {"t": "Cite", "c": [[_citation(item) for item in citations], inlines(content)]}
        case tree.RawInline(format_, text):
            return {"t": "RawInline", "c": [format_, text]}
        case tree.Text():
            raise TypeError("a Text is more than one of pandoc's inlines")
        case _:
            assert_never(node)


def attr(attributes: Attr) -> list[Any]:
    """pandoc's `Attr`."""
    return [attributes.id, list(attributes.classes), [list(pair) for pair in attributes.attributes]]


def _citation(item: tree.Citation) -> dict[str, Any]:
    return {
        "citationId": item.id,
        "citationPrefix": inlines(item.prefix),
        "citationSuffix": inlines(item.suffix),
        "citationMode": {"t": item.mode},
        "citationNoteNum": item.note_number,
        "citationHash": item.hash,
    }


def _definition(item: tree.DefinitionItem) -> list[Any]:
    return [inlines(item.term), [blocks(definition) for definition in item.definitions]]


def _caption(caption: tree.Caption) -> list[Any]:
    return [None if caption.short is None else inlines(caption.short), blocks(caption.content)]


def _table(table: tree.Table) -> dict[str, Any]:
    return {
        "t": "Table",
        "c": [
            attr(table.attr),
            _caption(table.caption),
            [_column(column) for column in table.columns],
            [attr(table.head.attr), _rows(table.head.rows)],
            [[attr(body.attr), body.row_head_columns, _rows(body.head), _rows(body.rows)] for body in table.bodies],
            [attr(table.foot.attr), _rows(table.foot.rows)],
        ],
    }


def _column(column: tree.ColSpec) -> list[Any]:
    width = {"t": "ColWidthDefault"} if column.width is None else {"t": "ColWidth", "c": column.width}
    return [{"t": column.alignment}, width]


def _rows(rows: tuple[tree.Row, ...]) -> list[Any]:
    return [
        [
            attr(row.attr),
            [
                [attr(cell.attr), {"t": cell.alignment}, cell.row_span, cell.col_span, blocks(cell.content)]
                for cell in row.cells
            ],
        ]
        for row in rows
    ]
