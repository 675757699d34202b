"""Inlines in pandoc's dialect (User's Guide, "Pandoc's Markdown"), whose rules are not CommonMark's.

A delimiter needs no flanking, only no space inside; two of one kind side by side are parted by `[]{}`, a span that is
nothing. Quotes, dashes and dots are escaped, because the extension `smart` is on by default.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from convertkit.tree import (
    Attr,
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
from convertkit.walk import Node, plain_text, query_nodes
from convertkit.writers.markdown.attributes import attribute_list, bracketed
from convertkit.writers.markdown.links import destination
from convertkit.writers.markdown.page import Page

NOTHING = "[]{}"
"""Parts delimiters that would run together; the reader gets a span without attributes, which means nothing."""

_ABBREVIATIONS = (
    "aet aetat al Apr Aug bk Bros c Capt cf ch chap chs Co col Corp cp d Dec Dr e.g ed eds esp f fasc Feb ff fig fl "
    "fol fols Fr Gen Gov Hon i.e ill Inc incl Jan Jr Jul Jun Ltd M.A M.D Mar Mr Mrs Ms n n.b nn No Nov Oct p Ph.D pp "
    "Pres Prof pt q.v Rep Rev s.v s.vv saec sec Sen Sep Sept Sgt Sr St univ viz vol vs"
)
"""Behind them pandoc makes a space one that does not break (`pandoc --print-default-data-file abbreviations`)."""

_MARKUP = re.compile(
    rf"""
    [\\`*_~^$'"\[\]]
    | --+ | \.\.\.
    | <(?=[A-Za-z/!?]|$)
    | &(?=\#[0-9]+;|\#[xX][0-9a-fA-F]+;|[A-Za-z][A-Za-z0-9]*;)
    | @(?=[\w{{*])
    | \A\{{ | \{{(?=[^{{}}]*\}}\Z)     # attributes of what stands before, or of a heading
    | !\Z                             # an image, if a link follows
    | (?<![\w.])(?:{"|".join(map(re.escape, _ABBREVIATIONS.split()))})\.(?=\ )
    | [\n\r\t\f\v]
    """,
    re.VERBOSE,
)
_LINE_START = re.compile(
    r"""
    ^(?: \#{1,6}(?=\s|$) | > | [-+](?=\s|$) | \| | :(?=\s) | :::+ | %(?=\s) | =+[ ]*$
    | (?P<before>\(?(?:\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+|\#|@[\w-]*))[.)](?=\s|$)
    | (?P<caption>[Tt]able)(?=:) )
    """,
    re.VERBOSE | re.MULTILINE,
)
_IN_TITLE = re.compile(r"[\\\"&]")
_BACKTICKS = re.compile("`+")
_SIGNS: dict[type[Inline], str] = {Emph: "*", Strong: "**", Strikeout: "~~", Superscript: "^", Subscript: "~"}
_CLASSES: dict[type[Inline], str] = {Underline: "underline", SmallCaps: "smallcaps"}


@dataclass(slots=True)
class _Line:
    """The inlines of one block, and what a break is there."""

    page: Page
    line_break: str


def write_pandoc_inlines(nodes: tuple[Inline, ...], page: Page, line_break: str) -> str:
    """Inlines of one block; beginnings of lines are not escaped."""
    return _write(nodes, _Line(page, line_break))


def escape_pandoc_line_starts(written: str) -> str:
    """A paragraph's inlines with what would begin another block at the start of its lines escaped."""
    return _LINE_START.sub(_guard_line_start, written)


def escape_pandoc(text: str) -> str:
    """Text such that pandoc reads these characters and nothing else."""
    return _MARKUP.sub(_guard, text)


def _guard(found: re.Match[str]) -> str:
    sign = found[0]
    if sign.isspace():
        return " "
    if sign == "_":
        around = found.string[max(0, found.start() - 1) : found.end() + 1].replace("_", "")
        if len(around) == 2 and (around.isalnum() or around.isspace()):
            return sign  # inside a word, or between spaces
    if sign[0] == "-":
        return "\\-" * len(sign)
    return f"{sign[:-1]}\\." if sign[-1] == "." and sign != "..." else "\\" + sign


def _guard_line_start(found: re.Match[str]) -> str:
    before = found["before"] or found["caption"]
    if before:
        return f"{before}\\{found[0][len(before) :] or ''}"
    return "\\" + found[0]


def _write(nodes: tuple[Inline, ...], line: _Line) -> str:
    written = ""
    for node in _joined(nodes, line.page):
        piece = _inline(node, line)
        if written and piece and _run_together(written[-1], piece[0], node):
            written += NOTHING
        written += piece
    return written


def _run_together(last: str, first: str, node: Inline) -> bool:
    """Whether a delimiter would be longer than meant, or a formula's end be a dollar sign before a digit."""
    if last == "$" and first.isdigit():
        return True
    return last == first and first in "*~^`$" and not isinstance(node, Text)


def _joined(nodes: tuple[Inline, ...], page: Page) -> list[Inline]:
    """The nodes with those replaced that are only text, and texts side by side joined."""
    result: list[Inline] = []
    for node in nodes:
        match node:
            case SoftBreak():
                new: list[Inline] = [Text(" ")]
            case Quoted():
                double = node.kind == "DoubleQuote"
                opening, closing = page.wording.double_quotes if double else page.wording.single_quotes
                new = [Text(opening), *_joined(node.content, page), Text(closing)]
            case Cite():
                page.lose("a citation", plain_text(node.content))
                new = _joined(node.content, page)
            case _:
                new = [node]
        for one in new:
            last = result[-1] if result else None
            if isinstance(one, Text) and isinstance(last, Text):
                result[-1] = Text(last.text + one.text)
            else:
                result.append(one)
    return result


def _inline(node: Inline, line: _Line) -> str:  # noqa: C901, PLR0912  # one arm a node, and the set is closed
    match node:
        case Text():
            return escape_pandoc(node.text)
        case Emph() | Strong() | Strikeout():
            return _delimited(_SIGNS[type(node)], _write(node.content, line))
        case Superscript() | Subscript():
            return _raised(node, line)
        case Underline() | SmallCaps():
            return _bracketed(node.content, Attr(classes=(_CLASSES[type(node)],)), line)
        case Span():
            return _bracketed(node.content, node.attr, line)
        case Ruby():
            reading = Span(node.text, Attr(classes=("rt",)))
            return _bracketed((*node.base, reading), Attr(classes=("ruby",)), line)
        case Code():
            return _code(node.text) + attribute_list(node.attr)
        case Math():
            return _math(node, line)
        case Link():
            return _link(node, line)
        case Image():
            return pandoc_image(node, _write(node.content, _Line(line.page, " ")), line.page)
        case LineBreak():
            if line.line_break == " ":
                line.page.lose("a line break in a heading or a table's cell")
            return line.line_break
        case Note():
            return line.page.note(node)
        case RawInline():
            return f"{_code(node.text)}{{={node.format}}}"
        case SoftBreak() | Quoted() | Cite():
            raise TypeError(f"{type(node).__name__} has been replaced by text")
        case _:
            assert_never(node)


# ---------------------------------------------------------------- marks


def _delimited(sign: str, inner: str) -> str:
    """The content between its delimiters, kept apart from others of the same character inside."""
    if not inner:
        return ""
    opening = NOTHING if inner[0] == sign[0] else ""
    closing = NOTHING if inner[-1] == sign[0] else ""
    return f"{sign}{opening}{inner}{closing}{sign}"


def _raised(node: Superscript | Subscript, line: _Line) -> str:
    """`^x^` and `~x~`; a span with a class where they hold a space, an escape, or another of them.

    `^[` would begin a note.
    """
    inner = _write(node.content, line)
    if re.search(r"^\[|[\s\\]|^$", inner) or any(query_nodes(node.content, _is_raised)):
        name = type(node).__name__.lower()
        line.page.lose(f"{name} of more than plain characters", plain_text(node.content))
        opening, closing = bracketed(Attr(classes=(name,)))
        return f"{opening}{inner}{closing}"
    return _delimited(_SIGNS[type(node)], inner)


def _is_raised(node: Node) -> bool | None:
    return True if isinstance(node, Superscript | Subscript) else None


def _bracketed(content: tuple[Inline, ...], attr: Attr, line: _Line) -> str:
    opening, closing = bracketed(attr)
    return f"{opening}{_write(content, line)}{closing}"


# ---------------------------------------------------------------- links, images, verbatim


def _link(node: Link, line: _Line) -> str:
    content = _write(node.content, line)
    return f"[{content}]({_destination(node.target, node.title)}){attribute_list(node.attr)}"


def pandoc_image(node: Image, description: str, page: Page) -> str:
    """An image; alone in a paragraph, with a description, it would be a figure."""
    target = _destination(page.image_address(node.target), node.title)
    return f"![{description}]({target}){attribute_list(node.attr)}"


def _destination(target: str, title: str) -> str:
    """What stands in a link's parentheses; a backslash escapes symbols of all scripts there."""
    written = destination(target.replace("\\", "%5C"), "")
    if not title:
        return written
    guarded = _IN_TITLE.sub(r"\\\g<0>", " ".join(title.split()))
    return f'{written or "<>"} "{guarded}"'


def _code(text: str) -> str:
    """A code span; pandoc takes the space at its edges away."""
    text = text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
    runs = {len(run) for run in _BACKTICKS.findall(text)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    edge = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{edge}{text}{edge}{fence}"


def _math(node: Math, line: _Line) -> str:
    mark = "$$" if node.kind == "DisplayMath" else "$"
    text = node.text.strip()
    if not text or "$" in text or "\n\n" in text or text.endswith("\\"):
        line.page.lose("a formula", node.text)
        return escape_pandoc(f"{mark}{node.text}{mark}")
    return f"{mark}{text}{mark}"
