"""Where outputs land: whole under their final names, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol


class Store(Protocol):
    """OUT, a folder or a URL. Names are relative, with `/`, and were made safe by `naming`."""

    def put(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Land several files durably; afterwards each stands whole, or `WriteError` says why not.

        A folder takes temporary files beside the final names, fsync, rename and fsync of each folder, the waiting
        shared by all of `files`; an object store one PUT a file.
        """
        ...

    def size(self, name: str) -> int | None:
        """Bytes of a file; None if nothing of that name is there, -1 if it is no file (a folder, a link)."""
        ...

    def sizes(self, names: Iterable[str]) -> Iterator[int | None]:
        """`size` of each name; where asking for one takes long, names in order are asked for a folder at a time."""
        ...

    def is_empty(self) -> bool:
        """Whether nothing at all stands in OUT, our own `.convertkit` aside."""
        ...

    def get(self, name: str) -> bytes:
        """A file's bytes. Raises `UnreadableDocument`."""
        ...

    def remove(self, name: str) -> None:
        """Take a file away, and folders that are empty then; it may be gone already."""
        ...

    def sweep(self, names: Sequence[str]) -> None:
        """Take away what a killed run left half-written in the folders of these names."""
        ...
