"""What a filter removed, found by comparing a document's texts before and after."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from convertkit.losses import Removed, Report
from convertkit.tree import CodeBlock, Document, Header, Image, LineBlock, Para, Plain, RawBlock
from convertkit.walk import Node, plain_text, query

_WORD = re.compile(r"[^\W\u2e80-\U0003ffff]+|\S")
"""A word of an alphabetic script, or one character of any other or of punctuation."""
_MOST_WORDS = 2_000
"""Beyond this `difflib`, whose time grows with the square, is not asked which words of a text went."""


def report_removed(rule: str, before: Document, after: Document, report: Report) -> None:
    """Report each text and picture of a document that the document after a filter holds no more."""
    if after is before:
        return
    texts = list(query(before, _text))
    for index, text in removed_texts(texts, list(query(after, _text))):
        report(Removed(f"text {index + 1} of {len(texts)}", rule, text))


def _text(node: Node) -> str | None:
    """What a node shows, if it is a leaf block or a picture."""
    match node:
        case Para() | Plain() | Header() | LineBlock():
            return plain_text((node,))
        case CodeBlock() | RawBlock():
            return node.text
        case Image():
            return f"[image {node.target}]"
        case _:
            return None


def removed_texts(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The texts of `before` that `after` does not hold, with their index.

    A text that only moved, or whose words stand in other texts now, is not removed; of a text that was changed, the
    words that went are named, with `…` where others stood between them.
    """
    left = Counter(after)
    gone = []
    for index, text in enumerate(before):
        if left[text]:
            left[text] -= 1
        elif text:
            gone.append((index, text))
    if not gone:
        return
    if not (fresh := [text for text in after if text and _take(left, text)]):
        yield from gone
        return
    yield from _missing_words(gone, fresh)


def _take(left: Counter[str], text: str) -> bool:
    left[text] -= 1
    return left[text] >= 0


def _missing_words(gone: list[tuple[int, str]], fresh: list[str]) -> Iterator[tuple[int, str]]:
    """The parts of the texts that went whose words are not in the texts that came."""
    new = [word for text in fresh for word in _WORD.findall(text)]
    old = [found for _, text in gone for found in _WORD.finditer(text)]
    if len(new) > _MOST_WORDS or len(old) > _MOST_WORDS:
        yield from _missing_texts(gone, new)
        return
    matcher = SequenceMatcher(None, [found[0] for found in old], new, autojunk=False)
    missing = [(start, end) for tag, start, end, _, _ in matcher.get_opcodes() if tag in ("delete", "replace")]
    first = 0
    for index, text in gone:
        last = first + len(_WORD.findall(text))
        parts = [
            text[old[max(start, first)].start() : old[min(end, last) - 1].end()]
            for start, end in missing
            if start < last and end > first
        ]
        if parts:
            yield index, " … ".join(parts)
        first = last


def _missing_texts(gone: list[tuple[int, str]], new: list[str]) -> Iterator[tuple[int, str]]:
    """The texts that hold a word which the new texts do not hold as often."""
    left = Counter(new)
    for index, text in gone:
        words = Counter(_WORD.findall(text))
        if words - left:
            yield index, text
        left -= words
