"""Title and date of a document that does not say them, from its first heading and its file's name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from convertkit.dates import parse_date
from convertkit.tree import Div, Document, Header
from convertkit.walk import plain_text

if TYPE_CHECKING:
    from convertkit.tree import Block

_DATED_NAME = re.compile(r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[-_ ](?P<title>.+)")
"""Jekyll's and Hexo's file names: `2022-04-15-spring.md`."""


def with_defaults(document: Document) -> Document:
    """The document with a title and a date, where its body or its name says them.

    The title is that of a heading of level 1 that opens the body and stays there, else the file's name without its
    suffix; a date before the name, as Jekyll and Hexo write it, is the date.
    """
    metadata = document.metadata
    if metadata.title and metadata.date:
        return document
    stem = "" if document.source.startswith(("<", "-")) else PurePath(document.source).stem.strip()
    dated = _DATED_NAME.fullmatch(stem)
    date = parse_date(dated["date"]) if dated else None
    origins = dict(metadata.origins)
    if date and not metadata.date:
        metadata = replace(metadata, date=date)
        origins["date"] = "file name"
    heading = _opening_heading(document.blocks)
    title = heading or (dated["title"] if dated and date else stem)
    if title and not metadata.title:
        metadata = replace(metadata, title=title)
        origins["title"] = "first heading" if heading else "file name"
    if metadata is document.metadata:
        return document
    return replace(document, metadata=replace(metadata, origins=origins))


def with_opening_title(document: Document) -> Document:
    """The document with the title that its body opens with, where it has none; a feed's name is no title."""
    title = "" if document.metadata.title else _opening_heading(document.blocks)
    if not title:
        return document
    origins = {**document.metadata.origins, "title": "first heading"}
    return replace(document, metadata=replace(document.metadata, title=title, origins=origins))


def _opening_heading(blocks: tuple[Block, ...]) -> str:
    """The text of the heading of level 1 that stands first, perhaps within wrappers."""
    while blocks and isinstance(blocks[0], Div):
        blocks = blocks[0].content
    if blocks and isinstance(blocks[0], Header) and blocks[0].level == 1:
        return " ".join(plain_text((blocks[0],)).split())
    return ""
