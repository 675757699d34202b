"""Reports without a run: of records that a test made, in a store in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from convertkit.archive.records import Record
from convertkit.archive.report import write_report
from convertkit.archive.report.links import Origin

SOURCES = Origin("letters", "../letters", is_folder=True)


class Shelf:
    """A store that keeps files in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, files: Sequence[tuple[str, bytes]]) -> None:
        self.files.update(files)

    def size(self, name: str) -> int | None:
        return len(self.files[name]) if name in self.files else None

    def sizes(self, names: Iterable[str]) -> Iterator[int | None]:
        return map(self.size, names)

    def is_empty(self) -> bool:
        return not self.files

    def get(self, name: str) -> bytes:
        return self.files[name]

    def remove(self, name: str) -> None:
        self.files.pop(name, None)

    def sweep(self, names: Sequence[str]) -> None:
        pass


def report(records: Iterable[Record], origin: Origin = SOURCES, vanished: Iterable[str] = ()) -> dict[str, bytes]:
    """The report's files."""
    shelf = Shelf()
    write_report(records, shelf, origin=origin, formats=("markdown", "epub"), vanished=vanished)
    return shelf.files
