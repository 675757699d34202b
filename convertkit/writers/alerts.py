"""Alerts (`Div.note` whose first block is a `Div.title`, as pandoc has them) for formats that have none."""

from __future__ import annotations

from convertkit.tree import BlockQuote, Div, Inline, LineBreak, Para, Plain, Strong

ALERTS = frozenset(["note", "tip", "important", "warning", "caution"])


def as_quotation(node: Div) -> BlockQuote | None:
    """An alert as a quotation under its title; None for any other part."""
    match node.content:
        case (Div(content=title, attr=attr), *rest) if "title" in attr.classes and not ALERTS.isdisjoint(
            node.attr.classes
        ):
            lines: list[Inline] = []
            for block in title:
                if not isinstance(block, Para | Plain):
                    return None
                lines += (LineBreak(), *block.content) if lines else block.content
            return BlockQuote((Para((Strong(tuple(lines)),)), *rest))
        case _:
            return None
