"""What stands at the front of a document for people to read: its title, and who wrote it when."""

from __future__ import annotations

import datetime
import re

from convertkit.metadata import Date, Metadata
from convertkit.tree import Block, Document, Header, Text
from convertkit.walk import plain_text
from convertkit.writers.markup import escape, escape_attribute, without_forbidden
from convertkit.writers.urls import web_url
from convertkit.writers.wording import join_names, long_date, wording

_BLANKS = re.compile(r"[ \t\n\r\f\x85\u2028\u2029]+")


def title_text(metadata: Metadata, language: str) -> str:
    """The title in one line; the language's word for `Untitled` if there is none."""
    return clean_line(metadata.title) or wording(language).untitled


def split_title(document: Document) -> tuple[Header | None, tuple[Block, ...]]:
    """The title as a heading, and the blocks below it: a first heading that repeats the title is that heading.

    None if the document has no title.
    """
    title = clean_line(document.metadata.title)
    match document.blocks:
        case (Header() as first, *rest) if title and clean_line(plain_text(first.content)) == title:
            return Header(1, first.content, first.attr), tuple(rest)
        case _:
            return Header(1, (Text(title),)) if title else None, document.blocks


def byline(metadata: Metadata, language: str) -> str:
    """Subtitle, authors, contributors, date and source, a paragraph each, as markup."""
    lines: list[str] = []
    if subtitle := clean_line(metadata.subtitle):
        lines.append(f'<p class="subtitle">{escape(subtitle)}</p>')
    if metadata.authors:
        authors = join_names([clean_line(name) for name in metadata.authors], language)
        lines.append(f'<p class="authors">{escape(authors)}</p>')
    for contributor in metadata.contributors:
        role = wording(language).roles.get(contributor.role, contributor.role)
        lines.append(f'<p class="contributor">{escape(clean_line(f"{contributor.name} ({role})"))}</p>')
    if metadata.date is not None:
        people = escape(long_date(metadata.date, language))
        lines.append(f'<p class="date"><time datetime="{html_date(metadata.date)}">{people}</time></p>')
    elif written := date_as_written(metadata):
        lines.append(f'<p class="date">{escape(written)}</p>')
    if url := web_url(metadata.url):
        words = wording(language)
        label = escape(words.source + words.colon)
        lines.append(f'<p class="source">{label}<a href="{escape_attribute(url)}">{escape(url)}</a></p>')
    return "\n".join(lines)


def date_for_people(metadata: Metadata, language: str) -> str:
    """The date in the language's own form, else as the post wrote it; "" if there is none."""
    return long_date(metadata.date, language) if metadata.date is not None else date_as_written(metadata)


def date_as_written(metadata: Metadata) -> str:
    """The date of a post that no program can be told, such as `03/04/2022` or `last spring`; "" if there is none."""
    written = metadata.extra.get("date")
    return clean_line(written) if metadata.date is None and isinstance(written, str) else ""


def html_date(date: Date) -> str:
    """The date as HTML wants it (HTML standard, section 2.3.5): ISO 8601 with three decimals and whole minutes."""
    if not isinstance(date, datetime.datetime):
        return date.isoformat()
    offset = date.utcoffset()
    if offset is not None and offset.total_seconds() % 60:  # local mean time, such as +08:05:43
        date = date.astimezone(datetime.UTC)
    return date.isoformat(timespec="milliseconds" if date.microsecond else "seconds")


def clean_line(text: str) -> str:
    """One line of what XML can hold. No-break and other typographic spaces are part of a title and stay."""
    return _BLANKS.sub(" ", without_forbidden(text)[0]).strip(" ")
