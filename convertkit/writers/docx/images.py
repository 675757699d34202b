"""Images as people should see them: never larger than they are, within the text, described."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from convertkit.pictures import pixel_size
from convertkit.resources import Resource
from convertkit.tree import Attr, Image
from convertkit.writers.docx.ooxml import name
from convertkit.writers.wording import wording

TEXT_WIDTH = 560
"""The width of a text line in CSS pixels, 1/96 inch: pandoc's own measure, which `settings.PAGE` makes true."""

PHYSICAL = -1.0
"""A width in inches, centimetres and the like."""

_PIXELS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(px|%)?\s*")


def sized(image: Image, resources: Mapping[str, Resource]) -> Image:
    """The image with the width in pixels that it should have: the author's if that is smaller than its own.

    pandoc would trust the resolution that a file claims (72 dots an inch if it claims none, a third too large) and
    draw an icon as wide as the page where a site's `width="100%"` says so. A physical size (`3in`) is left alone.
    """
    natural = pixel_size(resources[image.target].content) if image.target in resources else None
    if natural is None:
        return image
    width, height = natural
    wanted = _wanted(image.attr.get("width"), TEXT_WIDTH)
    if wanted is None:
        by_height = _wanted(image.attr.get("height"), 0)
        wanted = width if by_height is None else width * by_height / height
    if wanted == PHYSICAL:
        return image
    others = tuple(pair for pair in image.attr.attributes if pair[0] not in ("width", "height", "style"))
    size = ("width", f"{max(1, round(min(wanted, width)))}px")
    return replace(image, attr=Attr(image.attr.id, image.attr.classes, (*others, size)))


def _wanted(value: str, whole: float) -> float | None:
    """The pixels that an HTML `width` or `height` asks for: None if it asks nothing, `PHYSICAL` in another unit."""
    if not value:
        return None
    found = _PIXELS.fullmatch(value)
    if found is None:
        return PHYSICAL if value[-1].isalpha() and value[0].isdigit() else None
    number = float(found[1])
    return (number * whole / 100 if found[2] == "%" else number) or None


def finish_images(root: etree._Element, language: str, tallest: int) -> None:
    """Describe every image, and make none higher than `tallest` (English Metric Units): pandoc looks at the width only.

    Without alternative text an image's title describes it; else the description says that there is none, as Word
    would otherwise show the file's name.
    """
    for inline in root.iter(name("wp:inline")):
        for side in ("distT", "distB", "distL", "distR"):  # LibreOffice leaves a gap where nothing is said
            inline.set(side, "0")
        outer, inner = inline.find(name("wp:docPr")), inline.find(f".//{name('pic:cNvPr')}")
        if outer is not None:
            title = outer.attrib.pop("title", "")
            words = outer.get("descr") or title or wording(language).undescribed_image
            outer.set("descr", words)
            if inner is not None:
                inner.set("descr", words)
        for extent in (inline.find(name("wp:extent")), inline.find(f".//{name('a:ext')}")):
            if extent is not None and (height := int(extent.get("cy", "0"))) > tallest:
                extent.set("cx", str(max(1, int(extent.get("cx", "0")) * tallest // height)))
                extent.set("cy", str(tallest))
