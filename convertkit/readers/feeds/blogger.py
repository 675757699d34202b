"""Blogger's exports: the Atom of its settings page (2008) and the `feed.atom` of Google Takeout (2018).

Both have posts, pages and comments as entries side by side; the older one the blog's settings and template too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from convertkit.losses import ignore
from convertkit.readers.feeds.atom import as_html, atom_entry, atom_fields, label_of
from convertkit.readers.feeds.comments import Comment, comments_markup
from convertkit.readers.feeds.elements import Fields, joined
from convertkit.readers.feeds.entry import Entry, OpenSource
from convertkit.readers.feeds.left_out import LeftOut
from convertkit.readers.feeds.xml_feed import Feed, RawEntry, raw_entries

if TYPE_CHECKING:
    from convertkit.context import ReadContext

_KIND = "http://schemas.google.com/blogger/2008/kind#"
_SCHEMES_OF_NO_LABELS = ("http://schemas.google.com/g/2005#kind", "http://schemas.google.com/blogger/2008/kind#")
_COMMENT = re.compile(rb"kind#comment|>\s*COMMENT\s*<")
_PUBLISHED = frozenset(["", "LIVE"])


def read_blogger(source: OpenSource, context: ReadContext) -> Iterator[Entry]:
    """The published posts and pages of a blog; all else is told to `context.report`.

    Raises `UnreadableDocument` for what has no feed's root.
    """
    comments = _comments(source, context) if context.options.comments else {}
    left_out = LeftOut(context.report)
    for feed, raw in raw_entries(source, context):
        if isinstance(raw, Entry):
            yield raw
        elif _is_wanted(raw, left_out):
            yield _entry(feed, raw, comments.get(raw.fields.text("atom:id"), []))
    if context.options.comments:
        left_out.comments = 0
    left_out.tell()


def _kind(fields: Fields) -> str:
    """`post`, `page`, `comment`, `settings`, `template`; a blog's ordinary feed says none, and has posts."""
    for category in fields.all("atom:category"):
        if category.get("term", "").startswith(_KIND):
            return category.get("term", "").removeprefix(_KIND)
    return fields.text("blogger:type").lower() or "post"


def _is_wanted(raw: RawEntry, left_out: LeftOut) -> bool:
    fields = raw.fields
    kind = _kind(fields)
    if kind == "comment":
        left_out.comments += _is_public(fields)
    elif kind not in ("post", "page"):
        left_out.kinds[kind] += 1
    elif reason := _hidden(fields):
        left_out.entry(fields.text("atom:title") or f"number {raw.number}", reason)
    else:
        return True
    return False


def _hidden(fields: Fields) -> str:
    """Why an entry is not public; empty if it is."""
    if fields.text("blogger:trashed"):
        return "trashed"
    if any(control.text("app:draft") == "yes" for control in fields.within("app:control")):
        return "draft"
    status = fields.text("blogger:status").upper()
    return "" if status in _PUBLISHED else status.lower()


def _is_public(fields: Fields) -> bool:
    return not _hidden(fields)


def _entry(feed: Feed, raw: RawEntry, comments: list[Comment]) -> Entry:
    fields = raw.fields
    said = atom_fields(feed, fields)
    labels = [category for category in fields.all("atom:category") if category.get("term")]
    said["categories"] = []
    said["tags"] = [
        ("category", label_of(label))
        for label in labels
        if not label.get("scheme", "").startswith(_SCHEMES_OF_NO_LABELS)
    ]
    said["description"] = [("blogger:metadescription", text) for text in fields.texts("blogger:metadescription")]
    path, site = fields.text("blogger:filename"), _site(feed)
    if path and site:
        said["url"] = [*said["url"], ("blogger:filename", joined(site, path))]
    entry = atom_entry(feed, raw, said)
    kind = _kind(fields)
    extra = {**entry.metadata.extra, **({"type": kind} if kind != "post" else {})}
    extra |= {"permalink": path} if path and not entry.metadata.url else {}
    metadata = replace(entry.metadata, extra=extra)
    return replace(entry, metadata=metadata, html=entry.html + comments_markup(comments, metadata.language, entry.html))


def _site(feed: Feed) -> str:
    """The blog's address. Takeout's files do not say it."""
    for link in feed.head.all("atom:link"):
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            return link.get("href", "")
    return ""


def _comments(source: OpenSource, context: ReadContext) -> dict[str, list[Comment]]:
    """The public comments of each post, by the post's identifier."""
    found: dict[str, list[Comment]] = {}
    for _, raw in raw_entries(source, replace(context, report=ignore), only=_COMMENT):
        if not isinstance(raw, RawEntry) or _kind(raw.fields) != "comment" or not _is_public(raw.fields):
            continue
        fields = raw.fields
        post = next((reply.get("ref", "") for reply in fields.all("thr:in-reply-to")), fields.text("blogger:parent"))
        author = next((person.text("atom:name") for person in fields.within("atom:author")), "")
        date = fields.text("atom:published", "blogger:created")[:16].replace("T", " ")
        markup = next(map(as_html, fields.all("atom:content")), "")
        comment = Comment(fields.text("atom:id"), _answered(fields), author, date, markup)
        found.setdefault(post, []).append(comment)
    return found


def _answered(fields: Fields) -> str:
    """The comment that a comment replies to: Takeout's `inReplyTo`, the older export's link `related`."""
    if said := fields.text("blogger:inreplyto"):
        return said
    related = [link.get("href", "") for link in fields.all("atom:link") if link.get("rel") == "related"]
    return f"{fields.text('atom:id').rpartition('-')[0]}-{related[0].rpartition('/')[2]}" if related else ""
