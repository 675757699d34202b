"""Markdown to the rough tree: rendered to HTML and read as HTML, so that raw HTML inside it needs no second reader.

CommonMark and GFM (tables, strikethrough, task lists, autolinks) with footnotes, definition lists and dollar math.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from convertkit.context import ReadContext
from convertkit.metadata import Metadata
from convertkit.readers.html import read_body
from convertkit.tree import MAX_DEPTH, Document


def read_markdown_body(text: str, metadata: Metadata, context: ReadContext) -> Document:
    """The rough tree of a Markdown text without front matter; raw HTML in it goes through the same filters."""
    return read_body(_parser().render(text), metadata, context)


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
    options = {"html": True, "tasklists": True, "strikethrough_single_tilde": True, "maxNesting": MAX_DEPTH}
    parser = _Parser("commonmark", options)
    parser.enable(["table", "strikethrough"])
    parser.use(gfm_autolink_plugin)
    parser.use(footnote_plugin)
    parser.use(deflist_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True, renderer=_formula)
    parser.add_render_rule("math_inline_double", _display_in_line)
    parser.add_render_rule("fence", _fence)
    return parser


def _fence(renderer: RendererHTML, tokens: Sequence[Token], index: int, *rest: Any) -> str:
    """A code block, or GitHub's ```` ```math ````, which is a formula on a line of its own."""
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
    if len(tex) > 2 and tex[0] == tex[-1] == "`":
        tex = tex[1:-1]
    left, right = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return f"{left}{escape(tex.strip(), quote=False)}{right}"
