"""How many columns text takes: East Asian Width (UAX #11), marks none."""

from __future__ import annotations

import re
import unicodedata

_NO_WIDTH = frozenset({"Mn", "Me", "Cf", "Cc"})
_CJK = frozenset({"zh", "ja", "ko", "yue", "wuu", "nan", "hak", "lzh"})


class _Widths(dict[int, str]):
    """The width of every character seen so far as the character `\\x00`, `\\x01` or `\\x02`, for `str.translate`."""

    def __init__(self, wide: str) -> None:
        super().__init__()
        self._wide = wide

    def __missing__(self, code: int) -> str:
        width = self[code] = chr(_columns(chr(code), self._wide))
        return width


def _columns(character: str, wide: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH or "\u1160" <= character <= "\u11ff":
        return 0  # marks, controls; vowels and finals of Hangul syllables written in pieces
    return 2 if unicodedata.east_asian_width(character) in wide else 1


class Measure:
    """Measures text. `ambiguous_is_wide`: “ ” — … and their like take two columns, as in Chinese fonts."""

    __slots__ = ("_widths", "ambiguous_is_wide")

    def __init__(self, *, ambiguous_is_wide: bool) -> None:
        self.ambiguous_is_wide = ambiguous_is_wide
        self._widths = _WIDE_AMBIGUOUS if ambiguous_is_wide else _NARROW_AMBIGUOUS

    def width(self, text: str) -> int:
        """The columns of one line."""
        return len(text) if text.isascii() else sum(self.widths(text))

    def widths(self, text: str) -> bytes:
        """The columns of each character."""
        ordinary = _ASCII_OR_WIDE_AMBIGUOUS if self.ambiguous_is_wide else _ASCII_OR_WIDE
        if ordinary.fullmatch(text) is None:
            return text.translate(self._widths).encode("latin-1")
        runs = _ASCII_RUN.split(text)  # what is ASCII stands at the odd places
        return b"".join([(b"\1" if place % 2 else b"\2") * len(run) for place, run in enumerate(runs)])


_ASCII_RUN = re.compile(r"([\x20-\x7e]+)")
_WIDE = "\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60"
_ASCII_OR_WIDE = re.compile(rf"[\x20-\x7e{_WIDE}]*")
_ASCII_OR_WIDE_AMBIGUOUS = re.compile(rf"[\x20-\x7e{_WIDE}·—‘’“”…]*")
"""Text whose widths need no look at each character: one column or two (East_Asian_Width W, F, and these of A)."""

_NARROW_AMBIGUOUS = _Widths("FW")
_WIDE_AMBIGUOUS = _Widths("FWA")


def measure_for(language: str) -> Measure:
    """The measure of a document in this language (BCP 47)."""
    return Measure(ambiguous_is_wide=language.partition("-")[0].lower() in _CJK)
