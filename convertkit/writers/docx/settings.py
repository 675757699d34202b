"""`word/settings.xml` and the page: languages for the fonts of a theme, Word's own layout, paper."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from convertkit.writers.docx.languages import east_asian
from convertkit.writers.docx.ooxml import element, name, parse, serialise
from convertkit.writers.wording import is_right_to_left

WORD_2013 = "15"
"""The layout of Word 2013 and all since; without it Word opens the file in compatibility mode."""

PAGE = (
    b'<w:pgSz w:w="11906" w:h="16838"/>'
    b'<w:pgMar w:top="1440" w:right="1753" w:bottom="1440" w:left="1753" w:header="851" w:footer="992" w:gutter="0"/>'
)
"""A4, with a line of 8400 twips: what pandoc takes it for when no reference document says it (560 pixels)."""

_WIDTH = re.compile(rb'<w:pgSz\b[^>]*? w:w="(\d+)"')
_SIDES = re.compile(rb'<w:pgMar\b[^>]*? w:(left|right)="(\d+)"(?:[^>]*? w:(?:left|right)="(\d+)")?')
_SIZE = re.compile(rb'<w:pgSz\b[^>]*? w:h="(\d+)"')
_MARGIN = re.compile(rb'<w:pgMar\b[^>]*? w:(top|bottom)="(\d+)"(?:[^>]*? w:(?:top|bottom)="(\d+)")?')
_CAPTION = 600
"""Twips left free below the highest image."""
_EMU = 635
"""English Metric Units a twip."""


@lru_cache(maxsize=32)
def adjust_settings(part: bytes, language: str, *, ours: bool) -> bytes:
    """`word/settings.xml` with the language, and with the layout of today's Word unless a user's settings say other."""
    root = parse(part)
    asian = east_asian(language)
    fonts = root.find(name("w:themeFontLang"))
    if fonts is not None:
        if language:
            fonts.set(name("w:val"), language)
        fonts.set(name("w:eastAsia"), asian.tag)
        if is_right_to_left(language):
            fonts.set(name("w:bidi"), language)
    if ours:
        _set_layout(root)
    return serialise(root)


def _set_layout(root: etree._Element) -> None:
    if root.find(name("w:compat")) is not None:
        return
    setting = element(
        "w:compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=WORD_2013
    )
    rsids = root.find(name("w:rsids"))  # the next in the sequence of CT_Settings that pandoc writes
    if rsids is not None:
        rsids.addprevious(element("w:compat", setting))
        parent = rsids.getparent()
        if parent is not None and len(rsids) == 0:
            parent.remove(rsids)


def set_page(part: bytes) -> bytes:
    """`word/document.xml` with a page, which pandoc leaves to the program that opens it."""
    before, end, after = part.rpartition(b"</w:sectPr>")
    return before + PAGE + end + after if end else part


def line_width(part: bytes) -> int:
    """The width in twips of a line on a page of `word/document.xml`, taken for Letter paper as in `text_height`."""
    width, sides = _WIDTH.search(part), _SIDES.search(part)
    margins = int(sides[2]) + int(sides[3] or 0) if sides else 2 * 1440
    return max(1440, (int(width[1]) if width else 12240) - margins)


def text_height(part: bytes) -> int:
    """The height in English Metric Units that an image on a page of `word/document.xml` may have.

    A page that does not say its size is taken for Letter paper, the smaller one, with margins of an inch.
    """
    size, margin = _SIZE.search(part), _MARGIN.search(part)
    height = int(size[1]) if size else 15840
    margins = int(margin[2]) + int(margin[3] or 0) if margin else 2 * 1440
    return max(_EMU, (height - margins - _CAPTION) * _EMU)
