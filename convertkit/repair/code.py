"""Code: which of the tags in a listing or in code within a line are markup, and which are code.

In code everything is text but what a highlighter wrote: spans under its classes, its grid of line numbers, line breaks.
Markup that is code never stands beside highlighting in one piece (`</<span class="hljs-name">div</span>>`) but in
strings and comments, where its end tags pair with its start tags before the highlighter's own.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest

from convertkit.repair.edits import Edits
from convertkit.repair.highlighters import LINE_PARTS, MARKS, has_class, has_kind, is_highlighting
from convertkit.repair.names import MAY_STAY_OPEN, VOID, names

_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)
    (?P<attributes>(?:\s[A-Za-z_:][\w:.-]*+(?:="(?:[^"<>]*+|[<>"])"|='(?:[^'<>]*+|[<>'])')?+)*+)\s*+(?P<slash>/?)>""",
    re.VERBOSE,
)
_BEGINS = re.compile(r"<(?=[A-Za-z/!?])")
"""What a parser takes for the beginning of markup; any other `<` it takes for text."""
_NEVER_IN_CODE = re.compile(
    r"<(?:![Dd]|\?[a-z]|/?(?:html|head|body|meta|link|title)\b)"
    r"|</?[A-Za-z][a-z0-9]*[A-Z]"
)
_TAKEN_APART = re.compile(r"<[<\s=]|</<|<!-- |&&|[=-]>|>>")
"""Markup that a highlighter took apart, and other code that it should have escaped."""
_RAW = re.compile(r"&&|[=-]>|<[\s=<\d-]|&[ \w]")
"""What code is full of, and what its author would have had to escape."""
_QUOTES = frozenset("\"'`“”‘’()\\")
_MARKUP_LANGUAGE = re.compile(
    r"""(?:\s|-|"|')(?:html?|xml|vue|svelte|jsx|tsx|php|erb|ejs|jinja2?|django|handlebars|hbs|pug|markup|svg|xhtml"""
    r"""|javascript|js|typescript|ts|markdown|md|jsp|asp|aspx|twig|liquid|angular|wxml|astro|mdx|cshtml|razor)\b""",
    re.IGNORECASE,
)
_GENERATED = re.compile(
    r"""<code\b[^<>]*\sclass=|<pre\b[^<>]*\s(?:class|lang|data-lang)="(?:language-|lang-|highlight|brush|prism)"""
)
"""Listings that a program made of a fence: their authors could not mark anything up."""
_ABSOLUTE = re.compile(r"""\shref=["'](?:https?:)?//""")
_OPENS_LISTING = re.compile(r"<pre\b[^<>]*>\s*+(?:<span></span>)?\Z")
_EMPTY_ANCHOR = re.compile(r"""<a(?:\s(?:id|name|href|aria-hidden|class|tabindex)="[^"<>]*")+></a>""")
_AUTHORS_MARKS = names("a b strong em i u font span mark br del ins sup sub")
"""What people mark up in code that nobody highlighted."""
_OF_WIDGETS = names("textarea svg path")
"""What the widgets of pages put beside code."""
_MARKS_OF_PAGES = MARKS | LINE_PARTS | _OF_WIDGETS
_GRID = names("tr tbody li td ol")
_LEVELS_IN_STRING = 16
"""Start tags that a string may hold without their ends."""
_SHOWN = 400
"""Characters of a piece of code that a report holds."""


@dataclass(slots=True)
class _Mark:
    """A tag in code. `certain` says that it is a highlighter's beyond doubt."""

    name: str
    start: int
    end: int
    is_end: bool
    attributes: str
    slash: bool
    real: bool = False
    certain: bool = False


def repair_code(edits: Edits, start: int, end: int, hint: str, element: str, *, damaged: bool) -> None:
    """Make text what is code in `html[start:end]`.

    `hint` is the tags that open it, `element` is `pre` for a listing and `code` for code within a line. If the text
    does not show damage elsewhere, code is left alone that could be as its author wrote it.
    """
    html = edits.html
    if html.find("<", start, end) < 0:
        return
    marks = [
        _Mark(found["name"], found.start(), found.end(), bool(found["end"]), found["attributes"], bool(found["slash"]))
        for found in _TAG.finditer(html, start, end)
    ]
    if not damaged and not _must_be_code(html, marks, start, end, hint):
        return
    _decide(html, marks, hint, element)
    real = {mark.start for mark in marks if mark.real}
    lost = [found.start() for found in _BEGINS.finditer(html, start, end) if found.start() not in real]
    for place in lost:
        edits.escape(place)
    if lost:
        edits.note(element, lost[0], min(end, lost[-1] + _SHOWN // 4, lost[0] + _SHOWN))


def _must_be_code(html: str, marks: list[_Mark], start: int, end: int, hint: str) -> bool:
    """Whether code holds tags that nobody writes there as markup."""
    if _NEVER_IN_CODE.search(html, start, end):
        return True
    if any(mark.name not in _MARKS_OF_PAGES for mark in marks):
        return True
    if any(not mark.is_end and html[mark.start - 1] in "\"'`" for mark in marks):
        return True
    kinds = sum(has_kind(mark.attributes) for mark in marks if not mark.is_end)
    if kinds:
        in_string = any(mark.attributes and not mark.certain and _is_quoted(html, mark) for mark in marks)
        return in_string or _TAKEN_APART.search(html, start, end) is not None
    balance = Counter(mark.name for mark in marks if not mark.is_end and mark.name in LINE_PARTS)
    if not balance:
        return False
    if _MARKUP_LANGUAGE.search(hint) or _RAW.search(html, start, end):
        return True
    balance.subtract(mark.name for mark in marks if mark.is_end and mark.name in balance)
    return any(balance[name] for name in balance if name not in MAY_STAY_OPEN)


def _decide(html: str, marks: list[_Mark], hint: str, element: str) -> None:
    """Set `real` of each mark."""
    for mark in marks:
        if not mark.is_end:
            mark.certain = _is_certain(html, mark)
    surely_code = [mark for mark in marks if not mark.is_end and _is_code(mark)]
    certain = [mark for mark in marks if mark.certain]
    kinds = sum(has_kind(mark.attributes) for mark in certain)
    in_grid = any(mark.name in LINE_PARTS for mark in certain)
    strict = kinds > 0 and not any("style=" in mark.attributes for mark in certain)
    highlighted = kinds > 0 or len(certain) > len(surely_code)
    for mark in marks:
        if not mark.is_end:
            mark.real = (
                _is_of_highlighter(html, mark, strict=strict, in_grid=in_grid)
                if highlighted
                else _is_filler(html, mark) or (not surely_code and _is_of_author(html, mark, hint, element))
            )
    breaks = Counter(html[mark.start : mark.end] for mark in marks if mark.name == "br" and mark.real)
    for mark in marks:
        if mark.name == "br" and mark.real:
            mark.real = html[mark.start : mark.end] == max(breaks, key=breaks.__getitem__)
    _match_ends(html, marks, pairing=True)
    if any(mark.real and not mark.is_end and mark.name == "span" for mark in _unclosed(marks)):
        _match_ends(html, marks, pairing=False)
    for mark in _unclosed(marks):
        mark.real = False
    if not highlighted and any(not mark.real and not mark.is_end for mark in marks):
        for mark in marks:  # an author who marks something up escapes the rest: all of it is code
            mark.real = mark.real and (mark.name in ("br", "span", "code") or _is_filler(html, mark))


def _is_certain(html: str, mark: _Mark) -> bool:
    if mark.name == "span":
        return is_highlighting(mark.attributes) or _is_filler(html, mark)
    return (mark.name in LINE_PARTS and has_kind(mark.attributes)) or _is_filler(html, mark)


def _is_filler(html: str, mark: _Mark) -> bool:
    """Whether this is a place without content: Pygments' first span, an anchor of a line."""
    if mark.name == "span":
        return not mark.attributes and html.startswith("></span>", mark.end - 1) and html[mark.start - 1] == ">"
    if mark.name == "code":
        return _OPENS_LISTING.search(html, max(mark.start - 200, 0), mark.start) is not None
    return mark.name == "a" and _EMPTY_ANCHOR.match(html, mark.start) is not None


def _is_code(mark: _Mark) -> bool:
    """A start tag that neither a highlighter nor an author puts into code."""
    if mark.certain:
        return False
    return mark.name not in MARKS or (mark.name in ("span", "code", "input", "button") and has_class(mark.attributes))


def _is_of_highlighter(html: str, mark: _Mark, *, strict: bool, in_grid: bool) -> bool:
    if mark.certain:
        return True
    if mark.name == "br":
        return not _is_quoted(html, mark)
    if mark.name == "span":
        return not strict and not _is_quoted(html, mark)
    if mark.name == "a":
        return 'href="#' in mark.attributes or _ABSOLUTE.search(mark.attributes) is not None
    return mark.name in _GRID and not mark.attributes and in_grid


def _is_of_author(html: str, mark: _Mark, hint: str, element: str) -> bool:
    """Whether a mark stands in code that nobody highlighted as its author's own bold, link or line break."""
    if mark.name not in _AUTHORS_MARKS or _is_quoted(html, mark):
        return False
    if mark.name == "br" and element == "code":
        return html[mark.start - 1].isalnum() and html[mark.end : mark.end + 1].isalnum()
    if _GENERATED.search(hint):
        return False
    if mark.name == "a":
        return _ABSOLUTE.search(mark.attributes) is not None and not _MARKUP_LANGUAGE.search(hint)
    if mark.name in ("span", "font"):
        return bool(mark.attributes) and is_highlighting(mark.attributes)
    return not _MARKUP_LANGUAGE.search(hint)


def _is_quoted(html: str, mark: _Mark) -> bool:
    return html[mark.start - 1] in _QUOTES and (mark.name == "span" or html[mark.end : mark.end + 1] in _QUOTES)


def _match_ends(html: str, marks: list[_Mark], *, pairing: bool) -> None:
    """Set `real` of end tags: that of the start tag which each closes.

    With `pairing` an end tag closes the last start tag of its name, be that code; without, the last one that is markup.
    """
    open_marks: dict[str, list[_Mark]] = {}
    for mark, following in zip_longest(marks, marks[1:]):
        opened = open_marks.setdefault(mark.name, [])
        if not mark.is_end:
            if mark.name not in VOID and not mark.slash and (pairing or mark.real):
                opened.append(mark)
        elif opened:
            mark.real = _pop_closed(html, opened, mark, following)
        else:
            mark.real = False


def _pop_closed(html: str, opened: list[_Mark], end: _Mark, following: _Mark | None) -> bool:
    """Take what an end tag closes off the open marks; whether that is markup.

    A highlighter's mark on a string ends behind the quote that it began with, whatever markup the string holds.
    """
    depth = next((depth for depth, mark in enumerate(reversed(opened), 1) if mark.real), 0)
    if not depth or depth > _LEVELS_IN_STRING:
        return opened.pop().real
    string = opened[-depth]
    quote = html[string.end]
    if quote in "\"'`":
        if depth == 1 and end.start == string.end + 1 and _ends_string(html, following, quote):
            return False
        if depth > 1 and end.start > string.end + 1 and html[end.start - 1] == quote:
            del opened[-depth:]
            return True
    return opened.pop().real


def _ends_string(html: str, mark: _Mark | None, quote: str) -> bool:
    return mark is not None and mark.is_end and html[mark.start - 1] == quote


def _unclosed(marks: list[_Mark]) -> list[_Mark]:
    """Start tags that are taken for markup and never end."""
    open_marks: list[_Mark] = []
    for mark in marks:
        if not mark.real or mark.name in VOID:
            continue
        if not mark.is_end:
            open_marks.append(mark)
            continue
        for index in range(len(open_marks) - 1, -1, -1):
            if open_marks[index].name == mark.name:
                del open_marks[index]
                break
    return open_marks
