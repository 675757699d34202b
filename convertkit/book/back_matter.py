"""What a volume has behind its chapters on request: indexes, and the list of sources; and who cites a chapter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, assert_never

from convertkit.book.cards import Card, natural
from convertkit.book.choosing import day_of
from convertkit.book.planning import Plan
from convertkit.book.recipe import IndexKey
from convertkit.book.wording import book_wording, part_name
from convertkit.writers.front import clean_line, title_text
from convertkit.writers.markup import escape, escape_attribute
from convertkit.writers.urls import web_url
from convertkit.writers.wording import language_tag, long_date, wording

LinkTo: TypeAlias = Callable[[Card], str]
"""Gives the address of a post's chapter."""


def index_title(key: IndexKey, language: str) -> str:
    """The title of an index."""
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


def index_page(key: IndexKey, cards: Sequence[Card], language: str, link_to: LinkTo) -> str:
    """Each tag, author or month with its posts, in reading order."""
    entries: dict[str, list[Card]] = {}
    for card in cards:
        for label in _labels(card, key):
            entries.setdefault(label, []).append(card)
    lines = ['<section epub:type="index" role="doc-index">', f"<h1>{escape(index_title(key, language))}</h1>"]
    for label in sorted(entries, key=natural):
        shown = part_name("month", label, language) if key == "date" else label
        lines.append(f"<h2>{escape(clean_line(shown))}</h2>\n<ul>")
        lines += (f"<li>{_link(card, language, link_to)}</li>" for card in entries[label])
        lines.append("</ul>")
    return "\n".join((*lines, "</section>"))


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


def sources_page(cards: Iterable[Card], language: str, link_to: LinkTo) -> str:
    """Each post with the address that it was published at, and its date."""
    lines = ['<section epub:type="bibliography" role="doc-bibliography">']
    lines.append(f"<h1>{escape(book_wording(language).sources)}</h1>\n<ol>")
    for card in cards:
        url = web_url(card.metadata.url)
        parts = [_link(card, language, link_to)]
        if card.metadata.date is not None:
            parts.append(f"({escape(long_date(card.metadata.date, language))})")
        parts.append(f'<a href="{escape_attribute(url)}">{escape(url)}</a>' if url else escape(str(card.path)))
        lines.append(f"<li>{' '.join(parts)}</li>")
    return "\n".join((*lines, "</ol>\n</section>"))


def cited_by(plan: Plan) -> Mapping[str, tuple[Card, ...]]:
    """The posts of the same volume that link to each post, in reading order, by its key."""
    found: dict[str, dict[str, Card]] = {}
    for card in plan.cards:
        for target in plan.links.get(card.key, {}).values():
            same_volume = plan.volume_of[target.card.key] == plan.volume_of[card.key]
            if same_volume and target.card.key != card.key:
                found.setdefault(target.card.key, {})[card.key] = card
    return {key: tuple(cards.values()) for key, cards in found.items()}


def cited_by_line(cards: Sequence[Card], language: str, link_to: LinkTo) -> str:
    """The line under a chapter that says who links to it; "" if nobody does."""
    if not cards:
        return ""
    words = wording(language)
    links = words.list_comma.join(_link(card, language, link_to) for card in cards)
    label = escape(book_wording(language).cited_by + words.colon)
    return f'<aside class="cited-by">\n<p>{label}{links}</p>\n</aside>'


def _link(card: Card, language: str, link_to: LinkTo) -> str:
    """A chapter's title, in its own language."""
    own = language_tag(card.metadata.language)
    spoken = f' lang="{own}" xml:lang="{own}"' if own not in ("und", language) else ""
    title = escape(title_text(card.metadata, own if own != "und" else language))
    return f'<a href="{escape_attribute(link_to(card))}"{spoken}>{title}</a>'
