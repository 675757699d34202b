"""Plain text as a person would lay it out.

`header` says what the document is, `blocks` and `inlines` write the tree, `wrapping` fills lines, `line_breaking`
knows where they may end and `width` how wide they are; `tables` aligns columns.
"""

from __future__ import annotations

import re

from convertkit.context import WriteContext
from convertkit.tree import Document
from convertkit.writers.text.blocks import write_blocks, write_endnotes
from convertkit.writers.text.header import header_lines, without_title, write_subtitle
from convertkit.writers.text.sheet import Sheet
from convertkit.writers.text.width import measure_for
from convertkit.writers.utf8 import encode_utf8
from convertkit.writers.wording import wording

_ENDNOTES_RULE = "-" * 24
_SEPARATORS = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
"""Controls that stand between words or lines; `str.splitlines` would end a line there."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_BYTES = bytes([*range(0x09), *range(0x0B, 0x20), 0x7F])
_CONTROLS_OF_LATIN_1 = re.compile(b"\xc2[\x80-\x9f]")
"""U+0080 to U+009F in UTF-8."""
_LINE_TAILS = re.compile("[ \t]+$", re.MULTILINE)


def write_text(document: Document, context: WriteContext) -> bytes:
    """The document in UTF-8 with one final line end: a header, the body, links and notes by number.

    Lines hold at most `context.options.width` columns, save code, addresses and what else nothing may break. Nothing
    at all is written for a document without words.
    """
    metadata = document.metadata
    measure, words = measure_for(metadata.language), wording(metadata.language)
    sheet = Sheet(context.report, document.resources, measure, words, context.options.links)
    width = max(0, context.options.width)
    parts = [
        header_lines(metadata, sheet, width),
        write_subtitle(metadata, sheet, width),
        write_blocks(without_title(document), sheet, width),
    ]
    endnotes = write_endnotes(sheet, width)
    if endnotes:
        parts.append([_ENDNOTES_RULE, *endnotes])
    text = _tidy("\n\n".join(["\n".join(lines) for lines in parts if lines])).strip("\n")
    return encode_utf8(text + "\n" if text else "", context.report)


def _tidy(text: str) -> str:
    """No control characters but line ends and the tabs of code, no blanks at the ends of lines."""
    if _holds_controls(text):
        text = _CONTROLS.sub("", _SEPARATORS.sub(" ", text))
    if " \n" in text or ("\t" in text and "\t\n" in text) or text[-1:] in (" ", "\t"):
        text = _LINE_TAILS.sub("", text)
    return text


def _holds_controls(text: str) -> bool:
    """Whether `_CONTROLS` finds anything; bytes are looked through ten times as fast."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) != len(data.translate(None, _CONTROL_BYTES)):
        return True
    return _CONTROLS_OF_LATIN_1.search(data) is not None or "\u2028" in text or "\u2029" in text
