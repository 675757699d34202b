"""Everything that pandoc writes, and its AST as JSON."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from convertkit.context import WriteContext
from convertkit.errors import UnknownFormat, WriteError
from convertkit.losses import ImageNotEmbedded, NotExpressible, PandocWarned
from convertkit.pandoc.ast import to_pandoc
from convertkit.pandoc.meta import encode_value
from convertkit.pandoc.names import EMBEDS, WRITES, WRITES_BYTES, known_format
from convertkit.pandoc.serial import dump_ast
from convertkit.pandoc.worker import Message
from convertkit.tree import Document, Image, Link, Para, Ruby, Text
from convertkit.walk import Node, Rewrite, walk

TELLING = frozenset(
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
            content = base64.b64encode(resource.content).decode()
            return replace(node, target=f"data:{resource.media_type};base64,{content}")
        return node

    whole = walk(document, inlined) if document.resources else document
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
        if message.type in TELLING:
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
            case Image():
                return _image(node, document, base, context)
            case _:
                return node

    prepared = walk(document, prepare)
    if not base.startswith(WITH_EXTRA):
        prepared = replace(prepared, metadata=replace(prepared.metadata, extra={}))
    return prepared


def _image(image: Image, document: Document, base: str, context: WriteContext) -> Rewrite:
    """The image in or beside the output; its words where the format holds images and this one is not here."""
    if image.target in document.resources:
        return image if base in EMBEDS else replace(image, target=f"{context.options.files_dir}/{image.target}")
    if base not in EMBEDS:
        return image
    context.report(ImageNotEmbedded("", image.target, "it does not travel with the document"))
    words = image.content or (Text(image.target),)
    on_the_web = image.target.lower().startswith(("https://", "http://"))
    return Link(words, image.target, image.title) if on_the_web else words


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
