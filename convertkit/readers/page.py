"""A saved web page, or a piece of one: what its head says of it, then its body."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import turbohtml

from convertkit.readers.characters import without_impossible_references
from convertkit.readers.defaults import with_defaults
from convertkit.readers.encoding import decode
from convertkit.readers.field_values import READERS, NotUnderstood
from convertkit.readers.fields import read_fields
from convertkit.readers.front_matter import read_front_matter
from convertkit.readers.html import read_body
from convertkit.readers.page_statements import SOURCES, statements
from convertkit.repair import repair_html

if TYPE_CHECKING:
    from convertkit.context import ReadContext
    from convertkit.losses import Loss, Report
    from convertkit.metadata import Metadata
    from convertkit.tree import Document


def read_page(data: bytes, context: ReadContext) -> Document:
    """A whole page or a fragment; one that begins with front matter has its fields from there first.

    It is repaired only if the options ask for it: a browser saves a page as it is, feeds damage posts. Raises
    `UnreadableDocument` for what is empty or no text.
    """
    values, body = read_front_matter(decode(data, context), context.report)
    if context.options.repair:
        body = repair_html(body, context.report)
    return with_defaults(read_page_body(body, read_fields(values, context.report), context))


def read_page_body(html: str, metadata: Metadata, context: ReadContext) -> Document:
    """A page, with the fields that `metadata` lacks from its head."""
    document = turbohtml.parse(without_impossible_references(html, context.report), positions=False)
    return read_body(document, _completed(metadata, document, context.report), context)


def _completed(metadata: Metadata, document: turbohtml.Document, report: Report) -> Metadata:
    """The metadata with what the page says for fields without a value.

    A page says most things several times; what cannot be read is reported only where nothing else says it.
    """
    said = statements(document)
    found: dict[str, Any] = {}
    origins = dict(metadata.origins)
    present = metadata.present()
    for field, sources in SOURCES.items():
        if field in present:
            continue
        losses: list[Loss] = []
        for source in sources:
            value = _read(field, source, said.get(source, []), losses)
            if value:
                found[field], origins[field] = value, source
                break
        else:
            for loss in losses:
                report(loss)
    return replace(metadata, **found, origins=origins) if found else metadata


_LISTS = frozenset({"authors", "categories", "tags"})
_ONE_LABEL = "section"
"""A section's name may hold a comma, a list of keywords is set apart by them: see `field_values.read_labels`."""


def _read(field: str, source: str, values: list[object], losses: list[Loss]) -> object:
    """What the statements of a source say for a field: all of them for lists, else the first that can be read."""
    key = _ONE_LABEL if field == "categories" else source
    candidates = [values] if field in _LISTS and len(values) > 1 else values
    for candidate in candidates:
        try:
            value = READERS[field](key, candidate).value
        except NotUnderstood as error:
            if error.loss:
                losses.append(error.loss)
        else:
            if value:
                return value
    return None
