"""Reading back a DOCX: its text and its notes (ECMA-376, part 1, sections 17 and 22.1)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from convertkit.ledger.counts import BLANK, Counts, Tally
from convertkit.writers.docx.ooxml import name, parse

_FRONT = frozenset(["Title", "Subtitle", "Author", "Date"])
"""Styles of the paragraphs above the text."""
_CODE = "SourceCode"
_CONTINUED = frozenset(["0", "1000"])
"""The numbering of no list, and that of an item's paragraphs after the first (pandoc's)."""
_SEPARATORS = frozenset(["separator", "continuationSeparator", "continuationNotice"])
_FORMULA, _PARAGRAPH, _TEXT = name("m:oMath"), name("w:p"), name("w:t")
_SPACES = frozenset([name("w:tab"), name("w:br"), name("w:cr"), name("w:footnoteReference"), name("w:rt")])
_HYPHENS = {name("w:softHyphen"): "\u00ad", name("w:noBreakHyphen"): "-"}
_FIELD = name("w:fldSimple")
_CODE_BREAK = name("w:br")


def count_docx(content: bytes) -> Counts:
    """What a DOCX shows below its title, authors and date."""
    tally = Tally()
    package = zipfile.ZipFile(io.BytesIO(content))
    _count(parse(package.read("word/document.xml")), tally)
    if "word/footnotes.xml" in package.namelist():
        for note in parse(package.read("word/footnotes.xml")):
            if note.get(name("w:type")) not in _SEPARATORS:
                tally.kinds["notes"] += 1
                _count(note, tally)
    return tally.counts()


def _count(root: etree._Element, tally: Tally) -> None:
    for paragraph in root.iter(_PARAGRAPH):
        style = _style(paragraph)
        if style in _FRONT:
            continue
        pieces = list(_pieces(paragraph, tally))
        if style == _CODE:
            tally.kinds["code blocks"] += 1
            tally.kinds["code lines"] += sum(bool(line.strip()) for line in "".join(pieces).splitlines())
        elif style.startswith("Heading") and style[7:].isdigit():
            tally.kinds["headings"] += bool("".join(pieces).strip())
        tally.pieces += (BLANK, *pieces, BLANK)
    marks = root.iter(name("w:numId"))
    tally.kinds["list items"] += sum(mark.get(name("w:val")) not in _CONTINUED for mark in marks)
    tally.kinds["cells"] += sum(_holds_something(cell) for cell in root.iter(name("w:tc")))
    tally.kinds["tables"] += sum(1 for _ in root.iter(name("w:tbl")))
    tally.kinds["links"] += sum(1 for _ in root.iter(name("w:hyperlink")))
    tally.kinds["images"] += sum(1 for _ in root.iter(name("w:drawing")))


def _holds_something(cell: etree._Element) -> bool:
    shown = (_FORMULA, name("w:drawing"), name("w:footnoteReference"))
    return bool("".join(text.text or "" for text in cell.iter(_TEXT)).strip()) or any(True for _ in cell.iter(*shown))


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{name('w:pPr')}/{name('w:pStyle')}")
    return "" if style is None else style.get(name("w:val")) or ""


def _pieces(paragraph: etree._Element, tally: Tally) -> Iterator[str]:
    """The text of one paragraph; a formula is none, a picture has its description."""
    waiting = list(paragraph)[::-1]
    while waiting:
        node = waiting.pop()
        if node.tag == _FORMULA:
            tally.kinds["formulas"] += 1
            yield BLANK
        elif node.tag == _TEXT:
            yield node.text or ""
        elif node.tag in _HYPHENS:
            yield _HYPHENS[node.tag]
        elif node.tag == name("wp:docPr"):
            yield f" {node.get('descr') or ''} "
        elif node.tag == _FIELD:
            yield BLANK  # the number of a note, again
        elif node.tag != _PARAGRAPH:
            if node.tag in _SPACES:
                yield "\n" if node.tag == _CODE_BREAK else BLANK
            waiting += list(node)[::-1]
