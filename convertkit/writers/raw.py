"""Raw text of a named format (`RawBlock`, `RawInline`): the one rule for what a writer does with it.

A reader leaves none; it comes from filters, plug-ins and programs. A writer passes the formats that its output is
made of, and asks `words_of_raw` for the rest.
"""

from __future__ import annotations

from convertkit.losses import ElementDropped, NotExpressible, Report
from convertkit.readers.harmless import RAW_HTML, html_words
from convertkit.tree import RawBlock, RawInline


def words_of_raw(node: RawBlock | RawInline, writer: str, report: Report) -> str:
    """What stands for a raw piece that the writer of that name does not pass, and the loss of the rest.

    HTML leaves its words, without markup and unescaped. What another format's text would show nobody knows: it
    leaves nothing.
    """
    if node.format in RAW_HTML:
        report(NotExpressible(" ".join(node.text[:60].split()), writer, "raw HTML"))
        return html_words(node.text)
    report(ElementDropped("", f"raw {node.format}", node.text))
    return ""
