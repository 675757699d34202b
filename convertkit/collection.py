"""Files of many posts: which sources are such, and their entries one at a time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from convertkit import formats
from convertkit.context import ReadContext
from convertkit.errors import ConvertkitError, UnreadableDocument, UsageError
from convertkit.losses import Report, ignore
from convertkit.options import READ, ReadOptions
from convertkit.readers.feeds.entry import Entry

_LOOKED_AT = 65_536
"""Bytes of a file that are looked at to tell what it is."""


def collection_format(source: str | bytes | Path, from_: str | None = None) -> str | None:
    """The format of a source that holds many documents, `from_` if it names one; None for what is one document."""
    if from_ is not None:
        return from_ if from_ in formats.collection_formats() else None
    match source:
        case str():
            return formats.guess_collection("", source[:_LOOKED_AT].encode("utf-8", "replace"))
        case bytes():
            return formats.guess_collection("", source[:_LOOKED_AT])
        case Path():
            return _of_file(source)


def _of_file(path: Path) -> str | None:
    if not formats.may_be_collection(path.name):
        return None
    try:
        with path.open("rb") as file:
            return formats.guess_collection(path.name, file.read(_LOOKED_AT))
    except OSError:  # whoever reads it tells what is wrong
        return None


def entries(
    source: str | bytes | Path,
    *,
    from_: str | None = None,
    encoding: str | None = READ.encoding,
    comments: bool = READ.comments,
    report: Report = ignore,
) -> Iterator[Entry]:
    """The entries of a feed or an export, one at a time, in its order; each is a source of `read` and `convert`.

    `report` is told what the file holds and no entry has: drafts, and readers' comments unless `comments` asks for
    them. An entry that is beyond reading stops no other: it comes with a `problem`, which reading it raises.

    Raises `UnreadableDocument` for what is no collection, holds no entry or cannot be opened, `UnknownFormat`.
    """
    name = str(source) if isinstance(source, Path) else ""
    format_name = from_ or collection_format(source)
    if format_name is None:
        raise UnreadableDocument(
            "no feed and no export that is known", source=name, advice="read a file of one post with `convertkit.read`"
        )
    reader = formats.load_collection(format_name)
    options = ReadOptions(encoding="utf-8" if isinstance(source, str) else encoding, comments=comments)
    context = ReadContext(source=name, options=options, report=report)
    return _entries(partial(reader, _opener(source), context), name, source if isinstance(source, Path) else None)


def split(
    source: str | bytes | Path,
    *,
    from_: str | None = None,
    encoding: str | None = READ.encoding,
    comments: bool = READ.comments,
    report: Report = ignore,
) -> Iterator[Entry] | None:
    """The `entries` of a source, None if it is one document."""
    format_name = collection_format(source, from_)
    if format_name is None:
        return None
    return entries(source, from_=format_name, encoding=encoding, comments=comments, report=report)


def _entries(read: Callable[[], Iterator[Entry]], name: str, path: Path | None) -> Iterator[Entry]:
    empty = True
    try:
        for entry in read():
            empty = False
            yield replace(entry, path=path) if path is not None else entry
    except OSError as error:
        raise _unopened(name, error) from error
    if empty:
        raise UnreadableDocument("holds no entry", source=name, advice="give a feed or an export with posts in it")


def only_entry(found: Iterator[Entry], name: str) -> Entry:
    """The entry of a collection that holds one. Raises `UsageError` for one that holds several."""
    first = next(found)
    try:
        several = next(found, None) is not None
    except ConvertkitError:
        several = False
    if several:
        raise UsageError(
            "holds several documents",
            source=name,
            advice="`convertkit.entries` gives them one at a time; the command takes a folder for -o",
        )
    return first


def _opener(source: str | bytes | Path) -> Callable[[], BinaryIO]:
    match source:
        case str():
            return partial(io.BytesIO, source.encode("utf-8", "surrogatepass"))
        case bytes():
            return partial(io.BytesIO, source)
        case Path():
            return partial(_open_file, source)


def _open_file(path: Path) -> BinaryIO:
    return path.open("rb")


def _unopened(name: str, error: OSError) -> UnreadableDocument:
    return UnreadableDocument(
        f"cannot be read: {error.strerror}", source=name, advice="check the path and its permissions"
    )
