"""How many columns text takes: East Asian Width (UAX #11), marks none, an emoji of several characters two.

Most text is laid out as a string in which every character is one column: a wide character is followed by a `FILLER`.
"""

from __future__ import annotations

import re
import unicodedata

import regex

FILLER = "\0"
"""Stands behind a character of two columns."""

_NO_WIDTH = frozenset({"Mn", "Me", "Cf", "Cc"})
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Signs of the category Cf that have ink: they stand above or around the number behind them."""
_CJK = frozenset({"zh", "ja", "ko", "yue", "wuu", "nan", "hak", "lzh"})


class _Widths(dict[int, str]):
    """The width of every character seen so far as the character `\\x00`, `\\x01` or `\\x02`, for `str.translate`."""

    def __init__(self, wide: str) -> None:
        super().__init__()
        self._wide = wide

    def __missing__(self, code: int) -> str:
        width = self[code] = chr(_columns(chr(code), self._wide))
        return width


def _beyond_ascii(text: str) -> str:
    """The characters that are not ASCII: in most languages of the West few, and quickly looked at."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII_BYTES).decode("utf-8", "surrogatepass")


def _columns(character: str, wide: str) -> int:
    if "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff":
        return 0  # vowels and finals of Hangul syllables written in pieces
    if unicodedata.category(character) in _NO_WIDTH:
        return int(character in _VISIBLE_FORMATS)
    return 2 if unicodedata.east_asian_width(character) in wide else 1


class Measure:
    """Measures text. `ambiguous_is_wide`: “ ” — … and their like take two columns, as in Chinese fonts."""

    __slots__ = ("_narrow", "_narrow_runs", "_ordinary", "_widths", "ambiguous_is_wide")

    def __init__(self, *, ambiguous_is_wide: bool) -> None:
        self.ambiguous_is_wide = ambiguous_is_wide
        self._widths = _Widths("FWA" if ambiguous_is_wide else "FW")
        narrow, wide = (_ASCII, _WIDE + _QUOTES) if ambiguous_is_wide else (_NARROW, _WIDE)
        self._narrow = re.compile(f"[{narrow}]*")
        self._ordinary = re.compile(f"[{narrow}{wide}]*")
        self._narrow_runs = re.compile(f"([{narrow}]+)")

    def width(self, text: str) -> int:
        """The columns of one line."""
        if text.isascii():
            return len(text)
        if self.ambiguous_is_wide and self._ordinary.fullmatch(text):
            return 2 * len(text) - len(text.encode("ascii", "ignore"))
        return sum(self.widths(text))

    def in_columns(self, text: str) -> str | None:
        """The text with a `FILLER` behind each wide character; None if it holds marks or other uncommon characters."""
        if text.isascii():
            return text
        if not self.ambiguous_is_wide and self._narrow.fullmatch(_beyond_ascii(text)):
            return text
        if self._ordinary.fullmatch(text) is None:
            return None
        runs = self._narrow_runs.split(text)
        if len(runs) > 1:  # what is narrow stands at the odd places
            runs[::2] = [run.replace("", FILLER)[1:] for run in runs[::2]]
            return "".join(runs)
        return text.replace("", FILLER)[1:]

    def widths(self, text: str) -> bytes:
        """The columns of each character; those of a cluster stand at its first."""
        widths = text.translate(self._widths).encode("latin-1")
        if _JOINED.search(text) is None:
            return widths
        changed = bytearray(widths)
        for emoji in _EMOJI.finditer(text):
            start, end = emoji.span()
            changed[start:end] = b"\2".ljust(end - start, b"\0")
        return bytes(changed)


_ASCII = r"\x20-\x7e"
_ASCII_BYTES = bytes(range(0x80))
_NARROW = r"\x20-\x7e\xa1-\xac\xae-\u02ff\u0386-\u03ff\u0400-\u0482\u048a-\u052f‐‑–—‘’“”…€™"
_WIDE = "\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"
_QUOTES = "·–—‘’“”…"
"""Characters whose widths need no look at each: one column (East_Asian_Width Na, N, and A where it is narrow), or two
(W, F, and these of A where it is wide)."""

_JOINED = re.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff]")
_EMOJI = regex.compile(
    r"""(?:\p{Emoji}\uFE0F\u20E3  # a keycap
        |\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?+(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?+)++
        |\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}))""",
    regex.VERBOSE,
)
"""Emoji of several characters (UTS #51, section 1.4.9): one picture, two columns."""

_NARROW_AMBIGUOUS = Measure(ambiguous_is_wide=False)
_WIDE_AMBIGUOUS = Measure(ambiguous_is_wide=True)


def measure_for(language: str) -> Measure:
    """The measure of a document in this language (BCP 47)."""
    return _WIDE_AMBIGUOUS if language.partition("-")[0].lower() in _CJK else _NARROW_AMBIGUOUS
