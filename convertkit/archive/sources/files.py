"""What one file of a source holds: a post, or the entries, rows or members that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from convertkit import formats
from convertkit.archive.sources.laid import laid_folder
from convertkit.archive.sources.names import failed, without_suffix
from convertkit.archive.sources.selecting import Selection
from convertkit.archive.sources.table import Columns, Table, jsonl_units, parquet_units
from convertkit.archive.sources.unpacking import unpacked
from convertkit.archive.units import Located, Unit
from convertkit.errors import UnreadableDocument

if TYPE_CHECKING:
    from convertkit.losses import Report


class Kind(Enum):
    """What a file holds."""

    POST = auto()
    FEED = auto()
    ZIP = auto()
    TAR = auto()
    JSON_LINES = auto()
    PARQUET = auto()


_KINDS = {
    ".zip": Kind.ZIP,
    ".tar": Kind.TAR,
    ".tgz": Kind.TAR,
    ".tbz": Kind.TAR,
    ".tbz2": Kind.TAR,
    ".txz": Kind.TAR,
    ".tzst": Kind.TAR,
    ".jsonl": Kind.JSON_LINES,
    ".ndjson": Kind.JSON_LINES,
    ".parquet": Kind.PARQUET,
    ".pq": Kind.PARQUET,
}
_PACKED = (".gz", ".bz2", ".xz", ".zst")


def kind_of(name: str, from_: str | None = None) -> Kind:
    """What a file of this name holds, as far as its name says; a feed may turn out to be a post."""
    if from_ in formats.collection_formats():
        return Kind.FEED
    lower = name.lower()
    for packing in _PACKED:
        lower = lower.removesuffix(packing)
    kind = _KINDS.get(Path(lower).suffix, Kind.POST)
    return Kind.FEED if kind is Kind.POST and formats.may_be_collection(name) else kind


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files of a source are looked into; the options are those of `open_source`."""

    selection: Selection = field(default_factory=Selection)
    columns: Columns = field(default_factory=Columns)
    from_: str | None = None
    encoding: str | None = None
    comments: bool = False
    report: Report | None = None
    opened: ExitStack = field(default_factory=ExitStack)
    """What lives as long as the source is open."""
    laid: dict[str, Path] = field(default_factory=dict)
    """The folders in which copies lie, by the address of what was copied: one, however often it is gone through."""

    def folder_for(self, address: str) -> Path:
        """The folder for copies of what is at an address."""
        if address not in self.laid:
            self.laid[address] = self.opened.enter_context(laid_folder())
        return self.laid[address]

    def looks_into(self, name: str) -> bool:
        """Whether a file of a folder may hold many posts: only what was asked for is opened to see."""
        return self.from_ in formats.collection_formats() or self.selection.asks_for(name)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source: `name` below it, the address that a worker opens, how it is opened here.

    `alone`: it is the whole source. `fetch` gives it as a file of this machine.
    """

    name: str
    address: str
    open: Callable[[], BinaryIO]
    fetch: Callable[[], Path]
    stamp: str
    alone: bool
    here: bool = True
    """It lies on this machine, and what lies beside it too."""

    def post(self) -> Unit:
        """The file as one post."""
        return Unit(self.name, without_suffix(self.name), Located(self.address), self.stamp)


def units_of(file: SourceFile, reading: Reading) -> Iterator[Unit]:
    """The units of a file. Raises `UsageError` for a Parquet file that nothing installed reads."""
    match kind_of(file.name, reading.from_):
        case Kind.ZIP:
            yield from _opened(file, lambda opened: _zip_units(opened, file, reading))
        case Kind.TAR:
            yield from _opened(file, lambda opened: _tar_units(opened, file, reading))
        case Kind.JSON_LINES:
            yield from _opened(file, lambda opened: jsonl_units(unpacked(opened), _table(file, reading)))
        case Kind.PARQUET:
            yield from _opened(file, lambda opened: parquet_units(opened, _table(file, reading)))
        case Kind.FEED:
            yield from _feed_or_post(file, reading)
        case Kind.POST:
            yield file.post()


def _opened(file: SourceFile, units: Callable[[BinaryIO], Iterator[Unit]]) -> Iterator[Unit]:
    try:
        opened = file.open()
    except UnreadableDocument as error:
        yield failed(file.name, error.problem, error.advice)
        return
    with opened:
        yield from units(opened)


def _zip_units(opened: BinaryIO, file: SourceFile, reading: Reading) -> Iterator[Unit]:
    from convertkit.archive.sources.packed import Pack, zip_units

    yield from zip_units(opened, Pack(file.name, file.alone, reading.selection, file.stamp, file.address))


def _tar_units(opened: BinaryIO, file: SourceFile, reading: Reading) -> Iterator[Unit]:
    """The units of a tar. Its pictures are laid beside: nobody can look for one in a tar without reading it all."""
    from convertkit.archive.sources.packed import Pack, keep_pictures, tar_units

    pictures = reading.folder_for(file.address) / "pictures.zip"
    laying = pictures.with_suffix(".part")
    any_pictures = keep_pictures(opened, laying)
    laying.replace(pictures)  # a worker may have the one of an earlier pass open
    opened.seek(0)
    beside = str(pictures) if any_pictures else ""
    yield from tar_units(opened, Pack(file.name, file.alone, reading.selection, file.stamp, beside))


def _table(file: SourceFile, reading: Reading) -> Table:
    return Table(file.name, file.alone, reading.columns, file.stamp)


def _feed_or_post(file: SourceFile, reading: Reading) -> Iterator[Unit]:
    from convertkit.archive.sources.feed import Feed, feed_units
    from convertkit.collection import collection_format
    from convertkit.losses import ignore

    try:
        path = file.fetch()
    except UnreadableDocument as error:
        yield failed(file.name, error.problem, error.advice)
        return
    format_name = collection_format(path, reading.from_)
    if format_name is None:
        yield file.post()
        return
    feed = Feed(format_name, reading.encoding, reading.comments, reading.report or ignore)
    yield from feed_units(path, file.name, feed, alone=file.alone, beside=file.here, stamp=file.stamp)
