"""DOCX: opened again with python-docx, which is not ours, and part by part where python-docx has no word for it."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import convertkit
from convertkit.context import WriteContext
from convertkit.errors import UsageError
from convertkit.losses import ElementDropped, ImageNotEmbedded, Loss, NotExpressible, UnsafeLink
from convertkit.metadata import Contributor, Date, Metadata
from convertkit.options import WriteOptions
from convertkit.pictures import pixel_size
from convertkit.resources import Resource, image_resource
from convertkit.tree import (
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Caption,
    Cell,
    CodeBlock,
    ColSpec,
    Document,
    Emph,
    Figure,
    Header,
    Image,
    Inline,
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
    Span,
    Strong,
    Subscript,
    Superscript,
    Table,
    TableBody,
    TableHead,
    Text,
)
from convertkit.writers.docx import write_docx
from convertkit.writers.docx.languages import east_asian
from convertkit.writers.docx.ooxml import NAMESPACES, name
from tests.examples import examples

EAST_EIGHT = datetime.timezone(datetime.timedelta(hours=8))
EMU_PER_PIXEL = 9525


def para(*content: Inline | str, indent: bool = False) -> Para:
    return Para(tuple(Text(item) if isinstance(item, str) else item for item in content), indent)


def document(*blocks: Block, language: str = "zh-CN", images: tuple[Resource, ...] = (), **fields: object) -> Document:
    metadata = replace(Metadata(title="标题", language=language), **fields)  # type: ignore[arg-type]  # by name
    return Document(blocks, metadata, {image.name: image for image in images})


def written(source: Document, reference: Path | None = None) -> tuple[bytes, list[Loss]]:
    losses: list[Loss] = []
    options = WriteOptions(reference_doc=reference)
    return write_docx(source, WriteContext(options=options, report=losses.append)), losses


def part(content: bytes, member: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(member))


def body(*blocks: Block, **fields: object) -> etree._Element:
    return part(written(document(*blocks, **fields))[0])  # type: ignore[arg-type]  # by name


def find(root: etree._Element, path: str) -> list[etree._Element]:
    found = root.xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return [node for node in found if isinstance(node, etree._Element)]


def paragraph(root: etree._Element, text: str) -> etree._Element:
    """The paragraph that begins with this text."""
    return next(node for node in root.iter(name("w:p")) if words(node).startswith(text))


def words(root: etree._Element) -> str:
    return "".join(node.text or "" for node in root.iter(name("w:t")))


def value(root: etree._Element, path: str, attribute: str = "w:val") -> str:
    (node,) = find(root, path)
    return node.get(name(attribute), "")


def png(width: int, height: int) -> Resource:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(bytes((width + 1) * height)))
    resource = image_resource(b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b""))
    assert resource is not None
    return resource


# ---------------------------------------------------------------- properties


def test_python_docx_reads_every_core_property() -> None:
    source = document(
        para("正文"),
        title="上海：动员一切力量",
        authors=("新浪财经",),
        date=datetime.datetime(2022, 4, 15, 23, 22, 12, tzinfo=datetime.UTC),
        updated=datetime.datetime(2022, 4, 16, 9, 0, tzinfo=EAST_EIGHT),
        description="一句话 <b> & 一句",
        categories=("金融", "新浪财经"),
        tags=("清零",),
        identifier="urn:uuid:1",
    )
    opened = docx.Document(io.BytesIO(written(source)[0]))
    core = opened.core_properties
    assert core.title == "上海：动员一切力量"
    assert core.author == "新浪财经"
    assert core.created == datetime.datetime(2022, 4, 15, 23, 22, 12, tzinfo=datetime.UTC)
    assert core.modified == datetime.datetime(2022, 4, 16, 1, 0, tzinfo=datetime.UTC)
    assert core.subject == core.keywords == "金融; 新浪财经; 清零"
    assert core.category == "金融; 新浪财经"
    assert core.comments == "一句话 <b> & 一句"
    assert core.language == "zh-CN"
    assert core.identifier == "urn:uuid:1"
    assert [item.text for item in opened.paragraphs] == [
        "上海：动员一切力量",
        "新浪财经",
        "2022年4月15日 23:22",
        "正文",
    ]
    styles = [item.style.name for item in opened.paragraphs if item.style is not None]
    assert styles == ["Title", "Author", "Date", "First Paragraph"]


def test_several_authors_are_one_creator_and_a_line_each() -> None:
    opened = docx.Document(io.BytesIO(written(document(authors=("Ann", "Bob")))[0]))
    assert opened.core_properties.author == "Ann; Bob"
    assert [item.text for item in opened.paragraphs] == ["标题", "Ann", "Bob"]


def custom(content: bytes) -> dict[str, tuple[str, str]]:
    return {
        node.get("name", ""): (etree.QName(node[0]).localname, node[0].text or "")
        for node in part(content, "docProps/custom.xml")
    }


@pytest.mark.parametrize(
    ("date", "created", "written_as"),
    [
        (datetime.date(2022, 4, 15), "2022-04-15T00:00:00Z", "2022-04-15"),
        (datetime.datetime.fromisoformat("2022-04-15T23:22:12"), "2022-04-15T23:22:12Z", "2022-04-15T23:22:12"),
        (
            datetime.datetime(2022, 4, 15, 23, 22, 12, tzinfo=EAST_EIGHT),
            "2022-04-15T15:22:12Z",
            "2022-04-15T23:22:12+08:00",
        ),
        (datetime.datetime(1, 1, 1, tzinfo=EAST_EIGHT), "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+08:00"),
    ],
)
def test_created_is_the_instant_and_a_custom_property_the_date_as_written(
    date: Date, created: str, written_as: str
) -> None:
    content = written(document(date=date))[0]
    assert f">{created}</dcterms:created>" in etree.tostring(part(content, "docProps/core.xml"), encoding="unicode")
    assert custom(content)["date"] == ("lpwstr", written_as)


def test_what_core_properties_lack_is_a_custom_property() -> None:
    content = written(
        document(
            url="https://example.org/p",
            publisher="Press",
            series="S",
            series_index=2.5,
            contributors=(Contributor("甲", "editor"), Contributor("乙", "editor")),
            extra={"comments": False, "n": 3, "URL": "again", "list": ["a", "b"], "map": {"k": [1]}, "": None},
        )
    )[0]
    assert custom(content) == {
        "publisher": ("lpwstr", "Press"),
        "url": ("lpwstr", "https://example.org/p"),
        "series": ("lpwstr", "S"),
        "series_index": ("r8", "2.5"),
        "editor": ("lpwstr", "甲; 乙"),
        "comments": ("bool", "false"),
        "n": ("i4", "3"),
        "URL 2": ("lpwstr", "again"),
        "list": ("lpwstr", "a; b"),
        "map": ("lpwstr", '{"k": [1]}'),
        "property": ("lpwstr", ""),
    }


def test_nothing_comes_from_the_clock() -> None:
    source = document(para("x", Note((para("note"),))), OrderedList(((Plain((Text("1"),)),),)))
    content = written(source)[0]
    assert written(source)[0] == content
    container = zipfile.ZipFile(io.BytesIO(content))
    assert container.namelist()[0] == "[Content_Types].xml"
    assert {entry.date_time for entry in container.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    year = str(datetime.datetime.now(datetime.UTC).year).encode()
    for entry in container.namelist():
        assert b"dcterms" not in container.read(entry) or entry == "docProps/core.xml"
        assert year + b"-" not in container.read(entry)
    assert find(part(content, "docProps/core.xml"), "//*[local-name()='created']") == []


# ---------------------------------------------------------------- language and fonts


@pytest.mark.parametrize(
    ("language", "tag", "font"),
    [
        ("zh-CN", "zh-CN", "SimSun"),
        ("zh", "zh-CN", "SimSun"),
        ("zh-Hant-HK", "zh-HK", "PMingLiU"),
        ("zh-TW", "zh-TW", "PMingLiU"),
        ("ja", "ja-JP", "MS Mincho"),
        ("ko-KR", "ko-KR", "Batang"),
        ("en-GB", "zh-CN", "SimSun"),
    ],
)
def test_language_and_east_asian_font(language: str, tag: str, font: str) -> None:
    content = written(document(para("x"), language=language))[0]
    defaults = "//w:docDefaults/w:rPrDefault/w:rPr"
    styles = part(content, "word/styles.xml")
    assert value(styles, f"{defaults}/w:lang") == language
    assert value(styles, f"{defaults}/w:lang", "w:eastAsia") == tag
    assert value(styles, f"{defaults}/w:rFonts", "w:eastAsia") == font
    theme = part(content, "word/settings.xml")
    assert value(theme, "//w:themeFontLang") == language
    assert value(theme, "//w:themeFontLang", "w:eastAsia") == tag


def test_without_a_language_none_is_claimed() -> None:
    styles = part(written(document(language=""))[0], "word/styles.xml")
    (lang,) = find(styles, "//w:docDefaults//w:lang")
    assert lang.get(name("w:val")) is None


def test_a_phrase_in_another_language_and_right_to_left_text() -> None:
    root = body(para(Span((Text("臺灣"),), Attr(attributes=(("lang", "zh-TW"),)))), language="en")
    assert value(root, "//w:rPr/w:lang", "w:eastAsia") == "zh-TW"
    content = written(document(para("مرحبا"), language="ar"))[0]
    assert find(part(content), "//w:pPr/w:bidi")
    assert value(part(content, "word/styles.xml"), "//w:docDefaults//w:lang", "w:bidi") == "ar"


# ---------------------------------------------------------------- paragraphs and runs


def test_exactly_the_indented_paragraphs_are_indented() -> None:
    root = body(
        para("甲", indent=True),
        para("乙"),
        BlockQuote((para("丙", indent=True), para("丁"))),
        BulletList(((para("戊", indent=True), para("己", indent=True)),)),
        para("庚", Note((para("辛", indent=True),)), indent=True),
    )
    indented = {
        words(node): value(node, "w:pPr/w:ind", "w:firstLineChars")
        for node in root.iter(name("w:p"))
        if find(node, "w:pPr/w:ind")
    }
    assert indented == {"甲": "200", "丙": "200", "庚": "200"}
    assert value(paragraph(root, "甲"), "w:pPr/w:pStyle") == "IndentedParagraph"
    assert value(paragraph(root, "丙"), "w:pPr/w:pStyle") == "BlockText"
    assert value(paragraph(root, "甲"), "w:pPr/w:ind", "w:firstLine") == "480"
    assert "convertkit" not in etree.tostring(root, encoding="unicode")


def test_the_indented_style_is_body_text_with_an_indent() -> None:
    styles = part(written(document(para("x")))[0], "word/styles.xml")
    style = "//w:style[@w:styleId='IndentedParagraph']"
    assert value(styles, f"{style}/w:basedOn") == "BodyText"
    assert value(styles, f"{style}/w:pPr/w:ind", "w:firstLineChars") == "200"


def test_ruby_is_ruby() -> None:
    root = body(para("見る", Strong((Ruby((Text("漢字"),), (Text("かんじ"),)),)), "。"), language="ja")
    (ruby,) = find(root, "//w:r/w:ruby")
    assert words(find(ruby, "w:rubyBase")[0]) == "漢字"
    assert words(find(ruby, "w:rt")[0]) == "かんじ"
    assert find(ruby, "w:rubyBase/w:r/w:rPr/w:b")
    assert value(ruby, "w:rubyPr/w:lid") == "ja-JP"
    assert value(ruby, "w:rubyPr/w:hpsBaseText") == "24"
    assert value(ruby, "w:rt/w:r/w:rPr/w:sz") == "12"


def test_ruby_on_more_than_text_keeps_the_words_and_says_so() -> None:
    source = document(para(Ruby((Link((Text("北京"),), "https://example.org/"),), (Text("Běijīng"),))))
    content, losses = written(source)
    assert words(paragraph(part(content), "北京")) == "北京(Běijīng)"
    assert [type(loss) for loss in losses] == [NotExpressible]


def test_marks_that_a_document_brings_along_are_removed() -> None:
    source = document(para("a", RawInline("openxml", "<?convertkit ruby?>"), "b", indent=True))
    root = part(written(source)[0])
    assert words(paragraph(root, "a")) == "ab"
    assert "convertkit" not in etree.tostring(root, encoding="unicode")


@pytest.mark.parametrize(("language", "mark"), [("zh-CN", "underDot"), ("ja", "dot"), ("en", "underDot")])
def test_emphasis_of_han_is_dots_and_of_latin_italics(language: str, mark: str) -> None:
    root = body(para(Emph((Text("重要 word"),))), language=language)
    han = next(run for run in root.iter(name("w:r")) if words(run) == "重要")
    latin = next(run for run in root.iter(name("w:r")) if "word" in words(run))
    assert value(han, "w:rPr/w:em") == mark
    assert find(han, "w:rPr/w:i") == []
    assert find(latin, "w:rPr/w:i")


def test_emphasis_in_emphasis_is_said_once() -> None:
    root = body(para(Strong((Emph((Text("a"), Strong((Text("b"),)))),)), Superscript((Subscript((Text("c"),)),))))
    kinds = [[etree.QName(node).localname for node in properties] for properties in find(root, "//w:r/w:rPr")]
    assert kinds[-3:] == [["b", "bCs", "i", "iCs"], ["b", "bCs", "i", "iCs"], ["vertAlign"]]
    assert value(root, "//w:vertAlign") == "subscript"


def test_code_keeps_its_spaces_tabs_and_lines() -> None:
    root = body(CodeBlock("a  b\n\tc\n"))
    code = paragraph(root, "a  b")
    assert value(code, "w:pPr/w:pStyle") == "SourceCode"
    kinds = [etree.QName(node).localname for node in find(code, "w:r/w:t | w:r/w:tab | w:r/w:br")]
    assert kinds[:4] == ["t", "br", "tab", "t"]


def test_quotation_marks_are_the_languages_own() -> None:
    assert "「引」" in words(body(para(Quoted((Text("引"),))), language="zh-TW"))


def test_notes_headings_math_links() -> None:
    content = written(
        document(
            Header(2, (Text("节"),), Attr("sec")),
            para("x", Note((para("脚注", indent=True),)), Math("x^2"), Link((Text("l"),), "#sec")),
            para(Link((Text("外"),), "https://example.org/a b")),
        )
    )[0]
    root = part(content)
    assert value(paragraph(root, "节"), "w:pPr/w:pStyle") == "Heading2"
    assert value(root, "//w:bookmarkStart[@w:name='sec']", "w:name") == "sec"
    assert value(root, "//w:hyperlink[@w:anchor]", "w:anchor") == "sec"
    assert find(root, "//m:oMath")
    assert "脚注" in words(part(content, "word/footnotes.xml"))
    assert find(part(content, "word/footnotes.xml"), "//w:ind[@w:firstLineChars='200']")
    targets = [node.get("Target") for node in part(content, "word/_rels/document.xml.rels")]
    assert "https://example.org/a%20b" in targets


def test_a_note_that_two_places_refer_to_is_one_footnote_and_a_field() -> None:
    named = Note((para("Green."),), "1")
    content = written(document(para("Tea", Note((para("First."),)), "cup", named), para("pot", named)))[0]
    root = part(content)
    assert len(find(root, "//w:footnoteReference")) == 2
    field = find(root, "//w:fldSimple")[0]
    assert field.get(name("w:instr")) == r" NOTEREF _RefNote2 \f \h "
    assert "".join(map(str, field.itertext())) == "2"
    assert value(root, "//w:bookmarkStart", "w:name") == "_RefNote2"
    assert words(part(content, "word/footnotes.xml")).count("Green.") == 1


@pytest.mark.parametrize("to", ["docx", "epub", "html"])
def test_a_link_to_a_place_that_is_not_there_is_the_same_loss_in_every_format_that_is_read_as_it_is(to: str) -> None:
    result = convertkit.convert('<p><a href="#nope">Words</a></p>', from_="html", to=to)
    assert result.losses == (NotExpressible("#nope", to, "a link to a place that is not there"),)


def test_markdown_keeps_a_link_to_a_place_that_is_not_there() -> None:
    result = convertkit.convert('<p><a href="#nope">Words</a></p>', from_="html", to="markdown")
    assert result.text == "[Words](#nope)\n"
    assert result.losses == ()


def test_lists_number_as_they_should() -> None:
    content = written(
        document(
            OrderedList(((Plain((Text("three"),)),), (Plain((Text("four"),)),)), 3, "LowerRoman"),
            para("between"),
            OrderedList(((Plain((Text("one"),)),),)),
        )
    )[0]
    root, numbering = part(content), part(content, "word/numbering.xml")
    ids = [value(paragraph(root, text), "w:pPr/w:numPr/w:numId") for text in ("three", "four", "one")]
    assert ids[0] == ids[1] != ids[2]
    start = "w:lvlOverride[@w:ilvl='0']/w:startOverride"
    assert value(numbering, f"//w:num[@w:numId='{ids[0]}']/{start}") == "3"
    assert value(numbering, f"//w:num[@w:numId='{ids[2]}']/{start}") == "1"


def test_plain_lists_in_lists_are_counted_in_digits() -> None:
    inner = OrderedList(((Plain((Text("inner"),)),),))
    content = written(document(OrderedList(((Plain((Text("outer"),)), inner),))))[0]
    number = value(paragraph(part(content), "inner"), "w:pPr/w:numPr/w:numId")
    numbering = part(content, "word/numbering.xml")
    abstract = value(numbering, f"//w:num[@w:numId='{number}']/w:abstractNumId")
    level = f"//w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl[@w:ilvl='1']"
    assert value(numbering, f"{level}/w:numFmt") == "decimal"


def test_code_in_a_figure_is_not_centred_and_its_name_stands_above() -> None:
    figure = Figure((CodeBlock("a = 1\nb = 2"),), Caption((Plain((Text("main.py"),)),)))
    root = body(figure)
    assert not find(root, "//w:tbl")
    assert not find(root, "//w:jc")
    styles = [value(each, "w:pPr/w:pStyle") for each in find(root, "//w:p")]
    assert styles[-2:] == ["ImageCaption", "SourceCode"]


def test_a_picture_among_text_in_a_figure_is_centred_alone() -> None:
    picture = Plain((Image((Text("Red"),), "red.png"),))
    figure = Figure((picture, para("Words.")), Caption((Plain((Text("Below"),)),)), Attr("figure-1"))
    link = para(Link((Text("there"),), "#figure-1"))
    root = part(written(document(link, figure, images=(replace(png(8, 8), name="red.png"),)))[0])
    styles = [value(each, "w:pPr/w:pStyle") for each in find(root, "//w:p")]
    assert styles[-3:] == ["CaptionedFigure", "BodyText", "ImageCaption"]
    assert find(root, "//w:bookmarkStart[@w:name='figure-1']")


def test_a_date_that_was_not_understood_stands_below_the_title() -> None:
    root = body(para("Words."), title="Walk", extra={"date": "03/04/2022"})
    assert value(paragraph(root, "03/04/2022"), "w:pPr/w:pStyle") == "Date"


def cell(text: str, row_span: int = 1, col_span: int = 1) -> Cell:
    return Cell((Plain((Text(text),)),) if text else (), "AlignDefault", row_span, col_span)


def test_tables_have_header_rows_spans_and_no_high_empty_cells() -> None:
    table = Table(
        (ColSpec(), ColSpec()),
        (TableBody((Row((cell("tall", 2), cell("b"))), Row((cell(""),)))),),
        TableHead((Row((cell("head", 1, 2),)),)),
        caption=Caption((Plain((Text("caption"),)),)),
    )
    root = body(table)
    assert find(root, "//w:tr[1]/w:trPr/w:tblHeader")
    assert value(root, "//w:tr[1]//w:gridSpan") == "2"
    assert [node.get(name("w:val")) for node in find(root, "//w:vMerge")] == ["restart", "continue"]
    assert {node.get(name("w:val")) for node in find(root, "//w:tc/w:p/w:pPr/w:pStyle")} == {"Compact"}
    assert len(find(root, "//w:tc/w:p/w:pPr/w:pStyle")) == len(find(root, "//w:tc/w:p"))


def widths(root: etree._Element, table: int = 1) -> list[int]:
    return [int(node.get(name("w:w"), "")) for node in find(root, f"(//w:tbl)[{table}]/w:tblGrid/w:gridCol")]


def test_columns_are_as_wide_as_their_words_need() -> None:
    long = "a remark of many words that would fill the line of a page twice if nobody broke it into several lines, " * 2
    table = Table((ColSpec(), ColSpec()), (TableBody((Row((cell("number"), cell("1"))),)),))
    crowded = Table((ColSpec(), ColSpec(), ColSpec()), (TableBody((Row((cell("a"), cell(long), cell("茶叶"))),)),))
    root = body(table, crowded)
    narrow, wide = widths(root), widths(root, 2)
    assert narrow[0] > narrow[1]
    assert sum(narrow) < 4000
    assert 8300 <= sum(wide) <= 8400
    assert wide[1] > 5 * wide[0]


def test_a_cell_over_several_columns_widens_them_and_is_aligned_with_none() -> None:
    table = Table(
        (ColSpec("AlignRight"), ColSpec("AlignRight")),
        (TableBody((Row((cell("1"), cell("2"))), Row((cell("a longer remark", 1, 2),)))),),
        TableHead((Row((cell("head", 1, 2),)),)),
    )
    root = body(table)
    assert widths(root)[0] == widths(root)[1] > 1000
    assert [node.get(name("w:val")) for node in find(root, "//w:tbl//w:jc")] == ["center", "right", "right", "left"]


def test_heads_of_rows_look_like_heads() -> None:
    heads = TableBody((Row((cell("a"), cell("1"))),), row_head_columns=1)
    root = body(
        Table((ColSpec(), ColSpec()), (heads,)), Table((ColSpec(), ColSpec()), (replace(heads, row_head_columns=0),))
    )
    looks = find(root, "//w:tblLook")
    assert [look.get(name("w:firstColumn")) for look in looks] == ["1", "0"]
    assert [int(look.get(name("w:val"), ""), 16) & 0x80 for look in looks] == [0x80, 0]


def test_what_stands_in_a_quotation_stands_beside_its_bar_each_level_further_in() -> None:
    inner = BlockQuote((para("Second."), BulletList(((Plain((Text("Item."),)),),))))
    root = body(BlockQuote((para("First."), inner, CodeBlock("Code."), para("Last."))), para("Outside."))

    def left(words: str) -> str:
        found = find(paragraph(root, words), "w:pPr/w:ind")
        return found[0].get(name("w:left"), "") if found else ""

    assert [left(words) for words in ("First.", "Second.", "Item.", "Code.", "Last.", "Outside.")] == [
        "", "960", "1680", "480", "", "",
    ]  # fmt: skip
    barred = [words for words in ("Item.", "Code.", "Outside.") if find(paragraph(root, words), "w:pPr/w:pBdr/w:left")]
    assert barred == ["Item.", "Code."]


# ---------------------------------------------------------------- images


@pytest.mark.parametrize(
    ("size", "attributes", "shown"),
    [
        ((80, 40), {}, (80, 40)),
        ((80, 40), {"width": "100%"}, (80, 40)),
        ((80, 40), {"width": "400"}, (80, 40)),
        ((80, 40), {"width": "40px", "height": "999"}, (40, 20)),
        ((80, 40), {"height": "20"}, (40, 20)),
        ((80, 40), {"width": "auto"}, (80, 40)),
        ((80, 40), {"width": "2in"}, (192, 96)),
        ((1120, 560), {}, (560, 280)),
        ((1120, 560), {"width": "50%"}, (280, 140)),
    ],
)
def test_images_have_their_true_size_within_the_text(
    size: tuple[int, int], attributes: dict[str, str], shown: tuple[int, int]
) -> None:
    image = png(*size)
    root = body(
        para(Image((Text("alt"),), image.name, "", Attr(attributes=tuple(attributes.items())))), images=(image,)
    )
    (extent,) = find(root, "//wp:extent")
    pixels = tuple(round(int(extent.get(side, "")) / EMU_PER_PIXEL) for side in ("cx", "cy"))
    assert pixels == shown


def test_a_tall_image_fits_the_page() -> None:
    image = png(100, 4000)
    (extent,) = find(body(para(Image((), image.name)), images=(image,)), "//wp:extent")
    assert int(extent.get("cy", "")) < 16838 * 635
    assert round(int(extent.get("cy", "")) / int(extent.get("cx", ""))) == 40


def test_every_image_is_described() -> None:
    image = png(8, 8)
    figure = Figure((Plain((Image((), image.name),)),), Caption((para("图注"),)))
    described, titled, bare = Image((Text("文字"),), image.name), Image((), image.name, "题"), Image((), image.name)
    root = body(para(described), para(titled), figure, para(bare), images=(image,))
    assert [node.get("descr") for node in find(root, "//wp:docPr")] == ["文字", "题", "图注", "没有文字说明的图片"]


def test_images_that_do_not_travel_become_links_or_words() -> None:
    remote = "https://example.org/%E5%9B%BE.png"
    source = document(
        para(Image((Text("远图"),), remote)),
        para(Image((), remote)),
        para(Link((Image((Text("内"),), remote),), "https://example.org/page")),
        para(Image((Text("本地"),), "images/none.png")),
    )
    content, losses = written(source)
    opened = docx.Document(io.BytesIO(content))
    links = [(link.text, link.address) for item in opened.paragraphs for link in item.hyperlinks]
    assert links == [("远图", remote), ("图.png", remote), ("内", "https://example.org/page")]
    assert opened.paragraphs[-1].text == "本地"
    side_by_side, _ = written(document(para(Image((Text("a"),), remote), Image((Text("b"),), remote))))
    assert docx.Document(io.BytesIO(side_by_side)).paragraphs[-1].text == "a b"
    assert [type(loss) for loss in losses] == [ImageNotEmbedded] * 3  # the local one was told when it was looked for
    assert find(part(content), "//w:drawing") == []


def test_a_cover_names_no_part_of_a_docx() -> None:
    image = png(3, 5)
    content, losses = written(document(para("a"), images=(image,), cover=image.name))
    assert image.name not in zipfile.ZipFile(io.BytesIO(content)).read("docProps/custom.xml").decode()
    assert losses == []


def test_pixel_sizes() -> None:
    assert pixel_size(png(3, 5).content) == (3, 5)
    assert pixel_size(b"GIF89a" + struct.pack("<HH", 3, 5)) == (3, 5)
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc2\x00\x11\x08" + struct.pack(">HH", 5, 3)
    assert pixel_size(jpeg) == (3, 5)
    webp = b"RIFF\0\0\0\0WEBP"
    assert pixel_size(webp + b"VP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 3, 5)) == (3, 5)
    assert pixel_size(webp + b"VP8L\0\0\0\0\x2f" + struct.pack("<I", 2 | 4 << 14)) == (3, 5)
    assert pixel_size(webp + b"VP8X\0\0\0\0\0\0\0\0\x02\0\0\x04\0\0") == (3, 5)
    assert pixel_size(b"\x89PNG\r\n\x1a\n") is None
    assert pixel_size(b"\xff\xd8\xff") is None
    assert pixel_size(b"") is None


# ---------------------------------------------------------------- what cannot be


def test_unsafe_and_broken_links_keep_their_words() -> None:
    source = document(para(Link((Text("run"),), "javascript:alert(1)"), Link((Text("broken"),), "http://[x")))
    content, losses = written(source)
    assert "runbroken" in words(part(content))
    assert find(part(content), "//w:hyperlink") == []
    assert [type(loss) for loss in losses] == [UnsafeLink, NotExpressible]


def test_control_characters_reach_no_part() -> None:
    source = document(
        para("a\x01b\ufffe", Link((Text("l"),), "https://example.org/\x02")), CodeBlock("c\x03"),
        title="t\x04", extra={"k\x05": "v\x06"},
    )  # fmt: skip
    content, losses = written(source)
    container = zipfile.ZipFile(io.BytesIO(content))
    for member in container.namelist():
        etree.fromstring(container.read(member))
    assert docx.Document(io.BytesIO(content)).core_properties.title == "t"
    assert "control characters" in str(losses[0])


def test_raw_ooxml_passes_if_it_is_well_formed_and_other_raw_text_is_told() -> None:
    source = document(
        RawBlock("openxml", "<w:p><w:r><w:t>raw</w:t></w:r></w:p>"),
        RawBlock("openxml", "<w:p>"),
        RawBlock("html", "<p onclick='x()'>words</p>"),
        RawBlock("latex", r"\newpage"),
    )
    content, losses = written(source)
    assert words(part(content)).endswith("rawwords")
    assert [type(loss) for loss in losses] == [ElementDropped, NotExpressible, ElementDropped]


# ---------------------------------------------------------------- reference documents


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    made = docx.Document()
    made.styles["Normal"].font.name = "Georgia"
    made.styles["Normal"].font.size = docx.shared.Pt(10)
    path = tmp_path / "reference.docx"
    made.save(str(path))
    return path


def test_a_reference_documents_styles_win_and_what_it_lacks_is_added(reference: Path) -> None:
    source = document(para("甲", indent=True), CodeBlock("code"))
    content, _ = written(source, reference)
    assert written(source, reference)[0] == content
    styles = part(content, "word/styles.xml")
    assert value(styles, "//w:style[@w:styleId='Normal']/w:rPr/w:rFonts", "w:ascii") == "Georgia"
    assert value(styles, "//w:docDefaults//w:rFonts", "w:eastAsiaTheme") == "minorEastAsia"
    assert value(styles, "//w:docDefaults//w:lang", "w:eastAsia") == "zh-CN"
    assert value(styles, "//w:style[@w:styleId='VerbatimChar']//w:rFonts", "w:ascii") == "Consolas"
    assert value(styles, "//w:style[@w:styleId='IndentedParagraph']//w:ind", "w:firstLine") == "400"
    ids = {node.get(name("w:styleId")) for node in find(styles, "//w:style")}
    used = {node.get(name("w:val")) for node in find(part(content), "//w:pStyle | //w:rStyle | //w:tblStyle")}
    tied = {node.get(name("w:val")) for node in find(styles, "//w:basedOn | //w:next | //w:link")}
    assert used | tied <= ids


def test_a_reference_document_may_say_how_paragraphs_are_indented(reference: Path) -> None:
    made = docx.Document(str(reference))
    made.styles.add_style("Indented Paragraph", WD_STYLE_TYPE.PARAGRAPH)
    made.save(str(reference))
    root = part(written(document(para("乙"), para("甲", indent=True)), reference)[0])
    assert value(paragraph(root, "甲"), "w:pPr/w:pStyle") == "IndentedParagraph"
    assert find(root, "//w:pPr/w:ind") == []


def test_what_is_no_reference_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.docx").write_bytes(b"text")
    zipfile.ZipFile(tmp_path / "empty.docx", "w").close()
    for wrong in ("missing.docx", "text.docx", "empty.docx", "."):
        with pytest.raises(UsageError, match="reference document") as caught:
            written(document(para("x")), tmp_path / wrong)
        assert caught.value.advice


# ---------------------------------------------------------------- laws


@settings(max_examples=examples(25), deadline=None)
@given(
    st.lists(st.tuples(st.text(min_size=1), st.booleans()), max_size=4),
    st.text(max_size=20),
    st.sampled_from(["zh-CN", "en", "ja", "ar", ""]),
)
def test_every_part_is_well_formed_and_python_docx_opens_it(
    paragraphs: list[tuple[str, bool]], title: str, language: str
) -> None:
    source = document(*(para(text, indent=indent) for text, indent in paragraphs), title=title, language=language)
    content, _ = written(source)
    container = zipfile.ZipFile(io.BytesIO(content))
    for member in container.namelist():
        etree.fromstring(container.read(member))
    docx.Document(io.BytesIO(content))


def test_east_asian_tags() -> None:
    assert east_asian("zh_TW").tag == "zh-TW"
    assert east_asian("zh-SG").tag == "zh-SG"
    assert not east_asian("de").main


def test_a_link_to_nowhere_is_its_text() -> None:
    content = write_docx(Document((Para((Link((Text("here"),), ""),)),)), WriteContext())
    assert b'Target=""' not in zipfile.ZipFile(io.BytesIO(content)).read("word/_rels/document.xml.rels")
