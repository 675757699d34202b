"""Headings in order: under a title that stands outside no level is skipped on the way down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from convertkit.normalise.places import HOLDERS, same_inlines, with_blocks
from convertkit.tree import Block, Div, Document, Header
from convertkit.walk import map_children, plain_text

TOP_LEVEL = 2
"""The deepest that a document's top headings may be: writers give level 1 to the title. Those at level 1 stay there."""


def order_headings(document: Document) -> Document:
    """`headings_in_order` where the title stands outside of the blocks, which then have to fit under it.

    A piece of a page without a title keeps its levels: nothing says what its `<h3>` stood under. So does a document
    that opens with its own title: its outline is whole.
    """
    if not document.metadata.title or _opens_with(document.blocks, document.metadata.title):
        return document
    return with_blocks(document, headings_in_order(document.blocks))


def _opens_with(blocks: tuple[Block, ...], title: str) -> bool:
    first = blocks[0] if blocks else None
    if isinstance(first, Div):
        return _opens_with(first.content, title)
    return isinstance(first, Header) and first.level == 1 and plain_text(first.content).split() == title.split()


def headings_in_order(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Each heading at most one level below the one it belongs to: levels 1, 4, 4, 2 become 1, 2, 2, 2.

    A heading belongs to the nearest one before it that was higher; headings of one level under one heading keep one
    level. Top headings keep level 1 or 2, deeper ones become 2. Headings in quotations, lists, tables and figures have
    an order of their own, no higher than the heading they stand under; notes are left alone.
    """
    return _order(blocks, _Outline())


@dataclass(slots=True)
class _Outline:
    """The headings that a next heading may belong to, as (level as written, level in order), and the last level."""

    above: list[tuple[int, int]] = field(default_factory=list)
    last: int = 0
    under: int = 0
    """Level of the heading under which this outline stands; 0 for none."""

    def level(self, written: int) -> int:
        while self.above and self.above[-1][0] >= written:
            self.above.pop()
        if self.above:
            level = min(self.above[-1][1] + 1, 6)
        elif self.under:
            level = min(max(written, self.under), self.under + 1, 6)
        else:
            level = min(written, TOP_LEVEL)
        self.above.append((written, level))
        self.last = level
        return level


def _order(blocks: tuple[Block, ...], outline: _Outline) -> tuple[Block, ...]:
    changed: list[Block] | None = None
    for index, block in enumerate(blocks):
        if isinstance(block, Header) or block.__class__ in HOLDERS:
            new = _ordered(block, outline)
            if new is not block:
                changed = list(blocks) if changed is None else changed
                changed[index] = new
    return blocks if changed is None else tuple(changed)


def _ordered(block: Block, outline: _Outline) -> Block:
    if isinstance(block, Header):
        level = outline.level(block.level)
        return block if level == block.level else replace(block, level=level)
    inner = outline if isinstance(block, Div) else _Outline(under=outline.last or outline.under)
    return map_children(block, lambda content: _order(content, inner), same_inlines)
