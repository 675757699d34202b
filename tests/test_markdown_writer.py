"""The Markdown writer's laws: what it writes renders to the tree, and its front matter reads back equal."""

from __future__ import annotations

import datetime
import random
import re
import string
from typing import Any, get_args

import frontmatter
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import convertkit
from convertkit.context import WriteContext
from convertkit.losses import CharactersReplaced, ElementDropped, Loss, NotExpressible
from convertkit.metadata import Contributor, Metadata
from convertkit.resources import Resource
from convertkit.tree import (
    Alignment,
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    ColSpec,
    DefinitionItem,
    DefinitionList,
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
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    TableBody,
    TableHead,
    Text,
    Underline,
)
from convertkit.writers.markdown import write_markdown
from convertkit.writers.markdown.yaml import to_yaml
from tests.corpus import corpus
from tests.gfm import dom, expected, rendered


def markdown(*blocks: Block, losses: list[Loss] | None = None, **metadata: Any) -> str:
    report = (lambda loss: None) if losses is None else losses.append
    return write_markdown(Document(blocks, Metadata(**metadata)), WriteContext(report=report)).decode()


def para(*inlines: Inline | str) -> Para:
    return Para(tuple(Text(one) if isinstance(one, str) else one for one in inlines))


def check(blocks: tuple[Block, ...]) -> None:
    written = markdown(*blocks)
    assert dom(rendered(written)) == dom(expected(blocks)), written


# ---------------------------------------------------------------- trees

PIECES = [
    *string.punctuation,
    *["**", "__", "~~", "``", "```", "~~~", "***", "---", "===", "![", "](", "[^1]", "[x]", "[ ]", "<!--", "-->"],
    *[
        "<b>",
        "</b>",
        "<a@b.c>",
        "&amp;",
        "&#35;",
        "&copy",
        "1.",
        "10)",
        "+",
        "# ",
        "- ",
        "> ",
        "| ",
        ": ",
        "]: ",
        "\\\\",
    ],
    *["www.a.b", "http://a.b/c_d_e", "a@b.c", "ftp://x", "$x$", "$$", "a", "b1", "foo", "bar", "no", " ", " ", " "],
    *[
        "中",
        "文字",
        "“",
        "”",
        "，",
        "。",
        "（",
        "）",
        "—",
        "…",
        "é",
        "🎉",
        "\u00a0",
        "\u3000",
        "€",
        "©",
        "ア",
        "\u200b",
    ],
]

URLS = [
    "http://a.b/c",
    "#x",
    "a b",
    "a(b",
    "a)b(",
    "(a)",
    "<a>",
    "a\\b",
    "a?b=1&copy;=2",
    "x&y=1",
    "中文",
    "http://a.b/_c_*d*",
    "",
]
MARKS = (Emph, Strong, Strikeout, Superscript, Subscript, Underline)
SPACED_CODE = [" ", "` `", "``", " a ", " a"]
CODE_LINES = ["", "  x", "````", "~~~", "\tx", "<b>", "  ", "- a"]


class Trees:
    """Clean trees by chance: no two inlines alike side by side, spaces only between and inside of text."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self) -> str:
        """Without white space at the ends or in runs; never empty."""
        return " ".join("".join(self.random.choices(PIECES, k=self.random.randint(1, 6))).split()) or "x"

    def inlines(self, depth: int = 2, *, breaks: bool = True, within: tuple[type, ...] = ()) -> tuple[Inline, ...]:
        found: list[Inline] = []
        for _ in range(self.random.randint(1, 4)):
            node, previous = self.inline(depth, breaks, within), found[-1] if found else None
            if type(node) is type(previous) or (isinstance(node, LineBreak) and not isinstance(previous, Text)):
                continue
            if isinstance(node, Text) and found and not isinstance(previous, LineBreak):
                node = Text(" " * self.random.randint(0, 1) + node.text)
            elif isinstance(previous, Text) and not isinstance(node, LineBreak):
                found[-1] = Text(previous.text + " " * self.random.randint(0, 1))
            found.append(node)
        if found and isinstance(found[-1], LineBreak):
            found.pop()
        return tuple(found) or (Text("x"),)

    def inline(self, depth: int, breaks: bool, within: tuple[type, ...]) -> Inline:
        kinds: list[type[Inline]] = [Text, Text, Text, Code, Image]
        if breaks:
            kinds.append(LineBreak)
        if depth:
            kinds += [Emph, Strong, *MARKS, Ruby, Link]
        kind = self.random.choice([kind for kind in kinds if kind not in within])
        if kind is Text:
            return Text(self.text())
        if kind is LineBreak:
            return LineBreak()
        if kind is Code:
            return Code(self.random.choice([self.text(), *SPACED_CODE]))
        if kind is Image:
            return Image((Text(self.text()),), self.random.choice(URLS), self.random.choice(["", self.text()]))
        inner = self.inlines(depth - 1, breaks=breaks, within=(*within, kind))
        if kind is Link:
            if self.random.random() < 0.2:
                return Link((Text("http://a.b/c?d=e"),), "http://a.b/c?d=e")
            return Link(inner, self.random.choice(URLS), self.random.choice(["", self.text()]))
        if kind is Ruby:
            return Ruby(inner, self.inlines(depth - 1, breaks=False, within=(*within, kind)))
        return next(mark for mark in MARKS if mark is kind)(inner)

    def blocks(self, depth: int, most: int = 4) -> tuple[Block, ...]:
        return tuple(self.block(depth) for _ in range(self.random.randint(1, most)))

    def block(self, depth: int, *, in_tight_list: bool = False) -> Block:
        kinds = ["heading", "code", "table", "rule"] + ["quote", "bullets", "numbers"] * bool(depth)
        if not in_tight_list:  # HTML ends at a blank line only, and with one the list is not tight
            kinds += ["paragraph"] * 3 + ["definitions"] * bool(depth)
        match self.random.choice(kinds):
            case "paragraph":
                return Para(self.inlines())
            case "heading":
                return Header(self.random.randint(1, 6), self.inlines(breaks=False))
            case "code":
                return self.code()
            case "table":
                return self.table()
            case "rule":
                return HorizontalRule()
            case "quote":
                return BlockQuote(self.blocks(depth - 1))
            case "bullets":
                return BulletList(self.items(depth))
            case "numbers":
                return OrderedList(self.items(depth), self.random.choice([1, 1, 0, 7, 99, 123456789]))
            case _:
                term, blocks = self.inlines(1), self.blocks(depth - 1, 2)
                return DefinitionList((DefinitionItem(term, ((Plain(self.inlines(1)),), blocks)),))

    def code(self) -> CodeBlock:
        lines = [self.random.choice([self.text(), *CODE_LINES]) for _ in range(self.random.randint(0, 4))]
        return CodeBlock(
            "\n".join(lines), self.random.choice([Attr(), Attr(classes=("python",)), Attr(classes=("c++",))])
        )

    def table(self) -> Table:
        def row() -> Row:
            return Row(tuple(Cell((Plain(self.inlines(1)),)) for _ in range(2)))

        alignment = self.random.choice(get_args(Alignment))
        body = TableBody(tuple(row() for _ in range(self.random.randint(1, 3))))
        return Table((ColSpec(alignment), ColSpec()), (body,), TableHead((row(),)))

    def items(self, depth: int) -> tuple[tuple[Block, ...], ...]:
        item = self.tight_item if self.random.random() < 0.5 else self.loose_item
        return tuple(item(depth - 1) for _ in range(self.random.randint(1, 3)))

    def tight_item(self, depth: int) -> tuple[Block, ...]:
        kinds = self.random.choice(["p", "p", "pb", "b", "pbp", "bb", "bp", ""])
        return tuple(Plain(self.inlines()) if kind == "p" else self.block(depth, in_tight_list=True) for kind in kinds)

    def loose_item(self, depth: int) -> tuple[Block, ...]:
        return Para(self.inlines()), *(self.blocks(depth, 2) if self.random.random() < 0.4 else ())


seeds = st.integers(0, 2**32)


@given(seeds)
def test_paragraph_renders_to_itself(seed: int) -> None:
    check((Para(Trees(seed).inlines(3)),))


@given(seeds)
def test_heading_renders_to_itself(seed: int) -> None:
    check((Header(2, Trees(seed).inlines(3, breaks=False)),))


@given(seeds)
def test_tree_renders_to_itself(seed: int) -> None:
    check(Trees(seed).blocks(3))


def test_examples_of_commonmark_render_to_their_tree() -> None:
    spec = corpus("commonmark/spec.txt").read_text(encoding="utf-8")
    for _, html in re.findall(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", spec, re.MULTILINE | re.DOTALL):
        source = html.replace("→", "\t")
        if not source.strip():
            continue
        document = convertkit.read(source, from_="html")
        assert dom(rendered(markdown(*document.blocks))) == dom(expected(document.blocks)), source


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
        (para(Strong((Text("“中文”"),)), "后"), "<strong>“中文”</strong>后"),
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
