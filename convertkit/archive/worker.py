"""The loop of a worker's process: tasks in, records out, files landed in groups in between.

An answer says what stands: records are sent after their files were committed. What a worker is at stands on the page
of `progress`. It ends itself on a MemoryError, because what else is damaged then nobody knows.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Sequence
from typing import BinaryIO, NoReturn

from convertkit.archive.converting import Converter
from convertkit.archive.groups import Group
from convertkit.archive.limits import limit_this_process, resident_memory
from convertkit.archive.progress import Phase, Progress
from convertkit.archive.settings import Settings
from convertkit.archive.standing import yielding
from convertkit.archive.store import Store
from convertkit.archive.stores import open_store
from convertkit.archive.units import Task
from convertkit.archive.wire import OUT_OF_MEMORY, Kind, Message, receive, send
from convertkit.errors import ConvertkitError

MAX_POSTS = 20_000
"""After so many a fresh worker takes over, so that nothing builds up; starting one takes a quarter of a second."""

_COLLECT_EVERY = 20_000
"""Objects made before the garbage collector looks; Python's 700 cost a tenth of all time, and a post has few cycles."""


def main(page: int | str) -> NoReturn:
    """Serve whoever holds the other ends of stdin and stdout until stdin ends."""
    tasks, answers = _take_pipes()
    worker = Worker(tasks, answers, Progress(str(page)))
    try:
        worker.serve()
    except (BrokenPipeError, EOFError):
        os._exit(0)  # nobody listens any more
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    sys.exit(0)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Stdin and stdout for ourselves; filters, and what they start, read nothing and print into nothing."""
    pipes = os.dup(0), os.dup(1)  # dup's descriptors are not inherited by programs
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    return os.fdopen(pipes[0], "rb"), os.fdopen(pipes[1], "wb")


class Worker:
    """A converter, a store, and the pipes to whoever asks."""

    def __init__(self, tasks: BinaryIO, answers: BinaryIO, progress: Progress) -> None:
        self._tasks = tasks
        self._answers = answers
        self._progress = progress
        self._posts = 0
        self._forked = False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._part)

    def serve(self) -> None:
        """Answer until the tasks end. Raises `MemoryError`."""
        told = receive(self._tasks)
        if told is None:
            return
        settings: Settings = pickle.loads(told.payload)  # noqa: S301  # from the process that started this one
        try:
            converter = Converter(settings)
            store = open_store(settings.out)
        except ConvertkitError as error:
            send(self._answers, Message(Kind.REFUSED, payload=pickle.dumps(error)))
            return
        converter.warm_up()
        limit_this_process(settings.limits)
        gc.collect()
        gc.freeze()
        gc.set_threshold(_COLLECT_EVERY, 10, 10)
        self._progress.say(Phase.IDLE)
        send(self._answers, Message(Kind.READY))
        with converter:
            while (asked := receive(self._tasks)) is not None:
                self._convert_all(pickle.loads(asked.payload), converter, store)  # noqa: S301  # as above
                retire = self._posts >= MAX_POSTS or resident_memory() > settings.limits.memory // 2
                send(self._answers, Message(Kind.END, int(retire)))

    def _convert_all(self, tasks: Sequence[Task], converter: Converter, store: Store) -> None:
        group = Group()
        for place, task in enumerate(tasks):
            self._progress.say(Phase.CONVERTING, place)
            try:
                group.add(yielding(converter.convert(task), task, store))
            except MemoryError:
                self._commit(group, store)
                self._progress.say(Phase.CONVERTING, place)  # who finds this worker dead is to blame this post
                raise
            if self._forked:
                os._exit(0)  # a filter forked and both went on: the other one is the worker
            if group.full:
                self._commit(group, store)
        self._commit(group, store)
        self._progress.say(Phase.IDLE)
        self._posts += len(tasks)

    def _commit(self, group: Group, store: Store) -> None:
        self._progress.say(Phase.COMMITTING)
        records = group.land(store)
        send(self._answers, Message(Kind.RECORDS, len(records), pickle.dumps(records, pickle.HIGHEST_PROTOCOL)))

    def _part(self) -> None:
        """In a process that a filter forked: the pipes belong to the other one."""
        self._forked = True
        for pipe in (self._tasks, self._answers):
            os.close(pipe.fileno())
