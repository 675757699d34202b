"""A JSON file cut into the elements of one of its arrays, one in memory at a time, before anything is parsed.

What is broken in an element costs that element: where it cannot be parsed, the next begins where the shape of an
element's beginning (its first key) is seen again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from convertkit.readers.feeds.splitting import LONGEST, Stream, Window

Path = tuple[str, ...]
"""The keys that lead to an array: `("db", "data", "posts")`. Arrays on the way have no key."""

_TOKEN = re.compile(rb'"(?P<text>[^"\\]*(?:\\.[^"\\]*)*)(?P<closed>"(?P<key>\s*:)?|\\?\Z)|[\[\]{}]', re.DOTALL)
_FIRST_KEY = re.compile(rb'\{\s*("[^"\\]{1,60}"\s*:)')
_FAR = 2**20
"""Bytes without an element after which what was seen is put aside."""
_DEEPEST = 8
"""Levels at which arrays are looked for."""


@dataclass(frozen=True, slots=True)
class Element:
    """The bytes of an array's element. Not `whole`: its end is missing."""

    path: Path
    data: bytes
    whole: bool = True


class JsonSplitter:
    """A file that is being cut. Iterated to its end, `rest` is the file with a 0 in the place of each element."""

    def __init__(self, stream: Stream, wanted: Collection[Path]) -> None:
        self._window = Window(stream)
        self._wanted = wanted
        self._rest: list[bytes] = []

    @property
    def rest(self) -> bytes:
        """What was no element."""
        return b"".join(self._rest)

    def __iter__(self) -> Iterator[Element]:
        """Each element in order."""
        keys: list[str] = []
        key = ""
        at = 0
        while (found := self._token(at)) is not None:
            at = found.end()
            mark = found[0][:1]
            if at - self._window.start > _FAR:
                self._keep(at)
                at -= self._window.forget()
            if mark == b'"':
                key = found["text"].decode("utf-8", "replace") if found["key"] else ""
            elif mark in b"[{":
                path = tuple(filter(None, keys))
                if mark == b"{" and keys and path in self._wanted:
                    self._keep(found.start())
                    yield Element(path, *self._element(found.start()))
                    self._rest.append(b"0")
                    at = self._window.start - self._window.forget()
                elif len(keys) < _DEEPEST:
                    keys.append(key)
                else:
                    at = self._skipped(at)
                key = ""
            elif keys:
                keys.pop()
        self._keep(len(self._window.buffer))

    def _keep(self, end: int) -> None:
        """Put what stands between two elements aside, unless it is as long as a book."""
        between = self._window.cut(self._window.start, end)
        if len(between) <= LONGEST:
            self._rest.append(between)

    def _element(self, begin: int) -> tuple[bytes, bool]:
        end = self._end(begin)
        known = _FIRST_KEY.match(self._window.buffer, begin)
        if end is not None and (known is None or _parses(self._window.buffer[begin:end])):
            return self._window.cut(begin, end), True
        if known is not None:
            again = re.compile(rb"\}\s*,?\s*(?=\{\s*" + re.escape(known[1]) + b")")
            seen = self._window.find(again, begin + 1)
            if seen is not None and (end is None or seen.end() <= end):
                return self._window.cut(begin, seen.start() + 1), True
        whole = end is not None
        return self._window.cut(begin, end if end is not None else len(self._window.buffer)), whole

    def _end(self, begin: int) -> int | None:
        """Where the element that begins here ends."""
        depth, at = 0, begin
        while (found := self._token(at)) is not None:
            at = found.end()
            mark = found[0][:1]
            if mark in b"[{":
                depth += 1
            elif mark in b"]}":
                depth -= 1
                if depth == 0:
                    return at
        return None

    def _skipped(self, at: int) -> int:
        """Where what is too deep to be looked into ends."""
        return self._end(at - 1) or at

    def _token(self, at: int) -> re.Match[bytes] | None:
        """The next string or bracket; a string is whole, with what says whether it is a key."""
        while True:
            found = _TOKEN.search(self._window.buffer, at)
            if found is not None and (found.end() + 8 < len(self._window.buffer)):
                return found
            if not self._window.more():
                return found


def _parses(data: bytes) -> bool:
    try:
        json.loads(data, strict=False)
    except (ValueError, RecursionError):
        return False
    return True
