"""The entries of a feed or an export as units."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from convertkit.archive.records import Reason
from convertkit.archive.sources.names import Distinct, failed, shown, without_suffix
from convertkit.archive.units import Unit
from convertkit.collection import entries
from convertkit.errors import ConvertkitError
from convertkit.losses import Report, ignore
from convertkit.readers.feeds.names import entry_name


@dataclass(frozen=True, slots=True)
class Feed:
    """How a feed or an export is read; the options are those of `collection.entries`."""

    format: str
    encoding: str | None = None
    comments: bool = False
    report: Report = ignore


def feed_units(path: Path, name: str, feed: Feed, *, alone: bool, beside: bool, stamp: str) -> Iterator[Unit]:
    """A unit an entry, named after its date and address or title.

    `alone`: the feed is the whole source, and its entries need no folder of their own. Unless `beside`, the path is not
    where the feed lies but where it was laid, and its pictures are not to be looked for there.
    """
    folder = "" if alone else f"{without_suffix(name)}/"
    with closing(Distinct()) as distinct:
        try:
            found = entries(path, from_=feed.format, encoding=feed.encoding, comments=feed.comments, report=feed.report)
            for entry in found:
                own = shown(entry_name(entry.metadata))
                place = f"{name}#{entry.source.rpartition('#')[2]}"
                content = replace(entry, source=place, path=entry.path if beside else None)
                yield Unit(distinct(f"{name}#{own}"), f"{folder}{own}", content, stamp)
        except ConvertkitError as error:
            yield failed(name, error.problem, error.advice, Reason(error.reason))
