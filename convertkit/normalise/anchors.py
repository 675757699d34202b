"""Anchors: elements without content that are there to be linked to."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import unquote

from convertkit.normalise.whitespace import is_blank
from convertkit.tree import Attr, Code, Document, Image, Inline, Link, Math, RawInline, Span, Text
from convertkit.walk import Node, query, query_nodes


class Anchors:
    """Which identifiers the document's own links point to; looked up when the first empty element asks."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def for_id(self, identifier: str) -> tuple[Span, ...]:
        """An empty `Span` to stand for the identifier of an element without content, if a link points to it."""
        return (Span((), Attr(identifier)),) if identifier and identifier in self._linked else ()

    @cached_property
    def _linked(self) -> frozenset[str]:
        return frozenset(query(self._document, _fragment))


def is_anchor(inline: Inline) -> bool:
    """Whether it is an empty `Span`, which a clean tree has for nothing else."""
    return isinstance(inline, Span) and not inline.content


def _fragment(node: Node) -> str | None:
    if isinstance(node, Link) and node.target.startswith("#") and any(query_nodes(node.content, _shows)):
        return unquote(node.target[1:])
    return None


def _shows(node: Node) -> bool:
    """A link that shows nothing goes, so what it points to is not linked."""
    match node:
        case Text():
            return not is_blank(node.text)
        case Code() | Math() | RawInline():
            return node.text != ""
        case Image():
            return node.target != ""
        case _:
            return False
