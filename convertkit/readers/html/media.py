"""Pictures, figures, and what plays or is embedded: films, sound, frames."""

from __future__ import annotations

import re
from collections.abc import Iterator

import turbohtml

from convertkit.losses import ElementDropped
from convertkit.readers.html.embeds import watch_page
from convertkit.readers.html.flow import Flow, Reader, block_flow, own_line, read_nested
from convertkit.readers.html.links import safe_target
from convertkit.readers.html.place import place_of
from convertkit.readers.html.sources import best_source
from convertkit.tree import (
    NO_ATTR,
    Attr,
    BulletList,
    Caption,
    Div,
    Figure,
    Image,
    Link,
    Para,
    Plain,
    Text,
)

_LENGTH = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(px|%)?\s*\Z")
_SKIPPED = "mwe-math-fallback-image"
"""MediaWiki's picture of a formula, for browsers without MathML; the MathML stands beside it."""


def read_image(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`img` with its best source; without one, its alternative text, which is what a browser shows."""
    if (element.attr("class") or "").startswith(_SKIPPED):
        return
    alt = element.attr("alt") or ""
    source = best_source(element)
    target = safe_target(source, element, reader.report, image=True) if source else None
    if target:
        flow.run.append(Image((Text(alt),) if alt else (), target, element.attr("title") or "", _size(element)))
    elif alt.strip():
        flow.run.append(Text(alt))


def _size(element: turbohtml.Element) -> Attr:
    sizes = []
    for name in ("width", "height"):
        found = _LENGTH.match(element.attr(name) or "")
        if found and int(found[1]) > 0:
            sizes.append((name, found[1] + ("%" if found[2] == "%" else "")))
    return Attr("", (), tuple(sizes)) if sizes else NO_ATTR


def read_noscript(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`noscript`, which a browser does not show: only a picture that does not stand beside it too is read."""
    if element.select_one("img") is None:
        return
    beside = (_neighbour(element.previous_siblings), _neighbour(element.next_siblings))
    if not any(other is not None and (other.tag == "img" or other.select_one("img") is not None) for other in beside):
        read_nested(element, flow, reader)


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
            name = (area.attr("alt") or "").strip() or (area.attr("title") or "").strip() or target
            items.append((Plain((Link((Text(name),), target),)),))
    if items:
        flow.add(BulletList(tuple(items)))
    read_nested(element, flow, reader)


# ---------------------------------------------------------------- what plays or is embedded


def read_embedded(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`iframe`, `embed`, `frame`, `video`, `audio`: a link to what it shows, in a paragraph of its own."""
    source = _embedded_source(element)
    if not source:
        shown = element.attr("srcdoc") or ""
        if shown.strip():
            reader.report(ElementDropped(place_of(element), element.tag, shown))
        return
    target = safe_target(watch_page(source), element, reader.report)
    if target:
        title = (element.attr("title") or element.attr("aria-label") or "").strip() or target
        flow.add(Para((Link((Text(title),), target),)))


def read_object(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`object`: a picture, or a link to its data; without data, what stands in for it."""
    source = element.attr("data") or ""
    if not source:
        movie = element.select_one("param[name=movie], param[name=src], param[name=url]")
        source = (movie.attr("value") or "") if movie is not None else ""
    if not source or element.select_one("object, embed, iframe, video, audio") is not None:
        read_nested(element, flow, reader)
    elif (element.attr("type") or "").startswith("image/"):
        target = safe_target(source, element, reader.report, image=True)
        alt = element.text.strip()
        if target:
            flow.run.append(Image((Text(alt),) if alt else (), target, element.attr("title") or "", _size(element)))
    else:
        target = safe_target(watch_page(source), element, reader.report)
        if target:
            title = (element.attr("title") or "").strip() or target
            flow.add(Para((Link((Text(title),), target),)))


def _embedded_source(element: turbohtml.Element) -> str:
    for name in ("data-src", "data-lazy-src", "src", "data-iframe-src"):
        source = (element.attr(name) or "").strip()
        if source and not source.lower().startswith("about:"):
            return source
    inside = element.select_one("source[src]")
    return (inside.attr("src") or "") if inside is not None else ""


def read_drawing(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`svg`: the words in it, else its title; the drawing itself has no place."""
    words = [" ".join(text.text.split()) for text in element.select("text, foreignObject")]
    shown = " ".join(filter(None, words))
    title = element.select_one("title")
    named = " ".join(title.text.split()) if title is not None else ""
    if shown or named:
        flow.run.append(Text(shown or named))
    if element.attr("aria-hidden") != "true":
        reader.report(ElementDropped(place_of(element), "svg", shown or named or "[drawing]"))
