"""Tests of how time grows, which no busy or slow machine may fail: the best of several rounds, and much room.

Reading and writing are partly C (the HTML parser, regular expressions), where no line or call can be counted; so there
has to be a clock. Noise only ever adds to it: one good round is proof enough, and further rounds run only for want of
one. The collector is off, because a full collection costs what all tests before have left behind.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

_ROUNDS = 5
_ALLOWANCE = 1.0
"""Seconds of CPU that are never too much: what takes a second for ten times the input is no trouble to anyone, and a
quadratic reader takes tens of seconds for the inputs of these tests."""


def assert_linear(work: Callable[[int], object], small: int, large: int) -> None:
    """Work on `large` pieces takes about as much longer as they are more: at most three times that.

    A quadratic algorithm would take the square, so `large` should be at least eight times `small`.
    """
    most = 3 * large / small
    rounds = []
    for _ in range(_ROUNDS):
        little, much = _spent(work, small), _spent(work, large)
        if much < max(most * little, _ALLOWANCE):
            return
        rounds.append(f"{little:.3f} s and {much:.3f} s")
    raise AssertionError(f"{small} and {large} pieces took {', '.join(rounds)}")


def assert_quick(work: Callable[[], object], seconds: float) -> None:
    """The work takes less than so many seconds of CPU."""
    rounds: list[float] = []
    while len(rounds) < _ROUNDS and min(rounds, default=seconds) >= seconds:
        rounds.append(_spent(lambda _: work(), 0))
    assert min(rounds) < seconds, rounds


def _spent(work: Callable[[int], object], pieces: int) -> float:
    collects = gc.isenabled()
    gc.disable()
    try:
        begin = time.process_time()
        work(pieces)
        return time.process_time() - begin
    finally:
        if collects:
            gc.enable()
