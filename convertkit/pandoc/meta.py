"""Metadata as pandoc's `Meta` and back.

Fields stand under the names that pandoc's own templates and writers look for (`NAMES`); `extra`'s keys under their
own, or inside a map `extra` where they would be taken for a field. Texts are `MetaInlines`, as in pandoc's reading
of YAML. `MetaString`, which pandoc's readers hardly make and Lua shows as a string, is for what is not text: a
number, date or time that reads back to exactly this string; the empty one is null, as pandoc has YAML's null.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from convertkit.dates import parse_date
from convertkit.losses import NotExpressible, Report
from convertkit.metadata import FIELD_NAMES, Contributor, Date, Metadata
from convertkit.pandoc.words import not_an_ast, plain_lines, words

_OTHER_NAMES = {
    "authors": "author",
    "contributors": "contributor",
    "language": "lang",
    "cover": "cover-image",
    "series": "belongs-to-collection",
    "series_index": "group-position",
}
NAMES: Mapping[str, str] = {name: _OTHER_NAMES.get(name, name) for name in FIELD_NAMES}
"""Our fields, and their names in `Meta`."""

FOREIGN: Mapping[str, str] = {
    "authors": "authors",
    "creator": "authors",
    "modified": "updated",
    "language": "language",
    "abstract": "description",
    "source": "url",
    "keywords": "tags",
    "subject": "tags",
}
"""What pandoc's readers (EPUB, DOCX, JATS, RST ...) call our fields besides. A field's own name wins."""

EXTRA = "extra"
FIELDS: Mapping[str, str] = {**{name: item for item, name in NAMES.items()}, **FOREIGN}
RESERVED = frozenset((*FIELDS, EXTRA))
NAME_PARTS = (("name",), ("text",), ("literal",), ("given-names", "surname"), ("given", "family"))
"""How the maps that stand for a person name them: pandoc's templates, its EPUB writer, CSL, JATS."""

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,300})")
FLOATS = {".inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}
"""Floats without digits, spelled as in YAML."""

# ---------------------------------------------------------------- ours to pandoc's


def encode_meta(metadata: Metadata) -> dict[str, Any]:
    """pandoc's `Meta`."""
    meta = {NAMES[name]: _field(value) for name, value in metadata.present().items()}
    hidden = {key: value for key, value in metadata.extra.items() if key in RESERVED}
    meta.update((str(key), encode_value(value)) for key, value in metadata.extra.items() if key not in hidden)
    if hidden:
        meta[EXTRA] = encode_value(hidden)
    return meta


def _field(value: object) -> dict[str, Any]:
    match value:
        case tuple():
            return _list([_field(item) for item in value])
        case Contributor(name, role):
            return _map({"text": _inlines(name), "role": _inlines(role)})
        case datetime.date():
            return _inlines(value.isoformat())
        case _:
            return encode_value(value)


def encode_value(value: object) -> dict[str, Any]:
    """Any value of front matter as a `MetaValue`; what is of no type that front matter has becomes its `str`."""
    match value:
        case str():
            return _inlines(value)
        case bool():
            return {"t": "MetaBool", "c": value}
        case None:
            return _string("")
        case float():
            return _string(_float(value))
        case int():
            return _string(str(value))
        case datetime.date() | datetime.time():
            return _string(value.isoformat())
        case Mapping():
            return _map({str(key): encode_value(item) for key, item in value.items()})
        case list() | tuple():
            return _list([encode_value(item) for item in value])
        case _:
            return _inlines(str(value))


def _float(value: float) -> str:
    return next((name for name, special in FLOATS.items() if repr(special) == repr(value)), repr(value))


def _inlines(text: str) -> dict[str, Any]:
    return {"t": "MetaInlines", "c": words(text)}


def _string(text: str) -> dict[str, Any]:
    return {"t": "MetaString", "c": text}


def _list(values: list[Any]) -> dict[str, Any]:
    return {"t": "MetaList", "c": values}


def _map(values: dict[str, Any]) -> dict[str, Any]:
    return {"t": "MetaMap", "c": values}


# ---------------------------------------------------------------- pandoc's to ours


def decode_meta(meta: object, report: Report) -> Metadata:
    """Our metadata. Markup in a value leaves its words and a loss; what a field cannot hold goes to `extra`."""
    if not isinstance(meta, dict):
        raise not_an_ast(meta)
    found = _Found(report)
    for key in sorted(meta, key=lambda key: key in FOREIGN):
        if key == EXTRA and isinstance(value := found.value(key, meta[key]), dict):
            found.extra.update(value)
        else:
            found.take(key, meta[key])
    return Metadata(**found.fields, extra=found.extra)


@dataclass(slots=True)
class _Found:
    report: Report
    fields: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, object] = field(default_factory=dict)

    def take(self, key: str, element: object) -> None:
        """Put a value where it belongs: in its field, or in `extra` when there is none or it does not fit."""
        name = FIELDS.get(key)
        value = self.value(key, element)
        if name is None:
            self.extra[key] = value
        elif name == "tags" and "tags" in self.fields:  # keywords and subjects besides tags
            self.fields["tags"] = tuple(dict.fromkeys((*self.fields["tags"], *_keywords(value))))
        elif name in self.fields or (fitting := _READERS[name](value)) is None:
            self.extra[key] = value
        elif fitting != "":
            self.fields[name] = fitting

    def value(self, place: str, element: object) -> Any:
        """A `MetaValue` in Python's types."""
        match element:
            case {"t": "MetaInlines" | "MetaBlocks", "c": [*content]}:
                self._note_markup(place, content)
                return "\n\n".join(plain_lines(content))
            case {"t": "MetaString", "c": str(text)}:
                return decode_string(text)
            case {"t": "MetaBool", "c": bool(value)}:
                return value
            case {"t": "MetaList", "c": [*values]}:
                return [self.value(place, value) for value in values]
            case {"t": "MetaMap", "c": dict(values)}:
                return {str(key): self.value(f"{place}.{key}", value) for key, value in values.items()}
            case _:
                raise not_an_ast(element)

    def _note_markup(self, place: str, content: list[Any]) -> None:
        while len(content) == 1 and isinstance(content[0], dict) and content[0].get("t") in ("Para", "Plain"):
            content = content[0]["c"]
        marked = [tag for item in content if (tag := item["t"]) not in ("Str", "Space", "SoftBreak", "Para", "Plain")]
        if marked:
            self.report(NotExpressible(place, "metadata", f"markup ({marked[0]})"))


def decode_string(text: str) -> object:
    """The value that `encode_value` writes as this `MetaString`; any other text is itself."""
    if not text:
        return None
    if INTEGER.fullmatch(text) and text != "-0":
        return int(text)
    return FLOATS.get(text) or next((value for read in _SCALARS if (value := _exactly(read, text)) is not None), text)


def _exactly(read: Callable[[str], Any], text: str) -> Any:
    try:
        value = read(text)
    except ValueError:
        return None
    return value if (repr(value) if isinstance(value, float) else value.isoformat()) == text else None


_SCALARS: tuple[Callable[[str], Any], ...] = (
    float,
    datetime.date.fromisoformat,
    datetime.datetime.fromisoformat,
    datetime.time.fromisoformat,
)


def _text(value: object) -> str | None:
    """A text field's value: a number is text here, null is an empty one."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool() | list() | dict():
            return None
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)


def _date(value: object) -> Date | None:
    match value:
        case datetime.date():
            return value
        case str():
            return _exact_date(value) or parse_date(value)
        case _:
            return None


def _exact_date(text: str) -> Date | None:
    """What `date.isoformat` wrote, to the microsecond and to an offset's second."""
    for read in (datetime.date.fromisoformat, datetime.datetime.fromisoformat):
        if (found := _exactly(read, text)) is not None:
            return cast(Date, found)
    return None


def _float_or_none(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _texts(value: object) -> tuple[str, ...] | None:
    items = value if isinstance(value, list) else [value]
    texts = [_text(item) for item in items]
    return None if None in texts else tuple(text for text in texts if text)


def _keywords(value: object) -> tuple[str, ...]:
    """Keywords: a list, or one text that separates them by commas or semicolons."""
    texts = _texts(value) or ()
    if isinstance(value, list):
        return texts
    return tuple(word.strip() for text in texts for word in re.split("[,;，；、]", text) if word.strip())


def _names(value: object) -> tuple[str, ...] | None:
    items = value if isinstance(value, list) else [value]
    names = [_name(item) for item in items]
    return None if None in names else tuple(name for name in names if name)


def _name(value: object) -> str | None:
    if not isinstance(value, dict):
        return _text(value)
    for parts in NAME_PARTS:
        found = [name for part in parts if (name := _text(value.get(part)))]
        if found:
            return " ".join(found)
    return None


def _contributors(value: object) -> tuple[Contributor, ...] | None:
    items = value if isinstance(value, list) else [value]
    found = tuple(_contributor_of(items))
    return found if len(found) == len(items) else None


def _contributor_of(items: list[Any]) -> Iterator[Contributor]:
    for item in items:
        name = _name(item)
        if name is not None:
            yield Contributor(name, (_text(item.get("role")) or "") if isinstance(item, dict) else "")


_READERS: Mapping[str, Callable[[object], object]] = {
    "title": _text,
    "subtitle": _text,
    "authors": _names,
    "contributors": _contributors,
    "date": _date,
    "updated": _date,
    "language": _text,
    "description": _text,
    "publisher": _text,
    "url": _text,
    "categories": _texts,
    "tags": _keywords,
    "cover": _text,
    "identifier": _text,
    "series": _text,
    "series_index": _float_or_none,
}
