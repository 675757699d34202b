"""Counting what a tree holds: what pandoc read, and the clean tree that a writer was given."""

from __future__ import annotations

from collections.abc import Iterable

from convertkit.ledger.counts import BLANK, Counts, Tally
from convertkit.readers.harmless import RAW_HTML, html_words
from convertkit.tree import (
    Block,
    BulletList,
    Cite,
    Code,
    CodeBlock,
    Header,
    Image,
    LineBlock,
    LineBreak,
    Link,
    Math,
    Note,
    OrderedList,
    Quoted,
    RawBlock,
    RawInline,
    Row,
    Ruby,
    SoftBreak,
    Table,
    Text,
)
from convertkit.walk import BLOCK_TYPES, Node, children_of, query_nodes


def count_tree(blocks: Iterable[Block]) -> Counts:
    """The words and structures of blocks."""
    tally = Tally()
    tally_nodes(blocks, tally)
    return tally.counts()


def tally_nodes(nodes: Iterable[Node], tally: Tally) -> None:
    """Add the words and structures of nodes to a tally."""
    for node in nodes:
        match node:
            case Text() | Code():
                tally.pieces.append(node.text)
            case SoftBreak() | LineBreak():
                tally.pieces.append(BLANK)
            case CodeBlock():
                tally.kinds["code blocks"] += bool(node.text.strip())
                tally.kinds["code lines"] += count_lines(node.text)
                tally.pieces += (BLANK, node.text, BLANK)
            case Math():
                tally.kinds["formulas"] += 1
                tally.pieces.append(BLANK)
            case RawBlock() | RawInline():
                words = html_words(node.text) if node.format in RAW_HTML else ""
                tally.pieces.append(f" {words} " if isinstance(node, RawBlock) else words)
            case Ruby():
                tally_nodes(node.base, tally)
                tally.pieces.append(BLANK)
                tally_nodes(node.text, tally)
                tally.pieces.append(BLANK)
            case Note():
                _tally_note(node, tally)
            case LineBlock():
                for line in node.lines:
                    tally.pieces.append(BLANK)
                    tally_nodes(line, tally)
                tally.pieces.append(BLANK)
            case _:
                _tally_parent(node, tally)


def _tally_parent(node: Node, tally: Tally) -> None:
    apart = node.__class__ in BLOCK_TYPES or isinstance(node, Image | Quoted)
    children = children_of(node)
    match node:
        case Cite():
            children = node.content
        case Header():
            tally.kinds["headings"] += holds_something(children)
        case BulletList() | OrderedList():
            tally.kinds["list items"] += len(node.items)
            for item in node.items:
                tally_nodes(item, tally)
            return
        case Table():
            tally.kinds["tables"] += 1
            tally.kinds["cells"] += sum(holds_something(cell.content) for row in rows_of(node) for cell in row.cells)
            children = [child for child in children if child.__class__ in BLOCK_TYPES]
        case Image():
            tally.kinds["images"] += node.target != ""
        case Link():
            tally.kinds["links"] += 1
    if apart:
        tally.pieces.append(BLANK)
    tally_nodes(children, tally)
    if apart:
        tally.pieces.append(BLANK)


def _tally_note(note: Note, tally: Tally) -> None:
    tally.pieces.append(BLANK)
    if note.name:
        if note in tally.named_notes:
            return
        tally.named_notes.add(note)
    tally.kinds["notes"] += 1
    tally_nodes(note.content, tally)
    tally.pieces.append(BLANK)


def count_lines(code: str) -> int:
    """The lines of a listing that hold anything."""
    return sum(bool(line.strip()) for line in code.splitlines())


def rows_of(table: Table) -> list[Row]:
    """All rows of a table, from its head to its foot."""
    bodies = [row for body in table.bodies for row in (*body.head, *body.rows)]
    return [*table.head.rows, *bodies, *table.foot.rows]


def holds_something(blocks: Iterable[Node]) -> bool:
    """Whether there is a word, a picture or a formula."""
    return any(query_nodes(blocks, _shows))


def _shows(node: Node) -> bool | None:
    match node:
        case Text() | Code() | CodeBlock():
            return True if node.text.strip() else None
        case Image() | Math():
            return True
        case _:
            return None
