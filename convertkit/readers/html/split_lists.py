"""Lists that an editor wrote as one list an item (Notion, and what is pasted from it), put together again."""

from __future__ import annotations

import turbohtml

_OF_ITS_OWN = frozenset(["start", "id", "data-block-id"])
"""What may differ between the parts of one list."""


def join_split_lists(body: turbohtml.Element) -> None:
    """Join neighbouring lists of one item each, of one kind, whose numbers go on.

    A list that somebody wrote as a list has two items somewhere, or begins to count anew: such neighbours stay two.
    """
    sizes: dict[turbohtml.Element, int] = {}
    for later in body.select("ul + ul, ol + ol"):
        earlier = _neighbour(later)
        if earlier is None or _items(later) != 1:
            continue
        size = sizes.get(earlier) or _items(earlier)
        if (earlier in sizes or size == 1) and _goes_on(earlier, later, size):
            earlier.extend(list(later.children))
            later.extract()
            sizes[earlier] = size + 1


def _neighbour(later: turbohtml.Element) -> turbohtml.Element | None:
    """The element right before, if nothing but white space stands between."""
    for node in later.previous_siblings:
        if isinstance(node, turbohtml.Element):
            return node
        if not isinstance(node, turbohtml.Text) or not node.data.isspace():
            return None
    return None


def _items(element: turbohtml.Element) -> int:
    return sum(isinstance(child, turbohtml.Element) and child.tag == "li" for child in element)


def _goes_on(earlier: turbohtml.Element, later: turbohtml.Element, size: int) -> bool:
    if _attributes(earlier) != _attributes(later) or later.select_one(":scope > li[value]") is not None:
        return False
    if later.tag == "ul":
        return True
    first, number = earlier.attr("start") or "1", later.attr("start") or ""
    return first.isdecimal() and number.isdecimal() and int(number) == int(first) + size


def _attributes(element: turbohtml.Element) -> dict[str, str]:
    return {name: element.attr(name) or "" for name in element.attrs if name not in _OF_ITS_OWN}
