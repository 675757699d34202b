"""Notes that pandoc read from HTML or EPUB, without the back-links and numbers that pandoc leaves in them."""

from __future__ import annotations

import re
from dataclasses import replace

from convertkit.tree import Document, Inline, Link, Note, Para, Plain, Superscript, Text
from convertkit.walk import Node, walk, walk_blocks

_AFTER_NUMBER = re.compile(r"\A[.:)\]]\s*")


def without_back_links(document: Document) -> Document:
    """The document with the words of its notes alone: no `doc-backlink` (DPUB-ARIA 1.1), no `<sup>` around a note."""
    return walk(document, _cleaned)


def _cleaned(node: Node) -> Node:
    match node:
        case Note(content):
            return replace(node, content=walk_blocks(content, _without_back_link))
        case Superscript((Note() as note,)):
            return note
        case _:
            return node


def _without_back_link(node: Node) -> Node:
    match node:
        case Para((first, Text(text), *rest)) | Plain((first, Text(text), *rest)) if _is_back_link(first):
            node = replace(node, content=(Text(_AFTER_NUMBER.sub("", text)), *rest))
    match node:
        case Para(content) | Plain(content) if any(map(_is_back_link, content)):
            return replace(node, content=tuple(inline for inline in content if not _is_back_link(inline)))
        case _:
            return node


def _is_back_link(inline: Inline) -> bool:
    return isinstance(inline, Link) and inline.attr.get("role") == "doc-backlink"
