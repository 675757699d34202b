"""An EPUB container from finished pages, through EbookLib.

EbookLib writes container, package document, spine and NCX. What it does by itself besides is kept from showing: its
clock (`modified` is given), its random identifier and generator line (its metadata starts empty), its round trip of
every page through lxml's HTML parser (pages are handed over as bytes), its navigation document (English, no language
of its own), and `ebooklib.epub.write_epub`, which swallows errors (the writer class is called instead).
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from ebooklib import epub

from convertkit.errors import WriteError
from convertkit.metadata import Metadata, format_date
from convertkit.resources import Resource
from convertkit.writers.epub.accessibility import Meta
from convertkit.writers.epub.navigation import Entry
from convertkit.writers.front import clean_line, title_text
from convertkit.writers.wording import is_right_to_left
from convertkit.writers.zipping import RepeatableZip

if TYPE_CHECKING:
    from ebooklib.epub import XmlElement

    from convertkit.typefaces import FontFile

_FOLDER = "EPUB"
"""EbookLib's own."""
STYLE_NAME = "style.css"
NAVIGATION_NAME = "nav.xhtml"
_NCX = """\
<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" xml:lang="{language}" />"""
"""EbookLib's own template, with a language."""
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

_CALIBRE_READS = re.compile(r"(?:urn:)?(?!urn:|uuid:|https?:)[a-z][a-z0-9]+:", re.IGNORECASE)
"""Identifiers with a scheme of their own, such as `isbn:` and `urn:isbn:`, which calibre lists as they are."""

ROLES: Mapping[str, str] = {
    "author": "aut",
    "compiler": "com",
    "contributor": "ctb",
    "editor": "edt",
    "illustrator": "ill",
    "interviewer": "ivr",
    "narrator": "nrt",
    "photographer": "pht",
    "reporter": "rpt",
    "reviewer": "rev",
    "translator": "trl",
}
"""Roles as MARC's relator codes; any other word is a `ctb`."""


@dataclass(frozen=True, slots=True)
class Page:
    """A finished XHTML document; `properties` are its manifest properties (`mathml`)."""

    name: str
    content: bytes
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """All that goes into an EPUB file besides its pages."""

    metadata: Metadata
    language: str
    identifier: str
    modified: datetime.datetime
    accessibility: Iterable[Meta]
    """Asked for when pages and images are written, and so counted."""
    navigation: bytes
    contents: tuple[Entry, ...]
    style_sheet: str
    images: Iterable[Resource]
    """Taken one at a time, each to be forgotten when it is written."""
    fonts: tuple[FontFile, ...] = ()
    cover: str = ""
    """The name of the image that is the cover."""
    contents_after: int | None = None
    """After so many pages the table of contents is a page of the book; None where only the reader's menu shows it."""


def image_path(image: Resource) -> str:
    """Where an image lies, seen from the pages."""
    return f"images/{image.name}"


def font_path(font: FontFile) -> str:
    """Where a font lies, seen from the style sheet."""
    return f"fonts/{font.name}"


def pack(pages: Iterable[Page], package: Package) -> bytes:
    """The EPUB file. Raises `WriteError` if EbookLib or the container refuses something."""
    output = io.BytesIO()
    pack_into(output, pages, lambda: package)
    return output.getvalue()


def pack_into(output: BinaryIO, pages: Iterable[Page], describe: Callable[[], Package]) -> None:
    """Write the EPUB file: each page, in reading order, as it comes; then what `describe`, called now, knows of them.

    So a book is never in memory as a whole. Raises `WriteError` if EbookLib or the container refuses something.
    """
    try:
        with RepeatableZip(output, "w") as container:
            container.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
            listed: list[epub.EpubItem] = []
            for index, page in enumerate(pages, 1):
                container.writestr(f"{_FOLDER}/{page.name}", page.content)
                listed.append(_document(page, index))
            package = describe()
            images: list[epub.EpubItem] = []
            for index, image in enumerate(package.images, 1):
                container.writestr(f"{_FOLDER}/{image_path(image)}", image.content)
                images.append(_image(image, index, is_cover=image.name == package.cover))
            _Writer(container, _book(package, listed, images), package).write()
    except (ValueError, OverflowError, OSError, zipfile.LargeZipFile) as error:
        raise WriteError(f"the EPUB could not be put together: {error}", advice="please report this post") from error


class _Writer(epub.EpubWriter):
    """Writes what lists and describes the pages and images that are in the container already."""

    def __init__(self, container: RepeatableZip, book: epub.EpubBook, package: Package) -> None:
        super().__init__("", book, {"epub3_pages": False, "mtime": package.modified})
        self.out = container
        self.package = package

    def write(self) -> None:
        self._write_container()
        self._write_opf()
        self.out.writestr(f"{_FOLDER}/{NAVIGATION_NAME}", self.package.navigation)
        self.out.writestr(f"{_FOLDER}/toc.ncx", self._get_ncx())
        self.out.writestr(f"{_FOLDER}/{STYLE_NAME}", self.package.style_sheet)
        for font in self.package.fonts:
            self.out.writestr(f"{_FOLDER}/{font_path(font)}", font.content)

    def _write_opf_metadata(self, root: XmlElement) -> None:
        root.set(_XML_LANGUAGE, self.package.language)
        super()._write_opf_metadata(root)

    def _get_ncx(self) -> bytes:
        """EbookLib always says that the contents are no level deep."""
        depth = f'content="{_depth(self.package.contents)}" name="dtb:depth"'
        return super()._get_ncx().replace(b'content="0" name="dtb:depth"', depth.encode("ascii"), 1)


def _depth(entries: tuple[Entry, ...]) -> int:
    return max((1 + _depth(entry.children) for entry in entries), default=0)


def _book(package: Package, pages: list[epub.EpubItem], images: list[epub.EpubItem]) -> epub.EpubBook:
    """EbookLib's book: pages and images by name only, since their bytes are in the container."""
    book = epub.EpubBook()
    book.set_template("ncx", _NCX.format(language=package.language).encode("utf-8"))
    book.metadata = {}  # without EbookLib's generator line and random identifier
    _describe(book, package)
    if is_right_to_left(package.language):
        book.set_direction("rtl")
    navigation = epub.EpubNav(file_name=NAVIGATION_NAME)
    fonts = [
        epub.EpubItem(f"font-{index}", font_path(font), font.media_type) for index, font in enumerate(package.fonts, 1)
    ]
    style = epub.EpubItem("style", STYLE_NAME, "text/css")
    book.items = [*pages, navigation, epub.EpubNcx(), style, *fonts, *images]
    book.spine = list(pages)
    if package.contents_after is not None:
        book.spine.insert(package.contents_after, navigation)
    book.toc = [_ncx_entry(entry, f"entry-{index}") for index, entry in enumerate(package.contents, 1)]
    return book


def _document(page: Page, index: int) -> epub.EpubHtml:
    item = epub.EpubHtml(f"page-{index}", page.name, "application/xhtml+xml")
    item.properties = list(page.properties)
    return item


def _image(image: Resource, index: int, *, is_cover: bool) -> epub.EpubItem:
    if not is_cover:
        return epub.EpubItem(f"image-{index}", image_path(image), image.media_type)
    item = epub.EpubCover(file_name=image_path(image))
    item.media_type = image.media_type
    return item


def _ncx_entry(entry: Entry, uid: str) -> epub.TocEntry:
    link = epub.Link(entry.href, entry.title, uid)
    if not entry.children:
        return link
    return link, [_ncx_entry(child, f"{uid}-{index}") for index, child in enumerate(entry.children, 1)]


def _describe(book: epub.EpubBook, package: Package) -> None:
    """The metadata of the package document (EPUB 3.3, section 5.5)."""
    metadata = package.metadata
    book.set_identifier(package.identifier)
    if (named := package.identifier.removeprefix("urn:uuid:")) and not _CALIBRE_READS.match(package.identifier):
        book.add_metadata("DC", "identifier", f"convertkit:{named}")  # calibre drops UUIDs and what names no scheme
    _describe_titles(book, package)
    book.set_language(package.language)
    for index, name in enumerate(metadata.authors, 1):
        _describe_person(book, "creator", f"creator-{index}", name, "aut")
    for index, person in enumerate(metadata.contributors, 1):
        _describe_person(book, "contributor", f"contributor-{index}", person.name, ROLES.get(person.role, "ctb"))
    if metadata.date is not None:
        book.add_metadata("DC", "date", format_date(metadata.date))
    for name, value in (
        ("description", metadata.description),
        ("publisher", metadata.publisher),
        ("source", metadata.url),
        *(("subject", subject) for subject in metadata.subjects),
    ):
        if line := clean_line(value):
            book.add_metadata("DC", name, line)
    _describe_series(book, metadata)
    for name, value in package.accessibility:
        language = {_XML_LANGUAGE: "en"} if name == "accessibilitySummary" else {}
        book.add_metadata(None, "meta", value, {"property": f"schema:{name}", **language})
    if package.cover:
        book.add_metadata(None, "meta", "", {"name": "cover", "content": "cover-img"})


def _describe_titles(book: epub.EpubBook, package: Package) -> None:
    book.title = title_text(package.metadata, package.language)
    book.add_metadata("DC", "title", book.title, {"id": "title"})
    if subtitle := clean_line(package.metadata.subtitle):
        book.add_metadata("DC", "title", subtitle, {"id": "subtitle"})
        _refine(book, "title", "title-type", "main")
        _refine(book, "subtitle", "title-type", "subtitle")


def _describe_person(book: epub.EpubBook, element: str, uid: str, name: str, role: str) -> None:
    """A name sorts as it is written: whether `Wang Wei` is a given and a family name, or a firm, nobody can tell."""
    if not (line := clean_line(name)):
        return
    book.add_metadata("DC", element, line, {"id": uid})
    _refine(book, uid, "role", role, {"scheme": "marc:relators"})
    _refine(book, uid, "file-as", line)


def _describe_series(book: epub.EpubBook, metadata: Metadata) -> None:
    if not (series := clean_line(metadata.series)):
        return
    book.add_metadata(None, "meta", series, {"property": "belongs-to-collection", "id": "series"})
    _refine(book, "series", "collection-type", "series")
    book.add_metadata(None, "meta", "", {"name": "calibre:series", "content": series})
    if metadata.series_index is not None:
        _refine(book, "series", "group-position", f"{metadata.series_index:g}")
        book.add_metadata(None, "meta", "", {"name": "calibre:series_index", "content": f"{metadata.series_index:g}"})


def _refine(book: epub.EpubBook, uid: str, name: str, value: str, more: Mapping[str, str] | None = None) -> None:
    book.add_metadata(None, "meta", value, {"refines": f"#{uid}", "property": name, **(more or {})})
