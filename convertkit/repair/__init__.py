"""Repair of posts whose entities were decoded once too often: what is text is made text before a parser sees it.

evidence -> prose (tags, balance) -> code (listings, code in a line) -> edits

A feed service serialised a page and then decoded all its entities once. `&lt;div&gt;` became `<div>`, `&amp;lt;` became
`&lt;`. The way back is not known, but most of it can be told: what a serialiser writes is balanced and written in one
way, and in code nothing is markup but highlighting. A text that escapes what it should is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convertkit.losses import Report
from convertkit.repair.edits import Edits
from convertkit.repair.evidence import Verdict, weigh
from convertkit.repair.prose import Prose

if TYPE_CHECKING:
    from convertkit.context import ReadContext


def repaired(html: str, context: ReadContext) -> str:
    """What a reader parses: the HTML, repaired unless the options say no."""
    return repair_html(html, context.report) if context.options.repair else html


def repair_html(html: str, report: Report) -> str:
    """The HTML with every character that is text, and looks like markup, as a reference; the same object if none is.

    What was mended is reported as `losses.Mended`. Time grows with the length of the text, whatever it holds.
    """
    if "<" not in html and "&" not in html:
        return html
    verdict = weigh(html)
    if verdict is Verdict.SOUND:
        return html
    if verdict is Verdict.UNTOLD:
        edits = Edits(html)
        Prose(edits, damaged=False).repair()
        verdict = Verdict.DAMAGED if edits.places else Verdict.RAW
    edits = Edits(html)
    if verdict is Verdict.DAMAGED:
        Prose(edits, damaged=True).repair()
    return edits.apply(damaged=verdict is Verdict.DAMAGED, report=report)
