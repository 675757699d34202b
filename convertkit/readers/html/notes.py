"""Foot- and endnotes by what makes them notes: a reference that leads to a block which leads back.

Class names and roles (pandoc, markdown-it, kramdown, GitHub, Hugo, Word, Wikipedia, EPUB, DPUB-ARIA) make a case
stronger, but are not needed. `take_notes` runs before the reading: it takes the bodies of notes out of the DOM and
puts a `<convertkit-note>` in place of each reference.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import unquote

import turbohtml

from convertkit.losses import Removed, Report
from convertkit.readers.html.flow import SPACE, Flow, Reader, block_flow, read_nested
from convertkit.readers.html.inline_notes import NOTE, take_inline_notes
from convertkit.readers.html.links import local_fragment
from convertkit.readers.html.lost_ids import give_back_ids
from convertkit.readers.html.place import place_of
from convertkit.tree import Note

_MARK = re.compile(
    r"[\[\(（［〔【]?\s*(?:note|fn|注|註)?\s*(?:\d{1,4}(?::\d{1,3})?|[*†‡§¶#※]{1,4}|[①-⑳㊀-㊉]|[¹²³⁰⁴-⁹]{1,3})"
    r"\s*[\]\)）］〕】]?[.:：]?\Z",
    re.IGNORECASE,
)
"""The text of a reference: a number or a symbol, perhaps in brackets."""
_LETTERS = re.compile(
    r"[\[\(（［〔【]?\s*(?:(?:note|fn|注|註)\s+)?(?:[a-z]|(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3}))\s*[\]\)）］〕】]?[.:：]?\Z",
    re.IGNORECASE,
)
"""A letter or a Roman number below 90 as a mark. Each may be a word (`I`, `vi`): it must stand as no word does."""
_ARROW = re.compile(
    r"[\s\u00a0\ufe0e\ufe0f]*(?:[↩↵⏎⤴↑^⇧⬆⮐«]|back(?: to (?:text|top|content))?|return|返回(?:正文)?|回到正文)"
    r"[\s\u00a0\ufe0e\ufe0f\d-]*\Z",
    re.IGNORECASE,
)
"""The text of a back-link."""
_REFERENCE_HINT = re.compile(
    r"\b(?:footnote-?ref(?:erence)?|noteref|fn-?ref|footnote-anchor|easy-footnote|sdfootnoteanc|mso-?footnotereference|footnote)\b",
    re.IGNORECASE,
)
_BACK_HINT = re.compile(
    r"\b(?:doc-backlink|backlink|footnote-?back(?:ref|link)?|reverse-?footnote|fn-?back(?:ref|link)?|footnote-return)\b",
    re.IGNORECASE,
)
_BODY_HINT = re.compile(
    r"\b(?:doc-(?:foot|end)notes?|(?:foot|end)-?notes?|footnote-(?:item|def(?:inition)?|body|text))\b", re.IGNORECASE
)
_NOTE_ID = re.compile(
    r"(?:user-content-|easy-|simple-|return-|sym|back)?_?(?:fn|ftn|edn|footnote|endnote|note|cite_note|cite_ref"
    r"|sdfootnote|sdendnote|ref)|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    re.IGNORECASE,
)
"""Ids of notes and of their references; WordPress's are UUIDs."""
_WORD_DIV = re.compile(r"_?(?:ftn|edn|sdfootnote|sdendnote)\d+\Z")
_SECTION = (
    ".footnotes, .footnote, .footnotes-list, .footnote-list, #footnotes, #footnotelist, .wp-block-footnotes, "
    ".easy-footnotes-wrapper, .simple-footnotes, .references, .reflist, .endnotes, [role=doc-endnotes], "
    "[role=doc-footnotes], [data-footnotes], [style*='mso-element:footnote']"
)
_LABELS = "h1, h2, h3, h4, h5, h6, summary, .footnotes-title, .footnotes__title, .easy-footnote-title, p.notes"
_HEADING = re.compile(
    r"(?:(?:foot|end)?notes?|references?|notes (?:and|&) references|citations?|sources|fußnoten|anmerkungen"
    r"|notes de bas de page|notas(?: al pie)?|примечания|сноски|脚注|腳註|尾注|注释|註釋|注解|附注|注|引用|注記|각주"
    r"|参考(?:文献|资料|链接|来源)?|參考(?:文獻|資料)?)\s*(?:\[edit\]|\[编辑\])?\s*[:：]?",
    re.IGNORECASE,
)
"""What stands above notes and nothing else."""
_BODY_TAGS = frozenset(["li", "p", "div", "aside", "section", "dd", "td", "blockquote", "footer"])
_HOLDERS = frozenset(["ol", "ul", "dl", "div", "section", "aside", "footer", "table", "tbody", "tr", "details"])
_LABEL_IN_NOTE = (
    ".mw-cite-backlink, span.label > span.fn-bracket, .backrefs, .fn-bracket, a.easy-footnote-to-top, "
    ".footnote-item > .footnote-num"
)
_HINT_ATTRIBUTES = ("class", "role", "epub:type", "rel")
_BRACKETS = "[](){}（）［］〔〕【】.:： \t\r\n\f\u00a0"


_MAY_BE_OF_A_NOTE = '[class], a[href*="#"]'
"""A quick look that is enough for most posts: a note has a class of its own, or a link leads to it."""


@dataclass(slots=True)
class TakenNotes:
    """The notes of a page, and what is no longer in it because of them."""

    bodies: dict[str, turbohtml.Element]
    """By the key that the references left in their place carry."""
    marks: list[str]
    """The words of references, back-links and labels, which no note holds."""
    links: list[turbohtml.Element] = field(default_factory=list)
    """References and back-links."""


def take_notes(body: turbohtml.Element, url: str, report: Report) -> TakenNotes:
    """Take the notes out of `body`."""
    if body.select_one(_MAY_BE_OF_A_NOTE) is None:
        return TakenNotes({}, [])
    marks_of_inline: list[str] = []
    taken = TakenNotes(take_inline_notes(body, report, marks_of_inline), marks_of_inline)
    give_back_ids(body, lambda link: _fragment(link, url))
    links = [(link, fragment) for link in body.select('a[href*="#"]') if (fragment := _fragment(link, url))]
    if not links:
        return taken
    references = list(_references(links, body, url))
    keys = {note: str(number) for number, note in enumerate(dict.fromkeys(note for _, note in references), start=1)}
    outermost = {note: key for note, key in keys.items() if not any(above in keys for above in note.ancestors)}
    names = _names(note for _, note in references if note in outermost)
    places = {identifier for link, _ in references for identifier in _own_ids(link)}
    marks: dict[turbohtml.Element, str] = {}
    for link, note in references:
        marks.setdefault(note, link.text.strip(_BRACKETS))
    for link, note in references:
        if note in outermost:
            taken.marks.append(link.text)
            taken.links.append(link)
            _replace(link, outermost[note], names.get(note, ""))
    for note in outermost:
        _clean(note, marks[note], places, url, taken)
    for holder in dict.fromkeys(_extract(note, report, taken) for note in outermost):
        _remove_emptied(holder, report)
    taken.bodies = {key: note for note, key in outermost.items()} | taken.bodies
    return taken


def _references(
    links: list[tuple[turbohtml.Element, str]], body: turbohtml.Element, url: str
) -> Iterator[tuple[turbohtml.Element, turbohtml.Element]]:
    """References with the bodies of their notes. A link to where a reference stands is its back-link."""
    ids = _ids(body)
    order = {element: index for index, element in enumerate(body.select("[id], a"))}
    places: set[str] = set()
    looks: dict[turbohtml.Element, _Look] = {}
    for link, fragment in links:
        target = ids.get(fragment) or ids.get(unquote(fragment))
        if target is None or fragment in places:
            continue
        note = _body(target)
        if note is None:
            continue
        look = looks.get(note) or looks.setdefault(note, _look_at(note, url))
        if _is_note(link, target, note, look, follows=order[target] > order[link]):
            places |= _own_ids(link)
            yield link, note


def _names(referred: Iterable[turbohtml.Element]) -> dict[turbohtml.Element, str]:
    """Names for the notes that are referred to more than once: numbers in the order of their first references."""
    shared = [note for note, count in Counter(referred).items() if count > 1]
    return {note: str(number) for number, note in enumerate(shared, start=1)}


def linked_ids(body: turbohtml.Element, url: str) -> frozenset[str]:
    """The ids that links within the document lead to."""
    found = (_fragment(link, url) for link in body.select('a[href*="#"], area[href*="#"]'))
    fragments = {fragment for fragment in found if fragment}
    return frozenset(fragments | {unquote(fragment) for fragment in fragments})


def read_note(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """A reference that `take_notes` left; a note that refers to itself is read once."""
    key = element.attr("key") or ""
    body = reader.notes.get(key)
    if body is None or key in reader.open_notes:
        return
    reader.open_notes.add(key)
    inner = block_flow()
    read_nested(body, inner, reader)
    reader.open_notes.discard(key)
    blocks = inner.finish()
    if blocks:
        flow.run.append(Note(blocks, element.attr("name") or ""))


# ---------------------------------------------------------------- what is a note


def _fragment(link: turbohtml.Element, url: str) -> str | None:
    """The id that a link leads to, in this document; feeds make such links absolute, so an id of a note will do."""
    href = link.attr("href") or ""
    fragment = local_fragment(href, url)
    if fragment is not None:
        return fragment
    named = href.partition("#")[2]
    if not named or _NOTE_ID.match(named):
        return named or None
    return named if _ARROW.match(link.text.strip()) or (not url and _is_mark(link)) else None


def _ids(body: turbohtml.Element) -> dict[str, turbohtml.Element]:
    """Elements by id or by an anchor's name, the first of each."""
    found: dict[str, turbohtml.Element] = {}
    for element in body.select("[id], a[name]"):
        for name in (element.attr("id"), element.attr("name") if element.tag == "a" else None):
            if name:
                found.setdefault(name, element)
    return found


def _body(target: turbohtml.Element) -> turbohtml.Element | None:
    """The block that a reference's target stands for: itself, the definition of a term, or the block around it."""
    if target.tag == "dt" or (
        target.parent is not None and isinstance(target.parent, turbohtml.Element) and target.parent.tag == "dt"
    ):
        term = target if target.tag == "dt" else target.parent
        following = term.next_siblings if term is not None else iter(())
        return next((node for node in following if isinstance(node, turbohtml.Element) and node.tag == "dd"), None)
    if target.tag in ("tr", "th") or (target.tag == "table" and target.has_class("footnote")):
        cells = target.select("td") if target.tag != "th" else [*_cells_behind(target)]
        return cells[-1] if cells and all(_leads(cell.text) for cell in cells[:-1]) else None
    if target.tag in _BODY_TAGS:
        return target
    if target.tag not in ("a", "span", "sup", "b", "strong", "small", "cite"):
        return None
    around = target.closest("li, p, dd, aside, div, td, h1, h2, h3, h4, h5, h6")
    return _whole(around) if around is not None and around.tag in _BODY_TAGS else None


def _leads(text: str) -> bool:
    """Whether words before a note are only its mark, and what leads back."""
    shown = text.strip()
    return not shown or any(pattern.match(shown) for pattern in (_MARK, _LETTERS, _ARROW))


def _cells_behind(heading: turbohtml.Element) -> Iterator[turbohtml.Element]:
    return (node for node in heading.next_siblings if isinstance(node, turbohtml.Element) and node.tag == "td")


def _whole(block: turbohtml.Element) -> turbohtml.Element:
    """The `div` of a note whose first paragraph is `block` (Word, LibreOffice, Google Docs); else the block."""
    parent = block.parent
    if block.tag != "p" or not isinstance(parent, turbohtml.Element) or parent.tag != "div":
        return block
    children = list(islice((child for child in parent if isinstance(child, turbohtml.Element)), 2))
    own = len(children) == 1 and parent.text.strip() == block.text.strip()
    named = _WORD_DIV.match(parent.attr("id") or "") or _WORD_DIV.match((parent.attr("id") or "").removeprefix("_"))
    return parent if children[0] == block and (own or named) else block


@dataclass(frozen=True, slots=True)
class _Look:
    """What is asked of a note for each of its references, found once."""

    fragments: frozenset[str]
    """Where its links lead in this document."""
    begin: str
    has_heading: bool


def _look_at(note: turbohtml.Element, url: str) -> _Look:
    fragments = frozenset(fragment for back in note.select("a[href]") if (fragment := _fragment(back, url)))
    return _Look(fragments, note.text.lstrip()[:12], note.select_one("h1, h2, h3, h4, h5, h6") is not None)


def _is_note(
    link: turbohtml.Element, target: turbohtml.Element, note: turbohtml.Element, look: _Look, *, follows: bool
) -> bool:
    if link == target or any(above == note for above in link.ancestors):
        return False
    if _hinted(link, _BACK_HINT):
        return False
    points_back = not look.fragments.isdisjoint(_own_ids(link))
    named = _hinted(link, _REFERENCE_HINT) or (
        isinstance(link.parent, turbohtml.Element)
        and link.parent.tag == "sup"
        and _hinted(link.parent, _REFERENCE_HINT)
    )
    if not named and not _is_mark(link):
        return False
    hinted_body = _hinted(note, _BODY_HINT) or _hinted(target, _BODY_HINT) or note.closest(_SECTION) is not None
    if hinted_body or (named and (points_back or note.tag in ("li", "aside", "dd"))):
        return True
    if not follows or look.has_heading:
        return False
    return points_back or (_is_raised(link) and (_has_note_id(target) or _begins_with(look.begin, link.text)))


def _is_mark(link: turbohtml.Element) -> bool:
    """Whether a link shows the mark of a note: what is no word, or a letter or Roman number that stands as no word."""
    shown = link.text.strip(_BRACKETS[-6:])
    if _MARK.match(shown):
        return True
    return _LETTERS.match(shown) is not None and (_is_raised(link) or _hinted(link, _REFERENCE_HINT))


def _is_raised(link: turbohtml.Element) -> bool:
    """Whether a link looks like a reference: raised, or in square brackets."""
    if link.closest("sup") is not None or link.select_one("sup") is not None:
        return True
    before, after = link.previous_sibling, link.next_sibling
    shown = link.text.strip()
    return (shown[:1] in tuple("[〔【［") and shown[-1:] in tuple("]〕】］")) or (
        isinstance(before, turbohtml.Text)
        and isinstance(after, turbohtml.Text)
        and before.data.endswith("[")
        and after.data.startswith("]")
    )


def _has_note_id(target: turbohtml.Element) -> bool:
    return _NOTE_ID.match(target.attr("id") or target.attr("name") or "") is not None


def _begins_with(words: str, mark: str) -> bool:
    """Whether a note that begins with `words` has the mark of its reference before them: `[1] Words`."""
    return words.strip(_BRACKETS).startswith(mark.strip(_BRACKETS)) and not words[:1].isalpha()


def _hinted(element: turbohtml.Element, hint: re.Pattern[str]) -> bool:
    if element.attr("data-footnote-ref") is not None and hint is _REFERENCE_HINT:
        return True
    if element.attr("data-footnote-backref") is not None and hint is _BACK_HINT:
        return True
    words = " ".join(filter(None, (element.attr(name) for name in _HINT_ATTRIBUTES)))
    return bool(words) and hint.search(words) is not None


def _own_ids(link: turbohtml.Element) -> set[str]:
    """The ids by which a reference can be found: its own, that of the `sup` around it, of an anchor in or before it."""
    holders: list[turbohtml.Node | None] = [link, link.parent, link.previous_sibling, *link.select("[id], [name]")]
    if isinstance(link.parent, turbohtml.Element) and link.parent.tag in ("sup", "span", "small"):
        holders += [link.parent.parent, link.parent.previous_sibling]
    found: set[str] = set()
    for holder in holders:
        if isinstance(holder, turbohtml.Element) and holder.tag in ("a", "sup", "span", "small", "cite"):
            found |= {name for name in (holder.attr("id"), holder.attr("name")) if name}
    return found


# ---------------------------------------------------------------- taking them


def _replace(link: turbohtml.Element, key: str, name: str) -> None:
    """Put the reference in place of its link, and of the `sup` or brackets that hold nothing else."""
    outermost = link
    while (
        isinstance(parent := outermost.parent, turbohtml.Element)
        and parent.tag in ("sup", "span", "small")
        and parent.text.strip(_BRACKETS) == link.text.strip(_BRACKETS)
    ):
        outermost = parent
    before, after = outermost.previous_sibling, outermost.next_sibling
    if (
        isinstance(before, turbohtml.Text)
        and isinstance(after, turbohtml.Text)
        and before.data.endswith("[")
        and after.data.startswith("]")
    ):
        before.data, after.data = before.data[:-1], after.data[1:]
    outermost.replace_with(turbohtml.Element(NOTE, {"key": key, "name": name}))


def _clean(note: turbohtml.Element, mark: str, places: set[str], url: str, taken: TakenNotes) -> None:
    """Take back-links and the note's own mark out of its body."""
    for back in note.select("a[href]"):
        leads_back = _fragment(back, url) in places
        shown = back.text.strip()
        is_label = shown.strip(_BRACKETS) == mark
        if _hinted(back, _BACK_HINT) or (
            leads_back and (not shown or is_label or _ARROW.match(shown) is not None or _is_mark(back))
        ):
            if is_label:
                _strip_label_end(back)
            taken.marks.append(back.text)
            taken.links.append(back)
            _remove_back_link(back)
    for label in note.select(_LABEL_IN_NOTE):
        taken.marks.append(label.text)
        label.extract()
    words = (node for node in note.descendants if isinstance(node, turbohtml.Text) and node.data.strip(SPACE))
    first = next(words, None)
    if first is None or not mark or note.has_class("footnote-item"):  # markdown-it's: no mark but the list's own
        return
    if isinstance(first.parent, turbohtml.Element) and first.parent.tag in ("sup", "label", "span", "b", "strong"):
        if first.data.strip(_BRACKETS) == mark:
            taken.marks.append(first.parent.text)
            first.parent.extract()
    else:
        before = first.data
        first.data = re.sub(
            rf"\A\s*(?:[\[(（［【〔]\s*{re.escape(mark)}\s*[\])）］】〕]|{re.escape(mark)}[.:：、)）])\s*",
            "",
            first.data,
        )
        taken.marks.append(before[: len(before) - len(first.data)])


def _strip_label_end(link: turbohtml.Element) -> None:
    """Take the full stop after a number that leads back off, if the number begins the note: `<a>1</a>. Words`."""
    before, after = link.previous_sibling, link.next_sibling
    begins = before is None or (isinstance(before, turbohtml.Text) and not before.data.strip(SPACE))
    if begins and isinstance(after, turbohtml.Text):
        after.data = re.sub(r"\A[.:：、)）\]］]\s*", "", after.data)


def _remove_back_link(link: turbohtml.Element) -> None:
    """Remove a back-link with the space before it, and the element that held only it."""
    before = link.previous_sibling
    if isinstance(before, turbohtml.Text):
        before.data = before.data.rstrip(f"{SPACE}\u00a0")
        if not before.data:
            before.extract()
    parent = link.parent
    link.extract()
    while (
        isinstance(parent, turbohtml.Element)
        and parent.tag in ("sup", "span", "small", "p", "em", "b")
        and _is_empty(parent)
    ):
        above = parent.parent
        parent.extract()
        parent = above


def _extract(note: turbohtml.Element, report: Report, taken: TakenNotes) -> turbohtml.Node | None:
    """Take a body out, with the term that it defines or the row that it stands in; what held it."""
    before = _element_before(note)
    if before is not None and before.tag == "dt" and note.tag == "dd":
        taken.marks.append(before.text)
        before.extract()
    row = note.parent if note.tag == "td" else None
    holder: turbohtml.Node | None = note.parent
    if row is not None and row.parent is not None:
        holder = row.parent
        taken.marks += [cell.text for cell in row.select("td, th") if cell != note]
        row.extract()
    _remove_divider(note, report)
    note.extract()
    return holder


def _remove_divider(element: turbohtml.Element, report: Report) -> None:
    """Take out the heading and the rule before the last of the notes, which stood above them only.

    A heading right above a list of notes is the list's, be there a date or another line behind it (知乎).
    """
    after = _element_after(element)
    before = _element_before(element)
    if after is not None and after.tag not in ("h1", "h2", "h3", "h4", "h5", "h6", "hr", "script", "style"):
        lists = ("ol", "ul", "dl")
        if element.tag not in lists or after.tag in lists or before is None or before.tag[:1] != "h":
            return
    if before is not None and before.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "div"):
        shown = " ".join(before.text.split())
        if _HEADING.fullmatch(shown):
            above = _element_before(before)
            report(Removed(place_of(before), "notes", shown))
            before.extract()
            before = above
    if before is not None and before.tag == "hr" and (after is None or before.has_class("footnotes-sep")):
        before.extract()


def _element_after(element: turbohtml.Element) -> turbohtml.Element | None:
    """The next thing that shows: an element, or the one around words of no element."""
    for node in element.next_siblings:
        if isinstance(node, turbohtml.Element) and node.tag != "br" and not (node.tag == "p" and _is_empty(node)):
            return node
        if isinstance(node, turbohtml.Text) and node.data.strip():
            return turbohtml.Element("span")
    return None


def _element_before(element: turbohtml.Element) -> turbohtml.Element | None:
    """The element before this one, if only white space stands between."""
    node = element.previous_sibling
    while isinstance(node, turbohtml.Text) and node.data.isspace():
        node = node.previous_sibling
    return node if isinstance(node, turbohtml.Element) else None


def _remove_emptied(holder: turbohtml.Node | None, report: Report) -> None:
    """Remove what held notes and holds nothing now but a rule or a heading, which is reported; then what held that."""
    while isinstance(holder, turbohtml.Element) and holder.tag in _HOLDERS and holder.parent is not None:
        labels = holder.select(_LABELS) if holder.tag not in ("ol", "ul", "dl") else []
        said = "".join(label.text for label in labels)
        if _squeezed(holder.text) != _squeezed(said) or holder.select_one("img, td, pre, video, iframe") is not None:
            return
        if said.strip():
            report(Removed(place_of(holder), "notes", said))
        above = holder.parent
        if not (isinstance(above, turbohtml.Element) and above.matches(_SECTION)):
            _remove_divider(holder, report)
        holder.extract()
        holder = above


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _is_empty(element: turbohtml.Element) -> bool:
    return not element.text.strip(f"{SPACE}\u00a0") and element.select_one("img") is None
