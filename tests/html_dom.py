"""The DOM by which two pieces of HTML are compared: `dom`, `words`, and `gfm_can_say` for what GFM has signs for.

Both sides are parsed as browsers do (WHATWG) and brought to one list of tokens. What does not count:

- comments, the order of attributes, and empty attributes that say the same as none (`alt`, `title`, `start="1"`);
- white space that HTML collapses, and that at the edges of blocks and beside `br`; in code all of it counts;
- how an address is escaped: percent-encoding is undone;
- old names (`b i s strike` for `strong em del`), `style="text-align"` for `align`, a check box's `disabled`;
- whether text that stands loose in the document or a quotation is wrapped in a `p`: Markdown has no loose text there;
- what shows nothing: elements without a word, picture, rule, control or cell, breaks at a block's end, and typed blanks
  at its edges;
- emphasis in or right beside emphasis of the same kind, which looks like one;
- the line end at the end of a listing, which cmark always writes.

Everything else counts: each element, attribute, level, number, nesting, tight or loose, each character of text.
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

import turbohtml

from convertkit.normalise.whitespace import BLANKS, collapse

_INLINES = frozenset("a br code del em img input strong".split())  # noqa: SIM905  # a list of words
_NAMES = {"b": "strong", "i": "em", "s": "del", "strike": "del"}
_PHRASING = frozenset(
    """a abbr acronym b bdi bdo big br button cite code data del dfn em font i img input ins kbd label mark math meter
    object output q ruby s samp select small span strike strong sub sup svg time tt u var wbr""".split()  # noqa: SIM905  # a list of words
)
_UNSEEN = frozenset({"script", "style", "template", "title", "head", "noembed", "noframes", "iframe", "rp"})
_SHOWING = frozenset("audio canvas embed hr iframe img input math object svg table td th video".split())  # noqa: SIM905  # a list of words
_MARKS = frozenset({"em", "strong", "del"})
_VOID = frozenset({"br", "hr", "img", "input"})
_OPENING = re.compile(rf"<(?:{'|'.join(sorted(_PHRASING - _VOID))})(?: |>)")
_ALIGN = re.compile(r"(?:^|;)\s*text-align\s*:\s*(left|right|center)\s*;?\s*$")


def dom(html: str) -> list[str]:
    """The HTML as tokens: tags with sorted attributes, and text."""
    fragment = turbohtml.parse_fragment(html)
    _simplify(fragment)
    writer = _Tokens()
    writer.children(fragment, wraps=True)
    writer.end_text()
    return writer.tokens


def words(html: str) -> str:
    """All text that shows, in order, without white space."""
    fragment = turbohtml.parse_fragment(html)
    return "".join("".join(_shown(fragment)).split())


def _simplify(root: turbohtml.Element) -> None:
    """Take out comments, what shows nothing, and emphasis in emphasis of the same kind."""
    for comment in [node for node in root.descendants if not isinstance(node, turbohtml.Text | turbohtml.Element)]:
        comment.extract()
    elements = [node for node in root.descendants if isinstance(node, turbohtml.Element)]
    for element in reversed(elements):
        shows = element.tag == "br" or element.tag in _SHOWING or element.select_one(", ".join(_SHOWING))
        if not shows and not element.text.strip(BLANKS):
            element.extract()
    for element in elements:
        name = _name_of(element)
        if name in _MARKS and name in {_name_of(one) for one in element.ancestors}:
            element.unwrap()


def _name_of(node: turbohtml.Node) -> str:
    return _NAMES.get(node.tag, node.tag) if isinstance(node, turbohtml.Element) else ""


def _shown(element: turbohtml.Element) -> Iterator[str]:
    for node in element:
        if isinstance(node, turbohtml.Text):
            yield node.data
        elif isinstance(node, turbohtml.Element) and node.tag not in _UNSEEN:
            yield from _shown(node)


class _Tokens:
    def __init__(self) -> None:
        self.tokens: list[str] = []
        self._text = ""
        self._verbatim = 0
        self._at_start = True
        self._space = False

    def children(self, element: turbohtml.Element, *, wraps: bool = False) -> None:
        """All that stands in an element; `wraps`: loose text is a paragraph."""
        in_paragraph = False
        for node in element:
            if wraps and _is_loose(node) != in_paragraph and not _is_blank(node):
                in_paragraph = not in_paragraph
                self._tag("<p>" if in_paragraph else "</p>")
            if isinstance(node, turbohtml.Text):
                self._text += node.data
            elif isinstance(node, turbohtml.Element):
                self._element(node)
        if in_paragraph:
            self._tag("</p>")

    def _element(self, element: turbohtml.Element) -> None:
        name = _name_of(element)
        is_inline = name in _PHRASING
        pairs = "".join(f" {key}={value!r}" for key, value in sorted(_attributes(name, element)))
        self._tag(f"<{name}{pairs}>", inline=is_inline and name != "br")
        if name in _VOID:
            return
        verbatim = name in ("pre", "code", "textarea")
        self._verbatim += verbatim
        self.children(element, wraps=name == "blockquote")
        if verbatim:
            self.end_text()
        if name == "pre" and self.tokens[-2:-1] and self.tokens[-2].endswith("\\n'"):
            self.tokens[-2] = self.tokens[-2][:-3] + "'"
        self._verbatim -= verbatim
        self._tag(f"</{name}>", inline=is_inline)

    def _tag(self, token: str, *, inline: bool = False) -> None:
        self.end_text()
        if not inline:
            self._end_line(at_break=token == "<br>")
        elif token.startswith(("<img", "<input")):
            self._put_space()
        if token[1:-1] in _MARKS and not self._space and self.tokens[-1:] == [f"</{token[1:-1]}>"]:
            self.tokens.pop()
        else:
            self.tokens.append(token)

    def _end_line(self, *, at_break: bool = False) -> None:
        self._space, self._at_start = False, True
        while self.tokens[-1:] == ["<br>"] and not at_break:
            self.tokens.pop()
        if self.tokens and self.tokens[-1][0] != "<" and not self._verbatim:
            self.tokens[-1] = repr(literal_eval(self.tokens[-1]).rstrip(BLANKS))

    def end_text(self) -> None:
        """Turn the text so far into a token; a space at its edges goes out of the inline elements that it edges."""
        text, self._text = self._text, ""
        if not text:
            return
        if not self._verbatim:
            text = collapse(text)
            self._space = self._space or text[0] == " "
            ends_with_space = text[-1] == " "
            text = text.strip(" ")
            if not text:
                return
        if self._at_start and not self._verbatim:
            text = text.lstrip(BLANKS)
            if not text:
                return
        in_front = self._put_space()
        before = literal_eval(self.tokens.pop()) if self.tokens and self.tokens[-1][0] != "<" else ""
        self.tokens.append(repr(before + in_front + text))
        self._space = not self._verbatim and ends_with_space

    def _put_space(self) -> str:
        """Put the space that waits before the inline elements just opened; returned if none was, "" if none waits."""
        space = " " if self._space and not self._at_start else ""
        self._space = self._at_start = False
        index = len(self.tokens)
        while index and _OPENING.match(self.tokens[index - 1]):
            index -= 1
        if not space or index == len(self.tokens):
            return space
        if self.tokens[index - 1][0] == "<":
            self.tokens.insert(index, repr(" "))
        else:
            self.tokens[index - 1] = f"{self.tokens[index - 1][:-1]} {self.tokens[index - 1][-1]}"
        return ""


def _is_loose(node: turbohtml.Node) -> bool:
    return not isinstance(node, turbohtml.Element) or node.tag in _PHRASING


def _is_blank(node: turbohtml.Node) -> bool:
    if isinstance(node, turbohtml.Element):
        return False
    return not isinstance(node, turbohtml.Text) or not node.data.strip(BLANKS)


def _attributes(name: str, element: turbohtml.Element) -> Iterator[tuple[str, str]]:
    for key, value in element.attrs.items():
        written = " ".join(value) if isinstance(value, list) else value or ""
        aligned = _ALIGN.search(written) if key == "style" and name in ("td", "th") else None
        if key in ("href", "src"):
            yield key, unquote(written)
        elif aligned:
            yield "align", aligned[1]
        elif key == "checked":
            yield key, ""
        elif (written and (key, written) != ("start", "1")) and not (name == "input" and key in ("disabled", "class")):
            yield key, written


# ---------------------------------------------------------------- what GFM has signs for

_BLOCKS = frozenset("blockquote h1 h2 h3 h4 h5 h6 hr ol p pre table ul".split())  # noqa: SIM905  # a list of words
_MAY_HOLD = {
    **dict.fromkeys("p h1 h2 h3 h4 h5 h6 td th a del em strong".split(), _INLINES),  # noqa: SIM905  # a list of words
    "blockquote": _BLOCKS | _INLINES,
    "li": _BLOCKS | _INLINES,
    "ol": frozenset({"li"}),
    "ul": frozenset({"li"}),
    "pre": frozenset({"code"}),
    "table": frozenset({"thead", "tbody"}),
    "thead": frozenset({"tr"}),
    "tbody": frozenset({"tr"}),
    "tr": frozenset({"td", "th"}),
}
_TEXT_HOLDERS = frozenset("blockquote li code p h1 h2 h3 h4 h5 h6 td th a del em strong".split())  # noqa: SIM905  # a list of words
_ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "img": {"alt", "src", "title"},
    "input": {"checked", "disabled", "type"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
_CODE_CLASS = re.compile(r"language-[^\s`]+")


def gfm_can_say(html: str) -> bool:
    """Whether GFM has a sign for every element and attribute, where it stands: its Markdown without raw HTML.

    `strong` right in `strong` is not among them: cmark-gfm leaves the inner one out when it renders.
    """
    fragment = turbohtml.parse_fragment(html)
    return _can_hold(fragment, _BLOCKS | _INLINES, may_hold_text=True)


def _can_hold(element: turbohtml.Element, allowed: frozenset[str], *, may_hold_text: bool) -> bool:
    nodes: Iterable[turbohtml.Node] = element
    for node in nodes:
        if isinstance(node, turbohtml.Text):
            if not may_hold_text and node.data.strip():
                return False
        elif not isinstance(node, turbohtml.Element) or not _is_sign(node, allowed):
            return False
    return True


def _is_sign(element: turbohtml.Element, allowed: frozenset[str]) -> bool:
    name = _name_of(element)
    keys = {key for key, _ in _attributes(name, element)}
    if name not in allowed or not keys <= _ATTRIBUTES.get(name, set()) or (name == "a" and "href" not in element.attrs):
        return False
    inside = _MAY_HOLD.get(name, frozenset())
    match name:
        case "code" if keys and not _CODE_CLASS.fullmatch(element.attr("class") or ""):
            return False
        case "table" if not _is_pipe_table(element):
            return False
        case "strong":
            inside -= {"strong"}
        case "pre" if [getattr(child, "tag", "") for child in element] != ["code"]:
            return False
        case _:
            pass
    return _can_hold(element, inside, may_hold_text=name in _TEXT_HOLDERS)


def _is_pipe_table(table: turbohtml.Element) -> bool:
    rows = table.select("tr")
    widths = {len(row.select("td, th")) for row in rows}
    heads = table.select("thead > tr")
    return len(heads) == 1 and len(widths) == 1 and not heads[0].select("td") and not table.select("tbody th")
