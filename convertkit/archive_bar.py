"""The progress bar of `convertkit archive`, drawn by rich on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column
from rich.text import Text

from convertkit.archive.events import Converted, Event, Failed, Finished, Note, Planned, Prunable, Surveyed, Unchanged

_BAR = 20
"""Columns of the bar itself."""
_SETTLED = 3.0
"""Seconds of work before a rate is told: workers start, and answer some hundred posts at once."""


class ArchiveBar:
    """A bar that is told events. As a context it goes away in the end.

    The rate and the time left are those of the whole run so far: answers come in chunks, so that a window of the last
    moments, which rich's own columns have, would tell a thousand a second now and none then.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=_BAR),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[failed]}"),
            TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[left]}", table_column=Column(no_wrap=True)),
            TextColumn(
                "{task.fields[current]}",
                markup=False,
                table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),  # the name has what is left
            ),
            console=Console(stderr=True),
            transient=True,
            expand=True,
        )
        self._task = self._progress.add_task("Listing", total=None, failed="", rate="", left="", current="")
        self._failed = self._done = self._todo = 0
        self._began = clock()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Draw what an event changes."""
        match event:
            case Planned(todo=todo):
                self._todo, self._began = todo, self._clock()
                self._progress.reset(self._task, total=todo, description="Converting")
            case Surveyed(posts=posts):
                self._progress.update(self._task, advance=posts, description="Reading")
            case Converted(source=source) | Unchanged(source=source):
                self._advance(source)
            case Failed(source=source):
                self._failed += 1
                self._advance(source)
            case Note(message=message):
                self._progress.console.print(Text(_plain(message)))
            case Prunable():
                pass  # said in the end
            case Finished():
                self._progress.update(self._task, description="Done", current="")

    @property
    def told(self) -> tuple[str, str]:
        """The rate and the time left, as they are shown."""
        fields = self._progress.tasks[0].fields
        return fields["rate"], fields["left"]

    def _advance(self, source: str) -> None:
        self._done += 1
        took = self._clock() - self._began
        rate = self._done / took if took >= _SETTLED else 0.0
        self._progress.update(
            self._task,
            advance=1,
            failed=f"{self._failed:,} failed" if self._failed else "",
            rate=f"{rate:,.0f}/s" if rate >= 1 else f"{60 * rate:,.0f}/min" if rate else "",
            left=_clock_time((self._todo - self._done) / rate) if rate else "",
            current=_plain(source.rpartition("/")[2]),
        )


def _clock_time(seconds: float) -> str:
    """`0:07`, `12:30`, `1:05:00`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _plain(text: str) -> str:
    """Without control characters, which a hostile name could aim at the terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
