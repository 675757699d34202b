"""What a cover says, in the language of the book."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from convertkit.metadata import Date
from convertkit.writers.front import clean_line
from convertkit.writers.wording import join_names, wording

MAX_NAMED = 3
"""Authors who are named; of more, the first are, and the rest are `et al.`."""

_EMOJI = regex.compile(
    r"[\p{Emoji_Presentation}\p{Emoji_Modifier}\p{Regional_Indicator}][\u200d\ufe0f\u20e3]*"
    r"|\p{Extended_Pictographic}\ufe0f[\u200d\u20e3]*|[\u200d\ufe0e\ufe0f\u20e3]"
)
"""Pictures among the letters, which few fonts of one colour hold, and what joins them; `©` and `™` are no pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What a cover is drawn from. Only the title is always there."""

    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    dates: tuple[Date, Date] | None = None
    """The first and the last day of what the book holds."""
    volume: int | None = None
    language: str = "und"
    """BCP 47 tag of the words above."""
    identity: str = ""
    """Colour and pattern come from it; volumes of one series that give its identifier look alike. "": the title."""


def cover_alternative(cover: Cover) -> str:
    """The alternative text of the picture: what can be read on it, whole."""
    authors = join_names([clean_line(name) for name in cover.authors], cover.language)
    parts = (wording(cover.language).cover, clean_line(cover.title), clean_line(cover.subtitle), volume_line(cover))
    return ". ".join(part for part in (*parts, authors) if part)


def without_emoji(text: str) -> str:
    """One line of text without pictures of emoji."""
    return clean_line(regex.sub(r"  +", " ", _EMOJI.sub("", text)))


def author_line(authors: Sequence[str], language: str) -> str:
    """At most `MAX_NAMED` authors, and that there are others."""
    names = [line for name in authors if (line := without_emoji(name))]
    if len(names) <= MAX_NAMED:
        return join_names(names, language)
    return wording(language).and_others.format(join_names(names[:MAX_NAMED], language))


def volume_line(cover: Cover) -> str:
    """The number of the volume in the language's form: `第3卷`, `Band 3`."""
    return "" if cover.volume is None else wording(cover.language).volume.format(cover.volume)


def date_line(dates: tuple[Date, Date] | None, language: str) -> str:
    """The months, or the years if there are several, that the book spans, in the language's own form."""
    if dates is None:
        return ""
    from babel.core import Locale, UnknownLocaleError
    from babel.dates import format_interval, format_skeleton

    first, last = sorted(map(_day, dates))
    skeleton = "y" if first.year != last.year else "yMMMM"
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    if (first.year, first.month) == (last.year, last.month):
        return format_skeleton("yMMMM", first, locale=locale)
    return format_interval(first, last, skeleton, locale=locale)


def _day(date: Date) -> datetime.date:
    return date.date() if isinstance(date, datetime.datetime) else date
