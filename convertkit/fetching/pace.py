"""A polite rate for each host, and hosts that do not answer are asked no more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from convertkit.fetching.failures import FetchError, Reason

SILENT = 3
"""After so many pictures in a row without an answer a host is given up for the run: old archives name many dead."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When each host was last asked, and how often it failed. `interval` is in seconds; threads may share it."""

    interval: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _next: dict[str, float] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)

    def wait(self, host: str) -> None:
        """Sleep until the host may be asked again. Raises `FetchError` for one that is given up."""
        with self._lock:
            if self._failures.get(host, 0) >= SILENT:
                raise FetchError(Reason.GIVEN_UP, f"{host} did not answer {SILENT} times, and is asked no more")
            now = self.clock()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self.interval
        if turn > now:
            self.sleep(turn - now)

    def answered(self, host: str) -> None:
        """The host gave an answer, whatever it was."""
        with self._lock:
            self._failures.pop(host, None)

    def failed(self, host: str) -> None:
        """The host gave no answer to a picture, however often it was asked."""
        with self._lock:
            self._failures[host] = self._failures.get(host, 0) + 1
