"""Quotations: each level set in further, and everything in them beside the bar, lists and listings too.

pandoc gives a style to the paragraphs of a quotation, however deep it is, and none to what else stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from convertkit.tree import BlockQuote
from convertkit.writers.docx.marks import QUOTE, QUOTE_END, block_mark, marks
from convertkit.writers.docx.ooxml import element, name, put_child
from convertkit.writers.docx.paragraphs import PPR_ORDER, properties_of
from convertkit.writers.docx.styles import Quotation, Styles

_LIST_STEP, _HANGING = 720, 360
"""Twips by which pandoc's lists are set in, each level, and by which their first lines hang."""
_FURTHEST = 31
"""Points that a border may be away from the text (ECMA-376, 17.3.4)."""


def mark_quotation(quotation: BlockQuote) -> BlockQuote:
    """The quotation between marks."""
    return BlockQuote((block_mark(QUOTE), *quotation.content, block_mark(QUOTE_END)))


def set_quotations(root: etree._Element, styles: Styles) -> None:
    """Set in what stands between marks, and draw the bar of the quotations' style beside it."""
    look = styles.quotation
    depths: dict[etree._Element, int] = {}
    for begin in marks(root, QUOTE):
        for block in _quoted(begin):
            for paragraph in block.iter(name("w:p"), name("w:tbl")):
                depths[paragraph] = depths.get(paragraph, 0) + 1
    for block, depth in depths.items():
        if any(outer in depths for outer in block.iterancestors(name("w:tbl"))):
            continue  # what stands in a table moves with it
        if block.tag == name("w:tbl"):
            _set_in_table(block, depth * look.left)
        else:
            _set_in(block, depth, look, styles.ids.get("Block Text", ""))


def _quoted(begin: etree._Element) -> Iterator[etree._Element]:
    """The siblings from a mark to the end of its quotation."""
    depth = 1
    for sibling in begin.itersiblings():
        if isinstance(sibling, etree._ProcessingInstruction):
            depth += {QUOTE: 1, QUOTE_END: -1}.get(sibling.text or "", 0)
            if not depth:
                return
        elif isinstance(sibling.tag, str):
            yield sibling


def _set_in(paragraph: etree._Element, depth: int, look: Quotation, style_id: str) -> None:
    properties = properties_of(paragraph)
    style = properties.find(name("w:pStyle"))
    plain = style is not None and style.get(name("w:val")) == style_id
    if plain and depth == 1:
        return  # the style says it all
    left = depth * look.left
    indent = properties.find(name("w:ind"))
    attributes = {} if indent is None else {str(key).rpartition("}")[2]: str(value) for key, value in indent.items()}
    numbered = properties.find(f"{name('w:numPr')}/{name('w:ilvl')}")
    away = look.space
    if numbered is not None:
        step = _LIST_STEP * (int(numbered.get(name("w:val"), "0")) + 1)
        attributes["hanging"] = str(_HANGING)
        left += step
        away += (step - _HANGING) // 20
    put_child(properties, element("w:ind", **{**attributes, "left": str(left)}), PPR_ORDER)
    if not plain and look.bar is not None:
        bar = deepcopy(look.bar)
        for side in bar:
            side.set(name("w:space"), str(min(away, _FURTHEST)))
        put_child(properties, bar, PPR_ORDER)


def _set_in_table(table: etree._Element, left: int) -> None:
    properties = table.find(name("w:tblPr"))
    if properties is not None:
        put_child(properties, element("w:tblInd", w=str(left), type="dxa"), _TBLPR_ORDER)


_TBLPR_ORDER = (
    "w:tblStyle", "w:tblpPr", "w:tblOverlap", "w:bidiVisual", "w:tblStyleRowBandSize", "w:tblStyleColBandSize",
    "w:tblW", "w:jc", "w:tblCellSpacing", "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar",
    "w:tblLook", "w:tblCaption", "w:tblDescription", "w:tblPrChange",
)  # fmt: skip
"""The sequence of a table's properties (ECMA-376, CT_TblPr)."""
