"""Whether a text was damaged at all: what it escapes against what it leaves raw.

A serialiser escapes every `&`, `<` and `>` of a text. Decoding once takes all of these away at once, so that a damaged
text has raw ones and (but for those that were escaped twice) no escaped ones; braces, which the archives' generators
escape afterwards, say nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from enum import Enum, auto

from convertkit.repair.names import FOREIGN_ROOTS, HEAD, KNOWN, MAY_STAY_OPEN, RAW_TEXT, SPOKEN_OF_AFTER, VOID

_REFERENCE = r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|[#][0-9]{1,7}|[#][Xx][0-9A-Fa-f]{1,6});"
_ATTRIBUTES = r"""(?:\s++[A-Za-z_:@][\w:.@-]*+(?:=(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+)*+\s*+/?>"""
_COMMENT = r"<!--(?:[^-]++|-(?!->))*+-->"
_MARKUP = rf"</?[a-z][\w:.-]*+{_ATTRIBUTES}|{_COMMENT}"
_TAG = re.compile(rf"<(/?[a-z][\w:.-]*+){_ATTRIBUTES}")
_PROPER = re.compile(rf"(?:[^<>&]++|{_MARKUP}|{_REFERENCE})*+")
"""What a serialiser writes. No alternative begins as another does, so that nothing is tried twice."""
_LOOSE = re.compile(rf"(?:[^<]++|{_MARKUP}|<(?![A-Za-z/!?<]))*+")
"""The same with raw `&`, `>`, and `<` that begin no tag: what a parser reads rightly but for references."""
_ESCAPED = re.compile(rf"&(?![#](?:123|125);){_REFERENCE[1:]}")
_ESCAPED_TAG = re.compile(r"&(?:lt|#60|#x3[cC]);")
_RAW = re.compile(rf"&(?!{_REFERENCE[1:]})|(?<!-)->|=>|>>")
"""`&` and `>` that a serialiser would escape."""
_NAME = re.compile(r"<(/?[A-Za-z][^\s<>/]*)")
_WITHOUT_QUOTES = re.compile(r"""<[a-z][a-z0-9]*(?:\s[a-z-]+="[^"<>]*")*\s[a-z-]+=[\w#][^\s"'<>]*[\s>]""")
_FOREIGN = re.compile(r"<(svg|math)\b[^<>]*>(?:[^<]++|<(?!/?\1\b))*+</\1>")
_SWALLOWED = re.compile(r"(?<![^>\s])(<(script|style)\b[^<>]*>)(?:[^<]++|<(?!/?\2\b))*+(?=</\2>)")
"""A program or style sheet between blocks: it holds `<`, `&` and `>` as they are, in sound pages too."""
_NO_TAG = re.compile(r"<(?![A-Za-z/!?])")
_NEVER_WRITTEN = re.compile(
    r"<code>(?:<[A-Za-z][^<>]*>|</(?!code)[a-z][^<>]*>)</code>"
    r"|<pre><code>(?:<(?:p|h[1-6]|td|th|tr|li)\b|</(?!code\b)[a-z]|<(?:div|ul|ol|table)>)"
    r"|</?<"
)
"""A tag that is all of a piece of code, a block's tag that begins a listing, a tag that a highlighter took apart."""
_BEGINS_NEVER_WRITTEN = ("<code>", "<pre>", "<<", "</<")
_ODD_IN_CODE = re.compile(
    r"<(?:pre|code)\b[^<>]*>\s*(?:<code\b[^<>]*>)?[^<]*<(?!/(?:pre|code)>|(?:span|br)\b[^<>]*+>(?!</code>))"
)
_VOID_WORD = re.compile(rf"<(?:img|input)\s*+/?>|<(?:br|hr|wbr)\s*+/?>{SPOKEN_OF_AFTER}")
"""An element without content, and without the attributes that it is nothing without: `the <img> tag`."""
_VOID_WORDS = frozenset(["img", "input", "br", "hr", "wbr"])
_ORDINARY = KNOWN - HEAD - RAW_TEXT
_ORDINARY_TAGS = _ORDINARY | {f"/{name}" for name in _ORDINARY}


class Verdict(Enum):
    """What may be done to a text."""

    SOUND = auto()
    """It escapes what it should, or has nothing to escape: nothing."""
    RAW = auto()
    """Its tags are as they should be, raw `&` and `>` stand between them: as a person writes, or damaged."""
    UNTOLD = auto()
    """Its tags do not add up, or stand in code: a person's carelessness, or damage. Only what cannot be otherwise."""
    DAMAGED = auto()
    """Decoded once too often: every `&` is text, and so is every tag that no serialiser writes."""


def weigh(html: str) -> Verdict:
    """The verdict on a text."""
    names = Counter(_TAG.findall(html))
    # most posts hold tags and `< ` alone; else some `<` are of comments, of values or of the text
    others = html.count("<") - names.total()
    is_loose = others == 0 or others == html.count("< ")
    if not is_loose and ("<script" in html or "<style" in html):
        html = _SWALLOWED.sub(r"\1", html)
    is_loose = is_loose or _matches(_LOOSE, html)
    if not is_loose:
        names = Counter(_NAME.findall(html))
    is_ordinary = names.keys() <= _ORDINARY_TAGS
    is_escaped = "&" in html and _ESCAPED.search(html) is not None
    if is_loose and is_ordinary:
        if _is_balanced(names) and not _is_odd_in_code(html, names):
            if is_escaped:
                return Verdict.SOUND
            if _holds_void_words(html, names):
                return Verdict.UNTOLD
            return Verdict.RAW if "&" in html else Verdict.SOUND
        if is_escaped and _matches(_PROPER, html):
            return Verdict.SOUND
    return _weigh_oddities(html, names, is_ordinary=is_ordinary, is_escaped=is_escaped)


def _weigh_oddities(html: str, names: Counter[str], *, is_ordinary: bool, is_escaped: bool) -> Verdict:
    """The verdict on a text whose tags do not add up, or are none."""
    is_proper = _matches(_PROPER, html)
    impossible = 0 if is_ordinary and is_proper else _count_impossible(html, {} if is_ordinary else names)
    if is_escaped:
        return Verdict.DAMAGED if impossible and _is_rather_raw(html, impossible) else Verdict.SOUND
    if impossible:
        return Verdict.DAMAGED
    return Verdict.UNTOLD if is_proper or _is_by_hand(html, names) else Verdict.DAMAGED


def _is_odd_in_code(html: str, names: Mapping[str, int]) -> bool:
    return ("code" in names or "pre" in names) and _ODD_IN_CODE.search(html) is not None


def _holds_void_words(html: str, names: Mapping[str, int]) -> bool:
    return not names.keys().isdisjoint(_VOID_WORDS) and _VOID_WORD.search(html) is not None


def _matches(pattern: re.Pattern[str], html: str) -> bool:
    found = pattern.match(html)
    return found is not None and found.end() == len(html)


def _is_balanced(names: Mapping[str, int]) -> bool:
    """Whether every element begins as often as it ends."""
    return all(names.get(f"/{name}") == count for name, count in names.items() if name[0] != "/" and name not in VOID)


def _is_by_hand(html: str, names: Mapping[str, int]) -> bool:
    """Whether a person wrote the markup: names in capitals, values without quotes, end tags left out."""
    if _WITHOUT_QUOTES.search(html):
        return True
    return any(
        name.lower() in KNOWN if name != name.lower() else name in MAY_STAY_OPEN and names.get(f"/{name}", 0) < count
        for name, count in names.items()
    )


def _count_impossible(html: str, names: Mapping[str, int]) -> int:
    """How many `<` no page has as markup: elements of `names` that do not end, tags that are all of a piece of code."""
    if not names.keys().isdisjoint(FOREIGN_ROOTS):
        html = _FOREIGN.sub("", html)
        names = Counter(_NAME.findall(html))
    may_hold = any(beginning in html for beginning in _BEGINS_NEVER_WRITTEN)
    return (len(_NEVER_WRITTEN.findall(html)) if may_hold else 0) + sum(
        count
        for name, count in names.items()
        if name.lstrip("/").lower() not in KNOWN
        if names.get(name[1:] if name[0] == "/" else f"/{name}") != count
        if ":" not in name or not _ends_itself(html, name)
    )


def _ends_itself(html: str, name: str) -> bool:
    """Whether an element of another vocabulary is written as XML has it: `<v:imagedata src="a.png"/>`."""
    return re.search(rf"<{re.escape(name)}(?:\s[^<>]*)?/>", html) is not None


def _is_rather_raw(html: str, impossible: int) -> bool:
    """Whether what a text escapes was escaped twice, because it leaves more raw."""
    raw = 2 * (impossible + len(_NO_TAG.findall(html))) + len(_RAW.findall(html))
    escaped = sum(1 for _ in _ESCAPED.finditer(html))
    return raw > escaped and 2 * impossible >= len(_ESCAPED_TAG.findall(html))
