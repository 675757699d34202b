"""Images that travel beside the tree, named by a hash of their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

IMAGE_TYPES: tuple[tuple[bytes, int, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", ".png"),
    (b"\xff\xd8\xff", 0, "image/jpeg", ".jpg"),
    (b"GIF87a", 0, "image/gif", ".gif"),
    (b"GIF89a", 0, "image/gif", ".gif"),
    (b"WEBP", 8, "image/webp", ".webp"),
)
"""Signature, its offset, media type, suffix (WHATWG MIME Sniffing, section 6.1)."""


@dataclass(frozen=True, slots=True)
class Resource:
    """An image: its name in the document (`HASH.png`), media type and bytes."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def image_resource(content: bytes) -> Resource | None:
    """The resource for an image's bytes, its type found from its signature; None if it is no image we know."""
    found = _sniff(content)
    if found is None:
        return None
    media_type, suffix = found
    return Resource(hashlib.sha256(content).hexdigest()[:16] + suffix, media_type, content)


def _sniff(content: bytes) -> tuple[str, str] | None:
    for signature, offset, media_type, suffix in IMAGE_TYPES:
        if content.startswith(signature, offset):
            return media_type, suffix
    return None
