"""What plays or is embedded: films, sound, frames, objects, as links to what a person watches or hears."""

from __future__ import annotations

import re

import turbohtml

from convertkit.readers.addresses import resolved
from convertkit.readers.html.embeds import watch_page
from convertkit.readers.html.flow import Flow, Reader, read_nested
from convertkit.readers.html.links import safe_target
from convertkit.tree import Image, Inline, Link, Para, Text

_SOURCES = ("data-src", "data-lazy-src", "src", "data-iframe-src", "data-original", "data-litespeed-src", "data-url")


_FLASH = re.compile(r"shockwave-flash|\.(?:swf|flv)\b", re.IGNORECASE)
"""What no browser plays any more: everyone sees what stands in for it."""


def read_embedded(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`iframe`, `embed`, `frame`, `video`, `audio`: a link to what it shows, in a paragraph of its own.

    A film shows its poster; what has no address shows the page that it holds (`srcdoc`), or what stands in for it.
    """
    source = _source(element)
    if source:
        _add_link(source, element, flow, reader)
    elif shown := (element.attr("srcdoc") or "").strip():
        page = turbohtml.parse(shown, positions=False).find("body")
        if page is not None:
            flow.close()
            read_nested(page, flow, reader)
            flow.close()
    elif element.tag in ("video", "audio"):
        read_nested(element, flow, reader)


def read_object(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`object`: a picture, or a link to its data; without data, what stands in for it; for Flash both."""
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
            target = resolved(target, reader.picture_base)
            flow.run.append(Image((Text(alt),) if alt else (), target, element.attr("title") or ""))
    else:
        _add_link(source, element, flow, reader)
        if _FLASH.search(element.attr("type") or "") or _FLASH.search(source):
            read_nested(element, flow, reader)


def _add_link(source: str, element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    target = safe_target(watch_page(source), element, reader.report)
    if not target:
        return
    target = resolved(target, reader.base)
    title = (element.attr("title") or element.attr("aria-label") or "").strip() or target
    shown: Inline = Text(title)
    poster = element.attr("poster") or ""
    picture = safe_target(poster, element, reader.report, image=True) if poster else None
    if picture:
        shown = Image((shown,), resolved(picture, reader.picture_base))
    flow.add(Para((Link((shown,), target),)))


def _source(element: turbohtml.Element) -> str:
    for name in _SOURCES:
        source = (element.attr(name) or "").strip()
        if source and not source.lower().startswith("about:"):
            return source
    inside = element.select_one("source[src], source[data-src]")
    return (inside.attr("src") or inside.attr("data-src") or "") if inside is not None else ""
