"""Word documents: written by pandoc from the tree, then finished by us part by part."""

from __future__ import annotations

from dataclasses import replace

from convertkit.context import WriteContext
from convertkit.pandoc.ast import to_pandoc
from convertkit.tree import Document
from convertkit.writers.docx.body import front_matter, prepare
from convertkit.writers.docx.finishing import finish
from convertkit.writers.docx.package import read_reference


def write_docx(document: Document, context: WriteContext) -> bytes:
    """A DOCX (ECMA-376, transitional). Images that do not travel with the document become links.

    Raises `UsageError` for a reference document that is none, `PandocError` and `WriteError`.
    """
    return write_prepared(prepare(document, context.report), front_matter(document.metadata), context)


def write_prepared(document: Document, front: dict[str, object], context: WriteContext) -> bytes:
    """A DOCX from what `prepare` gives. `front` is pandoc's metadata for what stands above the text."""
    reference = read_reference(context.options.reference_doc)
    ast = {**to_pandoc(document), "meta": front}
    pandoc, timeout = context.pandoc(), context.options.timeout
    written = pandoc.write(ast, "docx", resources=document.resources, reference_doc=reference, timeout=timeout)
    default = None if reference is None else pandoc.write({**ast, "blocks": []}, "docx", timeout=timeout)
    metadata = document.metadata
    if metadata.cover in document.resources:  # no part of a DOCX has this name
        metadata = replace(metadata, cover="")
    return finish(written, metadata, default=default)
