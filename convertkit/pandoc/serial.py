"""pandoc's AST as JSON text. Reading it knows no depth limit, nor can it give text that no output could hold."""

from __future__ import annotations

import json
import re
from typing import Any

from convertkit.errors import UnreadableDocument

PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{}:,"]+')
IMPOSSIBLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes of NUL and of surrogates, paired ones included."""


def dump_ast(data: object) -> bytes:
    """JSON without spaces, in UTF-8."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def load_ast(data: bytes) -> Any:
    """The data of a JSON text. NUL and lone surrogates become U+FFFD. Raises `UnreadableDocument`."""
    try:
        text = data.decode("utf-8-sig")
        try:
            found = json.loads(text)
        except RecursionError:
            found = _load_deep(text)
    except (ValueError, IndexError, TypeError) as error:
        raise UnreadableDocument(f"not JSON: {error}", advice="pandoc's AST is made by `pandoc --to json`") from error
    return _possible(found) if IMPOSSIBLE.search(text) else found


def _load_deep(text: str) -> Any:
    """The same for JSON nested deeper than the interpreter's stack allows `json.loads` to go."""
    top: list[Any] = []
    around: list[Any] = [top]
    key: str | None = None
    for piece in PIECE.findall(text):
        if piece in "]}":
            around.pop()
            continue
        holder = around[-1]
        value: Any = [] if piece == "[" else {} if piece == "{" else json.loads(piece)
        if isinstance(holder, list):
            holder.append(value)
        elif key is None:
            key = value
            continue
        else:
            holder[key], key = value, None
        if piece in "[{":
            around.append(value)
    return top[0]


def _possible(found: Any) -> Any:
    """The same data with every impossible character replaced, at any depth."""
    todo = [found] if not isinstance(found, str) else []
    while todo:
        item = todo.pop()
        pairs = list(item.items() if isinstance(item, dict) else enumerate(item))
        for key, value in pairs:
            if isinstance(value, str):
                item[key] = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
            elif isinstance(value, dict | list):
                todo.append(value)
    return found
