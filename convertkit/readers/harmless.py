"""Trees that no HTML reader made, made as harmless as those that it makes: no live links, no markup passed through."""

from __future__ import annotations

import turbohtml

from convertkit.losses import NotExpressible, Report, UnsafeLink
from convertkit.readers.addresses import safe_address
from convertkit.tree import Document, Image, Link, Plain, RawBlock, RawInline, Text
from convertkit.walk import Node, Rewrite, walk

RAW_HTML = frozenset({"html", "html4", "html5", "chunkedhtml", "dzslides", "revealjs", "s5", "slideous", "slidy"})
"""The names of raw formats that pandoc's writers of HTML take for HTML (`Text.Pandoc.Writers.HTML`)."""


def harmless(document: Document, report: Report) -> Document:
    """The document with raw HTML as its words, and without addresses that could run code or read files."""

    def vet(node: Node) -> Rewrite:
        match node:
            case RawBlock(format, text) | RawInline(format, text) if format in RAW_HTML:
                report(NotExpressible(text[:60], "a document that pandoc read", "raw HTML"))
                words = Text(html_words(text))
                return () if not words.text else Plain((words,)) if isinstance(node, RawBlock) else words
            case Link(content, target) | Image(content, target):
                if safe_address(target, image=isinstance(node, Image)) is None:
                    report(UnsafeLink(type(node).__name__, target[:200]))
                    return content
                return node
            case _:
                return node

    return walk(document, vet)


def html_words(html: str) -> str:
    """What a piece of HTML shows, in one line."""
    fragment = turbohtml.parse_fragment(html)
    for element in fragment.select("script, style, template"):
        element.decompose()
    return " ".join(fragment.text.split())
