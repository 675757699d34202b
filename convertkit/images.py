"""Images come to travel with a document: `data:` URIs are decoded, local files are opened through a door passed in.

A remote image is never fetched here: it keeps its URL, and the writers that cannot show it say so.
"""

from __future__ import annotations

import base64
import binascii
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from convertkit.losses import ImageNotEmbedded, Report
from convertkit.readers.addresses import resolved
from convertkit.resources import Resource, image_resource, is_remote
from convertkit.tree import Document, Image
from convertkit.walk import Node, find_all, walk

MAX_IMAGE_BYTES = 20 * 1024 * 1024
"""A larger image file is not read."""

OpenImage = Callable[[str], bytes]
"""Gives the bytes of an image named by a relative path; raises `ImageError` when it may not or cannot."""


class ImageError(Exception):
    """Why an image cannot be had; for `embed_images`, which turns it into a loss."""


def embed_images(document: Document, open_image: OpenImage, report: Report) -> Document:
    """The document with every local and `data:` image, its cover too, among its resources.

    A picture that is not there is the one on the document's site, if its URL is known; any other that fails is
    reported, and stays a link; a `data:` image of the text loses its target.
    """
    found = _Found(open_image, report, dict(document.resources), document.metadata.url)
    names = {image.target: found.name_of(image.target) for image in find_all(document.blocks, Image)}

    def embed(node: Node) -> Node:
        if not isinstance(node, Image) or names[node.target] == node.target:
            return node
        return replace(node, target=names[node.target])

    embedded = walk(document, embed) if any(target != name for target, name in names.items()) else document
    cover = found.name_of(document.metadata.cover, "cover") or document.metadata.cover
    if cover != document.metadata.cover:
        embedded = replace(embedded, metadata=replace(document.metadata, cover=cover))
    return embedded if embedded is document else replace(embedded, resources=found.resources)


@dataclass(frozen=True, slots=True)
class _Found:
    """The images found so far. Each target is looked for once."""

    open_image: OpenImage
    report: Report
    resources: dict[str, Resource]
    url: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def name_of(self, target: str, place: str = "") -> str:
        """The name of the resource that a target becomes; the target if it is remote or cannot be had."""
        if not target or target in self.resources:
            return target
        if target not in self.names:
            self.names[target] = self._embedded(target, place)
        return self.names[target]

    def _embedded(self, target: str, place: str) -> str:
        is_data = target[:5].lower() == "data:"
        if not is_data and is_remote(target):
            return target
        try:
            resource = image_resource(_decode_data_uri(target) if is_data else self.open_image(target))
            if resource is None:
                raise ImageError("not an image of a known type")
        except ImageError as error:
            if not is_data and not place and is_remote(there := resolved(target, self.url)):
                return there
            self.report(ImageNotEmbedded(place, target[:200], str(error)))
            return "" if is_data else target
        self.resources[resource.name] = resource
        return resource.name


SITE_FOLDERS = ("", "source", "static", "public", "assets", "content")
"""Where a site's root lies in a generator's sources: Hexo's `source`, Hugo's `static` and `content`, Jekyll's top."""


def open_beside(folder: Path | None, stem: str = "", assets: Path | None = None) -> OpenImage:
    """Opens images in a post's folder, or in the asset folder named like the post (Hexo's `post_asset_folder`).

    `assets` is the folder of the site: a target that begins with `/` is looked for in it and in its `SITE_FOLDERS`,
    and `../` may lead into it. Only regular files inside these folders, links followed, are ever opened.
    """

    def open_image(target: str) -> bytes:
        roots = [root.resolve() for root in (folder, assets) if root is not None]
        if not roots:
            raise ImageError("the input has no folder to look in")
        path = unquote(re.split(r"[?#]", target, maxsplit=1)[0])
        for candidate in _candidates(path, folder, stem, assets):
            if found := _inside(candidate, roots):
                return found.read_bytes()
        raise ImageError(f"no such file in {' or '.join(map(str, roots))}")

    return open_image


def _candidates(path: str, folder: Path | None, stem: str, assets: Path | None) -> Iterator[Path]:
    """Where the file of a target may lie, the likeliest place first."""
    if path.startswith("/"):
        if assets is not None:
            yield from (assets / name / path.lstrip("/") for name in SITE_FOLDERS)
    elif folder is not None:
        yield folder / path
        yield folder / stem / path
    elif assets is not None:
        yield assets / path


def _inside(candidate: Path, roots: Sequence[Path]) -> Path | None:
    """The real path of a readable image file below a root; None if it is not there, elsewhere, or no plain file."""
    try:
        path = candidate.resolve(strict=True)
        status = path.stat()
    except (OSError, ValueError, RuntimeError):  # missing, a NUL in the name, a loop of links
        return None
    if not any(map(path.is_relative_to, roots)) or not stat.S_ISREG(status.st_mode):
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
