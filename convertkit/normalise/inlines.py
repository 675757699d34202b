"""The inlines of a block, taken apart and rebuilt.

Rough inlines are taken apart here into what shows (words, pictures, code ...), each with the marks around it, and gaps:
runs of white space and line breaks. `inline_builder.py` puts them together again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from convertkit.normalise.anchors import Anchors
from convertkit.normalise.inline_builder import Breaks, InlineBuilder, Marks, Piece, Simple
from convertkit.normalise.whitespace import BLANKS, collapse, has_clean_inside, is_blank
from convertkit.tree import (
    NO_ATTR,
    Block,
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
    Ruby,
    SmallCaps,
    SoftBreak,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Text,
    Underline,
)
from convertkit.walk import plain_text

_SIMPLE: Mapping[type, Simple] = {
    kind: kind(()) for kind in (Emph, Strong, Underline, Strikeout, Superscript, Subscript, SmallCaps)
}
_RAISED = (Superscript, Subscript)  # raised within raised is higher; all other simple marks say nothing twice


@dataclass(frozen=True, slots=True)
class InlineCleaner:
    """What rebuilding needs to know: which anchors to keep, and how to clean the blocks of a note."""

    anchors: Anchors
    clean_note: Callable[[tuple[Block, ...], Anchors], tuple[Block, ...]]

    def pieces(self, inlines: tuple[Inline, ...], breaks: Breaks = Breaks.PART) -> list[Piece]:
        """The paragraphs that the inlines of one block make; none if nothing in it shows."""
        builder = InlineBuilder(breaks)
        _Taker(self, builder, breaks).take_all(inlines, ())
        return builder.finish()

    def line(self, inlines: tuple[Inline, ...], breaks: Breaks = Breaks.STAY) -> tuple[Inline, ...]:
        """Inlines that stay in one piece."""
        if not inlines or is_clean_line(inlines):
            return inlines
        pieces = self.pieces(inlines, breaks)
        content = pieces[0].content if pieces else ()
        return inlines if content == inlines else content


@dataclass(frozen=True, slots=True)
class _Taker:
    """Takes inlines apart, into a builder."""

    _cleaner: InlineCleaner
    _builder: InlineBuilder
    _breaks: Breaks

    def take_all(self, inlines: Iterable[Inline], marks: Marks) -> None:
        for inline in inlines:
            if isinstance(inline, Text):
                self._take_text(inline.text, marks)
            else:
                self._take(inline, marks)

    def _take(self, inline: Inline, marks: Marks) -> None:
        match inline:
            case Text():
                self._take_text(inline.text, marks)
            case SoftBreak():
                self._builder.gap(marks).blanks += "\n"
            case LineBreak():
                self._take_break(marks)
            case Emph() | Strong() | Underline() | Strikeout() | Superscript() | Subscript() | SmallCaps():
                self._take_simple(inline, marks)
            case Link() | Span():
                self._take_element(inline, marks)
            case Quoted():
                self.take_all(inline.content, (*marks, Quoted((), inline.kind)))
            case Code() | Math() | RawInline():
                self._take_verbatim(inline, marks)
            case Cite() | Image() | Note() | Ruby():
                self._take_compound(inline, marks)
            case _:
                assert_never(inline)

    def _take_text(self, text: str, marks: Marks) -> None:
        word = text.strip(BLANKS)
        if is_blank(word):
            if text:
                self._builder.gap(marks).blanks += text
            return
        start = text.index(word[0])  # the first character of the word is no blank, so it is found no earlier
        if start:
            self._builder.gap(marks).blanks += text[:start]
        self._builder.say(collapse(word), marks)
        if start + len(word) < len(text):
            self._builder.gap(marks).blanks += text[start + len(word) :]

    def _take_break(self, marks: Marks) -> None:
        gap = self._builder.gap(marks)
        if self._breaks is Breaks.SPACE:
            gap.blanks += " "
        else:
            gap.breaks += 1
            gap.blanks = ""

    def _take_simple(self, inline: Simple, marks: Marks) -> None:
        kind = inline.__class__
        if isinstance(inline, Underline) and _is_fill_in(inline):
            self._builder.put(inline, marks)
        elif kind not in _RAISED and any(mark.__class__ is kind for mark in marks):
            self.take_all(inline.content, marks)
        else:
            self.take_all(inline.content, (*marks, _SIMPLE[kind]))

    def _take_element(self, inline: Link | Span, marks: Marks) -> None:
        before = self._builder.shown
        shell: Link | Span = Span((), inline.attr)
        if isinstance(inline, Link):
            shell = Link((), inline.target, inline.title, inline.attr)
        says_nothing = isinstance(shell, Span) and (shell.attr == NO_ATTR or (not shell.attr.id and shell in marks))
        self.take_all(inline.content, marks if says_nothing else (*marks, shell))
        if self._builder.shown == before:
            anchors = self._cleaner.anchors.for_id(inline.attr.id)
            if anchors:
                self._builder.gap(marks).anchors.extend(anchors)

    def _take_verbatim(self, inline: Code | Math | RawInline, marks: Marks) -> None:
        if not inline.text:
            return
        if isinstance(inline, Code):
            self._builder.say(inline.text, marks, inline.attr)
        else:
            self._builder.put(inline, marks)

    def _take_compound(self, inline: Cite | Image | Note | Ruby, marks: Marks) -> None:
        match inline:
            case Cite():
                before = self._builder.shown
                self.take_all(inline.content, (*marks, Cite(inline.citations, ())))
                if self._builder.shown == before:  # a citation without words is for a citation processor to fill
                    self._builder.put(Cite(inline.citations, ()), marks)
            case Image():
                alt = self._cleaner.line(inline.content, Breaks.SPACE)
                if inline.target or alt:
                    self._builder.put(inline if alt is inline.content else replace(inline, content=alt), marks)
            case Note():
                content = self._cleaner.clean_note(inline.content, self._cleaner.anchors)
                if content:
                    self._builder.put(inline if content is inline.content else replace(inline, content=content), marks)
            case Ruby():
                self._take_ruby(inline, marks)
            case _:
                assert_never(inline)

    def _take_ruby(self, inline: Ruby, marks: Marks) -> None:
        base, text = self._cleaner.line(inline.base), self._cleaner.line(inline.text)
        if not base or not text:
            self.take_all(base or text, marks)
            return
        before, after = plain_text(inline.base), plain_text(base)
        if before[:1].isspace() and not after[:1].isspace():  # the line lost its space, the sentence must not
            self._builder.gap(marks).blanks += " "
        self._builder.put(Ruby(base, text), marks)
        if before[-1:].isspace() and not after[-1:].isspace():
            self._builder.gap(marks).blanks += " "


def is_clean_line(inlines: tuple[Inline, ...], outer: tuple[type, ...] = ()) -> bool:
    """Whether rebuilding would give the same again; False may mean "perhaps": ordinary paragraphs are seen quickly."""
    previous: type | None = None
    text = ""
    for inline in inlines:
        kind = inline.__class__
        if kind is previous:
            return False
        if isinstance(inline, Text):
            text = inline.text
            if not has_clean_inside(text) or (previous is None and text[0] == " "):
                return False
        elif kind in outer or not _is_clean_inline(inline, (*outer, kind)):
            return False
        previous = kind
    return previous is not None and not (previous is Text and text[-1] == " ")


def _is_clean_inline(inline: Inline, outer: tuple[type, ...]) -> bool:
    match inline:
        case Strong() | Emph() | Link() | Underline() | Strikeout() | Superscript() | Subscript():
            return is_clean_line(inline.content, outer)
        case Span():
            return inline.attr != NO_ATTR and is_clean_line(inline.content, outer)
        case Code():
            return inline.text != ""
        case Image():
            return inline.target != "" and (not inline.content or is_clean_line(inline.content))
        case _:
            return False


def _is_fill_in(inline: Underline) -> bool:
    """Whether it is a blank to be filled in by hand (姓名：＿＿＿), typed as several underlined blanks."""
    match inline.content:
        case (Text(text=text),):
            return len(text) > 1 and is_blank(text) and not text.strip("\u00a0\u2002\u2003\u3000")
        case _:
            return False
