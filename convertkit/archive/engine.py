"""The seam to whatever runs chunks of work: a part of `concurrent.futures.Executor`.

An engine needs `submit` alone; it need not know of posts, limits or failures, because a chunk is run under guard
wherever it runs (`chunks.convert_chunk`). Arguments and results are `bytes`, which no engine takes apart.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Protocol, Self

from convertkit.errors import ConvertkitError


class EngineLost(ConvertkitError):
    """The engine is gone, and with it whatever it was doing; what is done stands, and the next run does the rest."""


class Engine(Protocol):
    """Runs functions of bytes elsewhere. As a context it begins and ends its workers, and leaves no process behind."""

    @property
    def workers(self) -> int:
        """How many chunks run at once."""
        ...

    def submit(self, function: Callable[[bytes, bytes], bytes], settings: bytes, tasks: bytes, /) -> Future[bytes]:
        """Run `function(settings, tasks)`. The future raises `EngineLost` if the engine itself is gone."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Give up what still runs, at once."""
        ...
