"""A chunk of tasks to its records, under guard, on whatever thread of whatever machine an engine gives.

The posts are converted by a worker in a process of its own, which is kept for the next chunk. A post that its worker
does not survive, or is too slow for, is tried once more by a fresh worker that does nothing else, and then recorded
as failed; the posts around it are converted as if it were not there.

A pool of processes (pebble, loky, `ProcessPoolExecutor`) does not do this: it calls a function for each post instead of
streaming posts, which costs more than many a post takes, knows no limit of memory, and leaves alone what a task has
started.
"""

from __future__ import annotations

import atexit
import pickle
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass

from convertkit.archive.children import Child, Death
from convertkit.archive.records import Failure, Reason, Record
from convertkit.archive.settings import Settings
from convertkit.archive.units import Task
from convertkit.errors import ConvertkitError, WriteError

_TRIALS = 2
"""How many workers a post may cost before it is given up."""


def pack(value: Settings | Sequence[Task]) -> bytes:
    """Settings or tasks as `convert_chunk` takes them."""
    return pickle.dumps(value if isinstance(value, Settings) else list(value), pickle.HIGHEST_PROTOCOL)


def records_of(answer: bytes) -> list[Record]:
    """The records that `convert_chunk` gave, one a task, in no particular order."""
    return [record for part in pickle.loads(answer) for record in pickle.loads(part)]  # noqa: S301  # our own


def convert_chunk(settings: bytes, tasks: bytes) -> bytes:
    """Convert tasks and land their outputs; what `records_of` unpacks. Both arguments are made by `pack`.

    Raises `ConvertkitError` for settings with which nothing can be converted, `WriteError` for an OUT that no longer
    answers, `CancelledError` after `end_workers`.
    """
    return pickle.dumps(_crew_of(settings).convert(tasks), pickle.HIGHEST_PROTOCOL)


def convert_here(settings: bytes, tasks: bytes) -> bytes:
    """`convert_chunk` in this process, for what only this process can see (`memory://`): no limits, no guard."""
    from convertkit.archive.converting import (
        Converted,
        Converter,
    )  # and with it all of convertkit, which no coordinator needs
    from convertkit.archive.groups import Group
    from convertkit.archive.standing import yielding
    from convertkit.archive.stores import open_store

    told: Settings = pickle.loads(settings)  # noqa: S301  # packed by the caller
    store, group, parts = open_store(told.out), Group(), []
    with Converter(told) as converter:
        for task in pickle.loads(tasks):  # noqa: S301  # packed by the caller
            try:
                group.add(yielding(converter.convert(task), task, store))
            except MemoryError:
                group.add(Converted(_without_memory(task)))
            if group.full:
                parts.append(pickle.dumps(group.land(store)))
    parts.append(pickle.dumps(group.land(store)))
    return pickle.dumps(parts)


def _without_memory(task: Task) -> Record:
    message = f"{task.unit.name}: needed more memory than there is; convert it alone where there is more"
    return Record(task.unit.name, failure=Failure(Reason.MEMORY, message))


def end_workers(settings: bytes) -> None:
    """End all workers of this process that have these settings; chunks that they are at raise `CancelledError`."""
    with _crews_lock:
        crew = _crews.pop(settings, None)
    if crew is not None:
        crew.close()


@dataclass(frozen=True, slots=True)
class _Batch:
    """Tasks to be asked of one worker, and how many workers they have cost so far."""

    tasks: bytes
    deaths: int = 0


class _Crew:
    """This process's workers with the same settings, as many as there are threads that ask."""

    def __init__(self, settings: bytes) -> None:
        told: Settings = pickle.loads(settings)  # noqa: S301  # packed by the caller
        self._settings = settings
        self._limits = told.limits
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._all: set[Child] = set()
        self._closed = False

    def convert(self, tasks: bytes) -> list[bytes]:
        """Pickled lists of records, one for each task in all."""
        answers: list[bytes] = []
        waiting = deque([_Batch(tasks)])
        child = None
        try:
            while waiting:
                batch = waiting.popleft()
                child = child or self._hired()
                death = child.ask(batch.tasks, answers.append)
                if death is None and not child.wants_relief:
                    continue
                self._dismiss(child)
                child = None
                if death is not None:
                    self._check_open()
                    again, lost = _after(death, batch)
                    waiting.extendleft(reversed(again))
                    answers += [pickle.dumps([record]) for record in lost]
        finally:
            if child is not None:
                self._rest(child)
        return answers

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._closed = True
            children = tuple(self._all)
        for child in children:
            child.part()  # so that they end at the same time
        for child in children:
            child.end()

    def _hired(self) -> Child:
        """A worker that waits for tasks: one that is idle, or a new one. Raises `ConvertkitError`."""
        with self._lock:
            while self._idle:
                if (idle := self._idle.pop()).take():
                    return idle
                self._all.discard(idle)
        problem = ""
        for _ in range(_TRIALS):
            self._check_open()
            child = self._begun()
            with self._lock:
                self._all.add(child)
                if self._closed:  # by somebody who did not know of this child
                    child.part()
            death = child.prepare(self._settings)
            if death is None:
                return child
            self._dismiss(child)
            problem = death.problem
        self._check_open()
        raise ConvertkitError(
            f"a worker {problem} as it started", advice="try a filter alone on one post; give more with --memory"
        )

    def _begun(self) -> Child:
        try:
            return Child(self._limits)
        except OSError as error:
            problem = f"a worker cannot be started: {error.strerror}"
            raise ConvertkitError(problem, advice="end other programs, or ask for fewer --jobs") from error

    def _rest(self, child: Child) -> None:
        child.rest()
        with self._lock:
            if not self._closed:
                self._idle.append(child)
                return
        self._dismiss(child)

    def _dismiss(self, child: Child) -> None:
        child.rest()
        child.end()
        with self._lock:
            self._all.discard(child)

    def _check_open(self) -> None:
        if self._closed:
            raise CancelledError


def _after(death: Death, batch: _Batch) -> tuple[list[_Batch], list[Record]]:
    """What is asked next of fresh workers, and what is given up, when a worker died of a batch. Raises `WriteError`."""
    if death.stuck:
        problem = f"a worker {death.problem} to write what it had converted"
        raise WriteError(problem, advice="see whether the disk or the object store answers")
    tasks: list[Task] = pickle.loads(batch.tasks)[death.answered :]  # noqa: S301  # packed by the caller
    if len(tasks) == 1:
        deaths = batch.deaths + 1
        if deaths < _TRIALS:
            return [_Batch(pack(tasks), deaths)], []
        return [], [given_up(tasks[0], death.reason, death.problem)]
    place = len(tasks) if death.post is None else death.post - death.answered
    if place >= len(tasks):  # no post is to blame, or a crash wrote over the page that says which
        return [_Batch(pack([task])) for task in tasks], []
    suspect, others = tasks[place], tasks[:place] + tasks[place + 1 :]
    return [_Batch(pack([suspect]), 1), _Batch(pack(others))], []


def given_up(task: Task, reason: Reason, problem: str) -> Record:
    """The record of a task that cost workers; `problem` says what it did."""
    advice = {
        Reason.TIMEOUT: "allow more with --timeout",
        Reason.MEMORY: "allow more with --memory",
    }.get(reason, "convert it alone with each filter to see which of them it is")
    name = task.unit.name
    return Record(name, failure=Failure(reason, f"{name}: {problem}; {advice}"))


_crews: dict[bytes, _Crew] = {}
_crews_lock = threading.Lock()


def _crew_of(settings: bytes) -> _Crew:
    with _crews_lock:
        if settings not in _crews:
            _crews[settings] = _Crew(settings)
        return _crews[settings]


@atexit.register
def _end_all() -> None:
    for settings in tuple(_crews):
        end_workers(settings)
