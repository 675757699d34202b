"""A filter on HTML at work on a document: written as HTML, edited, read again.

Divisions and spans keep their classes, ids and attributes. What HTML cannot say (raw blocks of other formats,
citations) does not survive an edit, and is reported: filters on HTML are made for the way in, where `convert` and
`read` run them.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

import turbohtml

from convertkit.context import ReadContext
from convertkit.losses import Report
from convertkit.normalise import normalise
from convertkit.readers.html import find_body, read_body
from convertkit.readers.html.wrappers import mark_wrappers
from convertkit.resources import Resource
from convertkit.tree import Document, Header, Image, Para, Text
from convertkit.walk import Node, query, walk
from convertkit.writers.xhtml import write_body
from convertkit.writers.xhtml_page import WRAPPER, Body, Medium

if TYPE_CHECKING:
    from convertkit.filtering.html_stage import EditHtml


TYPED_INDENT = "\u3000\u3000"
"""Normalising makes `Para.indent` of it."""


def edit_as_html(document: Document, editor: EditHtml, report: Report) -> Document:
    """The document after an edit of its HTML; the same object where the edit changes nothing."""
    written = _written(document)
    body = find_body(turbohtml.parse(written.markup))
    _take_back_additions(body, document)
    before = body.inner_html
    metadata = editor(body, document.metadata, report)
    if body.inner_html == before:
        return document if metadata is document.metadata else replace(document, metadata=metadata)
    for loss in written.losses:
        report(loss)
    mark_wrappers(body, WRAPPER)
    context = ReadContext(source=document.source, report=report)
    made = normalise(read_body(body, metadata, context, our_own=True))
    return replace(_with_levels_of(document, made), resources=document.resources)


def _written(document: Document) -> Body:
    """The blocks as HTML: every image shown under its own name, indents typed as posts type them."""
    targets = query(document, lambda node: node.target if isinstance(node, Image) else None)
    medium = Medium(
        format="html",
        language=document.metadata.language,
        resources={target: Resource(target, "", b"") for target in targets},
        image_source=attrgetter("name"),
        keeps_wrappers=True,
    )
    return write_body(None, walk(document, _type_indent).blocks, medium)


def _type_indent(node: Node) -> Node:
    return Para((Text(TYPED_INDENT), *node.content)) if isinstance(node, Para) and node.indent else node


def _take_back_additions(body: turbohtml.Element, document: Document) -> None:
    """Without what the writer adds of its own: ids of headings that had none, a note's `1. `."""
    own = frozenset(query(document, lambda node: node.attr.id if isinstance(node, Header) else None))
    for heading in body.select("h1[id], h2[id], h3[id], h4[id], h5[id], h6[id]"):
        name = heading.attr("id") or ""
        if name.startswith("section-") and name not in own:
            del heading.attrs["id"]
    for link in body.select('[role="doc-backlink"]'):
        text = link.next_sibling
        if isinstance(text, turbohtml.Text):
            text.data = text.data.removeprefix(". ")


def _with_levels_of(document: Document, made: Document) -> Document:
    """The headings at the levels that they had: written as HTML, a body begins with `h1`."""
    deeper = min(query(document, _level), default=1) - 1
    if not deeper:
        return made
    return walk(made, lambda node: replace(node, level=node.level + deeper) if isinstance(node, Header) else node)


def _level(node: Node) -> int | None:
    return node.level if isinstance(node, Header) else None
