"""The ids of notes and of their references that a feed or an editor left out, given back before notes are sought.

Word's `#_ftn1` and `#_ftnref1` answer each other by their names alone; mdnice's references (WeChat, where no link may
stay) by their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import turbohtml

_NAME = re.compile(r"(?P<name>_?(?:ftnt?|edn|fn|footnote|endnote|note))[-_:]?(?P<back>ref)?[-_:]?(?P<number>\d{1,4})\Z")
"""`_ftn1` and `_ftnref1`, `fn:1` and `fnref:1`, `ftnt1` and `ftnt_ref1`."""
_UNLINKED = "sup.footnote-ref"
_ITEM, _NUMBER = ".footnote-item", ".footnote-num"
_DIGITS = re.compile(r"\s*[\[〔（(]?\s*(\d{1,4})\s*[\]〕）)]?\s*\Z")


def give_back_ids(body: turbohtml.Element, fragment_of: Callable[[turbohtml.Element], str | None]) -> None:
    """Let references and notes lead to each other again; `fragment_of` gives the id that a link leads to."""
    _link_numbers(body)
    links = body.select('a[href*="#"]')
    if not links:
        return
    there = {element.attr("id") or element.attr("name") for element in body.select("[id], a[name]")}
    forward: dict[tuple[str, str], tuple[turbohtml.Element, str]] = {}
    for link in links:
        fragment = fragment_of(link) or ""
        found = _NAME.match(fragment)
        if found is None or fragment in there or link.attr("id"):
            continue
        key = (found["name"], found["number"])
        if not found["back"]:
            forward.setdefault(key, (link, fragment))
        elif key in forward:
            reference, note = forward.pop(key)
            reference.attrs["id"], link.attrs["id"] = fragment, note


def _link_numbers(body: turbohtml.Element) -> None:
    """Make links of mdnice's references, which are numbers without one, and blocks of its notes, which are `span`."""
    notes: dict[str, turbohtml.Element] = {}
    for item in body.select(_ITEM) if body.select_one(_UNLINKED) is not None else ():
        number = item.select_one(_NUMBER)
        found = _DIGITS.match(number.text) if number is not None else None
        if number is not None and found is not None and found[1] not in notes:
            block = turbohtml.Element(
                "div", {"class": "footnote-item", "id": f"mdnice-{found[1]}"}, list(item.children)
            )
            item.replace_with(block)
            notes[found[1]] = block
    for reference in body.select(_UNLINKED) if notes else ():
        found = _DIGITS.match(reference.text)
        if found is not None and found[1] in notes and reference.select_one("a") is None:
            link = turbohtml.Element("a", {"href": f"#mdnice-{found[1]}"}, [turbohtml.Text(reference.text)])
            reference.clear()
            reference.append(link)
