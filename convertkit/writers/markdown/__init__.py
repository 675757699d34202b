"""GitHub-flavoured Markdown with YAML front matter.

`front_matter` writes the metadata, `blocks` and `inlines` the tree, `escaping` keeps text from becoming markup, and
`html` says what GFM has no words for.
"""

from __future__ import annotations

import re

from convertkit.context import WriteContext
from convertkit.tree import Document
from convertkit.writers.markdown.blocks import write_body
from convertkit.writers.markdown.front_matter import with_front_matter
from convertkit.writers.markdown.page import Page
from convertkit.writers.utf8 import encode_utf8
from convertkit.writers.wording import wording

_LIKE_FRONT_MATTER = re.compile(r"(?:\+{3,}|\{|\})\s*$", re.MULTILINE)
"""The first line of TOML or JSON front matter, as python-frontmatter looks for it."""


def write_markdown(document: Document, context: WriteContext) -> bytes:
    """The document in UTF-8 with one final line end; nothing at all for a document without words and metadata.

    Images among the resources are found in `context.options.files_dir` beside the output.
    """
    page = Page(context.report, context.options.files_dir, document.resources, wording(document.metadata.language))
    body = write_body(document.blocks, page)
    if _LIKE_FRONT_MATTER.match(body):
        body = "\\" + body
    text = with_front_matter(document, body, page.files_dir)
    return encode_utf8(text + "\n" if text else "", context.report)
