"""The tree as indented text, for `convertkit inspect`, for case files and for reading a difference.

A line a node: its name, its own fields, its children one level deeper; text in double quotes with JSON's escapes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from convertkit.metadata import Contributor, Date, Metadata, format_date
from convertkit.tree import Attr, Document, Text


def dump(document: Document) -> str:
    """The blocks of a document, two spaces a level, with a final line end."""
    return "".join(f"{line}\n" for block in document.blocks for line in _lines(block, ""))


def dump_metadata(metadata: Metadata) -> str:
    """A line a field that holds something, then `extra.KEY` for the rest; values as JSON."""
    present = {**metadata.present(), **{f"extra.{key}": value for key, value in metadata.extra.items()}}
    return "".join(f"{name}: {_value(value)}\n" for name, value in present.items())


def _value(value: object) -> str:
    if isinstance(value, str):
        return value if value.isprintable() and value == value.strip() and value else _quoted(value)
    if isinstance(value, Date):
        return format_date(value)
    return json.dumps(json_ready(value), ensure_ascii=False)


def json_ready(value: Any) -> Any:
    """A metadata value in JSON's types: dates as ISO 8601, contributors as objects, tuples as lists."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Contributor():
            return {"name": value.name, "role": value.role}
        case dict():
            return {str(key): json_ready(item) for key, item in value.items()}
        case list() | tuple():
            return [json_ready(item) for item in value]
        case _ if isinstance(value, Date):
            return format_date(value)
        case _:
            return str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _lines(node: Any, pad: str) -> Iterator[str]:
    if isinstance(node, Text):
        yield pad + _quoted(node.text)
        return
    own = [type(node).__name__]
    children: list[tuple[str, Any]] = []
    for item in fields(node):
        value = getattr(node, item.name)
        if value == item.default:
            continue
        if _is_tree(value):
            children.append((item.name, value))
        else:
            own.append(_own(item.name, value))
    yield pad + " ".join(word for word in own if word)
    alone = len(children) == 1 and children[0][0] in ("content", "rows", "cells", "items", "lines")
    for name, value in children:
        if not alone and name != "content":
            yield f"{pad}  .{name}"
        yield from _children(value, pad + ("  " if alone or name == "content" else "    "))


def _is_tree(value: object) -> bool:
    return isinstance(value, tuple) or (hasattr(value, "__dataclass_fields__") and not isinstance(value, Attr))


def _children(value: Any, pad: str) -> Iterator[str]:
    """A node, a sequence of nodes, or a sequence of such sequences (each behind a dash)."""
    if not isinstance(value, tuple):
        yield from _lines(value, pad)
        return
    for child in value:
        if isinstance(child, tuple):
            yield pad + "-"
            yield from _children(child, pad + "  ")
        else:
            yield from _lines(child, pad)


def _own(name: str, value: object) -> str:
    match value:
        case Attr(id, classes, attributes):
            words = [f"#{id}"] * bool(id) + [f".{name}" for name in classes]
            return " ".join(words + [f"{key}={_quoted(text)}" for key, text in attributes])
        case True:
            return name
        case str() if name in ("text", "target", "format", "kind"):
            return _quoted(value) if name in ("text", "target") else value
        case int() if name == "level":
            return str(value)
        case str() if value.isalnum():
            return f"{name}={value}"
        case str():
            return f"{name}={_quoted(value)}"
        case _:
            return f"{name}={value}"
