"""Code blocks: the language by every habit of naming it, the lines without the widget around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import turbohtml

from convertkit.losses import Removed
from convertkit.readers.html.flow import Flow, Reader, attr_of
from convertkit.readers.html.place import place_of
from convertkit.tree import NO_ATTR, Attr, CodeBlock

WIDGET = (
    "button, script, style, template, textarea, svg, .copy-code-btn, .copy-btn, .copybtn, .btn-copy, .code-copy-btn, "
    ".hljs-button, .clipboard, .line-numbers-rows, .lineno, .linenos, .line-number, .line-numbers-sizer, .lnt, .ln, "
    ".gutter, .hljs-ln-numbers, .code-snippet__line-index, .toolbar, .toolbar-item"
)
"""What highlighters put into a listing besides the code: copy buttons, line numbers (Juejin, highlight.js plug-ins,
Prism, Pygments, Chroma, WeChat)."""

_CODE_CELL = (
    "td.code pre, td.rouge-code pre, td.highlight-code pre, td.lntd pre, td.blob-code, td.hljs-ln-code, td.crayon-code"
)
"""The cell or the lines that hold the code of a listing with line numbers (Hexo, Pygments, Rouge, Chroma, GitHub,
highlightjs-line-numbers, Crayon)."""
_GUTTER = "td.gutter, td.linenos, td.rouge-gutter, td.lntd, td.blob-num, td.hljs-ln-numbers, td.crayon-nums, .linenodiv"
_COMPLEX = f"br, div, p, li, tr, td, figure, code + code, pre, {WIDGET}"
"""What makes a listing's text more than the text of its nodes."""
_LINES = frozenset(["div", "p", "li", "tr", "pre", "section", "figure"])

_LANGUAGE_CLASS = re.compile(
    r"(?:^|[\s:;,{])(?:language|lang|highlight-source|highlight-text|brush|syntax|codehilite)[-:]\s*([^\s;,}]+)"
)
_OPTION = re.compile(r"[:;{}]")
_LANGUAGE_ATTRIBUTES = (
    "data-lang",
    "data-language",
    "data-enlighter-language",
    "lang",
    "language",
    "data-highlight-language",
)
_HIGHLIGHTERS = frozenset(["hljs", "highlight", "sourcecode", "src", "prettyprint", "codehilite", "chroma", "shiki"])
"""Classes beside which another class is the language: `hljs python`, `figure.highlight.python`, `sourceCode python`."""
_NO_LANGUAGE_WORDS = """
none undefined null auto nohighlight no-highlight hljs highlight sourcecode src prettyprint prettyprinted codehilite
chroma shiki linenums numberlines code pre prism highlighter-rouge line-numbers wrap copyable code-snippet
wp-block-code linenos highlighttable rouge copied theme dark light
"""
_NO_LANGUAGE = frozenset(_NO_LANGUAGE_WORDS.split())
_BARE_WORDS = """
apache asm awk bash basic batch bat c c# c++ cc clojure cmake cmd coffeescript cpp cs csharp css cypher dart delphi
diff django dockerfile elixir elm erlang fish fortran fsharp go golang gradle graphql groovy haml haskell hcl hs html
http ini java javascript js json jsx julia kotlin kt latex less lisp lua makefile markdown matlab md nginx nim nix
objc objective-c objectivec ocaml pascal perl php plsql powershell prolog properties protobuf puppet py python python3
r racket rb rs ruby rust sass scala scheme scss sh shell sql styl stylus svelte swift tcl terraform tex toml ts tsx
typescript v vb vbnet verilog vhdl vim vue wasm xml yaml yml zig zsh
"""
_BARE = frozenset(_BARE_WORDS.split())
"""Languages that a lone class may name (`<code class="ruby">`); any other lone class is a style."""
_ANCESTORS = 3
"""How far above a `pre` the widget may name the language: `div.highlight > table > … > pre` asks the table itself."""


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
    text = "\n".join(_verbatim(part, reader) for part in parts)
    language = find_language(parts[0], outermost)
    attr = Attr(identifier, (language,) if language else ()) if language or identifier else NO_ATTR
    return CodeBlock(text.removesuffix("\n"), attr)


# ---------------------------------------------------------------- the text


def _verbatim(element: turbohtml.Element, reader: Reader) -> str:
    """The lines of a listing as a browser shows them, without the highlighter's buttons and numbers."""
    if element.select_one(_COMPLEX) is None:
        return element.text
    for widget in element.select(WIDGET):
        shown = widget.text.strip()
        if shown and not shown.replace("\n", "").replace(" ", "").isdigit():
            reader.report(Removed(place_of(widget), "code widget", shown))
        widget.extract()
    if "\v" in element.text:
        return "".join(_pieces(element, "\n"))
    return _line_breaks("".join(_pieces(element, "\v")))


def _pieces(element: turbohtml.Element, line_break: str) -> Iterator[str]:
    """The text in pieces: `line_break` for a `br`, line ends around blocks and between neighbouring `code`."""
    at_line_start = True
    outer: list[tuple[Iterator[turbohtml.Node], bool]] = []
    children: Iterator[turbohtml.Node] = iter(element)
    while True:
        for node in children:
            if isinstance(node, turbohtml.Text):
                if node.data:
                    at_line_start = node.data.endswith("\n")
                    yield node.data
            elif isinstance(node, turbohtml.Element):
                if node.tag == "br":
                    at_line_start = True
                    yield line_break
                    continue
                is_line = node.tag in _LINES or (node.tag == "code" and _is_code(node.previous_sibling))
                if is_line and not at_line_start:
                    at_line_start = True
                    yield "\n"
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


def _is_code(node: turbohtml.Node | None) -> bool:
    return isinstance(node, turbohtml.Element) and node.tag == "code"


def _line_breaks(text: str) -> str:
    """Text with `br` as line ends; where the source ends its line after each `br` too, the two are one."""
    if text.count("\v") == text.count("\v\n") + text.endswith("\v") and "\v\n" in text:
        return text.replace("\v\n", "\n").replace("\v", "\n")
    return text.replace("\v", "\n")


# ---------------------------------------------------------------- the language


def find_language(element: turbohtml.Element, outermost: turbohtml.Element) -> str:
    """The language of a listing, empty if nobody names it: from the `code` in it, itself, and what is around it."""
    code = element.select_one("code[class], code[data-lang], code[data-language], code[lang]")
    candidates = [code] if code is not None else []
    candidates.append(element)
    around: turbohtml.Node | None = outermost.parent if outermost is element else outermost
    for _ in range(_ANCESTORS):
        if not isinstance(around, turbohtml.Element) or around.tag in ("body", "li", "blockquote", "td", "article"):
            break
        candidates.append(around)
        around = around.parent
    for candidate in candidates:
        if len(candidate.attrs) and (language := _language(candidate)):
            return language
    return ""


def _language(element: turbohtml.Element) -> str:
    classes = element.attr("class") or ""
    found = _LANGUAGE_CLASS.search(classes)
    if found is not None:
        return _proper(found[1])
    for name in _LANGUAGE_ATTRIBUTES:
        if (name != "lang" or element.tag in ("pre", "code")) and (value := element.attr(name)):
            return _proper(value)
    return _by_bare_class(classes.split())


def _by_bare_class(classes: list[str]) -> str:
    beside_highlighter = any(name.lower() in _HIGHLIGHTERS for name in classes)
    for name in classes:
        lower = name.lower()
        if lower in _BARE or (beside_highlighter and lower not in _NO_LANGUAGE and "-" not in name and "_" not in name):
            return name if not _OPTION.search(name) else ""
    return ""


def _proper(name: str) -> str:
    """A language's name as one word, empty for the words that mean none."""
    word = name.strip().split(" ")[0]
    return "" if word.lower() in _NO_LANGUAGE else word
