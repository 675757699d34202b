"""Links to places that the document does not have: a filter took them out, or a feed never brought them.

Such a link does nothing, so its words stand without it in what people read as it is. Markdown, which goes on to
renderers and pages that may have the place, keeps it. Links to the top of the page (HTML standard 7.4.6.3) live.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from convertkit.tree import NO_ATTR, Attr, Block, Link
from convertkit.walk import Node, Rewrite, query_nodes, walk_blocks

WHAT = "a link to a place that is not there"
TOP = "#top"


def dead_fragments(blocks: tuple[Block, ...]) -> frozenset[str]:
    """What links of the document lead to and nothing in it has."""
    linked = frozenset(query_nodes(blocks, fragment_of))
    if not linked:
        return linked
    there = frozenset(query_nodes(blocks, identifier_of))
    return frozenset(name for name in linked.difference(there) if name.lower() not in ("", TOP[1:]))


def without_links_to(dead: frozenset[str], blocks: tuple[Block, ...], lose: Callable[[str], None]) -> tuple[Block, ...]:
    """The blocks with only the words of links to `dead`; each target is given to `lose`."""

    def unlinked(node: Node) -> Rewrite:
        if not isinstance(node, Link) or fragment_of(node) not in dead:
            return node
        lose(node.target)
        return node.content

    return walk_blocks(blocks, unlinked)


def fragment_of(node: Node) -> str | None:
    """The id that a link within the document leads to."""
    return unquote(node.target[1:]) if isinstance(node, Link) and node.target.startswith("#") else None


def identifier_of(node: Node) -> str | None:
    """The id of a node that has one."""
    attr = getattr(node, "attr", NO_ATTR)
    return attr.id or None if isinstance(attr, Attr) else None
