"""Which feed or export some bytes begin: by the root element and its namespaces, by the keys of JSON."""

from __future__ import annotations

import re

from convertkit.readers.feeds.elements import root_tag
from convertkit.readers.feeds.splitting import wide_encoding

LOOKED_AT = 65_536
"""Bytes at a file's beginning that are looked at."""

_XML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE\s+(?:rss|rdf|feed)|rss|[\w.-]*:?RDF|(?:atom:)?feed|channel)\b",
    re.IGNORECASE,
)
_COMMENT, _TAG = re.compile(r"<!--.*?-->", re.DOTALL), re.compile(r"<[A-Za-z]")
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/')
_GHOST = re.compile(
    r'\s*\{\s*"db"\s*:\s*\[|\s*\{\s*"meta"\s*:\s*\{[^{}]*"exported_on"|\s*\{\s*"data"\s*:\s*\{\s*"\w+"\s*:\s*\[\s*\{'
)


def sniff(start: bytes) -> str | None:
    """The name of the collection that begins so; None if it is none of ours."""
    if (wide := wide_encoding(start)) is not None:
        start = start[: len(start) // 4 * 4].decode(wide, "ignore").encode()
    if _XML.match(start):
        return _xml_feed(start.decode("utf-8", "replace"))
    return _json_feed(start.decode("utf-8", "replace").lstrip("\ufeff")) if _JSON.match(start) else None


def _xml_feed(text: str) -> str | None:
    root = root_tag(text)
    if not root or _TAG.search(_COMMENT.sub("", text[: text.index(root)])):
        return None
    name = re.split(r"[\s>]", root[1:], maxsplit=1)[0].rpartition(":")[2]
    if name == "feed":
        return "blogger" if "schemas.google.com/blogger/" in text else "atom"
    return "wxr" if "http://wordpress.org/export/" in root else "rss"


def _json_feed(text: str) -> str | None:
    if _JSON_FEED.search(text):
        return "jsonfeed"
    return "ghost" if _GHOST.match(text) else None
