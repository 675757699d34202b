"""Emphasis beside East Asian punctuation: `**加粗：**后文`, `他说**“好”**了`, as people who write so mean it.

CommonMark tells opening from closing delimiters by the spaces that Western text has around its punctuation (6.2). The
"CJK-friendly emphasis" amendment (markdown-cjk-friendly) says what to do without: East Asian punctuation is a letter to
the delimiter inside it, and an East Asian character outside is as good as a space. Nothing else changes.
"""

from __future__ import annotations

import unicodedata

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

from convertkit.readers.markdown.brackets import LabelledState

_FIRST_PICTOGRAPH = "\U0001f000"
"""Emoji are wide too; from here on symbols are no East Asian text."""


def use_east_asian_emphasis(parser: MarkdownIt) -> None:
    """Make the parser read `*` and `~` so; `_` needs a space or punctuation outside in any script."""
    inline = _Inline()
    inline.ruler, inline.ruler2 = parser.inline.ruler, parser.inline.ruler2
    parser.inline = inline


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = (LabelledState if src.isascii() else _State)(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(LabelledState):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803  # markdown-it's names
        scanned = super().scanDelims(start, canSplitWord)
        if not canSplitWord or (scanned.can_open and scanned.can_close):
            return scanned
        end = start + scanned.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if not (_is_east_asian(before) or _is_east_asian(after)):
            return scanned
        return Scanned(_is_flanking(after, before), _is_flanking(before, after), scanned.length)


def _is_flanking(inner: str, outer: str) -> bool:
    """Whether a delimiter between these two characters opens (or closes) towards `inner`."""
    if isWhiteSpace(ord(inner)):
        return False
    if not _is_punctuation(inner) or _is_east_asian(inner):
        return True
    return isWhiteSpace(ord(outer)) or _is_punctuation(outer) or _is_east_asian(outer)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _is_east_asian(character: str) -> bool:
    if character < "\u1100" or unicodedata.east_asian_width(character) not in "WFH":
        return False
    return character < _FIRST_PICTOGRAPH or unicodedata.category(character) != "So"
