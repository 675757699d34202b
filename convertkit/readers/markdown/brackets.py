"""Which bracket closes a link's label, found once for each bracket of a text.

markdown-it walks from every `[` to its `]` anew, and tries the links in between again: a text of brackets that nothing
closes takes minutes for 100 KB. What a walk learns of the brackets inside is true for every later walk.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination, parseLinkLabel, parseLinkTitle
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_inline

DEEPEST = 32
"""Brackets in brackets from which on none is taken for a link's: each costs five frames of the interpreter's stack."""


@dataclass(frozen=True, slots=True)
class _Label:
    """What is known of the label that a bracket opens, in the text up to `within`."""

    end: int
    """Where its closing bracket stands, -1 if nowhere."""
    holds_link: bool
    within: int


class LabelledState(StateInline):
    """A text that is being read, with the labels found in it."""

    def __init__(self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.labels: dict[int, _Label] = {}
        self.open_labels = 0
        self.holds_spans = "]{" in src
        """Whether there may be words in brackets with attributes behind them."""


def remember_labels(parser: MarkdownIt) -> None:
    """Make a parser whose texts are `LabelledState`s ask `end_of_label`; to be called after the plug-in for notes."""
    vars(parser)["helpers"] = SimpleNamespace(  # declared as the module that it is by default
        parseLinkLabel=end_of_label, parseLinkDestination=parseLinkDestination, parseLinkTitle=parseLinkTitle
    )
    parser.inline.ruler.at("footnote_inline", _inline_note)


def _inline_note(state: StateInline, silent: bool) -> bool:
    """The plug-in's rule, which has its own walk, where a note is closed."""
    begins = state.src.startswith("^[", state.pos)
    return begins and end_of_label(state, state.pos + 1) >= 0 and footnote_inline(state, silent)


def end_of_label(state: StateInline, start: int, without_links: bool = False) -> int:
    """Where the label that the bracket at `start` opens is closed; -1 if nowhere, or if a link must not be in it."""
    if not isinstance(state, LabelledState):
        return parseLinkLabel(state, start, without_links)
    label = _label(state, start)
    return -1 if label.end >= state.posMax or (without_links and label.holds_link) else label.end


def _label(state: LabelledState, start: int) -> _Label:
    known = state.labels.get(start)
    if known is None or (known.end < 0 and known.within < state.posMax):
        known = state.labels[start] = _found_label(state, start)
    return known


def _found_label(state: LabelledState, start: int) -> _Label:
    before, end, holds_link = state.pos, -1, False
    state.pos, state.open_labels = start + 1, state.open_labels + 1
    while state.pos < state.posMax and state.open_labels < DEEPEST:
        at = state.pos
        mark = state.src[at]
        if mark == "]":
            end = at
            break
        state.md.inline.skipToken(state)
        if mark != "[":
            continue
        if state.pos > at + 1:
            holds_link = True
            continue
        inner = _label(state, at)  # a bracket that is text: known, for a link was tried there
        if inner.end < 0:
            break
        holds_link = holds_link or inner.holds_link
        state.pos = inner.end + 1
    state.pos, state.open_labels = before, state.open_labels - 1
    return _Label(end, holds_link, state.posMax)
