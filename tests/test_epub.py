"""EPUB: the container, its metadata, its navigation, and the same bytes every time."""

from __future__ import annotations

import datetime
import io
import posixpath
import uuid
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings

from convertkit.context import WriteContext
from convertkit.errors import WriteError
from convertkit.losses import ImageNotEmbedded, Loss
from convertkit.metadata import Contributor, Date, Metadata
from convertkit.resources import Resource
from convertkit.tree import Attr, Block, BlockQuote, Document, Header, Image, Math, Para, Text
from convertkit.writers.epub import MAX_IMAGE_BYTES, write_epub
from convertkit.writers.epub.navigation import Entry, entries
from convertkit.writers.xhtml_page import Heading
from convertkit.writers.zipping import RepeatableZip
from tests.examples import examples
from tests.strategies import documents

NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "opf": "http://www.idpf.org/2007/opf",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
PICTURE = Resource("red.png", "image/png", b"\x89PNG\r\n\x1a\nred")
ANIMATION = Resource("wave.gif", "image/gif", b"GIF89a....NETSCAPE2.0")

POST = Document(
    (
        Header(1, (Text("山中一日"),)),
        Para((Text("清晨的雾还没有散。"),), indent=True),
        Header(2, (Text("上山"),)),
        Header(3, (Text("茶"),)),
        Header(2, (Text("下山"),)),
    ),
    Metadata(
        title="山中一日",
        subtitle="散文",
        authors=("李明", "Jane Doe"),
        contributors=(Contributor("张三", "editor"), Contributor("Li Si", "barista")),
        date=datetime.datetime(2022, 4, 15, 23, 22, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=8))),
        language="zh-CN",
        description="一篇\n写山的散文。",
        publisher="山社",
        url="https://a.example/posts/shan",
        categories=("散文", "山水"),
        tags=("山", "散文"),
        series="四季",
        series_index=2.0,
    ),
)


def write(document: Document, losses: list[Loss] | None = None) -> zipfile.ZipFile:
    report = losses.append if losses is not None else lambda loss: None
    return zipfile.ZipFile(io.BytesIO(write_epub(document, WriteContext(report=report))))


def parse(book: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(book.read(f"EPUB/{name}"))


def opf(document: Document) -> ET.Element:
    return parse(write(document), "content.opf")


def texts(root: ET.Element, path: str) -> list[str]:
    return [element.text or "" for element in root.findall(f".//{path}", NAMES)]


def meta(root: ET.Element, name: str) -> list[str]:
    return texts(root, f"opf:meta[@property='{name}']")


def post(*blocks: Block, resources: tuple[Resource, ...] = (), **fields: object) -> Document:
    metadata = replace(Metadata(title="T", language="en"), **fields)  # type: ignore[arg-type]  # any field by its name
    return Document(blocks, metadata, {resource.name: resource for resource in resources})


# ---------------------------------------------------------------- container


def test_the_container_is_an_epub_s() -> None:
    book = write(POST)
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert book.read("mimetype") == b"application/epub+zip"
    assert book.namelist() == [
        "mimetype",
        "EPUB/title.xhtml",
        "EPUB/chapter.xhtml",
        "META-INF/container.xml",
        "EPUB/content.opf",
        "EPUB/nav.xhtml",
        "EPUB/toc.ncx",
        "EPUB/style.css",
    ]


def test_the_same_bytes_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    first = write_epub(POST, WriteContext())
    monkeypatch.setenv("TZ", "America/New_York")
    assert write_epub(POST, WriteContext()) == first
    assert {info.date_time for info in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ("1650000000", "2022-04-15T05:20:00Z"),
        ("0", "1980-01-01T00:00:00Z"),
        ("soon", "1980-01-01T00:00:00Z"),
        ("9" * 30, "2107-12-31T23:59:58Z"),
    ],
)
def test_source_date_epoch(seconds: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    assert meta(opf(post()), "dcterms:modified") == [expected]


def test_what_cannot_be_written_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(RepeatableZip, "writestr", refuse)
    with pytest.raises(WriteError, match=r"post\.md: .*no space left"):
        write_epub(replace(POST, source="post.md"), WriteContext())


# ---------------------------------------------------------------- metadata


def test_metadata() -> None:
    root = opf(POST)
    assert root.get(XML_LANG) == "zh-CN"
    assert texts(root, "dc:title") == ["山中一日", "散文"]
    assert texts(root, "dc:creator") == ["李明", "Jane Doe"]
    assert texts(root, "dc:contributor") == ["张三", "Li Si"]
    assert texts(root, "dc:date") == ["2022-04-15T23:22:12+08:00"]
    assert meta(root, "dcterms:modified") == ["2022-04-15T15:22:12Z"]
    assert texts(root, "dc:language") == ["zh-CN"]
    assert texts(root, "dc:subject") == ["散文", "山水", "山"]
    assert texts(root, "dc:description") == ["一篇 写山的散文。"]
    assert texts(root, "dc:publisher") == ["山社"]
    assert texts(root, "dc:source") == ["https://a.example/posts/shan"]
    assert meta(root, "role") == ["aut", "aut", "edt", "ctb"]
    assert meta(root, "file-as") == ["李明", "Jane Doe", "张三", "Li Si"]
    assert meta(root, "title-type") == ["main", "subtitle"]
    assert meta(root, "belongs-to-collection") == ["四季"]
    assert meta(root, "group-position") == ["2"]


@pytest.mark.parametrize(
    ("date", "updated", "written", "modified"),
    [
        (datetime.date(2022, 4, 15), None, ["2022-04-15"], "2022-04-15T00:00:00Z"),
        (datetime.datetime.fromisoformat("2022-04-15T01:02:03"), None, ["2022-04-15T01:02:03"], "2022-04-15T01:02:03Z"),
        (datetime.date(2022, 4, 15), datetime.date(2023, 1, 1), ["2022-04-15"], "2023-01-01T00:00:00Z"),
        (datetime.date(33, 4, 3), None, ["0033-04-03"], "1980-01-01T00:00:00Z"),
        (None, None, [], "1980-01-01T00:00:00Z"),
    ],
)
def test_dates(
    date: Date | None, updated: Date | None, written: list[str], modified: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    root = opf(post(date=date, updated=updated))
    assert texts(root, "dc:date") == written
    assert meta(root, "dcterms:modified") == [modified]


def test_the_identifier_is_the_post_s_and_stays() -> None:
    own, by_address = opf(post(identifier=" urn:x:1 ")), opf(post(url="https://a.example/1"))
    assert texts(own, "dc:identifier") == ["urn:x:1", "convertkit:urn:x:1"]
    assert texts(by_address, "dc:identifier")[0] == uuid.uuid5(uuid.NAMESPACE_URL, "https://a.example/1").urn
    by_words = {texts(opf(post(Para((Text(words),)))), "dc:identifier")[0] for words in "aba"}
    assert len(by_words) == 2


def test_characters_that_xml_cannot_hold_stay_out_of_metadata() -> None:
    root = opf(post(title="a\x08b\x0bc", authors=("x\ud800y",), tags=("\x01",), description="\ufffe"))
    assert texts(root, "dc:title") == ["ab c"]
    assert texts(root, "dc:creator") == ["xy"]
    assert texts(root, "dc:subject") == texts(root, "dc:description") == []


def test_nothing_at_all_is_still_a_book() -> None:
    root = opf(Document(()))
    assert texts(root, "dc:title") == ["Untitled"]
    assert texts(root, "dc:language") == ["und"]
    assert texts(opf(Document((), Metadata(language="zh-TW"))), "dc:title") == ["無標題"]


def test_a_language_from_right_to_left_turns_the_pages() -> None:
    book = write(post(language="ar-EG"))
    spine = parse(book, "content.opf").find("opf:spine", NAMES)
    assert spine is not None
    assert spine.get("page-progression-direction") == "rtl"
    assert parse(book, "chapter.xhtml").get("dir") == "rtl"


# ---------------------------------------------------------------- pages and navigation


def test_a_leading_heading_that_is_the_title_stands_once() -> None:
    chapter = parse(write(POST), "chapter.xhtml")
    assert texts(chapter, "xhtml:h1") == ["山中一日"]
    assert texts(chapter, "xhtml:h2") == ["上山", "下山"]
    assert texts(chapter, "xhtml:p[@class='indent']") == ["清晨的雾还没有散。"]


def test_every_page_has_its_language() -> None:
    book = write(POST)
    for name in ("title.xhtml", "chapter.xhtml", "nav.xhtml"):
        root = parse(book, name)
        assert (root.get("lang"), root.get(XML_LANG)) == ("zh-CN", "zh-CN")


def test_the_title_page_tells_people() -> None:
    words = " ".join("".join(parse(write(POST), "title.xhtml").itertext()).split())
    assert words.endswith(
        "山中一日 散文 李明、Jane Doe 张三 (编辑) Li Si (barista) 2022年4月15日 23:22 来源：https://a.example/posts/shan"
    )


def test_contents_and_landmarks() -> None:
    navigation = parse(write(POST), "nav.xhtml")
    contents, landmarks = navigation.findall(".//xhtml:nav", NAMES)
    assert (contents.get(EPUB_TYPE), contents.get("role")) == ("toc", "doc-toc")
    assert texts(contents, "xhtml:a") == ["山中一日", "上山", "茶", "下山"]
    assert [link.get(EPUB_TYPE) for link in landmarks.findall(".//xhtml:a", NAMES)] == ["titlepage", "bodymatter"]


def test_old_readers_find_their_contents() -> None:
    ncx = parse(write(POST), "toc.ncx")
    assert ncx.get(XML_LANG) == "zh-CN"
    assert texts(ncx, "ncx:docTitle/ncx:text") == ["山中一日"]
    assert texts(ncx, "ncx:navLabel/ncx:text") == ["山中一日", "上山", "茶", "下山"]
    depth = ncx.find(".//ncx:meta[@name='dtb:depth']", NAMES)
    assert depth is not None
    assert depth.get("content") == "3"


def test_entries_nest_and_stop_at_a_depth() -> None:
    headings = [Heading(level, f"{level}", f"h{index}") for index, level in enumerate((2, 3, 4, 2, 1))]
    assert entries(headings, "c.xhtml", depth=2) == (
        Entry("2", "c.xhtml#h0", (Entry("3", "c.xhtml#h1"),)),
        Entry("2", "c.xhtml#h3"),
        Entry("1", "c.xhtml#h4"),
    )


# ---------------------------------------------------------------- images, accessibility


def test_only_images_that_are_shown_are_packed() -> None:
    shown = Para((Image((Text("Red"),), PICTURE.name),))
    book = write(post(shown, shown, resources=(PICTURE, ANIMATION)))
    assert [name for name in book.namelist() if "images" in name] == ["EPUB/images/red.png"]
    assert book.getinfo("EPUB/images/red.png").compress_type == zipfile.ZIP_STORED


def test_a_giant_image_leaves_its_words() -> None:
    giant = replace(PICTURE, content=PICTURE.content + bytes(MAX_IMAGE_BYTES))
    losses: list[Loss] = []
    book = write(post(Para((Image((Text("Red"),), giant.name),)), resources=(giant,)), losses)
    assert texts(parse(book, "chapter.xhtml"), "xhtml:p") == ["Red"]
    assert [type(loss) for loss in losses] == [ImageNotEmbedded]


def test_a_cover_among_the_resources_is_declared() -> None:
    root = opf(post(resources=(PICTURE,), cover=PICTURE.name))
    item = root.find(".//opf:item[@properties='cover-image']", NAMES)
    assert item is not None
    assert item.get("href") == "images/red.png"
    legacy = root.find(".//opf:meta[@name='cover']", NAMES)
    assert legacy is not None
    assert legacy.get("content") == item.get("id")


def test_a_giant_cover_is_told() -> None:
    giant = Resource("giant.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(5_000_001))
    losses: list[Loss] = []
    assert write(post(resources=(giant,), cover=giant.name), losses).namelist() == write(post()).namelist()
    assert [(type(loss), loss.place) for loss in losses] == [(ImageNotEmbedded, "cover")]


@pytest.mark.parametrize(
    ("blocks", "modes", "features", "hazard"),
    [
        ((), ["textual"], [], "none"),
        ((Image((Text("Red"),), "red.png"),), ["textual", "visual"], ["alternativeText"], "none"),
        ((Image((), "red.png"),), ["textual", "visual"], [], "none"),
        ((Image((Text("Wave"),), "wave.gif"),), ["textual", "visual"], ["alternativeText"], "unknown"),
        ((Math("x^2"),), ["textual"], ["MathML"], "none"),
    ],
)
def test_what_is_said_of_accessibility_is_true(
    blocks: tuple[Image | Math, ...], modes: list[str], features: list[str], hazard: str
) -> None:
    root = opf(post(Para((Text("x"), *blocks)), resources=(PICTURE, ANIMATION)))
    always = ["tableOfContents", "readingOrder", "structuralNavigation"]
    assert meta(root, "schema:accessMode") == modes
    assert meta(root, "schema:accessibilityFeature") == always + features
    assert meta(root, "schema:accessibilityHazard") == [hazard]
    assert ("textual" in meta(root, "schema:accessModeSufficient")) == (modes == ["textual"] or bool(features))
    assert len(meta(root, "schema:accessibilitySummary")) == 1


def test_formulas_are_declared() -> None:
    root = opf(post(Para((Math("x^2"),))))
    assert root.find(".//opf:item[@href='chapter.xhtml'][@properties='mathml']", NAMES) is not None


# ---------------------------------------------------------------- laws


@settings(
    max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(documents())
def test_every_book_holds_together(document: Document) -> None:
    content = write_epub(document, WriteContext())
    assert write_epub(document, WriteContext()) == content
    book = zipfile.ZipFile(io.BytesIO(content))
    pages = {
        name: ET.fromstring(book.read(name)) for name in book.namelist() if name.endswith((".xhtml", ".ncx", ".opf"))
    }
    ids = {name: {element.get("id") for element in root.iter()} for name, root in pages.items()}
    for name, root in pages.items():
        for element in root.iter():
            target = element.get("href") or element.get("src") or ""
            if not target or ":" in target:
                continue
            path, _, fragment = target.partition("#")
            file = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert file in book.namelist()
            assert not fragment or unquote(fragment) in ids[file]


def test_a_heading_in_a_quotation_can_be_a_link_s_goal() -> None:
    book = write(post(BlockQuote((Header(2, (Text("q"),), Attr("q")),))))
    assert 'id="q"' in book.read("EPUB/chapter.xhtml").decode("utf-8")
