"""Runs of text: ruby, emphasis in East Asian text, the language of a phrase, tabulators."""

from __future__ import annotations

import re

from lxml import etree

from convertkit.writers.docx.languages import EastAsian, east_asian
from convertkit.writers.docx.marks import RUBY, RUBY_END, RUBY_TEXT, TARGET, marks
from convertkit.writers.docx.ooxml import element, name, put_child
from convertkit.writers.docx.styles import RPR_ORDER

HAN_OR_KANA = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Characters that have no italics (the Unicode blocks of Han, hiragana and katakana)."""


def say_once(root: etree._Element) -> None:
    """One property of a kind a run or paragraph, the innermost, which comes first.

    pandoc says it twice for bold text in bold text, or for the cells of a table in a figure.
    """
    for properties in root.iter(name("w:rPr"), name("w:pPr")):
        seen: set[object] = set()
        for item in list(properties):
            if item.tag in seen:
                properties.remove(item)
            seen.add(item.tag)


def dot_emphasis(root: etree._Element, asian: EastAsian) -> None:
    """Emphasis dots instead of italics for Han and kana; pandoc sets them in runs of their own."""
    for italic in list(root.iter(name("w:i"))):
        properties = italic.getparent()
        run = None if properties is None else properties.getparent()
        if properties is None or run is None or run.tag != name("w:r"):
            continue
        if HAN_OR_KANA.search("".join(text.text or "" for text in run.iterfind(name("w:t")))) is None:
            continue
        for tag in ("w:i", "w:iCs"):
            for old in properties.findall(name(tag)):
                properties.remove(old)
        put_child(properties, element("w:em", val=asian.emphasis), RPR_ORDER)


def name_languages(root: etree._Element) -> None:
    """Say the language of an East Asian phrase where Word looks for it: pandoc names it for Latin text only."""
    for lang in root.iter(name("w:lang")):
        asian = east_asian(lang.get(name("w:val"), ""))
        if asian.main:
            lang.set(name("w:eastAsia"), asian.tag)


def write_tabs(root: etree._Element) -> None:
    """A tabulator is an element (ECMA-376, 17.3.3.32); as a character in `w:t` it would show as one space."""
    for text in list(root.iter(name("w:t"))):
        run = text.getparent()
        if run is None or not text.text or "\t" not in text.text:
            continue
        place = run.index(text)
        run.remove(text)
        for count, piece in enumerate(text.text.split("\t")):
            if count:
                run.insert(place, element("w:tab"))
                place += 1
            if piece:
                run.insert(place, _text(piece))
                place += 1


def _text(text: str) -> etree._Element:
    made = element("w:t")
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    made.text = text
    return made


def set_ruby(root: etree._Element, half_points: int, tag: str) -> None:
    """Put the runs between the marks of a ruby into `w:ruby`; `half_points` is the size of the text."""
    for start in marks(root, RUBY):
        base = _runs_until(start, RUBY_TEXT)
        reading = base and _runs_until(base[1], RUBY_END)
        if base and reading:  # else they are marks that a raw piece of OOXML brought along
            start.addprevious(_ruby(base[0], reading[0], half_points, tag))


def _runs_until(start: etree._Element, what: str) -> tuple[list[etree._Element], etree._Element] | None:
    """The siblings after a mark up to the next mark, and that mark, if it is of the kind `what`."""
    found: list[etree._Element] = []
    for sibling in start.itersiblings():
        if isinstance(sibling, etree._ProcessingInstruction) and sibling.target == TARGET:
            return (found, sibling) if sibling.text == what else None
        found.append(sibling)
    return None


def _ruby(base: list[etree._Element], reading: list[etree._Element], half_points: int, tag: str) -> etree._Element:
    """`w:ruby` (ECMA-376, 17.3.3.25) with the reading at half size just above the base, as Word makes it."""
    size = str(half_points // 2)
    properties = element(
        "w:rubyPr",
        element("w:rubyAlign", val="distributeSpace"),
        element("w:hps", val=size),
        element("w:hpsRaise", val=str(half_points - 2)),
        element("w:hpsBaseText", val=str(half_points)),
        element("w:lid", val=tag),
    )
    for run in reading:
        if run.tag == name("w:r"):
            _resize(run, size)
    return element("w:r", element("w:ruby", properties, element("w:rt", *reading), element("w:rubyBase", *base)))


def _resize(run: etree._Element, size: str) -> None:
    properties = run.find(name("w:rPr"))
    if properties is None:
        properties = element("w:rPr")
        run.insert(0, properties)
    for tag in ("w:sz", "w:szCs"):
        put_child(properties, element(tag, val=size), RPR_ORDER)
