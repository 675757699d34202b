"""Programs, style sheets and templates in code: parsed, they would vanish whole, so that they can be nothing but code.

This holds for sound texts too: no highlighter writes them, and a text that escapes nothing else may speak of them.
"""

from __future__ import annotations

import re

from convertkit.repair.code import repair_code
from convertkit.repair.edits import Edits
from convertkit.repair.regions import Regions

_PROGRAM = re.compile(r"<(?:script|style|template)\b(?![^<>]*\btype=[\"']?math/)")
"""MathJax keeps formulas in programs of types of its own, in code too."""
_BEGINS = re.compile(r"<(?P<name>pre|code|script|style)\b[^<>]*>")


def may_hold_programs(html: str) -> bool:
    """Whether a text may have a program in code, told in a look."""
    return ("<code" in html or "<pre" in html) and _PROGRAM.search(html) is not None


def repair_programs(edits: Edits) -> None:
    """Make text what is code in listings, and in code within a line, that hold a program."""
    html = edits.html
    regions = Regions(html)
    position = 0
    while found := _BEGINS.search(html, position):
        position = found.end()
        match found["name"]:
            case "pre":
                begin, end = regions.listing(found.start()) or (position, position)
            case "code":
                begin, end = position, regions.phrase(position) or position
            case name:
                closing = html.find(f"</{name}", position)
                if closing < 0:
                    return
                begin = end = closing
        if _PROGRAM.search(html, begin, end):
            repair_code(edits, begin, end, found[0], found["name"], damaged=False)
        position = max(position, end)
