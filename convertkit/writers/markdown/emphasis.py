"""Which signs of emphasis a parser will read as meant: flanking delimiter runs (CommonMark 6.2).

What a node begins and ends with is known before it is written, so that each node is written once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from convertkit.tree import (
    Cite,
    Code,
    Emph,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    Quoted,
    RawInline,
    SmallCaps,
    SoftBreak,
    Span,
    Strikeout,
    Strong,
    Text,
)
from convertkit.writers.markdown.spans import is_element

_FIRST = {
    Emph: "*", Strong: "*", Strikeout: "~", Code: "`", Link: "[", Note: "[", Image: "!", Math: "$", LineBreak: "\\"
}  # fmt: skip
_LAST = {
    Emph: "*",
    Strong: "*",
    Strikeout: "~",
    Code: "`",
    Link: ")",
    Note: "]",
    Image: ")",
    Math: "$",
    LineBreak: "\n",
}


def first_character(node: Inline) -> str:
    """The character that a node will begin with, or one of its kind."""
    match node:
        case Text() | RawInline():
            return node.text[:1] or "\n"
        case SoftBreak():
            return " "
        case Span() if is_element(node):
            return "<"
        case Span() | Cite() | SmallCaps():
            return first_character(node.content[0]) if node.content else "\n"
        case Quoted():
            return "“"
        case _:
            return _FIRST.get(type(node), "<")


def last_character(node: Inline) -> str:
    """The character that a node will end with, or one of its kind."""
    match node:
        case Text() | RawInline():
            return node.text[-1:] or "\n"
        case SoftBreak():
            return " "
        case Span() if is_element(node):
            return ">"
        case Span() | Cite() | SmallCaps():
            return last_character(node.content[-1]) if node.content else "\n"
        case Quoted():
            return "”"
        case _:
            return _LAST.get(type(node), ">")


def delimiter_run(content: tuple[Inline, ...], before: str, after: str, enclosing: tuple[str, ...], length: int) -> str:
    """The delimiter run that a parser will read as meant (CommonMark 6.2), "" if there is none.

    Inside emphasis by `*`, other emphasis may use `*` once more if it is of the other length (the rule of three then
    keeps them apart) and does not begin or end inside a word.
    """
    if not (
        is_flanking(_inner(content[0], first_character), before)
        and is_flanking(_inner(content[-1], last_character), after)
    ):
        return ""
    if length == 2 and enclosing and enclosing[-1] in ("**", "__"):
        return ""  # cmark-gfm drops strong emphasis that stands right in strong emphasis
    between_words = is_word_edge(before) and is_word_edge(after)
    for mark in "*_":
        if mark in (before, after) or (mark == "_" and not between_words):
            continue
        open_already = [delimiter for delimiter in enclosing if delimiter[0] == mark]
        if not open_already:
            return mark * length
        if mark == "*" and between_words and len(open_already) == 1 and len(open_already[0]) != length:
            return mark * length
    return ""


def needs_guards(content: tuple[Inline, ...], before: str, after: str) -> tuple[bool, bool]:
    """Whether the character before the content's delimiters, and the one after, keep them from being read as meant.

    A reference to the very same character does not: a parser sees its `;` or `&`, which are punctuation. remark writes
    so too.
    """
    return (
        kind_of(before) == "word" and not is_flanking(_inner(content[0], first_character), before),
        kind_of(after) == "word" and not is_flanking(_inner(content[-1], last_character), after),
    )


def _inner(node: Inline, edge: Callable[[Inline], str]) -> str:
    """What a delimiter run finds at the inner edge; through the tildes of a `Strikeout` it sees what they enclose."""
    if not isinstance(node, Strikeout):
        return edge(node)
    while isinstance(node, Strikeout) and node.content:
        node = node.content[0 if edge is first_character else -1]
    inner = edge(node)
    return "*" if is_flanking(inner, "*") else inner


def strikeout_works(content: tuple[Inline, ...], before: str, after: str) -> bool:
    """Whether `~~` may stand around this content, between these characters (GFM 6.5)."""
    return (
        "~" not in (before, after)
        and is_flanking(first_character(content[0]), before)
        and is_flanking(last_character(content[-1]), after)
    )


def kind_of(character: str) -> str:
    """`space`, `punctuation`, `symbol`, `tilde` or `word`: what a neighbour is to a delimiter run.

    CommonMark 0.31 counts symbols (Unicode's S categories) as punctuation, cmark-gfm (0.29) does not; and cmark-gfm
    looks through tildes at what stands behind them.
    """
    if character.isalnum():
        return "word"
    if character == "~":
        return "tilde"
    if character.isascii():
        return "space" if character in " \t\n\r\f" else "punctuation" if character.isprintable() else "word"
    category = unicodedata.category(character)
    return {"Zs": "space", "P": "punctuation", "S": "symbol"}.get(category if category == "Zs" else category[0], "word")


def is_flanking(inner: str, outer: str) -> bool:
    """Whether a delimiter run between these two characters opens (or closes) towards `inner`, by either reading."""
    inner_kind = kind_of(inner)
    return inner_kind == "word" or (inner_kind in ("punctuation", "symbol") and is_word_edge(outer))


def is_word_edge(outer: str) -> bool:
    """Whether `_` may open or close beside this character: not inside a word, by either reading."""
    return kind_of(outer) in ("space", "punctuation")
