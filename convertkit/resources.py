"""Images that travel beside the tree, named by a hash of their content."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field

CANDIDATES = "candidates"
"""An attribute of an image between reader and pipeline: further addresses, parted by spaces, should the first fail."""

IMAGE_TYPES: tuple[tuple[bytes, int, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", ".png"),
    (b"\xff\xd8\xff", 0, "image/jpeg", ".jpg"),
    (b"GIF87a", 0, "image/gif", ".gif"),
    (b"GIF89a", 0, "image/gif", ".gif"),
    (b"WEBP", 8, "image/webp", ".webp"),
)
"""Signature, its offset, media type, suffix (WHATWG MIME Sniffing, section 6.1)."""

_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|[a-z][a-z0-9+.-]+:", re.IGNORECASE)
"""A URL with a scheme of two letters or more (one letter is a Windows drive), or one that inherits it."""


@dataclass(frozen=True, slots=True)
class Resource:
    """An image: its name in the document (`HASH.png`), media type and bytes."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def is_remote(target: str) -> bool:
    """Whether an image's target names another host (or any URL scheme), not a file beside the document."""
    return _REMOTE.match(target) is not None


def image_resource(content: bytes) -> Resource | None:
    """The resource for an image's bytes, its type found from its signature; None if it is no image we know."""
    found = image_type(content)
    if found is None:
        return None
    media_type, suffix = found
    return Resource(hashlib.sha256(content).hexdigest()[:16] + suffix, media_type, content)


def image_type(content: bytes) -> tuple[str, str] | None:
    """Media type and suffix of an image, from its signature; None if it is none we know."""
    for signature, offset, media_type, suffix in IMAGE_TYPES:
        if content.startswith(signature, offset):
            return media_type, suffix
    return None


def data_uri(resource: Resource) -> str:
    """The image as a `data:` URI (RFC 2397)."""
    return f"data:{resource.media_type};base64,{base64.b64encode(resource.content).decode('ascii')}"
