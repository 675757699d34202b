"""Everything that pandoc reads, and its AST as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from convertkit.context import ReadContext
from convertkit.errors import ConvertkitError
from convertkit.losses import ElementDropped, ImageNotEmbedded, PandocWarned
from convertkit.pandoc.ast import from_pandoc
from convertkit.pandoc.names import READS, READS_BYTES, known_format
from convertkit.pandoc.serial import load_ast
from convertkit.pandoc.worker import Message
from convertkit.pictures import PictureError, prepare
from convertkit.readers.back_links import without_back_links
from convertkit.readers.encoding import decode
from convertkit.readers.harmless import harmless
from convertkit.resources import Resource
from convertkit.tree import Document, Image
from convertkit.walk import Node, walk

LOST_IN_READING = frozenset(
    {
        "CouldNotLoadIncludeFile",
        "CouldNotParseYamlMetadata",
        "DocxParserWarning",
        "IgnoredElement",
        "NoteDefinedButNotUsed",
        "ReferenceNotFound",
        "SkippedContent",
        "UnexpectedXmlElement",
        "UnsupportedCodePage",
    }
)
"""Those of pandoc's messages (`Text.Pandoc.Logging`) that say that something of the input is not in its AST."""


def read_json(data: bytes, context: ReadContext) -> Document:
    """Read pandoc's AST. Raises `UnreadableDocument` for other JSON."""
    with _named(context.source):
        document = from_pandoc(load_ast(data), source=context.source, report=context.report)
    return harmless(document, context.report)


def reader(name: str) -> Callable[[bytes, ReadContext], Document]:
    """The reader of a format of pandoc's, extensions included (`markdown-smart`). Raises `UnknownFormat`."""
    binary = known_format(name, READS, "read") in READS_BYTES
    return partial(_read, name, binary)


def _read(name: str, binary: bool, data: bytes, context: ReadContext) -> Document:
    def heard(message: Message) -> None:
        if message.type in LOST_IN_READING:
            context.report(PandocWarned("", message.text))

    with _named(context.source):
        text = data if binary else decode(data, context).encode()
        reading = context.pandoc().read(text, name, timeout=context.options.timeout, heard=heard)
        document = from_pandoc(load_ast(reading.ast), source=context.source, report=context.report)
    document = harmless(without_back_links(document), context.report)
    return _with_media(document, reading.media, context) if reading.media else document


def _with_media(document: Document, media: Mapping[str, bytes], context: ReadContext) -> Document:
    """The document with the images of its container as resources, as any others. Other media lose their target."""
    found: dict[str, Resource | None] = {}

    def prepared(path: str) -> Resource | None:
        def words_lost(words: str) -> None:
            context.report(ElementDropped(f"image {path}", "foreignObject", words))

        try:
            return prepare(
                media[path], context.options.max_image, webp=not context.options.convert_webp, words_lost=words_lost
            )
        except PictureError as error:
            context.report(ImageNotEmbedded("", path, str(error)))
            return None

    def rename(node: Node) -> Node:
        if not isinstance(node, Image) or node.target not in media:
            return node
        path = node.target
        if path not in found:
            found[path] = prepared(path)
        resource = found[path]
        return replace(node, target=resource.name if resource else "")

    renamed = walk(document, rename)
    return replace(renamed, resources={resource.name: resource for resource in found.values() if resource})


@contextmanager
def _named(source: str) -> Iterator[None]:
    """Errors of layers that do not know the input are given its name."""
    try:
        yield
    except ConvertkitError as error:
        error.source = error.source or source
        raise
