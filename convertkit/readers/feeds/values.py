"""What a feed's fields say, to `Metadata`: a kind of feed names its fields and leaves the reading of values to us."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import turbohtml

from convertkit.losses import Report
from convertkit.metadata import Metadata
from convertkit.readers.field_values import READERS, NotUnderstood
from convertkit.readers.html import find_body

Said = Sequence[tuple[str, object]]
"""A field's values, each with the name under which a feed has it, the one to believe first."""

_LISTS = frozenset({"authors", "categories", "contributors", "tags"})
_MARKUP = re.compile(r"<[A-Za-z!/?]|&[A-Za-z#]")


def metadata_of(said: Mapping[str, Said], report: Report, extra: Mapping[str, object]) -> Metadata:
    """The metadata of an entry. Lists take all their values, other fields the first that can be read.

    A value that cannot be read is reported, and stays in `extra` under its own name.
    """
    found: dict[str, Any] = {}
    origins: dict[str, str] = {}
    spare = {name: value for name, value in extra.items() if value not in ("", (), [], None)}
    for field, values in said.items():
        for name, value in values:
            if value in ("", None) or (field in found and field not in _LISTS):
                continue
            try:
                read = READERS[field]("section" if field in _LISTS else name, value).value
            except NotUnderstood as error:
                if error.loss:
                    report(error.loss)
                spare.setdefault(name, value)
                continue
            if read:
                found[field] = _joined(found.get(field, ()), read) if isinstance(read, tuple) else read
                origins.setdefault(field, f"feed: {name}")
    return Metadata(**found, extra=spare, origins=origins)


def _joined(before: tuple[object, ...], more: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(dict.fromkeys((*before, *more)))


def plain(markup: str) -> str:
    """A summary's words in one line, whether it is HTML or text."""
    if _MARKUP.search(markup):
        markup = find_body(turbohtml.parse(markup, positions=False)).text
    return " ".join(markup.split())
