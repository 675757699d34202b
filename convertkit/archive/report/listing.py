"""The posts that a report's page names: the worst and the failed, as many as a page can hold."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappush, heappushpop

from convertkit.archive.records import Failure, Record

MOST_POSTS = 5_000
MOST_FAILURES = 5_000
"""Rows of the page's tables. A browser opens ten thousand rows in about a second; `failures.jsonl` has all failures."""


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A record in the heap of the worst: the least is the one to give way."""

    key: tuple[int, int]
    record: Record

    def __lt__(self, other: _Ranked) -> bool:
        return (self.key, other.record.name) < (other.key, self.record.name)


class Listing:
    """Keeps the posts to be named while records stream by in order of their names."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, Failure]] = []
        """The first by name."""
        self._worst: list[_Ranked] = []

    def add(self, record: Record) -> None:
        """Keep a record, if it is among those to be named."""
        if record.failure is not None:
            if len(self.failures) < MOST_FAILURES:
                self.failures.append((record.name, record.failure))
            return
        ranked = _Ranked((record.unexplained or 0, sum(record.losses.values())), record)
        if len(self._worst) < MOST_POSTS:
            heappush(self._worst, ranked)
        elif self._worst[0] < ranked:
            heappushpop(self._worst, ranked)

    def worst(self) -> list[Record]:
        """Converted posts: first those with the most that is unexplained, then with the most losses, then by name."""
        return [ranked.record for ranked in sorted(self._worst, reverse=True)]
