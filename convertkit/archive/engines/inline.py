"""No engine at all: chunks run where they are submitted. For `memory://`, which only its own process can see."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Self

from convertkit.errors import ConvertkitError


class InlineEngine:
    """An `Engine` of one worker, which is the caller."""

    workers = 1

    def submit(self, function: Callable[[bytes, bytes], bytes], settings: bytes, tasks: bytes, /) -> Future[bytes]:
        """Run the function now. What it raises besides `ConvertkitError` is raised here."""
        future: Future[bytes] = Future()
        try:
            future.set_result(function(settings, tasks))
        except ConvertkitError as error:
            future.set_exception(error)
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing runs."""
