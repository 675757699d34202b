"""Where posts come from: a folder, a ZIP or tar, a feed or an export, a table; on this machine or by URL."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from convertkit.archive.addresses import is_url, settled
from convertkit.archive.source import Source
from convertkit.archive.sources.files import Reading, SourceFile, units_of
from convertkit.archive.sources.folder import Tree, folder_units, stamp_of
from convertkit.archive.sources.names import above_source, shown
from convertkit.archive.sources.selecting import selection
from convertkit.archive.sources.table import Columns
from convertkit.archive.units import Located, Unit
from convertkit.errors import UnreadableDocument, UsageError

if TYPE_CHECKING:
    from convertkit.losses import Report


@contextmanager
def open_source(
    address: str | Path,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    columns: Mapping[str, str] | None = None,
    out: str = "",
    from_: str | None = None,
    encoding: str | None = None,
    comments: bool = False,
    report: Report | None = None,
) -> Iterator[Source]:
    """The source at a path or URL, for as long as its posts are wanted.

    `include` and `exclude` are glob patterns (`selecting.selection`), `columns` is `table.Columns.named`, `out` the
    place where outputs go, which is passed over; `from_`, `encoding`, `comments` and `report` are those of
    `collection.entries`, for feeds and exports.

    Raises `UnreadableDocument` if there is nothing at the address, `UsageError` for an address that cannot be reached,
    or if `out` is the source itself, or a folder above the folder that it is.
    """
    place = settled(address)
    where_out = settled(out) if out else ""
    if place == where_out:
        raise UsageError("is where outputs would go", source=place, advice="give another folder with -o")
    chosen, named = selection(include, exclude), Columns(dict(columns or {}))
    with ExitStack() as opened:
        reading = Reading(chosen, named, from_, encoding, comments, report, opened)
        if is_url(place):
            from convertkit.archive.sources.remote import open_remote

            yield Source(place, place, open_remote(place, reading, where_out).units)
        elif os.path.isdir(place):
            _check_not_above(place, where_out)
            yield Source(place, place, partial(_folder, place, reading, where_out))
        elif os.path.lexists(place):
            yield Source(place, os.path.dirname(place), partial(_file, place, reading))
        else:
            raise UnreadableDocument("is not there", source=place, advice="name a folder, a file or a URL")


def _check_not_above(place: str, out: str) -> None:
    """Raise `UsageError` if outputs would lie among the posts of a folder: at `a/posts` for `out` `a`."""
    if out and not is_url(out) and Path(os.path.realpath(place)).is_relative_to(os.path.realpath(out)):
        raise above_source(out)


def _folder(place: str, reading: Reading, out: str) -> Iterator[Unit]:
    root = os.fsencode(place)
    tree = Tree(root, reading.selection, _below(root, os.fsencode(out)) if out and not is_url(out) else b"")
    for unit in folder_units(tree):
        if isinstance(unit.content, Located) and reading.looks_into(unit.name):
            yield from units_of(_local(unit.content.address, unit.name, unit.stamp, alone=False), reading)
        else:
            yield unit


def _below(root: bytes, out: bytes) -> bytes:
    """The path of OUT below the source; empty if it lies elsewhere."""
    real = os.path.join(os.path.realpath(root), b"")
    return os.path.realpath(out).removeprefix(real) if os.path.realpath(out).startswith(real) else b""


def _file(place: str, reading: Reading) -> Iterator[Unit]:
    try:
        status = os.stat(place)
    except OSError as error:
        raise UnreadableDocument(f"cannot be read: {error.strerror}", source=place, advice="check the path") from error
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableDocument(
            "is neither a file nor a folder", source=place, advice="name a folder, a file or a URL"
        )
    stamp = stamp_of(status, time.time_ns())
    name = shown(os.fsencode(os.path.basename(place)))
    yield from units_of(_local(place, name, stamp, alone=True), reading)


def _local(path: str, name: str, stamp: str, *, alone: bool) -> SourceFile:
    return SourceFile(name, path, partial(_open, path, name), partial(Path, path), stamp, alone)


def _open(path: str, name: str) -> BinaryIO:
    try:
        return open(path, "rb")
    except OSError as error:
        raise UnreadableDocument(f"cannot be read: {error.strerror}", source=name, advice="check the path") from error
