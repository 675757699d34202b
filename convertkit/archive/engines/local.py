"""This machine: a thread a job, each of which waits for a worker's process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from convertkit.archive.chunks import end_workers

_LOOK = 0.02
"""Seconds between two looks at threads that are to end."""


class LocalEngine:
    """An `Engine` of `jobs` workers."""

    def __init__(self, jobs: int) -> None:
        self.workers = jobs
        self._threads = ThreadPoolExecutor(jobs, "convertkit")
        self._settings: set[bytes] = set()
        self._running: set[Future[bytes]] = set()

    def submit(self, function: Callable[[bytes, bytes], bytes], settings: bytes, tasks: bytes, /) -> Future[bytes]:
        """See `Engine.submit`."""
        self._settings.add(settings)
        future = self._threads.submit(function, settings, tasks)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Chunks that wait are cancelled, those that run lose their workers."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        while True:
            for settings in self._settings:
                end_workers(settings)
            if not self._running:
                break
            time.sleep(_LOOK)  # a thread that was about to ask for a worker may have got one since
        self._threads.shutdown()
