"""`Div` and `Span` as our own writer marked them: only so does HTML keep what it would not say by itself.

Anybody else's `div` and `span` mean nothing to a document (`elements.OWN_LINE`, `elements.CHILDREN_ONLY`).
"""

from __future__ import annotations

import turbohtml

from convertkit.readers.html.flow import Flow, Reader, block_flow, lift, read_children, read_with
from convertkit.tree import Attr, Div, Span

TAGS = {"div": "convertkit-div", "span": "convertkit-span"}
"""The element for each kind of wrapper."""


def mark_wrappers(body: turbohtml.Element, mark: str) -> None:
    """Put an element of `TAGS` in place of each whose attribute `mark` names its kind."""
    for element in body.select(f"[{mark}]"):
        tag = TAGS.get(element.attr(mark) or "")
        if tag:
            attributes = {name: element.attr(name) or "" for name in element.attrs if name != mark}
            element.replace_with(turbohtml.Element(tag, attributes, list(element.children)))


def read_division(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """A `Div` with its attributes."""
    attr = _attr(element)
    inner = block_flow()
    read_with(attr, read_children, element, inner, reader)
    blocks = inner.finish()
    flow.close()
    if blocks:
        flow.blocks.append(Div(blocks, attr))


def read_span(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """A `Span` with its attributes; an empty one is the place that a link leads to."""
    attr = _attr(element)
    inner = Flow(flow.loose, None)
    read_with(attr, read_children, element, inner, reader)
    if inner.lead is None and not inner.run and attr.id:
        flow.run.append(Span((), attr))
    else:
        lift(inner, flow, lambda inlines: Span(inlines, attr))


def _attr(element: turbohtml.Element) -> Attr:
    rest = tuple((name, element.attr(name) or "") for name in element.attrs if name not in ("id", "class"))
    return Attr(element.attr("id") or "", tuple((element.attr("class") or "").split()), rest)
