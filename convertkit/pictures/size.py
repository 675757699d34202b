"""Width and height of a picture, from its head alone: nothing is decoded before it is known how much that will be."""

from __future__ import annotations

import struct
from typing import assert_never

from convertkit.pictures.exif import HEIGHT, WIDTH, first_directory
from convertkit.pictures.kinds import Kind, kind_of

MAX_PIXELS = 50_000_000
"""A larger picture is not decoded: 200 MB in memory. It is the largest that telephones take by themselves."""

_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG's start-of-frame markers (ITU-T T.81, table B.1)."""


def pixel_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels as the file stores them; None if they cannot be told, as for a drawing."""
    kind = kind_of(content)
    try:
        size = _size(content, kind) if kind is not None else None
    except (struct.error, IndexError):  # cut short
        return None
    return size if size and all(size) else None


def _size(content: bytes, kind: Kind) -> tuple[int, int] | None:
    match kind:
        case Kind.PNG:
            width, height = struct.unpack_from(">II", content, 16)
        case Kind.GIF:
            width, height = struct.unpack_from("<HH", content, 6)
        case Kind.JPEG:
            return _jpeg_size(content)
        case Kind.WEBP:
            return _webp_size(content)
        case Kind.BMP:
            return _bmp_size(content)
        case Kind.TIFF:
            tags = first_directory(content)
            return tags.get(WIDTH, 0), tags.get(HEIGHT, 0)
        case Kind.AVIF:
            return _avif_size(content)
        case Kind.ICO:
            return 256, 256  # the largest that there is: what an entry says of itself is no promise
        case Kind.SVG | Kind.HEIC:
            return None
        case _:
            assert_never(kind)
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


def _bmp_size(content: bytes) -> tuple[int, int]:
    """From the second header, whose oldest version has shorter numbers. A height below zero counts from the top."""
    if int.from_bytes(content[14:18], "little") == 12:
        width, height = struct.unpack_from("<HH", content, 18)
    else:
        width, height = struct.unpack_from("<ii", content, 18)
    return abs(width), abs(height)


def _avif_size(content: bytes) -> tuple[int, int] | None:
    """The largest of the sizes that `ispe` boxes give: a grid's parts have theirs too (ISO/IEC 23008-12, 6.5.3)."""
    sizes: list[tuple[int, int]] = []
    place = content.find(b"ispe")
    while place != -1 and len(sizes) < 100:
        sizes.append(struct.unpack_from(">II", content, place + 8))
        place = content.find(b"ispe", place + 4)
    return max(sizes, key=lambda size: size[0] * size[1], default=None)
