"""Figures that show something other than a picture: code with its file's name, a table, a poem."""

from __future__ import annotations

from convertkit.tree import Block, CodeBlock, Figure, Image, Link, Para, Plain
from convertkit.walk import query_nodes


def shows_pictures(figure: Figure) -> bool:
    """Whether a figure may be centred as a whole: all it holds is pictures, or the links that stand for absent ones."""
    return all(map(is_picture, figure.content))


def is_picture(block: Block) -> bool:
    """Whether a block is a paragraph with a picture, or with nothing but the link to one."""
    if not isinstance(block, Para | Plain):
        return False
    return any(query_nodes((block,), lambda node: True if isinstance(node, Image) else None)) or all(
        isinstance(inline, Link) for inline in block.content
    )


def caption_stands_above(figure: Figure) -> bool:
    """Whether the caption is to be read first: the name of a listing is, as blogs set it; the tree keeps no side."""
    return any(isinstance(block, CodeBlock) for block in figure.content)


def in_reading_order(figure: Figure) -> tuple[Block, ...]:
    """Content and caption, for formats without figures."""
    content, caption = figure.content, figure.caption.content
    return (*caption, *content) if caption_stands_above(figure) else (*content, *caption)
