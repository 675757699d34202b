"""Which key says what: our fields, and the keys by which Hexo, Jekyll, Hugo, Pelican, Ghost and others call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "标题", "標題"),
    "subtitle": ("subtitle",),
    "authors": ("author", "authors", "by", "byline", "creator", "creators", "writer", "primary author", "作者"),
    "contributors": ("contributors", "contributor", "editor", "editors", "translator", "translators"),
    "date": (
        "date", "published", "publish date", "published date", "date published", "published at", "published on",
        "published time", "pub date", "post date", "created", "created at", "date created", "issued", "日期",
    ),
    "updated": (
        "updated", "lastmod", "modified", "last modified", "last modified at", "modified at", "modified time",
        "date modified", "updated at", "date updated", "last updated", "last updated at", "update date", "edited",
    ),
    "language": ("lang", "language", "locale"),
    "description": ("description", "excerpt", "custom excerpt", "summary", "abstract", "meta description", "摘要"),
    "publisher": ("publisher",),
    "url": ("url", "permalink", "link", "canonical", "canonical url", "original url", "source url"),
    "categories": ("categories", "category", "section", "分类", "分類"),
    "tags": ("tags", "tag", "keywords", "keyword", "标签", "標籤"),
    "cover": (
        "cover", "cover image", "cover img", "featured image", "feature image", "thumbnail", "headimg", "head img",
        "header image", "hero image", "image", "images", "banner", "banner img", "index img", "top img", "og image",
    ),
    "identifier": ("identifier", "guid", "uuid", "isbn", "doi"),
    "series": ("series",),
    "series_index": ("series index", "series order", "series number", "series part", "series weight"),
}  # fmt: skip
"""Each field's keys, the one to believe first. Case, spaces, `-` and `_` do not count: `pubDate` is `pub date`."""

WRITTEN: Mapping[str, str] = {field: {"authors": "author", "language": "lang"}.get(field, field) for field in KEYS}
"""The key under which our own front matter writes each field."""

ROLES: Mapping[str, str] = {
    "editor": "editor",
    "editors": "editor",
    "translator": "translator",
    "translators": "translator",
}
"""Keys of `contributors` that say the role."""

_INSIGNIFICANT = re.compile(r"[-_\s]+")


def _plain(key: str) -> str:
    return _INSIGNIFICANT.sub("", key).casefold()


_PLACES = {_plain(key): (field, rank) for field, keys in KEYS.items() for rank, key in enumerate(keys)}


@lru_cache(maxsize=1024)
def place_of(key: str) -> tuple[str, int] | None:
    """The field that a key names, and the key's rank among those that do; None for a key of no field."""
    return _PLACES.get(_plain(key)) if len(key) < 40 else None


def is_field(key: str) -> bool:
    """Whether a key names one of our fields."""
    return place_of(key) is not None
