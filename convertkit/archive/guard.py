"""A process between a worker and whoever started it: when either ends, no descendant of the worker lives on.

It runs as a script and forks the worker before anything heavy is imported, so it is small. On Linux it adopts what
the worker's processes leave behind (`PR_SET_CHILD_SUBREAPER`), so that a filter's daemon, forked twice and in a
session of its own, is found and ended; elsewhere it ends the worker's process group.

It goes when the worker ends, when the lifeline closes (a pipe whose other end only the starter holds, so that even
`kill -9` of the starter closes it), or when the starter is no longer its parent.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import struct
import sys
import time
from pathlib import Path

VERDICT = struct.Struct("=qq")
"""How the worker ended, for who maps the page of `progress`: exit code (negative: signal), peak of memory in bytes."""
VERDICT_AT = 64
"""Where on the page it stands."""

_LINUX = sys.platform == "linux"
_SET_PARENT_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of `ru_maxrss`."""
_LOOK = 1000
"""Milliseconds between two looks at the parent."""


def main() -> None:
    """Run as `guard.py STARTER LIFELINE PAGE PATH`: a process id, two descriptors, `sys.path` as JSON."""
    starter, lifeline, page = map(int, sys.argv[1:4])
    _control(_SET_CHILD_SUBREAPER, 1)
    wake = _wake_by_signals()
    guard = os.getpid()
    worker = os.fork()
    if worker == 0:
        os.close(lifeline)
        _be_the_worker(guard, page, json.loads(sys.argv[4]))
    for pipe in (0, 1):  # the worker's: its end must be seen at the other end
        os.close(pipe)
    _watch(worker, starter, lifeline, wake, page)
    _end_all(worker, page)


def _be_the_worker(guard: int, page: int, path: list[str]) -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    _control(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != guard:
        os._exit(1)
    if not _LINUX:
        os.setpgid(0, 0)
    sys.path[:] = path
    from convertkit.archive.worker import main as work

    work(page)


def _wake_by_signals() -> int:
    """A descriptor that is readable after a child's end or a request to end."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return reading


def _watch(worker: int, starter: int, lifeline: int, wake: int, page: int) -> None:
    """Wait until the worker or its starter has ended, or somebody asks for the end."""
    waiting = select.poll()
    waiting.register(lifeline, select.POLLIN)
    waiting.register(wake, select.POLLIN)
    while os.getppid() == starter:
        ready = [descriptor for descriptor, _ in waiting.poll(_LOOK)]
        if lifeline in ready or (wake in ready and signal.SIGTERM in os.read(wake, 4096)):
            return
        if _reap(worker, page):
            return


def _reap(worker: int, page: int, options: int = os.WNOHANG) -> bool:
    """Bury what has ended; whether the worker was among it, whose end is then written on the page."""
    with contextlib.suppress(ChildProcessError):
        while True:
            process, status, usage = os.wait4(-1, options)
            if process == worker:
                verdict = VERDICT.pack(os.waitstatus_to_exitcode(status), usage.ru_maxrss * _PEAK_UNIT)
                os.pwrite(page, verdict, VERDICT_AT)
                return True
            if process == 0:
                return False
    return False


def _end_all(worker: int, page: int) -> None:
    """Kill every descendant, those too that are forked meanwhile."""
    if not _LINUX:
        with contextlib.suppress(OSError):
            os.killpg(worker, signal.SIGKILL)
        _reap(worker, page, 0)
        return
    while living := _descendants():
        stopped: set[int] = set()
        while fresh := living - stopped:  # who is stopped forks no more
            _signal(fresh, signal.SIGSTOP)
            stopped |= fresh
            living = _descendants()
        _signal(stopped, signal.SIGKILL)
        _reap(worker, page)
        time.sleep(0.001)
    _reap(worker, page)  # what ended by itself just now


def _signal(processes: set[int], number: int) -> None:
    for process in processes:
        with contextlib.suppress(OSError):
            os.kill(process, number)


def _descendants() -> set[int]:
    """The living processes below this one; what has ended and is not yet buried does not count."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                state, parent = (folder / "stat").read_bytes().rpartition(b")")[2].split()[:2]
                if state not in b"ZX":
                    children.setdefault(int(parent), []).append(int(folder.name))
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        fresh = [child for child in children.get(waiting.pop(), ()) if child not in found]
        found.update(fresh)
        waiting += fresh
    return found


def _control(option: int, value: int) -> None:
    if _LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()
