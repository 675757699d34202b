"""OPDS 1.2 (specs.opds.io/opds-1.2): feeds in Atom (RFC 4287), for readers of books on small devices."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence

from lxml import etree

from convertkit.catalog.addresses import Site, address, room_file, shelf_file
from convertkit.catalog.arranging import Room, Shelf
from convertkit.catalog.opds2 import neighbours
from convertkit.catalog.reading import Book
from convertkit.metadata import format_date
from convertkit.writers.markup import without_forbidden

ATOM, DC, OPDS = "http://www.w3.org/2005/Atom", "http://purl.org/dc/terms/", "http://opds-spec.org/2010/catalog"
THREADING = "http://purl.org/syndication/thread/1.0"
NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
_EMPTY = f'<feed xmlns="{ATOM}" xmlns:dc="{DC}" xmlns:opds="{OPDS}" xmlns:thr="{THREADING}"/>'
ROOT = "opds.xml"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/convertkit/#opds")
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def feeds(site: Site) -> Iterator[tuple[str, bytes]]:
    """Every file in Atom, the root last."""
    arrangement = site.arrangement
    for shelf in (arrangement.everything, arrangement.recent):
        yield from _shelf(shelf, None, site)
    for room in arrangement.rooms:
        yield _room(room, site)
        for shelf in room.shelves:
            yield from _shelf(shelf, room, site)
    yield ROOT, _written(_root(site))


def _written(feed: etree._Element) -> bytes:
    etree.indent(feed)
    return etree.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n"


def _add(parent: etree._Element, name: str, text: str = "", namespace: str = ATOM, **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, f"{{{namespace}}}{name}", {key: _clean(value) for key, value in attributes.items()})
    if text:
        node.text = _clean(text)
    return node


def _clean(text: str) -> str:
    return without_forbidden(text)[0]


def _identifier(name: str, site: Site) -> str:
    """A feed's own, from the catalogue's title and the feed's name."""
    return uuid.uuid5(_NAMESPACE, f"{site.arrangement.title}\n{name}".encode("utf-8", "replace").decode()).urn


def _feed(name: str, title: str, kind: str, books: Sequence[Book], site: Site, up: str) -> etree._Element:
    """A feed's head, with the links that all have."""
    feed = etree.fromstring(_EMPTY)
    if site.arrangement.language != "und":
        feed.set(_XML_LANGUAGE, site.arrangement.language)
    _add(feed, "id", _identifier(name, site))
    _add(feed, "title", title)
    _add(feed, "updated", _latest(books))
    _add(_add(feed, "author"), "name", site.arrangement.title)
    _add(feed, "link", rel="self", href=address(name, name), type=kind)
    _add(feed, "link", rel="start", href=address(ROOT, name), type=NAVIGATION)
    if up:
        _add(feed, "link", rel="up", href=address(up, name), type=NAVIGATION)
    return feed


def _root(site: Site) -> etree._Element:
    arrangement = site.arrangement
    feed = _feed(ROOT, arrangement.title, NAVIGATION, arrangement.everything.books, site, "")
    _add(feed, "link", rel="alternate", href="index.html", type="text/html")
    for shelf, rel in ((arrangement.everything, "subsection"), (arrangement.recent, "http://opds-spec.org/sort/new")):
        _entry(feed, ROOT, shelf_file(shelf, 1, ".xml"), shelf.title, ACQUISITION, rel, shelf.books, site)
    for room in arrangement.rooms:
        books = [book for shelf in room.shelves for book in shelf.books]
        count = len(room.shelves)
        _entry(feed, ROOT, room_file(room.name, ".xml"), room.title, NAVIGATION, "subsection", books, site, count)
    return feed


def _entry(
    feed: etree._Element,
    origin: str,
    path: str,
    title: str,
    kind: str,
    rel: str,
    books: Sequence[Book],
    site: Site,
    count: int | None = None,
) -> None:
    """An entry that leads to another feed."""
    entry = _add(feed, "entry")
    _add(entry, "title", title)
    _add(entry, "id", _identifier(path, site))
    _add(entry, "updated", _latest(books))
    _add(entry, "content", str(len(books) if count is None else count), type="text")
    _add(entry, "link", rel=rel, href=address(path, origin), type=kind)


def _room(room: Room, site: Site) -> tuple[str, bytes]:
    name = room_file(room.name, ".xml")
    books = [book for shelf in room.shelves for book in shelf.books]
    feed = _feed(name, room.title, NAVIGATION, books, site, ROOT)
    for shelf in room.shelves:
        _entry(feed, name, shelf_file(shelf, 1, ".xml"), shelf.title, ACQUISITION, "subsection", shelf.books, site)
    return name, _written(feed)


def _shelf(shelf: Shelf, room: Room | None, site: Site) -> Iterator[tuple[str, bytes]]:
    pages = shelf.pages
    for number, books in enumerate(pages, 1):
        name = shelf_file(shelf, number, ".xml")
        up = room_file(room.name, ".xml") if room else ROOT
        feed = _feed(name, shelf.title, ACQUISITION, shelf.books, site, up)
        for rel, other in neighbours(number, len(pages)):
            _add(feed, "link", rel=rel, href=address(shelf_file(shelf, other, ".xml"), name), type=ACQUISITION)
        if shelf is site.arrangement.everything:
            _facets(feed, name, site)
        for book in books:
            _book(feed, book, name, site)
        yield name, _written(feed)


def _facets(feed: etree._Element, origin: str, site: Site) -> None:
    for room in site.arrangement.facets:
        for shelf in room.shelves:
            href = address(shelf_file(shelf, 1, ".xml"), origin)
            link = _add(feed, "link", rel="http://opds-spec.org/facet", href=href, type=ACQUISITION, title=shelf.title)
            link.set(f"{{{OPDS}}}facetGroup", room.title)
            link.set(f"{{{THREADING}}}count", str(len(shelf.books)))


def _book(feed: etree._Element, book: Book, origin: str, site: Site) -> None:
    """A catalogue entry (OPDS 1.2, section 5)."""
    own = book.metadata
    entry = _add(feed, "entry")
    _add(entry, "title", book.title)
    _add(entry, "id", book.identifier)
    _add(entry, "updated", _instant(book.modified))
    for author in own.authors:
        _add(_add(entry, "author"), "name", author)
    for name, text in (
        ("language", own.language),
        ("issued", format_date(own.date)[:10] if own.date else ""),
        ("publisher", own.publisher),
        ("identifier", book.identifier),
    ):
        if text:
            _add(entry, name, text, DC)
    if own.series:
        index = f" {own.series_index:g}" if own.series_index is not None else ""
        _add(entry, "isPartOf", f"{own.series}{index}", DC)
    for subject in own.subjects:
        _add(entry, "category", term=subject, label=subject)
    if own.description:
        _add(entry, "summary", own.description, type="text")
    cover, thumbnail = site.covers[book.path]
    _add(entry, "link", rel="http://opds-spec.org/image", href=address(cover.path, origin), type=cover.media_type)
    href = address(thumbnail.path, origin)
    _add(entry, "link", rel="http://opds-spec.org/image/thumbnail", href=href, type=thumbnail.media_type)
    href = address(book.path.as_posix(), origin)
    rel = "http://opds-spec.org/acquisition/open-access"
    _add(entry, "link", rel=rel, href=href, type=book.media_type, length=str(book.size))


def _latest(books: Sequence[Book]) -> str:
    return _instant(max((book.modified for book in books), default=datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)))


def _instant(moment: datetime.datetime) -> str:
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
