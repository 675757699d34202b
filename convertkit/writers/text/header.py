"""The lines above the body: what the document is, by whom, of when and from where."""

from __future__ import annotations

import re

from convertkit.metadata import Metadata, format_date
from convertkit.tree import Block, Document, Header, Text
from convertkit.walk import plain_text
from convertkit.writers.text.blocks import underlined
from convertkit.writers.text.sheet import Sheet
from convertkit.writers.text.wrapping import wrap
from convertkit.writers.wording import wording

_BLANKS = re.compile("[ \t\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]+")
"""White space that may not stand in a line; U+3000 and no-break spaces are part of a title."""


def header_lines(metadata: Metadata, sheet: Sheet, width: int) -> list[str]:
    """The title underlined with `=`; then, a line each: the authors, the date in ISO 8601, the address, contributors.

    What is absent has no line, and only the title is wrapped, so that programs can read the others back.
    """
    title = _one_line(metadata.title)
    lines = underlined(title, "=", sheet, width) if title else []
    authors = [name for name in map(_one_line, metadata.authors) if name]
    if authors:
        lines.append(", ".join(authors))
    if metadata.date is not None:
        lines.append(format_date(metadata.date))
    if address := _one_line(metadata.url):
        lines.append(address)
    roles = wording(metadata.language).roles
    for contributor in metadata.contributors:
        role = roles.get(contributor.role, contributor.role)
        lines.append(_one_line(f"{contributor.name} ({role})" if role else contributor.name))
    return lines


def write_subtitle(metadata: Metadata, sheet: Sheet, width: int) -> list[str]:
    """The subtitle as a paragraph below the header."""
    subtitle = _one_line(metadata.subtitle)
    return wrap(subtitle, width, sheet.measure) if subtitle else []


def without_title(document: Document) -> tuple[Block, ...]:
    """The blocks, without a first heading that only repeats the title."""
    blocks = document.blocks
    if blocks and isinstance(blocks[0], Header):
        first = blocks[0].content
        same = _one_line(plain_text(first)) == _one_line(document.metadata.title)
        if same and all(isinstance(node, Text) for node in first):
            return blocks[1:]
    return blocks


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip(" ")
