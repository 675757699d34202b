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
from convertkit.repair.programs import may_hold_programs, repair_programs
from convertkit.repair.prose import Prose

if TYPE_CHECKING:
    from convertkit.context import ReadContext

_COMMENT = r"<!--(?:[^-]++|-(?!->))*+-->"
_PAGE_BEGINS = re.compile(rf"(?:\s++|<\?xml\b[^<>]*+>|{_COMMENT})*+<(?:!doctype|html)\b[^<>]*+>", re.IGNORECASE)
_OF_HEAD = re.compile(
    rf"(?:\s++|<(?:html|head|meta|link|base)\b(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>|{_COMMENT}"
    r"|<(script|style|title|noscript)\b[^<>]*+>(?:[^<]++|<(?!/\1\b))*+</\1\s*>)*+(?:</head\s*>\s*+)?+(?P<body><body\b[^<>]*>)?+",
    re.IGNORECASE,
)
"""What stands before a page's body: each program and comment whole, which may speak of `<body>`."""
_BODY_BEGINS = re.compile(r"<body\b[^<>]*>", re.IGNORECASE)
_BODY_ENDS = re.compile(r"(?:</body\s*>\s*+)?</html\s*>|</body\s*>", re.IGNORECASE)
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
        return _repair_body(html, report, of_page=False)
    head = _OF_HEAD.match(html, page.end())
    begins = head if head and head["body"] else _BODY_BEGINS.search(html, (head or page).end()) or head or page
    ends = [found.start() for found in _BODY_ENDS.finditer(html, max(begins.end(), len(html) - _LONGEST_END))]
    begin, end = begins.end(), ends[-1] if ends else len(html)
    body = html[begin:end]
    mended = _repair_body(body, report, of_page=True)
    return html if mended is body else html[:begin] + mended + html[end:]


def _repair_body(html: str, report: Report, *, of_page: bool) -> str:
    verdict = weigh(html)
    if verdict is Verdict.SOUND:
        return _repair_programs(html, report)
    edits = Edits(html)
    if verdict is Verdict.UNTOLD:
        Prose(edits, damaged=False, of_page=of_page).repair()
        if not edits.places:
            return edits.apply(Verdict.RAW, report)
        edits = Edits(html)
        verdict = Verdict.DAMAGED
    if verdict is Verdict.DAMAGED:
        Prose(edits, damaged=True, of_page=of_page).repair()
    return edits.apply(verdict, report)


def _repair_programs(html: str, report: Report) -> str:
    if not may_hold_programs(html):
        return html
    edits = Edits(html)
    repair_programs(edits)
    return edits.apply(Verdict.SOUND, report) if edits.places else html
