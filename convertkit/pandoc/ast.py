"""Our tree to pandoc's AST and back, without loss: `from_pandoc(to_pandoc(document)) == document`.

The other way round, what pandoc reads comes back equal once neighbouring `Str`s and `Space`s are joined, for blocks
and for metadata that holds no markup. What pandoc has no node for is a `Div` or `Span` with a class that filters can
see: `encode.INDENT`, `encode.RUBY`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convertkit.losses import Report, TooDeep, ignore
from convertkit.pandoc import encode
from convertkit.pandoc.decode import Decoder
from convertkit.pandoc.meta import decode_meta, encode_meta
from convertkit.pandoc.words import not_an_ast
from convertkit.tree import MAX_DEPTH, Document

API_VERSION = (1, 23, 1, 1)
"""The version of pandoc-types whose AST this is. A constant, so that no pandoc need be started to write JSON; a test
compares it with the installed pandoc's."""

OLDEST_READ = (1, 22)
"""The same shapes but for `Figure`, which is new in 1.23, and `Null`, which is gone."""


def to_pandoc(document: Document) -> dict[str, Any]:
    """The document as pandoc's JSON, in Python's types. Resources and the source's name stay behind."""
    return {
        "pandoc-api-version": list(API_VERSION),
        "meta": encode_meta(document.metadata),
        "blocks": encode.blocks(document.blocks),
    }


def from_pandoc(data: object, *, source: str = "", report: Report = ignore) -> Document:
    """The document that pandoc's JSON describes, nested no deeper than `MAX_DEPTH`.

    Raises `UnreadableDocument` for what is not pandoc's AST, or that of an old pandoc.
    """
    if not isinstance(data, Mapping):
        raise not_an_ast(data)
    _check_version(data.get("pandoc-api-version"))
    decoder = Decoder()
    document = Document(decoder.blocks(data.get("blocks")), decode_meta(data.get("meta"), report), source=source)
    if decoder.too_deep:
        report(TooDeep("", MAX_DEPTH))
    return document


def _check_version(version: object) -> None:
    match version:
        case [int(first), int(second), *_] if OLDEST_READ <= (first, second) <= API_VERSION[:2]:
            return
        case _:
            raise not_an_ast({"pandoc-api-version": version})
