"""Building blocks from a DOM: the loop over an element's children, and the paragraphs that loose text becomes.

The tree's types allow no block inside an inline, HTML does (`<a><div>…</div></a>`, `<b>` left open over paragraphs).
So an inline element is read into a `Flow` of its own and `lift` gives its mark to each paragraph found in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

import turbohtml

from convertkit.languages import canonical_tag
from convertkit.losses import Report, TooDeep
from convertkit.readers.block_tags import BLOCK_TAGS
from convertkit.readers.html.place import place_of
from convertkit.tree import MAX_DEPTH, NO_ATTR, Attr, Block, BulletList, Div, Inline, Para, Plain, Span, Text
from convertkit.walk import map_children

DEPTH_LIMIT = MAX_DEPTH - 4
"""Nodes that may be open at once; what an innermost element adds by itself (`Para`, `Ruby`, `Text`) needs the rest."""

SPACE = " \t\n\r\f"
"""ASCII white space (Infra standard 4.6), which HTML collapses; U+00A0 and U+3000 are text."""


class Flow:
    """Blocks under construction, and the run of inlines that stands loose behind the last of them.

    `lead` is None while an inline element's flow has met no block: then `run` is all that the element holds. At the
    first block the run becomes `lead`, which belongs to the paragraph that was open before the element began.
    """

    __slots__ = ("blocks", "items", "lead", "loose", "run")

    def __init__(self, loose: type[Para] | type[Plain], lead: list[Inline] | None) -> None:
        self.blocks: list[Block] = []
        self.run: list[Inline] = []
        self.lead = lead
        self.loose = loose
        """What loose text becomes: `Para`, or `Plain` in list items and table cells."""
        self.items: list[list[Block]] = []
        """List items that stand in no list."""

    def close(self) -> None:
        """End the paragraph that loose text forms, as the edge of every block does."""
        if self.items:
            self.blocks.append(BulletList(tuple(map(tuple, self.items))))
            self.items = []
        if self.lead is None:
            self.lead, self.run = self.run, []
        elif self.run:
            self.blocks.append(self.loose(tuple(self.run)))
            self.run = []

    def add(self, block: Block) -> None:
        """Append a block behind what is there."""
        self.close()
        self.blocks.append(block)

    def finish(self) -> tuple[Block, ...]:
        """All blocks, the loose text at the end included."""
        self.close()
        return tuple(self.blocks)


def block_flow(loose: type[Para] | type[Plain] = Para) -> Flow:
    """The flow of a block: a list item, a quotation, a cell."""
    return Flow(loose, [])


Wrap: TypeAlias = Callable[[tuple[Inline, ...]], Inline]
"""Makes one inline of several: `Strong`, or a link's constructor with its target."""
Handler: TypeAlias = "Callable[[turbohtml.Element, Flow, Reader], None]"
"""Reads one element into the flow around it."""


@dataclass(slots=True)
class Reader:
    """All that the reader remembers while it walks one document."""

    handlers: Mapping[str, Handler]
    flat_handlers: Mapping[str, Handler]
    """The table for what lies too deep: leaves as ever, everything else only its children."""
    report: Report
    depth: int = 0
    """Nodes open around the one being read."""
    codes: int = 0
    """Elements of code in a line open around it."""
    url: str = ""
    """The document's own URL: a link to it with a fragment is a link inside the document."""
    base: str = ""
    """What relative links are relative to: the document's URL, or its `<base href>`; empty if unknown."""
    picture_base: str = ""
    """The same for pictures, whose files may lie beside the document: only its `<base href>`."""
    linked: frozenset[str] = frozenset()
    """The ids that links of this document lead to."""
    elsewhere: frozenset[str] = frozenset()
    """Those of them that nothing here has: places on the page around a post, such as its comments."""
    placed: set[str] = field(default_factory=set)
    """The ids in the tree so far; a second element with the same id is not what a link finds."""
    marked: bool = False
    """Whether any element has a language, a direction or an id of `linked`."""
    language: str = ""
    """The language around the element being read."""
    direction: str = "ltr"
    notes: Mapping[str, turbohtml.Element] = field(default_factory=dict)
    """The bodies of notes, which stand no longer in the DOM, by the key of their references."""
    open_notes: set[str] = field(default_factory=set)
    item: Flow | None = None
    """The flow of the innermost list item, where a check box makes it a task."""
    captions: list[Block] | None = None
    """Where the innermost figure's caption goes."""
    in_heading: bool = False
    quotes: int = 0
    """Quotations in a line that are open."""
    too_deep: bool = False
    """Whether `TooDeep` was reported."""


def children_only(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """Handler of elements that mean nothing to a document: their children stand in their place."""
    read_nested(element, flow, reader)


def own_line(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """Handler of blocks that mean nothing to a document but end the paragraph before and after them."""
    flow.close()
    read_nested(element, flow, reader)
    flow.close()


def ignore(_element: turbohtml.Element, _flow: Flow, _reader: Reader) -> None:
    """Handler of elements that a browser never shows."""


def read_children(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """Read all that stands in an element into `flow`.

    Elements that mean nothing are walked through with a stack of our own, so that only what becomes a node costs
    Python's stack: 500 nested `<div>` are no depth at all.
    """
    handlers = reader.handlers if reader.depth < DEPTH_LIMIT else _flat_handlers(element, reader)
    handler_of, marked = handlers.get, reader.marked
    text_node, element_node = turbohtml.Text, turbohtml.Element
    outer: list[tuple[Iterator[turbohtml.Node], bool]] = []
    children = iter(element)
    while True:
        for node in children:
            if isinstance(node, text_node):
                data = node.data
                if not data.isspace() or flow.run or flow.lead is None or data.strip(SPACE):
                    flow.run.append(Text(data))
            elif isinstance(node, element_node):
                handler = handler_of(node.tag) or _unknown(node)
                if marked and _read_marked(node, handler, flow, reader):
                    continue
                if handler is children_only:
                    outer.append((children, False))
                    children = iter(node)
                    break
                if handler is own_line:
                    flow.close()
                    outer.append((children, True))
                    children = iter(node)
                    break
                handler(node, flow, reader)
        else:
            if not outer:
                return
            children, is_block = outer.pop()
            if is_block:
                flow.close()


_NEAR = 20
"""Siblings looked at on each side of a custom element."""
_ONE_LINE = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "caption", "figcaption", "pre"])


def _unknown(element: turbohtml.Element) -> Handler:
    """The handler of an element that HTML does not know: an inline one without a meaning, as in a browser.

    A custom element (`<x-card>`) has a style that we do not see. Among blocks, where no text stands beside it, it is a
    block: two cards in a `div` are not one word.
    """
    parent = element.parent
    if "-" not in element.tag or not isinstance(parent, turbohtml.Element) or parent.tag in _ONE_LINE:
        return children_only
    if not ("-" in parent.tag or parent.tag in BLOCK_TAGS):
        return children_only
    sides = (element.previous_siblings, element.next_siblings)
    return children_only if any(_has_text_beside(islice(side, _NEAR)) for side in sides) else own_line


def _has_text_beside(siblings: Iterator[turbohtml.Node]) -> bool:
    """Whether text or an inline element comes next, other custom elements and white space aside."""
    for node in siblings:
        if isinstance(node, turbohtml.Element):
            if "-" not in node.tag or node.tag in _OF_OUR_OWN:
                return node.tag not in BLOCK_TAGS
        elif isinstance(node, turbohtml.Text) and not node.data.isspace():
            return True
    return False


def read_nested(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`read_children` for an element that becomes a node: one level deeper."""
    reader.depth += 1
    read_children(element, flow, reader)
    reader.depth -= 1


def read_container(element: turbohtml.Element, inner: Flow, reader: Reader) -> tuple[Block, ...]:
    """The blocks of a list item or a table cell, read into `inner`; its attributes are kept inside it."""
    attr = attr_of(element, reader) if reader.marked else NO_ATTR
    if attr is NO_ATTR:
        read_children(element, inner, reader)
    else:
        read_with(attr, read_children, element, inner, reader)
    return marked_blocks(inner.finish(), attr)


def lift(inner: Flow, flow: Flow, wrap: Wrap) -> None:
    """Put what an inline element holds into the flow around it, each stretch of text wrapped by `wrap`."""
    if inner.lead is None:
        if inner.run:
            flow.run.append(wrap(tuple(inner.run)))
        return
    tail, inner.run = inner.run, []
    inner.close()
    _lift_run(inner.lead, flow, wrap)
    flow.close()
    flow.blocks.extend(_wrap_text(block, wrap) for block in inner.blocks)
    _lift_run(tail, flow, wrap)


def is_blank(inlines: Sequence[Inline]) -> bool:
    """Whether there is nothing but white space."""
    return all(isinstance(inline, Text) and not inline.text.strip(SPACE) for inline in inlines)


def _lift_run(run: list[Inline], flow: Flow, wrap: Wrap) -> None:
    if is_blank(run):
        flow.run.extend(run if flow.run else ())
    else:
        flow.run.append(wrap(tuple(run)))


def _wrap_text(block: Block, wrap: Wrap) -> Block:
    """A block with `wrap` around the text of each paragraph in it."""

    def wrap_blocks(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(_wrap_text(inner, wrap) for inner in blocks)

    def wrap_inlines(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return inlines if is_blank(inlines) else (wrap(inlines),)

    return map_children(block, wrap_blocks, wrap_inlines)


def _flat_handlers(element: turbohtml.Element, reader: Reader) -> Mapping[str, Handler]:
    if not reader.too_deep and any(isinstance(child, turbohtml.Element) for child in element):
        reader.too_deep = True
        reader.report(TooDeep(place_of(element), MAX_DEPTH))
    return reader.flat_handlers


# ---------------------------------------------------------------- languages, directions and anchors

_OF_OUR_OWN = ("convertkit-div", "convertkit-note", "convertkit-span")
KEEPS_ITS_ATTR = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "pre", "bdo", *_OF_OUR_OWN])
"""Elements whose own handlers look after their language, direction and id (the `lang` of a `pre` is Python)."""


def attr_of(element: turbohtml.Element, reader: Reader, *, keep_id: bool = False) -> Attr:
    """The id of an element if something links to it (or `keep_id`), its language and direction where they change."""
    identifier = element.attr("id") or (element.attr("name") if element.tag == "a" else "") or ""
    if identifier in reader.placed or not (keep_id or identifier in reader.linked):
        identifier = ""
    attributes = _language(element, reader) + _direction(element, reader)
    if not identifier and not attributes:
        return NO_ATTR
    if identifier:
        reader.placed.add(identifier)
    return Attr(identifier, (), attributes)


def _language(element: turbohtml.Element, reader: Reader) -> tuple[tuple[str, str], ...]:
    written = element.attr("lang") or element.attr("xml:lang")
    tag = canonical_tag(written) if written else None
    return (("lang", tag),) if tag and tag != reader.language else ()


def _direction(element: turbohtml.Element, reader: Reader) -> tuple[tuple[str, str], ...]:
    direction = (element.attr("dir") or "").lower()
    return (("dir", direction),) if direction in ("ltr", "rtl") and direction != reader.direction else ()


def read_with(attr: Attr, handler: Handler, element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """Read an element one level deeper, with the language and direction of `attr` as those around."""
    outer = reader.language, reader.direction
    reader.language = attr.get("lang", reader.language)
    reader.direction = attr.get("dir", reader.direction)
    reader.depth += 1
    handler(element, flow, reader)
    reader.depth -= 1
    reader.language, reader.direction = outer


def marked_blocks(blocks: tuple[Block, ...], attr: Attr) -> tuple[Block, ...]:
    """Blocks under an `Attr`: in a single paragraph a `Span`, else a `Div`, nothing for `NO_ATTR`."""
    if attr is NO_ATTR:
        return blocks
    if len(blocks) == 1 and isinstance(only := blocks[0], Para | Plain):
        return (type(only)((Span(only.content, attr),)),)
    return (Div(blocks, attr),)


def _read_marked(element: turbohtml.Element, handler: Handler, flow: Flow, reader: Reader) -> bool:
    """Read an element with a language, direction or anchor of its own into a `Span` or `Div`; False if it has none."""
    if element.tag in KEEPS_ITS_ATTR or handler is ignore:
        return False
    attr = attr_of(element, reader)
    if attr is NO_ATTR:
        return False
    inner = Flow(flow.loose, None)
    read_with(attr, handler, element, inner, reader)
    if inner.lead is None:
        flow.run.append(Span(tuple(inner.run), attr))
    elif inner.lead or inner.run:
        flow.run.extend([Span((), Attr(attr.id))] if attr.id else [])
        lift(inner, flow, lambda inlines: Span(inlines, Attr("", (), attr.attributes)))
    else:
        flow.close()
        flow.blocks.extend(marked_blocks(inner.finish(), attr))
    return True
