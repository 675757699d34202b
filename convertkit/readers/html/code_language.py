"""The language of a listing, by every habit of naming it."""

from __future__ import annotations

import re

import turbohtml

_LANGUAGE_CLASS = re.compile(
    r"(?:^|[\s:;,{])(?:language|lang|highlight-source|highlight-text|mw-highlight-lang|brush|syntax|codehilite"
    r"|enlighter-l|code-lang)[-:]\s*([^\s;,}]+)",
    re.IGNORECASE,
)
_SPHINX = re.compile(r"(?:^|\s)highlight-([\w+#.-]+)\s+notranslate")
_OPTION = re.compile(r"[:;{}]")
_LANGUAGE_ATTRIBUTES = (
    "data-lang",
    "data-language",
    "data-enlighter-language",
    "lang",
    "language",
    "data-highlight-language",
    "data-code-language",
    "data-ext",
)
_PARAMETERS = "data-syntaxhighlighter-params"
"""Confluence's: `brush: java; gutter: false`."""
_HIGHLIGHTER_WORDS = """
chroma codehilite dp-highlighter highlight hljs prettyprint prism shiki sourcecode src syntaxhighlighter
"""
_HIGHLIGHTERS = frozenset(_HIGHLIGHTER_WORDS.split())
"""Classes beside which another class is the language: `hljs python`, `figure.highlight.python`, `sourceCode python`."""
_NO_LANGUAGE_WORDS = """
none undefined null auto nohighlight no-highlight hljs highlight sourcecode src prettyprint prettyprinted codehilite
chroma shiki linenums numberlines code pre prism highlighter-rouge line-numbers wrap copyable code-snippet
wp-block-code linenos highlighttable rouge copied theme dark light default notranslate syntaxhighlighter dp-highlighter
nogutter collapsed ie literal-block printable en zh zh-cn zh-hans zh-tw
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
_GRAMMARS = {"html-basic": "html", "html-erb": "erb", "html-php": "php", "html-vue": "vue", "gfm": "markdown"}
"""GitHub's `highlight-text-…` and `highlight-source-…` are names of grammars."""
_ANCESTORS = 4
"""How far above a `pre` the widget may name the language: `div.highlight > table > … > pre` asks the table itself."""
_ENDS = frozenset(["body", "li", "blockquote", "td", "article", "main", "html"])


def find_language(element: turbohtml.Element, outermost: turbohtml.Element) -> str:
    """The language of a listing, empty if nobody names it: from the `code` in it, itself, and what is around it."""
    code = element.select_one("code[class], code[data-lang], code[data-language], code[lang]")
    candidates = [code] if code is not None else []
    candidates.append(element)
    around: turbohtml.Node | None = outermost.parent if outermost is element else outermost
    for _ in range(_ANCESTORS):
        if not isinstance(around, turbohtml.Element) or around.tag in _ENDS:
            break
        candidates.append(around)
        around = around.parent
    for candidate in candidates:
        if len(candidate.attrs) and (language := _language(candidate)):
            return language
    return ""


def _language(element: turbohtml.Element) -> str:
    classes = element.attr("class") or ""
    if classes:
        for found in _LANGUAGE_CLASS.finditer(classes):
            if language := _proper(found[1]):
                return language
        sphinx = _SPHINX.search(classes)
        if sphinx is not None and (language := _proper(sphinx[1])):
            return language
    for name in _LANGUAGE_ATTRIBUTES:
        if (name != "lang" or element.tag in ("pre", "code")) and (value := element.attr(name)):
            return _proper(value)
    if name_on_github := element.attr("data-tagsearch-lang"):
        return _proper(name_on_github.lower())
    parameters = _LANGUAGE_CLASS.search(element.attr(_PARAMETERS) or "")
    return _proper(parameters[1]) if parameters else _by_bare_class(classes.split())


def _by_bare_class(classes: list[str]) -> str:
    beside_highlighter = any(name.lower() in _HIGHLIGHTERS for name in classes)
    for name in classes:
        lower = name.lower()
        if lower in _BARE or (beside_highlighter and lower not in _NO_LANGUAGE and "-" not in name and "_" not in name):
            return name if not _OPTION.search(name) else ""
    return ""


def _proper(name: str) -> str:
    """A language's name as one word, empty for the words that mean none."""
    words = name.split()
    word = words[0].strip("\"'") if words else ""
    word = _GRAMMARS.get(word, word.removeprefix("css-"))
    return "" if word.lower() in _NO_LANGUAGE else word
