"""White space: what collapses, what is blank, and what somebody typed to indent a line.

CSS Text 3, section 4: space, tab and line ends collapse; the no-break space (U+00A0), the ideographic space (U+3000)
and the spaces of U+2000 to U+200A do not. In running text those are kept; at the edges of a block they show nothing.
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
_INDENT = re.compile("[\u2000-\u2003\u3000]|\u00a0[^\u00a0]*\u00a0")


def collapse(text: str) -> str:
    """The text with each run of collapsible white space as one space."""
    return _RUN.sub(" ", text) if _COLLAPSIBLE.search(text) else text


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
