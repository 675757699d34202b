"""An element of a JSON file to Python's values, completed where it was cut off, without what no text can hold."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from convertkit.context import ReadContext
from convertkit.errors import UnreadableDocument
from convertkit.losses import EntryDamaged, Loss
from convertkit.readers.encoding import decode
from convertkit.readers.feeds.entry import Entry, OpenSource
from convertkit.readers.feeds.json_splitting import Element, JsonSplitter, Path
from convertkit.readers.feeds.splitting import as_narrow

Row = Mapping[str, Any]
"""An object of a JSON file."""

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?P<closed>"|\\?\Z)|[\[\]{},]', re.DOTALL)
_MEMBER = re.compile(r'[{,]\s*"(?P<key>\w{1,40})"\s*:\s*(?P<value>"[^"\\]*(?:\\.[^"\\]*)*")(?=\s*[,}])', re.DOTALL)
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class RawRow:
    """An element of an array. `number` counts from one, in the file's order."""

    path: Path
    row: Row
    name: str
    """What it is called in messages."""
    losses: list[Loss]


def rows(source: OpenSource, context: ReadContext, wanted: Collection[Path]) -> Iterator[RawRow | Entry]:
    """The objects of the arrays that are wanted; an `Entry` with a `problem` for one that is beyond reading."""
    with source() as stream:
        for number, element in enumerate(JsonSplitter(as_narrow(stream, context.options.encoding), wanted), 1):
            yield _row(element, f"{context.source}#{number}", context)


def read_rest(source: OpenSource, context: ReadContext, wanted: Collection[Path]) -> Row:
    """What a file says besides its elements, as far as it can be read."""
    with source() as stream:
        splitter = JsonSplitter(as_narrow(stream, context.options.encoding), wanted)
        for _ in splitter:
            pass
    text = splitter.rest.decode("utf-8", "replace").lstrip("\ufeff")
    found = _loaded(text) or _loaded(completed(text))
    return found if isinstance(found, dict) else {}


def text_in(row: Row, *keys: str) -> str:
    """The first text or number under these keys that says something."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return ""


def rows_in(row: Row, key: str) -> list[Row]:
    """The objects of a list."""
    value = row.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _row(element: Element, name: str, context: ReadContext) -> RawRow | Entry:
    losses: list[Loss] = []
    try:
        text = decode(element.data, replace(context, source=name, report=losses.append))
    except UnreadableDocument as error:
        return Entry(name, problem=error.problem)
    found = _loaded(text)
    if not isinstance(found, dict):
        kept = _loaded(completed(text))
        found = {**_members(text), **(kept if isinstance(kept, dict) else {})} or None
        losses.append(EntryDamaged("", "its end is missing" if not element.whole else "it is no well-formed JSON"))
    if not isinstance(found, dict):
        return Entry(name, problem="nothing in it can be read")
    return RawRow(element.path, found, name, losses)


def _members(text: str) -> dict[str, Any]:
    """The texts of an object that is broken elsewhere; those that inner objects have too are not believed."""
    members = {found["key"]: _loaded(found["value"]) for found in _MEMBER.finditer(text)}
    return {key: value for key, value in members.items() if isinstance(value, str) and key not in ("id", "name", "url")}


def _loaded(text: str) -> object:
    try:
        return _clean(json.loads(text, strict=False))
    except (ValueError, RecursionError):
        return None


def _clean(value: Any) -> Any:
    """Values without control characters, and with U+FFFD for halves of characters (`\\ud83d` alone)."""
    match value:
        case str():
            return _IMPOSSIBLE.sub(_replacement, value) if _IMPOSSIBLE.search(value) else value
        case list():
            return [_clean(item) for item in value]
        case dict():
            return {_clean(key): _clean(item) for key, item in value.items()}
        case _:
            return value


def _replacement(found: re.Match[str]) -> str:
    return "" if found[0] < " " or found[0] == "\x7f" else "\ufffd"


def completed(text: str) -> str:
    """JSON that was cut off, or broken somewhere, up to the last value that can be read, and closed behind it."""
    open_: list[str] = []
    ends = [0]
    for found in _TOKEN.finditer(text):
        mark = found[0][:1]
        if mark == '"' and not found["closed"].startswith('"'):
            whole = text.rstrip("\\") + '"' + _closing(open_)
            return whole if _loads(whole) else text[: ends[-1]] + _closing(open_[:1])
        if mark in "[{":
            open_.append(mark)
        elif mark in "]}" and open_:
            open_.pop()
        elif mark == "," and len(open_) == 1:
            ends.append(found.start())
    whole = text + _closing(open_)
    if _loads(whole):
        return whole
    return next((cut for end in reversed(ends[-_TRIES:]) if _loads(cut := f"{text[:end]}}}")), "{}")


_TRIES = 64
"""Values that are given up from the end before the whole is."""


def _loads(text: str) -> bool:
    return _loaded(text) is not None


def _closing(open_: list[str]) -> str:
    return "".join("]" if mark == "[" else "}" for mark in reversed(open_))
