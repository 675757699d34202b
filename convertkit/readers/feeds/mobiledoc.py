"""Mobiledoc 0.3, in which Ghost kept its posts before Lexical (`bustle/mobiledoc-kit`, MOBILEDOC.md)."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from convertkit.losses import Report
from convertkit.readers.feeds.ghost_cards import card_markup
from convertkit.readers.feeds.json_values import Row

_MARKUP_TAGS = frozenset(["a", "b", "code", "em", "i", "s", "strong", "sub", "sup", "u", "mark", "del", "small"])
_SECTION_TAGS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside", "ul", "ol"])


def mobiledoc_markup(state: Row, report: Report) -> str:
    """A post as HTML. What is not as the format says is passed over."""
    return "".join(_section(section, state, report) for section in _list(state.get("sections")))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _at(values: object, index: object) -> Any:
    """An item of a list; None where there is none."""
    found = _list(values)
    return found[index] if isinstance(index, int) and 0 <= index < len(found) else None


def _section(section: object, state: Row, report: Report) -> str:
    match section:
        case [1, str(tag), list(markers), *_] if tag in _SECTION_TAGS:
            return f"<{tag}>{_markers(markers, state)}</{tag}>"
        case [1, str(), list(markers), *_]:
            return f"<p>{_markers(markers, state)}</p>"
        case [2, str(source), *_]:
            return f'<figure><img src="{escape(source)}"></figure>'
        case [3, "ul" | "ol" as tag, list(items), *_]:
            inside = "".join(f"<li>{_markers(_list(item), state)}</li>" for item in items)
            return f"<{tag}>{inside}</{tag}>"
        case [10, int(index), *_]:
            match _at(state.get("cards"), index):
                case [str(name), dict(said), *_]:
                    return card_markup(name, said, report)
                case [str(name), *_]:
                    return card_markup(name, {}, report)
    return ""


def _markers(markers: list[Any], state: Row) -> str:
    """Running text; each marker opens some marks before its text and closes some behind it."""
    parts: list[str] = []
    open_: list[str] = []
    for marker in markers:
        match marker:
            case [int(kind), list(opened), int(closed), value, *_]:
                for tag, attributes in map(_opening(state), opened):
                    open_.append(tag)
                    parts.append(f"<{tag}{attributes}>")
                parts.append(_atom(value, state) if kind == 1 else escape(str(value), quote=False))
                for _ in range(min(closed, len(open_))):
                    parts.append(f"</{open_.pop()}>")
            case [_, _, _, str(value), *_]:
                parts.append(escape(value, quote=False))
    return "".join(parts) + "".join(f"</{tag}>" for tag in reversed(open_))


def _opening(state: Row) -> Callable[[object], tuple[str, str]]:
    def opening(index: object) -> tuple[str, str]:
        match _at(state.get("markups"), index):
            case ["a", ["href", str(address), *_], *_]:
                return "a", f' href="{escape(address)}"'
            case [str(tag), *_] if tag in _MARKUP_TAGS:
                return tag, ""
        return "span", ""

    return opening


def _atom(index: object, state: Row) -> str:
    """`soft-return` is a line end; another atom is its text."""
    match _at(state.get("atoms"), index):
        case ["soft-return", *_]:
            return "<br>"
        case [str(), str(text), *_]:
            return escape(text, quote=False)
    return ""
