"""White space: what collapses, what is blank, and what somebody typed to indent a line.

CSS Text 3, section 4: space, tab and line ends collapse; the no-break space (U+00A0), the ideographic space (U+3000)
and the spaces of U+2000 to U+200A do not. In running text those are kept; at the edges of a block they show nothing.

CSS Text 4, section 4.1.3: a line end between two characters of Chinese or Japanese is nothing, elsewhere a space.
"""

from __future__ import annotations

import re

BLANKS = " \t\n\r\f\u00a0\u202f\u205f\u2060\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200C)))
"""What is taken from the edges of a block: white space of any kind, zero-width space, word joiner, byte order mark."""

_MARKS = (0x00AD, 0x061C, *range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x2061, 0x206A))
INVISIBLE = BLANKS + "".join(map(chr, _MARKS))
"""What shows nothing when it stands alone: `BLANKS`, soft hyphen, joiners, directional marks, invisible operators."""

_COLLAPSIBLE = re.compile("[\t\n\r\f]|  ")
_RUN = re.compile("[ \t\n\r\f]+")
_WIDE = (
    "\u2e80-\u303e\u3041-\u3130\u3190-\u31ff\u3220-\u325f\u3280-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f"
    "\uff01-\uff9f\uffe0-\uffee\U00016fe0-\U0001b2ff\U0001f200-\U0001f2ff\U00020000-\U0003fffd"
)
"""What is wide or of half or full width (UAX #11) in Chinese, Japanese and Yi. Not Hangul, which has spaces."""
_AMBIGUOUS = "“”‘’…—·"
"""Punctuation that Chinese shares with others: Chinese if its neighbour is."""
_LINE_END = r"[ \t\r\f]*\n[ \t\n\r\f]*"
_JOINT = re.compile(f"(?<=[{_WIDE}]){_LINE_END}(?=[{_WIDE}{_AMBIGUOUS}])|(?<=[{_AMBIGUOUS}]){_LINE_END}(?=[{_WIDE}])")
_INDENT = re.compile("[\u2000-\u2003\u3000]|\u00a0[^\u00a0]*\u00a0")


def collapse(text: str) -> str:
    """The text with each run of collapsible white space as one space, or as nothing where Chinese goes on."""
    if not _COLLAPSIBLE.search(text):
        return text
    if "\n" in text and not text.isascii():
        text = _JOINT.sub("", text)
    return _RUN.sub(" ", text)


def collapse_between(before: str, blanks: str, after: str) -> str:
    """What becomes of blanks between two characters; these are empty where anything else stands.

    Code may end or begin with a space of its own, which is no part of the blanks.
    """
    before, after = before.strip(" "), after.strip(" ")
    return collapse(before + blanks + after)[len(before) :].removesuffix(after)


def is_blank(text: str) -> bool:
    """Whether the text shows nothing at all."""
    return not text.strip(INVISIBLE)


def is_indent(blanks: str) -> bool:
    """Whether the blanks before a line's first word were typed to indent it.

    One ideographic, em or en space is enough, or two no-break spaces; one no-break space is an editor's leftover.
    """
    return _INDENT.search(blanks) is not None


def is_clean(text: str) -> bool:
    """Whether text that is a block's only content needs no look at its white space; False may mean "perhaps".

    `str.isprintable` is false for all white space but the space, and for what shows nothing.
    """
    return text.isprintable() and text[:1] != " " and text[-1:] != " " and "  " not in text and text != ""


def has_clean_inside(text: str) -> bool:
    """`is_clean` for text beside other inlines, where one space at an edge may be right."""
    return text.isprintable() and "  " not in text and text != ""
