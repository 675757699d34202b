"""Prose that stands in a `pre` for the sake of its lines: poems, letters, lyrics. It is text with line breaks.

A listing becomes code, in which no link, picture or mark can stand. So a bare `pre` that holds some is looked at: if
nothing in it looks like code, a table or a drawing of characters, it is a `div` with its line ends as `br`.
"""

from __future__ import annotations

import re

import turbohtml

_MARKS = "a[href], img, b, strong, i, em, u, s, del, mark, cite"
_OF_A_LISTING = "code, span, samp, kbd, tt, var, table, div, p, ol, ul, pre, textarea, font, button"
_AROUND = "[class*=highlight], [class*=code], [class*=gutter], [class*=crayon], table, figure, code, pre"
_LIKE_CODE = re.compile(
    r"[;{}\\][ \t]*$"
    r"|^[ \t]*(?:[#$>%]|//|/\*|--|<|@|import\b|from\s\S+\simport|def\b|class\b|public\b|private\b|static\b"
    r"|final\b|func(?:tion)?\b|struct\b|enum\b|typedef\b|const\b|let\b|var\b|return\b|if\s*\()"
    r"|\w\(\)|\w\(\w+[,)]|\S[=!<>]=|[\w\])]\s=\s|=>|->|::|&&|\|\||\w\[\w*\]"
    r"|^[ \t]*\w+=|^[ \t]*[-\w.]+[ \t]*:[ \t]*\S+$",
    re.MULTILINE,
)
_ALIGNED = re.compile(r"\S(?: {3,}|\t)\S|[-=_+|*]{4,}|[│┌└├─┐┘]")
"""Columns, rules and boxes drawn with characters."""
_WORDS = re.compile(r"\b[^\W\d_]+[,.]?[ \n]+[^\W\d_]+[,.]?[ \n]+[^\W\d_]+|[\u3040-\u30ff\u4e00-\u9fff]{4}")


def free_prose(body: turbohtml.Element) -> None:
    """Make a `div` with line breaks of each `pre` that holds prose with links, pictures or marks."""
    for element in body.select("pre"):
        if element.select_one(_MARKS) is not None and _is_prose(element):
            for text in [node for node in element.descendants if isinstance(node, turbohtml.Text)]:
                if "\n" in text.data:
                    text.replace_with(*_with_breaks(text.data))
            element.replace_with(turbohtml.Element("div", _own(element), list(element.children)))


def _is_prose(element: turbohtml.Element) -> bool:
    if "class" in element.attrs or element.select_one(_OF_A_LISTING) is not None:
        return False
    parent = element.parent
    if isinstance(parent, turbohtml.Element) and parent.closest(_AROUND) is not None:
        return False
    text = element.text
    return _WORDS.search(text) is not None and _LIKE_CODE.search(text) is None and _ALIGNED.search(text) is None


def _with_breaks(text: str) -> list[turbohtml.Node]:
    nodes: list[turbohtml.Node] = []
    for line in text.split("\n"):
        nodes += [turbohtml.Element("br"), turbohtml.Text(line)]
    return nodes[1:]


def _own(element: turbohtml.Element) -> dict[str, str]:
    return {name: element.attr(name) or "" for name in ("id", "lang", "dir") if name in element.attrs}
