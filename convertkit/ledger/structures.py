"""Tables, listings, links and the like: how many the source, the tree and the output hold, and why they differ.

The source is held against the tree where the reader has no reason to make more or fewer: a list typed as text, or
paragraphs of line breaks, are structure that the tree has and the source has not. The tree is held against the output
in everything that the format has a sign for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from convertkit.ledger.balance import Difference
from convertkit.ledger.counts import Counts
from convertkit.ledger.tree import count_tree
from convertkit.losses import ElementDropped, LooksLost, Loss, NotExpressible, TableUnwrapped, UnsafeLink, ignore
from convertkit.tree import Document, Link
from convertkit.walk import Node, query
from convertkit.writers.absent import link_absent_images

_READ = ("tables", "code blocks", "images", "formulas", "notes")
"""What a reader neither makes nor unmakes without a word."""
_WRITTEN = ("headings", "list items", "tables", "cells", "code blocks", "code lines", "formulas", "notes", "links")
_IMAGES = ("images",)
_SAID = {
    "tables": "table|cell|span",
    "cells": "table|cell|span",
    "code blocks": "code|block",
    "code lines": "code|block",
    "formulas": "formula",
    "notes": "note",
    "links": "link|address",
    "images": "image|picture",
}
"""What a writer's loss says if it tells of a kind; of headings and items none does."""
_PARTS = ("cells", "code lines")
"""What one thing that a loss tells of has many of."""
_SCHEME = re.compile(r"\A(?:https?://(?:www\.)?|mailto:)", re.IGNORECASE)


def lost_in_reading(read: Counts, document: Document, losses: Iterable[Loss]) -> Iterator[Difference]:
    """What the page after the filters and the tree have not alike."""
    found, lost = count_tree(document.blocks), list(losses)
    unwrapped = sum(isinstance(loss, TableUnwrapped) for loss in lost)
    dropped = sum(isinstance(loss, UnsafeLink) or _is_image(loss) for loss in lost)
    excused = {"tables": unwrapped, "images": dropped}
    for kind in _READ:
        before, after = read.kinds.get(kind, 0), found.kinds.get(kind, 0)
        if kind != "formulas" or after < before:  # formulas are also found in the text
            yield from _difference(kind, before, after, excused.get(kind, 0))
    own = document.metadata.url.partition("#")[0]
    for address in sorted(read.addresses - addresses_of(document) - {own, ""}):
        yield Difference("links", address, 1, missing=True)


def lost_in_writing(document: Document, to: str, leaving: Counts, losses: Iterable[Loss]) -> Iterator[Difference]:
    """What the tree and the output have not alike; each thing that the writer reported accounts for one.

    Of a table or a listing that was reported all cells or lines are accounted for.
    """
    shows_pictures = to == "markdown"
    tree = count_tree((document if shows_pictures else link_absent_images(document, ignore)).blocks)
    said = [_sentence(loss) for loss in losses]
    for kind in (*_WRITTEN, *(_IMAGES if shows_pictures or to != "text" else ())):
        before, after = tree.kinds.get(kind, 0), leaving.kinds.get(kind, 0)
        if before == after:
            continue
        told = sum(re.search(_SAID[kind], sentence) is not None for sentence in said) if kind in _SAID else 0
        if abs(before - after) > told and not (told and kind in _PARTS):
            yield from _difference(kind, before, after, told if after < before else 0)


def addresses_missing_in_text(document: Document, content: bytes) -> Iterator[Difference]:
    """The links whose address a plain text neither shows nor lists."""
    text = "".join(content.decode().split())  # a line may end within an address that is shown without its scheme
    for target in dict.fromkeys(query(document, _target)):
        if not target.startswith("#") and "".join(_SCHEME.sub("", target).split()).rstrip("/") not in text:
            yield Difference("links", target, 1, missing=True)


def addresses_of(document: Document) -> frozenset[str]:
    """The addresses of a tree's links, without fragments."""
    return frozenset(target.partition("#")[0] for target in query(document, _target))


def _target(node: Node) -> str | None:
    return node.target if isinstance(node, Link) else None


def _is_image(loss: Loss) -> bool:
    return isinstance(loss, ElementDropped) and loss.element == "img"


def _sentence(loss: Loss) -> str:
    match loss:
        case NotExpressible() | LooksLost():
            return loss.what
        case UnsafeLink():
            return "link"
        case _:
            return ""


def _difference(kind: str, before: int, after: int, excused: int) -> Iterator[Difference]:
    if after < before - excused:
        yield Difference(kind, f"{after} of {before}", before - excused - after, missing=True)
    elif after > before:
        yield Difference(kind, f"{after} instead of {before}", after - before, missing=False)
