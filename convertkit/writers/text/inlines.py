"""Inlines as running text: a line break is a line end, links and notes are numbers in brackets."""

from __future__ import annotations

import re
from typing import assert_never

from convertkit.losses import ImageNotEmbedded
from convertkit.tree import (
    Cite,
    Code,
    Emph,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    Quoted,
    RawInline,
    Ruby,
    SmallCaps,
    SoftBreak,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Text,
    Underline,
)
from convertkit.walk import plain_text
from convertkit.writers.raw import words_of_raw
from convertkit.writers.text.sheet import Sheet
from convertkit.writers.urls import file_name

_SCHEME = re.compile(r"(?:https?://(?:www\.)?|mailto:)", re.IGNORECASE)
_EXPONENT = re.compile(r"[+\-−]?(?:\d+|[a-z])")
"""Raised text that would be taken for part of what it is raised above: 10² is not 102. The `st` of 1st is no such."""
_SYMBOL = re.compile(r"(?:[\d)\]}]|\b[^\W\d_])\Z")
"""The end of what an exponent may be raised above."""
_SUM = re.compile(r"[+\-−]?(?:\d+|[a-z])(?:[+\-−](?:\d+|[a-z]))+")
"""Likewise, and brackets say where it ends: e^(n+1) x."""


def write_inlines(nodes: tuple[Inline, ...], sheet: Sheet) -> str:
    """The text of inlines, not wrapped."""
    if len(nodes) == 1 and isinstance(only := nodes[0], Text):  # most paragraphs
        return only.text.replace("\n", " ")
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, Text):
            parts.append(node.text.replace("\n", " "))
            continue
        written = _inline(node, sheet)
        if parts and isinstance(node, Image | Link) and written.startswith("[image") and parts[-1].endswith("]"):
            parts.append(" ")  # pictures side by side
        elif isinstance(node, Superscript):
            written = _raised(written, parts[-1] if parts else "")
        parts.append(written)
    return "".join(parts)


def _inline(node: Inline, sheet: Sheet) -> str:  # one arm a node, and the set is closed
    match node:
        case Text():
            return node.text
        case Code() | Math():
            return " ".join(node.text.splitlines())
        case Link():
            return _link(node, sheet)
        case (
            Strong() | Emph() | Underline() | Strikeout() | Superscript() | Subscript() | SmallCaps() | Span() | Cite()
        ):
            return write_inlines(node.content, sheet)
        case Image():
            return _image(node, sheet)
        case LineBreak():
            return "\n"
        case SoftBreak():
            return " "
        case Quoted():
            double = node.kind == "DoubleQuote"
            opening, closing = sheet.wording.double_quotes if double else sheet.wording.single_quotes
            return f"{opening}{write_inlines(node.content, sheet)}{closing}"
        case Note():
            return f"[{sheet.note_number(node)}]"
        case Ruby():
            return f"{write_inlines(node.base, sheet)}({write_inlines(node.text, sheet)})"
        case RawInline():
            return _raw(node, sheet)
        case _:
            assert_never(node)


def _raised(text: str, base: str) -> str:
    """Raised text behind what it is raised above: `10^2`, `x^n`, `e^(n+1)`; but `1st`, and `dataset` with its `s`."""
    if not (text[:1].isdigit() or _SYMBOL.search(base)):
        return text
    if _EXPONENT.fullmatch(text):
        return f"^{text}"
    return f"^({text})" if _SUM.fullmatch(text) else text


def _link(node: Link, sheet: Sheet) -> str:
    """The link's text, and a number if the text does not say where it leads."""
    text, target = write_inlines(node.content, sheet), node.target
    if not target or target.startswith("#") or (" " not in text and _address(text) == _address(target)):
        return text
    if not text:
        return target
    reference = sheet.reference(target)
    return text if text.endswith(reference) else text + reference


def _address(text: str) -> str:
    """What people read of an address."""
    return _SCHEME.sub("", text, count=1).rstrip("/")


def _image(node: Image, sheet: Sheet) -> str:
    """`[image: alternative text]`, and a number if the picture is somewhere else.

    That plain text holds no pictures is no loss to tell of, unless nothing stands for one.
    """
    travels = node.target in sheet.resources
    words = " ".join(plain_text(node.content).split("\n")) or node.title or ("" if travels else file_name(node.target))
    if travels and not words:
        sheet.lose(ImageNotEmbedded("", node.target, "plain text holds no images, and it has no alternative text"))
    written = f"[image: {words}]" if words else "[image]"
    return written if travels or not node.target else written + sheet.reference(node.target)


def _raw(node: RawInline, sheet: Sheet) -> str:
    if node.format == "plain":
        return node.text
    return words_of_raw(node, "text", sheet.lose)
