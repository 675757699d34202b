"""Reading back Markdown: with a reader of CommonMark and GFM, then as the page that it makes."""

from __future__ import annotations

import turbohtml

from convertkit.ledger.counts import Counts
from convertkit.ledger.source import count_source
from convertkit.losses import ignore
from convertkit.readers.front_matter import read_front_matter
from convertkit.readers.html import find_body
from convertkit.readers.html.formulas import mark_formulas
from convertkit.readers.html.notes import take_notes
from convertkit.readers.markdown import render_markdown


def count_markdown(content: bytes, url: str) -> Counts:
    """What a Markdown file shows below its front matter; `url` is the document's own."""
    _, text = read_front_matter(content.decode(), ignore)
    body = find_body(turbohtml.parse(render_markdown(text), positions=False))
    mark_formulas(body)
    return count_source(body, take_notes(body, url, ignore)).shown.counts()
