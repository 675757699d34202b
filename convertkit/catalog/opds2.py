"""OPDS 2.0 (drafts.opds.io/opds-2.0): feeds in JSON, publications as in the Readium Web Publication Manifest."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from typing import Any

from convertkit.catalog.addresses import Picture, Site, address, room_file, shelf_file
from convertkit.catalog.arranging import PAGE, Room, Shelf
from convertkit.catalog.reading import Book
from convertkit.metadata import Date, format_date

FEED = "application/opds+json"
ACQUISITION = "http://opds-spec.org/acquisition/open-access"
ROOT = "opds.json"
_GROUPED = 12
"""Books of a group on the first page."""


def feeds(site: Site) -> Iterator[tuple[str, bytes]]:
    """Every file in JSON, the root last."""
    arrangement = site.arrangement
    for shelf in (arrangement.everything, arrangement.recent):
        yield from _shelf(shelf, None, site)
    for room in arrangement.rooms:
        yield _room(room)
        for shelf in room.shelves:
            yield from _shelf(shelf, room, site)
    yield ROOT, _json(_root(site))


def _json(feed: dict[str, Any]) -> bytes:
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _link(path: str, origin: str, rel: str, title: str = "", media_type: str = FEED) -> dict[str, Any]:
    link = {"rel": rel, "href": address(path, origin), "type": media_type}
    return {**link, "title": title} if title else link


def _root(site: Site) -> dict[str, Any]:
    arrangement = site.arrangement
    everything, recent = arrangement.everything, arrangement.recent
    navigation = [
        _link(shelf_file(everything, 1, ".json"), ROOT, "subsection", everything.title),
        _link(shelf_file(recent, 1, ".json"), ROOT, "http://opds-spec.org/sort/new", recent.title),
        *(_link(room_file(room.name, ".json"), ROOT, "subsection", room.title) for room in arrangement.rooms),
    ]
    group = {
        "metadata": {"title": recent.title, "numberOfItems": len(recent.books)},
        "links": [_link(shelf_file(recent, 1, ".json"), ROOT, "self")],
        "publications": [_publication(book, ROOT, site) for book in recent.books[:_GROUPED]],
    }
    return {
        "metadata": {"title": arrangement.title, "modified": _instant(_latest(everything.books))},
        "links": [_link(ROOT, ROOT, "self"), _link(ROOT, ROOT, "start"), _alternate(ROOT)],
        "navigation": navigation,
        **({"groups": [group]} if recent.books else {}),
    }


def _alternate(origin: str) -> dict[str, Any]:
    return _link("index.html", origin, "alternate", media_type="text/html")


def _room(room: Room) -> tuple[str, bytes]:
    name = room_file(room.name, ".json")
    books = [book for shelf in room.shelves for book in shelf.books]
    navigation = []
    for shelf in room.shelves:
        count = {"properties": {"numberOfItems": len(shelf.books)}}
        navigation.append({**_link(shelf_file(shelf, 1, ".json"), name, "subsection", shelf.title), **count})
    feed = {
        "metadata": {
            "title": room.title,
            "numberOfItems": len(room.shelves),
            "modified": _instant(_latest(books)),
        },
        "links": [_link(name, name, "self"), _link(ROOT, name, "start"), _link(ROOT, name, "up")],
        "navigation": navigation,
    }
    return name, _json(feed)


def _shelf(shelf: Shelf, room: Room | None, site: Site) -> Iterator[tuple[str, bytes]]:
    pages = shelf.pages
    above = room_file(room.name, ".json") if room else ROOT
    for number, books in enumerate(pages, 1):
        name = shelf_file(shelf, number, ".json")
        links = [_link(name, name, "self"), _link(ROOT, name, "start"), _link(above, name, "up")]
        for rel, other in neighbours(number, len(pages)):
            links.append(_link(shelf_file(shelf, other, ".json"), name, rel))
        metadata = {
            "title": shelf.title,
            "modified": _instant(_latest(shelf.books)),
            "numberOfItems": len(shelf.books),
            "itemsPerPage": PAGE,
            "currentPage": number,
        }
        feed: dict[str, Any] = {"metadata": metadata, "links": links}
        if shelf is site.arrangement.everything:
            feed["facets"] = _facets(site, name)
        feed["publications"] = [_publication(book, name, site) for book in books]
        yield name, _json({key: value for key, value in feed.items() if value != [] or key == "publications"})


def neighbours(number: int, pages: int) -> list[tuple[str, int]]:
    """The relations of a page to others of its shelf (RFC 5005, section 3)."""
    if pages == 1:
        return []
    found = [("first", 1), ("last", pages)]
    return [
        *found,
        *([("previous", number - 1)] if number > 1 else []),
        *([("next", number + 1)] if number < pages else []),
    ]


def _facets(site: Site, origin: str) -> list[dict[str, Any]]:
    facets = []
    for room in site.arrangement.facets:
        links = []
        for shelf in room.shelves:
            link = _link(shelf_file(shelf, 1, ".json"), origin, "http://opds-spec.org/facet", shelf.title)
            links.append({**link, "properties": {"numberOfItems": len(shelf.books)}})
        facets.append({"metadata": {"title": room.title}, "links": links})
    return facets


def _publication(book: Book, origin: str, site: Site) -> dict[str, Any]:
    own = book.metadata
    metadata: dict[str, Any] = {
        "@type": "http://schema.org/Book",
        "title": book.title,
        "subtitle": own.subtitle,
        "identifier": book.identifier,
        "author": [{"name": name} for name in own.authors],
        "language": own.language,
        "publisher": {"name": own.publisher} if own.publisher else None,
        "published": _date(own.date),
        "modified": _instant(book.modified),
        "description": own.description,
        "subject": [{"name": name} for name in own.subjects],
        "belongsTo": _series(own.series, own.series_index),
    }
    acquisition = _link(book.path.as_posix(), origin, ACQUISITION, media_type=book.media_type)
    return {
        "metadata": {key: value for key, value in metadata.items() if value},
        "links": [{**acquisition, "size": book.size}],
        "images": [_image(picture, origin) for picture in site.covers[book.path]],
    }


def _series(series: str, index: float | None) -> dict[str, Any]:
    if not series:
        return {}
    return {"series": [{"name": series, **({"position": index} if index is not None else {})}]}


def _image(picture: Picture, origin: str) -> dict[str, Any]:
    return {
        "href": address(picture.path, origin),
        "type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
    }


def _date(date: Date | None) -> str:
    """A date, or an instant with an offset: RFC 3339 knows no time without a zone."""
    if isinstance(date, datetime.datetime):
        return format_date(date if date.tzinfo else date.date())
    return format_date(date) if date else ""


def _latest(books: Sequence[Book]) -> datetime.datetime:
    return max((book.modified for book in books), default=datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC))


def _instant(moment: datetime.datetime) -> str:
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
