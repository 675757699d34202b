"""Filling lines: as many segments as fit, none broken.

Nearly every line ends where two neighbouring characters say that it may: at a space between words, between an
ideograph and its neighbour. One regular expression finds these ends, from the last that fits backwards, over text in
which a character is a column. Where it is in doubt, the whole algorithm (`line_breaking`) is asked about that line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from convertkit.writers.text.line_breaking import ADDRESS, break_opportunities
from convertkit.writers.text.width import FILLER, Measure

SOFT_HYPHEN = "\u00ad"
_LOOK_AHEAD = 8
"""As many characters behind a place as any rule looks at to decide about it, and some to spare."""


def wrap(text: str, width: int, measure: Measure) -> list[str]:
    """The text in lines of at most `width` columns, 0 for no limit; a longer segment has a line of its own.

    Line ends in the text stay; spaces at the ends of lines go. A soft hyphen shows where a line ends at it, and goes
    elsewhere.
    """
    size = len(text)
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrap(part, width, measure)]
    if size <= width and text.isascii():
        return [text]
    if width <= 0 or 2 * size <= width:
        return [text.replace(SOFT_HYPHEN, "")]
    if size <= width and measure.width(text) <= width:
        return [text.replace(SOFT_HYPHEN, "")]
    columns = measure.in_columns(text)
    if columns is None:
        return _by_segments(text, width, measure)
    masked = ADDRESS.sub(_as_a_word, columns) if "://" in columns else columns
    lines: list[str] = _line(width).findall(masked) if masked is columns else [""]
    if "" in lines:
        lines = _with_doubts(text, columns, masked, width, measure)
    return lines if columns is text else "\n".join(lines).replace(FILLER, "").split("\n")


def _with_doubts(text: str, columns: str, masked: str, width: int, measure: Measure) -> list[str]:
    """The lines of `columns`, which is `text` with its fillers; these may still be in the lines.

    In `masked` addresses are words.
    """
    lines: list[str] = []
    start, size, line, widths = 0, len(columns), _line(width), b""
    while start < size:
        for found in line.finditer(masked, start):
            if found[1] is None:
                break
            lines.append(columns[start : found.end(1)])
            start = found.end()
        else:
            break
        widths = widths or measure.widths(text)
        place = start - columns.count(FILLER, 0, start)
        end = _cut(text, widths, place, width)
        lines.append(text[place:end].rstrip(" "))
        start += len(measure.in_columns(text[place:end]) or "")
    return lines


def _as_a_word(address: re.Match[str]) -> str:
    """Letters in place of an address, up to its last character, so that no line ends within."""
    return "x" * (len(address[0]) - 1) + address[0][-1]


def _by_segments(text: str, width: int, measure: Measure) -> list[str]:
    """The lines of text that holds what `_line` does not know: marks, soft hyphens, rare scripts."""
    widths = measure.widths(text)
    lines: list[str] = []
    start, size = 0, len(text)
    while start < size:
        end = _cut(text, widths, start, width)
        line = text[start:end].rstrip(" ")
        if SOFT_HYPHEN in line:
            hyphen = "-" if end < size and line[-1] == SOFT_HYPHEN else ""
            line = line.replace(SOFT_HYPHEN, "") + hyphen
        lines.append(line)
        start = end
    return lines


# ---------------------------------------------------------------- neighbours

_WORD = r"A-Za-z0-9#&*<=>@\^_`~\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0386-\u03ff\u0400-\u0482\u048a-\u052f"
_OPENING = r"(\[{"
_STOPS = ".,:;"
_SIGNS = r"$+\\%"
_NO_IDEOGRAPH = (
    "\u3001-\u3029ぁぃぅぇぉっゃゅょゎ\u3094-\u30a0ァィゥェォッャュョヮ\u30f4-\u30ff！-／：-＠［-\uff40｛-\uff60"
)
_NO_IDEOGRAPH += "·–—‘’“”…"
"""What else may be wide in the text (`width`)."""
_IDEOGRAPH = rf"[^\x00-\x7f{_NO_IDEOGRAPH}]{FILLER}"
"""A wide character that is none of the others, said so because `re` compiles a set of 40,000 characters in 2 ms."""
_WIDE_OPENING = "（《「『【〈〔〖［｛"
_WIDE_CLOSING = "、。，．！？；：）》」』】〉〕〗］｝々ー"
_WIDE = rf"(?:(?<={_IDEOGRAPH})|(?<=[{_WIDE_CLOSING}]{FILLER}))"
"""Behind what may end a line before an ideograph."""

_COMMON = rf"(?<=[a-z0-9.,]) (?=[A-Za-z0-9])|(?<={_IDEOGRAPH})(?={_IDEOGRAPH})"
"""Most lines end here, as `_BREAK` says too."""

_KEEP = "|".join(
    (
        "(?<=[a-z])[a-z]",  # as below, said first because most places are such
        rf"[{FILLER})\]}}!?/,.:;'\"’”…–{_WIDE_CLOSING}-]",  # LB13, LB19, LB21, LB22; the filler is its character's
        "(?<= )",  # LB7: the line ends before the space
        r" (?:[!?/)\]}]|[.,:;](?![0-9]))",  # LB13, LB15d, after spaces too
        rf"(?<=[{_WORD}{_OPENING}{_STOPS}{_SIGNS})\]'\"’”])[{_WORD}]",  # LB19, LB23 to LB25, LB28 to LB30
        rf"(?<=[{_WORD}])[{_OPENING}{_SIGNS}]",  # LB24, LB25, LB30
        rf"(?<=[{_OPENING}])|(?<=[{_WIDE_OPENING}]{FILLER})",  # LB14
        rf"(?<=['\"“‘])(?! )|(?<=[“‘]{FILLER})(?! )",  # LB19
        rf"(?<=[”’]{FILLER})[{_WORD}]|(?<![{FILLER} ])[“‘]|[“‘]{FILLER}?[{_WORD}]",  # LB19a
        "(?<=-)[0-9]",  # LB25
    )
)
"""No line ends here: what stands behind the place, after what stands before it."""

_BEGINNING = rf"{_WORD}{_OPENING}{_SIGNS}'\"“‘–—…{_WIDE_OPENING}-"
_BREAK = "|".join(
    (
        (
            rf"(?:(?<=[{_WORD}{_STOPS}!?)\]}}'\"’”…–%/$+\\-])|{_WIDE}|(?<=[”’…]{FILLER}))"  # LB18
            rf" (?=[{_BEGINNING}]|{_IDEOGRAPH})"
        ),
        rf"(?:(?<=—)|(?<=—{FILLER})) (?=[{_WORD}]|{_IDEOGRAPH})",  # LB18, LB17
        rf"(?<=[{_WORD}]-)(?=[A-Za-z])|(?<=/)(?=[A-Za-z])|(?<=[–…])(?=[{_WORD}])",  # LB31, as what follows
        rf"(?<=[)\]}}])(?=[{_OPENING}])",
        rf"{_WIDE}(?={_IDEOGRAPH}|[{_WIDE_OPENING}{_WORD}(\[—]|[“‘]{FILLER}?(?:{_IDEOGRAPH}|[{_WIDE_OPENING}]))",
        rf"(?<=[{_WORD}{_STOPS})\]!?/])(?={_IDEOGRAPH}|[{_WIDE_OPENING}])",
        rf"(?:(?<={_IDEOGRAPH}[”’]{FILLER})|(?<=[{_WIDE_CLOSING}]{FILLER}[”’]{FILLER}))(?={_IDEOGRAPH}|[{_WIDE_OPENING}])",
        rf"(?<=[{_WORD}{_STOPS}!?)\]])(?=—)|(?<=—)(?=[{_WORD}])|(?<=[—…]{FILLER})(?={_IDEOGRAPH}|[{_WIDE_OPENING}{_WORD}])",
    )
)
"""A line may end here; the space is not part of it."""


@lru_cache(maxsize=256)
def _line(width: int) -> re.Pattern[str]:
    """A line as long as `width` allows, group 1; a character without that group where the line's end is in doubt."""
    last_place = rf"(?>.{{1,{width}}}(?:\Z|(?={_COMMON})|(?!{_KEEP})))"
    return re.compile(rf"({last_place})(?:\Z|{_COMMON}|{_BREAK})|.", re.DOTALL)


# ---------------------------------------------------------------- any text


def _cut(text: str, widths: bytes, start: int, width: int) -> int:
    """Where the line that begins at `start` ends, the spaces behind it included; `widths` are the characters'."""
    limit = _fitting(widths, start, width)
    while text[limit : limit + 1] == " ":
        limit += 1
    if limit >= len(text):
        return len(text)
    behind = limit + _LOOK_AHEAD
    if "://" in text:  # an address is none without its beginning, and without its end it goes too far
        behind = text.find(" ", behind) + 1 or len(text)
    places = break_opportunities(text[start:behind])
    index = bisect_right(places, limit - start)
    while index and text[start + places[index - 1] - 1] == SOFT_HYPHEN:
        if sum(widths[start : start + places[index - 1]]) < width:
            break
        index -= 1  # there is no room for the hyphen
    return start + places[index - 1] if index else _whole_segment(text, start, limit)


def _fitting(widths: bytes, start: int, width: int) -> int:
    """The end of the longest piece from `start` that is at most `width` columns wide."""
    end, size, room = start, len(widths), width
    while end < size:
        step = room // 2  # so many characters fit, however wide they are
        if step:
            piece = widths[end : end + step]
            room -= sum(piece)
            end += len(piece)
        elif widths[end] <= room:
            room -= widths[end]
            end += 1
        else:
            break
    return end


def _whole_segment(text: str, start: int, limit: int) -> int:
    """The end of a segment that is longer than a line."""
    space = text.find(" ", limit)
    end = len(text) if space < 0 else space + _LOOK_AHEAD
    place = start + break_opportunities(text[start:end])[0]
    return place if place < end else start + break_opportunities(text[start:])[0]
