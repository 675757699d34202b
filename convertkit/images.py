"""Images come to travel with a document: `data:` URIs are decoded, local files are opened through a door passed in.

A remote image is never fetched here: it keeps its URL, and the writers that cannot show it say so.
"""

from __future__ import annotations

import base64
import binascii
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from convertkit.losses import ImageNotEmbedded, Report
from convertkit.resources import Resource, image_resource
from convertkit.tree import Document, Image
from convertkit.walk import Node, walk

MAX_IMAGE_BYTES = 20 * 1024 * 1024
"""A larger image file is not read."""

OpenImage = Callable[[str], bytes]
"""Gives the bytes of an image named by a relative path; raises `ImageError` when it may not or cannot."""

_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|[a-z][a-z0-9+.-]+:", re.IGNORECASE)
"""A URL with a scheme of two letters or more (one letter is a Windows drive), or one that inherits it."""


class ImageError(Exception):
    """Why an image cannot be had; for `embed_images`, which turns it into a loss."""


def is_remote(target: str) -> bool:
    """Whether an image's target names another host (or any URL scheme), not a file beside the document."""
    return _REMOTE.match(target) is not None


def embed_images(document: Document, open_image: OpenImage, report: Report) -> Document:
    """The document with every local and `data:` image among its resources; what fails is reported and stays a link."""
    resources: dict[str, Resource] = dict(document.resources)

    def embed(node: Node) -> Node:
        if not isinstance(node, Image) or not node.target or node.target in resources:
            return node
        is_data = node.target[:5].lower() == "data:"
        if not is_data and is_remote(node.target):
            return node
        try:
            content = _decode_data_uri(node.target) if is_data else open_image(node.target)
            resource = image_resource(content)
            if resource is None:
                raise ImageError("not an image of a known type")
        except ImageError as error:
            report(ImageNotEmbedded("", node.target[:200], str(error)))
            return replace(node, target="") if is_data else node
        resources[resource.name] = resource
        return replace(node, target=resource.name)

    embedded = walk(document, embed)
    return embedded if embedded is document else replace(embedded, resources=resources)


def open_beside(folder: Path | None, stem: str = "") -> OpenImage:
    """Opens images in a post's folder, or in the asset folder named like the post (Hexo's `post_asset_folder`).

    Only regular files inside the folder, links followed, are ever opened; None opens nothing.
    """

    def open_image(target: str) -> bytes:
        if folder is None:
            raise ImageError("the input has no folder to look in")
        root = folder.resolve()
        path = unquote(re.split(r"[?#]", target, maxsplit=1)[0])
        for candidate in (folder / path, folder / stem / path):
            if found := _inside(candidate, root):
                return found.read_bytes()
        raise ImageError(f"no such file in {folder}")

    return open_image


def _inside(candidate: Path, root: Path) -> Path | None:
    """The real path of a readable image file below `root`; None if it is not there, elsewhere, or no plain file."""
    try:
        path = candidate.resolve(strict=True)
        status = path.stat()
    except (OSError, ValueError, RuntimeError):  # missing, a NUL in the name, a loop of links
        return None
    if not path.is_relative_to(root) or not stat.S_ISREG(status.st_mode):
        return None
    if status.st_size > MAX_IMAGE_BYTES:
        raise ImageError(f"larger than {MAX_IMAGE_BYTES // 2**20} MiB")
    return path


def _decode_data_uri(uri: str) -> bytes:
    """The bytes of a `data:` URI (RFC 2397), base64 read leniently as browsers do."""
    head, comma, body = uri[5:].partition(",")
    if not comma:
        raise ImageError("a data: URI without data")
    if not head.rstrip().lower().endswith(";base64"):
        return unquote_to_bytes(body)
    compact = re.sub(r"\s", "", unquote(body)).rstrip("=")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ImageError("a data: URI whose base64 is broken") from None
