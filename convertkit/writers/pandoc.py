"""Everything that pandoc writes, and its AST as JSON."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from convertkit.context import WriteContext
from convertkit.errors import UnknownFormat, WriteError
from convertkit.losses import ImageNotEmbedded, NotExpressible, PandocWarned
from convertkit.metadata import Metadata
from convertkit.pandoc.ast import to_pandoc
from convertkit.pandoc.meta import encode_value
from convertkit.pandoc.names import EMBEDS, WRITES, WRITES_BYTES, known_format, passes_raw
from convertkit.pandoc.serial import dump_ast
from convertkit.pandoc.worker import Message
from convertkit.resources import data_uri
from convertkit.tree import Document, Image, Para, Plain, RawBlock, RawInline, Ruby, Text
from convertkit.walk import Node, Rewrite, walk
from convertkit.writers.absent import link_absent_images
from convertkit.writers.raw import words_of_raw

LOST_IN_WRITING = frozenset(
    {
        "BlockNotRendered",
        "CouldNotConvertImage",
        "CouldNotConvertTeXMath",
        "CouldNotFetchResource",
        "InlineNotRendered",
        "MissingCharacter",
    }
)
"""Those of pandoc's messages (`Text.Pandoc.Logging`) that say that something of its AST is not in the output."""

REFERENCE_DOCS = frozenset({"docx", "odt", "pptx"})
WITH_EXTRA = ("commonmark", "gfm", "ipynb", "json", "markdown", "markua", "native")
"""Formats whose output lists all metadata. In the others a post's own keys would reach pandoc's templates, where they
could load scripts (`revealjs-url`) or styles (`css`)."""


def write_json(document: Document, context: WriteContext) -> bytes:  # noqa: ARG001 the shape of a writer
    """Write pandoc's AST as JSON, complete; images that travel with the document become `data:` URIs."""

    def inlined(node: Node) -> Node:
        if isinstance(node, Image) and (resource := document.resources.get(node.target)):
            return replace(node, target=data_uri(resource))
        return node

    whole = walk(document, inlined) if document.resources else document
    cover = document.resources.get(document.metadata.cover)
    if cover is not None:
        whole = replace(whole, metadata=replace(whole.metadata, cover=data_uri(cover)))
    return dump_ast(to_pandoc(whole)) + b"\n"


def writer(name: str) -> Callable[[Document, WriteContext], bytes]:
    """The writer of a format of pandoc's, extensions included (`markdown-smart`). Raises `UnknownFormat`."""
    if name == "pdf":
        raise UnknownFormat(
            "pandoc makes PDF through other programs, which do not come with it",
            advice="write docx, html or pandoc:typst and make the PDF from that",
        )
    return partial(_write, name, known_format(name, WRITES, "write"))


def _write(name: str, base: str, document: Document, context: WriteContext) -> bytes:
    def heard(message: Message) -> None:
        if message.type in LOST_IN_WRITING:
            context.report(PandocWarned("", message.text))

    content = context.pandoc().write(
        dump_ast(_with_meta(to_pandoc(_prepared(document, base, context)), document, base)),
        name,
        options={"standalone": True, "wrap_text": "wrap-none", "html_math_method": "mathml"},
        resources=document.resources if base in EMBEDS else {},
        reference_doc=_reference_doc(base, context),
        timeout=context.options.timeout,
        heard=heard,
    )
    return content if base in WRITES_BYTES or content.endswith(b"\n") else content + b"\n"


def _prepared(document: Document, base: str, context: WriteContext) -> Document:
    """The document without what pandoc has no node for, and with images that the format can show."""

    def prepare(node: Node) -> Rewrite:
        match node:
            case Para(content, indent=True):
                return Para(content)
            case Ruby(reading_of, text):
                context.report(NotExpressible("", f"pandoc:{base}", "ruby"))
                return (*reading_of, Text("（"), *text, Text("）"))
            case RawBlock() | RawInline() if not passes_raw(base, node.format):
                words = words_of_raw(node, f"pandoc:{base}", context.report)
                return () if not words else Plain((Text(words),)) if isinstance(node, RawBlock) else Text(words)
            case Image(target=target) if base not in EMBEDS and target in document.resources:
                return replace(node, target=f"{context.options.files_dir}/{target}")
            case _:
                return node

    prepared = walk(link_absent_images(document, context.report) if base in EMBEDS else document, prepare)
    return replace(prepared, metadata=_metadata(document, base, context))


def _metadata(document: Document, base: str, context: WriteContext) -> Metadata:
    """The metadata for a format's template, the cover where it will be found.

    pandoc takes an EPUB's cover from a file, never from the media that it is given, and may open no file.
    """
    metadata = document.metadata
    if metadata.cover in document.resources:
        if base.startswith("epub"):
            context.report(ImageNotEmbedded("cover", metadata.cover, "pandoc may open no file; `epub` is our own"))
        metadata = replace(metadata, cover="" if base in EMBEDS else f"{context.options.files_dir}/{metadata.cover}")
    return metadata if base.startswith(WITH_EXTRA) else replace(metadata, extra={})


def _with_meta(ast: dict[str, Any], document: Document, base: str) -> dict[str, Any]:
    """The AST with what pandoc's templates want besides our fields."""
    meta = ast["meta"]
    if not base.startswith(WITH_EXTRA):
        subjects = encode_value(document.metadata.subjects)
        meta |= {"keywords": subjects, "subject": subjects}
        if not document.metadata.title:
            meta["pagetitle"] = encode_value(document.source or "-")  # HTML must have one; nothing shows it
    if base == "ipynb":
        meta["jupyter"] = encode_value({"nbformat": "4", "nbformat_minor": "4"})  # 4.5 wants random cell ids
    if base.startswith("epub") and not document.metadata.identifier:
        # pandoc would make a random one
        meta["identifier"] = encode_value(uuid.uuid5(uuid.NAMESPACE_URL, repr(ast)).urn)
    return ast


def _reference_doc(base: str, context: WriteContext) -> bytes | None:
    path = context.options.reference_doc
    if path is None or base not in REFERENCE_DOCS or path.suffix.lower() != f".{base}":
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise WriteError(
            f"the reference document cannot be read: {error.strerror}", source=str(path), advice="check the path"
        ) from error
