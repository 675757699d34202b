"""Inlines rebuilt: puts what shows back under its marks, with gaps between, and parts paragraphs at line breaks.

Two neighbours under the same mark stay under one; thereby adjacent equal marks are joined, one-word-per-span markup
becomes plain text, and marks with nothing in them vanish. A gap stands under the marks that it and both its neighbours
share; thereby white space leaves the edges of marks, collapses across them, and goes where a block begins or ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias, assert_never

from convertkit.normalise.whitespace import collapse_between, is_indent
from convertkit.tree import (
    Attr,
    Cite,
    Code,
    Emph,
    Inline,
    LineBreak,
    Link,
    Quoted,
    Ruby,
    SmallCaps,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Text,
    Underline,
)
from convertkit.walk import plain_text

Simple: TypeAlias = Emph | Strong | Underline | Strikeout | Superscript | Subscript | SmallCaps
Mark: TypeAlias = Simple | Quoted | Cite | Link | Span
Marks: TypeAlias = tuple[Mark, ...]
"""The marks around something, from the outside in, each without its content."""

_UNBROKEN = (Quoted, Cite)  # halves of a quotation would each be given quotation marks


class Breaks(Enum):
    """What becomes of line breaks."""

    PART = "two in a row part paragraphs, so does one before a typed indent; others stay"
    PART_ALL = "each parts paragraphs"
    STAY = "they stay, one where several stood"
    SPACE = "each is a space"


@dataclass(frozen=True, slots=True)
class Piece:
    """The inlines of one paragraph; `indent` tells that blanks before its first word were typed to indent it."""

    content: tuple[Inline, ...]
    indent: bool


@dataclass(slots=True)
class Gap:
    """What lies between two things that show: blanks, or line breaks with the blanks after the last; and anchors."""

    marks: Marks
    blanks: str = ""
    breaks: int = 0
    anchors: list[Span] = field(default_factory=list)


class InlineBuilder:
    """The state of rebuilding one block."""

    def __init__(self, breaks: Breaks) -> None:
        self.shown = 0
        """How many things that show have been put."""
        self._breaks = breaks
        self._pieces: list[Piece] = []
        self._indent = False
        self._gap: Gap | None = None
        self._before = ""  # the character that was put last, empty if it was none
        self._open: list[Mark] = []
        self._open_content: list[list[Inline]] = [[]]  # what stands in the block and in each open mark
        self._words: list[str] = []  # not yet in `_open_content`
        self._verbatim: Attr | None = None  # the words are code with these attributes
        self._spent: dict[int, tuple[Mark, Marks]] = {}  # marks that were parted, by `id`: an identifier stands once

    def gap(self, marks: Marks) -> Gap:
        """The gap at which we are, to add to, now under the marks that all of it shares with these."""
        marks = self._unspent(marks)
        if self._gap is None:
            self._gap = Gap(marks)
        else:
            self._gap.marks = marks[: _shared(self._gap.marks, marks)]
        return self._gap

    def put(self, inline: Inline, marks: Marks) -> None:
        """Put an inline as it is."""
        text = plain_text(inline.base) if isinstance(inline, Ruby) else ""
        self._arrive(marks, text)
        self._end_words()
        self._open_content[-1].append(inline)

    def say(self, words: str, marks: Marks, verbatim: Attr | None = None) -> None:
        """Put words, which may go on what was said before: running text, or code with these attributes."""
        self._arrive(marks, words)
        self._say(words, verbatim)

    def _say(self, words: str, verbatim: Attr | None = None) -> None:
        if verbatim != self._verbatim:
            self._end_words()
            self._verbatim = verbatim
        self._words.append(words)

    def _end_words(self) -> None:
        if self._words:
            words = "".join(self._words)
            self._open_content[-1].append(Text(words) if self._verbatim is None else Code(words, self._verbatim))
            self._words.clear()
        self._verbatim = None

    def _arrive(self, marks: Marks, text: str) -> None:
        """Settle the gap before something that shows, or this text, and open its marks."""
        if self._gap is not None:
            self._settle(self._gap, self._unspent(marks), text[:1])
            self._gap = None
        self._before = text[-1:]
        self.shown += 1
        self._enter(self._unspent(marks))

    def _settle(self, gap: Gap, marks: Marks, after: str) -> None:
        shared = min(_shared(self._open, gap.marks), _shared(gap.marks, marks))
        if not self.shown:
            self._indent = is_indent(gap.blanks)
        elif gap.breaks and self._parts(gap, gap.marks[:shared]):
            self._end_piece()
            self._indent = is_indent(gap.blanks)
            shared = 0
        elif gap.breaks:
            self._enter(gap.marks[:shared])
            self._end_words()
            self._open_content[-1].append(LineBreak())
        elif space := collapse_between(self._before, gap.blanks, after):
            self._enter(gap.marks[:shared])
            self._say(space)
        self._put_anchors(gap, shared)

    def _parts(self, gap: Gap, marks: Marks) -> bool:
        match self._breaks:
            case Breaks.PART:
                wanted = gap.breaks > 1 or is_indent(gap.blanks)
            case Breaks.PART_ALL:
                wanted = True
            case Breaks.STAY | Breaks.SPACE:
                wanted = False
            case _:
                assert_never(self._breaks)
        return wanted and not any(isinstance(mark, _UNBROKEN) for mark in marks)

    def _put_anchors(self, gap: Gap, shared: int) -> None:
        if gap.anchors:
            self._enter(gap.marks[:shared])
            self._end_words()
            self._open_content[-1].extend(gap.anchors)

    def _enter(self, marks: Marks) -> None:
        """Close and open marks until just these are open."""
        shared = _shared(self._open, marks)
        if shared == len(self._open) == len(marks):
            return
        self._end_words()
        while len(self._open) > shared:
            content = tuple(self._open_content.pop())
            self._open_content[-1].append(_filled(self._open.pop(), content))
        for mark in marks[shared:]:
            self._open.append(mark)
            self._open_content.append([])

    def _end_piece(self) -> None:
        for mark in self._open:
            if isinstance(mark, Link | Span) and mark.attr.id:
                rest = replace(mark, attr=replace(mark.attr, id=""))
                self._spent[id(mark)] = (mark, () if rest == Span(()) else (rest,))
        self._enter(())
        self._end_words()
        self._pieces.append(Piece(tuple(self._open_content[0]), self._indent))
        self._open_content = [[]]

    def _unspent(self, marks: Marks) -> Marks:
        if not self._spent:
            return marks
        return tuple(rest for mark in marks for rest in self._spent.get(id(mark), (mark, (mark,)))[1])

    def finish(self) -> list[Piece]:
        """The paragraphs; none if nothing was put."""
        if self._gap is not None:
            self._put_anchors(self._gap, _shared(self._open, self._gap.marks) if self.shown else 0)
        self._enter(())
        self._end_words()
        if self._open_content[0]:
            self._end_piece()
        return self._pieces


def _shared(one: list[Mark] | Marks, other: Marks) -> int:
    """How many marks two things share, from the outside in."""
    count = 0
    for mark, other_mark in zip(one, other, strict=False):
        if mark is not other_mark and not (mark == other_mark and _joins(mark)):
            break
        count += 1
    return count


def _joins(mark: Mark) -> bool:
    """Whether two neighbours under equal marks are under one: not what shows its edges, nor what has an identifier."""
    match mark:
        case Quoted() | Cite():
            return False
        case Link() | Span():
            return not mark.attr.id
        case _:
            return True


def _filled(mark: Mark, content: tuple[Inline, ...]) -> Inline:
    match mark:
        case Link():
            return Link(content, mark.target, mark.title, mark.attr)
        case Span():
            return Span(content, mark.attr)
        case Quoted():
            return Quoted(content, mark.kind)
        case Cite():
            return Cite(mark.citations, content)
        case _:
            return mark.__class__(content)
