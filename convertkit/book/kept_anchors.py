"""A post read once more with the places that other posts link to: reading keeps only those that a post itself links to.

So for this reading the post does: a last paragraph with links to them is put into its HTML, and taken out of its tree.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import turbohtml

from convertkit.losses import Report
from convertkit.metadata import Metadata
from convertkit.tree import Document, Link, Para
from convertkit.walk import Node, Rewrite, walk

_MARK = "convertkit: a place to be kept"
"""The title of the links, by which they are known again."""


@dataclass(frozen=True, slots=True)
class KeptAnchors:
    """A filter on HTML, before it is read, that has the elements kept that these fragments name."""

    fragments: Collection[str]

    @property
    def name(self) -> str:
        """In messages."""
        return "kept-anchors"

    def edit_html(self, body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:  # noqa: ARG002  # the shape of a filter
        """Add the links."""
        wanted = {fragment.casefold() for fragment in self.fragments}
        names = (element.attr(key) for element in body.select("[id], a[name]") for key in ("id", "name"))
        links = [
            turbohtml.Element("a", {"href": f"#{name}", "title": _MARK}, [turbohtml.Text(name)])
            for name in dict.fromkeys(filter(None, names))
            if name.casefold() in wanted
        ]
        if links:
            body.append(turbohtml.Element("p", {}, links))
        return metadata


def without_marks(document: Document) -> Document:
    """The document without the links that `KeptAnchors` added."""
    return walk(document, _without_mark)


def _without_mark(node: Node) -> Rewrite:
    match node:
        case Link(title=title) if title == _MARK:
            return ()
        case Para(content=()):
            return ()
        case _:
            return node
