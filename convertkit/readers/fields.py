"""Front matter's values to `Metadata`: each field from the first key that names it, all else kept in `extra`."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, cast

from convertkit.losses import Report
from convertkit.metadata import Metadata
from convertkit.readers.field_names import WRITTEN, place_of
from convertkit.readers.field_values import READERS, NotUnderstood, Reading
from convertkit.readers.yaml_loader import resolve

_EMPTY = ("", (), None)
_FILLED_LATER = ("title", "language")
"""Fields that a heading, a file's name or detection fills when the front matter does not."""


def read_fields(values: Mapping[str, object], report: Report) -> Metadata:
    """The metadata that front matter says.

    Of several keys for a field the one that stands first in `field_names.KEYS` wins; another that says the same is
    dropped, one that says something else stays in `extra`, as do keys without a field and values that were not
    understood, which are reported.
    """
    found: dict[str, Any] = {}
    origins: dict[str, str] = {}
    spare: set[str] = set()
    for field, key in _ranked(values, spare):
        try:
            reading = READERS[field](key, values[key])
        except NotUnderstood as error:
            spare.add(key)
            if error.loss:
                report(error.loss)
            continue
        if _take(field, reading, found):
            origins.setdefault(field, f"front matter: {key}")
        elif reading.value not in _EMPTY and reading.value != found[field]:
            spare.add(key)
        if not reading.whole:
            spare.add(key)
    kept = {_spare_key(key, values, found): resolve(value) for key, value in values.items() if key in spare}
    return Metadata(**found, extra=kept, origins=origins)


def _ranked(values: Mapping[str, object], spare: set[str]) -> list[tuple[str, str]]:
    """Fields with the keys that name them, the ones to believe first; keys of no field are added to `spare`."""
    ranked: list[tuple[int, str, str]] = []
    for key in values:
        place = place_of(key)
        if place is None:
            spare.add(key)
        else:
            ranked.append((place[1], place[0], key))
    ranked.sort(key=itemgetter(0))  # stable: of keys alike, such as `pubDate` and `pub_date`, the first written
    return [(field, key) for _, field, key in ranked]


def _take(field: str, reading: Reading, found: dict[str, Any]) -> bool:
    """Put a reading into the fields found; False if it says nothing, or the field has its value."""
    if reading.value in _EMPTY:
        return False
    if field == "contributors":  # editors and translators come from keys of their own
        found[field] = tuple(dict.fromkeys((*found.get(field, ()), *cast("tuple[Any, ...]", reading.value))))
        return True
    if field in found:
        return False
    found[field] = reading.value
    for other, value in reading.also.items():
        found.setdefault(other, value)
    return True


def _spare_key(key: str, values: Mapping[str, object], found: Mapping[str, object]) -> str:
    """The key of `extra`: the one written, unless our own front matter says something else under it."""
    place = place_of(key)
    if place is None or key != WRITTEN[place[0]] or (place[0] not in found and place[0] not in _FILLED_LATER):
        return key
    key = f"{key}_as_written"
    while key in values:
        key += "_"
    return key
