"""What became of a unit: a row of the journal, a line of the report.

A record holds nothing that two runs could disagree on: no time of day, no worker, no order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why a post has no outputs."""

    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    ENCODING = "encoding"
    FRONT_MATTER = "front_matter"
    TOO_BIG = "too_big"
    TOO_DEEP = "too_deep"
    UNREADABLE = "unreadable"
    NOT_TEXT = "not_text"
    CONFLICT = "conflict"
    DISK_FULL = "disk_full"
    WRITER = "writer"
    FILTER = "filter"
    LOSS = "loss"
    """`strict` or `fail_on_loss` was asked for."""


TIME_CLASSES = (1, 3, 10, 30)
"""Seconds of a processor: a post's time is kept as the least of these that it did not exceed (0: none), so that runs
agree on it."""


@dataclass(frozen=True, slots=True)
class Output:
    """A file that stands in OUT: its name below OUT, its bytes and their BLAKE2b (16 bytes, hexadecimal)."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report says of a post. `date` is in ISO 8601, empty if the post says none."""

    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    characters: int = 0
    """Characters of visible text, white space aside."""
    images: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a post was not converted: the reason's name and a line that names the post and says what to do."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one unit: outputs, or a failure."""

    name: str
    digest: str = ""
    """BLAKE2b (16 bytes, hexadecimal) of the unit's bytes; empty if they could not be read."""
    size: int = 0
    """Bytes of the unit."""
    outputs: tuple[Output, ...] = ()
    failure: Failure | None = None
    facts: Facts = Facts()
    losses: dict[str, int] = field(default_factory=dict)
    """How often each kind of loss that nobody meant was met, by its class."""
    removals: dict[str, int] = field(default_factory=dict)
    """Characters that each rule took away on purpose."""
    unexplained: int | None = None
    """What the ledger accounts for nowhere, over all formats; None if no ledger was kept."""
    time_class: int = 1
    """One of `TIME_CLASSES`, 0 for more."""
    earlier: int = 0
    """How many files of earlier runs stand that the last one did not make; only the journal knows."""
    wanted: str = ""
    """What `Settings.template` makes of the post, if it was only read for its name (`Settings.to` is empty)."""
    unchanged: bool = False
    """The bytes were those of `Task.known`: nothing was done, and only `name`, `digest` and `size` are said."""
