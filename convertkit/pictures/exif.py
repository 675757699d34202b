"""The few numbers of an EXIF block, which is a small TIFF file, that matter here."""

from __future__ import annotations

import struct
from collections.abc import Mapping

WIDTH, HEIGHT, ORIENTATION = 0x100, 0x101, 0x112
_SHORT, _LONG = 3, 4


def first_directory(data: bytes) -> Mapping[int, int]:
    """The first directory's tags that hold one whole number (TIFF 6.0, section 2); empty where it cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return {}
    try:
        (start,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, start)
        entries = [struct.unpack_from(f"{order}HHI4s", data, start + 2 + 12 * place) for place in range(count)]
    except struct.error:
        return {}
    tags: dict[int, int] = {}
    for tag, kind, length, value in entries:
        if length == 1 and kind in (_SHORT, _LONG):
            (tags[tag],) = struct.unpack_from(f"{order}{'H' if kind == _SHORT else 'I'}", value)
    return tags


def orientation(data: bytes) -> int:
    """How the picture is to be turned, 1 to 8 (EXIF 2.32, 4.6.4 A); 1 is as it lies."""
    found = first_directory(data.removeprefix(b"Exif\0\0")).get(ORIENTATION, 1)
    return found if 1 <= found <= 8 else 1
