"""Images that a DOCX cannot hold, because they do not travel with the document."""

from __future__ import annotations

from dataclasses import replace

from convertkit.losses import ImageNotEmbedded, Report
from convertkit.tree import Document, Image, Inline, Link, Text
from convertkit.walk import Node, Rewrite, query_nodes, walk, walk_inlines
from convertkit.writers.urls import UnsafeAddress, file_name, is_absolute, safe_url
from convertkit.writers.wording import wording


def link_missing_images(document: Document, report: Report) -> Document:
    """The document with a link, the alternative text in it, for every image that is not among its resources.

    What has no address that a link may have is told in words alone; an image inside a link becomes text of that link.
    """
    resources, language = document.resources, document.metadata.language

    def rewrite(node: Node) -> Rewrite:
        match node:
            case Image(target=target) if target not in resources:
                return _in_words(node, language, report)
            case Link() if next(query_nodes(node.content, _as_link), None):
                return replace(node, content=walk_inlines(node.content, _without_link))
            case _:
                return node

    return walk(document, rewrite)


def _in_words(image: Image, language: str, report: Report) -> Inline | tuple[Inline, ...]:
    try:
        url = safe_url(image.target)
    except UnsafeAddress:
        url = ""
    remote = is_absolute(url)
    reason = "it is elsewhere on the web, and nothing is fetched" if remote else "no such file, and nothing is fetched"
    if image.target:
        report(ImageNotEmbedded("", image.target[:200], reason))
    words = image.content or (Text(image.title or file_name(url).strip() or wording(language).undescribed_image),)
    return Link(words, url, image.title) if remote else words


def _as_link(node: Node) -> Link | None:
    return node if isinstance(node, Link) else None


def _without_link(node: Node) -> Rewrite:
    return node.content if isinstance(node, Link) else node
