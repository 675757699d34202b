"""Paragraphs whose first line is indented: a style and a property, never typed spaces."""

from __future__ import annotations

from lxml import etree

from convertkit.writers.docx.marks import INDENT, NEW_PAGE, marks
from convertkit.writers.docx.ooxml import element, name, put_child
from convertkit.writers.docx.styles import INDENTED, Styles, indentation

PPR_ORDER = (
    "w:pStyle", "w:keepNext", "w:keepLines", "w:pageBreakBefore", "w:framePr", "w:widowControl", "w:numPr",
    "w:suppressLineNumbers", "w:pBdr", "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap",
    "w:overflowPunct", "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd",
    "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc",
    "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr",
    "w:sectPr", "w:pPrChange",
)  # fmt: skip
"""The sequence of a paragraph's properties (ECMA-376, CT_PPr)."""

BODY_STYLES = ("First Paragraph", "Body Text")
"""The styles that pandoc gives to ordinary paragraphs; any other (a quotation's, a footnote's) stays."""


def indent_paragraphs(root: etree._Element, styles: Styles, *, own_style: bool) -> None:
    """Indent the paragraphs that are marked.

    With `own_style` the user's reference document says how; else the paragraph says it too, so that it stays
    indented when it is copied into a document without our style. The first paragraph of a list item hangs on its
    number and is not indented.
    """
    body = {styles.ids.get(style) for style in BODY_STYLES}
    for found in marks(root, INDENT):
        paragraph = found.getparent()
        if paragraph is None or paragraph.tag != name("w:p"):
            continue
        properties = properties_of(paragraph)
        if properties.find(name("w:numPr")) is not None:
            continue
        style = properties.find(name("w:pStyle"))
        plain = style is None or style.get(name("w:val")) in body
        if plain:
            put_child(properties, element("w:pStyle", val=styles.ids[INDENTED]), PPR_ORDER)
        if not (plain and own_style):
            put_child(properties, indentation(styles.half_points), PPR_ORDER)


def break_pages(root: etree._Element) -> None:
    """Let the paragraphs that are marked begin a page."""
    for found in marks(root, NEW_PAGE):
        paragraph = found.getparent()
        if paragraph is not None and paragraph.tag == name("w:p"):
            put_child(properties_of(paragraph), element("w:pageBreakBefore"), PPR_ORDER)


def compact_empty_cells(root: etree._Element, styles: Styles) -> None:
    """Give the paragraph of an empty cell the style of the others: pandoc's has none, and makes its row higher."""
    if "Compact" not in styles.ids:
        return
    for cell in root.iter(name("w:tc")):
        for paragraph in cell.findall(name("w:p")):
            properties = paragraph.find(name("w:pPr"))
            if properties is not None and len(properties) == 0 and len(paragraph) == 1:
                properties.append(element("w:pStyle", val=styles.ids["Compact"]))


def properties_of(paragraph: etree._Element) -> etree._Element:
    """A paragraph's properties, made if it has none."""
    properties = paragraph.find(name("w:pPr"))
    if properties is None:
        properties = element("w:pPr")
        paragraph.insert(0, properties)
    return properties
