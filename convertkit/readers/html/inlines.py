"""Marks on running text: emphasis, quotation marks, keys, times, and the code that stands in a line."""

from __future__ import annotations

import re

import turbohtml

from convertkit.readers.html.flow import Flow, Handler, Reader, Wrap, lift, read_nested
from convertkit.tree import (
    NO_ATTR,
    Attr,
    Block,
    Code,
    Emph,
    Image,
    Inline,
    LineBreak,
    Quoted,
    SmallCaps,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Text,
    Underline,
)
from convertkit.walk import map_children

_LINE_END = re.compile(r"[ \t\f]*[\r\n][ \t\r\n\f]*")
"""A line end with the space around it, which HTML shows as one space; several spaces in a line of code stay."""


def mark(wrap: Wrap) -> Handler:
    """A handler that wraps an element's text in a node."""

    def read_mark(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
        if len(element) == 1 and isinstance(only := element[0], turbohtml.Text):
            flow.run.append(wrap((Text(only.data),)))
            return
        inner = Flow(flow.loose, None)
        read_nested(element, inner, reader)
        lift(inner, flow, wrap)

    return read_mark


def class_mark(name: str) -> Handler:
    """A handler that wraps an element's text in a `Span` with one class, as pandoc names these elements."""
    attr = Attr(classes=(name,))
    return mark(lambda inlines: Span(inlines, attr))


read_emphasis = mark(Emph)
read_strong = mark(Strong)
read_underline = mark(Underline)
read_strikeout = mark(Strikeout)
read_subscript = mark(Subscript)
read_superscript = mark(Superscript)
read_small_caps = mark(SmallCaps)


def read_line_break(_element: turbohtml.Element, flow: Flow, _reader: Reader) -> None:
    """`br`."""
    flow.run.append(LineBreak())


def read_quotation(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`q`: double quotation marks outside, single ones inside."""
    wrap = _single_quoted if reader.quotes % 2 else Quoted
    reader.quotes += 1
    mark(wrap)(element, flow, reader)
    reader.quotes -= 1


def _single_quoted(inlines: tuple[Inline, ...]) -> Quoted:
    return Quoted(inlines, "SingleQuote")


def read_abbreviation(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`abbr` and `acronym`: the title is what the letters stand for."""
    _read_with_attribute(element, flow, reader, "abbr", "title")


def read_time(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`time`: the moment that the text means, in a form for machines."""
    _read_with_attribute(element, flow, reader, "time", "datetime")


def read_direction_override(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`bdo`: the characters run in the order of `dir`, whatever they are."""
    _read_with_attribute(element, flow, reader, "bdo", "dir")


def _read_with_attribute(element: turbohtml.Element, flow: Flow, reader: Reader, name: str, attribute: str) -> None:
    """The text in a `Span` with the class `name` and the attribute; without the attribute, only the text."""
    value = (element.attr(attribute) or "").strip()
    if not value:
        read_nested(element, flow, reader)
        return
    attr = Attr("", (name,), ((attribute, value),))
    mark(lambda inlines: Span(inlines, attr))(element, flow, reader)


# ---------------------------------------------------------------- code in a line


_CODES = 4
"""Elements of code in one another, from which on the outer ones say what it is: each goes through all that it holds."""


def code(attr: Attr = NO_ATTR) -> Handler:
    """A handler for `code` and its kin: text becomes `Code`, links and marks inside stay around it."""

    def read_code(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
        if len(element) == 1 and isinstance(only := element[0], turbohtml.Text):
            flow.run.append(Code(_one_line(only.data), attr))
            return
        if reader.codes == _CODES:
            read_nested(element, flow, reader)
            return
        inner = Flow(flow.loose, None)
        reader.codes += 1
        read_nested(element, inner, reader)
        reader.codes -= 1
        if inner.lead is None:
            flow.run.extend(_as_code(tuple(inner.run), attr))
        else:
            lift(inner, flow, lambda inlines: Span(_as_code(inlines, attr)))

    return read_code


def _as_code(inlines: tuple[Inline, ...], attr: Attr) -> tuple[Inline, ...]:
    """Inlines with every stretch of `Text` as one `Code`."""

    def inner_code(inner: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return _as_code(inner, attr)

    result: list[Inline] = []
    text = ""
    for inline in inlines:
        if isinstance(inline, Text):
            text += inline.text
            continue
        if text:
            result.append(Code(_one_line(text), attr))
            text = ""
        result.append(inline if isinstance(inline, Image) else map_children(inline, _same, inner_code))
    if text:
        result.append(Code(_one_line(text), attr))
    return tuple(result)


def _same(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return blocks


def _one_line(text: str) -> str:
    return _LINE_END.sub(" ", text) if "\n" in text or "\r" in text else text
