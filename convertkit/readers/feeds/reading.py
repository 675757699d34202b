"""An entry to the rough tree, by the reader that reads posts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from convertkit.errors import UnreadableDocument
from convertkit.readers.defaults import with_opening_title
from convertkit.readers.html import read_body

if TYPE_CHECKING:
    from convertkit.context import ReadContext
    from convertkit.readers.feeds.entry import Entry
    from convertkit.tree import Document


def read_entry(entry: Entry, context: ReadContext) -> Document:
    """The rough tree of an entry. Raises `UnreadableDocument` for one that is beyond reading."""
    if entry.problem:
        raise UnreadableDocument(entry.problem, source=entry.source, advice="the other entries are read without it")
    for loss in entry.losses:
        context.report(loss)
    base = f'<base href="{escape(entry.base)}">' if entry.base else ""
    return with_opening_title(read_body(base + entry.html, entry.metadata, context))
