"""Reading back our HTML, and the pages of our EPUBs, which are written by the same hand."""

from __future__ import annotations

import turbohtml

from convertkit.ledger.counts import BLANK, Counts, Tally
from convertkit.ledger.markup import count_markup, count_picture

_NOTE_LINKS = frozenset(["doc-noteref", "doc-backlink"])
_FRONT = frozenset(["subtitle", "authors", "contributor", "date", "source"])
"""The classes of the paragraphs between the title and the text."""


def count_html(content: bytes, *, has_title: bool) -> Counts:
    """What an HTML file of ours shows; `has_title` says that its first heading is the title and not the text's."""
    tally = Tally()
    article = turbohtml.parse(content.decode(), positions=False).find("article")
    if article is not None:
        count_page(article, tally, has_title=has_title)
    return tally.counts()


def count_page(body: turbohtml.Element, tally: Tally, *, has_title: bool) -> None:
    """Count the text of a page, without its title (if it has one) and what stands below the title."""
    for child in list(body):
        if isinstance(child, turbohtml.Element):
            if has_title and child.tag == "h1":
                child.extract()
                has_title = False
            elif child.tag == "p" and (child.attr("class") or "") in _FRONT:
                child.extract()
    count_markup(body, tally, _special)


def _special(element: turbohtml.Element, tally: Tally) -> bool:
    role = element.attr("role")
    if role in _NOTE_LINKS:
        tally.pieces.append(BLANK)
    elif element.tag == "img":
        count_picture(element, tally)
    elif element.tag == "math" or (element.tag == "code" and element.has_class("math")):
        tally.kinds["formulas"] += 1
        tally.pieces.append(BLANK)
    elif element.tag == "rp":
        return True
    else:
        tally.kinds["notes"] += role == "doc-footnote"
        return False
    return True
