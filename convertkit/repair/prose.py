"""Everything outside of code: which tags are markup, told by how they are written and whether they balance.

What a serialiser wrote is balanced: every start tag has its end tag, in order. A tag that breaks the order is a word of
the text (`use the <table> element`), and so is one that no serialiser writes (`a<b and c>d`, `Vec<String>`).
"""

from __future__ import annotations

import re
from collections import Counter

from convertkit.repair.code import repair_code
from convertkit.repair.edits import Edits
from convertkit.repair.highlighters import has_kind
from convertkit.repair.names import (
    BLOCKS,
    FOREIGN_ROOTS,
    HEAD,
    HOLDS_TEXT,
    KNOWN,
    MAY_STAY_OPEN,
    PHRASES,
    RAW_TEXT,
    SPOKEN_OF_AFTER,
    VOID,
    names,
)
from convertkit.repair.regions import Regions
from convertkit.repair.tags import BEGINS, Tag, Tags

_ORDINARY = (PHRASES | BLOCKS) - FOREIGN_ROOTS - VOID - {"pre", "code"}
"""Elements whose start tags are markup where they are written as a serialiser writes them."""
_GRID = re.compile(r"\s*+<(?:table|ol|ul|div)\b(?P<attributes>[^<>]*)>")
_EMPTY_WITHOUT_ATTRIBUTES = names("""
    img meta link input source param track embed area base frame command keygen
""")
_BEFORE_A_WORD = frozenset("(\"'`“‘")
_END_TAG_NEXT = re.compile(r"\s*</(?!pre\b)")
_NEVER_IN_ITSELF = names("p h1 h2 h3 h4 h5 h6")
_SPOKEN_OF_AFTER = re.compile(SPOKEN_OF_AFTER)
_SPEAKS_BEFORE = re.compile(
    r"(?:\b(?:use|using|with|the|an?|like|called|named|tags?|elements?)|用|以|标签|元素|標籤)[ ]\Z", re.IGNORECASE
)
_APART = frozenset(" ,.;:)(，。；：、")
"""What stands beside a tag that is a word; beside one that marks a word up stands that word."""
_SPACES_LOOKED_BACK = 40
_TAGS_OF_A_SERIALISER = 20
"""So many tags that balance but for one or two were not written by hand."""
_LEVELS_CUT_OFF = 64
"""So many open elements are looked at; more are not cut off by a word."""
_SHOWN = re.compile(r"<[^<>\n]{0,80}>?")
"""What a report shows of text that looks like a tag."""


class Prose:
    """One pass over a text; `edits` collects what it finds. `damaged` says that the text shows damage elsewhere.

    A feed drops programs. In the body of a whole page (`of_page`) those that end are what they seem.
    """

    def __init__(self, edits: Edits, *, damaged: bool, of_page: bool) -> None:
        self.edits = edits
        self.html = edits.html
        self.damaged = damaged
        self.of_page = of_page
        self.tags = Tags(self.html)
        self.regions = Regions(self.html)
        self.found: list[Tag] = []
        self.foreign = 0
        self.closings: dict[str, int] = {}

    def repair(self) -> None:
        """Find what is text and have it made so."""
        position = 0
        while begin := BEGINS.search(self.html, position):
            tag = self.tags.begun(begin)
            if tag is None:
                if self.damaged or self.html.startswith("<!--", begin.start()):
                    self._is_text(begin.start())
                position = begin.start() + 1
            elif tag.name in _ORDINARY and tag.canonical and not (tag.is_end or tag.slash):
                self._keep(tag)
                position = tag.end
            else:
                position = self._take(tag)
        self._balance()
        self._mend_odd_voids()

    def _is_text(self, position: int) -> None:
        shown = _SHOWN.match(self.html, position)
        self.edits.mend("", position, shown.end() if shown else position + 1)

    def _take(self, tag: Tag) -> int:
        """Look at one tag; where to go on."""
        if tag.is_end:
            if self.foreign:
                self.foreign -= tag.name in FOREIGN_ROOTS
            self.found.append(tag)
            return tag.end
        if tag.is_comment:
            return tag.end
        if not self.foreign:
            if tag.name == "pre":
                return self._listing(tag)
            if tag.name == "code":
                return self._phrase(tag)
            if tag.name in RAW_TEXT:
                return self._raw_text(tag)
            if self._is_word(tag):
                self._is_text(tag.start)
                return tag.start + 1
        self.foreign += tag.name in FOREIGN_ROOTS and not tag.slash
        self._keep(tag)
        return tag.end

    def _keep(self, tag: Tag) -> None:
        for place in tag.quotes:
            self.edits.escape(place)
        if tag.quotes:
            self.edits.note(tag.name, tag.start, tag.end)
        self.found.append(tag)

    def _is_word(self, tag: Tag) -> bool:
        """Whether a start tag can be nothing but text, whatever stands around it."""
        name = tag.name
        if name not in KNOWN:
            if name.lower() in KNOWN:
                return self.damaged
            if ":" in name and tag.canonical:
                return False
            return self.damaged and (not tag.canonical or tag.slash or not name.islower())
        if name in HEAD and self.damaged:
            return name not in ("html", "head", "body", "meta", "link") or (not tag.attributes and bool(self.found))
        if not tag.canonical:
            return self.damaged
        if name in VOID and self.damaged:
            if not tag.attributes and self.damaged and self.html[tag.start - 1] in _BEFORE_A_WORD:
                return True
            return not tag.attributes and name in _EMPTY_WITHOUT_ATTRIBUTES
        if name in VOID:
            return self._is_void_word(tag)
        return tag.slash and self.damaged

    def _listing(self, tag: Tag) -> int:
        region = self.regions.listing(tag.start)
        if region is None:
            if self.damaged:
                self._is_text(tag.start)
            return tag.start + 1
        begin, end = region
        opening = self.html[tag.start : begin]
        grid = _GRID.match(self.html, begin, end)
        if grid and has_kind(grid["attributes"]) and "<pre" in self.html[begin:end]:
            self.found.append(tag)
            wrapped = opening.find("<code", 1)
            if wrapped > 0:
                code = self.tags.at(tag.start + wrapped)
                if code is not None:
                    self.found.append(code)
            return begin
        repair_code(self.edits, begin, end, self._hint(tag.start, opening), "pre", damaged=self.damaged)
        return self.html.index(">", self.html.index("</pre", end)) + 1

    def _hint(self, start: int, opening: str) -> str:
        """The tags before a listing, which name its language."""
        return self.html[max(0, start - 120) : start].rpartition("\n")[2] + opening

    def _phrase(self, tag: Tag) -> int:
        end = self.regions.phrase(tag.end)
        if end is None:
            if self.damaged:
                self._is_text(tag.start)
            return tag.start + 1
        repair_code(self.edits, tag.end, end, self.html[tag.start : tag.end], "code", damaged=self.damaged)
        return self.html.index(">", end) + 1

    def _raw_text(self, tag: Tag) -> int:
        """Elements that swallow what follows: real if they end, hold what they must, and do not stand in a line."""
        closing = self._closing(tag)
        in_line = bool(self.found) and not self.found[-1].is_end and self.found[-1].name in HOLDS_TEXT
        if tag.name == "iframe":
            is_real = closing >= 0 and "src" in tag.attributes
        elif tag.name in ("script", "style"):
            is_real = closing >= 0 and (self.of_page or not (self.damaged and in_line))
            if is_real:
                self.edits.keep(tag.end, closing)
        elif tag.name == "title":
            is_real = closing >= 0 and bool(self.found) and self.found[-1].name in ("head", "meta", "link")
        else:
            is_real = closing >= 0 and not in_line
        if closing >= 0 and not self.damaged:
            return closing + len(tag.name) + 3
        if is_real:
            return closing + len(tag.name) + 3
        if self.damaged or (in_line and tag.name != "plaintext"):
            self._is_text(tag.start)
        return tag.start + 1

    def _closing(self, tag: Tag) -> int:
        """Where the next end tag of a name stands, -1 if there is none; looked for once for many start tags."""
        known = self.closings.get(tag.name, 0)
        if 0 <= known < tag.end:
            known = self.closings[tag.name] = self.html.find(f"</{tag.name}>", tag.end)
        return known

    def _balance(self) -> None:
        """Pair the tags; what stays alone is text."""
        ends = Counter(tag.name for tag in self.found if tag.is_end)  # those that are still to come, as are starts
        starts = Counter(tag.name for tag in self.found if not tag.is_end)
        opened: list[Tag] = []
        open_names: Counter[str] = Counter()
        alone: list[Tag] = []
        for tag in self.found:
            name = tag.name
            if not tag.is_end:
                starts[name] -= 1
                if (name not in VOID or ends[name]) and not tag.slash:
                    opened.append(tag)
                    open_names[name] += 1
                continue
            ends[name] -= 1
            if name in VOID and not open_names[name]:
                continue
            if not open_names[name] or (
                opened[-1].name != name and self._closes_too_early(name, opened, open_names, starts, ends)
            ):
                alone.append(tag)
                continue
            while opened[-1].name != name:
                inner = opened.pop()
                open_names[inner.name] -= 1
                if inner.name not in VOID:
                    alone.append(inner)
            start = opened.pop()
            open_names[name] -= 1
            if self.damaged and open_names[name] and name in _NEVER_IN_ITSELF and self._is_in_line(start):
                words = self._words_within(opened, name)
                alone += [start, *words[1:]][: len(words)]
                open_names.subtract(word.name for word in words)
                start = words[0] if words else start
            if name not in KNOWN and self._is_placeholder(start, tag):
                alone += [start, tag]
        alone += [start for start in opened if start.name not in VOID]
        self._mend_alone(alone)

    def _closes_too_early(
        self, name: str, opened: list[Tag], open_names: Counter[str], starts: Counter[str], ends: Counter[str]
    ) -> bool:
        """Whether an end tag is text: what it would cut off, and its own element too, still find their ends later."""
        between = set()
        for start in opened[: -_LEVELS_CUT_OFF - 1 : -1]:
            if start.name == name:
                break
            between.add(start.name)
        else:
            return False
        return all(ends[each] - starts[each] >= open_names[each] for each in (name, *between))

    def _words_within(self, opened: list[Tag], name: str) -> list[Tag]:
        """Take an open element that begins a block off, and all within, which stand in its line; none if there is none.

        `<p>The <p> tag</p>` ends the paragraph, not the tag that it speaks of.
        """
        for depth, outer in enumerate(opened[: -_LEVELS_CUT_OFF - 1 : -1], 1):
            if not self._is_in_line(outer):
                if outer.name != name:
                    break
                words = opened[-depth:]
                del opened[-depth:]
                return words
        return []

    def _is_in_line(self, tag: Tag) -> bool:
        """Whether text stands before a tag in its line."""
        before = self.html[max(0, tag.start - _SPACES_LOOKED_BACK) : tag.start].rstrip(" \t")
        return before != "" and before[-1] not in ">\n"

    def _is_spoken_of(self, tag: Tag) -> bool:
        """Whether a tag that stays alone is a word: `use <a> for links`, `the <table> tag`."""
        if tag.attributes or not self._is_in_line(tag):
            return False
        if tag.name == "a" and not tag.is_end:
            return True
        html = self.html
        if _SPOKEN_OF_AFTER.match(html, tag.end):
            return True
        is_apart = html[tag.end : tag.end + 1] in _APART and html[tag.start - 1] in _APART
        return is_apart and _SPEAKS_BEFORE.search(html, max(0, tag.start - _SPACES_LOOKED_BACK), tag.start) is not None

    def _is_void_word(self, tag: Tag) -> bool:
        """Whether an element without content is a word: one that is nothing without attributes, or is spoken of."""
        if tag.attributes or not self._is_in_line(tag):
            return False
        if tag.name == "img" or (tag.name == "input" and "<form" not in self.html and "<label" not in self.html):
            return True
        return _SPOKEN_OF_AFTER.match(self.html, tag.end) is not None

    def _is_placeholder(self, start: Tag, end: Tag) -> bool:
        """Whether an unknown element is text. A parser ends one that nobody ended where its parent ends."""
        name = start.name
        if "-" in name or ":" in name or start.attributes or self.foreign:
            return False
        return self.damaged and not _END_TAG_NEXT.match(self.html, end.end)

    def _mend_alone(self, alone: list[Tag]) -> None:
        of_blocks = [tag for tag in alone if tag.name in BLOCKS]
        of_structure = sum(tag.name in BLOCKS for tag in self.found)
        is_serialised = len(alone) <= 2 and len(self.found) >= _TAGS_OF_A_SERIALISER
        is_soup = len(of_blocks) > 2 + of_structure // 20
        for tag in alone:
            if is_soup and (tag.name in BLOCKS or tag.name in MAY_STAY_OPEN):
                continue
            is_certain = is_serialised and not tag.is_end and tag.name not in MAY_STAY_OPEN
            if not self.damaged and not is_certain and not self._is_spoken_of(tag):
                continue
            for place in tag.quotes:
                self.edits.places.discard(place)
            self.edits.mend("", tag.start, tag.end)

    def _mend_odd_voids(self) -> None:
        """`<br>` where all others are `<br/>` is a word: a serialiser writes them all in one way."""
        if not self.damaged:
            return
        voids = [tag for tag in self.found if tag.name in ("br", "hr", "img") and not tag.is_end]
        ways = [self.html[tag.end - 3 : tag.end - 1].strip('"')[-2:] for tag in voids]
        styles = ["/" if way.endswith("/") and not way.startswith(" ") else " /" if "/" in way else "" for way in ways]
        counts = Counter(styles)
        if len(counts) < 2:
            return
        (common, many), *others = counts.most_common()
        if sum(count for _, count in others) * 4 <= many:
            for tag, style in zip(voids, styles, strict=True):
                if style != common:
                    self._is_text(tag.start)
