"""Workers' processes as their starter sees them: begun, asked, watched, ended."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, cast

from convertkit.archive import guard
from convertkit.archive.progress import Phase, Progress, Verdict
from convertkit.archive.records import Reason
from convertkit.archive.settings import Limits
from convertkit.archive.wire import OUT_OF_MEMORY, Kind, Message, receive, send
from convertkit.errors import ConvertkitError

_START_LIMIT = 120.0
"""Seconds that a worker may take to load its filters."""
_COMMIT_LIMIT = 300.0
"""Seconds that a commit, or taking a chunk in, may take: a disk may be slow, an object store is asked again."""
_IDLE_LIMIT = 60.0
"""Seconds after which a worker that nobody asks anything is ended."""
_LOOK = 0.1
"""Seconds between two looks at all workers."""
_GRACE = 5.0
"""Seconds in which a worker that has nothing left to do ends by itself, and in which a guard ends all others."""
_NEAR_THE_LIMIT = 0.75
"""The share of its memory that a worker had, from which on its violent end is put down to memory."""


@dataclass(frozen=True, slots=True)
class Death:
    """How a worker ended before it had answered all of a chunk."""

    answered: int
    """How many of the chunk's tasks it had answered."""
    post: int | None
    """The place in the chunk of the post that it was at; None if it was at none."""
    reason: Reason
    problem: str
    """What is to be said of the post: `took longer than 30 seconds`."""
    stuck: bool = False
    """Whether no post is to blame: it could not begin, or what it wrote to did not answer."""


class Child:
    """A worker's process, with its guard where there is one, as long as somebody asks it within a minute.

    One thread asks at a time; `part` and `end` may be called from any. Raises `OSError` if none can be begun.
    """

    def __init__(self, limits: Limits) -> None:
        self.wants_relief = False
        """Whether it is to be replaced: it asked for it, or has been told to end."""
        self._limits = limits
        self._lock = threading.Lock()
        self._burial = threading.Lock()
        self._busy = True
        self._leaving = False
        """Whether it has been told to end, one way or another."""
        self._gone = False
        self._expired: tuple[Phase, int] | None = None
        """What it was at, and at which post, when it had been at it for too long."""
        self._turn, self._since = 0, time.monotonic()
        self._progress = Progress()
        try:
            self._process, self._lifeline = _start(self._progress)
        except OSError:
            self._progress.close()
            raise
        _watch(self)

    def prepare(self, settings: bytes) -> Death | None:
        """Tell it its settings. Raises the `ConvertkitError` with which it refuses them."""
        with suppress(OSError, ValueError):
            send(self._stdin, Message(Kind.SETTINGS, payload=settings))
            answer = receive(self._stdout)
            if answer is not None and answer.kind is Kind.REFUSED:
                self._bury(0)
                raise cast("ConvertkitError", pickle.loads(answer.payload))  # noqa: S301  # our own process's
            if answer is not None:
                return None
        return self._bury(0)

    def take(self) -> bool:
        """Keep it for the caller; False if it has been told to end."""
        with self._lock:
            if self._leaving:
                return False
            self._busy = True
            self._since = time.monotonic()
            return True

    def rest(self) -> None:
        """Nobody asks it now."""
        with self._lock:
            self._busy = False
            self._since = time.monotonic()

    def ask(self, tasks: bytes, answer: Callable[[bytes], None]) -> Death | None:
        """Have pickled tasks converted; `answer` is given pickled records in the tasks' order.

        Whoever died is ended, with all that it has started.
        """
        answered = 0
        with suppress(OSError, ValueError):  # nobody reads any more; something else was written
            send(self._stdin, Message(Kind.TASKS, payload=tasks))
            while (message := receive(self._stdout)) is not None:
                if message.kind is Kind.END:
                    with self._lock:  # its time may have been up just as it was done
                        self.wants_relief = bool(message.number) or self._leaving
                    return None
                answered += message.number
                answer(message.payload)
        return self._bury(answered)

    def look(self, now: float) -> None:
        """End it if it has been at one thing, or has had nothing to do, for too long."""
        with self._lock:
            if self._leaving:
                return
            turn = self._progress.turn
            if turn != self._turn:
                self._turn, self._since = turn, now
            phase = self._progress.phase
            idle = not self._busy and now - self._since > _IDLE_LIMIT
            if self._busy and now - self._since > self._allowed(phase):
                self._expired = phase, self._progress.post
                self._cut()
        if idle:  # on a thread of its own: the others are to be looked at meanwhile
            threading.Thread(target=self._end_idle, name="convertkit-end", daemon=True).start()

    def part(self) -> None:
        """Tell it to end; whoever asks it just now finds it dead, and buries it."""
        with self._lock:
            self._part()

    def end(self) -> None:
        """End it and all that it has started; whoever asks it just now finds it dead, and buries it."""
        self.part()
        with self._burial:
            if self._busy or self._gone:
                return
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
            self._bury(0)

    def _part(self) -> None:
        """Cut it off if it is asked just now, otherwise let it end by itself. The lock is held."""
        if self._busy:
            self._cut()
        elif not self._leaving:
            self._leaving = True
            with suppress(OSError):
                self._stdin.close()  # the end of all tasks

    def _end_idle(self) -> None:
        with self._lock:
            if self._busy:  # somebody was quicker
                return
            self._part()
        self.end()

    @property
    def _stdin(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdin)

    @property
    def _stdout(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdout)

    def _allowed(self, phase: Phase) -> float:
        """Seconds that it may take for what it is at."""
        match phase:
            case Phase.STARTING:
                return _START_LIMIT
            case Phase.IDLE | Phase.COMMITTING:
                return _COMMIT_LIMIT
            case Phase.CONVERTING:
                return self._limits.timeout

    def _cut(self) -> None:
        """Have it killed. The lock is held."""
        self._leaving = True
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None
        elif sys.platform == "win32":
            self._process.kill()

    def _bury(self, answered: int) -> Death:
        """Wait for its end, give all back that it held, and say what it died of."""
        with self._lock:
            self._cut()
        try:
            code = self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:  # a process that waits for a dead disk cannot be killed; we go on
            self._process.kill()
            code = self._process.wait()
        with self._lock:
            self._gone = True
            phase, post = self._expired or (self._progress.phase, self._progress.post)
            verdict = self._progress.verdict
            self._progress.close()
        for pipe in (self._stdin, self._stdout):
            with suppress(OSError):
                pipe.close()
        _forget(self)
        at = post if phase is Phase.CONVERTING and post >= answered else None
        if self._expired:
            problem = f"took longer than {self._allowed(phase):g} seconds"
            return Death(answered, at, Reason.TIMEOUT, problem, stuck=phase is not Phase.CONVERTING)
        return Death(answered, at, *self._cause(verdict if verdict.peak else Verdict(code, 0)))

    def _cause(self, verdict: Verdict) -> tuple[Reason, str]:
        violent = verdict.code < 0 and verdict.peak > _NEAR_THE_LIMIT * self._limits.memory
        if verdict.code == OUT_OF_MEMORY or violent:
            return Reason.MEMORY, f"needed more than {self._limits.memory / 2**20:,.0f} MiB of memory"
        return Reason.CRASH, f"ended its worker ({_ending(verdict.code)})"


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:  # one of the real-time signals, which have no names
        return f"signal {-code}"


def _start(progress: Progress) -> tuple[subprocess.Popen[bytes], int | None]:
    """A worker's process, or its guard's, and the lifeline whose end is its end."""
    # Filters in Python may well write what a set gives in its order: it is the same in every worker.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    if sys.platform == "win32":
        work = f"from convertkit.archive.worker import main; main({progress.address!r})"
        return _process([sys.executable, "-P", "-c", work], environment, ()), None
    end, lifeline = os.pipe()
    try:
        told = (str(os.getpid()), str(end), progress.address, json.dumps(sys.path))
        command = [sys.executable, "-P", guard.__file__, *told]
        return _process(command, environment, (end, *progress.descriptors)), lifeline
    except OSError:
        os.close(lifeline)
        raise
    finally:
        os.close(end)


def _process(command: list[str], environment: dict[str, str], descriptors: tuple[int, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # our own program, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=descriptors,
        env=environment,
        start_new_session=True,  # Ctrl-C is its starter's to handle
    )


_watched: set[Child] = set()
_watching = threading.Lock()
_watchers: list[threading.Thread] = []


def _watch(child: Child) -> None:
    """Look at a child from now on; one thread looks at all."""
    with _watching:
        _watched.add(child)
        if not _watchers:
            thread = threading.Thread(target=_look, name="convertkit-watch", daemon=True)
            _watchers.append(thread)
            thread.start()


def _forget(child: Child) -> None:
    with _watching:
        _watched.discard(child)


def _look() -> None:
    while True:
        time.sleep(_LOOK)
        with _watching:
            if not _watched:
                _watchers.clear()
                return
            children = tuple(_watched)
        now = time.monotonic()
        for child in children:
            child.look(now)
