"""Marks from the tree to `word/document.xml`.

pandoc passes raw OOXML through. A processing instruction in it survives into the part, changes nothing if it is
overlooked, and gives way to the real thing in `paragraphs.py` and `runs.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from convertkit.tree import RawBlock, RawInline

INDENT = "indent"
NEW_PAGE = "page"
"""In a heading that begins a page."""
NAMED_NOTE, NOTE_AGAIN = "note ", "note-again "
"""Before the first reference to a note, and in place of each further one; the note's name follows."""
QUOTE, QUOTE_END = "quote", "quote-end"
"""Before and behind the blocks of a quotation."""
ROW_HEADS = "row-heads"
"""In a cell of a table whose first column is heads of rows."""
RUBY, RUBY_TEXT, RUBY_END = "ruby", "ruby-text", "ruby-end"
TARGET = "convertkit"
"""The target of our processing instructions."""


def mark(what: str) -> RawInline:
    """A mark for the tree."""
    return RawInline("openxml", f"<?{TARGET} {what}?>")


def block_mark(what: str) -> RawBlock:
    """A mark between blocks."""
    return RawBlock("openxml", f"<?{TARGET} {what}?>")


def marks(root: etree._Element, what: str) -> Iterator[etree._Element]:
    """The marks of a kind in a part; they may be moved while iterating."""
    return (instruction for instruction in _ours(root) if instruction.text == what)


def remove_marks(root: etree._Element) -> None:
    """Take every mark out of a part."""
    for instruction in _ours(root):
        parent = instruction.getparent()
        if parent is not None:
            parent.remove(instruction)


def _ours(root: etree._Element) -> list[etree._Element]:
    found = root.iter(etree.ProcessingInstruction)
    return [node for node in found if isinstance(node, etree._ProcessingInstruction) and node.target == TARGET]
