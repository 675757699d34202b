"""A chapter's document as it stands in its volume: its links to other posts lead to their chapters.

In the documents that this gives, a link to another chapter of the volume has the target `book:KEY#anchor`, which only
a writer of books understands; no reader lets an input's own such target through.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from convertkit.book.anchors import Anchors
from convertkit.book.cards import Card
from convertkit.book.generator_tags import BY_NAME
from convertkit.book.links import Found
from convertkit.book.planning import Plan
from convertkit.book.wording import elsewhere
from convertkit.losses import LinkLost, Report
from convertkit.tree import Document, Inline, Link, Span, Text
from convertkit.walk import Node, Rewrite, plain_text, walk
from convertkit.writers.xhtml_page import INSIDE


@dataclass(frozen=True, slots=True)
class Linker:
    """Gives documents the links of a plan."""

    plan: Plan
    anchors: Anchors
    language: str

    def linked(self, document: Document, card: Card, report: Report) -> Document:
        """A chapter's document with the links and the anchors that it needs in its volume."""
        document = self.anchors.kept(document, card)
        found = self.plan.links.get(card.key, {})
        if not found and not any(target.startswith(BY_NAME) for target in card.links):
            return document

        def rewrite(node: Node) -> Rewrite:
            if not isinstance(node, Link):
                return node
            if post := found.get(node.target):
                return self._to_post(node, post, card.key, report)
            if node.target.startswith(BY_NAME):
                report(LinkLost("", node.target.removeprefix(BY_NAME), "no post of the book has that name"))
                return node.content
            return node

        return walk(document, rewrite)

    def _to_post(self, link: Link, found: Found, origin: str, report: Report) -> Rewrite:
        content = _worded(link, found.card)
        place = self.plan.volume_of[found.card.key]
        if place != self.plan.volume_of[origin]:  # an EPUB has no links to other books
            return (*content, Text(elsewhere(self.plan.volumes[place].number, self.language)))
        anchor = self.anchors.anchor(found)
        if found.fragment and not anchor:
            report(LinkLost("", link.target, "no such place in that post; it leads to its beginning"))
        if found.card.key == origin:
            return replace(link, content=content, target=f"#{anchor}") if anchor else Span(content)
        return replace(link, content=content, target=INSIDE + self.target(found))

    def target(self, found: Found) -> str:
        """The key of a post and the place in it, as a link to it has them behind `INSIDE`."""
        anchor = self.anchors.anchor(found)
        return f"{found.card.key}#{anchor}" if anchor else found.card.key


def _worded(link: Link, card: Card) -> tuple[Inline, ...]:
    """A link's words; a generator's tag without any takes the post's title, as the generator does."""
    name = link.target.removeprefix(BY_NAME)
    bare = link.target.startswith(BY_NAME) and plain_text(link.content) == name
    return (Text(card.metadata.title),) if bare and card.metadata.title else link.content
