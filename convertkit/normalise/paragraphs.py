"""Running text: every block's inlines cleaned, and paragraphs typed with `<br>` made paragraphs."""

from __future__ import annotations

import re
from dataclasses import replace

from convertkit.normalise.anchors import Anchors
from convertkit.normalise.empties import without_empties
from convertkit.normalise.flow import settled_flow
from convertkit.normalise.inline_builder import Breaks, Piece
from convertkit.normalise.inlines import InlineCleaner, is_clean_line
from convertkit.normalise.lists import settled_lists
from convertkit.normalise.places import with_blocks
from convertkit.normalise.whitespace import BLANKS, collapse, is_blank, is_clean, is_indent
from convertkit.tree import Block, Document, Header, Inline, LineBlock, LineBreak, Para, Plain, Text
from convertkit.walk import map_children, plain_text, query_nodes

PROSE_COLUMNS = 60
"""Lines wider than this on average are prose: verse, addresses and dialogue are narrower (a line of print has 66)."""

_TEXT = (Para, Plain)
_SENTENCE_END = re.compile("[.!?:;…。！？：；．][\"'”’）)」』】]*$")
_VERSE_INDENT = re.compile("\u00a0+")


def clean_paragraphs(document: Document) -> Document:
    """White space by the HTML rules, marks joined and flattened, `<br>` paragraphs parted, typed indents taken.

    `Para.indent` says that a paragraph was typed with an indent. Blocks that hold no text are left for `drop_empties`,
    paragraphs that show nothing are gone.
    """
    return with_blocks(document, _Cleaner(Anchors(document)).clean_all(document.blocks))


class _Cleaner:
    def __init__(self, anchors: Anchors) -> None:
        self.inlines = InlineCleaner(anchors, _clean_note)

    def clean_all(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        result: list[Block] = []
        changed = False
        for block in blocks:
            if isinstance(block, _TEXT):
                if _is_clean(block.content):
                    result.append(block)
                    continue
                paragraphs = self._paragraphs(block)
                if paragraphs == [block]:
                    result.append(block)
                else:
                    changed = True
                    result.extend(paragraphs)
            else:
                new = self._clean(block)
                changed = changed or new is not block
                result.append(new)
        return tuple(result) if changed else blocks

    def _clean(self, block: Block) -> Block:
        match block:
            case Header():
                content = self.inlines.line(block.content)
                return block if content is block.content else replace(block, content=content)
            case LineBlock():
                return map_children(block, self.clean_all, self._verse)
            case _:
                return map_children(block, self.clean_all, self.inlines.line)

    def _paragraphs(self, block: Para | Plain) -> list[Block]:
        pieces = _pieces_of_text(block.content) or self.inlines.pieces(block.content)
        pieces = [part for piece in pieces for part in self._parted(piece)]
        if isinstance(block, Plain) and len(pieces) == 1:
            return [Plain(pieces[0].content)]
        indent = isinstance(block, Para) and block.indent
        return [Para(piece.content, piece.indent or (indent and index == 0)) for index, piece in enumerate(pieces)]

    def _parted(self, piece: Piece) -> list[Piece]:
        if not _is_prose(piece.content):
            return [piece]
        parts = self.inlines.pieces(piece.content, Breaks.PART_ALL)
        return [replace(parts[0], indent=piece.indent), *parts[1:]]

    def _verse(self, inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
        """A line of a line block, whose typed indent is a part of it."""
        line = self.inlines.line(inlines)
        indent = _VERSE_INDENT.match(inlines[0].text) if inlines and isinstance(inlines[0], Text) else None
        if indent is None or not line:
            return line
        if isinstance(line[0], Text):
            return self._same(inlines, (Text(indent[0] + line[0].text), *line[1:]))
        return self._same(inlines, (Text(indent[0]), *line))

    @staticmethod
    def _same(old: tuple[Inline, ...], new: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return old if old == new else new


def _clean_note(blocks: tuple[Block, ...], anchors: Anchors) -> tuple[Block, ...]:
    """The blocks of a note, which is a small document of its own: the passes over blocks do not see it."""
    return settled_lists(without_empties(_Cleaner(anchors).clean_all(settled_flow(blocks)), anchors))


def _is_clean(content: tuple[Inline, ...]) -> bool:
    if len(content) == 1 and isinstance(content[0], Text):
        return is_clean(content[0].text)
    return is_clean_line(content)


def _pieces_of_text(content: tuple[Inline, ...]) -> list[Piece]:
    """What rebuilding makes of one `Text`, the ordinary paragraph, in less time; none for anything else."""
    if len(content) != 1 or not isinstance(content[0], Text):
        return []
    text = content[0].text
    words = text.strip(BLANKS)
    if is_blank(words):
        return []
    return [Piece((Text(collapse(words)),), is_indent(text[: text.index(words[0])]))]


def _is_prose(content: tuple[Inline, ...]) -> bool:
    """Whether the lines of a paragraph are paragraphs, typed with one `<br>` each: long ones that end sentences."""
    if not _holds_break(content):
        return False
    lines = plain_text(content).split("\n")
    columns = sum(_columns(line) for line in lines) / len(lines)
    return columns > PROSE_COLUMNS and all(_SENTENCE_END.search(line) for line in lines[:-1])


def _holds_break(content: tuple[Inline, ...]) -> bool:
    if len(content) == 1 and isinstance(content[0], Text):
        return False
    return any(query_nodes(content, lambda node: isinstance(node, LineBreak) or None))


def _columns(line: str) -> float:
    """About the columns of a line, wide characters counting two: in UTF-8 these take three bytes, letters one."""
    return (len(line.encode()) + len(line)) / 2
