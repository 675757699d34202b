"""Attributes in braces, as pandoc, kramdown and Hugo write them: `{#id .class key="value"}` and `{: .class }`.

They stand behind a fence, a heading, a link, a picture, code or `[words]`, or on a line of their own below a block.
What a document can hold of them is kept (identifiers, the sizes of pictures, languages), and no brace stays among the
words. Braces that hold anything else are text. (pandoc, User's Guide, "Header identifiers", `bracketed_spans`,
`link_attributes`; kramdown, "Inline Attribute Lists"; knitr's chunk options behind ```` ```{r ````.)
"""

from __future__ import annotations

import re
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from convertkit.readers.markdown.brackets import LabelledState

_WORD = r"""(?:\#[\w:.-]+|\.[\w:-]+|[A-Za-z][\w:-]*=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}]+))"""
_LIST = rf"\{{:?[ ]*{_WORD}(?:[ ]*{_WORD})*[ ]*\}}"
_BEHIND = re.compile(_LIST)
_AT_END = re.compile(rf"(?:^|[ ]+){_LIST}[ ]*\Z")
_OWN_LINE = re.compile(rf"(?:^|\n)(?:{_LIST}|\{{:[^{{}}\n]*\}})[ ]*\Z")
_WHERE = {"heading_open": _AT_END, "paragraph_open": _OWN_LINE}
_PART = re.compile(_WORD)
_LANGUAGE_IN_BRACES = re.compile(r"\{\s*(?:=|[#][\w:.-]+\s+)?\.?(?P<name>[\w+#-]+)?")
_BRACES_BEHIND = re.compile(r"(?P<name>[^\s{}]+)\s*\{.*\}\Z")
_MARKDOWN_INSIDE = re.compile(
    r"\s*(?P<open><(?P<tag>[A-Za-z]+)\b[^<>]*\bmarkdown=[\"']?(?:1|block|span)\b[\"']?[^<>]*>)(?P<inner>.*?)"
    r"(?P<close></(?P=tag)>\s*)?\Z",
    re.DOTALL,
)
_HAVE_ATTRIBUTES = frozenset({"link_close", "image", "code_inline", "em_close", "strong_close", "span_close"})
_TAGS = {"kbd": "kbd", "mark": "mark", "small": "small", "underline": "u", "ul": "u"}
_KEPT = frozenset({"id", "lang", "dir", "width", "height"})


def use_attributes(parser: MarkdownIt) -> None:
    """Make the parser read attributes in braces."""
    parser.core.ruler.after("block", "attributes", _read_of_blocks)
    parser.inline.ruler.before("link", "bracketed_span", _read_span)
    parser.inline.ruler.push("attributes", _read_behind)


def language_of(info: str) -> str:
    """The language that stands behind a fence, without braces: of `{.python .x}`, `{r, echo=FALSE}`, `go {hl=1}`."""
    info = unescape(info).strip()
    if info.startswith("{") and (found := _LANGUAGE_IN_BRACES.match(info)) is not None:
        return found["name"] or ""
    return found["name"] if (found := _BRACES_BEHIND.match(info)) is not None else info


def _parsed(braces: str) -> dict[str, str]:
    """Attributes by name; the classes as `class`."""
    attributes: dict[str, str] = {}
    for word in _PART.findall(braces):
        if word[0] == "#":
            attributes["id"] = word[1:]
        elif word[0] == ".":
            attributes["class"] = f"{attributes.get('class', '')} {word[1:]}".strip()
        else:
            key, _, value = word.partition("=")
            attributes[key] = value.strip("\"'")
    return attributes


def _give(token: Token, braces: str) -> None:
    for key, value in _parsed(braces).items():
        if key in _KEPT:
            token.attrSet(key, value)


def _read_of_blocks(state: StateCore) -> None:
    """Attributes at the end of headings and on the line below a block; Markdown in `<div markdown="1">`."""
    if "{" not in state.src and "markdown=" not in state.src:
        return
    tokens: list[Token] = []
    for token in state.tokens:
        if token.type == "html_block" and (found := _MARKDOWN_INSIDE.match(token.content)) is not None:
            tokens += _opened(token, found, state)
            continue
        tokens.append(token)
        if token.type == "inline" and len(tokens) > 1 and token.content.rstrip(" ").endswith("}"):
            pattern = _WHERE.get(tokens[-2].type)
            if pattern is not None and (found := pattern.search(token.content)) is not None:
                token.content = token.content[: found.start()]
                _give(tokens[-2], found[0])
    state.tokens = _without_empty(tokens)


def _opened(token: Token, found: re.Match[str], state: StateCore) -> list[Token]:
    inner: list[Token] = []
    state.md.block.parse(found["inner"], state.md, state.env, inner)
    opening, closing = token.copy(content=found["open"] + "\n"), token.copy(content=found["close"] or "")
    return [opening, *inner, closing]


def _without_empty(tokens: list[Token]) -> list[Token]:
    """Without the paragraphs that held nothing but attributes."""
    kept: list[Token] = []
    for token in tokens:
        kept.append(token)
        if token.type == "paragraph_close" and kept[-3].type == "paragraph_open" and not kept[-2].content:
            del kept[-3:]
    return kept


def _read_behind(state: StateInline, silent: bool) -> bool:
    """Attributes right behind what has them."""
    if state.src[state.pos] != "{" or silent or state.pending or not state.tokens:
        return False
    before = state.tokens[-1]
    if before.type == "text" and before.content in ("*", "_"):  # delimiters become emphasis later
        before = Token("em_close", "", -1)
    found = _BEHIND.match(state.src, state.pos)
    if found is None or before.type not in _HAVE_ATTRIBUTES:
        return False
    _give(before if before.type in ("image", "code_inline") else Token("", "", 0), found[0])
    state.pos = found.end()
    return True


def _read_span(state: StateInline, silent: bool) -> bool:
    """Words in brackets with attributes behind them (pandoc's `bracketed_spans`)."""
    if state.src[state.pos] != "[" or not (isinstance(state, LabelledState) and state.holds_spans):
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos)
    found = _BEHIND.match(state.src, end + 1) if end >= 0 else None
    if found is None:
        return False
    if not silent:
        attributes = _parsed(found[0])
        tag = next((_TAGS[name] for name in attributes.get("class", "").split() if name in _TAGS), "span")
        outer, state.pos, state.posMax = state.posMax, state.pos + 1, end
        opening = state.push("span_open", tag, 1)
        _give(opening, found[0])
        state.md.inline.tokenize(state)
        state.push("span_close", tag, -1)
        state.posMax = outer
    state.pos = found.end()
    return True
