"""Whether a post's body is HTML or Markdown, told by looking.

Markdown may hold raw HTML, and HTML may hold lines that look like Markdown, above all in listings. What tells is the
text outside of every block element: Markdown has paragraphs there, set apart by blank lines, and HTML has next to
nothing. So a body is HTML that begins with a block element, unless

- a piece of text outside of all blocks is marked up as Markdown, be it with one `*`;
- or plain text outside of all blocks makes up more than a tenth: read as HTML, its paragraphs would run together.

A body that begins with text is HTML only if its lines end with `<br>` or go on in elements: if none of its text stands
outside of all blocks, and tags outnumber what looks like Markdown. In doubt a body is Markdown, because Markdown with
HTML in it can be read as such, and HTML with Markdown in it cannot.
"""

from __future__ import annotations

import re

from convertkit.readers.block_tags import BLOCK_TAGS

_BLOCKS = BLOCK_TAGS | {"audio", "font", "head", "iframe", "link", "meta", "script", "style", "title", "video"}
"""Blocks, what else begins an HTML block in Markdown (CommonMark 4.6, kinds 1 and 6), media, old feeds' `<font>`."""

_BEGINS = re.compile(r"\s*<(?:!doctype|\?xml|!--|/?(?P<name>[a-z][a-z0-9]*)\b)", re.IGNORECASE)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)\b[^<>]*?(?P<empty>/?)>")
_VERBATIM = re.compile(
    r"<(pre|script|style|textarea|svg|math)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n`]*\n.*?^ {0,3}\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")

_MARKS = re.compile(r"\n(?:[#*+>|~=-]|`{3}|[0-9]+[.)] |!\[|[ \t]*\n[^<\s&])")
"""Markdown that begins with a block element has one of these, or is that element alone."""
_MARKDOWN_BLOCK = re.compile(
    r"\A {0,3}(?:\#{1,6}(?:[ \t]|$)|[-*+][ \t]+\S|[0-9]{1,9}[.)][ \t]+\S|>|\||!\[|\[[^\]]+\]:)"
    r"|^\S[^\n]*\n(?:=+|-+)[ \t]*$",
    re.MULTILINE,
)
_MARKDOWN_INLINE = re.compile(r"\]\(|\[\^|`|~~|(?<![\w*])\*{1,3}[^\s*]|(?<!\w)_{1,3}[^\W_]")
_HEADING = re.compile(r"\s*\#{1,6} \S")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_EMPTY = frozenset(["hr", "link", "meta"])
"""Blocks without an end."""
_INSIDE = frozenset(["caption", "dd", "dt", "li", "tbody", "td", "tfoot", "th", "thead", "tr"])
"""What stands inside another block anyway, and may leave out its end (HTML standard 13.1.2.4)."""
_BLOCK = "\x01"
"""What stands for a block in the text around it; decoding has removed it from texts."""

_LOOKED_AT = 50_000
"""Characters that are enough to tell."""
_PLAIN_SHARE = 0.1
"""The share of plain text outside of all blocks that HTML may have."""


def looks_like_html(text: str) -> bool:
    """Whether a body is HTML rather than Markdown. A body without tags is Markdown."""
    text = text[:_LOOKED_AT]
    if "<" not in text:
        return False
    begin = _BEGINS.match(text)
    begins_as_html = begin is not None and (begin["name"] or "div").lower() in _BLOCKS
    if begins_as_html and not _MARKS.search(text):
        return True
    text = _VERBATIM.sub("", _CODE.sub("`", _FENCED.sub("\n```\n", text)))
    if begins_as_html and not _MARKS.search(text):
        return True  # it was in listings
    outside = _outside(text)
    chunks = list(filter(_stands_alone, _BLANK_LINES.split(outside)))
    if begins_as_html:
        plain = sum(map(len, chunks))
        return not any(map(_is_marked_up, chunks)) and plain <= _PLAIN_SHARE * len(text)
    if chunks or _HEADING.match(text):
        return False
    marks = (
        outside.count("](")
        + outside.count("**")
        + sum(_MARKDOWN_BLOCK.search(chunk) is not None for chunk in _BLANK_LINES.split(outside))
    )
    return 0 < _count_tags(text) >= 2 * marks


def _outside(text: str) -> str:
    """The text outside of block elements, each of which leaves a mark."""
    kept: list[str] = []
    depth, in_paragraph, start = 0, False, 0
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if name not in _BLOCKS:
            continue
        if not depth and not in_paragraph:
            kept.append(text[start : tag.start()])
        kept.append(_BLOCK)
        start = tag.end()
        in_paragraph = name == "p" and not tag["end"]  # any other block ends a paragraph that nothing has ended
        if name == "p" or name in _EMPTY or name in _INSIDE or tag["empty"]:
            continue
        depth = max(depth - 1, 0) if tag["end"] else depth + 1
    if not depth and not in_paragraph:
        kept.append(text[start:])
    return "".join(kept)


def _stands_alone(chunk: str) -> bool:
    """Whether what stands between two blank lines is text of its own, as a paragraph of Markdown is."""
    return chunk != "" and chunk[0] not in "< \t\n&" and _BLOCK not in chunk and "<br" not in chunk.lower()


def _is_marked_up(chunk: str) -> bool:
    return _MARKDOWN_BLOCK.search(chunk) is not None or _MARKDOWN_INLINE.search(chunk) is not None


def _count_tags(text: str) -> int:
    return sum(tag["name"].lower() in _BLOCKS or tag["name"].lower() == "br" for tag in _TAG.finditer(text))
