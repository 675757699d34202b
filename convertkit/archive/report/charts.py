"""Numbers to the shapes of a chart. A template draws them; nothing here knows of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST_BARS = 12
MOST_COLUMNS = 240
"""Columns that can be told apart on a page."""
_STEPS = ((1, "month"), (12, "year"), (120, "decade"), (1200, "century"))
"""How many months a column may stand for, and what that is called."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a bar chart; `share` is the bar's length, 0 to 100, of the longest."""

    label: str
    value: int
    share: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column at a place from the left, in a drawing 100 high whose columns are 1 wide each."""

    place: int
    label: str
    value: int
    height: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Posts over time."""

    unit: str
    """What a column stands for: `month`, `year`, `decade` or `century`."""
    columns: tuple[Column, ...]
    top: int
    """The value at the upper edge: a round number."""
    marks: tuple[tuple[int, str], ...]
    """Places along the time axis that bear a label, in columns from the left."""

    @property
    def peak(self) -> Column:
        """The highest column, the first of several."""
        return max(self.columns, key=lambda column: column.value)


def bars(values: Iterable[tuple[str, int, str]], most: int = MOST_BARS) -> list[Bar]:
    """The first bars of (label, value, note); those that come after `most` are one bar at the end."""
    every = list(values)
    shown, rest = (every, []) if len(every) <= most + 1 else (every[:most], every[most:])
    longest = max((value for _, value, _ in shown), default=0) or 1
    found = [Bar(label, value, round(100 * value / longest, 2), note) for label, value, note in shown]
    if rest:
        total = sum(value for _, value, _ in rest)
        found.append(Bar(f"{len(rest):,} others", total, round(min(100.0, 100 * total / longest), 2)))
    return found


def over_time(months: Mapping[str, int]) -> Columns | None:
    """Columns for posts by month (`2022-04`), without gaps; years, decades or centuries where months are too many.

    None without any month.
    """
    if not months:
        return None
    counts = {_month_number(month): posts for month, posts in months.items()}
    first, last = min(counts), max(counts)
    step, unit = next(
        (step, unit) for step, unit in _STEPS if last // step - first // step < MOST_COLUMNS or step == _STEPS[-1][0]
    )
    totals = [0] * (last // step - first // step + 1)
    for number, posts in counts.items():
        totals[number // step - first // step] += posts
    top = round_up(max(totals))
    columns = tuple(
        Column(place, _label(first // step + place, step), value, round(100 * value / top, 2))
        for place, value in enumerate(totals)
    )
    return Columns(unit, columns, top, _marks(first // step, columns, step))


def round_up(value: int) -> int:
    """The least round number that is no less than `value`: 1, or 2, 4, 5, 6, 8, 10 times a power of ten, not 5."""
    power = int(10 ** (len(str(value)) - 1))
    return next(factor * power for factor in (1, 2, 4, 5, 6, 8, 10) if factor * power >= value and factor * power != 5)


def _month_number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _label(number: int, step: int) -> str:
    year, month = divmod(number * step, 12)
    return f"{year:04}-{month + 1:02}" if step == 1 else f"{year:04}" if step == _STEPS[1][0] else f"{year:04}s"


def _marks(first: int, columns: Sequence[Column], step: int) -> tuple[tuple[int, str], ...]:
    """A label at the first month of each year, or of each n-th, so that there are no more than nine."""
    starts = [place for place in range(len(columns)) if step > 1 or (first + place) % 12 == 0]
    every = max(1, -(-len(starts) // 9))
    marks = tuple((place, columns[place].label[:4]) for place in starts[::every])
    return marks or ((0, columns[0].label),)
