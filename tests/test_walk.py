"""`walk`, `query` and `plain_text`: every place, no change without need, any depth."""

from __future__ import annotations

import sys
from typing import get_args

import pytest
from hypothesis import given

from convertkit import tree
from convertkit.tree import Block, Document, Inline, Para, Plain, Text
from convertkit.walk import (
    CHILDREN,
    Node,
    Rewrite,
    children_of,
    plain_text,
    query,
    walk,
    walk_blocks,
    walk_inlines,
)
from tests.strategies import documents

LEAVES = {
    *(tree.Text, tree.Code, tree.Math, tree.LineBreak, tree.SoftBreak, tree.RawInline),
    *(tree.CodeBlock, tree.RawBlock, tree.HorizontalRule),
}


def text(words: str) -> tuple[Inline, ...]:
    return (Text(words),)


def plain(words: str) -> tuple[Block, ...]:
    return (Plain(text(words)),)


def row(words: str) -> tuple[tree.Row, ...]:
    return (tree.Row((tree.Cell(plain(words)),)),)


EVERY_PLACE = Document(
    (
        tree.Header(1, text("a")),
        Para((tree.Image(text("b"), "b.png"), tree.Link(text("c"), "c"), tree.Note((Para(text("d")),)))),
        Para((tree.Cite((tree.Citation("k", text("e"), text("f")),), text("g")), tree.Ruby(text("h"), text("i")))),
        tree.BulletList((plain("j"), plain("k"))),
        tree.DefinitionList((tree.DefinitionItem(text("l"), (plain("m"), plain("n"))),)),
        tree.Table(
            (tree.ColSpec(),),
            (tree.TableBody(row("r"), row("q")),),
            tree.TableHead(row("p")),
            tree.TableFoot(row("s")),
            tree.Caption(plain("o"), text("!")),
        ),
        tree.Figure(plain("t"), tree.Caption(plain("u"))),
        tree.LineBlock((text("v"), text("w"))),
        tree.BlockQuote((tree.Div((Para((tree.Strong((tree.Span(text("x")),)),)),)),)),
        tree.OrderedList((plain("y"),)),
    )
)


def upper(node: Node) -> Rewrite:
    return Text(node.text.upper()) if isinstance(node, Text) else node


def test_every_node_is_known() -> None:
    assert set(CHILDREN) | LEAVES == {*get_args(Block), *get_args(Inline)}
    assert not set(CHILDREN) & LEAVES


def test_query_goes_through_every_place_in_order() -> None:
    found = "".join(query(EVERY_PLACE, lambda node: node.text if isinstance(node, Text) else None))
    assert found == "abcdefghijklmn!opqrstuvwxy"


def test_walk_changes_every_place() -> None:
    found = "".join(query(walk(EVERY_PLACE, upper), lambda node: node.text if isinstance(node, Text) else None))
    assert found == "ABCDEFGHIJKLMN!OPQRSTUVWXY"


def test_walk_changes_what_it_must_and_nothing_else() -> None:
    changed = walk(EVERY_PLACE, lambda node: Text("z") if node == Text("d") else node)
    same = [new is old for new, old in zip(changed.blocks, EVERY_PLACE.blocks, strict=True)]
    assert same == [True, False, *[True] * 8]


@given(documents())
def test_an_unchanged_document_is_the_same_object(document: Document) -> None:
    assert walk(document, lambda node: node) is document


@given(documents())
def test_all_traversals_see_the_same_nodes(document: Document) -> None:
    walked: list[Node] = []

    def see(node: Node) -> Node:
        walked.append(node)
        return node

    walk(document, see)
    queried = list(query(document, lambda node: node))
    assert sorted(map(id, walked)) == sorted(map(id, queried))


def test_walk_is_bottom_up() -> None:
    seen: list[str] = []

    def see(node: Node) -> Node:
        seen.append(type(node).__name__)
        return node

    walk_blocks((tree.BlockQuote((Para((tree.Strong(text("x")),)),)),), see)
    assert seen == ["Text", "Strong", "Para", "BlockQuote"]


def test_a_tuple_takes_the_place_of_a_node() -> None:
    blocks = (Para(text("a")), tree.HorizontalRule(), Para(text("b")))
    assert walk_blocks(blocks, lambda node: () if isinstance(node, tree.HorizontalRule) else node) == (
        Para(text("a")),
        Para(text("b")),
    )
    twice = walk_blocks(blocks, lambda node: (node, node) if isinstance(node, tree.HorizontalRule) else node)
    assert len(twice) == 4
    unwrapped = walk_inlines((tree.Strong(text("a")),), lambda node: getattr(node, "content", node))
    assert unwrapped == text("a")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (Text("x"), "Text cannot stand in the place of a block"),
        ((Para(()), Text("x")), "Text cannot stand in the place of a block"),
        (None, "NoneType cannot stand in the place of a block"),
    ],
)
def test_an_inline_cannot_stand_in_the_place_of_a_block(wrong: Rewrite, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        walk_blocks((tree.HorizontalRule(),), lambda node: wrong)


def test_a_block_cannot_stand_in_the_place_of_an_inline() -> None:
    with pytest.raises(TypeError, match="Para cannot stand in the place of an inline"):
        walk_inlines(text("x"), lambda node: Para((node,)) if isinstance(node, Text) else node)


def test_children_of_a_leaf() -> None:
    assert list(children_of(tree.HorizontalRule())) == []


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ((Para(text("one")), Para(text("two"))), "one\ntwo"),
        ((Text("a"), tree.LineBreak(), Text("b"), tree.SoftBreak(), tree.Code("c"), tree.Math("x^2")), "a\nb cx^2"),
        ((tree.Quoted((Text("a"), tree.Quoted(text("b"), "SingleQuote"))),), "“a‘b’”"),
        ((tree.Image(text("a cat"), "cat.png"), Text("!")), "a cat!"),
        ((Text("said"), tree.Note((Para(text("by")), Para(text("me")))), Text("so")), "said by me so"),
        ((tree.Ruby(text("漢字"), text("かんじ")),), "漢字(かんじ)"),
        ((tree.RawBlock("html", "<hr>"), Para((tree.RawInline("html", "<b>"), Text("x")))), "x"),
        ((tree.CodeBlock("a\n\nb"), tree.HorizontalRule(), Para(text("c"))), "a\n\nb\nc"),
        (
            (tree.DefinitionList((tree.DefinitionItem(text("a"), ()), tree.DefinitionItem(text("b"), (plain("c"),)))),),
            "a\nb\nc",
        ),
        ((Text("loose"), Para(text("text")), Text("again")), "loose\ntext\nagain"),
        ((), ""),
    ],
)
def test_plain_text(nodes: tuple[Node, ...], words: str) -> None:
    assert plain_text(nodes) == words


def test_plain_text_of_every_place() -> None:
    lines = "a|bc d |ghi|".replace("ghi", "gh(i)") + "j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y"
    assert plain_text(EVERY_PLACE.blocks) == lines.replace("|", "\n")


def nested(kind: str) -> tuple[Block, ...]:
    blocks = plain("deep")
    for _ in range(tree.MAX_DEPTH):
        match kind:
            case "table":
                cell = tree.Cell(blocks)
                blocks = (tree.Table((tree.ColSpec(),), (tree.TableBody((tree.Row((cell,)),)),)),)
            case "definitions":
                blocks = (tree.DefinitionList((tree.DefinitionItem(text("x"), (blocks,)),)),)
            case "note":
                blocks = (Para((tree.Note(blocks),)),)
            case _:
                blocks = (tree.OrderedList((blocks,)),)
    return blocks


@pytest.mark.parametrize("kind", ["table", "definitions", "note", "list"])
def test_no_traversal_exhausts_the_stack(kind: str) -> None:
    document = Document(nested(kind))
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        assert "DEEP" in plain_text(walk(document, upper).blocks)
        assert "deep" in query(document, lambda node: getattr(node, "text", None))
    finally:
        sys.setrecursionlimit(limit)
