"""The progress bar of `convertkit archive`, drawn by rich on stderr."""

from __future__ import annotations

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from convertkit.archive.events import Converted, Event, Failed, Finished, Note, Planned, Surveyed, Unchanged

_BAR = 20
"""Columns of the bar itself."""


class ArchiveBar:
    """A bar that is told events. As a context it goes away in the end."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=_BAR),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[failed]}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True)),
            TextColumn(
                "{task.fields[current]}",
                markup=False,
                table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),  # the name has what is left
            ),
            console=Console(stderr=True),
            transient=True,
            expand=True,
        )
        self._task = self._progress.add_task("Listing", total=None, failed="", rate="", current="")
        self._failed = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Draw what an event changes."""
        match event:
            case Planned(todo=todo):
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
            case Finished():
                self._progress.update(self._task, description="Done", current="")

    def _advance(self, source: str) -> None:
        speed = self._progress.tasks[0].speed
        self._progress.update(
            self._task,
            advance=1,
            failed=f"{self._failed:,} failed" if self._failed else "",
            rate=f"{speed:,.0f}/s" if speed else "",
            current=_plain(source.rpartition("/")[2]),
        )


def _plain(text: str) -> str:
    """Without control characters, which a hostile name could aim at the terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
