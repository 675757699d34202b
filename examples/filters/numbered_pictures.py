"""Pictures are numbered: 图 1, 图 2 before their alternative text."""

from dataclasses import replace
from itertools import count

from convertkit import Document
from convertkit.tree import Image, Text
from convertkit.walk import Node, walk


def transform(document: Document) -> Document:
    numbers = count(1)

    def visit(node: Node) -> Node:
        if isinstance(node, Image):
            return replace(node, content=(Text(f"图 {next(numbers)} "), *node.content))
        return node

    return walk(document, visit)
