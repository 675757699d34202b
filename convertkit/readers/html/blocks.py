"""Paragraphs, quotations, rules, and what has no place in a document."""

from __future__ import annotations

import turbohtml

from convertkit.losses import ElementDropped
from convertkit.readers.html.flow import Flow, Reader, block_flow, read_nested
from convertkit.readers.html.place import place_of
from convertkit.tree import BlockQuote, HorizontalRule, Para, Text

_LISTS_OF_CHOICES = ("select", "datalist")


def read_paragraph(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`p`: in the same flow, in which all text up to its end becomes paragraphs."""
    flow.close()
    if len(element) == 1 and isinstance(only := element[0], turbohtml.Text):
        flow.blocks.append(Para((Text(only.data),)))
        return
    outer, flow.loose = flow.loose, Para
    read_nested(element, flow, reader)
    flow.close()
    flow.loose = outer


def read_quote(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`blockquote`."""
    inner = block_flow()
    read_nested(element, inner, reader)
    blocks = inner.finish()
    flow.close()
    if blocks:
        flow.blocks.append(BlockQuote(blocks))


def read_rule(_element: turbohtml.Element, flow: Flow, _reader: Reader) -> None:
    """`hr`."""
    flow.add(HorizontalRule())


def read_button(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`button`: no place, unless it is what makes a heading or summary clickable."""
    if reader.in_heading:
        read_nested(element, flow, reader)
    else:
        read_dropped(element, flow, reader)


def read_dropped(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """Form controls, plug-ins and the like: what they say is reported, the words beside them stay apart."""
    shown = " ".join(element.stripped_strings) if element.tag in _LISTS_OF_CHOICES else element.text
    if shown and not shown.isspace():
        if flow.run:
            flow.run.append(Text(" "))
        reader.report(ElementDropped(place_of(element), element.tag, shown))
