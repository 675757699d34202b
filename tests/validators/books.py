"""Two documents made by hand for the judges: a Chinese article, and an English page with every node there is."""

from __future__ import annotations

import datetime
import struct
import zlib

from convertkit.metadata import Contributor, Metadata
from convertkit.resources import Resource, image_resource
from convertkit.tree import (
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Caption,
    Cell,
    Citation,
    Cite,
    Code,
    CodeBlock,
    ColSpec,
    DefinitionItem,
    DefinitionList,
    Div,
    Document,
    Emph,
    Figure,
    Header,
    HorizontalRule,
    Image,
    Inline,
    LineBlock,
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
    SoftBreak,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    TableBody,
    TableFoot,
    TableHead,
    Text,
    Underline,
)


def picture(width: int, height: int, colour: tuple[int, int, int]) -> Resource:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    content = signature + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    found = image_resource(content)
    assert found is not None
    return found


RED, BLUE = picture(80, 60, (200, 80, 40)), picture(300, 120, (30, 90, 160))
PICTURES = {image.name: image for image in (RED, BLUE)}


def text(*parts: str | Inline) -> tuple[Inline, ...]:
    """Strings as `Text`."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


def para(*parts: str | Inline, indent: bool = False) -> Para:
    """A paragraph."""
    return Para(text(*parts), indent)


def cell(words: str, *, rows: int = 1, columns: int = 1) -> Cell:
    """A table cell."""
    return Cell((Plain(text(words)),) if words else (), row_span=rows, col_span=columns)


def link(words: str, target: str) -> Link:
    """A link."""
    return Link(text(words), target)


CHINESE = Document(
    (
        Header(1, text("山中一日")),
        para("清晨的雾还没有散，山路上只听得见自己的脚步声。走到半山腰，忽然有人在林子里唱歌，声音清亮。", indent=True),
        para(
            "他停下来，",
            Emph(text("仔细地听")),
            "，却再也听不到了。",
            Strong(text("这座山")),
            "从来没有人住。",
            indent=True,
        ),
        Header(2, text("第一节　上山"), Attr("第一节")),
        para("“你从哪里来？”老人问。", Quoted(text("从来处来")), "他答道。", Note((para("出自话本。"),)), indent=True),
        para(
            Ruby(text("漢字"), text("かんじ")),
            "与",
            link("第二节", "#第二节"),
            "、",
            link("网站", "https://例え.jp/中 文?q=山"),
        ),
        Header(3, text("茶")),
        BlockQuote((para("茶者，南方之嘉木也。"),)),
        Header(2, text("第二节　下山"), Attr("第二节")),
        para(Image(text("一块红色"), RED.name)),
        Figure((Plain((Image((), BLUE.name),)),), Caption((Plain(text("图一：山色")),))),
    ),
    Metadata(
        title="山中一日",
        subtitle="散文",
        authors=("李明", "王芳"),
        contributors=(Contributor("张三", "editor"),),
        language="zh-CN",
        date=datetime.datetime(2022, 4, 15, 23, 22, 12, tzinfo=datetime.UTC),
        url="https://example.com/posts/shan",
        categories=("散文", "山水"),
        tags=("山",),
        description="一篇写山的散文。",
        publisher="山社",
        series="四季",
        series_index=2.0,
        cover=RED.name,
    ),
    PICTURES,
    "chinese.md",
)

_INLINES: tuple[Block, ...] = (
    para(
        *(Strong(text("strong")), Emph(text("emph")), Underline(text("under")), Strikeout(text("strike"))),
        *(Superscript(text("2")), Subscript(text("2")), SmallCaps(text("Small")), Code("a < b && c"), " & <done>"),
        *(Span(text("marked"), Attr("m1", ("mark",))), Span(text("bonjour"), Attr("", (), (("lang", "fr"),)))),
        *(Code("Ctrl", Attr("", ("kbd",))), Span(text("HTML"), Attr("", ("abbr",), (("title", "HyperText"),)))),
        *(LineBreak(), "next", SoftBreak(), "soft", Quoted(text("a", Quoted(text("b"), "SingleQuote")))),
        *(Cite((Citation("doe"),), text("[@doe]")), RawInline("html", "<b>raw</b>"), "control\x08\x0b"),
    ),
    para(
        *("Notes", Note((para("One", Note((para("inner"),))), CodeBlock("x = 1"))), Note((CodeBlock("only code"),))),
        *(
            link("to lists", "#lists"),
            link("dead", "#nope"),
            link("bad id", "#1%20bad%20id!"),
            link("js", "javascript:x"),
        ),
        *(link("relative", "../x.html?a=1#b"), link("mail", "mailto:a@b.example?subject=Hello there")),
        link("ugly", 'http://example.com/a b/{c}|d^e`f"g<h>?q=%zz&r=[1]#f#g'),
        Link(
            text(Image((), RED.name), " pic", Note((para("in a link"),)), link("inner", "http://b.example/")),
            "http://a.example/",
        ),
        *(Image(text("A cat"), "https://example.com/cat.png"), Image((), "missing.png"), Image((), "")),
    ),
)
_LISTS: tuple[Block, ...] = (
    Header(2, text("Lists"), Attr("lists")),
    OrderedList(
        (
            (Plain(text("three")), BulletList(((Plain(text("nested")),), (para("loose"), para("second"))))),
            (Plain(text("four")),),
        ),
        3,
        "LowerRoman",
    ),
    BulletList(((Plain(text("☐ todo")),), (Plain(text("☒ done")),))),
    DefinitionList(
        (
            DefinitionItem(text("Term"), ((Plain(text("Definition")),), (para("Another"),))),
            DefinitionItem(text("Shared"), ()),
            DefinitionItem(text("Last"), ()),
        )
    ),
    Header(3, text("Deep & ", Code("x<y")), Attr("1 bad id!")),
)
_TABLES: tuple[Block, ...] = (
    Header(2, text("Tables")),
    Table(
        (ColSpec("AlignLeft"), ColSpec("AlignRight"), ColSpec("AlignCenter")),
        (
            TableBody(
                (
                    Row((cell("Row head", rows=2), cell("1"), cell("2"))),
                    Row((cell("3"), cell("4", rows=5))),
                    Row((cell("r"), cell("x"))),
                ),
                row_head_columns=1,
            ),
            TableBody((Row((cell(""), cell("b"), cell("c"))),), (Row((cell("Middle", columns=3),)),)),
        ),
        TableHead((Row((cell(""), cell("H1"), cell("H2"))),)),
        TableFoot((Row((cell("Sum"), cell("5"), cell("6"))),)),
        Caption((Plain(text("A caption")),)),
        Attr("tbl"),
    ),
    Table(
        (ColSpec(),),
        (
            TableBody(
                (Row((Cell((BulletList(((Plain(text("in a cell")),),)), CodeBlock("code"), Header(4, text("h")))),)),)
            ),
        ),
    ),
)
_REST: tuple[Block, ...] = (
    Header(2, text("Code and formulas")),
    CodeBlock("def f(x):\n\treturn x < 1 & 2\n\n    # 中文", Attr("", ("python",))),
    para(
        *(
            Math(r"\frac{a}{b} < \sqrt[3]{x^2}"),
            Math(r"\sum_{i=1}^n i = \begin{pmatrix}1 & 2\\3 & 4\end{pmatrix}", "DisplayMath"),
        ),
        *(Math(r"\foo{x}"), Math(r"\begin{align}a&=b\\c&=d\end{align}", "DisplayMath"), Math(r"\left( \hat x \right)")),
        *(Math(r"\begin{cases}1 & \text{if } x>0\\0\end{cases}"), Math(r"\mathbb{R} \to \overline{z}, \binom{n}{k}")),
    ),
    HorizontalRule(),
    LineBlock((text("Roses are red"), text("\u00a0\u00a0violets"))),
    Div((para("Beside"),), Attr("as", ("aside",))),
    Div((Div((para("Summary"),), Attr("", ("summary",))), para("Details")), Attr("", ("details",))),
    Div((para("مرحبا"),), Attr("", (), (("dir", "rtl"), ("lang", "ar")))),
    RawBlock("html", "<div onclick='x()'>raw <b>words</b><script>alert(1)</script></div>"),
    Figure(
        (Plain((Image(text("Blue"), BLUE.name, "Hover", Attr("i", (), (("width", "150px"), ("height", "60")))),)),),
        Caption((para("Figure caption"),)),
        Attr("f"),
    ),
    Plain(text("Top plain")),
    Plain(text("Another plain")),
    Header(6, text("Six")),
)

RICH = Document(
    (*_INLINES, *_LISTS, *_TABLES, *_REST),
    Metadata(
        title="A Rich Page & <Everything>",
        authors=("Jane Doe",),
        language="en",
        date=datetime.datetime.fromisoformat("2022-04-15T23:22:12"),
        url="https://example.com/rich/page",
        tags=("a", "b & c"),
    ),
    PICTURES,
    "rich.md",
)
EMPTY = Document(())
ARABIC = Document((para("مرحبا بالعالم"),), Metadata(title="عنوان", language="ar"))
