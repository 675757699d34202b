"""How an element is named in a loss."""

from __future__ import annotations

import turbohtml

_TALKING_CLASSES = 2
"""Classes shown in a place: the first say what an element is, a tenth tells nobody more."""


def place_of(element: turbohtml.Element) -> str:
    """An element's place, as a selector: `p.article-editor`, `div#promo`."""
    identifier = element.attr("id")
    classes = (element.attr("class") or "").split()[:_TALKING_CLASSES]
    return element.tag + (f"#{identifier}" if identifier else "") + "".join(f".{name}" for name in classes)
