"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from convertkit.errors import UnreadableDocument
from convertkit.losses import SummaryOnly
from convertkit.readers.feeds.atom import as_markup
from convertkit.readers.feeds.elements import joined
from convertkit.readers.feeds.entry import Entry, OpenSource
from convertkit.readers.feeds.json_values import RawRow, Row, read_rest, rows, rows_in, text_in
from convertkit.readers.feeds.values import Said, metadata_of, plain

if TYPE_CHECKING:
    from convertkit.context import ReadContext

_ITEMS = ("items",)


def read_json_feed(source: OpenSource, context: ReadContext) -> Iterator[Entry]:
    """The items of a JSON Feed. Raises `UnreadableDocument` for what has no `items` and no `version`."""
    feed = read_rest(source, context, (_ITEMS,))
    if not feed.keys() & {"version", "items", "title"}:
        raise UnreadableDocument("no JSON Feed", source=context.source, advice="name its format with -f")
    for raw in rows(source, context, (_ITEMS,)):
        yield raw if isinstance(raw, Entry) else _entry(feed, raw)


def _entry(feed: Row, raw: RawRow) -> Entry:
    row = raw.row
    site, address = text_in(feed, "home_page_url", "feed_url"), text_in(row, "url", "external_url")
    url = joined(site, address) if address else ""
    base = url or site
    summary = text_in(row, "summary")
    body = text_in(row, "content_html") or as_markup(text_in(row, "content_text"))
    if not body:
        body = as_markup(summary)
        raw.losses.append(SummaryOnly("", url))
        summary = ""
    attached = [
        (text_in(file, "mime_type"), joined(base, text_in(file, "url"))) for file in rows_in(row, "attachments")
    ]
    covers = [text_in(row, "image"), text_in(row, "banner_image")]
    tags = row.get("tags")
    said: dict[str, Said] = {
        "title": [("title", plain(text_in(row, "title")))],
        "authors": [("authors", name) for name in _names(row) or _names(feed)],
        "date": [("date_published", text_in(row, "date_published"))],
        "updated": [("date_modified", text_in(row, "date_modified"))],
        "language": [("language", text_in(row, "language")), ("language", text_in(feed, "language"))],
        "url": [("url", url)],
        "description": [("summary", plain(summary))],
        "tags": [("tags", tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        "cover": [
            *(("image", joined(base, cover)) for cover in covers if cover),
            *(("attachments", file) for kind, file in attached if kind.startswith("image/")),
        ],
        "identifier": [("id", text_in(row, "id"))],
    }
    enclosures = [file for kind, file in attached if file and not kind.startswith("image/")]
    external = text_in(row, "external_url") if text_in(row, "url") else ""
    extra = {"enclosure": enclosures, "external_url": external}
    return Entry(raw.name, metadata_of(said, raw.losses.append, extra), body, base, losses=tuple(raw.losses))


def _names(row: Row) -> list[str]:
    """The names under `authors`, which version 1.1 has, and under `author`, which 1 has."""
    author = row.get("author")
    people = rows_in(row, "authors") or ([author] if isinstance(author, dict) else [])
    return [name for person in people if (name := text_in(person, "name", "url"))]
