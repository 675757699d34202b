"""Filters on a post's HTML, before it is read: on turbohtml's tree, which is fast, or on a BeautifulSoup document.

`HtmlStage` gives either of them the two shapes of a filter: `edit_html` in the reader, and a call on a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

import turbohtml

from convertkit.filtering.removals import removed_texts
from convertkit.losses import Removed, Report, ignore
from convertkit.metadata import Metadata
from convertkit.tree import Document

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

EditHtml: TypeAlias = Callable[[turbohtml.Element, Metadata, Report], Metadata]
"""Edits a body in place and returns the metadata, perhaps with fields that it took from the body."""


@dataclass(frozen=True, slots=True)
class HtmlStage:
    """A filter that edits HTML: a `context.HtmlFilter` that can also be called on a document."""

    name: str
    kind: str
    about: str
    editor: EditHtml

    def edit_html(self, body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:
        """Edit the body in place; see `context.HtmlFilter`."""
        return self.editor(body, metadata, report)

    def __call__(self, document: Document, report: Report = ignore) -> Document:
        """The document written as HTML, edited and read again; itself where the edit changes nothing."""
        from convertkit.filtering.round_trip import edit_as_html

        return edit_as_html(document, self.editor, report)


def soup_editor(name: str, edit: Callable[[BeautifulSoup], object]) -> EditHtml:
    """A function that edits a BeautifulSoup document as one that edits turbohtml's body.

    The words and pictures that the soup holds no more are reported as removed by `name`.
    """

    def edit_html(body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:
        from bs4 import BeautifulSoup

        # Without the line end BeautifulSoup warns of a body such as `notes.txt`: it might be a file's name.
        soup = BeautifulSoup(body.inner_html + "\n", "html.parser")
        html, before = str(soup), _pieces(soup)
        edit(soup)
        if (edited := str(soup)) != html:
            body.set_inner_html(edited)
            for text in _runs(before, _pieces(soup)):
                report(Removed("", name, text))
        return metadata

    return edit_html


def _pieces(soup: BeautifulSoup) -> list[str]:
    """Every string that shows and every picture, in order."""
    from bs4.element import NavigableString, Tag

    pieces = []
    for node in soup.descendants:
        if isinstance(node, Tag):
            if node.name == "img":
                pieces.append(f"[image {node.get('src', '')}]")
        elif type(node) is NavigableString and (text := " ".join(node.split())):  # its subclasses are comments, scripts
            pieces.append(text)
    return pieces


def _runs(before: list[str], after: list[str]) -> Iterator[str]:
    """What was removed, neighbouring pieces as one text."""
    removed = list(removed_texts(before, after))
    for _, run in groupby(enumerate(removed), lambda entry: entry[1][0] - entry[0]):
        yield " ".join(text for _, (_, text) in run)
