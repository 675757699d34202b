"""Reading back Markdown: with a reader of CommonMark and GFM, then as the page that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable

import turbohtml

from convertkit.ledger.counts import BLANK, Counts, Tally
from convertkit.ledger.source import count_source
from convertkit.losses import ignore
from convertkit.readers.html import find_body
from convertkit.readers.html.formulas import mark_formulas
from convertkit.readers.html.notes import take_notes
from convertkit.readers.markdown import render_markdown

_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
"""As the writer writes it: no line of its YAML is `---`. The reader would also undo `&#123;` in the text."""


def count_markdown(content: bytes, url: str, formulas: Iterable[str]) -> Counts:
    """What a Markdown file shows below its front matter; `url` is the document's own, `formulas` are its TeX."""
    text = _FRONT_MATTER.sub("", content.decode(), count=1)
    body = find_body(turbohtml.parse(render_markdown(text), positions=False))
    mark_formulas(body)
    shown = count_source(body, take_notes(body, url, ignore).bodies).shown
    _count_formulas_in_html(shown, formulas)
    return shown.counts()


def _count_formulas_in_html(shown: Tally, formulas: Iterable[str]) -> None:
    """Count the document's formulas that stand in blocks of HTML, where a reader of CommonMark takes `$x$` for text."""
    known = "|".join(re.escape(formula) for formula in sorted(set(formulas), key=len, reverse=True))
    if known:
        dollars = re.compile(rf"(\$\$?)(?:{known})\1")
        for index, piece in enumerate(shown.pieces):
            if "$" in piece:
                shown.pieces[index], count = dollars.subn(BLANK, piece)
                shown.kinds["formulas"] += count
