"""Hypothesis strategies for trees. `documents()` makes clean ones, with every node and nasty text.

Clean as writers may rely on it: no white space at an edge or doubled, no line breaks in text, no two texts or equal
inlines side by side, nothing empty, headings without gaps, no note in a note and no link in a link.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hypothesis import strategies as st

from convertkit import tree
from convertkit.metadata import Contributor, Metadata
from convertkit.tree import Attr, Block, Document, Inline, Text

NASTY_WORDS = (
    *("*", "**", "_", "__", "`", "``", "#", "##", "-", "+", "1.", "1)", "2022.", ">", "|", "~~", "$", "$$", "\\", "!["),
    *(
        "](",
        "[x]",
        "[ ]",
        "[^1]",
        "<b>",
        "</p>",
        "<!--",
        "-->",
        "&amp;",
        "&#123;",
        "{{x}}",
        "{.a}",
        "---",
        "===",
        ":::",
    ),
    *(
        "http://a.example/?b=c&d",
        "www.example.org",
        "a@b.example",
        "snake_case_name",
        "2*3*4",
        "a|b",
        "C:\\path",
        "'",
        '"',
    ),
    *(
        "。",
        "，",
        "“引号”",
        "《书名》",
        "第１章",
        "――",
        "…",
        "１２３",
        "한국어",
        "かな",
        "𠮷野家",
        "👩\u200d👩\u200d👧",
        "é",
        "e\u0301",
    ),
    *(
        "עברית",
        "\u200fx",
        "a\u00a0b",
        "甲\u3000乙",
        "soft\u00adhyphen",
        "zero\u200bwidth",
        "\ufeffbom",
        "x\u2028y",
        "z\u0085",
    ),
)
LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"))
WORD = st.one_of(
    st.sampled_from(NASTY_WORDS),
    st.text("abcXYZ019中文字汉語，。", min_size=1, max_size=8),
    st.text(LETTERS, min_size=1, max_size=5),
)
TEXT = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
IDENTIFIERS = st.sampled_from(("", "intro", "第一节", "fig:1", "a-b_c"))
TARGETS = st.sampled_from(
    (
        "https://example.org/",
        "http://例子.测试/路径?a=1&b=(2)#c",
        "page.html",
        "#intro",
        "mailto:a@b.example",
        "a b.html",
        "",
    )
)
CODE = st.lists(
    st.one_of(
        st.sampled_from(
            ("", "```", "~~~", "\tindented", "    four", "<b>&amp;</b>", "` `` `", "末行", "a  b ", "\\n{}")
        ),
        st.text(LETTERS, min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=4,
)


@dataclass(frozen=True, slots=True)
class Kinds:
    """What may still stand inside: `depth` levels, and each family that the tests ask for."""

    depth: int = 2
    raw: bool = True
    notes: bool = True
    links: bool = True

    def inside(self, **changes: Any) -> Kinds:
        """One level further down."""
        return replace(self, depth=self.depth - 1, **changes)


@cache
@st.composite
def attributes(draw: st.DrawFn, *, empty: bool = True) -> Attr:
    """An `Attr`, never one that pandoc's AST needs for `Ruby` or an indented paragraph."""
    classes = draw(st.lists(st.sampled_from(("note", "python", "warning", "重要")), max_size=2, unique=True))
    pairs = draw(st.dictionaries(st.sampled_from(("lang", "width", "data-x", "dir")), TEXT, max_size=2))
    found = Attr(draw(IDENTIFIERS), tuple(classes), tuple(pairs.items()))
    return Attr(classes=("note",)) if not empty and found == tree.NO_ATTR else found


# ---------------------------------------------------------------- inlines


def tidy(nodes: list[Inline]) -> tuple[Inline, ...]:
    """A clean sequence: texts joined, likes kept apart by a space, no line break first, last or doubled."""
    result: list[Inline] = []
    for node in nodes:
        last = result[-1] if result else None
        if isinstance(node, tree.LineBreak | tree.SoftBreak):
            if last is None or isinstance(last, tree.LineBreak | tree.SoftBreak):
                continue
            if isinstance(last, Text):
                result[-1] = Text(last.text.rstrip(" "))
            result.append(node)
        elif isinstance(node, Text) and isinstance(last, Text):
            result[-1] = Text(f"{last.text.rstrip(' ')} {node.text}")
        elif type(node) is type(last) and not isinstance(node, Text):
            result += (Text(" "), node)
        else:
            result.append(node)
    while result and isinstance(result[-1], tree.LineBreak | tree.SoftBreak):
        result.pop()
    return tuple(result) or (Text("x"),)


@cache
@st.composite
def inlines(draw: st.DrawFn, kinds: Kinds = Kinds()) -> tuple[Inline, ...]:
    """A clean, non-empty sequence of inlines."""
    first, *others = draw(st.lists(inline(kinds), min_size=1, max_size=4))
    nodes = [first]
    for node in others:
        spaced = draw(st.booleans()) and not isinstance(node, tree.LineBreak | tree.SoftBreak)
        if spaced and not isinstance(nodes[-1], Text | tree.LineBreak | tree.SoftBreak):
            nodes.append(Text(f" {node.text}") if isinstance(node, Text) else Text(" "))
            nodes += () if isinstance(node, Text) else (node,)
        elif spaced and isinstance(nodes[-1], Text) and not isinstance(node, Text):
            nodes += (Text(f"{nodes.pop().text} "), node)  # type: ignore[union-attr]  # the last is a Text
        else:
            nodes.append(node)
    return tidy(nodes)


@cache
def inline(kinds: Kinds) -> st.SearchStrategy[Inline]:
    """Any inline, text most often."""
    text = TEXT.map(Text)
    if kinds.depth <= 0:
        return text
    return st.one_of(text, text, leaf_inline(kinds), holding_inline(kinds))


@cache
def leaf_inline(kinds: Kinds) -> st.SearchStrategy[Inline]:
    """Inlines without inlines inside."""
    leaves: list[st.SearchStrategy[Inline]] = [
        st.builds(tree.Code, TEXT, attributes()),
        st.builds(
            tree.Math,
            st.sampled_from(("x^2", r"\frac{a}{b}", "a < b & c")),
            st.sampled_from(("InlineMath", "DisplayMath")),
        ),
        st.just(tree.LineBreak()),
        st.builds(tree.Ruby, TEXT.map(lambda text: (Text(text),)), TEXT.map(lambda text: (Text(text),))),
    ]
    if kinds.raw:
        leaves += (
            st.builds(
                tree.RawInline, st.sampled_from(("html", "latex")), st.sampled_from(("<br>", r"\LaTeX{}", "<i>"))
            ),
            st.just(tree.SoftBreak()),
        )
    return st.one_of(leaves)


@cache
def holding_inline(kinds: Kinds) -> st.SearchStrategy[Inline]:
    """Inlines with inlines, or blocks, inside."""
    content = st.deferred(lambda: inlines(kinds.inside()))
    unlinked = st.deferred(lambda: inlines(kinds.inside(links=False)))
    plain = TEXT.map(lambda text: (Text(text),))
    title = st.one_of(st.just(""), TEXT)
    wrappers: list[Callable[..., Inline]] = [
        *(tree.Emph, tree.Strong, tree.Underline, tree.Strikeout),
        *(tree.Superscript, tree.Subscript, tree.SmallCaps),
    ]
    holders: list[st.SearchStrategy[Inline]] = [
        *(st.builds(wrapper, content) for wrapper in wrappers),
        st.builds(tree.Quoted, content, st.sampled_from(("SingleQuote", "DoubleQuote"))),
        st.builds(tree.Image, st.one_of(st.just(()), plain), TARGETS, title, attributes()),
        st.builds(tree.Span, content, attributes(empty=False)),
    ]
    if kinds.links:
        holders.append(st.builds(tree.Link, unlinked, TARGETS, title, attributes()))
    if kinds.notes:
        holders.append(st.deferred(lambda: st.builds(tree.Note, blocks(kinds.inside(notes=False)))))
    if kinds.raw:
        citation = st.builds(
            tree.Citation,
            st.sampled_from(("doe99", "王2020")),
            st.one_of(st.just(()), plain),
            st.one_of(st.just(()), plain),
            st.sampled_from(("AuthorInText", "SuppressAuthor", "NormalCitation")),
            st.integers(0, 9),
            st.integers(0, 9),
        )
        holders.append(st.builds(tree.Cite, st.lists(citation, min_size=1, max_size=2).map(tuple), content))
    return st.one_of(holders)


# ---------------------------------------------------------------- blocks


@cache
def blocks(kinds: Kinds = Kinds(), *, max_size: int = 3) -> st.SearchStrategy[tuple[Block, ...]]:
    """A non-empty sequence of blocks."""
    return st.lists(block(kinds), min_size=1, max_size=max_size).map(tuple)


@cache
def block(kinds: Kinds) -> st.SearchStrategy[Block]:
    """Any block, paragraphs most often."""
    para = st.builds(tree.Para, inlines(kinds), st.booleans())
    if kinds.depth <= 0:
        return para
    return st.one_of(para, para, leaf_block(kinds), holding_block(kinds))


@cache
def leaf_block(kinds: Kinds) -> st.SearchStrategy[Block]:
    """Blocks without blocks inside."""
    leaves: list[st.SearchStrategy[Block]] = [
        st.builds(tree.Header, st.integers(1, 6), inlines(kinds.inside(notes=False)), attributes()),
        st.builds(tree.CodeBlock, CODE.map("\n".join), attributes()),
        st.just(tree.HorizontalRule()),
        st.builds(tree.LineBlock, st.lists(inlines(kinds.inside()), min_size=1, max_size=3).map(tuple)),
    ]
    if kinds.raw:
        leaves.append(
            st.builds(tree.RawBlock, st.sampled_from(("html", "latex")), st.sampled_from(("<hr>", r"\newpage")))
        )
    return st.one_of(leaves)


@cache
def holding_block(kinds: Kinds) -> st.SearchStrategy[Block]:
    """Blocks with blocks inside."""
    inside = kinds.inside()
    content = st.deferred(lambda: blocks(inside))
    items = st.lists(item(inside), min_size=1, max_size=3).map(tuple)
    image = st.builds(tree.Image, st.just(()), TARGETS, st.just(""), attributes())
    definition = st.builds(tree.DefinitionItem, inlines(inside), st.lists(content, min_size=1, max_size=2).map(tuple))
    return st.one_of(
        st.builds(tree.BlockQuote, content),
        st.builds(tree.BulletList, items),
        st.builds(
            tree.OrderedList,
            items,
            st.integers(0, 12),
            st.sampled_from(("DefaultStyle", "Decimal", "LowerRoman", "UpperAlpha")),
            st.sampled_from(("DefaultDelim", "Period", "OneParen", "TwoParens")),
        ),
        st.builds(tree.DefinitionList, st.lists(definition, min_size=1, max_size=2).map(tuple)),
        st.builds(tree.Figure, image.map(lambda node: (tree.Plain((node,)),)), captions(inside), attributes()),
        st.builds(tree.Div, content, attributes(empty=False)),
        tables(inside),
    )


@cache
@st.composite
def item(draw: st.DrawFn, kinds: Kinds) -> tuple[Block, ...]:
    """A list's item: tight, or loose."""
    if draw(st.booleans()):
        return (tree.Plain(draw(inlines(kinds))),)
    return (tree.Para(draw(inlines(kinds))), *draw(blocks(kinds, max_size=2)))


@cache
def captions(kinds: Kinds) -> st.SearchStrategy[tree.Caption]:
    """No caption, or one of a paragraph."""
    plain = inlines(kinds.inside(notes=False)).map(lambda content: (tree.Plain(content),))
    return st.one_of(st.just(tree.Caption()), st.builds(tree.Caption, plain))


@cache
@st.composite
def tables(draw: st.DrawFn, kinds: Kinds) -> tree.Table:
    """A table that is a rectangle: its spans, if any, are a last row of one cell and a first cell two rows high."""
    width = draw(st.integers(1, 3))
    alignments = st.sampled_from(("AlignLeft", "AlignRight", "AlignCenter", "AlignDefault"))
    content = st.one_of(inlines(kinds.inside(notes=False)).map(lambda nodes: (tree.Plain(nodes),)), st.just(()))
    cell = st.builds(tree.Cell, content, st.just("AlignDefault"))

    def row(cells: int = width) -> tree.Row:
        return tree.Row(tuple(draw(st.lists(cell, min_size=cells, max_size=cells))))

    rows = [row() for _ in range(draw(st.integers(1, 3)))]
    if width > 1 and len(rows) > 1 and draw(st.booleans()):
        first, *others = rows[0].cells
        rows[:2] = [tree.Row((replace(first, row_span=2), *others)), tree.Row(rows[1].cells[1:])]
    if draw(st.booleans()):
        rows.append(tree.Row((replace(draw(cell), col_span=width),)))
    body = tree.TableBody(tuple(rows), row_head_columns=draw(st.integers(0, 1)))
    widths = st.one_of(st.none(), st.sampled_from((0.25, 0.5)))
    columns = draw(st.lists(st.builds(tree.ColSpec, alignments, widths), min_size=width, max_size=width))
    head = tree.TableHead((row(),) if draw(st.booleans()) else ())
    foot = tree.TableFoot((row(),) if draw(st.integers(0, 4)) == 0 else ())
    return tree.Table(tuple(columns), (body,), head, foot, draw(captions(kinds)), draw(attributes()))


# ---------------------------------------------------------------- documents

OFFSETS = st.sampled_from((0, 480, -210, 345)).map(
    lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
)
DATES = st.one_of(st.dates(), st.datetimes(), st.datetimes(timezones=OFFSETS))
NUMBERS = st.one_of(st.integers(-(10**20), 10**20), st.floats(allow_nan=False), st.just(math.inf))
VALUES = st.recursive(
    st.one_of(
        TEXT, st.sampled_from(("", "5", "true", "2022-04-15")), st.none(), st.booleans(), NUMBERS, DATES, st.times()
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORD, inner, max_size=3)),
    max_leaves=6,
)
KEYS = st.one_of(
    WORD, st.sampled_from(("comments", "date", "author", "keywords", "extra", "lang", "cover-image", "title"))
)


@cache
@st.composite
def metadata(draw: st.DrawFn) -> Metadata:
    """Metadata with any of its fields, and front matter keys without a field in `extra`."""
    some = st.one_of(st.just(""), TEXT)
    texts = st.lists(TEXT, max_size=3).map(tuple)
    return Metadata(
        title=draw(some),
        subtitle=draw(some),
        authors=draw(texts),
        contributors=tuple(
            draw(st.lists(st.builds(Contributor, TEXT, st.sampled_from(("editor", "译者", ""))), max_size=2))
        ),
        date=draw(st.one_of(st.none(), DATES)),
        updated=draw(st.one_of(st.none(), DATES)),
        language=draw(st.sampled_from(("", "zh-CN", "en", "sr-Latn-RS"))),
        description=draw(some),
        publisher=draw(some),
        url=draw(TARGETS),
        categories=draw(texts),
        tags=tuple(dict.fromkeys(draw(texts))),
        cover=draw(TARGETS),
        identifier=draw(some),
        series=draw(some),
        series_index=draw(st.one_of(st.none(), st.floats(0, 99))),
        extra=draw(st.dictionaries(KEYS, VALUES, max_size=4)),
    )


@st.composite
def documents(draw: st.DrawFn, *, raw: bool = True, meta: bool = True, depth: int = 2) -> Document:
    """A clean document. `raw` allows what only pandoc makes: raw nodes, citations, soft breaks."""
    content = draw(blocks(Kinds(depth=depth, raw=raw), max_size=5))
    return Document(_without_gaps(content), draw(metadata()) if meta else Metadata())


def _without_gaps(content: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks with headings at the top that never go down more than a level at a time."""
    result: list[Block] = []
    level = 0
    for node in content:
        if isinstance(node, tree.Header):
            level = min(node.level, level + 1)
            result.append(replace(node, level=level))
        else:
            result.append(node)
    return tuple(result)
