"""What a picture says about its maker (place, camera, thumbnail, edits) is taken out; no pixel is touched.

On the way it is seen whether the file is whole. What lies behind a picture's end is left behind too.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from convertkit.pictures.exif import orientation
from convertkit.pictures.failures import CUT_SHORT, DAMAGED, PictureError


@dataclass(frozen=True, slots=True)
class Stripped:
    """The bytes that remain, and what they say: how to turn the picture, whether it moves."""

    content: bytes
    orientation: int = 1
    animated: bool = False
    print_colours: bool = False
    """Four inks (CMYK), which many readers show in wrong colours or not at all."""


# ---------------------------------------------------------------- PNG

_PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD hIST pHYs acTL fcTL fdAT".split())
"""Chunks that say how a picture looks (PNG 3rd edition, 5.6)."""


def strip_png(content: bytes) -> Stripped:
    """A PNG without text, times and EXIF. Raises `PictureError` if it is not whole."""
    kept = [content[:8]]
    position, turn, animated = 8, 1, False
    while True:
        end = position + 12 + int.from_bytes(content[position : position + 4], "big")
        kind = content[position + 4 : position + 8]
        if end > len(content) or len(kind) < 4:
            raise PictureError(CUT_SHORT)
        if kind in _PNG_KEPT:
            if zlib.crc32(content[position + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
                raise PictureError(DAMAGED)
            kept.append(content[position:end])
            animated = animated or kind == b"acTL"
        elif kind == b"eXIf":
            turn = orientation(content[position + 8 : end - 4])
        elif not kind[0] & 0x20:  # a chunk that must be understood
            raise PictureError(DAMAGED)
        if kind == b"IEND":
            return Stripped(b"".join(kept), turn, animated)
        position = end


# ---------------------------------------------------------------- JPEG

_JPEG_DROPPED = frozenset({0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE})
"""EXIF, XMP, makers' data and comments. APP0 (JFIF), APP2 (colour profile) and APP14 (Adobe's colours) stay."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_AFTER_SCAN = re.compile(rb"\xff([^\x00\x01\xd0-\xd7\xff])")
"""The end of a scan's data: a marker that is no restart."""
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def strip_jpeg(content: bytes) -> Stripped:
    """A JPEG without EXIF, XMP and comments. Raises `PictureError` if it has no end (ITU-T T.81, B.1.1)."""
    kept = [content[:2]]
    position, turn, inks = 2, 1, 0
    while True:
        if content[position : position + 1] != b"\xff" or position + 2 > len(content):
            raise PictureError(CUT_SHORT if position >= len(content) else DAMAGED)
        marker = content[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == 0xD9:
            kept.append(content[position : position + 2])
            return Stripped(b"".join(kept), turn, print_colours=inks == 4)
        end = position + 2 if marker in _ALONE else position + 2 + int.from_bytes(content[position + 2 : position + 4])
        if end > len(content) or end < position + 2:
            raise PictureError(CUT_SHORT)
        if marker in _FRAMES and end > position + 9:
            inks = content[position + 9]
        elif marker == 0xDA:
            scan = _AFTER_SCAN.search(content, end)
            if scan is None:
                raise PictureError(CUT_SHORT)
            end = scan.start()
        elif marker == 0xE1 and content.startswith(b"Exif\0\0", position + 4):
            turn = orientation(content[position + 4 : end])
        if marker not in _JPEG_DROPPED and not _is_other_picture(content, position, marker):
            kept.append(content[position:end])
        position = end


def _is_other_picture(content: bytes, position: int, marker: int) -> bool:
    """Whether a segment is the index of further pictures behind the end (CIPA DC-007), which go."""
    return marker == 0xE2 and content.startswith(b"MPF\0", position + 4)


# ---------------------------------------------------------------- GIF

_GIF_KEPT = (b"\xf9", b"\x01", b"\xff\x0bNETSCAPE2.0", b"\xff\x0bANIMEXTS1.0")
"""Extensions that say how a picture is shown: times and transparency, text, how often it is repeated."""


def strip_gif(content: bytes) -> Stripped:
    """A GIF without comments and applications' data. Raises `PictureError` if it has no end (GIF89a, section 12)."""
    position = 13 + _colours(content, 10)
    kept = [content[:position]]
    frames = 0
    while True:
        start = position
        match content[position : position + 1]:
            case b";":
                kept.append(b";")
                return Stripped(b"".join(kept), animated=frames > 1)
            case b",":
                frames += 1
                position = _after_blocks(content, position + 11 + _colours(content, position + 9))
                kept.append(content[start:position])
            case b"!":
                position = _after_blocks(content, position + 2)
                if content.startswith(_GIF_KEPT, start + 1):
                    kept.append(content[start:position])
            case b"":
                raise PictureError(CUT_SHORT)
            case _:
                raise PictureError(DAMAGED)


def _colours(content: bytes, position: int) -> int:
    """Bytes of the colour table whose flags stand there."""
    if position >= len(content):
        raise PictureError(CUT_SHORT)
    flags = content[position]
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(content: bytes, position: int) -> int:
    """Where a chain of sub-blocks has ended."""
    while position < len(content):
        length = content[position]
        position += 1 + length
        if not length:
            return position
    raise PictureError(CUT_SHORT)


# ---------------------------------------------------------------- WebP

_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0x08 | 0x04
"""That there is EXIF, and that there is XMP (RFC 9649, section 2.7)."""


def strip_webp(content: bytes) -> Stripped:
    """A WebP without EXIF and XMP. Raises `PictureError` if it is not whole."""
    stop = 8 + int.from_bytes(content[4:8], "little")
    if stop > len(content) + 1:  # some writers count the padding of the last chunk and leave it out
        raise PictureError(CUT_SHORT)
    kept: list[bytes] = []
    position, turn, animated = 12, 1, False
    while position + 8 <= min(stop, len(content)):
        kind, length = content[position : position + 4], int.from_bytes(content[position + 4 : position + 8], "little")
        data = content[position + 8 : position + 8 + length]
        if len(data) < length:
            raise PictureError(CUT_SHORT)
        if kind == b"EXIF":
            turn = orientation(data)
        elif kind == b"VP8X" and data:
            animated = bool(data[0] & 0x02)
            data = bytes((data[0] & ~_WEBP_FLAGS,)) + data[1:]
        if kind not in _WEBP_DROPPED:
            kept.append(kind + length.to_bytes(4, "little") + data + b"\0" * (length & 1))
        position += 8 + length + (length & 1)
    body = b"WEBP" + b"".join(kept)
    return Stripped(b"RIFF" + len(body).to_bytes(4, "little") + body, turn, animated)
