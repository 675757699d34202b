"""The code tags of site generators in Markdown, as fences: Jekyll's and Hugo's `highlight`, Hexo's `codeblock`.

Markdown knows nothing of them, and would take what they hold for prose. Fences that stand already are left alone, and
so is a tag that nothing closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = re.compile(
    r"^(?P<indent>[ \t]*)(?:"
    r"\{%-?[ \t]*(?P<tag>highlight|codeblock)\b(?P<said>[^\n]*?)-?%\}"
    r"|\{\{[<%][ \t]*highlight\b(?P<told>[^\n]*?)[>%]\}\}"
    r"|(?P<fence>`{3,}|~{3,}))",
    re.MULTILINE,
)
_CLOSINGS = {
    "highlight": re.compile(r"\{%-?[ \t]*endhighlight[ \t]*-?%\}[ \t]*"),
    "codeblock": re.compile(r"\{%-?[ \t]*endcodeblock[ \t]*-?%\}[ \t]*"),
    "shortcode": re.compile(r"\{\{[<%][ \t]*/[ \t]*highlight[ \t]*[>%]\}\}[ \t]*"),
}
_LANGUAGE = re.compile(r"[\w+#.-]+")
_HEXO_LANGUAGE = re.compile(r"\blang:[ \t]*([\w+#.-]+)")
_BACKTICKS = re.compile(r"`{3,}")


def with_fences(text: str) -> str:
    """The text with its code tags as fenced code, verbatim, under the language that they name."""
    may_hold = "{" in text and ("{%" in text or "{{" in text) and ("highlight" in text or "codeblock" in text)
    return "".join(_pieces(text)) if may_hold else text


def _pieces(text: str) -> Iterator[str]:
    unclosed: set[str] = set()
    start = 0
    while opening := _OPENING.search(text, start):
        kind = opening["fence"] or opening["tag"] or "shortcode"
        closing = None if kind in unclosed else _closing(kind).search(text, opening.end())
        if closing is None:
            unclosed.add(kind)
            if opening["fence"]:
                break  # CommonMark 4.5: it runs to the end
            yield text[start : opening.end()]
        elif opening["fence"]:
            yield text[start : closing.end()]
        else:
            yield text[start : opening.start()]
            yield _fenced(opening, text[opening.end() : closing.start()])
        start = closing.end() if closing else opening.end()
    yield text[start:]


def _closing(kind: str) -> re.Pattern[str]:
    """The end of a tag, or of a fence, which is at least as long as its beginning."""
    if kind in _CLOSINGS:
        return _CLOSINGS[kind]
    return re.compile(rf"^[ \t]*{kind[0]}{{{len(kind)},}}[ \t]*$", re.MULTILINE)


def _fenced(opening: re.Match[str], code: str) -> str:
    indent = opening["indent"]
    said = (opening["said"] or opening["told"] or "").strip()
    language, title = _hexo(said) if opening["tag"] == "codeblock" else (_first_word(said), "")
    fence = max(["``", *_BACKTICKS.findall(code)], key=len) + "`"
    code = code.removeprefix("\n").rstrip()
    above = f"{indent}{title}\n\n" if title else ""
    return f"\n{above}{indent}{fence}{language}\n{code}\n{indent}{fence}\n"


def _first_word(said: str) -> str:
    found = _LANGUAGE.match(said)
    return found[0] if found else ""


def _hexo(said: str) -> tuple[str, str]:
    """The language and the title of `codeblock [title] [lang:language]`; a word alone is taken for the language."""
    if found := _HEXO_LANGUAGE.search(said):
        return found[1], " ".join((said[: found.start()] + said[found.end() :]).split())
    return (said, "") if _LANGUAGE.fullmatch(said) else ("", said)
