"""XHTML and HTML: what each node becomes, what may never be written, and the one-file HTML page."""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convertkit.context import WriteContext
from convertkit.losses import ImageNotEmbedded, Loss, NotExpressible, UnsafeLink
from convertkit.metadata import Contributor, Metadata
from convertkit.readers.addresses import SAFE_SCHEMES
from convertkit.resources import Resource
from convertkit.tree import (
    MAX_DEPTH,
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Caption,
    Cell,
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
    Span,
    Strong,
    Table,
    TableBody,
    TableFoot,
    TableHead,
    Text,
)
from convertkit.writers.grid import place
from convertkit.writers.html import write_html
from convertkit.writers.mathml import tex_to_mathml
from convertkit.writers.styles import style_sheet
from convertkit.writers.urls import WITH_HOST, UnsafeAddress, safe_url
from convertkit.writers.wording import language_tag, long_date
from convertkit.writers.xhtml import write_body
from convertkit.writers.xhtml_page import Body, Medium
from tests.examples import examples
from tests.strategies import documents

CAT = "https://a.example/%E7%8C%AB.png"
PICTURE = Resource("red.png", "image/png", b"\x89PNG\r\n\x1a\nred")


def text(words: str) -> tuple[Inline, ...]:
    return (Text(words),)


def body(*blocks: Block, title: str = "", format_name: str = "html", language: str = "en") -> Body:
    medium = Medium(
        format=format_name,
        language=language,
        resources={PICTURE.name: PICTURE},
        image_source=lambda resource: f"images/{resource.name}",
    )
    return write_body(Header(1, text(title)) if title else None, blocks, medium)


def inline(*nodes: Inline, format_name: str = "html", language: str = "en") -> str:
    markup = body(Para(nodes), format_name=format_name, language=language).markup
    return markup.removeprefix("<p>").removesuffix("</p>")


def kinds(losses: tuple[Loss, ...]) -> list[type[Loss]]:
    return [type(loss) for loss in losses]


# ---------------------------------------------------------------- nodes


@pytest.mark.parametrize(
    ("node", "markup"),
    [
        (Text('a < b & "c" > d'), 'a &lt; b &amp; "c" &gt; d'),
        (SmallCaps(text("Small")), '<span class="smallcaps">Small</span>'),
        (Code("x<y"), "<code>x&lt;y</code>"),
        (Code("Ctrl", Attr(classes=("kbd",))), "<kbd>Ctrl</kbd>"),
        (Span(text("x"), Attr(classes=("mark", "site-red"))), "<mark>x</mark>"),
        (Span(text("x"), Attr(classes=("site-red",))), "x"),
        (Span(text("x"), Attr(attributes=(("lang", "zh_CN"), ("style", "color:red")))), '<span lang="zh-CN">x</span>'),
        (Span(text("x"), Attr(attributes=(("lang", "no language"), ("onclick", "x()")))), "x"),
        (Span(text("x"), Attr("", ("bdo",), (("dir", "RTL"),))), '<bdo dir="rtl">x</bdo>'),
        (
            Span(text("May"), Attr("", ("time",), (("datetime", "2022-05-01"),))),
            '<time datetime="2022-05-01">May</time>',
        ),
        (Span(text("May"), Attr("", ("time",), (("datetime", "2022-02-30"),))), "May"),
        (Ruby(text("漢"), text("かん")), "<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>"),
        (
            Link(text("x"), "https://example.com/?a=1&b=2", "T"),
            '<a href="https://example.com/?a=1&amp;b=2" title="T">x</a>',
        ),
        (Image(text("Red"), "red.png"), '<img src="images/red.png" alt="Red" />'),
        (
            Image(text("Red"), "red.png", "", Attr(attributes=(("width", "80px"), ("height", "50%")))),
            '<img src="images/red.png" alt="Red" width="80" />',
        ),
        (RawInline("html", "<b onclick='x()'>raw</b><script>no</script>"), "raw"),
        (RawInline("latex", r"\LaTeX"), ""),
    ],
)
def test_inline(node: Inline, markup: str) -> None:
    assert inline(Text("."), node) == "." + markup


@pytest.mark.parametrize(
    ("node", "markup"),
    [
        (Para(text("一"), indent=True), '<p class="indent">一</p>'),
        (
            CodeBlock("a <b>\n\tc", Attr(classes=("python",))),
            '<pre><code class="language-python">a &lt;b&gt;\n\tc</code></pre>',
        ),
        (CodeBlock("a", Attr(classes=("not a name",))), "<pre><code>a</code></pre>"),
        (
            OrderedList(((Plain(text("a")),),), 3, "UpperRoman"),
            '<ol start="3" type="I">\n<li>a</li>\n</ol>',
        ),
        (
            BulletList(((Plain(text("a")), BulletList(((Plain(text("b")),),))),)),
            "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul></li>\n</ul>",
        ),
        (
            DefinitionList((DefinitionItem(text("a"), ()), DefinitionItem(text("b"), ((Plain(text("c")),),)))),
            "<dl>\n<dt>a</dt>\n<dt>b</dt>\n<dd>c</dd>\n</dl>",
        ),
        (DefinitionList((DefinitionItem(text("a"), ()),)), "<dl>\n<dt>a</dt>\n<dd></dd>\n</dl>"),
        (LineBlock((text("one"), text("two"))), '<p class="lines">one<br />\ntwo</p>'),
        (
            Figure((Plain((Image(text("Red"), "red.png"),)),), Caption((Plain(text("Cap")),))),
            '<figure>\n<img src="images/red.png" alt="Red" />\n<figcaption>Cap</figcaption>\n</figure>',
        ),
        (
            Div(
                (Div((Para(text("more")),), Attr(classes=("summary",))), Para(text("words"))),
                Attr(classes=("details",)),
            ),
            '<details open="open">\n<summary>more</summary>\n<p>words</p>\n</details>',
        ),
        (Div((Para(text("a")),), Attr(classes=("promo-box",))), "<p>a</p>"),
        (RawBlock("html", "<style>p{}</style>words <!-- no -->"), "<p>words</p>"),
    ],
)
def test_block(node: Block, markup: str) -> None:
    assert body(node).markup == markup


def test_table() -> None:
    def cell(words: str, row_span: int = 1, col_span: int = 1) -> Cell:
        return Cell((Plain(text(words)),) if words else (), row_span=row_span, col_span=col_span)

    table = Table(
        (ColSpec("AlignLeft"), ColSpec("AlignRight")),
        (TableBody((Row((cell("a", row_span=9), cell("1"))), Row((cell("2"),))), row_head_columns=1),),
        TableHead((Row((cell(""), cell("H"))),)),
        TableFoot((Row((cell("sum", col_span=2),)),)),
        Caption((Plain(text("Cap")),)),
    )
    assert body(table).markup == (
        "<table>\n<caption>Cap</caption>\n"
        '<thead>\n<tr><td class="left"></td><th scope="col" class="right">H</th></tr>\n</thead>\n'
        '<tbody>\n<tr><th scope="rowgroup" rowspan="2" class="left">a</th><td class="right">1</td></tr>\n'
        '<tr><td class="right">2</td></tr>\n</tbody>\n'
        '<tfoot>\n<tr><td colspan="2">sum</td></tr>\n</tfoot>\n</table>'
    )


def test_code_in_a_figure_is_not_centred_and_its_name_stands_above() -> None:
    caption = Caption((Plain(text("main.py")),))
    code, picture = CodeBlock("a = 1"), Plain((Image(text("Red"), "red.png"),))
    found = body(Figure((code,), caption), Figure((picture,), caption), Figure((picture, Para(text("words"))), caption))
    assert found.markup == (
        '<figure class="text">\n<figcaption>main.py</figcaption>\n<pre><code>a = 1</code></pre>\n</figure>\n'
        '<figure>\n<img src="images/red.png" alt="Red" />\n<figcaption>main.py</figcaption>\n</figure>\n'
        '<figure class="text">\n<img src="images/red.png" alt="Red" />\n<p>words</p>\n'
        "<figcaption>main.py</figcaption>\n</figure>"
    )
    assert "figure.text { text-align: start; }" in style_sheet()


def test_cells_stand_in_the_columns_that_spans_from_above_leave_free() -> None:
    rows = (Row((Cell((), row_span=2), Cell((), col_span=2))), Row((Cell(()), Cell((), row_span=3))))
    assert [[(placed.column, placed.row_span) for placed in row] for row in place(rows)] == [
        [(0, 2), (1, 1)],
        [(1, 1), (2, 1)],
    ]


@pytest.mark.parametrize(
    ("language", "marks"), [("zh-CN", "“‘x’”"), ("zh-TW", "「『x』」"), ("de", "„‚x‘“"), ("xx", "“‘x’”")]
)
def test_quotation_marks_are_the_language_s(language: str, marks: str) -> None:
    assert inline(Quoted((Quoted(text("x"), "SingleQuote"),)), language=language) == marks


# ---------------------------------------------------------------- headings, ids, links


def test_headings_nest_below_the_title_without_gaps() -> None:
    found = body(Header(1, text("a")), Header(2, text("b")), Header(5, text("c")), Header(1, text("d")), title="T")
    assert [(heading.level, heading.text) for heading in found.headings] == [
        (1, "T"),
        (2, "a"),
        (3, "b"),
        (4, "c"),
        (2, "d"),
    ]
    assert "<h4" in found.markup


def test_headings_in_quotations_are_no_part_of_the_contents() -> None:
    found = body(Header(2, text("a")), BlockQuote((Header(3, text("quoted")),)), Header(2, text("b")))
    assert [heading.text for heading in found.headings] == ["a", "b"]


def test_an_id_is_a_name_and_written_once() -> None:
    found = body(
        Header(1, text("a"), Attr("1 two")),
        Header(1, text("b"), Attr("1 two")),
        Para((Link(text("up"), "#1%20two"), Link(text("on"), "#第一节"))),
        Header(1, text("c"), Attr("第一节")),
    )
    assert [heading.id for heading in found.headings] == ["id-1-two", "section-2", "第一节"]
    assert '<a href="#id-1-two">up</a><a href="#第一节">on</a>' in found.markup


def test_a_dead_fragment_keeps_its_words_alone() -> None:
    found = body(Para((Link(text("gone"), "#nowhere"), Note((Para(text("n")),)))))
    assert found.markup.startswith("<p>gone<sup>")
    assert kinds(found.losses) == [NotExpressible]


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("http://例え.jp/中文 x", "http://xn--r8jz45g.jp/中文%20x"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("http:\\\\a.example\\x", "http://a.example/x"),
        ("http://a.example/?q=[1]|%zz", "http://a.example/?q=%5B1%5D%7C%25zz"),
        ("http://a.example/#b#c", "http://a.example/#b%23c"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("mailto:a@b.example?subject=x y", "mailto:a@b.example?subject=x%20y"),
        ("http://1.2.3.4.5/", ""),
        ("http://a..b/", ""),
        ("http://a.example:99999/", ""),
        ("http://[::1", ""),
        ("http://xn--0/", ""),
        ("mailto:nobody", ""),
    ],
)
def test_an_address_is_mended_or_dropped(target: str, url: str) -> None:
    assert safe_url(target) == url
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:x",
        "java\nscript:x",
        "\x01javascript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "C:\\x",
    ],
)
def test_an_unsafe_address_is_never_written(target: str) -> None:
    with pytest.raises(UnsafeAddress):
        safe_url(target)
    found = body(Para((Link(text("words"), target),)))
    assert found.markup == "<p>words</p>"
    assert kinds(found.losses) == [UnsafeLink]


@pytest.mark.parametrize("scheme", sorted(SAFE_SCHEMES - {"http", "https", "mailto"}))
def test_every_scheme_that_readers_keep_is_written(scheme: str) -> None:
    target = f"{scheme}:{'//a.example/b' if scheme in WITH_HOST else '+49-30-1234'}"
    assert safe_url(target) == target
    assert safe_url(f"{scheme}:") == ""


def test_relative_links_are_completed_by_the_post_s_address() -> None:
    assert safe_url("../b/?q=1", "https://a.example/x/y/") == "https://a.example/x/b/?q=1"


def test_a_link_in_a_link_and_a_note_in_a_link() -> None:
    link = Link((Text("a"), Link(text("b"), "http://b.example/"), Note((Para(text("n")),))), "http://a.example/")
    found = body(Para((link,)))
    assert found.markup.startswith('<p><a href="http://a.example/">ab</a><sup><a href="#note-1"')


def test_notes_lead_there_and_back_even_from_notes() -> None:
    inner = Note((Para(text("inner")),))
    found = body(Para((Text("x"), Note((Para((Text("outer"), inner)),)))), format_name="epub")
    assert '<aside id="note-1" epub:type="footnote" role="doc-footnote">' in found.markup
    assert '<p><a href="#noteref-1" role="doc-backlink">1</a>. outer' in found.markup
    assert '<a href="#note-2" id="noteref-2" epub:type="noteref" role="doc-noteref">2</a>' in found.markup
    assert found.markup.count("<aside") == 2


# ---------------------------------------------------------------- images, formulas, raw text


def test_an_image_without_words_says_so() -> None:
    found = body(Para((Image((), "red.png"),)), language="zh-CN")
    assert 'alt="没有文字说明的图片"' in found.markup
    assert (found.images, found.undescribed_images) == (("red.png",), 1)


@pytest.mark.parametrize(
    ("image", "markup", "losses"),
    [
        (Image(text("A cat"), CAT), f'<a href="{CAT}">A cat</a>', [ImageNotEmbedded]),
        (Image((), f"{CAT}?x=1"), f'<a href="{CAT}?x=1">猫.png</a>', [ImageNotEmbedded]),
        (Image(text("A cat"), "cat.png"), "A cat", []),  # reported when it was looked for
        (Image(text("A cat"), "javascript:x"), "A cat", [UnsafeLink]),
        (Image(text("chat"), "", "", Attr("a", ("q",), (("lang", "fr"),))), '<span id="a" lang="fr">chat</span>', []),
    ],
)
def test_an_absent_image_leaves_its_words(image: Image, markup: str, losses: list[type[Loss]]) -> None:
    found = body(Para((image,)))
    assert found.markup == f"<p>{markup}</p>"
    assert kinds(found.losses) == losses


def test_absent_images_in_and_beside_links() -> None:
    cat, page = Image(text("cat"), CAT), "https://a.example/page"
    found = body(Para((cat, cat, Link((cat, cat), page), cat)))
    cat_link = f'<a href="{CAT}">cat</a>'
    assert found.markup == f'<p>{cat_link} {cat_link} <a href="{page}">cat cat</a> {cat_link}</p>'


def test_an_absent_image_does_not_run_together_with_the_words_beside_it() -> None:
    cat, small = Image(text("cat"), CAT), Image(text("猫"), CAT)
    found = body(Para((Text("A"), cat, Text("sits. "), cat, Text(", "), small, Text("坐着"))))
    link, chinese = f'<a href="{CAT}">cat</a>', f'<a href="{CAT}">猫</a>'
    assert found.markup == f"<p>A {link} sits. {link}, {chinese}坐着</p>"


def test_a_formula_is_mathml_with_its_tex() -> None:
    found = body(Para((Math(r"\frac{a}{b} < 1", "DisplayMath"),)))
    assert found.has_math
    assert 'alttext="\\frac{a}{b} &lt; 1" display="block"' in found.markup
    assert ET.fromstring(found.markup).find(".//{*}mfrac") is not None


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{",
        r"\left( x",
        r"\unknown{x}",
        "a & b",
        "",
        r"\newcommand{\a}{\a\a}\a",
        "{" * 2000,
        "x" * 5000,
        "x^",
        r"\sqrt",
    ],
)
def test_a_formula_that_is_not_understood_stays_tex(tex: str) -> None:
    assert tex_to_mathml(tex, display=False) is None
    if tex:
        found = body(Para((Math(tex),)))
        assert found.markup.startswith('<p><code class="math">')
        assert kinds(found.losses) == [NotExpressible]


def test_a_formula_brings_no_attributes_of_its_own() -> None:
    markup = tex_to_mathml(r"\href{javascript:x}{y} \style{background:url(z)}{w} \class{c}{v}", display=False)
    assert markup is None or not re.search(r"<[^>]*(href|style|class)=", markup)


@pytest.mark.parametrize("tex", [r"\mathop{\sum}", r"\mathrel'", r"\color{a}{b}", r"\hskip{a}", r"\sideset{a}{b}{c}"])
def test_a_formula_keeps_to_the_grammar(tex: str) -> None:
    markup = tex_to_mathml(tex, display=False)
    assert markup is not None
    for token in ET.fromstring(markup).iter():
        assert not len(token) or not token.tag.endswith(("}mi", "}mo", "}mn", "}mtext", "}mspace"))
        assert not {"mathcolor", "width"} & set(token.attrib) or token.get("width") in {"0", "-0.167em"}


def test_aligned_lines_get_no_numbers() -> None:
    markup = tex_to_mathml(r"\begin{align}a&=b\\c&=d\end{align}", display=True)
    assert markup is not None
    assert "(1)" not in markup.replace("alttext", "")


@pytest.mark.parametrize(
    ("name", "argument"),
    [(name, "") for name in ["align", "aligned", "split", "gather", "gather*", "gathered", "multline", "eqnarray"]]
    + [("aligned", "[t]"), ("alignat*", "{1}"), ("alignedat", "{1}")],
)
def test_lines_of_a_formula_are_rows(name: str, argument: str) -> None:
    tex = rf"\begin{{{name}}}{argument}a=b\\c=d\end{{{name}}}"
    markup = tex_to_mathml(tex, display=True)
    assert markup is not None
    root = ET.fromstring(markup)
    rows = ["".join(row.itertext()) for row in root.iter("{http://www.w3.org/1998/Math/MathML}mtr")]
    assert rows == ["a=b", "c=d"]
    assert "".join(root.itertext()) == "a=bc=d"


def test_the_note_of_a_formula_is_one_line() -> None:
    (loss,) = body(Para((Math("\\unknown\n{a}", "DisplayMath"),))).losses
    assert "\\unknown {a}" in str(loss)


def test_controls_are_reported_and_words_stay_apart() -> None:
    found = body(Para(text("a\x0bb\x08c\x1bd")))
    assert found.markup == "<p>a bcd</p>"
    assert kinds(found.losses) == [NotExpressible]


# ---------------------------------------------------------------- the page

POST = Document(
    (Header(2, (Text("山中"), Emph(text("一日")))), Para(text("正文。"), indent=True)),
    Metadata(
        title="山中一日",
        authors=("李明", "王芳"),
        contributors=(Contributor("张三", "editor"),),
        date=datetime.datetime(2022, 4, 15, 23, 22, 12, tzinfo=datetime.UTC),
        language="zh-CN",
        url="https://a.example/post",
        tags=("山", "水"),
    ),
)


def test_a_page_is_one_file_that_says_who_wrote_it() -> None:
    page = write_html(POST, WriteContext()).decode("utf-8")
    assert '<html lang="zh-CN">' in page
    assert "<title>山中一日</title>" in page
    assert '<meta name="author" content="王芳" />' in page
    assert '<meta name="date" content="2022-04-15T23:22:12+00:00" />' in page
    assert '<meta name="keywords" content="山, 水" />' in page
    assert page.count("<h1") == 1
    assert '山中<em>一日</em></h1>\n<p class="authors">李明、王芳</p>' in page
    assert '<time datetime="2022-04-15T23:22:12+00:00">2022年4月15日 23:22</time>' in page
    assert "张三 (编辑)" in page
    ET.fromstring(page.removeprefix("<!DOCTYPE html>"))


def test_a_date_that_was_not_understood_is_shown_as_written() -> None:
    metadata = Metadata(title="Walk", extra={"date": "03/04/2022 <or so>"})
    page = write_html(Document((Para(text("x")),), metadata), WriteContext()).decode("utf-8")
    assert '<p class="date">03/04/2022 &lt;or so&gt;</p>' in page
    assert '<meta name="date"' not in page
    assert "<time" not in page


def test_a_page_without_a_title_invents_no_words() -> None:
    page = write_html(Document((Para(text("x")),)), WriteContext()).decode("utf-8")
    assert "<title>Untitled</title>" in page
    assert "<h1" not in page


def test_a_page_carries_its_images() -> None:
    document = Document((Para((Image(text("Red"), PICTURE.name),)),), resources={PICTURE.name: PICTURE})
    assert b'src="data:image/png;base64,iVBORw0KGgpyZWQ="' in write_html(document, WriteContext())


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("zh_CN", "zh-CN"), ("", "und"), ("english!", "und"), ("zh-Hant-TW", "zh-Hant-TW"), ("x-a", "x-a")],
)
def test_language_tag(tag: str, expected: str) -> None:
    assert language_tag(tag) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh-TW", "2022年4月15日"), ("de", "15. April 2022"), ("tlh", "2022-04-15"), ("und", "April 15, 2022")],
)
def test_long_date(language: str, expected: str) -> None:
    assert long_date(datetime.date(2022, 4, 15), language) == expected


# ---------------------------------------------------------------- laws

ALLOWED_HREF = re.compile(rf"https?://|(?:{'|'.join(SAFE_SCHEMES - {'http', 'https'})}):|[^:]*(?:[/?#]|$)")


@settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(documents())
def test_every_page_is_well_formed_and_inert(document: Document) -> None:
    document = replace(document, resources={PICTURE.name: PICTURE})
    page = write_html(document, WriteContext())
    assert write_html(document, WriteContext()) == page
    root = ET.fromstring(page.decode("utf-8").removeprefix("<!DOCTYPE html>"))
    ids = [element.get("id", "") for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    for element in root.iter():
        assert not any(name.startswith("on") or name == "style" for name in element.attrib)
        href = element.get("href", "")
        assert ALLOWED_HREF.match(href)
        assert not href.startswith("#") or href[1:] in ids


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_safe_address_or_none(target: str) -> None:
    try:
        url = safe_url(target)
    except UnsafeAddress:
        return
    assert ALLOWED_HREF.match(url)
    assert url.isprintable()
    assert not set(url) & set(' "<>\\^`{|}')
    assert safe_url(url) == url


@pytest.mark.parametrize("kind", ["quote", "list", "table", "span", "div"])
def test_deep_nesting_overflows_nothing(kind: str) -> None:
    node: Block = Para(text("deep"))
    for _ in range(MAX_DEPTH):
        match kind:
            case "quote":
                node = BlockQuote((node,))
            case "list":
                node = BulletList(((node,),))
            case "table":
                node = Table((ColSpec(),), (TableBody((Row((Cell((node,)),)),)),))
            case "div":
                node = Div((node,), Attr(attributes=(("lang", "en"),)))
            case _:
                nested: tuple[Inline, ...] = text("deep")
                for _level in range(MAX_DEPTH):
                    nested = (Strong(nested), LineBreak(), Text("x"))
                node = Para(nested)
    assert "deep" in body(node).markup
