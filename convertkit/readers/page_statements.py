"""What a page says of itself, and where: JSON-LD, `<meta>` of every school, `<title>`, `<link>`, `<time>`.

The most careful source of a field comes first in `SOURCES`: JSON-LD is written by a site's software for search
engines, OpenGraph and Dublin Core for other machines, `<title>` for the browser's tab and often with the site's name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import turbohtml

SOURCES: Mapping[str, tuple[str, ...]] = {
    "title": (
        "json-ld headline", "json-ld name", "og:title", "dc.title", "dcterms.title", "citation_title", "twitter:title",
        "<title>",
    ),
    "subtitle": ("json-ld alternativeHeadline",),
    "authors": (
        "json-ld author", "json-ld creator", "citation_author", "dc.creator", "dcterms.creator", "author",
        "article:author", "parsely-author",
    ),
    "contributors": ("json-ld editor",),
    "date": (
        "json-ld datePublished", "article:published_time", "og:published_time", "citation_publication_date",
        "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created", "datepublished",
        "publish_date", "publishdate", "pubdate", "parsely-pub-date", "date", "<time pubdate>", "json-ld dateCreated",
        "<time>",
    ),
    "updated": (
        "json-ld dateModified", "article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified",
        "datemodified", "last-modified", "<time updated>",
    ),
    "language": (
        "<html lang>", "json-ld inLanguage", "dc.language", "dcterms.language", "content-language", "og:locale",
    ),
    "description": (
        "json-ld description", "og:description", "dc.description", "dcterms.description", "description",
        "twitter:description",
    ),
    "publisher": ("json-ld publisher", "og:site_name", "dc.publisher", "dcterms.publisher"),
    "url": ("<link canonical>", "og:url", "json-ld url", "json-ld mainEntityOfPage"),
    "categories": ("json-ld articleSection", "article:section"),
    "tags": ("json-ld keywords", "article:tag", "keywords", "dc.subject", "dcterms.subject"),
    "cover": ("json-ld image", "og:image", "og:image:url", "twitter:image", "json-ld thumbnailUrl"),
    "identifier": ("dc.identifier", "dcterms.identifier", "citation_doi"),
}  # fmt: skip
"""Where each field is looked for, the source to believe first: schema.org properties, names of `<meta>`, elements."""

_ARTICLES = frozenset({"BlogPosting", "SocialMediaPosting", "DiscussionForumPosting", "LiveBlogPosting", "Report"})
"""schema.org's types of a post, besides those whose name ends in `Article`."""

_PUBLISHED = "time[pubdate], time[itemprop~=datePublished], .published, .entry-date, .dt-published"
_UPDATED = "time[itemprop~=dateModified], .updated:not(.published), .dt-updated"
_BYLINE = "header, .byline, .meta, .post-meta, .entry-meta, .article-meta, .post-date, .posted-on, .published, .date"
"""Where a page says who wrote it and when."""
_MARKS = frozenset(["a", "b", "em", "i", "small", "span", "strong"])

_ADDRESSES = ("http://", "https://")


def statements(document: turbohtml.Document) -> Mapping[str, list[object]]:
    """Everything that the page says under the names in `SOURCES`, in the order in which it stands there."""
    said: defaultdict[str, list[object]] = defaultdict(list)
    for meta in document.select("meta[content]"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := meta.attr(attribute):
                said[name.strip().lower()].append(meta.attr("content"))
    for name in ("author", "article:author"):  # profiles on other sites are not names
        said[name] = [value for value in said[name] if not str(value).startswith(_ADDRESSES)]
    for name, value in (*_elements(document), *_linked_data(document)):
        said[name].append(value)
    return said


def _elements(document: turbohtml.Document) -> Iterator[tuple[str, object]]:
    if (title := document.select_one("head title")) is not None:
        yield "<title>", " ".join(title.text.split())
    if document.root is not None:
        yield "<html lang>", document.root.attr("lang") or document.root.attr("xml:lang")
    for link in document.select('link[rel~="canonical" i][href]'):
        yield "<link canonical>", link.attr("href")
    yield from _times(document)


def _times(document: turbohtml.Document) -> Iterator[tuple[str, object]]:
    """Each `<time>` that says when the page is from. One amid the words of the text speaks of something else."""
    in_text = False
    for element in document.select("time[datetime], p"):
        if element.tag == "p":
            in_text = in_text or (element.closest(_BYLINE) is None and not _holds_only_a_time(element))
        elif element.matches(_UPDATED):
            yield "<time updated>", element.attr("datetime")
        elif element.matches(_PUBLISHED):
            yield "<time pubdate>", element.attr("datetime")
        elif element.closest(_BYLINE) is not None or not (in_text or _is_amid_words(element)):
            yield "<time>", element.attr("datetime")


def _holds_only_a_time(paragraph: turbohtml.Element) -> bool:
    time = paragraph.select_one("time[datetime]")
    return paragraph.text.strip() == (time.text.strip() if time is not None else "")


def _is_amid_words(time: turbohtml.Element) -> bool:
    node: turbohtml.Node | None = time
    while node is not None:
        beside = (sibling for siblings in (node.previous_siblings, node.next_siblings) for sibling in siblings)
        if any(isinstance(sibling, turbohtml.Text) and sibling.data.strip() for sibling in beside):
            return True
        node = above if isinstance(above := node.parent, turbohtml.Element) and above.tag in _MARKS else None
    return False


def _linked_data(document: turbohtml.Document) -> Iterator[tuple[str, object]]:
    """The properties of the first article in JSON-LD, else of the first page."""
    try:
        things = list(_things(document.json_ld()))
    except RecursionError:  # nested beyond reason: it says nothing
        return
    by_id = {thing["@id"]: thing for thing in things if isinstance(thing.get("@id"), str)}
    thing = next(filter(_is_article, things), None) or next(filter(_is_page, things), None)
    for name, value in (thing or {}).items():
        yield f"json-ld {name}", _followed(name, value, by_id)


def _things(data: object) -> Iterator[Mapping[str, object]]:
    match data:
        case list():
            for item in data:
                yield from _things(item)
        case dict():
            yield data
            yield from _things(data.get("@graph"))
        case _:
            pass


def _types(thing: Mapping[str, object]) -> Sequence[str]:
    written = thing.get("@type")
    return [name for name in written if isinstance(name, str)] if isinstance(written, list) else [str(written)]


def _is_article(thing: Mapping[str, object]) -> bool:
    return any(name.endswith("Article") or name in _ARTICLES for name in _types(thing))


def _is_page(thing: Mapping[str, object]) -> bool:
    return "WebPage" in _types(thing)


def _followed(name: str, value: object, by_id: Mapping[object, Mapping[str, object]]) -> object:
    """The value with references to other things (`{"@id": …}`) followed, and things that stand for a text as one."""
    if isinstance(value, list):
        return [_followed(name, item, by_id) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"@id"}:
        value = {**by_id.get(value["@id"], {}), **value}
    match name:
        case "mainEntityOfPage":
            return value.get("@id") or value.get("url")
        case "publisher" | "inLanguage":
            return value.get("name") if name == "publisher" else value.get("alternateName") or value.get("name")
        case _:
            return value
