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
    )
    body = write_body(document.blocks, page)
    if _LIKE_FRONT_MATTER.match(body):
        body = "\\" + body
    if flavour.shortcodes:
        body = without_shortcodes(body, page)
    text = with_front_matter(document, body, page.files_dir)
    return encode_utf8(text + "\n" if text else "", context.report)
