"""TeX formulas as MathML, through latex2mathml, whose output is not trusted: it lets any attribute through.

latex2mathml is loaded when a document has a formula: it reads a table of 2,800 symbols first.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from convertkit.writers.markup import escape, escape_attribute

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_TEX = 4000
"""Characters of the longest formula that is tried; latex2mathml takes more than linear time."""
MAX_BRACES = 50
"""Opening braces in a row and `\\left` inside `\\left`: latex2mathml recurses on them."""

_ELEMENTS = frozenset({
    "math", "mrow", "mi", "mn", "mo", "mtext", "ms", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "mpadded",
    "mphantom", "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts",
    "mprescripts", "none", "mtable", "mtr", "mtd",
})  # fmt: skip
_ATTRIBUTES = frozenset({
    "accent", "accentunder", "columnalign", "columnlines", "columnspacing", "depth", "displaystyle", "fence",
    "form", "frame", "height", "largeop", "linethickness", "lspace", "mathcolor", "mathvariant", "maxsize",
    "minsize", "movablelimits", "notation", "rowlines", "rowspacing", "rspace", "scriptlevel", "separator",
    "stretchy", "symmetric", "voffset", "width",
})  # fmt: skip
_ARITY = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
"""Elements with a fixed number of children (MathML 3, section 3.1.3)."""
_TOKENS = frozenset({"mi", "mn", "mo", "ms", "mtext", "mspace"})
"""Elements that hold characters and no elements (MathML 3, section 3.2)."""
_LENGTH = (
    r"(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:em|ex|px|pt|pc|in|cm|mm|%|width|height|depth)?"
    r"|(?:negative)?(?:very){0,2}(?:thin|medium|thick)mathspace)"
)
_LENGTHS = re.compile(rf"{_LENGTH}(?: {_LENGTH})*", re.ASCII)
_LENGTH_ATTRIBUTES = frozenset(
    {"columnspacing", "depth", "height", "linethickness", "lspace", "maxsize", "minsize", "rowspacing", "rspace"}
) | {"voffset", "width"}
_COLOUR = re.compile(
    r"#(?:[0-9a-f]{3}){1,2}|aqua|black|blue|fuchsia|gray|green|lime|maroon|navy|olive|purple|red|silver|teal|white|yellow",
    re.ASCII | re.IGNORECASE,
)
"""Lengths and colours (MathML 3, section 2.1.5)."""
_WORDS = re.compile(r"[\w\- ]+", re.ASCII)
_DEFINITION = re.compile(r"\\(?:re|provide)?(?:newcommand|def|gdef|edef|let|newenvironment)(?![A-Za-z])")
"""Macros can grow without bound, and a formula that needs them was meant for TeX itself."""
_ENVIRONMENT = re.compile(
    r"\\(?P<end>begin|end)\{(?P<name>align|aligned|alignat|alignedat|eqnarray|gather|gathered|multline|equation|dcases)\*?\}"
    r"(?:(?<=at\})\{\d+\}|(?<=at\*\})\{\d+\}|(?<=ed\})\[[bct]\])?"
)
"""Environments of amsmath that latex2mathml does not know, with their arguments; and `align`, whose lines it numbers:
a number that the text does not have is a word too many."""
_KNOWN = {"gather": "matrix", "gathered": "matrix", "multline": "matrix", "dcases": "cases", "equation": ""}
"""What says the same to latex2mathml; `align*` for all others, and nothing where there is one line."""


class _NotUnderstood(Exception):
    """latex2mathml gave something that is not MathML, or left a command standing."""


@lru_cache(maxsize=1024)
def tex_to_mathml(tex: str, *, display: bool) -> str | None:
    """A `math` element with the TeX as its `alttext`; None if the formula cannot be said in MathML."""
    if len(tex) > MAX_TEX or tex.count("{") + tex.count("\\left") > MAX_BRACES or _DEFINITION.search(tex):
        return None
    element = _convert(_ENVIRONMENT.sub(_known, tex), display=display)
    if element is None:
        return None
    try:
        children = "".join([_serialise(child) for child in element])
    except _NotUnderstood:
        return None
    block = ' display="block"' if display else ""
    alternative = escape_attribute(" ".join(tex.split()))
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="{alternative}"{block}>{children}</math>'


def _known(found: re.Match[str]) -> str:
    name = _KNOWN.get(found["name"], "align*")
    return f"\\{found['end']}{{{name}}}" if name else ""


def _convert(tex: str, *, display: bool) -> Element | None:
    from latex2mathml import exceptions
    from latex2mathml.converter import Converter

    # Its own errors share no base class; a formula that ends in the middle also raises these of Python.
    own = [kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    refusals: tuple[type[Exception], ...] = (
        *own,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        StopIteration,
        RecursionError,
    )
    try:
        return Converter(display="block" if display else "inline").convert_to_element(tex)
    except refusals:
        return None


def _serialise(element: Element) -> str:
    """The element as text, held to the elements and attributes of MathML that draw and do nothing else."""
    tag = element.tag
    if tag not in _ELEMENTS:
        raise _NotUnderstood(tag)
    text = element.text or ""
    if "\\" in text or text == "&":  # symbols that it knows are references: this is a command that it does not know
        raise _NotUnderstood(text)
    if len(element) != _ARITY.get(tag, len(element)):  # `x^` has a base and nothing to raise
        raise _NotUnderstood(tag)
    children = "".join([_serialise(child) for child in element])
    if children and tag in _TOKENS:  # `\mathop{\sum}` is an operator in an operator
        return f"<mrow>{children}</mrow>"
    attributes = "".join(
        [f' {name}="{value}"' for name, value in element.attrib.items() if _may_stand(tag, name, value)]
    )
    return f"<{tag}{attributes}>{escape(html.unescape(text))}{children}</{tag}>"


def _may_stand(tag: str, name: str, value: str) -> bool:
    if name not in _ATTRIBUTES or (name == "movablelimits" and tag not in ("mo", "mstyle")):
        return False
    pattern = _COLOUR if name == "mathcolor" else _LENGTHS if name in _LENGTH_ATTRIBUTES else _WORDS
    return pattern.fullmatch(value) is not None
