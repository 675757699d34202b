"""A feed's bytes cut into its head and its entries, one in memory at a time, before anything is parsed.

An XML parser gives up at the first mistake and forgets what follows; an entry that was cut out first costs only
itself. No document type is ever parsed, so that there are no entities to multiply. Marks are looked for in the bytes:
every encoding of feeds but UTF-16 and UTF-32, which are recoded first, writes them as ASCII does.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

LONGEST = 32 * 2**20
"""Bytes of the longest entry, and of the longest head: ten novels. A longer one is passed over and reported."""

_CHUNK = 2**20
_OVERLAP = 256
"""Bytes looked at again when more were read: a mark may lie across the seam."""

_NAME = rb"(?:[A-Za-z_][\w.-]*:)?(?:item|entry)"
_FIRST = re.compile(rb"<!--|<!\[CDATA\[|<(?P<open>" + _NAME + rb")(?=[\s/>])")
_COMMENT_END, _DATA_END = re.compile(rb"-->"), re.compile(rb"\]\]>")
_NO_BOUNDARY = re.compile(rb"(?!)")
"""Before the first entry nothing has to be looked out for."""
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """The bytes of an entry. Not `whole`: its end is missing. Empty: it was too long."""

    data: bytes
    whole: bool = True


def wide_encoding(start: bytes) -> str | None:
    """The encoding of text whose ASCII characters are no single bytes, None for all others."""
    for mark, encoding in _WIDE_MARKS:
        if start.startswith(mark):
            return encoding
    return None


class Stream(Protocol):
    """What is read of a file while it is taken apart: bytes, a piece at a time, none at its end."""

    def read(self, size: int = -1, /) -> bytes: ...


def as_narrow(stream: BinaryIO, encoding: str | None = None) -> Stream:
    """The same text in an encoding that holds ASCII's bytes: UTF-16 and UTF-32 become UTF-8."""
    start = stream.read(4)
    stream.seek(0)
    wide = encoding if encoding and encoding.lower().startswith(("utf-16", "utf-32")) else wide_encoding(start)
    return stream if wide is None else _Recoded(stream, wide)


class _Recoded:
    """Bytes of another encoding as UTF-8; what cannot be decoded becomes U+FFFD."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read(self, size: int = -1, /) -> bytes:
        while data := self._stream.read(size):
            if text := self._decoder.decode(data):
                return text.encode("utf-8", "replace")
        return self._decoder.decode(b"", final=True).encode("utf-8", "replace")


class Window:
    """The part of a stream that is being looked at, from what was given away up to what was read."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.buffer = b""
        self.start = 0
        """Where in the buffer that begins which is not yet given away."""

    def more(self) -> bool:
        """Read on, while no more than `LONGEST` bytes wait; False where there is no more."""
        data = self._stream.read(_CHUNK) if len(self.buffer) - self.start <= LONGEST else b""
        self.buffer += data
        return bool(data)

    def find(self, pattern: re.Pattern[bytes], at: int) -> re.Match[bytes] | None:
        """The pattern's next match in what was read and in what `more` reads."""
        while (found := pattern.search(self.buffer, at)) is None:
            at = max(at, len(self.buffer) - _OVERLAP)
            if not self.more():
                return None
        return found

    def cut(self, begin: int, end: int) -> bytes:
        """What stands there, given away with all before it."""
        self.start = end
        return self.buffer[begin:end]

    def forget(self) -> int:
        """Drop what was given away, seldom enough that long files are not copied over and over: how many bytes."""
        if self.start < 4 * _CHUNK:
            return 0
        dropped, self.buffer, self.start = self.start, self.buffer[self.start :], 0
        return dropped


class Splitter:
    """A feed that is being cut: first `head`, then its pieces by iterating."""

    def __init__(self, stream: Stream) -> None:
        self._window = Window(stream)
        self._data_end = -1
        """Where an end of a CDATA section was seen."""
        self._searched = 0
        """Up to where no end of a CDATA section is left to be seen."""
        self._name = b""
        self.head = self._read_head()

    def __iter__(self) -> Iterator[Piece]:
        """Each entry in order."""
        if not self._name:
            return
        name = re.escape(self._name)
        opening = re.compile(b"<" + name + rb"(?=[\s/>])")
        marks = re.compile(
            rb"<!--|<!\[CDATA\[|(?P<end></" + name + rb"\s*>|(?<=<)" + name + rb"(?:\s[^<>]*)?/>)|(?P<next><"
            + name + rb"(?=[\s>]))"
        )  # fmt: skip
        boundary = re.compile(b"</" + name + rb"\s*>\s*<" + name + rb"[\s>]")
        while (found := self._window.find(opening, self._window.start)) is not None:
            self._window.start = found.start()
            yield self._take(marks, boundary)
            dropped = self._window.forget()
            self._data_end -= dropped
            self._searched = max(0, self._searched - dropped)

    def _read_head(self) -> bytes:
        at = 0
        while (found := self._window.find(_FIRST, at)) is not None:
            if found["open"]:
                self._name, self._window.start = found["open"], found.start()
                return self._window.buffer[: self._window.start]
            at = self._after(found, _NO_BOUNDARY) or found.end()
        return self._window.buffer[:LONGEST]

    def _take(self, marks: re.Pattern[bytes], boundary: re.Pattern[bytes]) -> Piece:
        """The entry that comes next."""
        begin, at = self._window.start, self._window.start + 1
        while (found := self._window.find(marks, at)) is not None:
            if found["end"]:
                return self._cut(begin, found.end())
            if found["next"]:  # the end was forgotten
                return self._cut(begin, found.start(), whole=False)
            at = self._after(found, boundary) or found.end()
        if len(self._window.buffer) - begin > LONGEST:
            self._window.start = len(self._window.buffer) - _OVERLAP
            return Piece(b"", whole=False)
        return self._cut(begin, len(self._window.buffer), whole=False)

    def _cut(self, begin: int, end: int, *, whole: bool = True) -> Piece:
        return Piece(self._window.cut(begin, end), whole)

    def _after(self, found: re.Match[bytes], boundary: re.Pattern[bytes]) -> int | None:
        """Where the comment or the CDATA section that begins here ends; None if nobody closed it.

        A section that was left open seems to end with that of a later entry: an entry ends in it, the next begins, and
        a second section is opened.
        """
        begin = found.end()
        if found[0] == b"<!--":
            end = self._window.find(_COMMENT_END, begin)
            return (
                end.end()
                if end is not None and boundary.search(self._window.buffer, begin, end.start()) is None
                else None
            )
        if self._data_end < begin:
            end = self._window.find(_DATA_END, max(begin, self._searched - 2))
            if end is None:
                self._searched = len(self._window.buffer)
                return None
            self._data_end = end.start()
        between = boundary.search(self._window.buffer, begin, self._data_end)
        if between is not None and self._window.buffer.find(b"<![CDATA[", between.end(), self._data_end) >= 0:
            return None
        return self._data_end + 3
