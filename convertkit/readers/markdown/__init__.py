"""Markdown to the rough tree: rendered to HTML and read as HTML, so that raw HTML inside it needs no second reader.

CommonMark and GFM (tables, strikethrough, task lists, autolinks) with footnotes, definition lists and dollar math.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from convertkit.context import ReadContext
from convertkit.metadata import Metadata
from convertkit.readers.characters import IMPOSSIBLE, possible
from convertkit.readers.code_tags import with_fences
from convertkit.readers.html import read_body
from convertkit.readers.markdown.alerts import mark_alerts
from convertkit.readers.markdown.attributes import language_of, use_attributes
from convertkit.readers.markdown.brackets import remember_labels
from convertkit.readers.markdown.east_asian import use_east_asian_emphasis
from convertkit.tree import MAX_DEPTH, Document

_DEEPEST = 2 * MAX_DEPTH
"""Levels of markdown-it's at which nesting ends: a list is two, so that the HTML reader sees what is too deep."""
_BLOCK_MARKS = re.compile(r"(?:[ \t]*(?:>|[-*+][ \t]|[0-9]{1,9}[.)][ \t]))*")

_GUARDED = re.compile(r"(?P<fence>`+)(?!`)(?P<tex>.+)(?<!`)(?P=fence)", re.DOTALL)
"""TeX in backticks, more of them than it holds in a row."""


def read_markdown_body(text: str, metadata: Metadata, context: ReadContext) -> Document:
    """The rough tree of a Markdown text without front matter; raw HTML in it goes through the same filters."""
    html = render_markdown(with_fences(text))
    if "&#" in text and IMPOSSIBLE.search(html):  # the renderer has decoded references
        html = possible(html, context.report)
    return read_body(html, metadata, context, our_own=True)


def render_markdown(text: str) -> str:
    """The HTML of a Markdown text without front matter."""
    return str(_parser().render(text))


class _Parser(MarkdownIt):
    """markdown-it without its own ideas of links.

    It leaves a link that it thinks unsafe as raw text and escapes every target. The HTML reader vets links by one rule
    wherever they come from, and targets stay as the author wrote them.
    """

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802  # markdown-it's signature
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802  # markdown-it's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802  # markdown-it's name
        return link


@cache
def _parser() -> _Parser:
    """The parser, which keeps nothing of a text behind and may be shared by threads."""
    return _new_parser()


def _new_parser() -> _Parser:
    options = {"html": True, "tasklists": True, "strikethrough_single_tilde": True, "maxNesting": _DEEPEST + 2}
    parser = _Parser("commonmark", options)
    use_east_asian_emphasis(parser)
    parser.enable(["table", "strikethrough"])
    use_attributes(parser)
    parser.core.ruler.before("inline", "alerts", mark_alerts)
    parser.use(gfm_autolink_plugin)
    parser.use(footnote_plugin)
    remember_labels(parser)
    parser.core.ruler.before("footnote_tail", "unused_notes", _keep_unused_notes)
    parser.core.ruler.after("inline", "alternatives", _unlinked_alternatives)
    parser.block.ruler.before("table", "too_deep", _flatten)
    parser.use(deflist_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True, renderer=_formula)
    parser.add_render_rule("math_inline_double", _display_in_line)
    parser.add_render_rule("fence", _fence)
    return parser


def _unlinked_alternatives(state: StateCore) -> None:
    """The text of pictures anew without bare addresses, in which the plug-in takes backslashes for a part."""
    for block in state.tokens:
        for token in _pictures(block.children or ()):
            if any(child.info == "auto" and child.markup == "autolink" for child in token.children or ()):
                token.children = _without_addresses().parseInline(token.content, state.env)[0].children


def _pictures(tokens: Sequence[Token]) -> Iterator[Token]:
    return (token for token in tokens if token.type == "image")


@cache
def _without_addresses() -> _Parser:
    parser = _new_parser()
    parser.inline.ruler.disable(["gfm_autolink_www", "gfm_autolink_protocol", "gfm_autolink_email"])
    return parser


def _flatten(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Below `_DEEPEST`, where markdown-it would drop everything: a paragraph for each line, without its marks."""
    if state.level < _DEEPEST or silent:
        return False
    line = start
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        words = _BLOCK_MARKS.sub("", state.getLines(line, line + 1, 0, keepLastLF=False)).strip()
        if words:
            state.push("paragraph_open", "p", 1).map = [line, line + 1]
            inline = state.push("inline", "", 0)
            inline.content, inline.map, inline.children = words, [line, line + 1], []
            state.push("paragraph_close", "p", -1)
        line += 1
    state.line = line
    return True


def _keep_unused_notes(state: StateCore) -> None:
    """Leave what no reference leads to where it stands, as text: notes never used, and a label's second note.

    A note defined within another is put behind it: the plug-in would drop what stands around it.
    """
    used = {label[1:] for label, number in state.env.get("footnotes", {}).get("refs", {}).items() if number >= 0}
    notes: list[Token] = []
    open_notes: list[list[Token]] = [[]]
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            open_notes.append([token])
        elif token.type != "footnote_reference_close":
            open_notes[-1].append(token)
        else:
            opening, *content = open_notes.pop()
            if opening.meta["label"] in used:
                used.discard(opening.meta["label"])
                notes += [opening, *content, token]
            else:
                open_notes[-1] += content
    state.tokens = open_notes[0] + notes


def _fence(renderer: RendererHTML, tokens: Sequence[Token], index: int, *rest: Any) -> str:
    """A code block, or GitHub's ```` ```math ````, which is a formula on a line of its own."""
    tokens[index].info = language_of(tokens[index].info) if "{" in tokens[index].info else tokens[index].info
    if tokens[index].info.strip() != "math":
        return renderer.fence(tokens, index, *rest)
    return f'<p><span class="math display">{_formula(tokens[index].content, {"display_mode": True})}</span></p>\n'


def _display_in_line(_renderer: RendererHTML, tokens: Sequence[Token], index: int, *_rest: object) -> str:
    """`$$…$$` within a paragraph; the plug-in's `div` would end the paragraph."""
    return f'<span class="math display">{_formula(tokens[index].content, {"display_mode": True})}</span>'


def _formula(tex: str, options: Mapping[str, bool]) -> str:
    """A formula between the delimiters that pandoc writes and the HTML reader knows.

    GitHub's ``$`tex`$`` has backticks around what Markdown would else take for markup.
    """
    if (guarded := _GUARDED.fullmatch(tex)) is not None:
        tex = guarded["tex"]
    left, right = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return f"{left}{escape(tex.strip(), quote=False)}{right}"
