"""Laws of the normaliser, for trees as rough as they come."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convertkit import tree
from convertkit.metadata import Metadata
from convertkit.normalise import PASSES, normalise
from convertkit.normalise.whitespace import collapse
from convertkit.tree import MAX_DEPTH, NO_ATTR, Attr, Block, Document, Inline, Para, Text
from convertkit.walk import plain_text, query
from tests.clean import assert_clean
from tests.spending import assert_linear

PIECES = (
    *("a", "word", "词语", "句子。", "Sentence ends.", "长" * 40 + "。", " ", "  ", "\n", "\t", "\u00a0", "\u3000", ""),
    *("\u3000\u3000", "\u00a0\u00a0", "\u200b", "\ufeff", "\u2003", "\u200e", "\u00ad"),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=3).map("".join).map(Text)
ATTRS = st.sampled_from((NO_ATTR, NO_ATTR, Attr("x"), Attr("y"), Attr(classes=("c",)), Attr("x", ("c",))))
LEAVES: st.SearchStrategy[Inline] = st.one_of(
    TEXTS,
    TEXTS,
    TEXTS,
    st.sampled_from((tree.LineBreak(), tree.LineBreak(), tree.SoftBreak(), tree.Math(""), tree.Math("x"))),
    st.builds(tree.Code, st.sampled_from(("", "x", " y ")), ATTRS),
    st.builds(tree.RawInline, st.just("html"), st.sampled_from(("", "<b>"))),
)
MARKS: tuple[Callable[[tuple[Inline, ...]], Inline], ...] = (
    tree.Emph,
    tree.Strong,
    tree.Underline,
    tree.Strikeout,
    tree.Superscript,
    tree.SmallCaps,
    tree.Quoted,
)


class Rough:
    """Draws rough trees of a few levels."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def inlines(self, depth: int) -> tuple[Inline, ...]:
        return tuple(self.inline(depth) for _ in range(self.draw(st.integers(0, 4))))

    def inline(self, depth: int) -> Inline:
        kind = self.draw(st.integers(0, 14 if depth else 5))
        if kind < 6:
            return self.draw(LEAVES)
        content = self.inlines(depth - 1)
        match kind:
            case 6:
                return tree.Span(content, self.draw(ATTRS))
            case 7:
                return tree.Link(content, self.draw(st.sampled_from(("#x", "#y", "http://a.example/", ""))))
            case 8:
                return tree.Image(content, self.draw(st.sampled_from(("", "a.png"))))
            case 9:
                return tree.Ruby(content, self.inlines(depth - 1))
            case 10:
                return tree.Note(self.blocks(depth - 1)) if self.draw(st.booleans()) else tree.Strong(content)
            case 11:
                return tree.Cite((tree.Citation("k"),), content)
            case _:
                return self.draw(st.sampled_from(MARKS))(content)

    def blocks(self, depth: int) -> tuple[Block, ...]:
        return tuple(self.block(depth) for _ in range(self.draw(st.integers(0, 3))))

    def block(self, depth: int) -> Block:
        kind = self.draw(st.integers(0, 9 if depth else 3))
        match kind:
            case 0:
                return Para(self.inlines(2), self.draw(st.booleans()))
            case 1:
                return tree.Plain(self.inlines(2))
            case 2:
                return tree.Header(self.draw(st.integers(1, 6)), self.inlines(1), self.draw(ATTRS))
            case 3:
                return self.odd_block()
            case _:
                return self.holding_block(kind, depth - 1)

    def odd_block(self) -> Block:
        code = tree.CodeBlock(self.draw(st.sampled_from(("", " \n", "x\n  y"))), self.draw(ATTRS))
        raw_block = tree.RawBlock("html", self.draw(st.sampled_from(("", "<hr>"))))
        verse = tree.LineBlock(tuple(self.inlines(1) for _ in range(self.draw(st.integers(0, 3)))))
        odd: tuple[Block, ...] = (code, raw_block, verse, tree.HorizontalRule())
        return self.draw(st.sampled_from(odd))

    def holding_block(self, kind: int, depth: int) -> Block:
        match kind:
            case 4:
                return tree.BlockQuote(self.blocks(depth))
            case 5:
                return tree.Div(self.blocks(depth), self.draw(ATTRS))
            case 6:
                return tree.BulletList(self.items(depth))
            case 7:
                return tree.OrderedList(self.items(depth), self.draw(st.integers(0, 2)))
            case 8:
                term = tree.DefinitionItem(self.inlines(1), self.items(depth))
                return tree.DefinitionList((term,) * self.draw(st.integers(0, 2)))
            case _:
                return self.captioned_block(depth)

    def captioned_block(self, depth: int) -> Block:
        caption = tree.Caption(self.blocks(0), self.draw(st.none() | TEXTS.map(lambda text: (text,))))
        if self.draw(st.booleans()):
            return tree.Figure(self.blocks(depth), caption, self.draw(ATTRS))
        rows = tuple(tree.Row((tree.Cell(self.blocks(depth)),)) for _ in range(self.draw(st.integers(0, 2))))
        return tree.Table((tree.ColSpec(),), (tree.TableBody(rows),), caption=caption, attr=self.draw(ATTRS))

    def items(self, depth: int) -> tuple[tuple[Block, ...], ...]:
        return tuple(self.blocks(depth) for _ in range(self.draw(st.integers(0, 3))))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents with anything wrong that a normaliser may have to mend."""
    return Document(Rough(draw).blocks(3), Metadata(title=draw(st.sampled_from(("", "t")))))


DOCUMENTS = documents()


def words(document: Document) -> str:
    """All that can be read, without white space, what shows nothing, and the marks that `Quoted` and `Ruby` supply."""
    text = plain_text(document.blocks) + "".join(query(document, raw))
    return "".join(sorted(char for char in text if char.isprintable() and char not in " “”()"))


def raw(node: object) -> str | None:
    """What `plain_text` leaves out."""
    return node.text if isinstance(node, tree.RawBlock | tree.RawInline) else None


@given(DOCUMENTS)
def test_a_normalised_tree_is_clean(document: Document) -> None:
    assert_clean(normalise(document))


@given(DOCUMENTS)
def test_normalising_twice_is_normalising_once(document: Document) -> None:
    once = normalise(document)
    twice = normalise(once)
    assert twice == once
    assert twice is once, "a clean document is given back as it is"


@given(DOCUMENTS)
def test_words_never_change(document: Document) -> None:
    assert words(normalise(document)) == words(document)


@given(DOCUMENTS)
def test_each_pass_keeps_the_words(document: Document) -> None:
    for change in PASSES:
        changed = change(document)
        assert words(changed) == words(document), change.__name__
        document = changed


@given(st.lists(st.integers(1, 6), max_size=12))
def test_headings_only_rise_and_keep_their_order(levels: list[int]) -> None:
    document = Document(tuple(tree.Header(level, (Text("h"),)) for level in levels), Metadata(title="t"))
    result = [block.level for block in normalise(document).blocks if isinstance(block, tree.Header)]
    assert all(new <= old for old, new in zip(levels, result, strict=True))
    deeper = [old > before for before, old in pairwise(levels)]
    for index, is_deeper in enumerate(deeper):
        if is_deeper:
            assert result[index + 1] == result[index] + 1 or result[index + 1] <= 2


def in_quotes(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return (tree.BlockQuote(blocks),)


def in_list(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return (tree.BulletList((blocks,)),)


def in_table(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return (tree.Table((tree.ColSpec(),), (tree.TableBody((tree.Row((tree.Cell(blocks),)),)),)),)


def in_wrapper(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return (tree.Div(blocks, Attr(classes=("c",))),)


def in_note(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return (Para((Text(" x "), tree.Note(blocks))),)


@pytest.mark.parametrize("wrap", [in_quotes, in_list, in_table, in_wrapper, in_note])
def test_depth_never_exhausts_the_stack(wrap: Callable[[tuple[Block, ...]], tuple[Block, ...]]) -> None:
    blocks: tuple[Block, ...] = (Para((Text(" \u3000deep "),)),)
    for _ in range(MAX_DEPTH):
        blocks = wrap(blocks)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        assert "deep" in plain_text(normalise(Document(blocks)).blocks)
    finally:
        sys.setrecursionlimit(limit)


def test_deep_marks_never_exhaust_the_stack() -> None:
    inlines: tuple[Inline, ...] = (Text(" deep "),)
    for depth in range(MAX_DEPTH):
        inlines = (tree.Superscript(inlines),) if depth % 2 else (tree.Quoted(inlines),)
    assert "deep" in plain_text(normalise(Document((Para(inlines),))).blocks)


def test_one_word_a_span_takes_linear_time() -> None:
    def normalise_words(count: int) -> None:
        words_in_spans = tuple(tree.Strong((tree.Span((Text(f"w{index} "),)),)) for index in range(count))
        (paragraph,) = normalise(Document((Para(words_in_spans),))).blocks
        assert isinstance(paragraph, Para)
        assert [type(inline) for inline in paragraph.content] == [tree.Strong]

    assert_linear(normalise_words, 1_000, 10_000)


@pytest.mark.parametrize(
    "block", [range(0x2E80, 0x3100), range(0x31A0, 0x3200), range(0x4E00, 0xD800), range(0xF900, 0xFFFF)]
)
def test_lines_are_joined_where_both_characters_are_wide_and_not_hangul(block: range) -> None:
    for character in map(chr, block):
        if unicodedata.category(character)[0] in "LPN":
            is_wide = unicodedata.east_asian_width(character) in "FWH"
            joins = is_wide and not unicodedata.name(character, "").startswith(
                ("HANGUL", "HALFWIDTH HANGUL", "PARENTHESIZED HANGUL")
            )
            expected = f"{character}{character}" if joins else f"{character} {character}"
            assert collapse(f"{character}\n{character}") == expected, hex(ord(character))
