"""RSS: 0.90 to 2.0 and 1.0, with the modules that blogs use (content, Dublin Core, Media RSS, iTunes, Atom)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

from convertkit.losses import SummaryOnly
from convertkit.readers.feeds.elements import Fields, joined, markup_of
from convertkit.readers.feeds.entry import Entry, OpenSource
from convertkit.readers.feeds.values import Said, metadata_of, plain
from convertkit.readers.feeds.xml_feed import Feed, RawEntry, raw_entries

if TYPE_CHECKING:
    from convertkit.context import ReadContext

_ADDRESSED = re.compile(r"\S+@\S+\s+\((?P<name>[^()]+)\)")
"""RSS 2.0's `author`: an address, and who has it in parentheses."""
_WEB = re.compile(r"https?://", re.IGNORECASE)
_CUT_OFF = re.compile(
    r"(?:\[?(?:…|\.\.\.|\. \. \.)\]?|continue reading\W*|read (?:more|on)\W*|\(more…?\)"
    r"|(?:继续|繼續|阅读|閱讀)(?:阅读|閱讀|全文|更多)\W*)\s*(?:The post .{1,300} appeared first on .{1,200})?\s*\Z",
    re.IGNORECASE,
)
"""The end of a text of which there is more elsewhere."""
_ESCAPED_TWICE = re.compile(r"&lt;(?:p|br|div|span|a|img|h[1-6]|ul|ol|blockquote|table|figure)\b")
_ANY_TAG = re.compile(r"<[A-Za-z/!]")


def read_rss(source: OpenSource, context: ReadContext) -> Iterator[Entry]:
    """The items of an RSS feed. Raises `UnreadableDocument` for what has no feed's root."""
    for feed, raw in raw_entries(source, context):
        yield raw if isinstance(raw, Entry) else _entry(feed, raw)


def _entry(feed: Feed, raw: RawEntry) -> Entry:
    fields = raw.fields
    url = link_of(fields)
    base = fields.base(url or joined(link_of(feed.head), ""))
    body, summary = _body(fields)
    said = rss_fields(feed, fields, base)
    if body is None:
        body = summary
        if body and _is_cut_off(body, bool(fields.text("title"))):
            raw.losses.append(SummaryOnly("", url))
    else:
        said["description"] = [("description", plain(summary)) if plain(summary) != plain(body) else ("", "")]
    metadata = metadata_of(said, raw.losses.append, {"enclosure": _enclosures(fields, base)})
    return Entry(feed.name_of(raw), metadata, body, base, losses=tuple(raw.losses))


def link_of(fields: Fields) -> str:
    """Where an item or a channel was published: `link`, FeedBurner's original of it, a permanent `guid`."""
    own = next((link.text for link in fields.all("link") if link.text and link.text.strip()), "")
    links = [fields.text("feedburner:origlink"), own, *_atom_links(fields)]
    links += [text for guid in fields.all("guid") if guid.get("isPermaLink") != "false" and (text := guid.text or "")]
    links += [str(value) for name, value in fields.element.attrib.items() if str(name).endswith("about")]
    return next((link.strip() for link in links if link and _WEB.match(link.strip())), "")


def _atom_links(fields: Fields) -> list[str]:
    return [link.get("href", "") for link in fields.all("atom:link") if link.get("rel", "alternate") == "alternate"]


def rss_fields(feed: Feed, fields: Fields, base: str) -> dict[str, Said]:
    """What an item says by name of field, without its description."""
    return {
        "title": [("title", plain(text)) for text in fields.texts("title", "media:title", "dc:title", "itunes:title")],
        "authors": [("author", name) for name in _authors(fields) or _authors(feed.head, of_channel=True)],
        "date": _said(fields, "pubdate", "dc:date", "dcterms:issued", "dcterms:created", "atom:published"),
        "updated": _said(fields, "atom:updated", "dcterms:modified", "dc:modified"),
        "language": [
            *_said(fields, "dc:language"),
            ("xml:lang", fields.language),
            *_said(feed.head, "language", "dc:language"),
            ("xml:lang", feed.head.language),
        ],
        "publisher": _said(fields, "dc:publisher"),
        "url": [("link", link_of(fields))],
        "categories": [("category", text) for text in fields.texts("category")],
        "tags": [
            *_said(fields, "dc:subject"),
            *((name, word) for name in ("media:keywords", "itunes:keywords") for word in _words(fields.text(name))),
        ],
        "cover": [("image", joined(base, address)) for address in _pictures(fields)],
        "identifier": [("guid", text) for text in fields.texts("guid", "dc:identifier", "atom:id")],
    }


def _said(fields: Fields, *names: str) -> list[tuple[str, object]]:
    return [(name, text) for name in names for text in fields.texts(name)]


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _authors(fields: Fields, *, of_channel: bool = False) -> list[str]:
    """Names: Dublin Core's, Atom's, the name in RSS's own `author`, iTunes'."""
    people = fields.texts("dc:creator") or [person.text("name", "atom:name") for person in fields.within("atom:author")]
    if not people and not of_channel:
        people = fields.texts("author")
    found = [found["name"].strip() if (found := _ADDRESSED.fullmatch(name)) else name for name in people if name]
    return found or fields.texts("itunes:author")


def _body(fields: Fields) -> tuple[str | None, str]:
    """The whole text, None if there is none, and the summary, both as HTML."""
    whole = next((markup for element in fields.all("content:encoded") if (markup := markup_of(element)).strip()), None)
    if whole is None:
        contents = [*fields.all("atom:content"), *fields.all("xhtml:body"), *fields.all("xhtml:div")]
        whole = next((markup for element in contents if (markup := markup_of(element)).strip()), None)
    names = ("description", "atom:summary", "itunes:summary", "media:description", "dc:description")
    summaries = [markup for name in names for element in fields.all(name) if (markup := markup_of(element)).strip()]
    return _once(whole) if whole is not None else None, _once(next(iter(summaries), ""))


def _once(markup: str) -> str:
    """HTML that was escaped twice, as it is where no tag is left in it, escaped once."""
    return unescape(markup) if _ESCAPED_TWICE.search(markup) and not _ANY_TAG.search(markup) else markup


def _is_cut_off(body: str, titled: bool) -> bool:
    """Whether a description is only a synopsis, which is what RSS 2.0 calls it, or the whole text, as many write it.

    It is cut off where it ends so; text without a tag under a title is a synopsis, without a title a short post.
    """
    return bool(_CUT_OFF.search(plain(body))) or (titled and not _ANY_TAG.search(body))


def _pictures(fields: Fields) -> Iterator[str]:
    """Addresses of pictures that stand for the item, the likeliest first."""
    media = [*fields.within("media:group"), fields]
    for group in media:
        for content in group.all("media:content"):
            if content.get("medium") == "image" or content.get("type", "").startswith("image/"):
                yield content.get("url", "")
    for group in media:
        yield from (thumbnail.get("url", "") for thumbnail in group.all("media:thumbnail"))
    yield from (image.get("href", "") for image in fields.all("itunes:image"))
    yield from (image.text("url") for image in fields.within("image"))
    for enclosure in fields.all("enclosure"):
        if enclosure.get("type", "").startswith("image/"):
            yield enclosure.get("url", "")


def _enclosures(fields: Fields, base: str) -> list[str]:
    """Films and sound that came with the item."""
    return [
        joined(base, element.get("url", ""))
        for element in fields.all("enclosure")
        if element.get("url") and not element.get("type", "").startswith("image/")
    ]
