"""Our tree and pandoc's AST: nothing is lost between them, in either direction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from convertkit.errors import UnreadableDocument
from convertkit.losses import Loss, NotExpressible, TooDeep
from convertkit.metadata import Contributor, Metadata
from convertkit.pandoc.ast import API_VERSION, from_pandoc, to_pandoc
from convertkit.pandoc.serial import dump_ast, load_ast
from convertkit.pandoc.worker import Worker
from convertkit.tree import MAX_DEPTH, Attr, Div, Document, Note, Para, Plain, Ruby, Span, Table, Text
from convertkit.walk import plain_text, query
from tests.corpus import corpus
from tests.examples import examples
from tests.strategies import documents

EVERYTHING = Path(__file__).parent / "data" / "pandoc_everything.md"


def canonical(value: Any) -> Any:
    """JSON of pandoc's with neighbouring words and spaces joined, then split at U+0020."""
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    result: list[Any] = []
    run = ""
    for item in [*value, None] if value else []:
        tag = item.get("t") if isinstance(item, dict) else ""
        if tag in ("Str", "Space"):
            run += item["c"] if tag == "Str" else " "
            continue
        for index, word in enumerate(run.split(" ") if run else ()):
            result += ({"t": "Space"},) if index else ()
            result += ({"t": "Str", "c": word},) if word else ()
        run = ""
        result.append(canonical(item))
    return result[:-1]


@pytest.fixture(scope="module")
def worker() -> Any:
    with Worker() as made:
        yield made


@settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(documents())
def test_no_tree_changes_on_its_way_to_pandoc_and_back(document: Document) -> None:
    assert from_pandoc(load_ast(dump_ast(to_pandoc(document)))) == document


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(documents())
def test_pandoc_itself_changes_nothing_either(worker: Worker, document: Document) -> None:
    assert from_pandoc(load_ast(worker.lua_filter(dump_ast(to_pandoc(document)), "return {}", "nothing"))) == document


@pytest.mark.parametrize("text", ["a  b", " ", "a ", " a", "a\u00a0b", "甲\u3000乙", "a\tb", "a\nb", "   "])
def test_spaces_in_text_survive(text: str) -> None:
    document = Document((Para((Text(text),)),))
    assert from_pandoc(to_pandoc(document)) == document


def test_every_construct_of_pandocs_markdown_comes_back(worker: Worker) -> None:
    ast = load_ast(worker.read(EVERYTHING.read_bytes(), "markdown").ast)
    tags = set(query_tags(ast))
    assert tags >= ALL_TAGS
    assert canonical(to_pandoc(from_pandoc(ast))) == canonical(ast)


@pytest.mark.parametrize("format", ["commonmark", "gfm", "markdown", "commonmark_x"])
def test_the_commonmark_specification_comes_back(worker: Worker, format: str) -> None:  # noqa: A002 pandoc's word
    spec = corpus() / "commonmark" / "spec.txt"
    ast = load_ast(worker.read(spec.read_bytes(), format).ast)
    assert canonical(to_pandoc(from_pandoc(ast))["blocks"]) == canonical(ast["blocks"])


def test_archive_posts_as_html_come_back(worker: Worker) -> None:
    posts = sorted((corpus() / "archive" / "undamaged").rglob("*.md"))[::60]
    assert posts
    for post in posts:
        ast = load_ast(worker.read(post.read_bytes(), "html").ast)
        assert canonical(to_pandoc(from_pandoc(ast))["blocks"]) == canonical(ast["blocks"]), post


def test_the_version_is_the_installed_pandocs(worker: Worker) -> None:
    assert load_ast(worker.read(b"", "markdown").ast)["pandoc-api-version"] == list(API_VERSION)


ALL_TAGS = {
    *("Plain", "Para", "Header", "CodeBlock", "RawBlock", "BlockQuote", "OrderedList", "BulletList", "DefinitionList"),
    *("Table", "Figure", "HorizontalRule", "Div", "LineBlock", "Str", "Space", "Emph", "Strong", "Underline"),
    *("Strikeout", "Superscript", "Subscript", "SmallCaps", "Quoted", "Cite", "Code", "Math", "Link", "Image"),
    *("LineBreak", "SoftBreak", "Note", "Span", "RawInline", "MetaList", "MetaMap", "MetaBool", "MetaInlines"),
}


def query_tags(value: Any) -> Any:
    """The name of every element in pandoc's JSON."""
    if isinstance(value, dict):
        if "t" in value:
            yield value["t"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from query_tags(item)


def test_ruby_and_indents_are_classes_that_a_filter_sees() -> None:
    blocks = to_pandoc(Document((Para((Ruby((Text("漢"),), (Text("かん"),)),), indent=True),)))["blocks"]
    assert blocks == [
        {
            "t": "Div",
            "c": [
                ["", ["indent"], []],
                [
                    {
                        "t": "Para",
                        "c": [
                            {
                                "t": "Span",
                                "c": [
                                    ["", ["ruby"], []],
                                    [
                                        {"t": "Str", "c": "漢"},
                                        {"t": "Span", "c": [["", ["rt"], []], [{"t": "Str", "c": "かん"}]]},
                                    ],
                                ],
                            }
                        ],
                    }
                ],
            ],
        }
    ]


def test_the_name_of_a_note_with_several_references_comes_back() -> None:
    named = Note((Para((Text("Green."),)),), "1")
    document = Document((Para((Text("Tea"), named, Text(", tea"), named)),))
    assert from_pandoc(to_pandoc(document)) == document
    note = to_pandoc(document)["blocks"][0]["c"][1]
    assert note == {"t": "Span", "c": [["", ["shared-note"], [["name", "1"]]], [note["c"][1][0]]]}
    assert note["c"][1][0]["t"] == "Note"


def test_a_span_that_is_almost_ruby_stays_one() -> None:
    almost = Span((Text("x"),), Attr(classes=("ruby",)))
    many = Div((Para((Text("a"),)), Para((Text("b"),))), Attr(classes=("indent",)))
    document = Document((Para((almost,)), many))
    assert from_pandoc(to_pandoc(document)) == document


# ---------------------------------------------------------------- metadata


def read_meta(worker: Worker, text: str, format: str = "markdown") -> tuple[Metadata, list[Loss]]:  # noqa: A002 pandoc's word
    losses: list[Loss] = []
    return from_pandoc(load_ast(worker.read(text.encode(), format).ast), report=losses.append).metadata, losses


def test_metadata_of_pandocs_readers_fills_our_fields(worker: Worker) -> None:
    found, losses = read_meta(
        worker,
        "---\ntitle: 一个 标题\nsubtitle: sub\nauthor:\n- 张三\n- name: Jane Doe\n  affiliation: X\ndate: 2022-04-15\n"
        "lang: zh-CN\nkeywords: [a, b]\nsubject: [b, c]\nabstract: |\n  one\n\n  two\nn: 5\n"
        "toc: true\nx: {y: [1, z]}\n---\n",
    )
    assert (found.title, found.subtitle, found.authors) == ("一个 标题", "sub", ("张三", "Jane Doe"))
    assert (str(found.date), found.language, found.tags) == ("2022-04-15", "zh-CN", ("a", "b", "c"))
    assert found.description == "one\n\ntwo"
    assert found.extra == {"n": "5", "toc": True, "x": {"y": ["1", "z"]}}
    assert not losses


def test_markup_in_metadata_leaves_its_words_and_a_loss(worker: Worker) -> None:
    found, losses = read_meta(worker, "---\ntitle: A *big* 'day'\n---\n")
    assert found.title == "A big ‘day’"
    assert losses == [NotExpressible("title", "metadata", "markup (Emph)")]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("=====\nTitle\n=====\n\n:Author: Jane Doe\n:Date: 2022-04-15\n\nText.\n", "rst"),
        ("#+title: Title\n#+author: Jane Doe\n#+date: 2022-04-15\n\nText.\n", "org"),
        (r"\title{Title}\author{Jane Doe}\date{April 15, 2022}\begin{document}\maketitle x\end{document}", "latex"),
        ("= Title\nJane Doe\nv1, 2022-04-15\n\nText.\n", "asciidoc"),
        (
            "<head><title>Title</title><meta name=author content='Jane Doe'><meta name=date content=2022-04-15></head>",
            "html",
        ),
    ],
)
def test_title_author_and_date_of_foreign_documents(worker: Worker, text: str, format: str) -> None:  # noqa: A002 pandoc's word
    found, _ = read_meta(worker, text, format)
    assert (found.title, found.authors, str(found.date)) == ("Title", ("Jane Doe",), "2022-04-15")


def test_a_date_that_is_none_stays_as_written(worker: Worker) -> None:
    found, _ = read_meta(worker, "---\ndate: next Tuesday\n---\n")
    assert found.date is None
    assert found.extra == {"date": "next Tuesday"}


def test_contributors_have_the_shape_of_pandocs_epub_metadata() -> None:
    meta = to_pandoc(Document((), Metadata(contributors=(Contributor("李四", "editor"),))))["meta"]
    assert meta["contributor"]["c"][0]["c"]["text"] == {"t": "MetaInlines", "c": [{"t": "Str", "c": "李四"}]}


# ---------------------------------------------------------------- bad and deep input


def nested(depth: int, wrap: Any, inner: Any) -> bytes:
    for _ in range(depth):
        inner = wrap(inner)
    return dump_deep({"pandoc-api-version": list(API_VERSION), "meta": {}, "blocks": [inner]})


def dump_deep(value: Any) -> bytes:
    """JSON of any depth, which `json.dumps` cannot write."""
    out: list[str] = []
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, bytes):
            out.append(item.decode())
        elif isinstance(item, list):
            todo += (b"]", *[part for element in reversed(item) for part in (element, b",")][:-1], b"[")
        elif isinstance(item, dict):
            pairs = [part for key, element in item.items() for part in (element, b":", key, b",")][:-1]
            todo += (b"}", *pairs[::1], b"{") if pairs else (b"}", b"{")
        else:
            out.append(json.dumps(item))
    return "".join(out).encode()


PARA = {"t": "Para", "c": [{"t": "Str", "c": "底"}, {"t": "Space"}, {"t": "Str", "c": "deep"}]}
CELL = [["", [], []], {"t": "AlignDefault"}, 1, 1]


def table(inner: Any) -> Any:
    rows = [[["", [], []], [[*CELL, [inner]]]]]
    part = [["", [], []], []]
    columns = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]]
    return {"t": "Table", "c": [["", [], []], [None, []], columns, part, [[["", [], []], 0, [], rows]], part]}


@pytest.mark.parametrize("depth", [MAX_DEPTH - 2, MAX_DEPTH + 5, 2_000])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda inner: {"t": "BlockQuote", "c": [inner]},
        lambda inner: {"t": "BulletList", "c": [[inner]]},
        lambda inner: {"t": "DefinitionList", "c": [[[{"t": "Str", "c": "t"}], [[inner]]]]},
        lambda inner: {"t": "Para", "c": [{"t": "Note", "c": [inner]}]},
        table,
    ],
    ids=["quotes", "lists", "definitions", "notes", "tables"],
)
def test_deep_documents_keep_their_words(wrap: Any, depth: int) -> None:
    losses: list[Loss] = []
    document = from_pandoc(load_ast(nested(depth, wrap, PARA)), report=losses.append)
    assert plain_text(document.blocks).split()[-2:] == ["底", "deep"]
    assert losses == [TooDeep("", MAX_DEPTH)] or (depth < MAX_DEPTH and not losses)
    assert from_pandoc(load_ast(dump_ast(to_pandoc(document)))) == document


def test_deep_inlines_keep_their_words() -> None:
    losses: list[Loss] = []
    inner: Any = PARA["c"]
    for _ in range(3_000):
        inner = [{"t": "Emph", "c": inner}]
    data = dump_deep({"pandoc-api-version": [1, 23], "meta": {}, "blocks": [{"t": "Plain", "c": inner}]})
    document = from_pandoc(load_ast(data), report=losses.append)
    assert plain_text(document.blocks) == "底 deep"
    assert losses == [TooDeep("", MAX_DEPTH)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[",
        b"[" * 200_000,
        b"{}",
        b"[]",
        b"5",
        b'{"pandoc-api-version":[1,17],"meta":{},"blocks":[]}',
        b'{"pandoc-api-version":[1,23],"meta":[],"blocks":[]}',
        b'{"pandoc-api-version":[1,23],"meta":{},"blocks":{}}',
        b'{"pandoc-api-version":[1,23],"meta":{},"blocks":[{"t":"Foo"}]}',
        b'{"pandoc-api-version":[1,23],"meta":{},"blocks":[{"t":"Para","c":[{"t":"Str","c":5}]}]}',
        b'{"pandoc-api-version":[1,23],"meta":{},"blocks":[{"t":"Header","c":[1,["",[5],[]],[]]}]}',
        b'{"pandoc-api-version":[1,23],"meta":{"a":{"t":"MetaInlines","c":[5]}},"blocks":[{"t":"Table","c":[]}]}',
        b'{"pandoc-api-version":[1,23],"meta":{"a":5},"blocks":[]}',
    ],
)
def test_what_is_not_an_ast_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        from_pandoc(load_ast(data))


def test_characters_that_no_text_can_hold_are_replaced() -> None:
    words = b'[{"t":"Str","c":"a\\ud800b\\u0000c\\ud83d\\ude00"}]'
    ast = b'{"pandoc-api-version":[1,23],"meta":{},"blocks":[{"t":"Plain","c":' + words + b"}]}"
    assert from_pandoc(load_ast(ast)).blocks == (Plain((Text("a\ufffdb\ufffdc😀"),)),)


def test_an_ast_of_pandoc_2_is_read() -> None:
    ast = b'{"pandoc-api-version":[1,22,2,1],"meta":{},"blocks":[{"t":"Null"},{"t":"HorizontalRule"}]}'
    assert len(from_pandoc(load_ast(ast)).blocks) == 1


def test_tables_keep_all_their_parts(worker: Worker) -> None:
    html = (
        '<table id="t"><caption>C</caption><colgroup><col style="width:30%"><col></colgroup>'
        '<thead><tr><th colspan="2">h</th></tr></thead>'
        '<tbody><tr><td rowspan="2" align="right">a</td><td>b</td></tr><tr><td>c</td></tr></tbody>'
        '<tbody class="x"><tr><th>d</th><td>e</td></tr></tbody>'
        "<tfoot><tr><td>f</td><td>g</td></tr></tfoot></table>"
    )
    ast = load_ast(worker.read(html.encode(), "html").ast)
    document = from_pandoc(ast)
    assert canonical(to_pandoc(document)["blocks"]) == canonical(ast["blocks"])
    (found,) = query(document, lambda node: node if isinstance(node, Table) else None)
    assert found.bodies[0].rows[0].cells[0].row_span == 2
    assert (len(found.bodies), len(found.foot.rows), found.head.rows[0].cells[0].col_span) == (2, 1, 2)
