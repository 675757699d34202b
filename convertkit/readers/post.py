"""A post: front matter, then a body in HTML or Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convertkit.readers.body_kind import looks_like_html
from convertkit.readers.code_tags import with_fences
from convertkit.readers.defaults import with_defaults
from convertkit.readers.encoding import decode
from convertkit.readers.fields import read_fields
from convertkit.readers.front_matter import read_front_matter
from convertkit.readers.html import read_body
from convertkit.repair import repaired

if TYPE_CHECKING:
    from convertkit.context import ReadContext
    from convertkit.metadata import Metadata
    from convertkit.tree import Document

_WHOLE_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head)\b", re.IGNORECASE | re.DOTALL
)


def read_post(data: bytes, context: ReadContext) -> Document:
    """A post whose body is HTML or Markdown, told apart by looking; a whole page's head is read too.

    Raises `UnreadableDocument` for what is empty or no text.
    """
    metadata, body = _opened(data, context)
    return with_defaults(_read_any_body(body, metadata, context))


def read_markdown_post(data: bytes, context: ReadContext) -> Document:
    """A post whose body is Markdown; otherwise as `read_post`."""
    metadata, body = _opened(data, context)
    return with_defaults(_read_markdown(body, metadata, context))


def _opened(data: bytes, context: ReadContext) -> tuple[Metadata, str]:
    values, body = read_front_matter(decode(data, context), context.report)
    return read_fields(values, context.report), body


def _read_any_body(body: str, metadata: Metadata, context: ReadContext) -> Document:
    if not looks_like_html(with_fences(body)):
        return _read_markdown(body, metadata, context)
    if _WHOLE_PAGE.match(body):
        from convertkit.readers.page import read_page_body

        return read_page_body(repaired(body, context), metadata, context)
    return read_body(repaired(body, context), metadata, context)


def _read_markdown(body: str, metadata: Metadata, context: ReadContext) -> Document:
    from convertkit.readers.markdown import read_markdown_body  # an archive of HTML never needs it

    return read_markdown_body(body, metadata, context)
