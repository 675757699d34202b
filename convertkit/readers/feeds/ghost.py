"""Ghost's export: the tables of its database as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from convertkit.errors import UnreadableDocument
from convertkit.losses import EntryDamaged, Report, ignore
from convertkit.readers.feeds.entry import Entry, OpenSource
from convertkit.readers.feeds.json_values import RawRow, Row, rows, text_in
from convertkit.readers.feeds.left_out import LeftOut
from convertkit.readers.feeds.lexical import lexical_markup
from convertkit.readers.feeds.mobiledoc import mobiledoc_markup
from convertkit.readers.feeds.values import Said, metadata_of, plain
from convertkit.readers.markdown import render_markdown

if TYPE_CHECKING:
    from convertkit.context import ReadContext

_TABLES = ("posts", "posts_meta", "posts_authors", "posts_tags", "settings", "tags", "users")
_PATHS = frozenset((*above, name) for above in (("db", "data"), ("data",), ()) for name in _TABLES)
"""Where the tables are: exports have them under `db`, files for import may not."""
_PUBLIC = frozenset(["", "published", "sent"])
_SITE = "__GHOST_URL__"
"""What an export writes for the site's own address, which it does not say."""


@dataclass(slots=True)
class _Tables:
    """All tables but the posts, by the keys by which posts are looked up in them."""

    people: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    authors_of: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    tags_of: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    about: dict[str, Row] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)


def read_ghost(source: OpenSource, context: ReadContext) -> Iterator[Entry]:
    """The published posts and pages of an export; drafts are told to `context.report`.

    Raises `UnreadableDocument` for what has no table of posts.
    """
    tables = _tables(source, replace(context, report=ignore))
    left_out = LeftOut(context.report)
    number = 0
    for raw in rows(source, context, _PATHS):
        if isinstance(raw, Entry):
            yield raw
        elif raw.path[-1] == "posts":
            number += 1
            name = f"{context.source}#{number}"
            status = text_in(raw.row, "status")
            if status in _PUBLIC:
                yield _entry(replace(raw, name=name), tables)
            else:
                left_out.entry(text_in(raw.row, "title") or f"number {number}", status)
    if not number:
        raise UnreadableDocument(
            "no export of Ghost with posts", source=context.source, advice="name its format with -f"
        )


def _tables(source: OpenSource, context: ReadContext) -> _Tables:
    tables = _Tables()
    for raw in rows(source, context, _PATHS):
        if not isinstance(raw, RawRow):
            continue
        row = raw.row
        match raw.path[-1]:
            case "users":
                tables.people[text_in(row, "id")] = text_in(row, "name", "slug")
            case "tags" if not text_in(row, "name").startswith("#") and text_in(row, "visibility") != "internal":
                tables.tags[text_in(row, "id")] = text_in(row, "name")
            case "posts_authors":
                _put(tables.authors_of, row, "author_id")
            case "posts_tags":
                _put(tables.tags_of, row, "tag_id")
            case "posts_meta":
                tables.about[text_in(row, "post_id")] = row
            case "settings":
                tables.settings[text_in(row, "key")] = text_in(row, "value")
    return tables


def _put(table: dict[str, list[tuple[int, str]]], row: Row, key: str) -> None:
    order = row.get("sort_order")
    table.setdefault(text_in(row, "post_id"), []).append((order if isinstance(order, int) else 0, text_in(row, key)))


def _entry(raw: RawRow, tables: _Tables) -> Entry:
    row, losses = raw.row, raw.losses
    number = text_in(row, "id")
    about = tables.about.get(number, {})
    authors = [tables.people.get(key, "") for _, key in sorted(tables.authors_of.get(number, []))]
    tags = [tables.tags.get(key, "") for _, key in sorted(tables.tags_of.get(number, []))]
    body = _body(row, losses.append).replace(_SITE, "")
    written, changed = _instant(row, "published_at") or _instant(row, "created_at"), _instant(row, "updated_at")
    said: dict[str, Said] = {
        "title": [("title", text_in(row, "title"))],
        "authors": [("authors", name) for name in authors or [tables.people.get(text_in(row, "author_id"), "")]],
        "date": [("published_at", written)],
        "updated": [("updated_at", changed if changed != written else "")],
        "language": [
            ("locale", text_in(row, "locale", "language").replace("_", "-")),
            *(
                ("settings", tables.settings.get(key, "").replace("_", "-"))
                for key in ("locale", "lang", "default_locale")
            ),
        ],
        "description": [
            ("custom_excerpt", plain(text_in(row, "custom_excerpt"))),
            ("meta_description", text_in(about, "meta_description") or text_in(row, "meta_description")),
        ],
        "publisher": [],
        "url": [("canonical_url", text_in(row, "canonical_url"))],
        "tags": [("tags", tag) for tag in tags],
        "cover": [("feature_image", text_in(row, "feature_image", "image").replace(_SITE, ""))],
        "identifier": [("uuid", text_in(row, "uuid"))],
    }
    kind = "page" if text_in(row, "type") == "page" or row.get("page") in (1, True) else ""
    visible = text_in(row, "visibility")
    extra = {
        "slug": text_in(row, "slug"),
        "type": kind,
        "featured": bool(row.get("featured")) or None,
        "visibility": visible if visible != "public" else "",
    }
    return Entry(raw.name, metadata_of(said, losses.append, extra), body, losses=tuple(losses))


def _instant(row: Row, key: str) -> object:
    """A date of the database, which is in UTC: `2024-05-01T08:00:00.000Z`, `2018-10-10 10:00:00`, milliseconds."""
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = text_in(row, key)
    return f"{text}Z" if len(text) == 19 else text


def _body(row: Row, report: Report) -> str:
    """The HTML that Ghost made; where an export has none, what it was made from."""
    if html := text_in(row, "html"):
        return html
    if lexical := _state(row, "lexical", report):
        return lexical_markup(lexical, report)
    if mobiledoc := _state(row, "mobiledoc", report):
        return mobiledoc_markup(mobiledoc, report)
    return render_markdown(text_in(row, "markdown", "plaintext"))


def _state(row: Row, key: str, report: Report) -> Mapping[str, Any]:
    """An editor's state, which is JSON within JSON."""
    value = row.get(key)
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value, strict=False)
        except (ValueError, RecursionError):
            report(EntryDamaged("", f"its {key} is no well-formed JSON"))
    return value if isinstance(value, dict) else {}
