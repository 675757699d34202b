"""Formulas set apart in the midst of a paragraph, which GitHub reads only in a fence if Markdown could change them."""

from __future__ import annotations

from convertkit.tree import Inline, LineBreak, Math, SoftBreak, Text
from convertkit.writers.markdown.inlines import is_plain_math


def around_formulas(content: tuple[Inline, ...]) -> list[tuple[Inline, ...] | Math]:
    """The formulas set apart that need a fence, and what stands before, between and behind; none without such."""
    fenced = [
        index
        for index, inline in enumerate(content)
        if isinstance(inline, Math) and inline.kind == "DisplayMath" and not is_plain_math(inline.text)
    ]
    parts: list[tuple[Inline, ...] | Math] = []
    for start, end in zip((-1, *fenced), (*fenced, len(content)), strict=True) if fenced else ():
        parts += [trimmed] if (trimmed := _trimmed(content[start + 1 : end])) else []
        parts += [formula] if end < len(content) and isinstance(formula := content[end], Math) else []
    return parts


def _trimmed(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Inlines without the spaces and line breaks at their edges."""
    inlines = list(content)
    while inlines and (isinstance(inlines[0], LineBreak | SoftBreak) or inlines[0] == Text(" ")):
        inlines.pop(0)
    while inlines and (isinstance(inlines[-1], LineBreak | SoftBreak) or inlines[-1] == Text(" ")):
        inlines.pop()
    if inlines and isinstance(first := inlines[0], Text):
        inlines[0] = Text(first.text.removeprefix(" "))
    if inlines and isinstance(last := inlines[-1], Text):
        inlines[-1] = Text(last.text.removesuffix(" "))
    return tuple(inlines)
