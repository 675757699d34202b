"""Inlines as Markdown; raw tags only for what the flavour has no sign for, or where its sign fails."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import assert_never

from convertkit.tree import (
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
from convertkit.writers.markdown.emphasis import delimiter_run, first_character, needs_guards, strikeout_works
from convertkit.writers.markdown.escaping import PUNCTUATION, Escaper, as_references, is_ordinary
from convertkit.writers.markdown.links import destination, is_autolink
from convertkit.writers.markdown.page import Page
from convertkit.writers.markdown.pandoc_inlines import write_pandoc_inlines
from convertkit.writers.markdown.spans import Mark, around_mark, around_span, formula_as_text, lose_size
from convertkit.writers.raw import words_of_raw

_TRANSPARENT = frozenset({Span, Cite, SmallCaps, Quoted, SoftBreak, RawInline})
"""Nodes whose content, or nothing, stands in their place."""
_TRANSPARENT_IN_LINK = _TRANSPARENT | {Link}
_FLANKED: frozenset[type[Inline]] = frozenset({Emph, Strong, Strikeout})
"""Nodes between delimiters that what stands beside them may keep from being read."""
_MARKS = frozenset({Strikeout, Superscript, Subscript, Underline, SmallCaps})
_DELIMITER_CHARACTERS = frozenset("*_~")
_ADDRESS = re.compile("(?:https?|ftp)://", re.IGNORECASE)
_BACKTICKS = re.compile("`+")
_MATH_AS_TEXT = re.compile(
    rf"[*~`<&$|\[\]@\n]|\\[{PUNCTUATION}]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|://|www\.|^\s|\s$|^$|\\$"
)
"""TeX that a Markdown parser would change, if formulas are not known to it."""


@dataclass(slots=True)
class _Line:
    """The inlines of one block. `line_break` is what a break is there; `late_notes` wait for the end of a link."""

    page: Page
    line_break: str
    escaper: Escaper
    late_notes: list[str] = field(default_factory=list)


def write_inlines(nodes: tuple[Inline, ...], page: Page, line_break: str = "\\\n") -> str:
    """Inlines on one line, or on several if `line_break` holds a line end; beginnings of lines are not escaped."""
    if page.flavour.dialect == "pandoc":
        return write_pandoc_inlines(nodes, page, line_break)
    if len(nodes) == 1:
        only = nodes[0]
        if isinstance(only, Text) and is_ordinary(only.text):
            return only.text
    escaper = Escaper(lambda: _literal(nodes), page.flavour)
    return _write(nodes, _Line(page, line_break, escaper), "\n", "\n", ())


def begins_with_text(nodes: tuple[Inline, ...]) -> bool:
    """Whether the first thing written is running text, not a sign of Markdown."""
    match nodes:
        case (Text(), *_):
            return True
        case (Span() | Cite() | SmallCaps() as first, *_):
            return begins_with_text(first.content)
        case _:
            return False


def _literal(nodes: tuple[Inline, ...]) -> tuple[str, str, str]:
    """All running text below `nodes`, the delimiters of the markup that they need, and all words in any place.

    In addresses each `$` is escaped. A title is written behind its link's text, which the walk meets after it.
    """
    text = "\n".join(query_nodes(nodes, lambda node: node.text if isinstance(node, Text) else None))
    words = "_".join(query_nodes(nodes, lambda node: node.text if isinstance(node, Text | Code) else None))
    titles = "_".join(query_nodes(nodes, lambda node: node.title if isinstance(node, Link | Image) else None))
    if titles:
        words = f"{words}_{titles}"
    return text, "".join(query_nodes(nodes, _delimiters)), words


def _delimiters(node: Node) -> str | None:
    if isinstance(node, Link | Image):
        return "`" if "`" in node.target + node.title else None
    return _DELIMITERS.get(type(node))


_DELIMITERS: dict[type[Node], str] = {Emph: "*_", Strong: "*_", Strikeout: "~", Code: "`", Math: "$`"}


def _write(nodes: tuple[Inline, ...], line: _Line, before: str, after: str, enclosing: tuple[str, ...]) -> str:
    """`before` and `after` are the characters around; `enclosing` the delimiters that are open, `[` for a link."""
    nodes = _flat(nodes, line.page, in_link="[" in enclosing)
    written: list[str] = []
    last = len(nodes) - 1
    is_guarded = False
    has_own_markup = line.page.flavour.markup is not None
    for index, node in enumerate(nodes):
        closing = False
        if node.__class__ is Text and not is_guarded and not has_own_markup and _stands_as_it_is(node.text):
            piece = node.text
        else:
            following = first_character(nodes[index + 1]) if index < last else after
            if node.__class__ in _FLANKED:
                opening, closing = _guards(nodes, index, line, before, following, enclosing)
                if opening:
                    written[-1] = _with_reference_at_end(written[-1])
                    before = ";"
            piece = _inline(node, line, before, "&" if closing else following, enclosing)
            if is_guarded:
                piece = f"&#{ord(piece[0])};{piece[1:]}"
        is_guarded = closing
        if piece:
            if before == "]" and piece[0] == "(":
                piece = "\\" + piece  # behind a note's reference it would make a link
            written.append(piece)
            before = piece[-1]
    return "".join(written)


def _stands_as_it_is(text: str) -> bool:
    """Ordinary text, which most is, whatever follows: `!` and `^` before a bracket are markup."""
    return is_ordinary(text) and text[-1:] not in "!^"


def _can_end_with_reference(node: Inline) -> bool:
    """Not beside a delimiter, to which the character is a part of a word, or a `$` that a digit keeps from closing."""
    return isinstance(node, Text) and node.text[-2:-1] not in _DELIMITER_CHARACTERS | {"$"}


def _can_begin_with_reference(node: Inline) -> bool:
    """The same; and what is no address behind a letter would be one behind a `;`."""
    if not isinstance(node, Text) or node.text[1:2] in _DELIMITER_CHARACTERS:
        return False
    return _ADDRESS.match(node.text, 1) is None


def _with_reference_at_end(written: str) -> str:
    """With a character reference for the last character, which no backslash may stand before."""
    head = written[:-1]
    if (len(head) - len(head.rstrip("\\"))) % 2:
        head += "\\"
    return f"{head}&#{ord(written[-1])};"


def _guards(
    nodes: tuple[Inline, ...], index: int, line: _Line, before: str, after: str, enclosing: tuple[str, ...]
) -> tuple[bool, bool]:
    """Whether the text before a mark, and the text after it, should end and begin with a character reference.

    Only if the mark then has delimiters: beside Chinese, where `**“a”**b` would be text.
    """
    node = nodes[index]
    if not isinstance(node, Emph | Strong | Strikeout) or not node.content:
        return False, False
    opening, closing = needs_guards(node.content, before, after)
    if not (opening or closing):
        return False, False
    beside = nodes[index - 1 : index] * opening + nodes[index + 1 : index + 2] * closing
    if enclosing and any(isinstance(one, Text) and len(one.text) == 1 for one in beside):
        return False, False  # it may be what keeps the delimiters around all this
    if opening and not (index and _can_end_with_reference(nodes[index - 1])):
        return False, False
    if closing and not (index + 1 < len(nodes) and _can_begin_with_reference(nodes[index + 1])):
        return False, False
    before, after = ";" if opening else before, "&" if closing else after
    if isinstance(node, Strikeout):
        works = Strikeout in line.page.flavour.signs and "~~" not in enclosing
        works = works and strikeout_works(node.content, before, after)
    else:
        works = delimiter_run(node.content, before, after, enclosing, 2 if isinstance(node, Strong) else 1) != ""
    return (opening, closing) if works else (False, False)


def _inline(  # noqa: C901, PLR0912  # one arm a node, and the set is closed
    node: Inline, line: _Line, before: str, after: str, enclosing: tuple[str, ...]
) -> str:
    match node:
        case Text():
            return line.escaper.escape(node.text, after, in_brackets="[" in enclosing)
        case Link():
            return _link(node, line, enclosing)
        case Strong():
            return _emphasis(node, line, before, after, enclosing)
        case Emph():
            return _emphasis(node, line, before, after, enclosing)
        case Image():
            return _image(node, line)
        case LineBreak():
            if line.line_break == " ":
                line.page.lose("a line break in a heading or a table's cell")
            return line.line_break
        case Code():
            return _code(node.text, line, before, in_brackets="[" in enclosing)
        case Strikeout():
            return _strikeout(node, line, before, after, enclosing)
        case Superscript() | Subscript() | Underline() | SmallCaps():
            return _marked(node, line, enclosing)
        case Span():
            return _around(around_span(node, line.page), node.content, line, enclosing)
        case Note():
            return _note(node, line, enclosing)
        case Math():
            return _math(node, line, before, after)
        case Ruby():
            return _ruby(node, line, enclosing)
        case RawInline():
            return node.text
        case Quoted() | Cite() | SoftBreak():
            raise TypeError(f"{type(node).__name__} has been replaced by its content")
        case _:
            assert_never(node)


# ---------------------------------------------------------------- what stands in another's place


def _flat(nodes: tuple[Inline, ...], page: Page, *, in_link: bool) -> tuple[Inline, ...]:
    """The nodes with transparent ones replaced by their content, and the text that then stands side by side joined."""
    if (_TRANSPARENT_IN_LINK if in_link else _TRANSPARENT).isdisjoint(map(type, nodes)) and (
        page.raw_html or _MARKS.isdisjoint(map(type, nodes))
    ):
        return nodes
    flat: list[Inline] = []
    for node in _spliced(nodes, page, in_link=in_link):
        previous = flat[-1] if flat else None
        if isinstance(node, Text) and isinstance(previous, Text):
            flat[-1] = Text(previous.text + node.text)
        else:
            flat.append(node)
    return tuple(flat)


def _spliced(nodes: tuple[Inline, ...], page: Page, *, in_link: bool) -> list[Inline]:
    result: list[Inline] = []
    for node in nodes:
        match node:
            case Cite():
                result += _spliced(node.content, page, in_link=in_link)
            case Link() if in_link:
                result += _spliced(node.content, page, in_link=True)
            case Strikeout() | Superscript() | Subscript() | Underline() | SmallCaps() | Span():
                result += (node,) if _shows(node, page) else _spliced(node.content, page, in_link=in_link)
            case Quoted():
                double = node.kind == "DoubleQuote"
                opening, closing = page.wording.double_quotes if double else page.wording.single_quotes
                result += [Text(opening), *_spliced(node.content, page, in_link=in_link), Text(closing)]
            case SoftBreak():
                result.append(Text(" "))
            case RawInline() if not page.passes(node.format):
                if words := words_of_raw(node, "markdown", page.report):
                    result.append(Text(words))
            case _:
                result.append(node)
    return result


def _shows(node: Mark | Span, page: Page) -> bool:
    """Whether anything will stand around the node's content."""
    if isinstance(node, Span):
        return around_span(node, page) != ("", "")
    return type(node) in page.flavour.signs or around_mark(node, page) != ("", "")


# ---------------------------------------------------------------- marks


def _emphasis(node: Emph | Strong, line: _Line, before: str, after: str, enclosing: tuple[str, ...]) -> str:
    content, length, tag = node.content, (2 if isinstance(node, Strong) else 1), "em"
    if not content:
        return ""
    if length == 2:
        tag = "strong"
    elif len(content) == 1 and isinstance(content[0], Strong) and content[0].content and not enclosing:
        inner = content[0].content  # `***both***` is emphasis around strong emphasis
        if delimiter_run(inner, before, after, (), 3) == "***":
            return f"***{_write(inner, line, '*', '*', ('*', '**'))}***"
    delimiter = delimiter_run(content, before, after, enclosing, length)
    if not delimiter:
        return _tagged(tag, content, line, enclosing)
    mark = delimiter[0]
    return f"{delimiter}{_write(content, line, mark, mark, (*enclosing, delimiter))}{delimiter}"


def _strikeout(node: Strikeout, line: _Line, before: str, after: str, enclosing: tuple[str, ...]) -> str:
    content = node.content
    if not content:
        return ""
    signs = line.page.flavour.signs
    works = Strikeout in signs and "~~" not in enclosing and strikeout_works(content, before, after)
    if not works:
        return _around(around_mark(node, line.page), content, line, enclosing)
    return f"~~{_write(content, line, '~', '~', (*enclosing, '~~'))}~~"


def _marked(node: Mark, line: _Line, enclosing: tuple[str, ...]) -> str:
    return _around(around_mark(node, line.page), node.content, line, enclosing)


def _tagged(tag: str, content: tuple[Inline, ...], line: _Line, enclosing: tuple[str, ...]) -> str:
    """Emphasis as an element, where no delimiter would be read as meant."""
    if line.page.raw_html:
        return _around((f"<{tag}>", f"</{tag}>"), content, line, enclosing)
    line.page.lose("emphasis that no delimiter works for", plain_text(content))
    return _write(content, line, "\n", "\n", enclosing)


def _around(signs: tuple[str, str], content: tuple[Inline, ...], line: _Line, enclosing: tuple[str, ...]) -> str:
    opening, closing = signs
    return f"{opening}{_write(content, line, opening[-1:] or '>', closing[:1] or '<', enclosing)}{closing}"


def _ruby(node: Ruby, line: _Line, enclosing: tuple[str, ...]) -> str:
    """HTML's `ruby`; without tags the reading follows in brackets, as browsers that know no ruby show it."""
    if line.page.raw_html:
        base = _write(node.base, line, ">", "<", enclosing)
        return f"<ruby>{base}<rt>{_write(node.text, line, '>', '<', enclosing)}</rt></ruby>"
    line.page.lose("the place of a reading beside its characters", plain_text(node.base))
    return _write((*node.base, Text("("), *node.text, Text(")")), line, "\n", "\n", enclosing)


# ---------------------------------------------------------------- links, images, notes


def _link(node: Link, line: _Line, enclosing: tuple[str, ...]) -> str:
    content = node.content
    text = content[0].text if len(content) == 1 and isinstance(content[0], Text) else ""
    if text and not node.title and is_autolink(text, node.target):
        return f"<{text}>"
    if text and line.page.flavour.markup is None and _stands_as_it_is(text):  # most links
        label = _label(text)
    else:
        label = _label(_write(content, line, "[", "]", (*enclosing, "[")))
    written = f"{label}({destination(line.page.link_address(node.target), node.title)})"
    if line.late_notes:
        written += "".join(line.late_notes)
        line.late_notes.clear()
    return written


def _note(node: Note, line: _Line, enclosing: tuple[str, ...]) -> str:
    page = line.page
    reference = page.note(node)
    if not page.flavour.notes:
        page.lose("a note", plain_text(node.content))
    if "[" not in enclosing:
        return reference
    line.late_notes.append(reference)  # a reference is a link, and no link stands in another
    return ""


def _image(node: Image, line: _Line) -> str:
    lose_size(node, line.page)
    alternative = " ".join(plain_text(node.content).split("\n"))
    escaped = line.escaper.escape(alternative, "]", in_brackets=True)
    return f"!{_label(escaped)}({destination(line.page.image_address(node.target), node.title)})"


def _label(written: str) -> str:
    """In brackets; `[^` would be a note's reference."""
    return f"[\\{written}]" if written.startswith("^") else f"[{written}]"


# ---------------------------------------------------------------- verbatim


def _code(text: str, line: _Line, before: str = "", *, in_brackets: bool = False) -> str:
    """A code span (6.1); a line end is a space there.

    Beside another span's backticks it has to be a tag, and in a link that `]:` would make a reference definition.
    """
    text = text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
    if before == "`" or not text or (in_brackets and "]:" in text):
        words = as_references(text)
        if line.page.raw_html:
            return f"<code>{words}</code>"
        line.page.lose("code beside code", text)
        return words
    fence = "`"
    if "`" in text:
        runs = {len(run) for run in _BACKTICKS.findall(text)}
        fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    if text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip(" ")):
        text = f" {text} "
    return f"{fence}{text}{fence}"


def is_plain_math(text: str) -> bool:
    """Whether a formula between dollar signs also survives a Markdown parser that knows none."""
    return _MATH_AS_TEXT.search(text) is None


def _math(node: Math, line: _Line, before: str, after: str) -> str:
    """GitHub's two forms: `$x$`, and `` $`x`$ `` for TeX in which Markdown would see markup.

    Others have `$x$` only, or no formulas: then they stand in dollar signs as text, which scripts on a page may set.
    """
    mark = "$$" if node.kind == "DisplayMath" else "$"
    known = line.page.flavour.math
    if known == "github":
        if is_plain_math(node.text) and before != "$" and not after.isdigit():
            return f"{mark}{node.text}{mark}"
        if mark == "$$":
            line.page.lose_looks("that a formula among others' text is set apart", node.text)
        return f"${_code(node.text, line)}$"
    if known == "dollars" and _is_between_dollars(node.text) and before != "$" and not after.isdigit():
        return f"{mark}{node.text}{mark}"
    return line.escaper.escape(formula_as_text(node, line.page), after)


def _is_between_dollars(text: str) -> bool:
    """Whether dollar signs around a formula enclose it and nothing else."""
    return "$" not in text and "\n\n" not in text and text.strip() == text != "" and not text.endswith("\\")
