"""How many examples a law is tried on: as many as it says, at least `LONG` with `HYPOTHESIS_PROFILE=long`."""

from __future__ import annotations

import os

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "repeatable")
LONG = 20_000


def examples(count: int) -> int:
    """The `max_examples` of a law that `count` are enough for on an ordinary run."""
    return max(count, LONG) if PROFILE == "long" else count
