"""Rough tree to clean tree: structure becomes true, words never change, and twice is the same as once.

What a clean tree is, rule by rule, stands in `tests/clean.py`; writers rely on it.
"""

from __future__ import annotations

from convertkit.normalise.empties import drop_empties
from convertkit.normalise.flow import settle_flow
from convertkit.normalise.headings import order_headings
from convertkit.normalise.lists import settle_lists
from convertkit.normalise.paragraphs import clean_paragraphs
from convertkit.tree import Document
from convertkit.walk import Transform

__all__ = ["PASSES", "normalise"]

PASSES: tuple[Transform, ...] = (
    settle_flow,  # wrappers without attributes go; text among blocks is a paragraph
    clean_paragraphs,  # white space, marks joined and flattened, `<br>` paragraphs split, typed indents taken
    drop_empties,  # what shows nothing goes, its anchors move to what follows
    settle_lists,  # lists are tight or loose as a whole; cells and figures hold text, not a lone paragraph
    order_headings,  # no level is skipped
)
"""In this order: each pass relies on those before it."""


def normalise(document: Document) -> Document:
    """The clean tree of a rough one; the same object if it is clean already."""
    for change in PASSES:
        document = change(document)
    return document
