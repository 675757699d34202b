"""Lexical, in which Ghost keeps its posts since version 5: a tree of nodes as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from convertkit.losses import Report, TooDeep
from convertkit.readers.feeds.ghost_cards import card_markup
from convertkit.readers.feeds.json_values import Row, rows_in, text_in
from convertkit.tree import MAX_DEPTH

_MARKS = ((1, "strong"), (2, "em"), (4, "s"), (8, "u"), (16, "code"), (32, "sub"), (64, "sup"), (128, "mark"))
"""The bits of a text's `format` (`lexical/src/LexicalConstants.ts`)."""
_BLOCKS: Mapping[str, str] = {
    "paragraph": "p",
    "quote": "blockquote",
    "extended-quote": "blockquote",
    "aside": "blockquote",
    "listitem": "li",
}
_HEADINGS = frozenset(["heading", "extended-heading"])


def lexical_markup(state: Row, report: Report) -> str:
    """An editor's state as HTML."""
    root = state.get("root")
    return _inside(root, report, 0) if isinstance(root, dict) else ""


def _inside(node: Row, report: Report, depth: int) -> str:
    """What a node holds; below the depth that any document keeps, its words alone."""
    if depth < MAX_DEPTH:
        return "".join(_node(child, report, depth + 1) for child in rows_in(node, "children"))
    report(TooDeep("", MAX_DEPTH))
    words: list[str] = []
    left = [node]
    while left:
        inner = left.pop()
        words.append(escape(text_in(inner, "text"), quote=False))
        left += reversed(rows_in(inner, "children"))
    return " ".join(filter(None, words))


def _node(node: Row, report: Report, depth: int) -> str:
    kind = text_in(node, "type")
    if isinstance(node.get("text"), str) and kind not in ("html", "markdown"):
        return _text(node)
    if kind == "linebreak":
        return "<br>"
    if kind == "tab":
        return "\t"
    if kind in _BLOCKS:
        return _wrapped(_BLOCKS[kind], node, report, depth)
    if kind in _HEADINGS:
        level = text_in(node, "tag")
        return _wrapped(level if level in ("h1", "h2", "h3", "h4", "h5", "h6") else "h2", node, report, depth)
    if kind == "list":
        ordered = text_in(node, "listType") == "number" or text_in(node, "tag") == "ol"
        start = node.get("start")
        numbered = f' start="{start}"' if ordered and isinstance(start, int) and start != 1 else ""
        tag = "ol" if ordered else "ul"
        return f"<{tag}{numbered}>{_inside(node, report, depth)}</{tag}>"
    if kind in ("link", "autolink"):
        return f'<a href="{escape(text_in(node, "url"))}">{_inside(node, report, depth)}</a>'
    if "children" in node:
        return _inside(node, report, depth)
    return card_markup(kind, node, report)


def _wrapped(tag: str, node: Row, report: Report, depth: int) -> str:
    return f"<{tag}>{_inside(node, report, depth)}</{tag}>"


def _text(node: Mapping[str, Any]) -> str:
    markup = escape(node["text"], quote=False)
    marks = node.get("format")
    for bit, tag in _MARKS:
        if isinstance(marks, int) and marks & bit:
            markup = f"<{tag}>{markup}</{tag}>"
    return markup
