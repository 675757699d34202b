"""What a document says of itself: title, authors, dates, languages, and every key that has no field of its own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeAlias

Date: TypeAlias = datetime.date | datetime.datetime
"""An instant as written: a date without a time is a `date`, a time without a zone a naive `datetime`, a time with
a zone an aware one whose offset is the written offset."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """Someone who had a part in the work without being its author. `role` is a word such as `editor`."""

    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """A document's metadata; absent text is `""`, absent dates and numbers are None."""

    title: str = ""
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    date: Date | None = None
    updated: Date | None = None
    language: str = ""
    """BCP 47 tag."""
    description: str = ""
    publisher: str = ""
    url: str = ""
    """Where the document was published: its canonical URL or permalink."""
    categories: tuple[str, ...] = ()
    """In the order written; a hierarchy (`a > b`, nested lists) gives its names from the outside in."""
    tags: tuple[str, ...] = ()
    cover: str = ""
    """Path or URL of the cover image."""
    identifier: str = ""
    series: str = ""
    series_index: float | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    """Every key without a field, with its value as read; and values that were not understood, as written."""
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Where each field came from (`front matter: pubDate`, `detected from the text`), by field name."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """Categories, then tags, each once: the subjects of EPUB and DOCX."""
        return tuple(dict.fromkeys((*self.categories, *self.tags)))

    def present(self) -> dict[str, object]:
        """The fields that hold something, by name, in the order above; without `extra` and `origins`."""
        return {name: value for name in FIELD_NAMES if (value := getattr(self, name)) not in ("", (), None)}


FIELD_NAMES = tuple(item.name for item in fields(Metadata) if item.name not in ("extra", "origins"))
"""The fields that say something of the document, in order."""


def format_date(date: Date) -> str:
    """ISO 8601 with what the date has: `2022-04-15`, `2022-04-15T23:22:12`, `2022-04-15T23:22:12+08:00`."""
    return date.isoformat()
