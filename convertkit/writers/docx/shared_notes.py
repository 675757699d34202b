"""Notes that are referred to more than once: Word has a footnote for the first reference and fields for the others."""

from __future__ import annotations

from itertools import count

from lxml import etree

from convertkit.tree import Document, Note
from convertkit.walk import Node, query, query_nodes
from convertkit.writers.docx.marks import NAMED_NOTE, NOTE_AGAIN, TARGET, mark
from convertkit.writers.docx.ooxml import element, name
from convertkit.writers.docx.styles import Styles

_REFERENCE = name("w:footnoteReference")
_BOOKMARK = "_RefNote{}"
_FIRST_ID = 900_000
"""Ids of bookmarks are unique in a part; pandoc counts its own from 20."""


class SharedNotes:
    """What a document's notes become, each a mark and the note, or a mark alone; to be asked in reading order."""

    def __init__(self, document: Document) -> None:
        self._numbers: dict[Note, int] = {}
        within = {inner for note in query(document, _note) for inner in query_nodes(note.content, _note) if inner.name}
        self._within = frozenset(note.name for note in within)
        """Notes in notes: Word has none, and what pandoc makes of them stands in another part."""

    def marked(self, note: Note) -> Note | tuple[Node, ...]:
        """The note as pandoc should get it."""
        if not note.name or note.name in self._within:
            return note
        number = self._numbers.get(note)
        if number is not None:
            return (mark(f"{NOTE_AGAIN}{number}"),)
        self._numbers[note] = len(self._numbers) + 1
        return mark(f"{NAMED_NOTE}{self._numbers[note]}"), note


def _note(node: Node) -> Note | None:
    return node if isinstance(node, Note) else None


def refer_again(root: etree._Element, styles: Styles) -> None:
    """Put bookmarks around the references that are marked, and `NOTEREF` fields (ECMA-376, 17.16.5.42) for the others.

    The marks of a book's chapters count anew: a field refers to the last note before it with its number.
    """
    ids = count(_FIRST_ID)
    met, waiting = 0, ""
    places: dict[str, int] = {}
    for node in list(root.iter(_REFERENCE, etree.ProcessingInstruction)):
        if node.tag == _REFERENCE:
            met += 1
            if waiting and (run := node.getparent()) is not None:
                places[waiting], waiting = met, ""
                identifier = str(next(ids))
                run.addprevious(element("w:bookmarkStart", id=identifier, name=_BOOKMARK.format(met)))
                run.addnext(element("w:bookmarkEnd", id=identifier))
        elif isinstance(node, etree._ProcessingInstruction) and node.target == TARGET:
            said = node.text or ""
            if said.startswith(NAMED_NOTE):
                waiting = said.removeprefix(NAMED_NOTE)
            elif said.startswith(NOTE_AGAIN) and (number := places.get(said.removeprefix(NOTE_AGAIN))):
                node.addprevious(_field(number, styles))


def _field(number: int, styles: Styles) -> etree._Element:
    shown = element("w:t")
    shown.text = str(number)
    style = styles.ids.get("Footnote Reference") or "FootnoteReference"
    run = element("w:r", element("w:rPr", element("w:rStyle", val=style)), shown)
    return element("w:fldSimple", run, instr=f" NOTEREF {_BOOKMARK.format(number)} \\f \\h ")
