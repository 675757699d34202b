"""The table of contents and the landmarks: the navigation document of EPUB 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convertkit.writers.markup import escape, escape_attribute
from convertkit.writers.wording import wording
from convertkit.writers.xhtml_page import Heading

MAX_DEPTH = 3
"""Levels of the table of contents: Kobo shows three, Kindle two."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents."""

    title: str
    href: str
    children: tuple[Entry, ...] = ()
    language: str = ""
    """Of the title, where it is not the book's."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that a reader jumps to; `kind` is a word of EPUB's structural semantics (`titlepage`, `bodymatter`)."""

    kind: str
    title: str
    href: str


def entries(headings: Sequence[Heading], file: str, depth: int = MAX_DEPTH) -> tuple[Entry, ...]:
    """Headings in order as a tree; those deeper than `depth` levels below the first are left out.

    A heading that is higher than the first one of its row stays in that row: nothing is lost over bad nesting.
    """
    rows: list[Entry] = []
    index = 0
    while index < len(headings):
        heading = headings[index]
        end = index + 1
        while end < len(headings) and headings[end].level > heading.level:
            end += 1
        children = entries(headings[index + 1 : end], file, depth - 1) if depth > 1 else ()
        rows.append(Entry(heading.text, f"{file}#{heading.id}", children))
        index = end
    return tuple(rows)


def navigation_markup(contents: Sequence[Entry], landmarks: Sequence[Landmark], language: str) -> str:
    """The body of the navigation document."""
    words = wording(language)
    lines = [
        '<nav epub:type="toc" role="doc-toc" aria-labelledby="contents">',
        f'<h1 id="contents">{escape(words.contents)}</h1>',
        _list(contents),
        "</nav>",
        f'<nav epub:type="landmarks" aria-label="{escape_attribute(words.landmarks)}" hidden="hidden">',
        "<ol>",
        *(f"<li>{_link(mark.title, mark.href, mark.kind)}</li>" for mark in landmarks),
        "</ol>",
        "</nav>",
    ]
    return "\n".join(lines)


def _list(rows: Sequence[Entry]) -> str:
    items = []
    for entry in rows:
        below = f"\n{_list(entry.children)}\n" if entry.children else ""
        items.append(f"<li>{_link(entry.title, entry.href, language=entry.language)}{below}</li>")
    return "<ol>\n" + "\n".join(items) + "\n</ol>"


def _link(title: str, href: str, kind: str = "", language: str = "") -> str:
    semantics = f' epub:type="{kind}"' if kind else ""
    spoken = f' lang="{language}" xml:lang="{language}"' if language else ""
    return f'<a href="{escape_attribute(href)}"{semantics}{spoken}>{escape(title)}</a>'
