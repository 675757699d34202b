"""What pages say in their own way, put into the DOM as HTML's elements for it: roles, captions, editors' lists.

- `role` on an element that means nothing by itself (WAI-ARIA 1.3, section 5.4): `<div role="heading" aria-level="3">`;
- pictures with captions, as WordPress, Blogger and the older pandoc and Sphinx write them;
- Word's lists, which are paragraphs with typed markers;
- GitHub's alerts, which are `div`s of a class;
- Word's proofing languages, which it notes on every run of letters in a Chinese text;
- Quill's lists, flat and all in `ol`, and the boxes of tasks that Quill, Confluence and Notion draw by a class.
"""

from __future__ import annotations

import re

import turbohtml

from convertkit.readers.html.wrappers import TAGS

_ROLES = {
    "blockquote": "blockquote",
    "caption": "caption",
    "cell": "td",
    "code": "code",
    "columnheader": "th",
    "deletion": "del",
    "emphasis": "em",
    "figure": "figure",
    "grid": "table",
    "gridcell": "td",
    "insertion": "ins",
    "list": "ul",
    "listitem": "li",
    "mark": "mark",
    "paragraph": "p",
    "row": "tr",
    "rowgroup": "tbody",
    "rowheader": "th",
    "separator": "hr",
    "strong": "strong",
    "subscript": "sub",
    "superscript": "sup",
    "table": "table",
    "time": "time",
}
"""The element for each role that one has."""
_NEEDS = {"list": "[role=listitem]", "table": "[role=row]", "grid": "[role=row]"}
"""What must stand inside, lest a box of buttons be a table."""
_STANDS_IN = {
    "listitem": "[role=list]",
    **dict.fromkeys(["row", "rowgroup", "caption"], "[role=table], [role=grid]"),
    **dict.fromkeys(["cell", "gridcell", "columnheader", "rowheader"], "[role=row]"),
}
"""What must stand around."""
_MEANS_NOTHING = frozenset(["div", "span", "p", "section", "font"])
_LEVEL = re.compile(r"\s*([1-9])\s*\Z")

_CAPTIONED = "div.wp-caption, dl.wp-caption, div.figure, table.tr-caption-container"
_CAPTION = ".wp-caption-text, .tr-caption, p.caption, div.caption, .wp-caption-dd"
_TASKS = "li[data-list=checked], li[data-list=unchecked], ul[data-checked] > li, .inline-task-list > li"
_DRAWN_BOX = ".checkbox-on, .checkbox-off"
_QUILL = "li[data-list], li[class*=ql-indent]"
_INDENT = re.compile(r"(?:^|\s)ql-indent-(\d)(?:\s|\Z)")
_PROOFED = "span[lang]"
_WORD_PAGE = '[class^=Mso], [style*="mso-"]'
_PROOFING = re.compile(r"(?:en|zh|ja|ko)\b", re.IGNORECASE)
"""The languages that Word gives Latin and East Asian letters by itself; another one was chosen by the author."""
_WORD_ITEM = 'p[style*="mso-list"]'
_WORD_LEVEL = re.compile(r"mso-list:[^;]*\blevel([1-9])")
_WORD_MARKER = '[style*="mso-list:Ignore" i]'
_WORD_NUMBER = re.compile(r"\(?(\d{1,9}|[A-Za-z]{1,4})[.)、]?\Z")
_ALERT = "div.markdown-alert"
_ALERT_NAME = re.compile(r"markdown-alert-(note|tip|important|warning|caution)(?:\s|\Z)")
_ALL = f"[role], {_ALERT}, {_PROOFED}, {_WORD_ITEM}, {_CAPTIONED}, {_TASKS}, {_DRAWN_BOX}, {_QUILL}"


def settle_habits(body: turbohtml.Element) -> None:
    """Put elements in the place of what says the same by a role or a class."""
    if body.select_one(_ALL) is None:
        return
    for element in body.select("[role]"):
        _read_role(element)
    for box in body.select(_DRAWN_BOX):
        if box.closest("li") is not None and not box.text.strip():
            box.replace_with(_box(checked="checkbox-on" in _classes(box)))
    for item in body.select(_TASKS):
        _read_task(item)
    _drop_proofing(body)
    for alert in body.select(_ALERT):
        _read_alert(alert)
    for paragraph in body.select(_WORD_ITEM):
        _gather(paragraph)
    for place in dict.fromkeys(item.parent for item in body.select(_QUILL)):
        if isinstance(place, turbohtml.Element) and place.tag in ("ol", "ul") and _holds_items_alone(place):
            _nest(place)
    for element in body.select(_CAPTIONED):
        _read_captioned(element)


def _classes(element: turbohtml.Element) -> list[str]:
    return (element.attr("class") or "").split()


def _become(element: turbohtml.Element, tag: str) -> None:
    attributes = {name: element.attr(name) or "" for name in element.attrs}
    element.replace_with(turbohtml.Element(tag, attributes, list(element.children)))


# ---------------------------------------------------------------- roles


def _drop_proofing(body: turbohtml.Element) -> None:
    runs = body.select(_PROOFED)
    if runs and body.select_one(_WORD_PAGE) is not None:
        for run in runs:
            if _PROOFING.match(run.attr("lang") or ""):
                del run.attrs["lang"]


def _read_alert(alert: turbohtml.Element) -> None:
    """GitHub's alert as our own wrappers, in the shape that pandoc gives it: a `Div` of its name, its title another."""
    found = _ALERT_NAME.search(alert.attr("class") or "")
    if found is None:
        return
    title = alert.select_one(".markdown-alert-title")
    if title is not None:
        words = turbohtml.Element("p", {}, list(title.children))
        title.replace_with(turbohtml.Element(TAGS["div"], {"class": "title"}, [words]))
    alert.replace_with(turbohtml.Element(TAGS["div"], {"class": found[1]}, list(alert.children)))


def _read_role(element: turbohtml.Element) -> None:
    role = (element.attr("role") or "").strip().lower()
    if element.tag not in _MEANS_NOTHING or element.parent is None:
        return
    if role == "heading":
        level = _LEVEL.match(element.attr("aria-level") or "2")
        _become(element, f"h{min(int(level[1]), 6)}" if level else "h2")
    elif role == "checkbox":
        if element.closest("li, [role=listitem]") is not None:
            element.insert_before(_box(checked=element.attr("aria-checked") == "true"))
    elif role in _ROLES:
        inside, around = _NEEDS.get(role), _STANDS_IN.get(role)
        missing = inside is not None and element.select_one(inside) is None
        if not missing and (around is None or element.parent.closest(around) is not None):
            _become(element, _ROLES[role])


# ---------------------------------------------------------------- tasks and Quill's lists


def _box(*, checked: bool) -> turbohtml.Element:
    return turbohtml.Element("input", {"type": "checkbox", **({"checked": ""} if checked else {})})


def _read_task(item: turbohtml.Element) -> None:
    if item.select_one("input[type=checkbox]") is None:
        said = item.attr("data-list") or ""
        if not said and isinstance(item.parent, turbohtml.Element) and item.parent.attr("data-checked") is not None:
            said = "checked" if item.parent.attr("data-checked") == "true" else ""
        item.insert(0, _box(checked=said == "checked" or "checked" in _classes(item)))


def _gather(paragraph: turbohtml.Element) -> None:
    """Put a paragraph that is an item of Word's into the flat list before it, or into a new one; `_nest` sorts it."""
    item = _word_item(paragraph)
    if item is None:
        return
    before = paragraph.previous_sibling
    while before is not None and not isinstance(before, turbohtml.Element) and not before.text.strip():
        before = before.previous_sibling
    if isinstance(before, turbohtml.Element) and before.attr("data-word") is not None:
        paragraph.extract()
        before.append(item)
    else:
        flat = turbohtml.Element("ul", {"data-word": ""})
        paragraph.replace_with(flat)
        flat.append(item)


def _word_item(paragraph: turbohtml.Element) -> turbohtml.Element | None:
    """A paragraph as an item without its typed marker; None if it has no level or no marker."""
    level = _WORD_LEVEL.search(paragraph.attr("style") or "")
    marker = paragraph.select_one(_WORD_MARKER)
    if level is None or marker is None:
        return None
    number = _WORD_NUMBER.match(marker.text.strip())
    marker.extract()
    attributes = {"class": f"ql-indent-{int(level[1]) - 1}", "data-list": "bullet"}
    if number is not None and (number[1].isdigit() or number[1] != "o"):  # Word's second bullet is the letter o
        attributes["data-list"] = "ordered"
        attributes["value" if number[1].isdigit() else "data-type"] = number[1]
    return turbohtml.Element("li", attributes, list(paragraph.children))


def _first_letter(letters: str) -> str:
    return ("a" if letters.islower() else "A") if letters else ""


def _holds_items_alone(place: turbohtml.Element) -> bool:
    """Whether a list has no words between its items, which Quill never writes and nesting would drop."""
    return all(isinstance(child, turbohtml.Element) or not child.text.strip() for child in place.children)


def _nest(flat: turbohtml.Element) -> None:
    """The items of one of Quill's lists as lists in lists, each of its kind."""
    roots: list[turbohtml.Node] = []
    open_lists: list[tuple[int, turbohtml.Element]] = []
    for item in [child for child in flat.children if isinstance(child, turbohtml.Element)]:
        indent = _INDENT.search(item.attr("class") or "")
        level = int(indent[1]) if indent else 0
        kind = item.attr("data-list")
        tag = flat.tag if kind is None else "ol" if kind == "ordered" else "ul"
        while open_lists and (
            open_lists[-1][0] > level or (open_lists[-1][0] == level and open_lists[-1][1].tag != tag)
        ):
            open_lists.pop()
        if not open_lists or open_lists[-1][0] < level:
            letters = item.attr("data-type") or ""
            new = turbohtml.Element(tag, {"type": letters if letters in ("i", "I") else _first_letter(letters)})
            if open_lists:
                open_lists[-1][1].append(new)
            else:
                roots.append(new)
            open_lists.append((level, new))
        open_lists[-1][1].append(item)
    flat.replace_with(*roots)


# ---------------------------------------------------------------- captions


def _read_captioned(element: turbohtml.Element) -> None:
    """A box with a picture and its caption is a `figure`; a table's cells are what stands in it."""
    caption = element.select_one(_CAPTION)
    if caption is None or element.select_one("img, video, iframe, svg, object") is None:
        return
    said = turbohtml.Element("figcaption", {}, list(caption.children))
    caption.replace_with(said)
    cells = [element] if element.tag != "table" else element.select("td")
    content = [child for cell in cells for child in cell.children]
    element.replace_with(turbohtml.Element("figure", {}, content if said in content else [*content, said]))
