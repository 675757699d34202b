"""Which posts go into a book, and in which order."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from convertkit.book.cards import Card, folded, natural
from convertkit.book.recipe import Recipe, SortKey, parse_day
from convertkit.metadata import Date


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A post that is not in the book, and why, as the end of a sentence that begins with its name."""

    card: Card
    reason: str


def choose(cards: Iterable[Card], recipe: Recipe) -> tuple[list[Card], list[LeftOut]]:
    """The posts that a recipe takes, and those that it leaves out, both in the order given."""
    chosen: list[Card] = []
    left_out: list[LeftOut] = []
    for card in cards:
        reason = _reason(card, recipe)
        if reason:
            left_out.append(LeftOut(card, reason))
        else:
            chosen.append(card)
    return chosen, left_out


def _reason(card: Card, recipe: Recipe) -> str:
    """Why a recipe leaves a post out; "" if it takes it."""
    metadata = card.metadata
    for name, wanted, found in (
        ("author", recipe.author, metadata.authors),
        ("category", recipe.category, metadata.categories),
        ("tag", recipe.tag, metadata.tags),
    ):
        if wanted and set(map(folded, wanted)).isdisjoint(map(folded, found)):
            return f"has the {name} {', '.join(found)}" if found else f"has no {name}"
    if recipe.language and not any(_is_in(metadata.language, wanted) for wanted in recipe.language):
        return f"is in {metadata.language or 'no known language'}"
    if recipe.since or recipe.until:
        if metadata.date is None:
            return "has no date"
        day = day_of(metadata.date)
        if recipe.since and day < parse_day(recipe.since):
            return f"is of {day}, before {recipe.since}"
        if recipe.until and day > parse_day(recipe.until, last=True):
            return f"is of {day}, after {recipe.until}"
    if card.words < recipe.min_length:
        return f"has {card.words:,} words, fewer than {recipe.min_length:,}"
    return f"does not hold {recipe.match!r}" if recipe.match and not card.matched else ""


def _is_in(language: str, wanted: str) -> bool:
    """RFC 4647, section 3.3.1: a range matches a tag that is it or begins with it and a hyphen."""
    tag, prefix = language.lower(), wanted.strip().replace("_", "-").lower()
    return tag == prefix or tag.startswith(f"{prefix}-") or prefix == "*"


def day_of(date: Date) -> datetime.date:
    """The day of a date as written, whatever its zone."""
    return date.date() if isinstance(date, datetime.datetime) else date


def in_order(cards: Sequence[Card], sort: SortKey, *, reverse: bool = False) -> list[Card]:
    """Sorted; equals by title and path, and posts without a date (an author) last either way."""
    steady = sorted(cards, key=lambda card: (natural(card.metadata.title), natural(str(card.path)), card.key))
    if sort == "title":
        return steady[::-1] if reverse else steady
    if sort == "path":
        return sorted(steady, key=lambda card: natural(str(card.path)), reverse=reverse)
    if sort == "author":
        known = [card for card in _by_date(steady) if card.metadata.authors]
        known.sort(key=lambda card: natural(card.metadata.authors[0]), reverse=reverse)
        return known + [card for card in steady if not card.metadata.authors]
    return _by_date(steady, reverse=reverse)


def _by_date(cards: Sequence[Card], *, reverse: bool = False) -> list[Card]:
    dated = [(instant_of(card.metadata.date), card) for card in cards if card.metadata.date is not None]
    dated.sort(key=itemgetter(0), reverse=reverse)
    return [card for _, card in dated] + [card for card in cards if card.metadata.date is None]


def instant_of(date: Date) -> datetime.datetime:
    """A day at its beginning, a time without a zone as UTC, which is as good as any."""
    if not isinstance(date, datetime.datetime):
        return datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    return date if date.tzinfo else date.replace(tzinfo=datetime.UTC)
