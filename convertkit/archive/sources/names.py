"""What units are called: text that can be shown, kept and compared, whatever their files are called."""

from __future__ import annotations

import re
import sqlite3

from convertkit.archive.records import Failure, Reason
from convertkit.archive.units import Unit
from convertkit.errors import UsageError

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Control characters, ends of lines, marks that turn the direction of text, bytes that are no UTF-8."""


def shown(name: bytes | str) -> str:
    """A file's name as text, what cannot be shown as `\\x0a` or `\\u202e`, a byte that is no UTF-8 as `\\xe9`."""
    text = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
    return _UNSHOWN.sub(_escape, text) if _UNSHOWN.search(text) else text


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: a byte
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def without_suffix(name: str) -> str:
    """The path without its last suffix: `a/b.tar.md` is `a/b.tar`, `.md` stays."""
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and stem and not stem.endswith("/") and "/" not in suffix else name


def failed(name: str, problem: str, advice: str, reason: Reason = Reason.UNREADABLE) -> Unit:
    """A unit that is known to be there but cannot be opened."""
    return Unit(name, without_suffix(name.rstrip("/")), Failure(reason, shown(f"{name}: {problem}; {advice}")))


class Distinct:
    """Makes names distinct in the order in which they come: the second `a` becomes `a~2`.

    Names are counted in a temporary database of SQLite, which goes to the disk when it grows: in memory a million of
    them would take more than all else.
    """

    def __init__(self) -> None:
        self._seen = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._seen.execute("PRAGMA journal_mode = OFF")
        self._seen.execute("CREATE TABLE seen (name TEXT PRIMARY KEY, times INTEGER) WITHOUT ROWID")
        self._seen.execute("BEGIN")

    def __call__(self, name: str) -> str:
        """The name, or if it was given before the name with a number."""
        while (times := self._count(name)) > 1:
            name = f"{name}~{times}"
        return name

    def close(self) -> None:
        """Give the database back."""
        self._seen.close()

    def _count(self, name: str) -> int:
        (row,) = self._seen.execute(
            "INSERT INTO seen VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times", (name,)
        )
        return int(row[0])


def above_source(out: str) -> UsageError:
    """The error for outputs that would lie among the posts of a folder: at `a/posts` for OUT `a`."""
    advice = "give a folder of its own with -o, inside the source or elsewhere"
    return UsageError("is a folder above its source, among whose posts outputs would lie", source=out, advice=advice)
