"""What goes in: counted in the parsed page, after decoding and repair, before any filter.

The rule is the browser's: what it shows counts, what is `hidden` does not. Formulas are no words (renderers draw each
twice) and are counted as what they are.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import turbohtml

from convertkit.context import HtmlFilter
from convertkit.ledger.counts import BLANK, Counts, Tally
from convertkit.ledger.markup import count_markup
from convertkit.ledger.tree import count_tree, tally_nodes
from convertkit.ledger.words import words_of
from convertkit.losses import Loss, Removed, Report, ignore
from convertkit.metadata import Metadata
from convertkit.readers.html import settle
from convertkit.readers.html.cards import set_words_apart
from convertkit.readers.html.elements import FLAT_HANDLERS, HANDLERS, IGNORED
from convertkit.readers.html.flow import Reader, block_flow
from convertkit.readers.html.formula_element import FORMULA
from convertkit.readers.html.formulas import mark_formulas
from convertkit.readers.html.habits import settle_habits
from convertkit.readers.html.inline_notes import NOTE
from convertkit.readers.html.notes import take_notes
from convertkit.readers.html.sources import best_source
from convertkit.readers.html.styles import settle_styles
from convertkit.tree import Document

_PLAYED = frozenset(["audio", "embed", "frame", "iframe", "noscript", "object", "svg", "video"])
"""A browser draws what these lead to; a document has a link or a picture for it, and the reader knows which words."""
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_LINE_NUMBERS = re.compile(
    r"\b(?:gutter|line-?nos?|linenodiv|line-?numbers?|lnt?|blob-num|crayon-nums|hljs-ln-numbers|pre-numbering|linenumber)\b",
    re.IGNORECASE,
)
"""Classes of the column or the mark in which a highlighter puts the numbers of lines."""


@dataclass(slots=True)
class SourceCount:
    """Counting one page."""

    notes: Mapping[str, turbohtml.Element] = field(default_factory=dict)
    shown: Tally = field(default_factory=Tally)
    pictures: Tally = field(default_factory=Tally)
    """The words of pictures, which `shown` has too."""
    hidden: Tally = field(default_factory=Tally)
    """What a browser does not show."""
    numbers: Tally = field(default_factory=Tally)
    """The numbers that highlighters give to lines."""
    met_notes: set[str] = field(default_factory=set)
    """Those that were counted, at the first reference to them."""

    def special(self, element: turbohtml.Element, tally: Tally) -> bool:
        """Count what is no plain element; False for what is."""
        tag = element.tag
        if tag in IGNORED:
            return True
        if tag == "img":
            tally.kinds["images"] += bool(best_source(element))
            tally.pieces += (words := (BLANK, element.attr("alt") or "", BLANK))
            self.pictures.pieces += words
        elif tag in (FORMULA, "math"):
            tally.kinds["formulas"] += 1
            tally.pieces.append(BLANK)
        elif tag == NOTE:
            self._note(element.attr("key") or "", tally)
        elif tag in _PLAYED:
            _tally_shown(element, tally)
        elif len(element.attrs) and tally is not self.hidden and _is_hidden(element):
            count_markup(element, self.hidden, self.special)
        elif len(element.attrs) and _LINE_NUMBERS.search(element.attr("class") or "") and _is_number(element.text):
            self.numbers.pieces += (BLANK, element.text, BLANK)
        else:
            if tag == "map":
                tally.pieces += [BLANK + _name_of(area) + BLANK for area in element.select("area[href]")]
            return False
        return True

    def _note(self, key: str, tally: Tally) -> None:
        tally.pieces.append(BLANK)
        body = self.notes.get(key)
        if body is None or key in self.met_notes:
            return
        self.met_notes.add(key)
        count_markup(body, tally, self.special)
        tally.pieces.append(BLANK)
        tally.kinds["notes"] += 1


def count_source(body: turbohtml.Element, notes: Mapping[str, turbohtml.Element] | None = None) -> SourceCount:
    """Count a page. `notes` are the bodies that `take_notes` took out of it."""
    source = SourceCount(notes or {})
    count_markup(body, source.shown, source.special)
    return source


def _tally_shown(element: turbohtml.Element, tally: Tally) -> None:
    flow = block_flow()
    HANDLERS[element.tag](element, flow, Reader(HANDLERS, FLAT_HANDLERS, ignore))
    tally.pieces.append(BLANK)
    tally_nodes(flow.finish(), tally)
    tally.pieces.append(BLANK)


def _name_of(area: turbohtml.Element) -> str:
    return (area.attr("alt") or "").strip() or (area.attr("title") or "").strip() or (area.attr("href") or "")


def _is_hidden(element: turbohtml.Element) -> bool:
    return element.attr("hidden") is not None or _HIDDEN_STYLE.search(element.attr("style") or "") is not None


def _is_number(text: str) -> bool:
    return "".join(text.split()).isdigit()


# ---------------------------------------------------------------- two looks at a page


@dataclass(frozen=True, slots=True)
class Entering:
    """What a source holds."""

    shown: Counts
    """As a browser shows it. Of what no HTML reader reads: what the reader gave."""
    read: Counts
    """What the filters left, a note at the first reference to it and without its marks."""
    hidden: Counts = Counts()
    """What a browser does not show."""
    numbers: Counts = Counts()
    """The numbers that highlighters give to lines."""
    marks: Counts = Counts()
    """What stood at notes to lead there and back, and the numbers of a listing's lines."""
    pictures: Counts = Counts()
    """What stood for the pictures that filters took away."""
    added: Counts = Counts()
    """What filters put in."""
    losses: tuple[Loss, ...] = ()
    """What reader and filters reported, each time they did."""


@dataclass(slots=True)
class Probe:
    """Two filters that change nothing: put before and behind a conversion's own, they count the page as it comes by."""

    before: SourceCount | None = None
    after: SourceCount | None = None
    marks: list[str] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)

    def around(self, filters: tuple[HtmlFilter, ...]) -> tuple[HtmlFilter, ...]:
        """The filters between the two looks."""
        return _Look("ledger: before", self.look_before), *filters, _Look("ledger: after", self.look_after)

    def look_before(self, body: turbohtml.Element, metadata: Metadata) -> None:
        """Count the page as it was read; its formulas are marked.

        Where styles and the marks of notes set words apart, the words are those that they make of the same letters.
        """
        self.before = count_source(body)
        apart = count_source(_with_words_apart(body, metadata.url))
        if _letters(apart) == _letters(self.before):
            self.before.shown.pieces = apart.shown.pieces

    def look_after(self, body: turbohtml.Element, metadata: Metadata) -> None:
        """Count what the filters left, on a copy that is made ready as the reader makes it."""
        own = copy.deepcopy(body)
        mark_formulas(own)
        with_marks = count_source(_with_words_apart(own, metadata.url)).shown.counts().words
        reported: list[Loss] = []
        notes = settle(own, metadata.url, reported.append, raw_formulas=False)
        self.after = count_source(own, notes.bodies)
        gone = Counter(with_marks) - Counter(self.after.shown.counts().words)
        gone -= Counter(word for loss in reported if isinstance(loss, Removed) for word in words_of(loss.text))
        marks = Counter(word for mark in notes.marks for word in words_of(mark))
        self.marks = list((gone & marks).elements())

    def entering(self, clean: Document, filtered: Document) -> Entering:
        """What was seen; `clean` and `filtered` are the tree before and after the filters that work on it."""
        read = count_tree(clean.blocks)
        by_filters = Counter(count_tree(filtered.blocks).words) - Counter(read.words)
        if self.before is None or self.after is None:
            return Entering(read, read, added=_counts(by_filters), losses=tuple(self.losses))
        shown, left = self.before.shown.counts(), self.after.shown.counts()
        pictures = Counter(self.before.pictures.counts().words) - Counter(self.after.pictures.counts().words)
        return Entering(
            shown,
            left,
            self.before.hidden.counts(),
            self.before.numbers.counts(),
            Counts(tuple(self.marks)),
            _counts(pictures),
            _counts(by_filters + (Counter(left.words) - Counter(shown.words))),
            tuple(self.losses),
        )


@dataclass(frozen=True, slots=True)
class _Look:
    name: str
    look: Callable[[turbohtml.Element, Metadata], None]

    def edit_html(self, body: turbohtml.Element, metadata: Metadata, _report: Report) -> Metadata:
        self.look(body, metadata)
        return metadata


def _with_words_apart(body: turbohtml.Element, url: str) -> turbohtml.Element:
    """A copy in which styles are elements, and the marks of notes, if there are notes, stand by themselves."""
    own = copy.deepcopy(body)
    set_words_apart(own)
    settle_habits(own)
    settle_styles(own)
    twin = copy.deepcopy(own)
    pairs = list(zip(own.select("a[href]"), twin.select("a[href]"), strict=True))
    taken = frozenset(take_notes(twin, url, ignore).links)
    for link, same in pairs:
        if same in taken:
            link.insert_before(turbohtml.Text(BLANK))
            link.insert_after(turbohtml.Text(BLANK))
    return own


def _letters(source: SourceCount) -> str:
    return "".join(source.shown.counts().words)


def _counts(words: Counter[str]) -> Counts:
    return Counts(tuple(words.elements()))
