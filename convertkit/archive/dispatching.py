"""Tasks to an engine and records back, so many at a time that neither waits for the other, and no more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass

from convertkit.archive.chunks import pack, records_of
from convertkit.archive.engine import Engine
from convertkit.archive.records import Record
from convertkit.archive.settings import Settings
from convertkit.archive.units import Carried, Task
from convertkit.readers.feeds.entry import Entry

WORK = 1.0
"""Seconds of work in a chunk: an engine's own work for a chunk (Dask's is about 10 ms) is small beside it."""
FIRST, MOST = 16, 2000
"""Tasks in the first chunk of a run, when nobody knows how long they take, and in any."""
MOST_BYTES = 4 * 2**20
"""Posts that travel with their task, in a chunk."""

ConvertChunk = Callable[[bytes, bytes], bytes]


@dataclass(slots=True)
class _Pace:
    """How many tasks make a chunk: `WORK` seconds of them, and towards the end fewer, so that no worker is left alone
    with a long one."""

    workers: int
    waiting: int
    """Tasks that are in no chunk yet."""
    size: int = FIRST
    began: float = 0.0
    answers: int = 0

    def next_size(self) -> int:
        """Tasks in the next chunk."""
        fair = max(FIRST, self.waiting // (3 * self.workers))
        return min(self.size, fair)

    def answered(self, tasks: int) -> None:
        """Learn from a chunk. The first one, with which workers started, only begins the count."""
        now = time.monotonic()
        if not self.began:
            self.began = now
            return
        self.answers += tasks
        a_second = self.answers / ((now - self.began) or 1e-6)
        self.size = max(1, min(int(WORK * a_second / self.workers), 2 * self.size, MOST))


def run_tasks(
    engine: Engine, function: ConvertChunk, settings: Settings, tasks: Iterable[Task], number: int
) -> Iterator[list[Record]]:
    """The records of each chunk as it is done. Two chunks a worker and one more are under way or wait, never more.

    `number` says about how many tasks there are. Raises what chunks raise: `EngineLost`, `WriteError`, and
    `ConvertkitError` for settings that do not work.
    """
    packed = pack(settings)
    pace = _Pace(engine.workers, number)
    rest = iter(tasks)
    running: dict[Future[bytes], int] = {}
    more = True
    while more or running:
        while more and len(running) < 2 * engine.workers + 1:
            chunk = _chunk(rest, pace.next_size())
            more = bool(chunk)
            if more:
                running[engine.submit(function, packed, pack(chunk))] = len(chunk)
                pace.waiting -= len(chunk)
        done = wait(running, return_when=FIRST_COMPLETED).done if running else ()
        for future in done:
            pace.answered(running.pop(future))
            yield records_of(future.result())


def _chunk(tasks: Iterator[Task], most: int) -> list[Task]:
    chunk: list[Task] = []
    carried = 0
    for task in tasks:
        chunk.append(task)
        carried += _carried(task)
        if len(chunk) >= most or carried >= MOST_BYTES:
            break
    return chunk


def _carried(task: Task) -> int:
    match task.unit.content:
        case Carried(data=data):
            return len(data)
        case Entry(html=html):
            return len(html)
        case _:
            return 0
