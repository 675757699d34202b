"""Atom 1.0 (RFC 4287) and 0.3."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from convertkit.losses import SummaryOnly
from convertkit.readers.feeds.elements import XML_LANG, Fields, joined, markup_of, text_of
from convertkit.readers.feeds.entry import Entry, OpenSource
from convertkit.readers.feeds.values import Said, metadata_of, plain
from convertkit.readers.feeds.xml_feed import Feed, RawEntry, raw_entries

if TYPE_CHECKING:
    from lxml import etree

    from convertkit.context import ReadContext

_PUBLISHED, _UPDATED = ("atom:published", "atom:issued"), ("atom:updated", "atom:modified")
"""Of Atom 1.0 and of 0.3. An entry must say when it was updated, and may not say when it was published."""
_HTML_TYPES = frozenset(["html", "text/html", "xhtml", "application/xhtml+xml"])


def read_atom(source: OpenSource, context: ReadContext) -> Iterator[Entry]:
    """The entries of an Atom feed. Raises `UnreadableDocument` for what has no feed's root."""
    for feed, raw in raw_entries(source, context):
        yield raw if isinstance(raw, Entry) else atom_entry(feed, raw, atom_fields(feed, raw.fields))


def atom_entry(feed: Feed, raw: RawEntry, said: dict[str, Said]) -> Entry:
    """An entry with the fields that were found."""
    fields = raw.fields
    outside = _feed_base(feed) or _alternate(fields, "")
    base = fields.base(outside)
    url = _alternate(fields, base)
    content = next(iter(fields.all("atom:content")), None)
    summary = next(iter(fields.all("atom:summary")), None)
    body = as_html(content) if content is not None else ""
    if content is not None and body.strip():
        base = fields.base(outside, _holder(content))
        if summary is not None:
            said["description"] = [("summary", plain(as_html(summary)))]
    else:
        elsewhere = content.get("src", "") if content is not None else ""
        raw.losses.append(SummaryOnly("", joined(base, elsewhere) if elsewhere else url))
        body = as_html(summary) if summary is not None else ""
        base = fields.base(outside, summary)
    enclosures = [joined(base, link.get("href", "")) for link in _links(fields, "enclosure") if not _is_picture(link)]
    metadata = metadata_of(said, raw.losses.append, {"enclosure": enclosures})
    return Entry(feed.name_of(raw), metadata, body, base or url, losses=tuple(raw.losses))


def atom_fields(feed: Feed, fields: Fields) -> dict[str, Said]:
    """What an entry says by name of field, without its description."""
    base = fields.base(_feed_base(feed))
    people = [
        *fields.within("atom:author"),
        *(a for s in fields.within("atom:source") for a in s.within("atom:author")),
    ]
    pictures = [link.get("href", "") for link in _links(fields, "enclosure") if _is_picture(link)]
    for group in [*fields.within("media:group"), fields]:
        pictures += [thumbnail.get("url", "") for thumbnail in group.all("media:thumbnail")]
        pictures += [item.get("url", "") for item in group.all("media:content") if item.get("medium") == "image"]
    return {
        "title": [("title", plain(as_html(element))) for element in fields.all("atom:title")],
        "authors": [("author", name) for name in _names(people or feed.head.within("atom:author"))],
        "contributors": [("contributor", name) for name in _names(fields.within("atom:contributor"))],
        "date": _said(fields, *_PUBLISHED, "dc:date", "atom:created", *_UPDATED),
        "updated": _said(fields, *_UPDATED) if fields.text(*_PUBLISHED) else [],
        "language": [
            *(("xml:lang", element.get(XML_LANG, "")) for element in fields.all("atom:content")),
            ("xml:lang", fields.language),
            ("xml:lang", feed.head.language),
            *_said(feed.head, "dc:language"),
        ],
        "url": [("link", _alternate(fields, base))],
        "categories": [("category", label_of(category)) for category in fields.all("atom:category")],
        "tags": [("dc:subject", text) for text in fields.texts("dc:subject")],
        "cover": [("media:thumbnail", joined(base, address)) for address in pictures if address],
        "identifier": [("id", text) for text in fields.texts("atom:id")],
    }  # fmt: skip


def label_of(category: etree._Element) -> str:
    """What a category is called: by people, else by programs."""
    return category.get("label", "") or category.get("term", "")


def _said(fields: Fields, *names: str) -> list[tuple[str, object]]:
    return [(name.removeprefix("atom:"), text) for name in names for text in fields.texts(name)]


def _names(people: Iterator[Fields] | list[Fields]) -> list[str]:
    """Each person's name; the address or the page of one who gives no name."""
    return [person.text("atom:name", "name", "atom:email", "atom:uri") for person in people]


def _links(fields: Fields, relation: str) -> list[etree._Element]:
    return [link for link in fields.all("atom:link") if link.get("rel", "alternate") == relation]


def _is_picture(link: etree._Element) -> bool:
    return link.get("type", "").startswith("image/")


def _alternate(fields: Fields, base: str) -> str:
    """The page on the web: HTML rather than another form, FeedBurner's original rather than its detour."""
    links = sorted(_links(fields, "alternate"), key=lambda link: link.get("type", "text/html") not in _HTML_TYPES)
    found = fields.text("feedburner:origlink") or next((link.get("href", "") for link in links), "")
    return joined(base, found) if found else ""


def _feed_base(feed: Feed) -> str:
    """What addresses in a feed that says no `xml:base` are relative to: the site, since the feed's own is unknown."""
    return feed.head.base("") or _alternate(feed.head, "")


def _holder(content: etree._Element) -> etree._Element:
    """The element whose children are the text: the `div` that XHTML stands in, or the content itself."""
    return content[0] if content.get("type") == "xhtml" and len(content) == 1 else content


def as_html(element: etree._Element) -> str:
    """A text construct (RFC 4287, 3.1 and 4.1.3) as HTML. Text that is plain keeps its lines."""
    kind = element.get("type", "text").lower()
    if element.get("mode") == "base64":  # Atom 0.3
        return _decoded(text_of(element))
    if len(element) or kind in _HTML_TYPES or element.get("mode") == "escaped":
        return markup_of(element)
    if kind in ("text", "text/plain"):
        return as_markup(text_of(element))
    return _decoded(text_of(element)) if not kind.startswith(("text/", "image/")) else as_markup(text_of(element))


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except (binascii.Error, ValueError):
        return as_markup(text)


def as_markup(text: str) -> str:
    """Plain text as HTML: paragraphs at blank lines, and line ends where it has them."""
    paragraphs = [escape(part.strip("\n"), quote=False) for part in text.split("\n\n") if part.strip()]
    if len(paragraphs) < 2 and "\n" not in text:
        return paragraphs[0] if paragraphs else ""
    return "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs)
