"""Notes whose words stand behind their reference: sidenotes, LaTeXML's, and those of WordPress plug-ins."""

from __future__ import annotations

import turbohtml

from convertkit.losses import Removed, Report
from convertkit.readers.html.place import place_of

NOTE = "convertkit-note"
"""The element that stands for a note until the reader comes to it; its `key` names the note's body."""

_BODIES = (
    ".sidenote, .marginnote, .modern-footnotes-footnote__note, .footnote_tooltip, .ltx_note_outer, "
    ".footnote_plugin_tooltip_text + .footnote_tooltip, .easy-footnote-content"
)
_WHOLE = ".footnote_referrer, .ltx_note, .sidenote-wrapper"
"""What holds a reference and its note."""
_BEFORE = (".margin-toggle", ".sidenote-number", ".modern-footnotes-footnote", "[role='doc-noteref']")
_OWN_MARKS = ".ltx_note_mark, .ltx_tag_note, .ltx_note_type, .sidenote-number, label.margin-toggle"
_LISTS = ".footnotes_reference_container, .modern-footnotes-list"
"""Where a plug-in shows all notes again at the end."""


def take_inline_notes(body: turbohtml.Element, report: Report, marks: list[str]) -> dict[str, turbohtml.Element]:
    """Put a `<convertkit-note>` in place of each such note with its reference; the bodies by key.

    The words of references and labels, which no body holds, are added to `marks`.
    """
    taken: dict[str, turbohtml.Element] = {}
    found = body.select(_BODIES)
    for note in found:
        if note.parent is None or not note.text.strip() or note.closest(f"pre, {NOTE}") is not None:
            continue
        key = f"inline-{len(taken) + 1}"
        whole = note.closest(_WHOLE)
        marks += _drop_reference(note)
        for mark in note.select(_OWN_MARKS):
            marks.append(mark.text)
            mark.extract()
        place = whole if whole is not None and whole != note else note
        place.replace_with(turbohtml.Element(NOTE, {"key": key}))
        note.extract()
        taken[key] = note
    for again in body.select(_LISTS) if taken else ():
        report(Removed(place_of(again), "notes", " ".join(again.stripped_strings)))
        again.extract()
    return taken


def _drop_reference(note: turbohtml.Element) -> list[str]:
    """Take out the number, and the box that a reader ticks to see the note; their words."""
    dropped: list[str] = []
    before = note.previous_sibling
    while before is not None:
        earlier = before.previous_sibling
        if isinstance(before, turbohtml.Text):
            if before.data.strip():
                break
        elif isinstance(before, turbohtml.Element):
            if not any(before.matches(selector) for selector in _BEFORE):
                break
            dropped.append(before.text)
            before.extract()
        before = earlier
    return dropped
