"""Attributes in braces: `{#id .class key="value"}` (pandoc's User's Guide, "Header identifiers"; goldmark's README)."""

from __future__ import annotations

import re

from convertkit.tree import NO_ATTR, Attr

_IDENTIFIER = re.compile(r"[^\W\d_][\w:.-]*")
_NAME = re.compile(r"[^\W\d][\w:.-]*")
_SPECIAL = re.compile(r"[\\\"&<>{}\[\]`]")
_LINE_END = re.compile(r"\s*[\r\n]+\s*")


def attribute_list(attr: Attr) -> str:
    """The attributes in braces; nothing if there are none. What is no plain name is written as a quoted value."""
    if attr == NO_ATTR:
        return ""
    words = []
    if attr.id:
        words.append(f"#{attr.id}" if _IDENTIFIER.fullmatch(attr.id) else f"id={_quoted(attr.id)}")
    words += [f".{name}" if _NAME.fullmatch(name) else f"class={_quoted(name)}" for name in attr.classes]
    words += [f"{key}={_quoted(value)}" for key, value in attr.attributes if _NAME.fullmatch(key)]
    return f"{{{' '.join(words)}}}"


def bracketed(attr: Attr) -> tuple[str, str]:
    """What stands before and behind the content of a bracketed span."""
    return "[", f"]{attribute_list(attr) or '{}'}"


def _quoted(value: str) -> str:
    return f'"{_SPECIAL.sub(_reference, _LINE_END.sub(" ", value))}"'


def _reference(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"
