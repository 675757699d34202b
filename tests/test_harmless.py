"""One list for all writers: a hostile tree, whoever made it, gives outputs that cannot act."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import convertkit
from convertkit.losses import ElementDropped, Loss, UnsafeLink
from convertkit.metadata import Metadata
from convertkit.readers.harmless import harmless
from convertkit.tree import (
    Attr,
    Code,
    CodeBlock,
    Div,
    Document,
    Header,
    Image,
    Inline,
    Link,
    Math,
    Para,
    RawBlock,
    RawInline,
    Span,
    Text,
)
from tests.hostile.outputs import holds, look_into
from tests.posts import PLAIN

FORMATS = ("markdown", "text", "html", "epub", "docx")
ADDRESSES = (
    "javascript:alert(1)",
    "JAVA\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "vbscript:x",
    "file:///etc/passwd",
    "data:text/html,<script>alert(1)</script>",
    "//host.example/x",
    'x" onload="alert(1)',
    "<script>",
)
ATTR = Attr(
    'i"d><script>',
    ("c'l\x01ass", "onclick"),
    (
        ("onclick", "alert(1)"),
        ("style", "background:url(http://h.example/)"),
        ("src", "javascript:1"),
        ("width", '1"x'),
    ),
)


def words(*inlines: Inline | str) -> Para:
    return Para(tuple(Text(inline) if isinstance(inline, str) else inline for inline in inlines))


HOSTILE = Document(
    metadata=Metadata(title="t\x01<script>", language='x"onload=1', url="javascript:alert(1)", cover="/etc/passwd"),
    blocks=(
        *(words(Link((Text("shown"),), target, 'ti"tle<\x02', ATTR)) for target in ADDRESSES),
        *(words(Image((Text("alt"),), target, "t", ATTR)) for target in ADDRESSES),
        words("ctl\x01\x08\x0b\x1b[31m\ufffe\ud800x", Code("a\x01`<script>", ATTR), Span((Text("span"),), ATTR)),
        words(Math("<script>alert(1)</script>\x01\\href{javascript:x}{y}")),
        CodeBlock("x\x02```\n<script>", ATTR),
        Header(1, (Text("head"),), ATTR),
        Div((words("division"),), ATTR),
    ),
)


@pytest.mark.parametrize("to", FORMATS)
def test_a_hostile_tree_gives_an_output_that_cannot_act(to: str) -> None:
    losses: list[Loss] = []
    inside = look_into(to, convertkit.write(HOSTILE, to, report=losses.append), iter(()))
    assert not inside.broken
    assert not inside.threats
    assert all(holds(inside.shown, word) for word in ("shown", "span", "head", "division"))
    assert any(isinstance(loss, UnsafeLink) for loss in losses)


@pytest.mark.parametrize("to", FORMATS)
def test_what_a_filter_makes_of_a_post_cannot_act_either(to: str) -> None:
    def spoil(document: Document) -> Document:
        return HOSTILE

    result = convertkit.convert(PLAIN, to, filters=[spoil], from_="post")
    inside = look_into(to, result.content, iter(()))
    assert not inside.broken
    assert not inside.threats


RAW: tuple[Callable[[], RawBlock | RawInline], ...] = (
    lambda: RawBlock("HTML ", "<script>alert(1)</script><p onclick=x()>kept</p>"),
    lambda: RawInline("html5", "<img src=x onerror=alert(1)>kept"),
    lambda: RawBlock("markdown", "<script>alert(1)</script>"),
    lambda: RawInline("openxml", '<w:r><w:instrText>DDEAUTO "cmd"</w:instrText></w:r>'),
)


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("to", FORMATS)
def test_raw_pieces_of_a_document_that_pandoc_read_cannot_act(raw: Callable[[], RawBlock | RawInline], to: str) -> None:
    node = raw()
    block = node if isinstance(node, RawBlock) else Para((node,))
    ast = convertkit.write(Document(blocks=(block, words("after"))), "json")
    result = convertkit.convert(ast, to, from_="json")
    inside = look_into(to, result.content, iter(()))
    assert not inside.broken
    assert not inside.threats
    assert "ddeauto" not in inside.markup
    assert holds(inside.shown, "after")
    assert holds(inside.shown, "kept") == ("kept" in node.text)
    assert result.losses
    assert any(isinstance(loss, ElementDropped) for loss in result.losses) == ("kept" not in node.text)


def test_a_document_with_nothing_to_vet_is_the_very_same() -> None:
    document = convertkit.read(PLAIN, from_="post")
    assert harmless(document, lambda loss: pytest.fail(str(loss))) is document
