"""From pandoc's DOCX to ours: part after part, then a container that comes out the same every time."""

from __future__ import annotations

import re

from lxml import etree

from convertkit.errors import WriteError
from convertkit.metadata import Metadata
from convertkit.writers.docx.images import finish_images
from convertkit.writers.docx.languages import east_asian
from convertkit.writers.docx.marks import remove_marks
from convertkit.writers.docx.ooxml import parse, serialise
from convertkit.writers.docx.package import read_parts, write_parts
from convertkit.writers.docx.paragraphs import break_pages, compact_empty_cells, indent_paragraphs
from convertkit.writers.docx.properties import app_properties, core_properties, custom_properties
from convertkit.writers.docx.quotations import set_quotations
from convertkit.writers.docx.runs import dot_emphasis, name_languages, say_once, set_ruby, write_tabs
from convertkit.writers.docx.settings import adjust_settings, line_width, set_page, text_height
from convertkit.writers.docx.shared_notes import refer_again
from convertkit.writers.docx.styles import INDENTED, Styles, own_styles, read_styles, users_styles
from convertkit.writers.docx.tables import fit_columns, flag_row_heads

DOCUMENT = "word/document.xml"
STYLES = "word/styles.xml"
SETTINGS = "word/settings.xml"

_TEXTS = (DOCUMENT, "word/footnotes.xml")
_UNFINISHED = re.compile(
    rb"<\?convertkit |<w:i />|<wp:inline>|<w:lang |<w:pPr /></w:p>|<w:tblGrid>|\t|<w:(\w+)[^>]*/><w:\1[ />]"
)
"""What pandoc leaves to us; a part without any of it, as many a post's, is not parsed."""


def finish(docx: bytes, metadata: Metadata, *, default: bytes | None = None) -> bytes:
    """The DOCX that pandoc wrote, finished.

    `default` is given when a user's reference document gave its look: a DOCX of pandoc's default look, for the styles
    that the user's lacks. Raises `WriteError` if a part is not well-formed.
    """
    parts = read_parts(docx)
    try:
        indent_is_theirs = default is not None and INDENTED in read_styles(parts[STYLES]).ids
        _finish_look(parts, metadata.language, default)
        styles = read_styles(parts[STYLES])
        for part in _TEXTS:
            if part in parts:
                parts[part] = _finish_text(parts[part], metadata.language, styles, own_style=indent_is_theirs)
    except etree.XMLSyntaxError as error:
        raise WriteError(f"pandoc wrote a DOCX that is not well-formed: {error}") from error
    parts["docProps/core.xml"] = core_properties(metadata)
    parts["docProps/custom.xml"] = custom_properties(metadata)
    parts["docProps/app.xml"] = app_properties()
    return write_parts(parts)


def _finish_look(parts: dict[str, bytes], language: str, default: bytes | None) -> None:
    if default is None:
        parts[STYLES] = own_styles(parts[STYLES], language)
        parts[DOCUMENT] = set_page(parts[DOCUMENT])
    else:
        parts[STYLES] = users_styles(parts[STYLES], own_styles(read_parts(default)[STYLES], language), language)
    parts[SETTINGS] = adjust_settings(parts[SETTINGS], language, ours=default is None)


def _finish_text(part: bytes, language: str, styles: Styles, *, own_style: bool) -> bytes:
    if _UNFINISHED.search(part) is None:
        return part
    root = parse(part)
    asian = east_asian(language)
    indent_paragraphs(root, styles, own_style=own_style)
    break_pages(root)
    compact_empty_cells(root, styles)
    say_once(root)
    dot_emphasis(root, asian)
    refer_again(root, styles)
    set_ruby(root, styles.half_points, asian.tag)
    set_quotations(root, styles)
    flag_row_heads(root)
    remove_marks(root)
    name_languages(root)
    write_tabs(root)
    finish_images(root, language, text_height(part))
    fit_columns(root, styles.half_points, line_width(part))
    return serialise(root)
