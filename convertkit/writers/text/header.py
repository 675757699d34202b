"""The lines above the body: what the document is, by whom, of when and from where."""

from __future__ import annotations

from convertkit.metadata import Metadata, format_date
from convertkit.tree import Block, Document, Text
from convertkit.writers.front import clean_line, date_as_written, split_title
from convertkit.writers.text.sheet import Sheet
from convertkit.writers.text.wrapping import wrap
from convertkit.writers.wording import wording


def header_lines(metadata: Metadata, sheet: Sheet, width: int) -> list[str]:
    """The title and a rule below it; then, a line each: the authors, the date in ISO 8601, the address, contributors.

    What is absent has no line, and none is wrapped, so that programs can read them back. The rule is as long as the
    title, but no longer than `width`.
    """
    lines: list[str] = []
    if title := clean_line(metadata.title):
        length = sheet.measure.width(title)
        lines += (title, "=" * (min(length, width) if width else length))
    authors = [name for name in map(clean_line, metadata.authors) if name]
    if authors:
        lines.append(", ".join(authors))
    if metadata.date is not None:
        lines.append(format_date(metadata.date))
    elif written := date_as_written(metadata):
        lines.append(written)
    if address := clean_line(metadata.url):
        lines.append(address)
    roles = wording(metadata.language).roles
    for contributor in metadata.contributors:
        role = roles.get(contributor.role, contributor.role)
        lines.append(clean_line(f"{contributor.name} ({role})" if role else contributor.name))
    return lines


def write_subtitle(metadata: Metadata, sheet: Sheet, width: int) -> list[str]:
    """The subtitle as a paragraph below the header."""
    subtitle = clean_line(metadata.subtitle)
    return wrap(subtitle, width, sheet.measure) if subtitle else []


def without_title(document: Document) -> tuple[Block, ...]:
    """The blocks, without a first heading that only repeats the title; one with more than text in it stays."""
    heading, below = split_title(document)
    repeats = heading is not None and all(isinstance(node, Text) for node in heading.content)
    return below if repeats else document.blocks
