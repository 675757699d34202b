"""Which publication this is and which version of it: an identifier and an instant that depend on content alone."""

from __future__ import annotations

import datetime
import uuid

from convertkit.metadata import Metadata, format_date
from convertkit.tree import Block
from convertkit.walk import plain_text
from convertkit.writers.front import clean_line
from convertkit.writers.urls import web_url
from convertkit.writers.zipping import build_time

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/convertkit/")
"""Of identifiers made from a publication without an address (RFC 9562, section 5.5)."""
_FIRST_YEAR, _LAST_YEAR = 1000, 9998
"""Years of four digits, wherever on Earth; `strftime` pads no earlier one."""


def identifier(metadata: Metadata, blocks: tuple[Block, ...]) -> str:
    """The publication's own identifier, else a UUID from its address, else one from title, authors, date and words."""
    if own := clean_line(metadata.identifier):
        return own
    if url := web_url(metadata.url):
        return uuid.uuid5(uuid.NAMESPACE_URL, url).urn
    date = format_date(metadata.date) if metadata.date is not None else ""
    content = "\n".join((metadata.title, *metadata.authors, date, plain_text(blocks)))
    return uuid.uuid5(_NAMESPACE, content.encode("utf-8", "replace").decode("utf-8")).urn


def modified(metadata: Metadata) -> datetime.datetime:
    """`dcterms:modified`, in UTC: when the post was updated, else its date, else the build time.

    A date without a time is its midnight; a time without a zone is taken as UTC, which is as good as any.
    """
    date = metadata.updated or metadata.date
    if date is None or not _FIRST_YEAR <= date.year <= _LAST_YEAR:
        return build_time()
    if not isinstance(date, datetime.datetime):
        return datetime.datetime.combine(date, datetime.time(), datetime.UTC)
    return date.replace(tzinfo=datetime.UTC) if date.tzinfo is None else date.astimezone(datetime.UTC)
