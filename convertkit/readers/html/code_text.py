"""The lines of a listing as a browser shows them, without what a highlighter's widget puts between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import turbohtml

from convertkit.losses import ElementDropped, Removed, Report
from convertkit.readers.block_tags import BLOCK_TAGS
from convertkit.readers.html.place import place_of

WIDGET = (
    "button, script, style, template, textarea, svg, clipboard-copy, .copy-code-btn, .copy-btn, .copybtn, .btn-copy, "
    ".code-copy-btn, .copy-button, .hljs-button, .hljs-copy, .clipboard, .clipboard-copy, .line-numbers-rows, .lineno, "
    ".linenos, .line-number, .line-numbers-sizer, .linenumber, .react-syntax-highlighter-line-number, "
    "span.line-numbers, .lnt, .ln, .gutter, .hljs-ln-numbers, .code-snippet__line-index, .pre-numbering, .toolbar, "
    ".toolbar-item, .command-line-prompt, .code-block-extension-header, .cnblogs_code_toolbar, .CodeMirror-measure, "
    ".CodeMirror-linenumber, .crayon-nums, .sr-only, [style*='user-select']"
)
"""What highlighters put into a listing besides the code: copy buttons, line numbers (Juejin, highlight.js plug-ins,
Prism, Pygments, CodeRay, Chroma, WeChat, React's highlighter, CSDN, cnblogs, Expressive Code)."""

_LINES = BLOCK_TAGS - {"td", "th"}
_COMPLEX = f"br, img, td, code + code, {', '.join(sorted(_LINES))}, {WIDGET}"
"""What makes a listing's text more than the text of its nodes."""
_LINE_NAME = re.compile(r"\b(?:line|hljs-ln-code|token-line|cm-line|de[12])\b")
"""Classes of an element that is one line of code, though nothing be in it."""
_COPY = re.compile(
    r"(?:copy(?: code| to clipboard)?|copied!?|复制(?:代码|成功)?|複製(?:程式碼)?|拷贝|已复制|登录后复制)"
)
_NUMBER = re.compile(r"[\d\s]*\Z")
_NUMBERED = re.compile(r"[ \t]*(\d{1,5})(?:[ \t]|$)", re.MULTILINE)
_NBSP = "\u00a0"
_NBSP_INDENT = re.compile(r"^[ \t]*\u00a0|\u00a0[ \u00a0]|[ \u00a0]\u00a0", re.MULTILINE)


def verbatim(element: turbohtml.Element, report: Report) -> str:
    """The code of a listing; `report` hears of the words of its widget.

    No-break spaces are spaces if any of them stands where an editor puts them, in an indent or beside another space:
    no compiler reads them. One between two words stays, it may be meant.
    """
    text = element.text if element.select_one(_COMPLEX) is None else _lines(element, report)
    if _NBSP in text and _NBSP_INDENT.search(text):
        text = text.replace(_NBSP, " ")
    return text.replace("\u200b\n", "\n") if "\u200b\n" in text else text


def _lines(element: turbohtml.Element, report: Report) -> str:
    for widget in element.select(WIDGET):
        shown = widget.text.strip()
        if _NUMBER.match(shown) is None:
            if "style" in widget.attrs and "class" not in widget.attrs and widget.tag in ("span", "code"):
                continue  # `user-select` alone hides a prompt, too, which is part of the listing
            report(Removed(place_of(widget), "code widget", shown))
        widget.extract()
    _drop_label(element, report)
    for image in element.select("img"):
        report(ElementDropped(place_of(image), "img", image.attr("alt") or image.attr("src") or ""))
    if "\v" in element.text:
        return "".join(_pieces(element, "\n"))
    return _line_breaks("".join(_pieces(element, "\v")))


def _drop_label(element: turbohtml.Element, report: Report) -> None:
    """Take out a bar above the code that names only the language, or what copies: `python Copy code`."""
    code = element.select_one("code")
    if code is None or element.tag != "pre":
        return
    above = code
    while above != element and isinstance(above.parent, turbohtml.Element):
        bar = above.previous_sibling
        if isinstance(bar, turbohtml.Element) and bar.tag in ("div", "span", "header") and is_label(bar.text, code):
            if shown := bar.text.strip():
                report(Removed(place_of(bar), "code widget", shown))
            bar.extract()
        above = above.parent


def is_label(shown: str, code: turbohtml.Element) -> bool:
    """Whether words beside a listing are its widget's: the language that its classes name, or a call to copy it."""
    word = _COPY.sub("", shown.strip().lower()).strip()
    return not word or (len(word) < 20 and word in (code.attr("class") or "").lower())


def _pieces(element: turbohtml.Element, line_break: str) -> Iterator[str]:
    """The text in pieces: `line_break` for a `br`, line ends around blocks and between neighbouring `code`."""
    codes_are_lines = _has_lines_of_code(element)
    at_line_start = True
    outer: list[tuple[Iterator[turbohtml.Node], bool]] = []
    children: Iterator[turbohtml.Node] = iter(element)
    while True:
        for node in children:
            if isinstance(node, turbohtml.Text):
                if node.data and not (node.data.isspace() and "\n" in node.data and _between_lines(node)):
                    at_line_start = node.data.endswith("\n")
                    yield node.data
            elif isinstance(node, turbohtml.Element):
                if node.tag == "br":
                    at_line_start = True
                    yield line_break
                    continue
                is_line = node.tag in _LINES or (codes_are_lines and node.tag == "code")
                if is_line and not at_line_start:
                    at_line_start = True
                    yield "\n"
                if is_line and _is_empty_line(node):
                    yield "\n"
                    continue
                outer.append((children, is_line))
                children = iter(node)
                break
        else:
            if not outer:
                return
            children, is_line = outer.pop()
            if is_line and not at_line_start:
                at_line_start = True
                yield "\n"


def _has_lines_of_code(element: turbohtml.Element) -> bool:
    """Whether each `code` is a line (WeChat), rather than a word of one (SyntaxHighlighter)."""
    return element.tag != "code" and element.select_one(".line code, td code") is None


def _is_empty_line(node: turbohtml.Element) -> bool:
    """Whether a block is a blank line: nothing shows in it, and yet it is a line's."""
    is_line = node.tag in ("li", "tr") or (
        node.select_one("[class]") is None and _LINE_NAME.search(node.attr("class") or "") is not None
    )
    return is_line and node.select_one("br") is None and not node.text.strip()


def _between_lines(text: turbohtml.Text) -> bool:
    """Whether white space only sets the source's lines apart, between items or rows: it shows nothing."""
    parent = text.parent
    return isinstance(parent, turbohtml.Element) and parent.tag in ("ol", "ul", "table", "tbody", "tr")


def _line_breaks(text: str) -> str:
    """Text with `br` as line ends; where the source ends its line after each `br` too, the two are one."""
    if text.count("\v") == text.count("\v\n") + text.endswith("\v") and "\v\n" in text:
        return text.replace("\v\n", "\n").replace("\v", "\n")
    return text.replace("\v", "\n")


def without_numbers(code: str) -> str:
    """Code without the line numbers in it (cnblogs), if its lines are numbered one by one, all of them."""
    lines = code.removesuffix("\n").split("\n")
    numbers = [_NUMBERED.match(line) for line in lines]
    if len(lines) < 2 or [found and int(found[1]) for found in numbers] != list(range(1, len(lines) + 1)):
        return code
    return "\n".join(line[found.end() :] for line, found in zip(lines, numbers, strict=True) if found)
