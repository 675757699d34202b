"""What holds for all posts of a run, as workers are told it."""

from __future__ import annotations

from dataclasses import dataclass, field

from convertkit.options import READ, WRITE, ReadOptions, WriteOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one post may take; a post that takes more costs itself alone."""

    timeout: float = 30.0
    """Seconds by the clock on the wall."""
    memory: int = 512 * 2**20
    """Bytes of a worker's memory, pandoc's own aside."""
    output: int = 256 * 2**20
    """Bytes of one output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where outputs go, what they are, and how posts are read and written. It can be pickled.

    `fingerprint` stands for all that decides the bytes of an output besides its source: the options, what filters,
    style sheets, fonts and reference documents hold (not what they are called), convertkit's and pandoc's versions.
    """

    out: str
    """A folder's absolute path, or a URL for fsspec."""
    to: tuple[str, ...]
    from_: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    """Which columns of a table are what (`("body", "content")`); units were made by them."""
    filters: tuple[str, ...] = ()
    """Names or absolute paths."""
    no_filters: bool = False
    read: ReadOptions = READ
    write: WriteOptions = WRITE
    strict: bool = False
    fail_on_loss: int | None = None
    ledger: bool = False
    template: str = ""
    """The template of names that a run reads posts for (`to` is empty then): records say `wanted`, nothing is made."""
    suffixes: tuple[str, ...] = ()
    """What names from `template` are going to be followed by, for each format."""
    root: str = ""
    """The source's folder, or its URL, beyond which no image is read."""
    limits: Limits = field(default_factory=Limits)
    fingerprint: str = ""
