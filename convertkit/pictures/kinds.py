"""What a picture is, told by its bytes."""

from __future__ import annotations

import re
from enum import StrEnum

from convertkit.resources import image_type


class Kind(StrEnum):
    """The media types that are known; the first five can stand in a document."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    GIF = "image/gif"
    WEBP = "image/webp"
    SVG = "image/svg+xml"
    AVIF = "image/avif"
    TIFF = "image/tiff"
    BMP = "image/bmp"
    ICO = "image/x-icon"
    HEIC = "image/heic"


_TIFF = (b"II*\0", b"MM\0*")
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
"""Lengths of the second header in all versions of the format, in bytes."""

_SVG_HEAD = 4096
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>\s*)*<(?:[A-Za-z_][\w.-]*:)?svg[\s>/]",
    re.DOTALL,
)


def kind_of(content: bytes) -> Kind | None:
    """The kind of a picture; None if it is none that we know."""
    found = image_type(content)
    if found is not None:
        return Kind(found[0])
    if content[4:8] == b"ftyp":
        return _boxed(content)
    if content.startswith(_TIFF):
        return Kind.TIFF
    if content.startswith(b"BM") and int.from_bytes(content[14:18], "little") in _BMP_HEADERS:
        return Kind.BMP
    if content.startswith(b"\0\0\1\0") and 0 < int.from_bytes(content[4:6], "little") < 100:
        return Kind.ICO
    return Kind.SVG if _SVG.match(content[:_SVG_HEAD]) else None


def _boxed(content: bytes) -> Kind | None:
    """The kind of an ISO base media file, from its brands (ISO/IEC 14496-12, 4.3)."""
    length = min(int.from_bytes(content[:4], "big"), 256)
    brands = {content[8:12], *(content[place : place + 4] for place in range(16, length, 4))}
    if brands & _AVIF_BRANDS:
        return Kind.AVIF
    return Kind.HEIC if brands & _HEIC_BRANDS else None
