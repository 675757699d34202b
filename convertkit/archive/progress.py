"""A page of memory on which a worker says what it is at, so that another process sees it without a message a post.

It outlives the worker: whoever finds the worker dead reads there which post it was at.
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile
from dataclasses import dataclass
from enum import IntEnum

from convertkit.archive.guard import VERDICT, VERDICT_AT

_SIZE = 4096
_TURN, _POST, _PHASE = range(3)


class Phase(IntEnum):
    """What a worker is at."""

    STARTING = 0
    IDLE = 1
    CONVERTING = 2
    COMMITTING = 3


_PHASES = frozenset(Phase)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a worker ended: its exit code (negative: a signal's number), and the most memory it had, in bytes."""

    code: int
    peak: int


class Progress:
    """The page. `address` is what another process opens it by: a descriptor, on Windows a name."""

    def __init__(self, address: str | None = None) -> None:
        if sys.platform == "win32":
            self.address = address or f"convertkit-{os.getpid()}-{os.urandom(8).hex()}"
            self._map = mmap.mmap(-1, _SIZE, tagname=self.address)
        else:
            descriptor = _new_page() if address is None else int(address)
            self.address = str(descriptor)
            self._map = mmap.mmap(descriptor, _SIZE)
        self._words = memoryview(self._map)[:VERDICT_AT].cast("Q")

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What a process that is to open the page must inherit."""
        return () if sys.platform == "win32" else (int(self.address),)

    def say(self, phase: Phase, post: int = 0) -> None:
        """What comes now; `post` is the post's place in its chunk."""
        words = self._words
        words[_POST] = post
        words[_PHASE] = phase
        words[_TURN] += 1

    @property
    def turn(self) -> int:
        """A number that changes whenever something is said."""
        return self._words[_TURN]

    @property
    def phase(self) -> Phase:
        """What was said last. A crash that wrote over the page leaves it to be a post's doing."""
        said = self._words[_PHASE]
        return Phase(said) if said in _PHASES else Phase.CONVERTING

    @property
    def post(self) -> int:
        """The place in its chunk of the post that was begun last."""
        return self._words[_POST]

    @property
    def verdict(self) -> Verdict:
        """What a guard wrote of the worker's end; zeros where there is no guard."""
        return Verdict(*VERDICT.unpack_from(self._map, VERDICT_AT))

    def close(self) -> None:
        """Give the page back."""
        self._words.release()
        self._map.close()
        for descriptor in self.descriptors:
            os.close(descriptor)


def _new_page() -> int:
    if sys.platform == "linux":
        descriptor = os.memfd_create("convertkit")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.truncate(descriptor, _SIZE)
    return descriptor
