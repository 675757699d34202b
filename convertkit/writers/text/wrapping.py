"""Filling lines: as many segments as fit, none broken.

Nearly every line ends in a place that needs no long thought: at a space between plain words, or between an ideograph
and its neighbour. `_WORDS` and `_ORDINARY` know these; all else is asked of `line_breaking`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from convertkit.writers.text.line_breaking import break_opportunities
from convertkit.writers.text.width import Measure

_LETTERS = "A-Za-z0-9\xc0-\xd6\xd8-\xf6\xf8-\u024f"
_WORD = (
    rf"""[(\["“]*+[{_LETTERS}]++(?:[.,:;'’_]++[{_LETTERS}]++|-[A-Za-z]++)*+(?:%|\[\d++\])?+[.,:;!?)\]”’"']*+|[–—&-]"""
)
_WORDS = re.compile(rf"(?:{_WORD})(?: (?:{_WORD}))*+")
"""Words that break at spaces, and at hyphens between letters, and nowhere else (LB13 to LB15, LB18, LB19, LB21, LB23,
LB25, LB28 to LB30)."""
_NARROW = re.compile(r"[\x20-\x7e\xa1-\xac\xae-\u02ff‐‑–—‘’“”…€™]*")
"""One column each where ambiguous characters are narrow."""

_IDEOGRAPHS = (
    "\u3400-\u4dbf一-鿿あいうえおか-ぢつ-もやゆよら-ろわ-んアイウエオカ-ヂツ-モヤユヨラ-ロワ-ンＡ-Ｚａ-ｚ０-９"
)
_OPENING = "（《「『【〈〔〖［｛"
_CLOSING = "、。，．！？；：）》」』】〉〕〗］｝々ー"
_BEGUN = rf"[{_LETTERS}][{_LETTERS}.,:;'’_]*+"
_WIDE_SEGMENT = rf"(?:[{_OPENING}]++(?:[{_IDEOGRAPHS}]|{_BEGUN})?+|[{_IDEOGRAPHS}])[{_CLOSING}”]*+\Z"
_SEGMENT = rf"(?:{_WIDE_SEGMENT}|(?:“[{_IDEOGRAPHS}]|{_BEGUN})[{_CLOSING}”]*+\Z)"
_ORDINARY = re.compile(
    rf".*(?:[{_IDEOGRAPHS}{_CLOSING}](?: ?(?={_SEGMENT})|”(?={_WIDE_SEGMENT}))"
    rf"""|[{_LETTERS}.,:;!?)\]”’"'%&*] (?=[(\["“]*+{_BEGUN}[)\]”"!?]*+\Z)"""
    rf"|[A-Za-z0-9](?: ?(?={_WIDE_SEGMENT})|(?<=[A-Za-z])-(?=[A-Za-z][{_LETTERS}.,:;'’_]*+\Z)))"
)
"""From a line's start to the last place where it may end, if behind that no more than one segment begins (LB13 to
LB15, LB18, LB19, LB21, LB23, LB25, LB28, LB31). It is matched up to and with the first character that does not fit."""

_LOOK_AHEAD = 8
"""As many characters behind a place as any rule looks at to decide about it, and some to spare."""


def wrap(text: str, width: int, measure: Measure) -> list[str]:
    """The text in lines of at most `width` columns, 0 for no limit; a longer segment has a line of its own.

    Line ends in the text stay; spaces at the ends of lines go.
    """
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrap(part, width, measure)]
    size = len(text)
    if width <= 0 or 2 * size <= width or (size <= width and text.isascii()):
        return [text]
    narrow = text.isascii() or (not measure.ambiguous_is_wide and _NARROW.fullmatch(text) is not None)
    if narrow and _WORDS.fullmatch(text):
        return _line_of_words(width).findall(text)
    lines: list[str] = []
    columns = b"" if narrow else measure.widths(text)
    start = 0
    while start < size:
        cut = _cut(text, start, start + width if narrow else _fitting(columns, start, width))
        lines.append(text[start:cut].rstrip(" "))
        start = cut
    return lines


@lru_cache(maxsize=256)
def _line_of_words(width: int) -> re.Pattern[str]:
    """A line of words as long as `width` allows, or one longer word; without the space behind it."""
    end = r"(?= |\Z|(?<=-)(?=[A-Za-z]))"
    return re.compile(rf"(.{{1,{width}}}{end}|.+?{end}) ?")


def _fitting(columns: bytes, start: int, width: int) -> int:
    """The end of the longest piece from `start` that is at most `width` columns wide."""
    end, size, room = start, len(columns), width
    while end < size:
        step = room // 2  # so many characters fit, however wide they are
        if step:
            piece = columns[end : end + step]
            room -= sum(piece)
            end += len(piece)
        elif columns[end] <= room:
            room -= columns[end]
            end += 1
        else:
            break
    return end


def _cut(text: str, start: int, limit: int) -> int:
    """Where the line that begins at `start` ends, the spaces behind it included; `limit` is the first misfit."""
    while text[limit : limit + 1] == " ":
        limit += 1
    if limit >= len(text):
        return len(text)
    ordinary = _ORDINARY.match(text, start, limit + 1)
    if ordinary is not None:
        return ordinary.end()
    places = break_opportunities(text[start : limit + _LOOK_AHEAD])
    index = bisect_right(places, limit - start)
    return start + places[index - 1] if index else _whole_segment(text, start, limit)


def _whole_segment(text: str, start: int, limit: int) -> int:
    """The end of a segment that is longer than a line."""
    space = text.find(" ", limit)
    end = len(text) if space < 0 else space + _LOOK_AHEAD
    place = start + break_opportunities(text[start:end])[0]
    return place if place < end else start + break_opportunities(text[start:])[0]
