"""Listings that stand in no `pre`, and the parts of a widget that stand beside one.

`mark_listings` runs before the reading: what shows code (SyntaxHighlighter, Crayon, Enlighter, editors such as Monaco,
CodeMirror and Ace, what is pasted from VS Code, a `code` of several lines alone in its block) becomes a `pre`; labels,
toolbars and columns of numbers outside the `pre` go.
"""

from __future__ import annotations

import re

import turbohtml

from convertkit.losses import Removed, Report
from convertkit.readers.block_tags import BLOCK_TAGS
from convertkit.readers.html.code_text import is_label
from convertkit.readers.html.place import place_of

_WHOLE: tuple[tuple[str, str], ...] = (
    (".crayon-syntax", "textarea.crayon-plain, textarea.urvanov-syntax-highlighter-plain, td.crayon-code, pre"),
    (".urvanov-syntax-highlighter-syntax", "textarea, td.crayon-code, pre"),
    ("div.syntaxhighlighter", "td.code, .lines, pre"),
    ("div.dp-highlighter", "ol"),
    ("div.enlighter-default", ".enlighter-raw, .enlighter-code"),
    ("div.CodeMirror", ".CodeMirror-code"),
    ("div.monaco-editor", ".view-lines"),
    ("div.ace_editor", ".ace_text-layer"),
    ("div.cm-editor", ".cm-content"),
    ("div.geshi, div.codehilite", "ol"),
)
"""Widgets, and where in each the code is, the truest copy first."""
_LINE_OF_SYNTAX_HIGHLIGHTER_2 = "td.number"
_PASTED = 'div[style*="white-space: pre" i], div[style*="white-space:pre" i]'
"""What editors put on the clipboard: a `div` for each line, the whole in a fixed width."""
_FIXED_WIDTH = re.compile(r"font-family\s*:[^;]*(?:mono|menlo|consolas|courier|cascadia|fira code)", re.IGNORECASE)
_BROKEN_LINES = "code br, tt br, samp br, kbd br"
_BESIDE = (
    ".line-numbers-wrapper, .highlight-lines, .line-numbers[aria-hidden], .cnblogs_code_toolbar, .cnblogs_code_copy, "
    ".cnblogs_code_collapse, .widget-codetool, .zeroclipboard-container, .snippet-clipboard-copy-button, "
    ".code-toolbar > .toolbar, .highlight-tools, .gist-meta, .pre-numbering, .hljs-button, .code-snippet__line-index, "
    ".code-block-extension-header, .code-block-caption a.headerlink, .literal-block-wrapper a.headerlink, "
    ".code-copy-btn, .copy-code-btn, .crayon-toolbar, .code_img_closed, .code_img_opened, .expressive-code .sr-only, "
    ".expressive-code .copy"
)
"""Parts of widgets outside the `pre`: columns of numbers, toolbars (VuePress, cnblogs, SegmentFault, GitHub, Prism,
Butterfly, Gist, CSDN, WeChat, Juejin, Sphinx, Crayon, Expressive Code)."""
_BAR = re.compile(
    r"\b(?:lang|language|code-?(?:lang|language|header|bar|tool|toolbar|title-?bar)|highlight-?(?:lang|tools)|toolbar"
    r"|copy|clipboard)\b|language|copy",
    re.IGNORECASE,
)
_EDITORS = ", ".join(selector for selector, _ in _WHOLE)
_MAY_BE_CODE = (
    f"pre, code, table, textarea, tt, samp, kbd, .dp-highlighter, .monaco-editor, .ace_editor, .cm-editor, {_PASTED}"
)
"""Without any of these there is no listing, nor anything beside one."""
_ANY = f"{_EDITORS}, {_PASTED}, {_BROKEN_LINES}, {_BESIDE}"


def mark_listings(body: turbohtml.Element, report: Report) -> None:
    """Make a `pre` of each listing, and of nothing else."""
    if body.select_one(_MAY_BE_CODE) is None:
        return
    listings = body.select("pre")
    if body.select_one(_ANY) is not None:
        _drop_beside(body, report)
        _unwrap_editors(body, report)
        for element in body.select(_PASTED):
            if _FIXED_WIDTH.search(element.attr("style") or "") and _is_free(element):
                _become(element, "pre", {})
        for code in dict.fromkeys(br.closest("code, tt, samp, kbd") for br in body.select(_BROKEN_LINES)):
            if code is not None and _is_free(code) and _is_alone(code):
                _put_into_pre(code)
    for listing in listings:
        _drop_labels(listing, report)


def _is_free(element: turbohtml.Element) -> bool:
    """Whether an element stands in no listing, and holds nothing that is no code."""
    return element.closest("pre, textarea") is None and element.select_one("img, table, pre, ul, h1, h2, h3") is None


def _drop_beside(body: turbohtml.Element, report: Report) -> None:
    for part in body.select(_BESIDE):
        if part.closest("pre") is not None or part.select_one("pre, code, .blob-code") is not None:
            continue
        shown = " ".join(part.stripped_strings)
        if shown and not shown.replace(" ", "").isdigit():
            report(Removed(place_of(part), "code widget", shown))
        part.extract()


def _drop_labels(listing: turbohtml.Element, report: Report) -> None:
    """Take out what stands before a listing and names its language, or asks to copy it: VitePress's `span.lang`."""
    code = listing.select_one("code") or listing
    bar = listing.previous_sibling
    while isinstance(bar, turbohtml.Text) and bar.data.isspace():
        bar = bar.previous_sibling
    if not isinstance(bar, turbohtml.Element) or bar.tag not in ("div", "span", "header", "p", "a"):
        return
    if not _BAR.search(bar.attr("class") or "") or bar.select_one("img, pre, table") is not None:
        return
    named = turbohtml.Element("i", {"class": f"{code.attr('class') or ''} {_classes_around(listing)}"})
    if is_label(bar.text, named):
        if shown := bar.text.strip():
            report(Removed(place_of(bar), "code widget", shown))
        bar.extract()


def _classes_around(listing: turbohtml.Element) -> str:
    parent = listing.parent
    around = parent.attr("class") if isinstance(parent, turbohtml.Element) else None
    return f"{listing.attr('class') or ''} {around or ''} {listing.attr('data-lang') or ''}"


# ---------------------------------------------------------------- widgets that show code without `pre`


def _unwrap_editors(body: turbohtml.Element, report: Report) -> None:
    """Put a `pre` with the code in place of each widget of `_WHOLE`; classes stay, they name the language."""
    for widget, places in _WHOLE:
        for element in body.select(widget):
            code = _first(element, places)
            if code is None or element.parent is None:
                continue
            for number in code.select(_LINE_OF_SYNTAX_HIGHLIGHTER_2):
                number.extract()
            names = f"{element.attr('class') or ''} {code.attr('class') or ''}"
            inner = element.select_one(".crayon-language")
            language = inner.text.strip().lower() if inner is not None else ""
            classes = f"{names} language-{language}" if language else names
            around = element.closest("pre")
            twin = _hidden_twin(element)
            if around is not None:  # Typora's export: the editor in the `pre` that names the language
                element.replace_with(*code.children)
            elif twin is not None:
                del twin.attrs["style"]
                element.extract()
            else:
                _strip_line_ends(code)
                element.replace_with(turbohtml.Element("pre", {"class": classes}, list(code.children)))
            rest = " ".join(element.stripped_strings)
            if rest and not rest.replace(" ", "").isdigit():
                report(Removed(place_of(element), "code widget", rest))


def _first(element: turbohtml.Element, places: str) -> turbohtml.Element | None:
    for place in places.split(", "):
        found = element.select_one(place)
        if found is not None and found.text.strip():
            return found
    return None


def _hidden_twin(element: turbohtml.Element) -> turbohtml.Element | None:
    """The listing as its author wrote it, which a script hid when it drew this one beside it."""
    for twin in (element.previous_sibling, element.next_sibling):
        if isinstance(twin, turbohtml.Element) and twin.tag in ("pre", "textarea"):
            style = (twin.attr("style") or "").replace(" ", "")
            if "display:none" in style:
                return twin
    return None


def _strip_line_ends(code: turbohtml.Element) -> None:
    """Take the two spaces off that SyntaxHighlighter 1 puts behind each line."""
    for line in code.select("li > span") if code.tag == "ol" else ():
        last = line
        while last.children and isinstance(inner := last.children[-1], turbohtml.Element):
            last = inner
        if last.children and isinstance(text := last.children[-1], turbohtml.Text):
            text.data = text.data.removesuffix("\u00a0\u00a0").removesuffix("  ")


def _become(element: turbohtml.Element, tag: str, attributes: dict[str, str]) -> None:
    element.replace_with(turbohtml.Element(tag, attributes, list(element.children)))


# ---------------------------------------------------------------- lines of code that stand in a paragraph


def _is_alone(code: turbohtml.Element) -> bool:
    """Whether a `code` is all that its block holds."""
    element = code
    while True:
        for sibling in (*element.previous_siblings, *element.next_siblings):
            if not isinstance(sibling, turbohtml.Text) or sibling.data.strip():
                return False
        parent = element.parent
        if not isinstance(parent, turbohtml.Element):
            return False
        if parent.tag in BLOCK_TAGS or parent.tag == "body":
            return parent.tag not in ("td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dt")
        if parent.tag == "a":
            return False
        element = parent


def _put_into_pre(code: turbohtml.Element) -> None:
    """`pre` in place of the paragraph that holds only this `code`, or around it."""
    parent = code.parent
    outermost = code
    while isinstance(parent, turbohtml.Element) and parent.tag not in BLOCK_TAGS and parent.tag != "body":
        outermost, parent = parent, parent.parent
    if isinstance(parent, turbohtml.Element) and parent.tag == "p":
        outermost = parent
    class_name = code.attr("class")
    children = list(code.children)
    for node in children:  # outside `pre` a line end of the source is a space, or nothing beside `br`
        if isinstance(node, turbohtml.Text):
            node.data = re.sub(r"[ \t]*\n[ \t]*", "", node.data)
    pre = turbohtml.Element("pre", {"class": class_name} if class_name else {}, children)
    outermost.replace_with(pre)
