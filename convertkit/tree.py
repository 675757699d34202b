"""The language of the project: a document, its blocks and its inlines.

Names and shapes follow the pandoc AST (pandoc-types, `Text.Pandoc.Definition`), with two differences: running text is
one `Text` with its spaces, where pandoc has a node per word; and `Ruby` and `Para.indent`, which pandoc lacks.
All nodes are frozen, compare with `==`, hold their children in tuples and know no parent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from convertkit.metadata import Metadata
from convertkit.resources import Resource

MAX_DEPTH = 100
"""Readers nest no deeper (markdown-it's `maxNesting` is the same); what lies deeper is flattened and reported."""


@dataclass(frozen=True, slots=True)
class Attr:
    """Identifier, classes and key-value attributes: what HTML's `id`, `class` and the other attributes say."""

    id: str = ""
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The value of the first attribute called `name`."""
        return next((value for key, value in self.attributes if key == name), default)


NO_ATTR = Attr()

# ---------------------------------------------------------------- inlines


@dataclass(frozen=True, slots=True)
class Text:
    """Running text, spaces included; no line break ever stands in a clean tree's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Emph:
    """Emphasis; in Chinese, emphasis dots rather than italics."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """Strong emphasis."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Underline:
    """Underlined text; also HTML's `ins`."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strikeout:
    """Struck-out text; HTML's `s` and `del`."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Superscript:
    """Raised text."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Subscript:
    """Lowered text."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class SmallCaps:
    """Text in small capitals."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """Text in quotation marks that the writer supplies; HTML's `q`."""

    content: tuple[Inline, ...]
    kind: Literal["SingleQuote", "DoubleQuote"] = "DoubleQuote"


@dataclass(frozen=True, slots=True)
class Citation:
    """One work that a `Cite` refers to, as pandoc's citation syntax says it."""

    id: str
    prefix: tuple[Inline, ...] = ()
    suffix: tuple[Inline, ...] = ()
    mode: Literal["AuthorInText", "SuppressAuthor", "NormalCitation"] = "NormalCitation"
    note_number: int = 0
    hash: int = 0


@dataclass(frozen=True, slots=True)
class Cite:
    """A reference to works by their keys; `content` is its text as it stands."""

    citations: tuple[Citation, ...]
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Verbatim text in a line."""

    text: str
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class Math:
    """A formula in TeX, without its delimiters."""

    text: str
    kind: Literal["InlineMath", "DisplayMath"] = "InlineMath"


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink."""

    content: tuple[Inline, ...]
    target: str
    title: str = ""
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class Image:
    """A picture; `content` is its alternative text.

    `target` is the name of one of the document's resources when the picture travels with it, else a URL or path.
    """

    content: tuple[Inline, ...]
    target: str
    title: str = ""
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line break that the author asked for."""


@dataclass(frozen=True, slots=True)
class SoftBreak:
    """A line end in the source that means a space."""


@dataclass(frozen=True, slots=True)
class Note:
    """A foot- or endnote; its reference stands where the node stands.

    Equal notes with a name are one note that is referred to more than once: a writer writes it once.
    """

    content: tuple[Block, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Inlines with attributes: a language, an anchor, a class that a writer or filter knows."""

    content: tuple[Inline, ...]
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class Ruby:
    """Text with a reading above or beside it; in pandoc's AST `Span.ruby[base…, Span.rt[text…]]`."""

    base: tuple[Inline, ...]
    text: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class RawInline:
    """Text of a named format, from a filter, a plug-in or a program: readers make none of HTML.

    Writers of that format pass it untouched. For the others it is reported, and HTML leaves its words
    (`writers.raw`).
    """

    format: str
    text: str


Inline: TypeAlias = (
    Text
    | Emph
    | Strong
    | Underline
    | Strikeout
    | Superscript
    | Subscript
    | SmallCaps
    | Quoted
    | Cite
    | Code
    | Math
    | Link
    | Image
    | LineBreak
    | SoftBreak
    | Note
    | Span
    | Ruby
    | RawInline
)

# ---------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class Plain:
    """Text that is not a paragraph: the content of a tight list's item or of a table cell."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph. `indent`: its first line was indented by typed spaces (U+3000, no-break); writers indent it."""

    content: tuple[Inline, ...]
    indent: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """A heading of level 1 to 6."""

    level: int
    content: tuple[Inline, ...]
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Verbatim lines without a final line end; the first class is the language."""

    text: str
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class RawBlock:
    """Text of a named format, from a filter, a plug-in or a program: as `RawInline`, but a block of its own."""

    format: str
    text: str


@dataclass(frozen=True, slots=True)
class BlockQuote:
    """A block quotation."""

    content: tuple[Block, ...]


ListNumberStyle: TypeAlias = Literal[
    "DefaultStyle", "Example", "Decimal", "LowerRoman", "UpperRoman", "LowerAlpha", "UpperAlpha"
]
ListNumberDelim: TypeAlias = Literal["DefaultDelim", "Period", "OneParen", "TwoParens"]


@dataclass(frozen=True, slots=True)
class OrderedList:
    """A numbered list; an item is a tuple of blocks, `Plain` first in tight lists."""

    items: tuple[tuple[Block, ...], ...]
    start: int = 1
    style: ListNumberStyle = "DefaultStyle"
    delimiter: ListNumberDelim = "DefaultDelim"


@dataclass(frozen=True, slots=True)
class BulletList:
    """A bullet list; a task list's items begin with `☐ ` or `☒ `, as pandoc's do."""

    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class DefinitionItem:
    """A term and its definitions. A term without definitions shares those of the next item."""

    term: tuple[Inline, ...]
    definitions: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class DefinitionList:
    """Terms with their definitions."""

    items: tuple[DefinitionItem, ...]


Alignment: TypeAlias = Literal["AlignLeft", "AlignRight", "AlignCenter", "AlignDefault"]


@dataclass(frozen=True, slots=True)
class Caption:
    """The caption of a table or figure; `short` is for lists of tables, None when there is none."""

    content: tuple[Block, ...] = ()
    short: tuple[Inline, ...] | None = None


@dataclass(frozen=True, slots=True)
class ColSpec:
    """A column's alignment and its share of the width (0 to 1, None leaves it open)."""

    alignment: Alignment = "AlignDefault"
    width: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell with its spans, in rows and columns."""

    content: tuple[Block, ...]
    alignment: Alignment = "AlignDefault"
    row_span: int = 1
    col_span: int = 1
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class Row:
    """A table row. Cells that a span from above covers are absent, as in HTML."""

    cells: tuple[Cell, ...]
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class TableHead:
    """The header rows."""

    rows: tuple[Row, ...] = ()
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class TableBody:
    """A group of rows: `head` rows of its own, then `rows` whose first `row_head_columns` cells are headers."""

    rows: tuple[Row, ...]
    head: tuple[Row, ...] = ()
    row_head_columns: int = 0
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class TableFoot:
    """The footer rows."""

    rows: tuple[Row, ...] = ()
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `columns` has one entry a column."""

    columns: tuple[ColSpec, ...]
    bodies: tuple[TableBody, ...]
    head: TableHead = TableHead()
    foot: TableFoot = TableFoot()
    caption: Caption = Caption()
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class Figure:
    """Blocks, usually one image in a `Plain`, with a caption."""

    content: tuple[Block, ...]
    caption: Caption = Caption()
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class HorizontalRule:
    """A thematic break."""


@dataclass(frozen=True, slots=True)
class Div:
    """Blocks with attributes: a language, an anchor, a class that a writer or filter knows."""

    content: tuple[Block, ...]
    attr: Attr = NO_ATTR


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Lines that stay lines: verse, addresses."""

    lines: tuple[tuple[Inline, ...], ...]


Block: TypeAlias = (
    Plain
    | Para
    | Header
    | CodeBlock
    | RawBlock
    | BlockQuote
    | OrderedList
    | BulletList
    | DefinitionList
    | Table
    | Figure
    | HorizontalRule
    | Div
    | LineBlock
)

# ---------------------------------------------------------------- the document


@dataclass(frozen=True, slots=True)
class Document:
    """A document: what it says of itself, its blocks, and the images that travel with it by name.

    `source` names the input in messages.
    """

    blocks: tuple[Block, ...]
    metadata: Metadata = field(default_factory=Metadata)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    source: str = ""
