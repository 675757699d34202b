"""What a `style` says to a reader of the words, put into the DOM as the elements that say the same.

Editors write `<span style="font-weight:700">` for bold; Google Docs puts `<b style="font-weight:normal">` around all.
Marks (bold, italic, underlined, struck out, raised, lowered, small capitals), lines of their own (`display`) and line
ends that show (`white-space`) are said by elements; colours, sizes, fonts and margins are looks and say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import turbohtml

from convertkit.readers.block_tags import BLOCK_TAGS

Style: TypeAlias = dict[str, str]
"""Properties with their values in small letters; the last of a name counts, as in CSS."""

_SAID = re.compile(
    r"(?:^|[;\s])(font|font-weight|font-style|font-variant(?:-caps)?|text-decoration(?:-line)?|vertical-align|display"
    r"|white-space)\s*:\s*([^;!]+)",
    re.IGNORECASE,
)
_VERBATIM = "pre, code, samp, tt, svg, math, textarea, convertkit-math"
"""Where styles are a highlighter's or a formula's."""
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_PARTS = frozenset(["table", "thead", "tbody", "tfoot", "tr", "colgroup", "ul", "ol", "menu", "dir", "dl"])
"""What holds no text of its own: a mark belongs to the items and cells in it."""
_BLOCKS = ", ".join(sorted(BLOCK_TAGS))
_INLINE_NAMES = "a abbr b big cite code del dfn em font i ins label mark q s small span strong sub sup time u var"
_INLINES = frozenset(_INLINE_NAMES.split())

# ---------------------------------------------------------------- what a style says


def _bold(style: Style) -> bool | None:
    """CSS Fonts 4, 2.5. The weight 500 is hardly seen: it neither makes bold nor takes it back."""
    value = style.get("font-weight", "")
    if value.isdecimal():
        weight = int(value)
        return True if weight >= 600 else False if weight <= 400 else None
    if value:
        return {"bold": True, "bolder": True, "normal": False, "lighter": False}.get(value)
    return True if re.search(r"\b(?:bold|[6-9]00)\b", style.get("font", "")) else None


def _italic(style: Style) -> bool | None:
    value = style.get("font-style", "")
    if value:
        return {"italic": True, "oblique": True, "normal": False}.get(value.split()[0])
    return True if re.search(r"\b(?:italic|oblique)\b", style.get("font", "")) else None


def _decorated(line: str) -> Callable[[Style], bool | None]:
    def says(style: Style) -> bool | None:
        values = (style.get("text-decoration-line") or style.get("text-decoration", "")).split()
        return True if line in values else False if "none" in values else None

    return says


def _aligned(place: str) -> Callable[[Style], bool | None]:
    return lambda style: True if style.get("vertical-align") == place else None


def _small_caps(style: Style) -> bool | None:
    value = style.get("font-variant-caps") or style.get("font-variant", "")
    return True if "small-caps" in value.split() else None


@dataclass(frozen=True, slots=True, eq=False)
class _Mark:
    """A mark that a style can make or take back."""

    tag: str
    """The element that makes it."""
    says: Callable[[Style], bool | None]
    """Whether a style makes it (True), takes it back (False) or does not speak of it."""
    makers: frozenset[str]
    """Elements that make it by themselves."""
    silent: frozenset[str] = frozenset()
    """Elements on which it says nothing, having it anyhow or for another reason."""
    inherited: bool = False
    """Whether an element inside can take it back (a line under text goes on under all in it: CSS Text Decoration 2)."""
    only_inline: bool = False


_MARKS = (
    _Mark("b", _bold, frozenset(["b", "strong"]), _HEADINGS | {"th"}, inherited=True),
    _Mark("i", _italic, frozenset(["i", "em", "cite", "dfn", "var"]), frozenset(["address"]), inherited=True),
    _Mark("u", _decorated("underline"), frozenset(["u"]), frozenset(["a", "abbr", "ins"])),
    _Mark("s", _decorated("line-through"), frozenset(["s", "strike"]), frozenset(["del"])),
    _Mark("sup", _aligned("super"), frozenset(["sup"]), only_inline=True),
    _Mark("sub", _aligned("sub"), frozenset(["sub"]), only_inline=True),
    _Mark("convertkit-smallcaps", _small_caps, frozenset()),
)


def settle_styles(body: turbohtml.Element) -> None:
    """Put what styles say into the DOM."""
    taken: dict[_Mark, list[turbohtml.Element]] = {}
    for element in body.select("[style]"):
        found = _SAID.findall(element.attr("style") or "")
        if found and element.parent is not None:
            style = {name.lower(): value.strip().lower() for name, value in found}
            if element.tag == "pre" and style.get("white-space") == "normal":
                _renamed(element, "div")
            elif element.closest(_VERBATIM) is None:
                _settle(element, style, taken)
            elif element.tag == "code" and element.parent.closest(_VERBATIM) is None:
                _place(element, style.get("display", ""))
    for mark, elements in taken.items():
        _take_back(mark, elements)


def _settle(element: turbohtml.Element, style: Style, taken: dict[_Mark, list[turbohtml.Element]]) -> None:
    for mark in _MARKS:
        wanted = mark.says(style)
        if wanted:
            _make(mark, element)
        elif wanted is False:
            if element.tag in mark.makers:
                element = _renamed(element, "span")
            if mark.inherited:
                taken.setdefault(mark, []).append(element)
    if style.get("white-space", "").startswith(("pre", "break-spaces")):
        _break_lines(element)
    _place(element, style.get("display", ""))


# ---------------------------------------------------------------- marks


def _make(mark: _Mark, element: turbohtml.Element) -> None:
    tag = element.tag
    if tag in mark.makers or tag in mark.silent or (mark.only_inline and tag not in _INLINES):
        return
    if mark.tag != "u" or element.closest("a") is None:  # a link has its line anyhow
        _spread(element, mark.tag, frozenset())


def _take_back(mark: _Mark, elements: list[turbohtml.Element]) -> None:
    """Part the marks around elements that take them back."""
    makers = ", ".join(mark.makers)
    while elements:
        inside: dict[turbohtml.Element, list[turbohtml.Element]] = {}
        for element in elements:
            outer = element.closest(makers)
            if outer is not None and element.tag not in mark.makers:
                inside.setdefault(outer, []).append(element)
        for outer, spared in inside.items():
            _spread(outer, mark.tag, frozenset(spared))
            _renamed(outer, "span")
        elements = [element for spared in inside.values() for element in spared]


def _spread(element: turbohtml.Element, tag: str, spared: frozenset[turbohtml.Element]) -> None:
    """Wrap all text in an element but that of the spared ones, in the largest pieces without a block inside."""
    holders: set[turbohtml.Node] = {outer for inner in spared for outer in (inner, *inner.ancestors)}
    waiting = [element]
    while waiting:
        parent = waiting.pop()
        run: list[turbohtml.Node] = []
        for child in (*parent.children, None):
            if child is not None and (not isinstance(child, turbohtml.Element) or _is_whole(child, holders)):
                run.append(child)
                continue
            if run and parent.tag not in _PARTS and any(map(_shows, run)):
                run[0].wrap_siblings(turbohtml.Element(tag), until=run[-1])
            run = []
            if child is not None and child.tag not in _HEADINGS and child not in spared:
                waiting.append(child)


def _is_whole(element: turbohtml.Element, holders: set[turbohtml.Node]) -> bool:
    return element.tag not in BLOCK_TAGS and element not in holders and element.select_one(_BLOCKS) is None


def _shows(node: turbohtml.Node) -> bool:
    return isinstance(node, turbohtml.Element) or (isinstance(node, turbohtml.Text) and not node.data.isspace())


def _renamed(element: turbohtml.Element, tag: str) -> turbohtml.Element:
    attributes = {name: element.attr(name) or "" for name in element.attrs}
    new = turbohtml.Element(tag, attributes, list(element.children))
    element.replace_with(new)
    return new


# ---------------------------------------------------------------- lines


def _place(element: turbohtml.Element, display: str) -> None:
    """An inline element that is shown as a block gets a block around it; a block shown in the line is none."""
    if display in ("block", "flex", "grid", "table", "list-item", "flow-root"):
        if element.tag in _INLINES:
            element.wrap(turbohtml.Element("div"))
    elif display == "inline" and element.tag in ("div", "p", "section"):
        _renamed(element, "span")


def _break_lines(element: turbohtml.Element) -> None:
    """Put a `br` at each line end of the text in an element; one between its elements is the source's own."""
    for node in [node for node in _texts(element) if "\n" in node.data and not node.data.isspace()]:
        lines = node.data.split("\n")
        parts: list[turbohtml.Node] = [turbohtml.Text(lines[0])]
        for line in lines[1:]:
            parts += [turbohtml.Element("br"), turbohtml.Text(line)]
        node.replace_with(*parts)


def _texts(element: turbohtml.Element) -> Iterator[turbohtml.Text]:
    for node in element.descendants:
        if isinstance(node, turbohtml.Text) and node.closest(_VERBATIM) is None:
            yield node
