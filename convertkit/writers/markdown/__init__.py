"""Markdown with YAML front matter, in any of the flavours of `flavours`, which say what each of them has a sign for.

`front_matter` writes the metadata, `blocks` and `inlines` the tree, `escaping` keeps text from becoming markup, and
`html` and `plain` say what the flavour has no sign for, with tags and without.
"""

from __future__ import annotations

import re

from convertkit.context import WriteContext
from convertkit.tree import Document
from convertkit.writers.markdown.blocks import write_body
from convertkit.writers.markdown.flavours import FLAVOURS
from convertkit.writers.markdown.front_matter import with_front_matter
from convertkit.writers.markdown.page import Page
from convertkit.writers.markdown.shortcodes import without_shortcodes
from convertkit.writers.utf8 import encode_utf8
from convertkit.writers.wording import wording

_LIKE_FRONT_MATTER = re.compile(r"(?:\+{3,}|\{|\})\s*$", re.MULTILINE)
"""The first line of TOML or JSON front matter, as python-frontmatter looks for it."""


def write_markdown(document: Document, context: WriteContext) -> bytes:
    """The document in UTF-8 with one final line end; nothing at all for a document without words and metadata.

    Images among the resources are found in `context.options.files_dir` beside the output.
    """
    body, _ = write_piece(document, context)
    if _LIKE_FRONT_MATTER.match(body):
        body = "\\" + body
    text = with_front_matter(document, body, context.options.files_dir)
    return encode_utf8(text + "\n" if text else "", context.report)


def write_piece(
    document: Document, context: WriteContext, *, anchors: frozenset[str] | None = None, notes_before: int = 0
) -> tuple[str, int]:
    """A document's text without front matter, as a piece of a larger one; and how many notes it has.

    `anchors` are ids that other pieces link to, `notes_before` is how many notes those before it have.
    """
    options = context.options
    flavour = FLAVOURS[options.flavour]
    page = Page(
        context.report,
        options.files_dir,
        document.resources,
        wording(document.metadata.language),
        flavour,
        flavour.raw_html if options.raw_html is None else options.raw_html,
        document.blocks,
        anchors,
        notes_before,
    )
    body = write_body(document.blocks, page)
    return without_shortcodes(body, page) if flavour.shortcodes else body, len(page.notes)
