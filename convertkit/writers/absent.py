"""Images that an output cannot show, because they do not travel with the document: a link with their words instead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

from convertkit.losses import ImageNotEmbedded, Report, UnsafeLink
from convertkit.resources import is_remote
from convertkit.tree import NO_ATTR, Attr, Document, Image, Inline, LineBreak, Link, Note, SoftBreak, Span, Text
from convertkit.walk import Node, Rewrite, map_children, plain_text, query, query_nodes, walk, walk_inlines
from convertkit.writers.urls import UnsafeAddress, file_name, is_absolute, safe_url, web_url
from convertkit.writers.wording import wording

_SPACE = Text(" ")


def link_absent_images(document: Document, report: Report, held: Collection[str] | None = None) -> Document:
    """The document with a link, the alternative text in it, for every image whose target is not in `held`.

    `held` are the names of the document's resources unless it says otherwise. What has no address that a link may
    have leaves its words alone; an image inside a link becomes text of that link; a space parts images that nothing
    parts. Only images on the web are reported: `images.embed_images` told why a local one is not there.
    """
    names = document.resources if held is None else held

    def absent(node: Node) -> Image | None:
        return node if isinstance(node, Image) and node.target not in names else None

    if next(query(document, absent), None) is None:
        return document
    language, base = document.metadata.language, web_url(document.metadata.url)

    def part(node: Node) -> Node:
        return map_children(node, lambda blocks: blocks, lambda inlines: _parted(inlines, names))

    def rewrite(node: Node) -> Rewrite:
        match node:
            case Image(target=target) if target not in names:
                return _in_words(node, language, base, report)
            case Link() if next(query_nodes(node.content, _as_link), None):
                return replace(node, content=walk_inlines(node.content, _without_link))
            case _:
                return node

    return walk(walk(document, part), rewrite)


def _parted(inlines: tuple[Inline, ...], names: Collection[str]) -> tuple[Inline, ...]:
    """The inlines with a space where a picture's words would run together with those of its neighbour."""
    if len(inlines) < 2:
        return inlines
    result = list(inlines[:1])
    for before, node in pairwise(inlines):
        pictures = _will_be_words(before, names) + _will_be_words(node, names)
        if pictures == 2 or (pictures and _is_letter(before, -1) and _is_letter(node, 0)):
            result.append(_SPACE)
        result.append(node)
    return inlines if len(result) == len(inlines) else tuple(result)


def _will_be_words(node: Inline, names: Collection[str]) -> bool:
    """Whether this is an absent image, or a link around nothing else."""
    match node:
        case Image(target=target):
            return target not in names
        case Link(content=(_, *_) as content):
            return all(child == _SPACE or _will_be_words(child, names) for child in content)
        case _:
            return False


def _is_letter(node: Inline, edge: int) -> bool:
    """Whether a node begins (0) or ends (-1) with a letter or digit of a script with spaces.

    A picture that says nothing begins and ends with one: what stands for it is its title or its file's name.
    """
    if isinstance(node, SoftBreak | LineBreak | Note):
        return False
    shown = plain_text((node,)) or ("a" if next(query_nodes((node,), _as_image), None) else " ")
    return (shown[edge].isalnum() and shown[edge] < "\u2e80") or shown[edge] in "'’"


def _as_image(node: Node) -> Image | None:
    return node if isinstance(node, Image) else None


def _in_words(image: Image, language: str, base: str, report: Report) -> Inline:
    url = ""
    try:
        url = safe_url(image.target, base)
    except UnsafeAddress:
        report(UnsafeLink("", image.target[:200]))
    else:
        if is_remote(image.target):
            report(ImageNotEmbedded("", image.target[:200], "it is elsewhere on the web"))
    words = " ".join(plain_text(image.content).split("\n")).strip() or image.title.strip() or file_name(url).strip()
    text = Text(words or wording(language).undescribed_image)
    kept = _kept(image.attr)
    if is_absolute(url):
        return Link((text,), url, image.title, kept)
    return text if kept == NO_ATTR else Span((text,), kept)


def _kept(attr: Attr) -> Attr:
    """What is true of the words too: an anchor, a language, a direction."""
    return Attr(attr.id, (), tuple((key, value) for key, value in attr.attributes if key in ("lang", "dir")))


def _as_link(node: Node) -> Link | None:
    return node if isinstance(node, Link) else None


def _without_link(node: Node) -> Rewrite:
    return node.content if isinstance(node, Link) else node
