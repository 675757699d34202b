"""pandoc's Lua filters on our tree."""

from __future__ import annotations

from dataclasses import replace

from convertkit.options import READ
from convertkit.pandoc.ast import from_pandoc, to_pandoc
from convertkit.pandoc.serial import dump_ast, load_ast
from convertkit.pandoc.worker import Worker
from convertkit.tree import Document


def apply_lua(
    document: Document, source_text: str, name: str, worker: Worker, *, timeout: float = READ.timeout
) -> Document:
    """The document that a Lua filter makes of this one; the very same object if it changes nothing.

    `name` is the filter's path, for messages. The filter runs as with `pandoc --lua-filter`, with an empty `FORMAT`:
    one document is written in many. What it prints is dropped: it is neither part of the document nor lost from it.
    Raises `FilterError` with Lua's own message.
    """
    made = load_ast(worker.lua_filter(dump_ast(to_pandoc(document)), source_text, name, timeout=timeout))
    result = from_pandoc(made, source=document.source)
    extra = result.metadata.extra
    if extra:  # pandoc sorts its metadata by key
        written = {key: extra[key] for key in document.metadata.extra if key in extra}
        result = replace(result, metadata=replace(result.metadata, extra={**written, **extra}))
    result = replace(
        result, resources=document.resources, metadata=replace(result.metadata, origins=document.metadata.origins)
    )
    return document if result == document else result
