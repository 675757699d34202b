"""This machine: a thread a job, each of which waits for a worker's process of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from convertkit.archive.chunks import end_workers


class LocalEngine:
    """An `Engine` of `jobs` workers."""

    def __init__(self, jobs: int) -> None:
        self.workers = jobs
        self._threads = ThreadPoolExecutor(jobs, "convertkit")
        self._settings: set[bytes] = set()

    def submit(self, function: Callable[[bytes, bytes], bytes], settings: bytes, tasks: bytes, /) -> Future[bytes]:
        """See `Engine.submit`."""
        self._settings.add(settings)
        return self._threads.submit(function, settings, tasks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Chunks that wait are cancelled, those that run lose their workers."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for settings in self._settings:
            end_workers(settings)
        self._threads.shutdown()
