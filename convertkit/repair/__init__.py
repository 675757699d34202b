"""Repair of posts whose entities were decoded once too often: what is text is made text before a parser sees it.

evidence -> prose (tags, balance) -> code (listings, code in a line) -> edits

A feed service serialised a page and then decoded all its entities once. `&lt;div&gt;` became `<div>`, `&amp;lt;` became
`&lt;`. The way back is not known, but most of it can be told: what a serialiser writes is balanced and written in one
way, and in code nothing is markup but highlighting. A text that escapes what it should is left as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convertkit.losses import Report
from convertkit.repair.edits import Edits
from convertkit.repair.evidence import Verdict, weigh
from convertkit.repair.prose import Prose

if TYPE_CHECKING:
    from convertkit.context import ReadContext

_COMMENT = r"<!--(?:[^-]++|-(?!->))*+-->"
_PAGE_BEGINS = re.compile(
    rf"(?:\s++|<\?xml\b[^<>]*+>|{_COMMENT})*+<(?:!doctype|html)\b[^<>]*+>(?:\s++|<(?:html|head)\b[^<>]*+>|{_COMMENT})*+",
    re.IGNORECASE,
)
_BODY_BEGINS = re.compile(r"<body\b[^<>]*>|</head\s*>(?!\s*<body\b)", re.IGNORECASE)
_BODY_ENDS = re.compile(r"(?:</(?:body|html)\s*>\s*){1,2}\Z", re.IGNORECASE)
_LONGEST_END = 1000
"""So many characters of a page's end are looked at for where its body ends."""


def repaired(html: str, context: ReadContext) -> str:
    """A post's body as it is parsed: repaired unless the options say no."""
    return html if context.options.repair is False else repair_html(html, context.report)


def repair_html(html: str, report: Report) -> str:
    """The HTML with every character that is text, and looks like markup, as a reference; the same object if none is.

    What was mended is reported as `losses.Mended`. Time grows with the length of the text, whatever it holds. Of a
    whole page only the body is judged: what is around it never was in a feed.
    """
    if "<" not in html and "&" not in html:
        return html
    page = _PAGE_BEGINS.match(html)
    if page is None:
        return _repair_body(html, report)
    begins = _BODY_BEGINS.search(html, page.end()) or page
    ends = _BODY_ENDS.search(html, max(begins.end(), len(html) - _LONGEST_END))
    begin, end = begins.end(), ends.start() if ends else len(html)
    body = html[begin:end]
    mended = _repair_body(body, report)
    return html if mended is body else html[:begin] + mended + html[end:]


def _repair_body(html: str, report: Report) -> str:
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
