"""Lists: bullets, numbers, tasks, definitions."""

from __future__ import annotations

import re
from typing import Literal

import turbohtml

from convertkit.losses import ElementDropped
from convertkit.readers.html.flow import (
    Flow,
    Reader,
    block_flow,
    is_blank,
    own_line,
    read_container,
    read_nested,
)
from convertkit.readers.html.headings import split_inlines
from convertkit.readers.html.place import place_of
from convertkit.tree import (
    Block,
    BulletList,
    DefinitionItem,
    DefinitionList,
    Inline,
    ListNumberStyle,
    OrderedList,
    Para,
    Plain,
    Text,
)

_INTEGER = re.compile(r"[ \t\n\r\f]*([+-]?\d{1,9})(?!\d)")
"""HTML standard 2.3.4.1, with CommonMark's limit of nine digits."""
_STYLE_TYPE = re.compile(
    r"list-style(?:-type)?\s*:[^;]*?\b(disc|circle|square|decimal(?:-leading-zero)?|(?:lower|upper)-(?:alpha|latin|roman)"
    r"|lower-greek|cjk-(?:decimal|ideographic)|(?:simp|trad)-chinese-(?:in)?formal|japanese-(?:in)?formal|hiragana"
    r"|katakana)(?![\w-])",
    re.IGNORECASE,
)
"""The markers of CSS Counter Styles 3 that posts have; the first that a style names is the list's."""
_BULLETS = frozenset(["disc", "circle", "square"])
_STYLES: dict[str, ListNumberStyle] = {
    "1": "Decimal",
    "a": "LowerAlpha",
    "A": "UpperAlpha",
    "i": "LowerRoman",
    "I": "UpperRoman",
    "decimal": "Decimal",
    "lower-alpha": "LowerAlpha",
    "lower-latin": "LowerAlpha",
    "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha",
    "lower-roman": "LowerRoman",
    "upper-roman": "UpperRoman",
}


class ListFlow(Flow):
    """The inside of a list: items, and what stands between them."""

    __slots__ = ("before", "values")

    def __init__(self) -> None:
        super().__init__(Plain, [])
        self.before: list[Block] = []
        """What stands before the first item."""
        self.values: dict[int, int] = {}
        """The numbers that items ask for themselves, by the item's index."""

    def close(self) -> None:
        """End a paragraph between items; the items stay, unlike those that stand in no list."""
        if self.run:
            self.blocks.append(Plain(tuple(self.run)))
            self.run = []

    def attach(self) -> None:
        """Give what stands between items to the item before, under which a browser shows it."""
        self.close()
        if self.blocks:
            (self.items[-1] if self.items else self.before).extend(self.blocks)
            self.blocks = []


def read_item(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`li`; outside any list, neighbouring items make a bullet list, as a browser shows them."""
    if isinstance(flow, ListFlow):
        flow.attach()
        value = _integer(element.attr("value"))
        if value is not None:
            flow.values[len(flow.items)] = value
        flow.items.append(list(_item_blocks(element, reader)))
        return
    if flow.run or flow.lead is None:
        flow.close()
    reader.depth += 1
    flow.items.append(list(_item_blocks(element, reader)))
    reader.depth -= 1


def _item_blocks(element: turbohtml.Element, reader: Reader) -> tuple[Block, ...]:
    if len(element) == 1 and isinstance(only := element[0], turbohtml.Text) and not reader.marked:
        return (Plain((Text(only.data),)),)
    inner = block_flow(Plain)
    outer, reader.item = reader.item, inner
    blocks = read_container(element, inner, reader)
    reader.item = outer
    return blocks


def read_bullet_list(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`ul`, and its obsolete kin `dir` and `menu`; one whose style numbers it is a numbered list."""
    marker = _marker(element)
    if marker and marker not in _BULLETS:
        _read_numbers(element, flow, reader)
    else:
        _read_bullets(element, flow, reader)


def read_ordered_list(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`ol`; one whose style gives it bullets is a bullet list."""
    if _marker(element) in _BULLETS:
        _read_bullets(element, flow, reader)
    else:
        _read_numbers(element, flow, reader)


def _read_bullets(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    inner = _read_items(element, flow, reader)
    if inner.items:
        flow.blocks.append(BulletList(tuple(map(_task, inner.items))))


def _read_numbers(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """Where an item asks for a number out of turn, another list begins; so does it at each step backwards."""
    inner = _read_items(element, flow, reader)
    style = _style(element)
    step = -1 if element.attr("reversed") is not None else 1
    start = _integer(element.attr("start"))
    number = start if start is not None else (len(inner.items) if step < 0 else 1)
    run: list[tuple[Block, ...]] = []
    first = number
    for index, item in enumerate(inner.items):
        wanted = inner.values.get(index, number)
        if run and (step < 0 or wanted != number):
            flow.blocks.append(OrderedList(tuple(run), first, style))
            run = []
        if not run:
            first = wanted
        run.append(_task(item))
        number = wanted + step
    if run:
        flow.blocks.append(OrderedList(tuple(run), first, style))


def _read_items(element: turbohtml.Element, flow: Flow, reader: Reader) -> ListFlow:
    inner = ListFlow()
    read_nested(element, inner, reader)
    inner.attach()
    flow.close()
    flow.blocks.extend(flow.loose(block.content) if isinstance(block, Plain) else block for block in inner.before)
    if any(type(block) is Para for item in inner.items for block in item):
        _loosen(inner.items)
    return inner


def _loosen(items: list[list[Block]]) -> None:
    """One paragraph makes the whole list loose, as CommonMark reads lists (5.3)."""
    for item in items:
        item[:] = [Para(block.content) if isinstance(block, Plain) else block for block in item]


def _style(element: turbohtml.Element) -> ListNumberStyle:
    return _STYLES.get(_marker(element) or (element.attr("type") or "").strip(), "DefaultStyle")


def _marker(element: turbohtml.Element) -> str:
    """The marker that the list's `style` names, which is stronger than its `type`; none if it names none."""
    style = element.attr("style")
    found = _STYLE_TYPE.search(style) if style else None
    return found[1].lower() if found else ""


def _integer(written: str | None) -> int | None:
    found = _INTEGER.match(written) if written else None
    return int(found[1]) if found else None


# ---------------------------------------------------------------- tasks and other form controls

_BOXES: dict[bool, Literal["☐ ", "☒ "]] = {False: "☐ ", True: "☒ "}
_TYPED_TASK = re.compile(r"[ \t\n\f\r]*([☐☑☒])[ \t\n\f\r\u00a0]+(?=\S)")
"""A box that somebody typed: a task's, with or without its own bullet."""
_TYPED = frozenset(["", "text", "search", "email", "url", "tel", "number", "submit", "button", "reset", "date"])
"""Types of `input` that show their value."""


def read_input(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`input`: a check box at the beginning of a list item makes it a task; other controls have no place."""
    kind = (element.attr("type") or "").lower()
    if kind == "checkbox":
        if reader.item is not None and _begins(reader.item) and (flow is reader.item or _begins(flow)):
            reader.item.run.append(Text(_BOXES[element.attr("checked") is not None]))
    elif kind == "image" or kind in _TYPED:
        shown = element.attr("alt" if kind == "image" else "value") or element.attr("placeholder")
        if shown and shown.strip():
            reader.report(ElementDropped(place_of(element), "input", shown))


def _begins(flow: Flow) -> bool:
    return not flow.run and not flow.blocks


def _task(item: list[Block]) -> tuple[Block, ...]:
    """An item with its box right before its text: editors put the box into a label and the text into a block."""
    if item and isinstance(first := item[0], Para | Plain) and isinstance(start := first.content[0], Text):
        text = start.text
        if text in _BOXES.values() and is_blank(first.content[1:]) and len(item) > 1:
            if isinstance(second := item[1], Para | Plain):
                return (type(second)((start, *second.content)), *item[2:])
        elif typed := _TYPED_TASK.match(text):
            rest = _BOXES[typed[1] != "☐"] + text[typed.end() :]
            return (type(first)((Text(rest), *first.content[1:])), *item[1:])
    return tuple(item)


# ---------------------------------------------------------------- definitions


class DefinitionFlow(Flow):
    """The inside of a `dl`: terms with their definitions, and what stands between them."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        super().__init__(Plain, [])
        self.entries: list[tuple[tuple[Inline, ...], list[tuple[Block, ...]]]] = []

    def attach(self) -> None:
        """Make what stands between terms and definitions a definition of the term before."""
        self.close()
        if self.blocks:
            self.define(tuple(self.blocks))
            self.blocks = []

    def define(self, blocks: tuple[Block, ...]) -> None:
        """Add a definition to the last term; without one, to an empty term."""
        if not self.entries:
            self.entries.append(((), []))
        self.entries[-1][1].append(blocks)


def read_definition_list(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`dl`."""
    inner = DefinitionFlow()
    read_nested(element, inner, reader)
    inner.attach()
    flow.close()
    if inner.entries:
        flow.blocks.append(DefinitionList(tuple(DefinitionItem(term, tuple(found)) for term, found in inner.entries)))


def read_term(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`dt`. Blocks that are no paragraphs cannot stand in a term and become its first definition."""
    if not isinstance(flow, DefinitionFlow):
        own_line(element, flow, reader)
        return
    flow.attach()
    term, rest = split_inlines(_item_blocks(element, reader))
    flow.entries.append((term, [rest] if rest else []))


def read_definition(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`dd`."""
    if not isinstance(flow, DefinitionFlow):
        own_line(element, flow, reader)
        return
    flow.attach()
    flow.define(_item_blocks(element, reader))
