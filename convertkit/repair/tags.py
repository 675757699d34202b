"""Where a tag could stand in a text: start tags, end tags, comments, each with the places that its repair needs.

A post that was damaged was written by a serialiser before, which writes a tag in one way only: a name in lower case,
attributes with a value in quotes, one space between them. `canonical` says whether a tag is written so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convertkit.repair.names import BOOLEAN_ATTRIBUTES, KNOWN

_NAME = r"[A-Za-z][^\s<>/\"'=&;,(){}|]*"
_START = re.compile(
    rf"""<(?P<name>{_NAME})
    (?P<attributes>(?:\s++[^\s<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+)*+)
    \s*+(?P<slash>/?)>""",
    re.VERBOSE,
)
"""A start tag as the HTML standard has it (13.1.2.1), less generous with names."""
_WRITTEN = re.compile(
    r"""[ \t\n]+(?:[A-Za-z_:@][\w:.@-]*=(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+)|[^\s<>=/]+=""|"""
    r"""[\w.&%;-]*\?[^\s<>=/]*="[^"]*"|(?P<bare>[A-Za-z][\w:-]*)(?=[ \t\n]|$))"""
)
"""Names with a `?` too: `<https://a.example/tea?cups=2>` is `<https: a.example="" tea?cups="2">` to a serialiser."""
BEGINS = re.compile(
    r"""<(?:([a-z][a-z0-9-]*+)((?:[ \t\n][A-Za-z_:][\w:.-]*+="[^"<>]*+")*+)[ ]?+(/?)>"""
    rf"|/({_NAME})\s*>|(?=[A-Za-z/!?]))"
)
"""What a parser takes for the beginning of markup (HTML standard 13.2.5.6); any other `<` it takes for text.

Most tags are matched whole: end tags, and the start tags of serialisers, for which nothing else has to be asked.
"""
_OPENS = re.compile(rf"""<(?P<name>{_NAME})(?=\s+[A-Za-z_:][\w:.-]*=")""")
_VALUE = re.compile(r"""\s+[A-Za-z_:][\w:.-]*="((?:[^"]|"(?!\s+[A-Za-z_:][\w:.-]*="|\s*/?>)){0,2000})\"""")
_CLOSES = re.compile(r"\s*(/?)>")
_MISTAKES_FOLLOWED = 64
"""Tags with odd quotes that are looked into; more are no accident, and each costs."""

_LONGEST_MISTAKE = 10_000
"""Characters of such a tag."""


@dataclass(slots=True)
class Tag:
    """One tag or comment: where it stands, and how it is written. `name` is `!--` for a comment or declaration."""

    name: str
    start: int
    end: int
    is_end: bool = False
    canonical: bool = True
    attributes: str = ""
    slash: bool = False
    quotes: Sequence[int] = ()
    """Places of quotes that belong to a value and end it early."""

    @property
    def is_comment(self) -> bool:
        """Whether this is a comment, a declaration or an instruction."""
        return self.name == "!--"


class Tags:
    """The tags of a text, each found where it is asked for."""

    def __init__(self, html: str) -> None:
        self.html = html
        self._mistakes = _MISTAKES_FOLLOWED
        self._last_comment_end = html.rfind("-->")

    def at(self, position: int) -> Tag | None:
        """The tag that begins at a `<`, None if none does."""
        begin = BEGINS.match(self.html, position)
        return self.begun(begin) if begin else None

    def begun(self, begin: re.Match[str]) -> Tag | None:
        """`at` for what `BEGINS` found."""
        name, attributes, slash, ended = begin.groups()
        if name:
            return Tag(name, begin.start(), begin.end(), False, True, attributes, slash != "")
        return Tag(ended, begin.start(), begin.end(), True) if ended else self._odd(begin.start())

    def _odd(self, position: int) -> Tag | None:
        """A comment, or a start tag that no serialiser writes."""
        following = self.html[position + 1 : position + 2]
        if following in ("!", "?"):
            return self._comment(position)
        if following == "/":
            return None
        found = _START.match(self.html, position)
        if found and '"' not in _without_values(found["attributes"]):
            attributes = found["attributes"]
            canonical = not attributes or _is_canonical(attributes)
            return Tag(found["name"], position, found.end(), False, canonical, attributes, bool(found["slash"]))
        return self._mistaken(position) or (
            Tag(found["name"], position, found.end(), False, False, found["attributes"]) if found else None
        )

    def _comment(self, position: int) -> Tag | None:
        html = self.html
        if html.startswith("<!--", position):
            if self._last_comment_end < position + 2:
                return None
            return Tag("!--", position, html.index("-->", position + 2) + 3)
        return None

    def _mistaken(self, position: int) -> Tag | None:
        """A start tag with quotes within its values, each value ending where another attribute or `>` follows."""
        opens = _OPENS.match(self.html, position)
        if opens is None or opens["name"] not in KNOWN or not self._mistakes:
            return None
        self._mistakes -= 1
        quotes: list[int] = []
        here = opens.end()
        while len(quotes) < _MISTAKES_FOLLOWED and (value := _VALUE.match(self.html, here)):
            if here - position > _LONGEST_MISTAKE:
                return None
            quotes += [place.start() + value.start(1) for place in re.finditer('"', value[1])]
            here = value.end()
        closes = _CLOSES.match(self.html, here)
        if closes is None:
            return None
        attributes = self.html[opens.end() : here]
        return Tag(opens["name"], position, closes.end(), False, True, attributes, bool(closes[1]), quotes)


_VALUES = re.compile(r"""[^\s<>/=]++=""|=\s*+(?:"[^"]*+"|'[^']*+')""")


def _without_values(attributes: str) -> str:
    return _VALUES.sub("", attributes) if '"' in attributes else ""


def _is_canonical(attributes: str) -> bool:
    """Whether attributes are written as a serialiser does: in quotes, or without a value where that says something."""
    position = 0
    while found := _WRITTEN.match(attributes, position):
        if found["bare"] and found["bare"].lower() not in BOOLEAN_ATTRIBUTES:
            return False
        position = found.end()
    return position == len(attributes)
