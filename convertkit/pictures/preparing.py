"""A picture made ready for a document: as it is where that is possible, drawn anew where it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from convertkit.pictures.failures import DAMAGED, PictureError
from convertkit.pictures.kinds import Kind, kind_of
from convertkit.pictures.size import MAX_PIXELS, pixel_size
from convertkit.pictures.stripping import Stripped, strip_gif, strip_jpeg, strip_png, strip_webp
from convertkit.resources import Resource

MAX_BYTES = 5_000_000
"""A larger picture is drawn anew: readers of e-books refuse it."""

_SUFFIXES = {Kind.PNG: ".png", Kind.JPEG: ".jpg", Kind.GIF: ".gif", Kind.WEBP: ".webp", Kind.SVG: ".svg"}

_STRIPPERS: Mapping[Kind, Callable[[bytes], Stripped]] = {
    Kind.PNG: strip_png,
    Kind.JPEG: strip_jpeg,
    Kind.GIF: strip_gif,
    Kind.WEBP: strip_webp,
}


def prepare(
    content: bytes, max_image: int = 0, *, webp: bool = True, words_lost: Callable[[str], None] | None = None
) -> Resource:
    """The resource that a picture's bytes become. Raises `PictureError`.

    Its longest edge is at most `max_image` pixels (0: as it is). PNG, JPEG, GIF, WebP and SVG stay what they are if
    they can, without what tells of their maker; AVIF, TIFF, BMP, icons and pictures for print become PNG or JPEG, and
    so does WebP unless `webp`. What moves stays as large as it is. `words_lost` hears what a drawing said in HTML.
    """
    kind = kind_of(content)
    if kind is None:
        raise PictureError("not an image of a known type")
    if kind is Kind.HEIC:
        raise PictureError("HEIC, which can be read by no free library that is easy to install")
    if kind is Kind.SVG:
        from convertkit.pictures.svg import clean_svg

        drawing, words = clean_svg(content)
        if words and words_lost is not None:
            words_lost(words)
        return _resource(Kind.SVG, drawing)
    size = pixel_size(content)
    if size is None:
        raise PictureError(DAMAGED)
    if size[0] * size[1] > MAX_PIXELS:
        raise PictureError(f"{size[0]} x {size[1]} pixels are more than the {MAX_PIXELS // 1_000_000} million allowed")
    stripper = _STRIPPERS.get(kind)
    found = stripper(content) if stripper else Stripped(content)
    too_large = 0 < max_image < max(size) or len(found.content) > MAX_BYTES
    unwelcome = stripper is None or found.print_colours or (kind is Kind.WEBP and not webp)
    if unwelcome or found.orientation != 1 or (too_large and not found.animated):
        from convertkit.pictures.drawing import draw_anew

        return _resource(*draw_anew(found.content, kind, found.orientation, max_image or max(size), MAX_BYTES))
    return _resource(kind, found.content)


def _resource(kind: Kind, content: bytes) -> Resource:
    return Resource(hashlib.sha256(content).hexdigest()[:16] + _SUFFIXES[kind], kind.value, content)
