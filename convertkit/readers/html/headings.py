"""Headings, and what else holds only text: the paragraphs found in it are its lines."""

from __future__ import annotations

import turbohtml

from convertkit.readers.html.flow import Flow, Handler, Reader, attr_of, block_flow, is_blank, read_nested
from convertkit.tree import NO_ATTR, Attr, Block, Header, Inline, LineBreak, Para, Plain, Text

_TEXT = Para | Plain | Header


def heading(level: int) -> Handler:
    """A handler for `h1` to `h6`. Every heading keeps its id: someone outside may link to it."""

    def read_heading(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
        attr = attr_of(element, reader, keep_id=True) if len(element.attrs) else NO_ATTR
        if len(element) == 1 and isinstance(only := element[0], turbohtml.Text):
            flow.add(Header(level, (Text(only.data),), attr))
            return
        inner = block_flow()
        outer, reader.in_heading = reader.in_heading, True
        read_nested(element, inner, reader)
        reader.in_heading = outer
        flow.close()
        flow.blocks.extend(_headers(level, inner.finish(), attr))

    return read_heading


def _headers(level: int, blocks: tuple[Block, ...], attr: Attr) -> list[Block]:
    """One heading from the paragraphs in it; blocks that no heading can hold stand between two."""
    headers: list[Block] = []
    while blocks:
        title, rest = split_inlines(blocks)
        if title:
            headers.append(Header(level, title, attr))
            attr = NO_ATTR
        others = next((index for index, block in enumerate(rest) if isinstance(block, _TEXT)), len(rest))
        headers += rest[:others]
        blocks = rest[others:]
    return headers


def split_inlines(blocks: tuple[Block, ...]) -> tuple[tuple[Inline, ...], tuple[Block, ...]]:
    """The text of the paragraphs (and headings) at the front, line breaks between them, and the blocks that follow."""
    inlines: list[Inline] = []
    for index, block in enumerate(blocks):
        if not isinstance(block, _TEXT):
            return tuple(inlines), blocks[index:]
        if not is_blank(block.content):
            inlines += [LineBreak()] * bool(inlines) + list(block.content)
    return tuple(inlines), ()
