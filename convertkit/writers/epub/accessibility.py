"""What the publication says of its own accessibility (EPUB Accessibility 1.1, section 2): only what is true of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convertkit.resources import Resource
from convertkit.writers.xhtml_page import Body

Meta = tuple[str, str]
"""A `schema:` property without its prefix, and its value."""

_MAY_FLASH = frozenset({"image/gif", "image/webp", "image/png"})
_ANIMATION_MARKS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ANIM", b"acTL")
"""What an animated GIF, WebP or PNG has near its beginning."""
_HEAD_BYTES = 4096


def accessibility_metadata(bodies: Sequence[Body], images: Sequence[Resource]) -> Iterator[Meta]:
    """The publication's `schema.org` accessibility properties."""
    undescribed = sum(body.undescribed_images for body in bodies)
    has_math = any(body.has_math for body in bodies)
    yield "accessMode", "textual"
    if images:
        yield "accessMode", "visual"
        yield "accessModeSufficient", "textual,visual"
    if not undescribed:
        yield "accessModeSufficient", "textual"
    yield "accessibilityFeature", "tableOfContents"
    yield "accessibilityFeature", "readingOrder"
    yield "accessibilityFeature", "structuralNavigation"
    if images and not undescribed:
        yield "accessibilityFeature", "alternativeText"
    if has_math:
        yield "accessibilityFeature", "MathML"
    yield "accessibilityHazard", "unknown" if any(map(_may_flash, images)) else "none"
    yield "accessibilitySummary", " ".join(_summary(len(images), undescribed, has_math=has_math))


def _summary(images: int, undescribed: int, *, has_math: bool) -> Iterator[str]:
    yield "Text in logical reading order that can be enlarged and reflowed, with headings and a table of contents."
    if images and not undescribed:
        yield "All images have alternative text."
    elif images:
        yield "Some images have no description; their alternative text says so."
    if has_math:
        yield "Formulas are in MathML, with their TeX as alternative text."


def _may_flash(image: Resource) -> bool:
    head = image.content[:_HEAD_BYTES]
    return image.media_type in _MAY_FLASH and any(mark in head for mark in _ANIMATION_MARKS)
