"""Pictures, figures and their captions, what unfolds, and the maps of pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import turbohtml

from convertkit.losses import Removed
from convertkit.readers.addresses import resolved, safe_address
from convertkit.readers.html.flow import Flow, Reader, block_flow, own_line, read_nested
from convertkit.readers.html.links import safe_target
from convertkit.readers.html.place import place_of
from convertkit.readers.html.sources import best_source, is_lazy, is_placeholder, other_sources
from convertkit.resources import CANDIDATES
from convertkit.tree import (
    NO_ATTR,
    Attr,
    BulletList,
    Caption,
    Div,
    Figure,
    Image,
    Link,
    Plain,
    Text,
)

_LENGTH = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(px|%)?\s*\Z")
_EMOJI_CLASS = re.compile(r"\b(?:emoji|emojione|twemoji|wp-smiley|smiley)\b", re.IGNORECASE)
_EMOJI_SOURCE = re.compile(
    r"//(?:s\.w\.org/images/core/emoji|twemoji|abs(?:-0)?\.twimg\.com/emoji)|/twemoji[@/]", re.IGNORECASE
)
_LONGEST_EMOJI = 16
"""Code points: families and flags are several, joined."""
_SKIPPED = "mwe-math-fallback-image"
"""MediaWiki's picture of a formula, for browsers without MathML; the MathML stands beside it."""


def read_image(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`img` with its best source; without one, its alternative text, which is what a browser shows."""
    if (element.attr("class") or "").startswith(_SKIPPED):
        return
    alt = element.attr("alt") or ""
    source = best_source(element)
    if alt and (emoji := _emoji(element, alt, source)):
        flow.run.append(Text(emoji))
        return
    if not alt and _is_pixel(element, source):
        reader.report(Removed(place_of(element), "tracking pixel", f"[image {source}]"))
        return
    target = safe_target(source, element, reader.report, image=True) if source else None
    if target:
        target = resolved(target, reader.picture_base)
        attr = _with_candidates(_size(element), element, source, reader)
        flow.run.append(Image((Text(alt),) if alt else (), target, element.attr("title") or "", attr))
    elif alt.strip():
        flow.run.append(Text(alt))


def _with_candidates(attr: Attr, element: turbohtml.Element, best: str, reader: Reader) -> Attr:
    """The attributes with the further addresses of a picture, which `images.embed_images` tries and takes away."""
    others = (safe_address(other, image=True) for other in other_sources(element, best))
    found = [resolved(other, reader.picture_base).replace(" ", "%20") for other in others if other]
    return replace(attr, attributes=(*attr.attributes, (CANDIDATES, " ".join(found)))) if found else attr


def _emoji(element: turbohtml.Element, alt: str, source: str) -> str:
    """The character that a small picture stands for (WordPress, Twitter, Discourse, GitHub), empty if it is none."""
    if len(alt) > _LONGEST_EMOJI or alt.isascii():
        return ""
    if not (_EMOJI_CLASS.search(element.attr("class") or "") or _EMOJI_SOURCE.search(source)):
        return ""
    return alt if any(ord(character) > 0x203B and not character.isalpha() for character in alt) else ""


def _is_pixel(element: turbohtml.Element, source: str) -> bool:
    """Whether a picture of one pixel counts readers; what a script puts in its place is a picture."""
    sizes = [(element.attr(name) or "").strip().removesuffix("px") for name in ("width", "height")]
    return all(size in ("0", "1") for size in sizes) and source == (element.attr("src") or "")


def _size(element: turbohtml.Element) -> Attr:
    sizes = []
    for name in ("width", "height"):
        found = _LENGTH.match(element.attr(name) or "")
        if found and int(found[1]) > 0:
            sizes.append((name, found[1] + ("%" if found[2] == "%" else "")))
    return Attr("", (), tuple(sizes)) if sizes else NO_ATTR


def read_noscript(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`noscript`, which a browser does not show: only a picture that does not stand beside it too is read."""
    image = element.select_one("img")
    if image is None:
        return
    own = best_source(image)
    beside = (_neighbour(element.previous_siblings), _neighbour(element.next_siblings))
    if not any(other is not None and _stands_for(other, own) for other in beside):
        read_nested(element, flow, reader)


def _stands_for(other: turbohtml.Element, source: str) -> bool:
    """Whether a picture beside a `noscript` is the one in it: of the same address, or one that a script loads."""
    image = other if other.tag == "img" else other.select_one("img")
    if image is None:
        return False
    shown = best_source(image)
    return (
        shown == source
        or is_lazy(image)
        or is_placeholder(shown)
        or shown.partition("?")[0] == source.partition("?")[0]
    )


def _neighbour(siblings: Iterator[turbohtml.Node]) -> turbohtml.Element | None:
    """The nearest element, unless words stand before it."""
    for node in siblings:
        if isinstance(node, turbohtml.Element):
            return node
        if isinstance(node, turbohtml.Text) and not node.data.isspace():
            return None
    return None


# ---------------------------------------------------------------- figures and their kin


def read_figure(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`figure`; without a caption it says nothing that its content does not say."""
    outer, reader.captions = reader.captions, []
    inner = block_flow(Plain)
    read_nested(element, inner, reader)
    captions, reader.captions = tuple(reader.captions), outer
    content = inner.finish()
    flow.close()
    if captions and content:
        flow.blocks.append(Figure(content, Caption(captions)))
    else:
        loose = flow.loose
        flow.blocks.extend(loose(b.content) if isinstance(b, Plain) else b for b in content + captions)


def read_caption(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`figcaption`: the caption of the figure around it, wherever in the figure it stands."""
    if reader.captions is None:
        own_line(element, flow, reader)
        return
    inner = block_flow(Plain)
    captions, reader.captions = reader.captions, None
    read_nested(element, inner, reader)
    reader.captions = captions
    flow.close()
    captions.extend(inner.finish())


def read_details(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`details`: a `Div` of that class, whose summary is a `Div` of the class `summary`."""
    _read_division(element, flow, reader, "details")


def read_summary(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`summary`."""
    outer, reader.in_heading = reader.in_heading, True
    _read_division(element, flow, reader, "summary")
    reader.in_heading = outer


def _read_division(element: turbohtml.Element, flow: Flow, reader: Reader, name: str) -> None:
    inner = block_flow()
    read_nested(element, inner, reader)
    blocks = inner.finish()
    flow.close()
    if blocks:
        flow.blocks.append(Div(blocks, Attr(classes=(name,))))


def read_map(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`map`: the areas of a picture that lead somewhere, as a list of links."""
    items = []
    for area in element.select("area[href]"):
        target = safe_target(area.attr("href") or "", area, reader.report)
        if target:
            target = resolved(target, reader.base)
            name = (area.attr("alt") or "").strip() or (area.attr("title") or "").strip() or target
            items.append((Plain((Link((Text(name),), target),)),))
    if items:
        flow.add(BulletList(tuple(items)))
    read_nested(element, flow, reader)
