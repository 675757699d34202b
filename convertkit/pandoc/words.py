"""Running text as pandoc has it: a `Str` for each word, a `Space` for each U+0020 between them.

pandoc's readers split at the ASCII space alone: a no-break space, a tab or an ideographic space is part of a word.
Two spaces in a row are two `Space`s, so that no text changes on its way there and back.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from typing import Any

from convertkit.errors import UnreadableDocument

LEAF_BLOCKS = frozenset({"Para", "Plain", "Header", "CodeBlock", "LineBlock"})
QUOTES = {"SingleQuote": ("‘", "’"), "DoubleQuote": ("“", "”")}


def add_words(text: str, elements: list[Any]) -> None:
    """Append the elements for `text` to a list of pandoc's inlines."""
    if " " not in text:
        if text:
            elements.append({"t": "Str", "c": text})
        return
    first, *rest = text.split(" ")
    if first:
        elements.append({"t": "Str", "c": first})
    for word in rest:
        elements.append({"t": "Space"})
        if word:
            elements.append({"t": "Str", "c": word})


def words(text: str) -> list[Any]:
    """The inlines for `text`."""
    elements: list[Any] = []
    add_words(text, elements)
    return elements


def plain_lines(elements: Iterable[Any]) -> list[str]:
    """The visible words of pandoc's blocks or inlines, a string for each block that holds text.

    Works at any depth: what is nested too deep for our tree is read by this.
    """
    lines: list[str] = []
    line: list[str] = []
    rest: list[Any] = [None, *reversed([*elements])]
    while rest:
        match rest.pop():
            case None:
                if line:
                    lines.append("".join(line))
                    line = []
            case list(items):
                rest += reversed(items)
            case {"t": "Str", "c": str(word)}:
                line.append(word)
            case {"t": "Space" | "SoftBreak" | "LineBreak"}:
                line.append(" ")
            case {"t": "Code" | "Math", "c": [_, str(text)]}:
                line.append(text)
            case {"t": "RawInline" | "RawBlock"}:
                pass
            case {"t": "Quoted", "c": [{"t": str(kind)}, content]}:
                opening, closing = QUOTES.get(kind, ("“", "”"))
                rest += ({"t": "Str", "c": closing}, content, {"t": "Str", "c": opening})
            case {"t": "CodeBlock", "c": [_, str(text)]}:
                rest += (None, {"t": "Str", "c": text}, None)
            case {"t": str(tag), "c": content}:
                rest += (None, content, None) if tag in LEAF_BLOCKS else (content,)
            case _:  # identifiers, link targets and other strings that are not text
                pass
    return lines


def plain(elements: object) -> str:
    """The words of a list of inlines as one string."""
    if not isinstance(elements, list):
        raise not_an_ast(elements)
    return " ".join(plain_lines(elements))


def not_an_ast(found: object) -> UnreadableDocument:
    """The error for what is not where pandoc's AST has something else."""
    shown = reprlib.repr(found)
    shown = shown if len(shown) <= 60 else shown[:59] + "…"
    return UnreadableDocument(f"not pandoc's AST: unexpected {shown}", advice="make it with `pandoc --to json`")
