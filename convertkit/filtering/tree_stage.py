"""Filters on the tree: a Python function from document to document, or a pandoc Lua filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from convertkit.filtering.removals import removed_texts
from convertkit.losses import Removed, Report, ignore
from convertkit.tree import CodeBlock, Document, Header, Image, LineBlock, Para, Plain, RawBlock
from convertkit.walk import Node, Transform, plain_text, query


@dataclass(frozen=True, slots=True)
class TreeStage:
    """A filter that works on the tree. Called as a `Transform`; what it removes goes to `report`."""

    name: str
    kind: str
    about: str
    transform: Transform

    def __call__(self, document: Document, report: Report = ignore) -> Document:
        """The filtered document; each text and picture that it holds no more is reported as `Removed`."""
        changed = self.transform(document)
        if changed is not document:
            for loss in _removed(self.name, document, changed):
                report(loss)
        return changed


def lua_filter(name: str, source: str) -> TreeStage:
    """A pandoc Lua filter (pandoc manual, "Lua filters") run on the document as pandoc's AST."""

    def run(document: Document) -> Document:
        from convertkit.context import shared_worker
        from convertkit.pandoc.lua_filter import apply_lua

        return apply_lua(document, source, name, shared_worker())

    return TreeStage(name, "Lua filter", _first_comment(source), run)


def _first_comment(source: str) -> str:
    """The text of a Lua file's first line if it is a comment: what the filter is for."""
    line = source.partition("\n")[0]
    return line.lstrip("-").strip() if line.startswith("--") else ""


def _removed(name: str, before: Document, after: Document) -> Iterator[Removed]:
    texts = list(query(before, _text))
    for index, text in removed_texts(texts, list(query(after, _text))):
        yield Removed(f"text {index + 1} of {len(texts)}", name, text)


def _text(node: Node) -> str | None:
    """What a node shows, if it is a leaf block or a picture."""
    match node:
        case Para() | Plain() | Header() | LineBlock():
            return plain_text((node,))
        case CodeBlock() | RawBlock():
            return node.text
        case Image():
            return f"[image {node.target}]"
        case _:
            return None
