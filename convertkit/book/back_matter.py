"""What a volume has behind its chapters on request: indexes, and the list of sources; and who cites a chapter.

Each is a `BackPage`, which is written as markup for an EPUB and as blocks for the formats of one text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from convertkit.book.cards import Card, natural
from convertkit.book.choosing import day_of
from convertkit.book.planning import Plan
from convertkit.book.recipe import IndexKey, Recipe
from convertkit.book.wording import book_wording, part_name
from convertkit.dates import parse_date
from convertkit.metadata import Date, Metadata
from convertkit.tree import Block, BulletList, Inline, Link, OrderedList, Para, Plain, Text
from convertkit.writers.front import clean_line, title_text
from convertkit.writers.markup import escape, escape_attribute
from convertkit.writers.urls import web_url
from convertkit.writers.wording import language_tag, long_date, wording

LinkTo: TypeAlias = Callable[[Card], str]
"""Gives the address of a post's chapter."""

_ACCESSED = frozenset({"accessed", "access_date", "date_accessed", "retrieved", "crawled", "crawled_at", "fetched_at"})
"""Keys of front matter that say when a post was taken from its address: nothing else knows it."""


@dataclass(frozen=True, slots=True)
class BackPage:
    """A page behind the chapters: posts under labels, or all of them in one list without a label."""

    name: str
    """Of its file, without a suffix, and its id."""
    title: str
    kind: Literal["index", "sources"]
    groups: tuple[tuple[str, tuple[Card, ...]], ...]


def back_pages(recipe: Recipe, cards: Sequence[Card], language: str) -> Iterator[BackPage]:
    """What a recipe asks for behind these chapters, which are in reading order."""
    for key in recipe.index:
        yield BackPage(f"index-{key}", _index_title(key, language), "index", _index(key, cards, language))
    if recipe.sources:
        yield BackPage("sources", book_wording(language).sources, "sources", (("", tuple(cards)),))


def _index_title(key: IndexKey, language: str) -> str:
    words = book_wording(language)
    match key:
        case "tag":
            return words.by_tag
        case "author":
            return words.by_author
        case "date":
            return words.by_date
        case _:
            assert_never(key)


def _index(key: IndexKey, cards: Sequence[Card], language: str) -> tuple[tuple[str, tuple[Card, ...]], ...]:
    """Each tag, author or month with its posts."""
    entries: dict[str, list[Card]] = {}
    for card in cards:
        for label in _labels(card, key):
            entries.setdefault(label, []).append(card)
    return tuple(
        (clean_line(part_name("month", label, language) if key == "date" else label), tuple(entries[label]))
        for label in sorted(entries, key=natural)
    )


def _labels(card: Card, key: IndexKey) -> Iterable[str]:
    match key:
        case "tag":
            return dict.fromkeys(card.metadata.subjects)
        case "author":
            return dict.fromkeys(card.metadata.authors)
        case "date":
            return (f"{day_of(card.metadata.date):%Y-%m}",) if card.metadata.date is not None else ()
        case _:
            assert_never(key)


def cited_by(plan: Plan) -> Mapping[str, tuple[Card, ...]]:
    """The posts of the same volume that link to each post, in reading order, by its key."""
    found: dict[str, dict[str, Card]] = {}
    for card in plan.cards:
        for target in plan.links.get(card.key, {}).values():
            same_volume = plan.volume_of[target.card.key] == plan.volume_of[card.key]
            if same_volume and target.card.key != card.key:
                found.setdefault(target.card.key, {})[card.key] = card
    return {key: tuple(cards.values()) for key, cards in found.items()}


def _title(card: Card, language: str) -> tuple[str, str]:
    """A chapter's title, and its language where that is not the book's."""
    own = language_tag(card.metadata.language)
    foreign = own if own not in ("und", language) else ""
    return title_text(card.metadata, foreign or language), foreign


def _source(card: Card, language: str) -> tuple[str, str]:
    """What the list of sources says of a post besides its title: its dates in brackets, and its address, if any."""
    metadata = card.metadata
    dates = [long_date(metadata.date, language)] if metadata.date is not None else []
    if accessed := _accessed(metadata):
        dates.append(book_wording(language).accessed.format(long_date(accessed, language)))
    return (f"({wording(language).list_comma.join(dates)})" if dates else ""), web_url(metadata.url)


def _accessed(metadata: Metadata) -> Date | None:
    named = (value for key, value in metadata.extra.items() if key.replace("-", "_").lower() in _ACCESSED)
    return next((date for value in named if (date := parse_date(value)) is not None), None)


# ---------------------------------------------------------------- as markup


def page_markup(page: BackPage, language: str, link_to: LinkTo) -> str:
    """The page of an EPUB."""
    part, role = ("index", "doc-index") if page.kind == "index" else ("bibliography", "doc-bibliography")
    lines = [f'<section epub:type="{part}" role="{role}">', f"<h1>{escape(page.title)}</h1>"]
    for label, cards in page.groups:
        if page.kind == "index":
            items = (_link(card, language, link_to) for card in cards)
            lines.append(f"<h2>{escape(label)}</h2>")
        else:
            items = (_source_markup(card, language, link_to) for card in cards)
        element = "ul" if page.kind == "index" else "ol"
        lines += (f"<{element}>", *(f"<li>{item}</li>" for item in items), f"</{element}>")
    return "\n".join((*lines, "</section>"))


def _source_markup(card: Card, language: str, link_to: LinkTo) -> str:
    dates, url = _source(card, language)
    address = f'<a href="{escape_attribute(url)}">{escape(url)}</a>' if url else escape(str(card.path))
    return " ".join(filter(None, (_link(card, language, link_to), escape(dates), address)))


def cited_by_line(cards: Sequence[Card], language: str, link_to: LinkTo) -> str:
    """The line under a chapter that says who links to it; "" if nobody does."""
    if not cards:
        return ""
    words = wording(language)
    links = words.list_comma.join(_link(card, language, link_to) for card in cards)
    label = escape(book_wording(language).cited_by + words.colon)
    return f'<aside class="cited-by">\n<p>{label}{links}</p>\n</aside>'


def _link(card: Card, language: str, link_to: LinkTo) -> str:
    title, foreign = _title(card, language)
    spoken = f' lang="{foreign}" xml:lang="{foreign}"' if foreign else ""
    return f'<a href="{escape_attribute(link_to(card))}"{spoken}>{escape(title)}</a>'


# ---------------------------------------------------------------- as blocks


def page_blocks(page: BackPage, language: str, link_to: LinkTo, label: Callable[[str], Block]) -> Iterator[Block]:
    """The page below its title; `label` gives the block for a label."""
    for words, cards in page.groups:
        if page.kind == "index":
            yield label(words)
            yield BulletList(tuple((Plain((_linked(card, language, link_to),)),) for card in cards))
        else:
            yield OrderedList(tuple((Plain(_source_inlines(card, language, link_to)),) for card in cards))


def _source_inlines(card: Card, language: str, link_to: LinkTo) -> tuple[Inline, ...]:
    dates, url = _source(card, language)
    address = Link((Text(url),), url) if url else Text(clean_line(str(card.path)))
    return _linked(card, language, link_to), Text(f" {dates} " if dates else " "), address


def cited_by_paragraph(cards: Sequence[Card], language: str, link_to: LinkTo) -> tuple[Para, ...]:
    """The line under a chapter, as a paragraph; none if nobody links to it."""
    if not cards:
        return ()
    words = wording(language)
    content: list[Inline] = [Text(book_wording(language).cited_by + words.colon)]
    for place, card in enumerate(cards):
        content += (*((Text(words.list_comma),) if place else ()), _linked(card, language, link_to))
    return (Para(tuple(content)),)


def _linked(card: Card, language: str, link_to: LinkTo) -> Link:
    return Link((Text(clean_line(_title(card, language)[0])),), link_to(card))
