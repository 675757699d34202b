"""HTML to the rough tree: parse as browsers do (WHATWG), let filters edit the DOM, read what is left.

parse -> formulas -> filters -> listings -> formulas left raw -> habits -> styles -> notes -> read_children,
one handler an element (`elements.py`)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import turbohtml

from convertkit.context import ReadContext
from convertkit.languages import canonical_tag
from convertkit.losses import Report
from convertkit.metadata import Metadata
from convertkit.readers.addresses import resolved, safe_address
from convertkit.readers.characters import without_impossible_references
from convertkit.readers.html.cards import set_words_apart, settle_cards
from convertkit.readers.html.elements import FLAT_HANDLERS, HANDLERS
from convertkit.readers.html.flow import Reader, block_flow, read_children
from convertkit.readers.html.formulas import mark_formulas, mark_written_formulas
from convertkit.readers.html.habits import settle_habits
from convertkit.readers.html.listings import mark_listings
from convertkit.readers.html.lost_ids import name_headings
from convertkit.readers.html.notes import TakenNotes, linked_ids, take_notes
from convertkit.readers.html.prose import free_prose
from convertkit.readers.html.raw_formulas import mark_raw_formulas, may_hold_formulas
from convertkit.readers.html.shortcodes import settle_shortcodes
from convertkit.readers.html.sources import drop_small_twins
from convertkit.readers.html.split_lists import join_split_lists
from convertkit.readers.html.styles import settle_styles
from convertkit.tree import Document

_MARKED = "[lang], [dir], [xml\\:lang]"
_DRESSED = "[class], [style], [role], [lang], [data-list], [data-checked]"
"""Cards, habits and styles are told by these; most posts of a feed have none."""
_WRAPPERS = frozenset(["div", "article", "section", "main", "span", "font"])


def read_body(
    html: str | turbohtml.Document | turbohtml.Element,
    metadata: Metadata,
    context: ReadContext,
    *,
    our_own: bool = False,
) -> Document:
    """The rough tree of a page or a piece of one, or of a DOM, which is used up.

    `context.html_filters` edit the body first. A document without a language takes that of its outermost `lang`.
    In HTML of `our_own` formulas are marked and lists are whole: TeX between dollars is text, neighbours are two lists.
    """
    if isinstance(html, str):
        html = without_impossible_references(html, context.report)
    body = find_body(turbohtml.parse(html, positions=False) if isinstance(html, str) else html)
    if not our_own:
        join_split_lists(body)
    mark_formulas(body)
    for html_filter in context.html_filters:
        metadata = html_filter.edit_html(body, metadata, context.report)
    if context.html_filters:
        mark_written_formulas(body)
    metadata = _with_language(metadata, body)
    raw_formulas = not our_own and may_hold_formulas(html if isinstance(html, str) else body.text)
    notes = settle(body, metadata.url, context.report, raw_formulas=raw_formulas).bodies
    linked = linked_ids(body, metadata.url)
    elsewhere = name_headings((body, *notes.values()), linked) if linked else linked
    said = _base(body) if not isinstance(html, str) or "<base" in html or "<BASE" in html else ""
    reader = Reader(
        HANDLERS,
        FLAT_HANDLERS,
        context.report,
        url=metadata.url,
        base=resolved(said, metadata.url) or metadata.url,
        picture_base=resolved(said, metadata.url),
        linked=linked,
        elsewhere=elsewhere,
        marked=bool(linked) or any(element.select_one(_MARKED) is not None for element in (body, *notes.values())),
        language=metadata.language,
        notes=notes,
    )
    flow = block_flow()
    read_children(body, flow, reader)
    return Document(flow.finish(), metadata, source=context.source)


def settle(body: turbohtml.Element, url: str, report: Report, *, raw_formulas: bool) -> TakenNotes:
    """Make what a page means visible in its elements, and take its notes out of it."""
    free_prose(body)
    mark_listings(body, report)
    settle_shortcodes(body, report)
    drop_small_twins(body)
    if raw_formulas:
        mark_raw_formulas(body)
    set_words_apart(body)
    if body.select_one(_DRESSED) is not None:
        settle_cards(body, report)
        settle_habits(body)
        settle_styles(body)
    return take_notes(body, url, report)


def find_body(root: turbohtml.Document | turbohtml.Element) -> turbohtml.Element:
    """The element that holds what a document shows: `body`, an old page's `frameset`, else the element itself."""
    element = root.root if isinstance(root, turbohtml.Document) else root
    if element is None:
        return turbohtml.Element("body")
    if element.tag != "html":
        return element
    for child in element:
        if isinstance(child, turbohtml.Element) and child.tag in ("body", "frameset"):
            return child
    return element


def _base(body: turbohtml.Element) -> str:
    """What the page's `<base>` says (HTML standard 4.2.3); a piece of HTML has it where it stands."""
    page = body.parent if isinstance(body.parent, turbohtml.Element) else body
    found = page.select_one("base[href]")
    return safe_address(found.attr("href") or "") or "" if found is not None else ""


def _with_language(metadata: Metadata, body: turbohtml.Element) -> Metadata:
    """Metadata with the first valid language of `html`, `body` and the wrappers that hold everything."""
    if metadata.language:
        return metadata
    for element in _outermost(body):
        written = element.attr("lang") or element.attr("xml:lang")
        tag = canonical_tag(written) if written else None
        if tag:
            origins = {**metadata.origins, "language": f"lang of <{element.tag}>"}
            return replace(metadata, language=tag, origins=origins)
    return metadata


def _outermost(body: turbohtml.Element) -> Iterator[turbohtml.Element]:
    if isinstance(body.parent, turbohtml.Element):
        yield body.parent
    element: turbohtml.Element | None = body
    while element is not None:
        yield element
        element = _only_wrapper(element)


def _only_wrapper(element: turbohtml.Element) -> turbohtml.Element | None:
    """The wrapper that holds all that an element holds; None if there is more or other."""
    found: turbohtml.Element | None = None
    for child in element:
        if isinstance(child, turbohtml.Element):
            if found is not None or child.tag not in _WRAPPERS:
                return None
            found = child
        elif isinstance(child, turbohtml.Text) and not child.data.isspace():
            return None
    return found
