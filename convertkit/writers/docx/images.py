"""Images as people should see them: never larger than they are, within the text, described."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from convertkit.resources import Resource, image_type
from convertkit.tree import Attr, Image
from convertkit.writers.docx.ooxml import name
from convertkit.writers.wording import wording

TEXT_WIDTH = 560
"""The width of a text line in CSS pixels, 1/96 inch: pandoc's own measure, which `settings.PAGE` makes true."""

PHYSICAL = -1.0
"""A width in inches, centimetres and the like."""

_PIXELS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(px|%)?\s*")
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG's start-of-frame markers (ITU-T T.81, table B.1)."""


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


def pixel_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the head of a PNG, GIF, JPEG or WebP file; None if it cannot be told."""
    try:
        size = _size(content)
    except (struct.error, IndexError):  # cut short
        return None
    return size if size and all(size) else None


def _size(content: bytes) -> tuple[int, int] | None:
    match image_type(content):
        case "image/png", _:
            width, height = struct.unpack(">II", content[16:24])
        case "image/gif", _:
            width, height = struct.unpack("<HH", content[6:10])
        case "image/jpeg", _:
            return _jpeg_size(content)
        case _:
            return _webp_size(content)
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the first frame header (ITU-T T.81, B.2.2)."""
    position = 2
    while content[position] == 0xFF:
        marker = content[position + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        if marker == 0xFF:  # fill byte
            position += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD7:  # no length follows
            position += 2
        else:
            position += 2 + struct.unpack(">H", content[position + 2 : position + 4])[0]
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    """From the first chunk (RFC 9649, sections 2.5 to 2.7)."""
    match content[12:16]:
        case b"VP8 ":
            width, height = struct.unpack("<HH", content[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack("<I", content[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = content[24:27], content[27:30]
            return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
        case _:
            return None


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
