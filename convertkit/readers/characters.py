"""Characters that no document can hold, wherever they come from: the source, a reference in it, a foreign tree.

XML 1.0 (section 2.2) has no place for C0 controls, surrogates, U+FFFE and U+FFFF, escaped or not, and so neither have
EPUB and DOCX; a terminal obeys some of them. DELETE is allowed there, but shows nothing.
"""

from __future__ import annotations

import re

from convertkit.losses import CharactersReplaced, ControlsRemoved, Report

IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
"""C0 controls that are not white space, and DELETE."""

_REMOVED = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_REPLACED = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_POSSIBLE = {
    **dict.fromkeys(CONTROLS),
    0x0B: " ",  # a soft line end in Word
    0x0C: " ",  # a page end; white space in HTML
    0x00: "\ufffd",  # as the HTML standard does (13.2.5)
    **dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\ufffd"),
}

_REFERENCE = re.compile(
    r"&#(?:0*(?:[1-8]|1[124-9]|2[0-9]|3[01]|127|6553[45])(?![0-9])"
    r"|[xX]0*(?:[1-8bcBC]|[01]?[eEfF]|1[0-9a-dA-D]|7[fF]|[fF]{3}[eEfF])(?![0-9a-fA-F]));?"
)
"""References that a parser of HTML turns into such characters (HTML standard 13.2.5.84); those to NUL and to surrogates
it replaces itself."""


def possible(text: str, report: Report, place: str = "") -> str:
    """The text as a document can hold it: controls removed, those that part words as spaces, the rest as U+FFFD."""
    if replaced := len(_REPLACED.findall(text)):
        report(CharactersReplaced(place, replaced))
    if removed := len(_REMOVED.findall(text)):
        report(ControlsRemoved(place, removed))
    return text.translate(_POSSIBLE)


def without_impossible_references(html: str, report: Report) -> str:
    """HTML without references to characters that a document cannot hold; the same object if it has none."""
    if "&#" not in html or not _REFERENCE.search(html):
        return html
    removed = replaced = 0

    def stand_in(found: re.Match[str]) -> str:
        nonlocal removed, replaced
        digits = found[0].rstrip(";")[2:]
        number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        character = _POSSIBLE[number]
        removed, replaced = removed + (character != "\ufffd"), replaced + (character == "\ufffd")
        return character or ""

    mended = _REFERENCE.sub(stand_in, html)
    if replaced:
        report(CharactersReplaced("", replaced))
    if removed:
        report(ControlsRemoved("", removed))
    return mended
