"""Destinations and titles of links and images (CommonMark 6.3)."""

from __future__ import annotations

import re

from convertkit.writers.markdown.escaping import PUNCTUATION

_BARE_CHARACTERS = r"[^\s\x00-\x1f\x7f()<>\\&]*"
_BARE = re.compile(rf"(?=.){_BARE_CHARACTERS}(?:\({_BARE_CHARACTERS}\){_BARE_CHARACTERS})*")
"""Parentheses in pairs, one level deep; nothing that a backslash or an ampersand could change."""
# A backslash would not do: cmark resolves references before it removes backslashes.
_ENTITY = re.compile(r"&(?=#[0-9]+;|#[xX][0-9a-fA-F]+;|[A-Za-z][A-Za-z0-9]{1,31};)")
_LINE_END = re.compile(r"[\r\n]+")
_AUTOLINK = re.compile(r"(?:https?|ftp)://[^\s\x00-\x1f\x7f<>\\]+")
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_MAIL = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")
"""An e-mail address in angle brackets (CommonMark 6.5)."""


def is_autolink(text: str, target: str) -> bool:
    """Whether `<text>` is a link to `target`."""
    if text == target:
        return _AUTOLINK.fullmatch(text) is not None and not _ENTITY.search(text)
    return target == f"mailto:{text}" and _MAIL.fullmatch(text) is not None


def destination(target: str, title: str) -> str:
    """What stands in a link's parentheses."""
    written = target if _BARE.fullmatch(target) else _guarded(target)
    if "$" in written:  # with one in the text before it, it would make a formula
        written = written.replace("$", "\\$")
    return f'{written or "<>"} "{_escape_title(title)}"' if title else written


def _guarded(target: str) -> str:
    if not target:
        return ""
    if "&" in target:
        without = target.replace("&", "")
        if not _ENTITY.search(target) and (not without or _BARE.fullmatch(without)):
            return target
    escaped = re.sub(rf"\\(?=[{PUNCTUATION}]|$)|[<>]", r"\\\g<0>", _ENTITY.sub("&amp;", target))
    return f"<{_LINE_END.sub('%0A', escaped)}>"


def _escape_title(title: str) -> str:
    one_line = _LINE_END.sub("&#10;", _ENTITY.sub("&amp;", title))
    escaped = re.sub(rf'\\(?=[{PUNCTUATION}])|"', r"\\\g<0>", one_line)
    # `"\\\\"` would do, but cmark looks for the longest title, and takes the last two characters for an escaped quote.
    return escaped[:-1] + "&#92;" if one_line.endswith("\\") else escaped
