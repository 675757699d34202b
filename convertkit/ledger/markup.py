"""Counting what a DOM shows: the source's, or that of an output that is read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import turbohtml

from convertkit.ledger.counts import BLANK, Tally
from convertkit.readers.addresses import safe_address
from convertkit.readers.block_tags import BLOCK_TAGS

Special = Callable[[turbohtml.Element, Tally], bool]
"""Counts an element with all that is in it and returns True; False leaves it to `count_markup`."""

KINDS: Mapping[str, str] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "headings"),
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext", "textarea"), "code blocks"),
    **dict.fromkeys(("td", "th"), "cells"),
    "li": "list items",
    "table": "tables",
    "a": "links",
    "img": "images",
}
"""What an element counts as."""

_APART = BLOCK_TAGS | {"br", "td", "th", "caption", "img", "textarea", "option", "rt", "button", "q"}
"""Elements at whose edges a word ends."""


def count_markup(element: turbohtml.Element, tally: Tally, special: Special) -> None:
    """Count an element's content, only words in a listing. The stack is ours: a DOM may be deeper than Python's."""
    outer: list[tuple[Iterator[turbohtml.Node], bool]] = []
    children: Iterator[turbohtml.Node] = iter(element)
    listing = 0
    while True:
        for node in children:
            if isinstance(node, turbohtml.Text):
                tally.pieces.append(node.data)
            elif isinstance(node, turbohtml.Element):
                if special(node, tally):
                    continue
                kind = KINDS.get(node.tag)
                if kind is not None and not listing:
                    _count_structure(node, kind, tally)
                apart = node.tag in _APART
                if apart:
                    tally.pieces.append(BLANK)
                if listing or kind == "code blocks":
                    listing += 1
                outer.append((children, apart))
                children = iter(node)
                break
        else:
            if not outer:
                return
            listing = max(0, listing - 1)
            children, apart = outer.pop()
            if apart:
                tally.pieces.append(BLANK)


def count_picture(element: turbohtml.Element, tally: Tally) -> None:
    """Count an `img` and the words that stand for it."""
    tally.kinds["images"] += 1
    tally.pieces += (BLANK, element.attr("alt") or "", BLANK)


def _count_structure(element: turbohtml.Element, kind: str, tally: Tally) -> None:
    match kind:
        case "links":
            href = element.attr("href")
            tally.kinds[kind] += href is not None
            if href is not None and holds_something(element) and (address := safe_address(href, image=False)):
                tally.addresses.add(address.partition("#")[0])
        case "headings" | "cells":
            tally.kinds[kind] += holds_something(element)
        case "code blocks" if element.text.strip():
            tally.kinds[kind] += 1
            tally.kinds["code lines"] += sum(bool(line.strip()) for line in element.text.splitlines())
        case "list items" | "tables":
            tally.kinds[kind] += 1


def holds_something(element: turbohtml.Element) -> bool:
    """Whether there is a word, a picture or a formula."""
    return bool(element.text.strip()) or element.select_one("img, math, convertkit-math, convertkit-note") is not None
