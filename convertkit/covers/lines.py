"""Lines: the words of a cover broken by UAX #14, as evenly as they can be, in the largest letters that fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

import regex

from convertkit.covers.setting import ASCENT, LEADING, Line, Setter
from convertkit.writers.text.line_breaking import break_opportunities

SIZES = (280, 250, 224, 200, 184, 168, 154, 142, 130, 120, 110, 100, 92, 84, 76, 70, 64, 58, 52, 46, 42, 38, 34, 30, 26)
"""Steps by which letters shrink, in pixels of a cover that is 1600 wide."""

WHOLE_WORDS = 46
"""Words are broken inside only in letters smaller than this."""

_AFTER_A_SIGN = re.compile(r"[\s:：,，;；、。.!！?？)）》」』\]】—–-]\Z")
_AFTER_A_PARTICLE = re.compile(r"[的のはをにがと]\Z")
_IN_A_WORD, _AT_A_PARTICLE = 0.15, 0.03
"""What a break costs beside one after a sign: between two East Asian characters, where a word may be cut, and after a
particle of Chinese or Japanese, where one mostly ends."""
_EAST_ASIAN_END = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]\Z")
_IN_A_SPELT_WORD = re.compile(r"[\uac00-\ud7a3][\uac00-\ud7a3]|[\u30a1-\u30fa\u30fc][\u30a1-\u30fa]")
MAX_EVENED = 150
"""Pieces of a text whose lines are made even; longer ones are filled line by line."""
ELLIPSIS = "…"
_GRAPHEME = regex.compile(r"\X")

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size, from the top of its box to the bottom."""

    rows: tuple[str, ...]
    size: int

    @property
    def height(self) -> float:
        """In pixels."""
        return len(self.rows) * LEADING * self.size


def break_lines(text: str, setter: Setter, size: int, room: float) -> Block | None:
    """The text in the fewest lines no wider than `room` pixels; None if a word is wider."""
    pieces = [text[start:end] for start, end in pairwise([0, *_places(text)])]
    if any(setter.width(piece.rstrip(), size) > room for piece in pieces):
        if size >= WHOLE_WORDS:
            return None
        pieces = _GRAPHEME.findall(text)
    rows = _rows(pieces, setter, size, room)
    return Block(tuple(rows), size) if all(setter.width(row, size) <= room for row in rows) else None


def _places(text: str) -> list[int]:
    """Where a row may end: not inside words of Hangul or Katakana, though UAX #14 allows it."""
    return [place for place in break_opportunities(text) if not _IN_A_SPELT_WORD.match(text, place - 1)]


def largest(text: str, setter: Setter, room: tuple[float, float], most: int) -> Block:
    """The text in the largest letters of at most `most` pixels that fit into so wide and high a room.

    Somewhat smaller ones are better where a row need not end inside a Chinese phrase then. Of a text for which even
    the smallest are too large, what fits is set, with an ellipsis.
    """
    first: Block | None = None
    for size in SIZES:
        if size > most:
            continue
        if first is not None and size < _least_for_sense(first.size):
            break
        block = break_lines(text, setter, size, room[0])
        if block is None or block.height > room[1] or len(block.rows) > _most_rows(size):
            continue
        if all(_break_cost(row) < _IN_A_WORD or not _EAST_ASIAN_END.search(row) for row in block.rows[:-1]):
            return block
        first = first or block
    return first or _cut(text, setter, room)


def _least_for_sense(largest_size: int) -> float:
    """How small letters may become for rows that end where the sense does."""
    return max(92.0, min(largest_size * 0.68, max(120.0, largest_size * 0.5)))


def _break_cost(row: str) -> float:
    if _AFTER_A_SIGN.search(row):
        return 0.0
    return _AT_A_PARTICLE if _AFTER_A_PARTICLE.search(row) else _IN_A_WORD


def _most_rows(size: int) -> int:
    """How many rows look well in letters so large: a title shrinks before it towers."""
    return 2 if size >= 200 else 3 if size >= 130 else 4 if size >= 92 else 100


def _cut(text: str, setter: Setter, room: tuple[float, float]) -> Block:
    size = SIZES[-1]
    rows = max(1, int(room[1] / (LEADING * size)))
    block = break_lines(text[:5000], setter, size, room[0]) or Block((text[:20],), size)
    if len(block.rows) <= rows:
        return block
    last = block.rows[rows - 1]
    while last and setter.width(last + ELLIPSIS, size) > room[0]:
        last = last[:-1]
    return Block((*block.rows[: rows - 1], last + ELLIPSIS), size)


def _rows(pieces: Sequence[str], setter: Setter, size: int, room: float) -> list[str]:
    """The pieces in as few rows as they need, as even as they can be."""
    full = [setter.width(piece, size) for piece in pieces]
    bare = [setter.width(piece.rstrip(), size) for piece in pieces]
    offsets = [0.0, *accumulate(full)]

    def width(start: int, end: int) -> float:
        return offsets[end - 1] - offsets[start] + bare[end - 1]

    ends = _greedy(len(pieces), width, room)
    if len(ends) > 1 and len(pieces) <= MAX_EVENED:
        ends = _even(pieces, width, room, len(ends))
    return ["".join(pieces[start:stop]).strip() for start, stop in pairwise([0, *ends])]


def _greedy(count: int, width: Callable[[int, int], float], room: float) -> list[int]:
    """The end of each row, as many pieces in each as go in."""
    ends, start = [], 0
    for end in range(1, count):
        if width(start, end + 1) > room:
            ends.append(end)
            start = end
    return [*ends, count]


def _even(pieces: Sequence[str], width: Callable[[int, int], float], room: float, rows: int) -> list[int]:
    """The end of each of so many rows, such that the squares of what each is off the mean are least."""
    count = len(pieces)
    mean = width(0, count) / rows
    best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{0: (0.0, ())}]
    for _ in range(rows):
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, ends) in best[-1].items():
            for end in range(start + 1, count + 1):
                across = width(start, end)
                if across > room and end > start + 1:
                    break
                total = cost + ((across - mean) / room) ** 2 + (_break_cost(pieces[end - 1]) if end < count else 0)
                if end not in reached or total < reached[end][0]:
                    reached[end] = (total, (*ends, end))
        best.append(reached)
    return list(best[-1][count][1])


def placed(block: Block, setter: Setter, left: float, top: float, room: float, align: Align) -> list[Line]:
    """The block's lines below `top`, between `left` and `left` + `room`."""
    lines = []
    for index, row in enumerate(block.rows):
        width = setter.width(row, block.size)
        x = {"left": left, "center": left + (room - width) / 2, "right": left + room - width}[align]
        base = top + (LEADING * index + ASCENT) * block.size
        lines.append(Line(setter.runs(row), x, base, block.size, width))
    return lines
