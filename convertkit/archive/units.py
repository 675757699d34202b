"""The units of work: the posts of a source, and what a worker is asked to do with each."""

from __future__ import annotations

from dataclasses import dataclass, field

from convertkit.archive.records import Failure
from convertkit.readers.feeds.entry import Entry


@dataclass(frozen=True, slots=True)
class Located:
    """A post that lies in a file of its own, which the worker opens: a path, or a URL for fsspec."""

    address: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Where pictures beside a post lie: `name` is the post's own among what is at `address`, a ZIP or a URL."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A post that lies within something else (a tar, a table), brought along as its bytes.

    `file_name` tells its format by its suffix.
    """

    data: bytes
    file_name: str
    beside: Beside | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A post in a ZIP, which the worker opens; pictures beside it are looked for among the other members.

    `address` is the ZIP's path or URL, `place` the member's in its index (the first has 0), `check` its CRC-32 there,
    `name` its path without what leads out, by whose suffix its format is known.
    """

    address: str
    place: int
    check: int
    name: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One post of a source.

    `name` is unique in its source and the same in every run: the path below the source with `/` between its parts,
    for an entry of a feed, a member of a ZIP or a row of a table the file's path, `#`, and what tells it from its
    neighbours. It holds no control characters, no surrogates and no marks that turn the direction of text, whatever the
    file is called. The journal, the reports and the order of things go by it.
    """

    name: str
    path: str
    """What `{path}` is in a template of names: the path below the source, without its suffix."""
    content: Located | Member | Carried | Entry | Failure
    """A `Failure` is what is there but cannot be opened: a folder nobody may list, a broken line of a table."""
    stamp: str = ""
    """Equal to that of an earlier run only if nothing was written to the post since; empty if nobody can tell."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is asked: to convert a unit into one output a format."""

    unit: Unit
    outputs: tuple[str, ...]
    """Names below OUT, with `/`, one for each of `Settings.to`."""
    known: str = ""
    """The digest of the source that the outputs standing in OUT were made of; equal bytes need no conversion."""
    guarded: bool = False
    """Something may stand in OUT under these names that is not ours: a file that holds other bytes than it would get is
    left as it is, and the post is a `Reason.CONFLICT`."""
    kept: tuple[str, ...] = ()
    """What stands in OUT of an earlier run of this post, pictures too; under another name a picture is guarded."""
