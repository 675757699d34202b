"""WXR, WordPress's export: RSS with the tables of the site in it (`wp-admin/includes/export.php`)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from convertkit.dates import parse_date
from convertkit.losses import ignore
from convertkit.readers.feeds.comments import Comment, comments_markup
from convertkit.readers.feeds.elements import Fields, text_of
from convertkit.readers.feeds.entry import Entry, OpenSource
from convertkit.readers.feeds.left_out import LeftOut
from convertkit.readers.feeds.rss import link_of, rss_fields
from convertkit.readers.feeds.values import metadata_of, plain
from convertkit.readers.feeds.wordpress_text import shown, with_paragraphs
from convertkit.readers.feeds.xml_feed import Feed, RawEntry, raw_entries

if TYPE_CHECKING:
    from convertkit.context import ReadContext
    from convertkit.metadata import Metadata

_ATTACHMENT = re.compile(rb"attachment(?:\]\]>)?\s*</wp:post_type>")
_NO_POSTS = frozenset([
    "attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache", "user_request",
    "wp_block", "wp_template", "wp_template_part", "wp_global_styles", "wp_navigation", "wp_font_face",
    "wp_font_family", "acf-field", "acf-field-group", "wpcf7_contact_form", "feedback", "amp_validated_url",
    "elementor_library",
])  # fmt: skip
"""Kinds of items that are parts of a site and no texts of it; WordPress's own, and those of common plug-ins."""
_NEVER = "0000-00-00 00:00:00"


@dataclass(frozen=True, slots=True)
class _Site:
    """What an export says of the site: people by their login, pictures by their number and by their post's."""

    authors: Mapping[str, str]
    pictures: dict[str, str] = field(default_factory=dict)
    by_post: dict[str, list[str]] = field(default_factory=dict)


def read_wxr(source: OpenSource, context: ReadContext) -> Iterator[Entry]:
    """The published posts and pages of an export; all else is told to `context.report`.

    Raises `UnreadableDocument` for what has no feed's root.
    """
    site: _Site | None = None
    left_out = LeftOut(context.report)
    for feed, raw in raw_entries(source, context):
        if site is None:
            site = _site(feed, source)
        if isinstance(raw, Entry):
            yield raw
        elif _is_wanted(raw, left_out):
            yield _entry(feed, raw, site, left_out)
    left_out.tell()


def _site(feed: Feed, source: OpenSource) -> _Site:
    people = [(person.text("wp:author_login"), person) for person in feed.head.within("wp:author")]
    site = _Site({login: _display_name(person) or login for login, person in people})
    for _, raw in raw_entries(source, replace(feed.context, report=ignore), only=_ATTACHMENT):
        if isinstance(raw, RawEntry) and (url := raw.fields.text("wp:attachment_url", "guid")):
            site.pictures[raw.fields.text("wp:post_id")] = url
            if re.search(r"\.(?:jpe?g|png|gif|webp|avif|svg)\Z", url, re.IGNORECASE):
                site.by_post.setdefault(raw.fields.text("wp:post_parent"), []).append(url)
    return site


def _display_name(person: Fields) -> str:
    names = (person.text("wp:author_first_name"), person.text("wp:author_last_name"))
    return person.text("wp:author_display_name") or " ".join(filter(None, names))


def _is_wanted(raw: RawEntry, left_out: LeftOut) -> bool:
    """Whether an item is a post or a page that everybody could read."""
    fields = raw.fields
    kind, status = fields.text("wp:post_type") or "post", fields.text("wp:status") or "publish"
    if kind in _NO_POSTS:
        left_out.kinds[kind] += 1
        return False
    reason = status if status != "publish" else "with a password" if fields.text("wp:post_password") else ""
    if reason:
        left_out.entry(fields.text("title") or f"number {raw.number}", reason)
    return not reason


def _entry(feed: Feed, raw: RawEntry, site: _Site, left_out: LeftOut) -> Entry:
    fields = raw.fields
    base = fields.base(link_of(fields) or link_of(feed.head))
    number = fields.text("wp:post_id")
    content = next((element.text or "" for element in fields.all("content:encoded")), "")
    body = shown(content, site.pictures, lambda: site.by_post.get(number, []))
    metadata = _metadata(feed, raw, site, base)
    comments = list(_comments(fields))
    if feed.context.options.comments:
        body += comments_markup(comments, metadata.language, body)
    else:
        left_out.comments += len(comments)
    return Entry(feed.name_of(raw), metadata, body, base, losses=tuple(raw.losses))


def _metadata(feed: Feed, raw: RawEntry, site: _Site, base: str) -> Metadata:
    fields = raw.fields
    said = rss_fields(feed, fields, base)
    said["authors"] = [("dc:creator", site.authors.get(login, login)) for login in fields.texts("dc:creator")]
    written = _instant(fields.text("wp:post_date"), fields.text("wp:post_date_gmt"))
    changed = _instant(fields.text("wp:post_modified"), fields.text("wp:post_modified_gmt"))
    if written is not None:
        said["date"] = [("wp:post_date", written)]
    if changed is not None and changed != written:
        said["updated"] = [("wp:post_modified", changed)]
    labels = [(element.get("domain", "category"), text_of(element)) for element in fields.all("category")]
    said["categories"] = [("category", text) for domain, text in labels if domain == "category"]
    said["tags"] = [(domain, text) for domain, text in labels if domain not in ("category", "post_format", "nav_menu")]
    said["description"] = [("excerpt:encoded", plain(text)) for text in fields.texts("excerpt:encoded")]
    said["cover"] = [("_thumbnail_id", url) for url in _cover(fields, site)]
    kind = fields.text("wp:post_type")
    slug = fields.text("wp:post_name")
    extra: dict[str, object] = {"slug": slug, "type": kind if kind != "post" else ""}
    extra |= {"sticky": True} if fields.text("wp:is_sticky") == "1" else {}
    return metadata_of(said, raw.losses.append, extra)


def _instant(local: str, utc: str) -> object:
    """When it was, with the offset of the site's clock, which is what lies between the two; None if nobody says."""
    here, there = parse_date(local) if local != _NEVER else None, parse_date(utc) if utc != _NEVER else None
    if not isinstance(here, datetime.datetime):
        return here or (there.replace(tzinfo=datetime.UTC) if isinstance(there, datetime.datetime) else there)
    if not isinstance(there, datetime.datetime):
        return here
    offset = here - there
    if abs(offset) > datetime.timedelta(hours=14) or offset.total_seconds() % 900:
        return there.replace(tzinfo=datetime.UTC)
    return here.replace(tzinfo=datetime.timezone(offset))


def _cover(fields: Fields, site: _Site) -> Iterator[str]:
    for meta in fields.within("wp:postmeta"):
        if meta.text("wp:meta_key") == "_thumbnail_id" and (url := site.pictures.get(meta.text("wp:meta_value"))):
            yield url


def _comments(fields: Fields) -> Iterator[Comment]:
    """What readers wrote and the site showed; pings of other sites are no comments."""
    for comment in fields.within("wp:comment"):
        if comment.text("wp:comment_approved") == "1" and comment.text("wp:comment_type") in ("", "comment"):
            yield Comment(
                comment.text("wp:comment_id"),
                comment.text("wp:comment_parent"),
                comment.text("wp:comment_author"),
                comment.text("wp:comment_date")[:16],
                with_paragraphs(comment.text("wp:comment_content")),
            )
