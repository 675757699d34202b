"""What a field's value may look like: a text, names, a date, a language, labels, a picture.

A reader takes the key and its value as the front matter's format gave it, and returns a `Reading`. It raises
`NotUnderstood` for what does not say what its key promises; the caller keeps the value as written.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from convertkit.dates import is_ambiguous, parse_date
from convertkit.languages import canonical_tag
from convertkit.losses import DateAmbiguous, FieldUnreadable, Loss
from convertkit.metadata import Contributor
from convertkit.readers.entities import decode_references
from convertkit.readers.field_names import ROLES
from convertkit.readers.yaml_loader import Plain, is_boolean

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """A field's value, empty if nothing was written. `whole`: it says all that was written; else that is kept too."""

    value: object
    whole: bool = True
    also: Mapping[str, object] = field(default_factory=dict)
    """Other fields that the value speaks of."""


NOTHING = Reading("")
UNDETERMINED = "und"
"""The tag (BCP 47, after ISO 639-2) by which an HTML page or a book says that nobody knows its language."""


class NotUnderstood(Exception):
    """The value is not what its key promises. `loss` is None if that is nothing to report."""

    def __init__(self, loss: Loss | None = None) -> None:
        super().__init__(loss)
        self.loss = loss


_LINE_ENDS = re.compile(r"[ ]*[\t\n\r\u2028\u2029]+[ \t\n\r]*")


def as_text(value: object) -> str | None:
    """A value as one line of text, references decoded; None for what is no single value."""
    match value:
        case str():
            text = str(value)
        case bool():
            text = "true" if value else "false"
        case int() | float():
            text = str(value)
        case datetime.date() | datetime.time():
            text = value.isoformat()
        case _:
            return None
    text = decode_references(text).strip()
    return _LINE_ENDS.sub(" ", text) if "\n" in text or "\t" in text or "\r" in text else text


def shown(value: object) -> str:
    """A value for messages."""
    return value if isinstance(value, str) else str(value)


def _is_nothing(value: object) -> bool:
    if isinstance(value, Plain):
        return value in ("", "~", "null", "Null", "NULL")
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def _refuse(key: str, value: object, reason: str) -> NotUnderstood:
    return NotUnderstood(FieldUnreadable(key, shown(value), reason))


# A boolean is no value of these fields, nor worth a report: themes say `cover: false`, Jekyll says `published: false`.


def read_title(key: str, value: object) -> Reading:
    """The title as written: `no`, `2018` and `~` are titles when somebody wrote them."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = as_text(value)
    if text is None and not _is_nothing(value):
        raise _refuse(key, value, "a title is one text")
    return Reading(text or "")


def read_text(key: str, value: object) -> Reading:
    """One line of text."""
    if _is_nothing(value):
        return NOTHING
    if is_boolean(value):
        raise NotUnderstood
    text = as_text(value)
    if text is None:
        raise _refuse(key, value, "not a text")
    return Reading(text)


def read_paragraphs(key: str, value: object) -> Reading:
    """Text that may have several lines."""
    if isinstance(value, str) and "\n" in value:
        return Reading(decode_references(str(value)).strip())
    return read_text(key, value)


def read_authors(key: str, value: object) -> Reading:
    """Names: a text, a list of texts, mappings with a `name`. A text under `authors` may list several."""
    if is_boolean(value):
        raise NotUnderstood
    if isinstance(value, str) and key.casefold() in ("authors", "creators") and not _is_nothing(value):
        return Reading(_distinct(_LIST_MARKS.split(as_text(value) or "")))
    people = list(_people(key, value))
    return Reading(_distinct(name for name, _ in people), whole=all(whole for _, whole in people))


def _people(key: str, value: object) -> Iterator[tuple[str, bool]]:
    """Each name, and whether it is all that is said of its bearer."""
    if _is_nothing(value):
        return
    match value:
        case list():
            for item in value:
                yield from _people(key, item)
        case dict():
            yield _named(key, value), len(value) == 1
        case _:
            yield as_text(value) or "", True


def _named(key: str, value: Mapping[str, object]) -> str:
    for name in ("name", "title", "display_name", "displayName", "full_name", "nickname", "login"):
        if not _is_nothing(value.get(name)) and (text := as_text(value[name])):
            return text
    raise _refuse(key, value, "it holds no name")


def read_contributors(key: str, value: object) -> Reading:
    """People with a role: the key's (`editor`), or that which stands beside each `name`."""
    if is_boolean(value):
        raise NotUnderstood
    items = value if isinstance(value, list) else [value]
    people = [_contributor(key, item) for item in items if not _is_nothing(item)]
    whole = all(not isinstance(item, dict) or item.keys() <= {"name", "role"} for item in items)
    return Reading(_distinct(people), whole)


def _contributor(key: str, item: object) -> Contributor:
    role = ROLES.get(key.casefold(), "contributor")
    if isinstance(item, dict):
        return Contributor(_named(key, item), as_text(item.get("role")) or role)
    text = as_text(item)
    if text is None:
        raise _refuse(key, item, "not a name")
    return Contributor(text, role)


def read_date(key: str, value: object) -> Reading:
    """A date, as `dates.parse_date` reads it."""
    if _is_nothing(value):
        return NOTHING
    date = parse_date(value)
    if date is not None:
        return Reading(date)
    if is_boolean(value):
        raise NotUnderstood
    text = as_text(value)
    if text is not None and is_ambiguous(text):
        raise NotUnderstood(DateAmbiguous(key, text))
    raise _refuse(key, value, "no date of a form that is known; kept as written")


def read_language(key: str, value: object) -> Reading:
    """A BCP 47 tag, made canonical."""
    if _is_nothing(value):
        return NOTHING
    text = as_text(value)
    if text is not None and text.casefold() == UNDETERMINED:
        return NOTHING
    tag = canonical_tag(text) if text is not None else None
    if tag is None:
        raise _refuse(key, value, "no language tag (BCP 47)")
    return Reading(tag)


_ABSOLUTE = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


def read_url(_key: str, value: object) -> Reading:
    """An absolute address. A slug or a path is a site's own business and stays where it is."""
    text = as_text(value)
    if text is None or not _ABSOLUTE.fullmatch(text):
        raise NotUnderstood
    return Reading(text)


_LIST_MARKS = re.compile(r"\s*[,，、;；]\s*")
_HIERARCHY = re.compile(r"\s+>\s+")
_ONE_LABEL = frozenset({"category", "section"})
"""Keys whose text is one label, commas and all: Pelican's `category: Food, Drink`."""


def read_labels(key: str, value: object) -> Reading:
    """Categories or tags: a list, nested lists, a text with commas, a hierarchy `a > b`; from the outside in."""
    if is_boolean(value):
        raise NotUnderstood
    if isinstance(value, str):
        if _is_nothing(value):
            return NOTHING
        text = as_text(value) or ""
        parts = [text] if key.casefold() in _ONE_LABEL else _LIST_MARKS.split(text)
        return Reading(_distinct(label for part in parts for label in _levels(part)))
    return Reading(_distinct(_labels(key, value)))


def _labels(key: str, value: object) -> Iterator[str]:
    if _is_nothing(value):
        return
    match value:
        case list():
            for item in value:
                yield from _labels(key, item)
        case dict() if all(map(_is_nothing, value.values())):  # YAML's set
            yield from value
        case dict() if value.keys() <= {"name", "title", "slug", "id"}:  # Ghost's
            yield _named(key, value)
        case dict() if len(value) == 1 and isinstance(text := next(iter(value.values())), str):
            yield f"{next(iter(value))}: {text}"  # `- Rust: a primer`, which YAML takes for a mapping
        case dict():
            raise _refuse(key, value, "not a list of names")
        case _:
            yield from _levels(as_text(value) or "")


def _levels(text: str) -> list[str]:
    return _HIERARCHY.split(text) if ">" in text else [text]


def _distinct(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(filter(None, items)))


_PICTURE_KEYS = ("src", "url", "image", "path", "file", "href")


def read_cover(key: str, value: object) -> Reading:
    """A picture's address: a text, a mapping with `src` or `image` in it, or the first of a list."""
    if _is_nothing(value):
        return NOTHING
    if is_boolean(value):
        raise NotUnderstood
    match value:
        case list():
            return Reading(read_cover(key, value[0]).value, whole=len(value) == 1)
        case dict():
            for name in _PICTURE_KEYS:
                if isinstance(value.get(name), str) and value[name].strip():
                    return Reading(as_text(value[name]), whole=len(value) == 1)
            raise _refuse(key, value, "no address of a picture in it")
        case _:
            return read_text(key, value)


_INDEX_KEYS = ("index", "order", "number", "part", "weight", "position")


def read_series(key: str, value: object) -> Reading:
    """A series: a text, a list of which the first counts, or a mapping with a name and perhaps an index."""
    match value:
        case list() if value:
            return Reading(read_text(key, value[0]).value, whole=len(value) == 1)
        case dict() if value:
            index = next((name for name in _INDEX_KEYS if name in value), None)
            also = {"series_index": read_number(key, value[index]).value} if index else {}
            return Reading(_named(key, value), len(value) == 1 + len(also), also)
        case _:
            return read_text(key, value)


def read_number(key: str, value: object) -> Reading:
    """A number, as of a part in a series."""
    if _is_nothing(value):
        return NOTHING
    try:
        number = float(as_text(value) or "")
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or is_boolean(value):
        raise _refuse(key, value, "not a number")
    return Reading(number)


READERS: Mapping[str, Callable[[str, object], Reading]] = {
    "title": read_title,
    "subtitle": read_text,
    "authors": read_authors,
    "contributors": read_contributors,
    "date": read_date,
    "updated": read_date,
    "language": read_language,
    "description": read_paragraphs,
    "publisher": read_text,
    "url": read_url,
    "categories": read_labels,
    "tags": read_labels,
    "cover": read_cover,
    "identifier": read_text,
    "series": read_series,
    "series_index": read_number,
}
