"""What filters on a post's HTML share: how an element is named, what it says, and how it is removed with a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import turbohtml

from convertkit.losses import Removed, Report
from convertkit.metadata import Metadata
from convertkit.readers.block_tags import BLOCK_TAGS
from convertkit.readers.html.place import place_of
from convertkit.readers.html.sources import addresses

_UNSEEN = frozenset({"script", "style", "template", "title"})
BLOCKS = ", ".join(sorted(BLOCK_TAGS))
"""Elements that start a line of their own, as a selector."""


def visible_text(element: turbohtml.Element) -> str:
    """The words of an element in one line, without those of scripts and styles; a block sets its words apart."""
    words = []
    for node in element.descendants:
        if isinstance(node, turbohtml.Text):
            if not (isinstance(node.parent, turbohtml.Element) and node.parent.tag in _UNSEEN):
                words.append(node.data)
        elif isinstance(node, turbohtml.Element) and (node.tag in BLOCK_TAGS or node.tag == "br"):
            words.append(" ")
    return " ".join("".join(words).split())


def image_sources(element: turbohtml.Element) -> frozenset[str]:
    """The addresses of every image in an element, itself included; a lazy image has several."""
    images = element.select("img")
    if element.tag == "img":
        images.append(element)
    return frozenset(address for image in images for address in addresses(image))


def describe(element: turbohtml.Element) -> str:
    """What an element shows: its words, else its pictures or its tag in brackets."""
    pictures = ", ".join(sorted(image_sources(element)))
    return visible_text(element) or (f"[image {pictures}]" if pictures else f"[{element.tag}]")


def is_attached(element: turbohtml.Element, body: turbohtml.Element) -> bool:
    """Whether an element is still a descendant of `body`: an earlier removal may have taken it along."""
    return any(ancestor == body for ancestor in element.ancestors)


def remove(element: turbohtml.Element, rule: str, report: Report) -> None:
    """Take an element out of its document and report its words as removed by `rule`."""
    report(Removed(place_of(element), rule, describe(element)))
    element.extract()


def without_cover(
    metadata: Metadata, removed: Iterable[str], body: turbohtml.Element, rule: str, report: Report
) -> Metadata:
    """The metadata without a cover whose picture was removed.

    Feed archives take a post's first picture as its cover, which is the promotion's where the post has no other.
    `removed` are the addresses of pictures that `rule` removed; a cover that still stands in `body` stays.
    """
    cover = metadata.cover
    if not cover or cover not in removed or cover in image_sources(body):
        return metadata
    report(Removed("cover", rule, f"[image {cover}]"))
    return replace(metadata, cover="")
