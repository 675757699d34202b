"""A plug-in for convertkit: the writer `gemtext` (Gemini capsules) and the filter `drop-pictures`.

Gemtext knows lines only: text, `=>` links, `#` headings, `*` items, `>` quotations and verbatim text. What it cannot
say is reported, and its words are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from convertkit.context import WriteContext
from convertkit.formats import WriterFormat
from convertkit.losses import NotExpressible
from convertkit.tree import (
    Block,
    BlockQuote,
    BulletList,
    CodeBlock,
    DefinitionList,
    Div,
    Document,
    Figure,
    Header,
    HorizontalRule,
    Image,
    LineBlock,
    Link,
    OrderedList,
    Para,
    Plain,
    RawBlock,
    Table,
)
from convertkit.walk import Node, plain_text, query, walk


def write_gemtext(document: Document, context: WriteContext) -> bytes:
    """The document as gemtext in UTF-8; a paragraph's links follow it, a line each."""
    lines = [f"# {document.metadata.title}", ""] if document.metadata.title else []
    for block in document.blocks:
        lines += _lines(block, context)
        lines += [f"=> {url} {text}".rstrip() for url, text in query(Document((block,)), _link)]
        lines.append("")
    return "\n".join(lines).encode("utf-8")


def _lines(block: Block, context: WriteContext) -> Iterator[str]:
    match block:
        case Plain() | Para():
            yield plain_text((block,))
        case Header():
            yield f"{'#' * min(block.level, 3)} {plain_text((block,))}"
        case CodeBlock() | RawBlock():
            yield f"```\n{block.text}\n```"
        case BlockQuote():
            yield from (f"> {line}" for line in plain_text(block.content).splitlines())
        case BulletList() | OrderedList():
            yield from (f"* {' '.join(plain_text(item).split())}" for item in block.items)
        case Div() | Figure():
            for child in block.content:
                yield from _lines(child, context)
        case HorizontalRule():
            yield "```\n---\n```"
        case Table() | DefinitionList() | LineBlock():
            context.report(NotExpressible(type(block).__name__, "gemtext", "its structure"))
            yield plain_text((block,))
        case _:
            assert_never(block)


def _link(node: Node) -> tuple[str, str] | None:
    match node:
        case Link() | Image():
            return node.target, plain_text(node.content)
        case _:
            return None


def drop_pictures(document: Document) -> Document:
    """Every picture goes."""
    return walk(document, lambda node: () if isinstance(node, Image) else node)


GEMTEXT = WriterFormat(write_gemtext, "gemtext, for Gemini capsules", (".gmi",))
