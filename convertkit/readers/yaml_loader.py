"""YAML as front matter may use it: a mapping of texts, lists and mappings, built from libyaml's events.

Nothing is constructed but `dict`, `list` and `str`; tags run no code. A scalar without quotes stays the text that was
written (`Plain`), so that a title `no`, `2018` or `1e3` is that very title; `resolve` gives values their YAML types.
What would cost more than front matter may (aliases that multiply, deep nesting) raises `yaml.YAMLError`, as broken
YAML does.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from convertkit.losses import FieldUnreadable

MAX_DEPTH = 20
"""Levels of nesting; posts use three."""

MAX_VALUES = 20_000
"""Scalars and collections, those behind an alias counted each time it is used."""

LONG_NUMBER = 100
"""Digits of a number that is no longer taken for one, and is reported."""

_TYPES = ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "set")
_HARMLESS_TAGS = frozenset({"!", *(f"tag:yaml.org,2002:{name}" for name in _TYPES)})


class Plain(str):
    """A YAML scalar without quotes, as written: what it means depends on who asks."""

    __slots__ = ()


Value: TypeAlias = object
"""`Plain`, `str`, or a `list` or `dict` of them."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One YAML document: its value (None if there is none) and what it lost."""

    value: Value
    losses: tuple[FieldUnreadable, ...] = ()


@dataclass(slots=True)
class _Open:
    """A collection that is being read. `key` is the mapping's key that waits for its value."""

    collection: list[Value] | dict[str, Value]
    anchor: str | None
    before: int
    """Values read before it."""
    key: str | None = None


class FrontMatterLoader(yaml.CBaseLoader):
    """A loader for `yaml.load` whose result is a `Loaded`."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Value, int]] = {}
        self._values = 0
        self._losses: list[FieldUnreadable] = []

    def get_single_data(self) -> Loaded:
        """The only document of the stream. Raises `yaml.YAMLError`."""
        self.get_event()  # the stream's start
        if isinstance(self.get_event(), yaml.StreamEndEvent):
            return Loaded(None)
        value = self._document()
        self.get_event()  # the document's end
        if not isinstance(self.get_event(), yaml.StreamEndEvent):
            raise yaml.YAMLError("more than one document")
        return Loaded(value, tuple(self._losses))

    def _document(self) -> Value:
        while True:
            event = self.get_event()
            match event:
                case yaml.ScalarEvent():
                    self._count(1)
                    value: Value = self._plain(event.value) if event.implicit[0] else self._tagged(event)
                    if event.anchor:
                        self._anchors[event.anchor] = value, 1
                case yaml.SequenceStartEvent():
                    self._begin([], event)
                    continue
                case yaml.MappingStartEvent():
                    self._begin({}, event)
                    continue
                case yaml.AliasEvent():
                    value = self._aliased(event.anchor)
                case _:
                    value = self._end()
            if not self._open:
                return value
            self._add(self._open[-1], value)

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise yaml.YAMLError(f"more than {MAX_VALUES:,} values, aliases included")

    def _begin(self, collection: list[Value] | dict[str, Value], event: yaml.CollectionStartEvent) -> None:
        if len(self._open) == MAX_DEPTH:
            raise yaml.YAMLError(f"nested deeper than {MAX_DEPTH} levels")
        self._refuse_tag(event.tag, "")
        self._open.append(_Open(collection, event.anchor, self._values))
        self._count(1)

    def _end(self) -> Value:
        done = self._open.pop()
        value = done.collection
        if isinstance(value, dict) and "<<" in value:
            value = _merged(value)
        if done.anchor:
            self._anchors[done.anchor] = value, self._values - done.before
        return value

    def _add(self, parent: _Open, value: Value) -> None:
        collection = parent.collection
        if isinstance(collection, list):
            collection.append(value)
        elif parent.key is None:
            parent.key = str(value) if isinstance(value, str) else self._key_text(value)
        else:
            if parent.key in collection:
                self._lose(parent.key, collection[parent.key], "the key stands twice; the last one counts")
            collection[parent.key] = value
            parent.key = None

    def _key_text(self, value: Value) -> str:
        self._lose(str(value), value, "a key that is not a text")
        return str(value)

    def _plain(self, text: str) -> Plain:
        if len(text) > LONG_NUMBER and text.lstrip("-").isdecimal():
            self._lose("", text, f"a number of {len(text):,} digits; kept as text")
        return Plain(text)

    def _tagged(self, event: yaml.ScalarEvent) -> str:
        self._refuse_tag(event.tag, event.value)
        is_text = event.tag in (None, "!", "tag:yaml.org,2002:str")
        return str(event.value) if is_text else Plain(event.value)

    def _refuse_tag(self, tag: str | None, value: str) -> None:
        if tag is not None and tag not in _HARMLESS_TAGS:
            self._lose("", f"{tag} {value}".strip(), "an unknown tag; the value without it is kept")

    def _aliased(self, anchor: str | None) -> Value:
        if anchor is None or anchor not in self._anchors:
            raise yaml.YAMLError(f"*{anchor} stands for nothing, or for what holds it")
        value, values = self._anchors[anchor]
        self._count(values)
        return value

    def _lose(self, place: str, value: Value, reason: str) -> None:
        place = (self._open[0].key if self._open else None) or place
        self._losses.append(FieldUnreadable(place, str(value), reason))


def _merged(mapping: dict[str, Value]) -> dict[str, Value]:
    """The mapping with what `<<` brings (YAML 1.1's merge key): its own keys win, then the earlier of a list."""
    brought = mapping["<<"]
    sources = brought if isinstance(brought, list) else [brought]
    if not all(isinstance(source, dict) for source in sources):
        return mapping
    result: dict[str, Value] = {}
    for source in reversed(sources):
        result.update(source)
    return result | {key: value for key, value in mapping.items() if key != "<<"}


_BIG = 10**18
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]+")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "on", "On"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "off", "Off"), False),
}
"""YAML 1.1's nulls and booleans, without `y`, `n`, and without `NO` and `ON`, which are Norway and Ontario."""


def is_boolean(value: Value) -> bool:
    """Whether `resolve` gives True or False."""
    return isinstance(value, bool) or (isinstance(value, Plain) and isinstance(_WORDS.get(value), bool))


def resolve(value: Value) -> object:
    """The value in JSON's types. A number is one only if it would be written the very same way.

    `1.10`, `010`, `0x1F`, `1e3`, `1:30`, dates and integers beyond 64 bits stay text: nothing that was written is
    lost, and any program may read them as it likes.
    """
    match value:
        case dict():
            return {key: resolve(item) for key, item in value.items()}
        case list():
            return [resolve(item) for item in value]
        case Plain():
            return _typed(str(value))
        case datetime.date() | datetime.time():  # TOML has them
            return value.isoformat()
        case int() if not -_BIG < value < _BIG:
            return str(value)
        case _:
            return value


def _typed(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text
