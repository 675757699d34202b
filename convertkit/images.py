"""Images come to travel with a document, through doors passed in: `data:` URIs are decoded, files opened, URLs fetched.

What comes through a door is told by its bytes and made into what every reader shows (`pictures`). What fails in all
places where it may lie is reported and stays a link, which the writers that cannot show it set in words.
"""

from __future__ import annotations

import base64
import binascii
import os
import posixpath
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path, PurePath, PurePosixPath
from typing import TypeVar
from urllib.parse import unquote, unquote_to_bytes, urljoin

from convertkit.losses import ElementDropped, ImageNotEmbedded, Removed, Report
from convertkit.pictures import PictureError, prepare
from convertkit.resources import CANDIDATES, Resource, is_remote
from convertkit.tree import Document, Image
from convertkit.walk import Node, find_all, plain_text, walk

MAX_IMAGE_BYTES = 20 * 1024 * 1024
"""A larger image file is not read."""

MAX_FETCHED = 1000
"""Images that are fetched for one document."""

OpenImage = Callable[[str], bytes]
"""Gives the bytes of an image named by a relative path, or by a URL; raises `PictureError` if it may not or cannot."""


class ImageError(PictureError):
    """Why an image cannot be had; for `embed_images`, which turns it into a loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSources:
    """Where images come from and what becomes of them. Without `remote` those on the web stay links."""

    local: OpenImage
    remote: OpenImage | None = None
    max_image: int = 0
    """Pixels of the longest edge; 0 leaves images as large as they are."""
    webp: bool = True
    """Whether WebP stays WebP."""


def embed_images(document: Document, sources: ImageSources, report: Report) -> Document:
    """The document with every image that can be had, its cover too, among its resources.

    What fails is reported, and stays a link; a `data:` image of the text loses its target.
    """
    found = _Found(sources, report, document.metadata.url, dict(document.resources))
    images = find_all(document.blocks, Image)
    names = {image.target: found.name_of(image.target, image.attr.get(CANDIDATES)) for image in images}
    embedded = _renamed(_without_candidates(document, images), names)
    cover = found.name_of(document.metadata.cover, place="cover") or document.metadata.cover
    if cover != document.metadata.cover:
        embedded = replace(embedded, metadata=replace(document.metadata, cover=cover))
    return embedded if embedded is document else replace(embedded, resources=found.resources)


def leave_out_images(document: Document, report: Report) -> Document:
    """The document without the images that would travel with it; those of the web stay links."""
    names: dict[str, str] = {}
    images = find_all(document.blocks, Image)
    for image in images:
        if image.target in document.resources or _is_data(image.target) or not is_remote(image.target):
            names[image.target] = "" if _is_data(image.target) else image.target
            report(Removed("", "images=none", plain_text(image.content) or "[image]"))
    return replace(_renamed(_without_candidates(document, images), names), resources={})


def fit_images(document: Document, shown: Sequence[str], report: Report) -> Document:
    """The document with its images in media types that a format can show; what cannot be made so is reported."""
    unfit = [resource for resource in document.resources.values() if resource.media_type not in shown]
    if not unfit:
        return document
    resources = dict(document.resources)
    names: dict[str, str] = {}
    widths: dict[str, int] = {}
    for resource in unfit:
        del resources[resource.name]
        try:
            fit, widths[resource.name] = _as_pixels(resource)
        except PictureError as error:
            report(ImageNotEmbedded("", resource.name, str(error)))
        else:
            resources[fit.name] = fit
            names[resource.name] = fit.name
    metadata = document.metadata
    metadata = replace(metadata, cover=names.get(metadata.cover, metadata.cover))
    return replace(_renamed(document, names, widths), resources=resources, metadata=metadata)


def _as_pixels(resource: Resource) -> tuple[Resource, int]:
    """An image as PNG or JPEG, and the width in CSS pixels at which a drawing is meant to be seen (0: as it is)."""
    if resource.media_type == "image/svg+xml":
        from convertkit.pictures.rasterising import rasterise

        return rasterise(resource)
    return prepare(resource.content, webp=False), 0


def _without_candidates(document: Document, images: Sequence[Image]) -> Document:
    """The document without the further addresses of its images, which no writer knows."""
    if not any(key == CANDIDATES for image in images for key, _ in image.attr.attributes):
        return document

    def strip(node: Node) -> Node:
        if not isinstance(node, Image) or not node.attr.get(CANDIDATES):
            return node
        kept = tuple(pair for pair in node.attr.attributes if pair[0] != CANDIDATES)
        return replace(node, attr=replace(node.attr, attributes=kept))

    return walk(document, strip)


def _renamed(document: Document, names: Mapping[str, str], widths: Mapping[str, int] | None = None) -> Document:
    """The document with other targets for its images, and a width for those of `widths` that have none."""
    if all(target == name for target, name in names.items()):
        return document

    def rename(node: Node) -> Node:
        if not isinstance(node, Image) or names.get(node.target, node.target) == node.target:
            return node
        attr, width = node.attr, (widths or {}).get(node.target, 0)
        if width and not (attr.get("width") or attr.get("height")):
            attr = replace(attr, attributes=(*attr.attributes, ("width", str(width))))
        return replace(node, target=names[node.target], attr=attr)

    return walk(document, rename)


@dataclass(slots=True)
class _Found:
    """The images found so far. Each target is looked for once."""

    sources: ImageSources
    report: Report
    page: str
    """The URL of the document, from which the relative addresses of its images lead on."""
    resources: dict[str, Resource]
    names: dict[str, str] = field(default_factory=dict)
    fetched: int = 0

    def name_of(self, target: str, candidates: str = "", *, place: str = "") -> str:
        """The name of the resource that a target becomes; the target if it is remote or cannot be had.

        `candidates` are further addresses, parted by spaces.
        """
        if not target or target in self.resources:
            return target
        if target not in self.names:
            self.names[target] = self._embedded(target, candidates.split(), place)
        return self.names[target]

    def _embedded(self, target: str, candidates: Sequence[str], place: str) -> str:
        is_data = _is_data(target)
        may_fetch = self.sources.remote is not None
        written = [url for url in (target, *candidates) if may_fetch or _is_data(url) or not is_remote(url)]
        if not written:
            return target
        reasons: list[str] = []

        def words_lost(words: str) -> None:
            self.report(ElementDropped(place or f"image {target[:200]}", "foreignObject", words))

        for opened in chain.from_iterable(map(self._places, written)):
            try:
                content = opened()
                resource = prepare(content, self.sources.max_image, webp=self.sources.webp, words_lost=words_lost)
            except PictureError as error:
                reasons.append(str(error))
            else:
                self.resources[resource.name] = resource
                return resource.name
        if is_remote(target) and not is_data and not may_fetch:
            return target
        reason = "; elsewhere: ".join(dict.fromkeys(reasons))
        self.report(ImageNotEmbedded(place, target[:200], reason))
        return "" if is_data else target

    def _places(self, target: str) -> Iterator[Callable[[], bytes]]:
        """Where an image may lie, the likeliest place first."""
        if _is_data(target):
            yield lambda: _decode_data_uri(target)
            return
        if not is_remote(target):
            yield lambda: self.sources.local(target)
        if self.sources.remote is not None:
            for url in web_addresses(target, self.page):
                yield partial(self._fetched, url)

    def _fetched(self, url: str) -> bytes:
        if self.sources.remote is None or self.fetched >= MAX_FETCHED:
            raise ImageError(f"more than {MAX_FETCHED} images on the web")
        self.fetched += 1
        return self.sources.remote(url)


_INNER = re.compile(r"[?&/=](https?(?::|%3a)(?:/|%2f){1,2}[^/].*)", re.IGNORECASE | re.DOTALL)
"""A URL inside another: `cors.example/?http://…`, `images.weserv.nl/?url=https%3A%2F%2F…`, `…/web/2020im_/http://…`."""
_PHOTON = re.compile(r"https?://i[0-3]\.wp\.com/([^/?]+\.[^/?]+/[^?]*)", re.IGNORECASE)
"""WordPress's picture service, which names the host in its path."""


def web_addresses(target: str, page: str = "") -> tuple[str, ...]:
    """The URLs at which a picture may lie: its own, and the one that a proxy or a picture service was given."""
    try:
        url = urljoin(page, target) if page else f"https:{target}" if target.startswith("//") else target
    except ValueError:
        url = target
    if not is_remote(url):
        return ()
    found = [url]
    if inner := _INNER.search(url, 8):
        clean = inner[1]
        found.append(unquote(clean.partition("&")[0]) if "%" in clean[:9] else clean)
    if photon := _PHOTON.match(url):
        found.append(f"https://{photon[1]}")
    return tuple(dict.fromkeys(found))


def _is_data(target: str) -> bool:
    return target[:5].lower() == "data:"


_BINARY = getattr(os, "O_BINARY", 0)
"""Windows would change line ends."""

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
        path = _path_of(target)
        for candidate in _candidates(path, folder, stem, assets):
            if (content := _read_inside(candidate, roots)) is not None:
                return content
        if path.startswith("/") and assets is None:
            raise ImageError("it is named from the site's root: give the site's folder with --assets")
        raise ImageError(f"no such file in {' or '.join(map(str, roots))}")

    return open_image


def open_among(read: Callable[[str], bytes | None], name: str) -> OpenImage:
    """Opens images among files that lie in no folder of this machine: members of a ZIP, objects of a store.

    `read` gives the bytes of a file by its name, which has `/` between its parts, None if there is none. `name` is that
    of the post; the places are those of `open_beside`, with every folder above the post for that of the site.
    """
    post = PurePosixPath(name)
    above = tuple(post.parents)[::-1]

    def open_image(target: str) -> bytes:
        path = _path_of(target)
        tops = above if path.startswith("/") else above[:1]
        for candidate in chain.from_iterable(_candidates(path, post.parent, post.stem, top) for top in tops):
            inside = posixpath.normpath(candidate)
            if inside.partition("/")[0] == ".." or (content := read(inside)) is None:
                continue
            if len(content) > MAX_IMAGE_BYTES:
                raise _too_large()
            return content
        raise ImageError("no such file beside the post")

    return open_image


def _path_of(target: str) -> str:
    return unquote(re.split(r"[?#]", target, maxsplit=1)[0])


P = TypeVar("P", bound=PurePath)


def _candidates(path: str, folder: P | None, stem: str, assets: P | None) -> Iterator[P]:
    """Where the file of a target may lie, the likeliest place first."""
    if path.startswith("/"):
        if assets is not None:
            yield from (assets / name / path.lstrip("/") for name in SITE_FOLDERS)
    elif folder is not None:
        yield folder / path
        yield folder / stem / path
    elif assets is not None:
        yield assets / path


def _read_inside(candidate: Path, roots: Sequence[Path]) -> bytes | None:
    """The bytes of a plain file below a root; None if it is not there, elsewhere, or a FIFO or device.

    It is judged once it is open, so that it cannot be exchanged in between, and opened so that nothing waits.
    """
    try:
        path = candidate.resolve(strict=True)
        if not any(map(path.is_relative_to, roots)) or not path.is_file():
            return None
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | _BINARY)
    except (OSError, ValueError, RuntimeError):  # missing, a NUL in the name, a loop of links
        return None
    with open(handle, "rb") as file:  # noqa: PTH123  # a handle has no path
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return None
        content = file.read(MAX_IMAGE_BYTES + 1)
    if len(content) > MAX_IMAGE_BYTES:
        raise _too_large()
    return content


def _too_large() -> ImageError:
    return ImageError(f"larger than {MAX_IMAGE_BYTES // 2**20} MiB")


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
