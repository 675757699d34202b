"""Ids that a feed, an editor or a renderer left out, given back: of notes and their references before notes are sought.

Headings too: a link `#getting-started` looks for `Getting started!` under the id that some program would have made of
the words. Word's `#_ftn1` and `#_ftnref1` answer each other by their names alone; mdnice's references (WeChat, where
no link may stay) by their numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from urllib.parse import unquote

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


def name_headings(parts: Sequence[turbohtml.Element], linked: frozenset[str]) -> frozenset[str]:
    """Give headings of the body, the first of a page's `parts`, the ids that links look for by their words.

    Returned are the ids of `linked` that nothing has even then.
    Each program makes its own id of a heading (GitHub `what-is-it`, Hexo `What-is-it`, others `whatisit`), so letters
    and digits alone are compared. The second heading of the same words has a 1 behind them.
    """
    named = (element for part in parts for element in part.select("[id], a[name]"))
    there = {name for element in named for name in (element.attr("id"), element.attr("name"))}
    missing = frozenset(name for name in linked - there if name.lower() != "top" and unquote(name) not in there)
    if not missing:
        return missing
    seen: Counter[str] = Counter()
    unnamed: dict[str, turbohtml.Element] = {}
    for heading in parts[0].select("h1, h2, h3, h4, h5, h6"):
        words = _letters(heading.text)
        key = f"{words}{seen[words]}" if seen[words] else words
        seen[words] += 1
        if words and not heading.attr("id"):
            unnamed.setdefault(key, heading)
    for name in sorted(missing, key=lambda name: (unquote(name) != name, name)):
        if (found := unnamed.pop(_letters(unquote(name)), None)) is not None:
            found.attrs["id"] = unquote(name)
            there.add(unquote(name))
    return frozenset(name for name in missing if unquote(name) not in there)


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


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
