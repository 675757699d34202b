"""Marks on text besides emphasis: what a flavour puts before and behind their content."""

from __future__ import annotations

from typing import TypeAlias

from convertkit.tree import Header, Image, Inline, Math, SmallCaps, Span, Strikeout, Subscript, Superscript, Underline
from convertkit.walk import plain_text
from convertkit.writers.markdown.page import Page
from convertkit.writers.markup import escape_attribute

Mark: TypeAlias = Strikeout | Superscript | Subscript | Underline | SmallCaps

TAGS: dict[type[Inline], str] = {Strikeout: "del", Superscript: "sup", Subscript: "sub", Underline: "ins"}
_WHAT: dict[type[Inline], str] = {
    Strikeout: "struck-out text",
    Superscript: "superscript",
    Subscript: "subscript",
    Underline: "underlined text",
    SmallCaps: "small capitals",
}

_SPAN_TAGS = {"kbd": "", "mark": "", "small": "", "abbr": "title", "time": "datetime", "bdo": "dir"}
"""Classes of a `Span` that are HTML elements, as the reader marks them, and the attribute that each of them needs."""
_SPAN_WHAT = {
    "kbd": "keys",
    "mark": "marked text",
    "small": "small print",
    "abbr": "what an abbreviation stands for",
    "time": "the moment that a time means",
    "bdo": "the direction of text",
}


def is_element(node: Span) -> bool:
    """Whether more than its content may be written of a `Span`."""
    attr = node.attr
    return bool(attr.id) or not _SPAN_TAGS.keys().isdisjoint(attr.classes) or bool(attr.get("lang") or attr.get("dir"))


def _element_name(node: Span) -> str:
    return next((name for name in node.attr.classes if name in _SPAN_TAGS), "")


def around_mark(node: Mark, page: Page) -> tuple[str, str]:
    """What stands around a mark's content where the flavour has no delimiters for it; empty if only words stay."""
    kind = type(node)
    if page.raw_html and kind in TAGS:
        return f"<{TAGS[kind]}>", f"</{TAGS[kind]}>"
    page.lose(_WHAT[kind], plain_text(node.content))
    return "", ""


def around_span(node: Span, page: Page) -> tuple[str, str]:
    """What stands around a `Span`; empty if only its content stays."""
    attr = node.attr
    if _element_name(node) == "mark" and page.flavour.highlight and node.content:
        return anchor(attr.id, page) + page.flavour.highlight, page.flavour.highlight
    return element_of_span(node, page)


def element_of_span(node: Span, page: Page) -> tuple[str, str]:
    """The tags of the HTML element that a `Span` is, or that holds its language and direction; its anchor before."""
    opening, closing = _tags(node, page)
    return anchor(node.attr.id, page) + opening, closing


def _tags(node: Span, page: Page) -> tuple[str, str]:
    attr = node.attr
    name = _element_name(node)
    wanted = {_SPAN_TAGS.get(name, ""), "lang", "dir"}
    kept = [(key, value) for key, value in attr.attributes if key in wanted]
    if name and (not _SPAN_TAGS[name] or attr.get(_SPAN_TAGS[name])):
        what = _SPAN_WHAT[name]
    elif kept:
        name, what = "span", "the language of a piece of text"
    else:
        if attr.classes or attr.attributes:
            page.lose_looks("the classes of a piece of text", plain_text(node.content))
        return "", ""
    if not page.raw_html:
        page.lose(what, plain_text(node.content))
        return "", ""
    attributes = "".join(f' {key}="{escape_attribute(value)}"' for key, value in kept)
    return f"<{name}{attributes}>", f"</{name}>"


def anchor(identifier: str, page: Page) -> str:
    """The place that a link of the document leads to; nothing if none does."""
    if not identifier or identifier not in page.places.linked:
        return ""
    if page.raw_html and page.flavour.anchors:
        return f'<a id="{escape_attribute(identifier + page.places.suffix(identifier))}"></a>'
    page.lose("the place that a link leads to", f"#{identifier}")
    return ""


def heading_anchor(node: Header, page: Page) -> str:
    """The place that a link leads to before a heading's text, unless the renderer makes it."""
    identifier = node.attr.id
    return "" if not identifier or identifier in page.places.made else anchor(identifier, page)


def lose_size(node: Image, page: Page) -> None:
    """Report the size of a picture, which Markdown without attributes cannot say."""
    if node.attr.get("width") or node.attr.get("height"):
        page.lose_looks("the size of a picture", plain_text(node.content) or node.target)


def formula_as_text(node: Math, page: Page) -> str:
    """A formula in dollar signs where none is known; scripts on a page may set it."""
    page.lose("a formula", node.text)
    mark = "$$" if node.kind == "DisplayMath" else "$"
    return f"{mark}{node.text}{mark}"
