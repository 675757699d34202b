"""The Markdown writer's laws: what it writes renders to the tree, and its front matter reads back equal."""

from __future__ import annotations

import datetime
from typing import Any

import frontmatter
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import convertkit
from convertkit.context import WriteContext
from convertkit.losses import CharactersReplaced, ElementDropped, LooksLost, Loss, NotExpressible
from convertkit.metadata import Contributor, Metadata
from convertkit.resources import Resource
from convertkit.tree import (
    Attr,
    Block,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    ColSpec,
    Document,
    Emph,
    Header,
    HorizontalRule,
    Image,
    Inline,
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
    Span,
    Strong,
    Table,
    TableBody,
    Text,
)
from convertkit.writers.markdown import write_markdown
from convertkit.writers.markdown.yaml import to_yaml


def markdown(*blocks: Block, losses: list[Loss] | None = None, **metadata: Any) -> str:
    report = (lambda loss: None) if losses is None else losses.append
    return write_markdown(Document(blocks, Metadata(**metadata)), WriteContext(report=report)).decode()


def para(*inlines: Inline | str) -> Para:
    return Para(tuple(Text(one) if isinstance(one, str) else one for one in inlines))


# ---------------------------------------------------------------- what a person would write


@pytest.mark.parametrize(
    "text",
    [
        "Costs rose by 5% (from $5 to $10) -- see note [1], C:\\temp\\new and snake_case_names!",
        "2 * 3 = 6, a < b & c > d; 5~10 元，“中文”——《书名》【注】",
        "It's 100% fine: #1 in e-mail @home + more.",
    ],
)
def test_ordinary_prose_has_no_backslashes(text: str) -> None:
    assert markdown(para(text)) == text + "\n"


@pytest.mark.parametrize(
    ("block", "written"),
    [
        (para("<script>alert(1)</script>"), "\\<script>alert(1)\\</script>"),
        (para("1. one"), "1\\. one"),
        (para("[foo]: bar"), "\\[foo]: bar"),
        (para("5~10 and 8~12"), "5\\~10 and 8\\~12"),
        (para("see http://a.b"), "see http\\://a.b"),
        (para(Strong((Text("“中文”"),)), "后"), "**“中文”**&#21518;"),
        (para(Strong((Text("中文"),)), "后"), "**中文**后"),
        (para("in", Emph((Text("side"),)), "word"), "in*side*word"),
        (para(Emph((Strong((Text("both"),)),))), "***both***"),
        (para(Code("a`b")), "``a`b``"),
        (para(Link((Text("http://a.b/c"),), "http://a.b/c")), "<http://a.b/c>"),
        (para(Link((Text("me@a.b"),), "mailto:me@a.b")), "<me@a.b>"),
        (para(Link((Text("x"),), "a b", 'say "hi"')), '[x](<a b> "say \\"hi\\"")'),
        (para("a", LineBreak(), "- b"), "a\\\n\\- b"),
        (para(Quoted((Text("so"),)), Span((Text(" it is"),))), "“so” it is"),
        (para(Ruby((Text("漢"),), (Text("かん"),))), "<ruby>漢<rt>かん</rt></ruby>"),
        (para(Math("a_1 + b")), "$a_1 + b$"),
        (para(Math(r"\{a\}")), r"$`\{a\}`$"),
        (para(Math(r"a \\ b", "DisplayMath")), "```math\na \\\\ b\n```"),
        (Header(2, (Text("C #"),)), "## C \\#"),
        (CodeBlock("```\nx", Attr(classes=("md",))), "````md\n```\nx\n````"),
        (BulletList(((Plain((Text("☒ done"),)),), (Plain((Text("[ ] text"),)),))), "- [x] done\n- \\[ ] text"),
        (HorizontalRule(), "***"),
        (para("+++"), "\\+++"),
    ],
)
def test_written_as_people_write_it(block: Block, written: str) -> None:
    assert markdown(block) == written + "\n"


def test_lists_side_by_side_stay_two() -> None:
    one, two = BulletList(((Plain((Text("a"),)),),)), BulletList(((Plain((Text("b"),)),),))
    assert markdown(one, two) == "- a\n\n+ b\n"
    first, second = OrderedList(one.items), OrderedList(two.items, start=3)
    assert markdown(first, second) == "1. a\n\n3) b\n"


def test_notes_are_footnotes_and_leave_links() -> None:
    note = Note((para("Said once."), CodeBlock("x")))
    written = markdown(para("Word", note, " and ", Link((Text("link"), note), "u"), "."))
    assert written == (
        "Word[^1] and [link](u)[^2].\n\n[^1]: Said once.\n\n    ```\n    x\n    ```\n\n"
        "[^2]: Said once.\n\n    ```\n    x\n    ```\n"
    )


def test_images_among_the_resources_lie_beside_the_output() -> None:
    picture = para(Image((Text("a"),), "1.png"), Image((Text("b"),), "http://a.b/2.png"))
    document = Document((picture,), Metadata(cover="1.png"), {"1.png": Resource("1.png", "image/png", b"")})
    written = write_markdown(document, WriteContext()).decode()
    assert written == "---\ncover: files/1.png\n---\n\n![a](files/1.png)![b](http://a.b/2.png)\n"


def test_tables_that_pipes_cannot_say_are_html() -> None:
    wide = Cell((Plain((Text("a & b"),)), CodeBlock("x\n\ny")), col_span=2)
    table = Table((ColSpec(), ColSpec("AlignRight")), (TableBody((Row((wide,)),)),))
    assert markdown(table) == (
        '<table>\n<tbody>\n<tr>\n<td colspan="2">a &amp; b\n<pre><code>x&#10;&#10;y\n</code></pre></td>\n</tr>\n'
        "</tbody>\n</table>\n"
    )


def test_what_markdown_cannot_say_is_reported() -> None:
    losses: list[Loss] = []
    item = (Plain((Text("a"),)),)
    markdown(
        RawBlock("latex", "\\x"),
        RawBlock("html", "<b>passes</b>"),
        para(RawInline("rtf", "y"), SmallCaps((Text("s"),))),
        OrderedList((item,), style="LowerRoman"),
        losses=losses,
    )
    assert [type(loss) for loss in losses] == [ElementDropped, ElementDropped, NotExpressible, NotExpressible]


def test_lone_surrogates_are_replaced_and_reported() -> None:
    losses: list[Loss] = []
    assert markdown(para("a\ud800b"), losses=losses) == "a\ufffdb\n"
    assert losses == [CharactersReplaced("", 1)]


# ---------------------------------------------------------------- front matter

scalars = (
    st.text()
    | st.sampled_from(
        [
            "no",
            "2018",
            "'it'",
            "a: b",
            "# x",
            "a\nb",
            "1:20",
            "~",
            "- x",
            "?",
            "a:",
            "a #b",
            "😀",
            "---",
            "=",
            "<<",
            "\u2028",
        ]
    )
    | st.integers()
    | st.floats(allow_nan=False)
    | st.booleans()
    | st.none()
    | st.dates()
    | st.datetimes()
    | st.datetimes(
        timezones=st.sampled_from([datetime.UTC, datetime.timezone(-datetime.timedelta(hours=3, minutes=30))])
    )
    | st.binary(max_size=8)
)
values = st.recursive(
    scalars,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text() | st.integers(), children, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(), values, min_size=1))
def test_yaml_reads_back_equal(mapping: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(mapping)) == mapping


def test_front_matter_reads_back_by_itself() -> None:
    instant = datetime.datetime(2022, 4, 15, 23, 22, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
    written = markdown(
        title="no",
        authors=("甲", "it's: B"),
        contributors=(Contributor("丙", "editor"),),
        date=instant,
        updated=datetime.date(2022, 5, 1),
        language="no",
        tags=("2018", "a\nb"),
        series_index=2.0,
        extra={"content": 1, "date": "03/04/2022", "nested": {"deep": ["x", {"y": None}]}},
    )
    assert frontmatter.parse(written)[0] == {
        "title": "no",
        "author": ["甲", "it's: B"],
        "contributors": [{"name": "丙", "role": "editor"}],
        "date": instant,
        "updated": datetime.date(2022, 5, 1),
        "lang": "no",
        "tags": ["2018", "a\nb"],
        "series_index": 2,
        "content": 1,
        "date_": "03/04/2022",
        "nested": {"deep": ["x", {"y": None}]},
    }
    assert "date: 2022-04-15T23:22:12+08:00\n" in written


def test_our_reader_gives_the_same_metadata() -> None:
    metadata = Metadata(
        title="a: “b” # c",
        authors=("甲", "乙, 丙"),
        contributors=(Contributor("丁", "editor"),),
        date=datetime.datetime(2022, 4, 15, 23, 22, 12, tzinfo=datetime.UTC),
        language="zh-CN",
        url="https://a.example/1",
        categories=("金融", "新浪财经"),
        tags=("no",),
        cover="https://a.example/c.png",
        series="S",
        series_index=1.5,
        extra={"comments": False, "layout": "post"},
    )
    document = Document((para("正文"),), metadata)
    again = convertkit.read(write_markdown(document, WriteContext()), from_="markdown")
    assert again.metadata == metadata
    assert again.blocks == document.blocks


def test_an_empty_document_is_nothing() -> None:
    assert markdown() == ""


@pytest.mark.parametrize("html", ["<p>{}</p>", "<dl><dt>t<dd>{}</dl>", "<table><tr><td>{}</table>"])
def test_a_formula_that_the_flavour_lacks_is_a_loss_wherever_it_stands(html: str) -> None:
    written = convertkit.convert(html.format(r"so \(a_1\)"), to="markdown", from_="html", flavour="commonmark")
    assert [str(loss) for loss in written.losses if isinstance(loss, NotExpressible)] == [
        "a_1: commonmark cannot express a formula; the words are kept"
    ]


def test_the_size_of_a_picture_is_a_loss_of_looks() -> None:
    written = convertkit.convert('<p><img src="https://a.example/a.png" alt="x" width="50%">', to="markdown")
    assert [loss.message for loss in written.losses if isinstance(loss, LooksLost)] == [
        "gfm cannot express the size of a picture, which changes no more than the looks"
    ]
