"""One entry of a feed or an export: what its file says of it, and its body as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from convertkit.metadata import Metadata

if TYPE_CHECKING:
    from convertkit.context import ReadContext
    from convertkit.losses import Loss


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, which is read and converted as a file is: `convertkit.read(entry)`.

    `source` names it in messages: the file, `#`, and what tells it from its neighbours. An entry that is beyond reading
    has a `problem`, and reading it raises `UnreadableDocument`.
    """

    source: str
    metadata: Metadata = field(default_factory=Metadata, repr=False)
    html: str = field(default="", repr=False)
    base: str = ""
    """What relative addresses are resolved against; empty if nobody says."""
    path: Path | None = None
    """The file that it stands in; None for content without a file."""
    losses: tuple[Loss, ...] = field(default=(), repr=False)
    """What taking it out of its file cost."""
    problem: str = ""


OpenSource = Callable[[], BinaryIO]
"""Opens the collection's bytes from their beginning, as often as a reader wants."""


class CollectionReader(Protocol):
    """A file's bytes to its entries, one at a time, in the file's order.

    An entry never stops those behind it. `context.report` is told what the file holds and no entry has: drafts,
    comments. Raises `UnreadableDocument` for what is no such file.
    """

    def __call__(self, source: OpenSource, context: ReadContext, /) -> Iterator[Entry]: ...
