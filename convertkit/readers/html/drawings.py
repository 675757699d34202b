"""Drawings: the words in them, else what they are called; the lines have no place in a document."""

from __future__ import annotations

import re

import turbohtml

from convertkit.losses import ElementDropped
from convertkit.readers.html.flow import Flow, Reader, read_nested
from convertkit.readers.html.place import place_of
from convertkit.tree import Text

_ICON_CLASS = re.compile(r"\b(?:icon|octicon|fa|svg-inline--fa|bi|feather|lucide)\b|icon", re.IGNORECASE)
_ICON_SIZE = 48
"""Pixels: a drawing no larger, without a word, is an icon beside the words that it goes with."""


def read_drawing(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`svg`: the words in it, else its title, label or description. An icon without any is nothing."""
    words = [" ".join(text.text.split()) for text in element.select("text, foreignObject")]
    shown = " ".join(filter(None, words)) or _name(element)
    if shown:  # a box of its own beside the words around it
        flow.run.append(Text(f" {shown} "))
    if not (element.attr("aria-hidden") == "true" or (not shown and _is_icon(element))):
        reader.report(ElementDropped(place_of(element), "svg", "[drawing]"))


def _name(element: turbohtml.Element) -> str:
    for part in ("title", "desc"):
        found = element.select_one(part)
        if found is not None and (named := " ".join(found.text.split())):
            return named
    return " ".join((element.attr("aria-label") or "").split())


def _is_icon(element: turbohtml.Element) -> bool:
    if element.select_one("use") is not None or _ICON_CLASS.search(element.attr("class") or ""):
        return True
    sizes = [element.attr("width") or "", element.attr("height") or ""]
    if not all(sizes):
        sizes = (element.attr("viewBox") or element.attr("viewbox") or "").split()[2:]
    numbers = [re.match(r"\s*(\d+)(?:\.\d+)?(px|em|ex)?\s*\Z", size) for size in sizes]
    return len(numbers) == 2 and all(found and int(found[1]) <= _ICON_SIZE for found in numbers)


def read_canvas(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`canvas`: what stands in for the drawing, which a script would make."""
    reader.report(ElementDropped(place_of(element), "canvas", element.text.strip() or "[drawing]"))
    read_nested(element, flow, reader)
