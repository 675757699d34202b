"""What a volume says of itself: title, series, authors, dates, languages, subjects, taken from its posts."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from convertkit.book.arranging import Volume
from convertkit.book.cards import Card
from convertkit.book.choosing import day_of, instant_of
from convertkit.book.planning import Plan
from convertkit.book.wording import book_wording, volume_name
from convertkit.covers import Cover
from convertkit.metadata import Date, Metadata
from convertkit.writers.wording import language_tag

MAX_AUTHORS = 8
"""More names than fit on a title page; then a book is by "various authors", and its chapters say by whom."""
MAX_SUBJECTS = 20
"""Subjects of a book, the most frequent of its posts'."""

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/convertkit/#book")


def book_language(cards: Iterable[Card]) -> str:
    """The language of most posts, the first of equals; `und` if none is known."""
    tags = Counter(tag for card in cards if (tag := language_tag(card.metadata.language)) != "und")
    return tags.most_common(1)[0][0] if tags else "und"


def describe(plan: Plan, volume: Volume, language: str) -> Metadata:
    """The metadata of a volume."""
    cards = list(volume.all_chapters())
    recipe = plan.recipe
    days = sorted(day_of(card.metadata.date) for card in cards if card.metadata.date is not None)
    name = volume_name(volume.number, volume.label, language)
    return Metadata(
        title=f"{plan.title} · {name}" if name else plan.title,
        subtitle=recipe.subtitle,
        authors=recipe.book_author or authors_of(cards, language),
        date=days[-1] if days else None,
        updated=_latest_update(cards),
        language=language,
        description=recipe.description,
        publisher=recipe.publisher,
        categories=_most_frequent(subject for card in cards for subject in card.metadata.subjects),
        identifier=_identifier(plan, volume),
        series=plan.title if volume.number else "",
        series_index=float(volume.number) if volume.number else None,
    )


def cover_facts(plan: Plan, volume: Volume, metadata: Metadata, language: str) -> Cover:
    """What the cover of a volume says; all volumes of a book look alike."""
    return Cover(
        title=plan.title,
        subtitle=metadata.subtitle,
        authors=metadata.authors,
        dates=days_of(volume.all_chapters()),
        volume=volume.number or None,
        language=language,
        identity=plan.title,
    )


def authors_of(cards: Sequence[Card], language: str) -> tuple[str, ...]:
    """The authors of posts, who wrote most first; one name for all where they are more than a title page holds."""
    count = Counter(author for card in cards for author in dict.fromkeys(card.metadata.authors))
    names = tuple(name for name, _ in count.most_common())
    return names if len(names) <= MAX_AUTHORS else (book_wording(language).various_authors,)


def days_of(cards: Iterable[Card]) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day of posts; None if none has a date."""
    days = sorted(day_of(card.metadata.date) for card in cards if card.metadata.date is not None)
    return (days[0], days[-1]) if days else None


def _latest_update(cards: Iterable[Card]) -> Date | None:
    """The last instant at which a post appeared or was changed: the version of the book."""
    dates = (date for card in cards for date in (card.metadata.updated, card.metadata.date) if date is not None)
    return max(dates, key=instant_of, default=None)


def _most_frequent(subjects: Iterable[str]) -> tuple[str, ...]:
    return tuple(subject for subject, _ in Counter(subjects).most_common(MAX_SUBJECTS))


def _identifier(plan: Plan, volume: Volume) -> str:
    """A UUID of what the book is made of, not of what it says, so that a reader keeps its place in a new edition."""
    inputs = [Path(name).name for name in plan.recipe.inputs]
    which = volume.label or (str(volume.number) if volume.number else "")
    return uuid.uuid5(_NAMESPACE, "\n".join((plan.title, *inputs, which))).urn
