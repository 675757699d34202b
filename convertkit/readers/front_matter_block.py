"""Where front matter begins and ends.

Three shapes are known, after any blank lines: a block between lines of dashes (YAML, or what the first line names:
`---toml`), of pluses (TOML) or of semicolons (JSON, as in Hexo); a JSON object; and keys with values without an
opening line, up to a line of dashes or semicolons (Hexo), or to a blank line (Pelican, MultiMarkdown).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from convertkit.readers.field_names import is_field

if TYPE_CHECKING:
    from collections.abc import Mapping

Format: TypeAlias = Literal["yaml", "toml", "json", "lines"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text that looks like front matter, without the lines that delimit it, and the text after it."""

    format: Format
    text: str
    body: str
    closed: bool = True


_BLANK = re.compile(r"(?:[ \t\u3000]*\n)*")
_OPENING = re.compile(
    r"(?:%(?:YAML|TAG)[^\n]*\n)*(-{3,}|\+{3,}|;{3,})[ \t]*(yaml|toml|json)?[ \t]*(?:\n|\Z)", re.IGNORECASE
)
_CLOSINGS = {
    "-": re.compile(r"^(?:-{3,}|\.{3})[ \t]*(?:\n|\Z)", re.MULTILINE),
    "+": re.compile(r"^\+{3,}[ \t]*(?:\n|\Z)", re.MULTILINE),
    ";": re.compile(r"^;{3,}[ \t]*(?:\n|\Z)", re.MULTILINE),
}
_ANY_CLOSING = re.compile(r"^(-{3,}|;{3,})[ \t]*(?:\n|\Z)", re.MULTILINE)
_FORMATS: Mapping[str, Format] = {"-": "yaml", "+": "toml", ";": "json", "yaml": "yaml", "toml": "toml", "json": "json"}

_KEY = re.compile(r"""^["']?([^\W\d][\w.-]*)["']?[ \t]*:(?=\s|\Z)""", re.MULTILINE)
_CONTINUES = re.compile(r"[ \t]+\S|-[ \t]|#")
"""How a line begins that belongs to the key above it: indented, a list's item, a comment."""
_LEFT_OPEN = re.compile(r""":[ \t]*(["'])(?!.*\1[ \t,]*\Z)[^\n]*\Z""")
"""A last line whose value begins with a quotation mark and does not end with it."""
_MARKUP = re.compile(r"^[ \t]*<[/!A-Za-z]", re.MULTILINE)

_UNOPENED_WITHIN = 4096
"""Characters in which front matter without an opening line must end."""

_OBJECT = re.compile(r"""\{\s*["']""")
_KEY_IN_OBJECT = re.compile(r"""["']([^"'\n]+)["']\s*:""")


def find_block(text: str) -> Block | None:
    """The front matter of a text by its outward form, or None if the text begins with its body."""
    blank = _BLANK.match(text)
    start = blank.end() if blank else 0
    if opening := _OPENING.match(text, start):
        return _between_lines(text, opening)
    if _OBJECT.match(text, start):
        return _json_object(text, start)
    if _KEY.match(text, start):
        return _without_opening(text[start:])
    return None


def _between_lines(text: str, opening: re.Match[str]) -> Block | None:
    start, mark = opening.end(), opening[1][0]
    if closing := _CLOSINGS[mark].search(text, start):
        format_ = _FORMATS[(opening[2] or mark).lower()]
        return Block(format_, text[start : closing.start()], text[closing.end() :])
    end = _end_of_keys(text, start)
    block = text[start:end]
    return Block("yaml", block, text[end:], closed=False) if count_fields(block) else None


def _json_object(text: str, start: int) -> Block | None:
    """A JSON object with a field that we know; one that is broken ends with a line that begins with its brace."""
    try:
        end = json.JSONDecoder(parse_int=str).raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        end = text.find("\n}", start) + 2
    block = text[start:end]
    if not any(map(is_field, _KEY_IN_OBJECT.findall(block))):
        return None
    return Block("json", block, text[end:].lstrip(" \t\n"))


def _without_opening(text: str) -> Block | None:
    """Keys with values up to a line of dashes, which is no setext heading, or to a blank line."""
    end = _end_of_keys(text, 0)
    block, fields = text[:end], count_fields(text[:end])
    closing = _ANY_CLOSING.match(text, end)
    if closing and (fields > 1 or (fields == 1 and text[0].islower())):
        return Block(_FORMATS[closing[1][0]], block, text[closing.end() :])
    if fields > 1 and text[end : end + 1] in ("", "\n") and not _LEFT_OPEN.search(block.rstrip("\n")):
        return Block("lines", block, text[end:])
    closing = _ANY_CLOSING.search(text, 0, _UNOPENED_WITHIN)
    block = text[: closing.start()] if closing else ""
    if closing and count_fields(block) > 1 and not _MARKUP.search(block):
        return Block(_FORMATS[closing[1][0]], block, text[closing.end() :])
    return None


def _end_of_keys(text: str, start: int) -> int:
    """The end of the lines from `start` that are keys with values, or belong to one."""
    end = start
    while end < len(text):
        if not (_KEY.match(text, end) or (end > start and _CONTINUES.match(text, end))):
            break
        end = text.find("\n", end) + 1 or len(text)
    return end


def count_fields(block: str) -> int:
    """How many of our fields a text has keys for, at the beginning of lines."""
    return sum(map(is_field, set(_KEY.findall(block))))
