"""Code blocks: a listing's lines and its language, without the widget around them.

`code_text` gives the lines, `code_language` the language; `listings` makes a `pre` of listings that stand in none.
"""

from __future__ import annotations

import turbohtml

from convertkit.losses import Removed
from convertkit.readers.html.code_language import find_language
from convertkit.readers.html.code_text import verbatim, without_numbers
from convertkit.readers.html.flow import Flow, Reader, attr_of
from convertkit.readers.html.place import place_of
from convertkit.tree import NO_ATTR, Attr, CodeBlock

_CODE_CELL = (
    "td.code pre, td.rouge-code pre, td.highlight-code pre, td.lntd pre, td.blob-code, td.hljs-ln-code, "
    "td.crayon-code, td.code > .container"
)
"""The cell or the lines that hold the code of a listing with line numbers (Hexo, Pygments, Rouge, Chroma, GitHub,
highlightjs-line-numbers, Crayon, SyntaxHighlighter)."""
_LINKS = 'a[href]:not([href^="#"]):not([href^="javascript:" i])'
"""What a highlighter or the documentation of an interface links words of a listing to; the words stay."""
_GUTTER = (
    "td.gutter, td.linenos, td.rouge-gutter, td.lntd, td.blob-num, td.hljs-ln-numbers, td.crayon-nums, .linenodiv, "
    "td.line_numbers, td.line-numbers"
)


def read_preformatted(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`pre`, and its obsolete kin `listing`, `xmp` and `plaintext`; also `textarea`."""
    identifier = attr_of(element, reader).id if reader.marked else ""
    flow.add(_code_block([element], element, identifier, reader))


def read_code_table(table: turbohtml.Element, reader: Reader) -> CodeBlock | None:
    """The code of a listing that is laid out as a table with a column of line numbers; None for any other table."""
    if table.select_one(_GUTTER) is None:
        return None
    found = table.select(_CODE_CELL)
    if found and found[0].closest("td.lntd") is not None:
        found = found[-1:]  # Chroma: both columns have the class, the numbers come first
    return _code_block(found, table, "", reader) if found else None


def _code_block(
    parts: list[turbohtml.Element], outermost: turbohtml.Element, identifier: str, reader: Reader
) -> CodeBlock:
    if links := [link.attr("href") or "" for part in parts for link in part.select(_LINKS)]:
        reader.report(Removed(place_of(outermost), "listing", f"[links to {' '.join(dict.fromkeys(links))}]"))
    text = "\n".join(verbatim(part, reader.report).removesuffix("\n") for part in parts)
    if outermost.closest(".cnblogs_code") is not None:
        text = without_numbers(text)
    language = find_language(parts[0], outermost)
    attr = Attr(identifier, (language,) if language else ()) if language or identifier else NO_ATTR
    return CodeBlock(text, attr)
