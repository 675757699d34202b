"""Whether a post's body is HTML or Markdown, told by looking.

Markdown may hold raw HTML, and HTML may hold lines that look like Markdown, above all in listings. So this is a vote:

- for HTML: tags of block elements, and `<br>`;
- for Markdown: lines that begin as Markdown's blocks do (headings, items, quotations, fences, tables), links and
  images, and paragraphs of text set apart by blank lines. What stands inside `<pre>`, `<script>`, `<style>` or a
  comment has no vote, nor has a line inside an HTML block (CommonMark 4.6: it ends with a blank line).

A body that begins with a block element is HTML unless Markdown has more votes; any other needs twice Markdown's.
"""

from __future__ import annotations

import re

from convertkit.readers.block_tags import BLOCK_TAGS

_BLOCKS = BLOCK_TAGS | {"audio", "font", "head", "iframe", "link", "meta", "script", "style", "title", "video"}
"""Blocks, what else begins an HTML block in Markdown (CommonMark 4.6, kinds 1 and 6), media, old feeds' `<font>`."""

_BEGINS = re.compile(r"\s*<(?:!doctype|\?xml|!--|/?(?P<name>[a-z][a-z0-9]*)\b)", re.IGNORECASE)
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_VERBATIM = re.compile(r"<(pre|script|style|textarea|svg|math)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_FENCED = re.compile(r"^(`{3,}|~{3,})[^\n`]*\n.*?^\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)

_MARKS = re.compile(r"\n(?:[#*+>|~=-]|`{3}|[0-9]+[.)] |!\[|[ \t]*\n[^<\s&])")
"""Markdown that begins with a block element has one of these, or is that element alone."""
_MARKDOWN_BLOCK = re.compile(
    r" {0,3}(?:\#{1,6}(?:[ \t]|$)|[-*+][ \t]+\S|[0-9]{1,9}[.)][ \t]+\S|>|\||!\[|\[[^\]]+\]:)"
    r"|\S[^\n]*\n(?:=+|-+)[ \t]*$",
    re.MULTILINE,
)
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")

_LOOKED_AT = 50_000
"""Characters that are enough to tell."""


def looks_like_html(text: str) -> bool:
    """Whether a body is HTML rather than Markdown. A body without tags is Markdown."""
    text = text[:_LOOKED_AT]
    if "<" not in text:
        return False
    begin = _BEGINS.match(text)
    begins_as_html = begin is not None and (begin["name"] or "div").lower() in _BLOCKS
    if begins_as_html and not _MARKS.search(text):
        return True
    text, fences = _FENCED.subn("\n", _VERBATIM.sub("", text))
    html = sum(name.lower() in _BLOCKS or name in ("br", "BR") for name in _TAG_NAME.findall(text))
    markdown = 2 * fences + _markdown_votes(text)
    return html >= markdown if begins_as_html else html > 0 and html >= 2 * markdown


def _markdown_votes(text: str) -> int:
    return text.count("](") + sum(map(_is_markdown, _BLANK_LINES.split(text)))


def _is_markdown(chunk: str) -> bool:
    """Whether what stands between two blank lines begins as one of Markdown's blocks, a paragraph included."""
    if _MARKDOWN_BLOCK.match(chunk):
        return True
    return chunk != "" and chunk[0] not in "< \t\n&" and "<br" not in chunk
