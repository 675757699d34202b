"""Trees that our HTML reader did not make, made as harmless as those that it makes.

What may pass is listed once, and all writers rely on it: addresses (`addresses.SAFE_SCHEMES`), characters
(`characters.IMPOSSIBLE`), and no attribute that runs or loads. The HTML reader keeps to these lists while it reads;
what comes from elsewhere (pandoc, plug-ins, filters, a caller's own document) passes here, once, before any writer.
"""

from __future__ import annotations

import re
from dataclasses import replace

import turbohtml

from convertkit.losses import ElementDropped, NotExpressible, Removed, Report, UnsafeLink
from convertkit.readers.addresses import safe_address
from convertkit.readers.characters import IMPOSSIBLE, possible
from convertkit.tree import (
    NO_ATTR,
    Attr,
    Code,
    CodeBlock,
    Div,
    Document,
    Figure,
    Header,
    Image,
    Link,
    Math,
    Plain,
    RawBlock,
    RawInline,
    Span,
    Table,
    Text,
)
from convertkit.walk import Node, Rewrite, walk

RAW_HTML = frozenset({"html", "html4", "html5", "chunkedhtml", "dzslides", "revealjs", "s5", "slideous", "slidy"})
"""The names of raw formats that pandoc's writers of HTML take for HTML (`Text.Pandoc.Writers.HTML`)."""
RAW_OF_OURS = ("commonmark", "epub", "gfm", "markdown", "openxml")
"""What the names of the other raw formats begin with that one of our own writers passes on as it is."""

_ACTS = re.compile(
    r"on|(?:action|archive|background|classid|codebase|data|dynsrc|formaction|href|lowsrc|manifest|ping|poster|profile"
    r"|src|srcdoc|srcset|usemap|xlink:href)\Z"
)
"""Attributes that run or load something (HTML standard, indices of attributes and of event handlers; HTML 4; old
browsers). What our tree knows of them are fields of nodes."""
_LOADS = re.compile(r"\\|url\s*\(|@import|expression|behaviou?r|-moz-binding", re.IGNORECASE)
"""A style that does, or that hides it behind an escape."""

WithAttr = CodeBlock | Div | Figure | Header | Table | Code | Image | Link | Span
WithText = Text | Code | CodeBlock | Math | RawBlock | RawInline


def harmless(document: Document, report: Report, *, own_markup: bool = False) -> Document:
    """The document without addresses that could run code or read files, and without impossible characters.

    Raw pieces become their words, or go, unless they are the `own_markup` of whoever runs convertkit. A document with
    nothing to vet is the very same object.
    """

    def vet(node: Node) -> Rewrite:
        if isinstance(node, WithText) and IMPOSSIBLE.search(node.text):
            node = replace(node, text=possible(node.text, report))
        if isinstance(node, WithAttr) and node.attr is not NO_ATTR:
            node = _with_harmless_attributes(node, report)
        match node:
            case RawBlock() | RawInline() if not own_markup:
                return _words_of(node, report)
            case Link(content, target) | Image(content, target):
                if safe_address(target, image=isinstance(node, Image)) is None:
                    report(UnsafeLink(type(node).__name__, target[:200]))
                    return content
                return replace(node, title=possible(node.title, report)) if IMPOSSIBLE.search(node.title) else node
            case _:
                return node

    return walk(document, vet)


def _words_of(node: RawBlock | RawInline, report: Report) -> Rewrite:
    """What stands for a raw piece of somebody else's."""
    name = node.format.strip().lower()
    if name in RAW_HTML:
        report(NotExpressible(node.text[:60], "a document that pandoc read", "raw HTML"))
        words = Text(html_words(node.text))
        return () if not words.text else Plain((words,)) if isinstance(node, RawBlock) else words
    if name.startswith(RAW_OF_OURS):
        report(ElementDropped("", f"raw {node.format}", node.text))
        return ()
    return node


def _with_harmless_attributes(node: WithAttr, report: Report) -> WithAttr:
    attr = node.attr
    kept = tuple((key, value) for key, value in attr.attributes if not _acts(key, value))
    if len(kept) < len(attr.attributes):
        gone = " ".join(key for key, value in attr.attributes if _acts(key, value))
        report(Removed(type(node).__name__, "harmless", f"[attributes: {gone}]"))
    texts = (attr.id, *attr.classes, *(text for pair in kept for text in pair))
    if IMPOSSIBLE.search("".join(texts)):
        identifier, *rest = [possible(text, report) for text in texts]
        count = len(attr.classes)
        attr = Attr(identifier, tuple(rest[:count]), tuple(zip(rest[count::2], rest[count + 1 :: 2], strict=True)))
    elif kept != attr.attributes:
        attr = replace(attr, attributes=kept)
    return node if attr is node.attr else replace(node, attr=attr)


def _acts(name: str, value: str) -> bool:
    name = name.strip().lower()
    return _ACTS.match(name) is not None or (name == "style" and _LOADS.search(value) is not None)


def html_words(html: str) -> str:
    """What a piece of HTML shows, in one line."""
    fragment = turbohtml.parse_fragment(html)
    for element in fragment.select("script, style, template"):
        element.decompose()
    return " ".join(fragment.text.split())
