"""Tags by which generators link posts (Hexo's `post_link`, Jekyll's `post_url`) as links to a file's name.

Hexo: `{% post_link rain "A title" %}` stands in the text. Jekyll: `{% post_url 2022-04-15-rain %}` stands in a target,
`[words]({% post_url 2022-04-15-rain %}#end)`, which is no link for CommonMark, because of its spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote

from convertkit.tree import Document, Inline, Link, Text
from convertkit.walk import Node, Rewrite, walk

BY_NAME = "post:"
"""The scheme of targets that name a post by its file: no reader lets an input's own such target through."""

_IN_TEXT = re.compile(
    r"\{%-?\s*post_link\s+(?P<post_link>\"[^\"]*\"|'[^']*'|[^\s%]+)(?P<title>[^%]*?)-?%\}"
    r"|\[(?P<words>[^\]]*)\]\((?:\{\{[^}]*\}\})?\{%-?\s*(?:post_url|link)\s+(?P<post_url>[^\s%]+)\s*-?%\}(?P<rest>[^\s)]*)\)"
)
_IN_TARGET = re.compile(r"\{%-?\s*(?:post_url|post_link|link)\s+(\"[^\"]*\"|'[^']*'|[^\s%]+)[^%]*%\}(#.*)?")
_FLAGS = re.compile(r"\s+(?:true|false)\s*$")
_QUOTES = "\"'“”‘’"


def may_have_tags(text: str, targets: Iterable[str]) -> bool:
    """Whether a document with this text and these links' targets may have tags: most have none, and need no walk."""
    return "{%" in text or any("{%" in target or "%7B%25" in target.upper() for target in targets if "%" in target)


def link_generator_tags(document: Document) -> Document:
    """The document with links for tags."""
    return walk(document, _linked)


def _linked(node: Node) -> Rewrite:
    match node:
        case Text(text) if "{%" in text:
            return tuple(_pieces(text))
        case Link(target=target) if (found := _IN_TARGET.search(unquote(target))) is not None:
            return replace(node, target=BY_NAME + found[1].strip(_QUOTES) + (found[2] or ""))
        case _:
            return node


def _pieces(text: str) -> list[Inline]:
    pieces: list[Inline] = []
    end = 0
    for found in _IN_TEXT.finditer(text):
        if found.start() > end:
            pieces.append(Text(text[end : found.start()]))
        end = found.end()
        if found["post_url"]:
            pieces.append(Link((Text(found["words"]),), BY_NAME + found["post_url"] + found["rest"]))
        else:
            name = found["post_link"].strip(_QUOTES)
            title = _FLAGS.sub("", found["title"]).strip().strip(_QUOTES)
            pieces.append(Link((Text(title or name),), BY_NAME + name))
    if end < len(text):
        pieces.append(Text(text[end:]))
    return pieces
