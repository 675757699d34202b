"""What the publication says of its own accessibility (EPUB Accessibility 1.1, section 2): only what is true of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from convertkit.resources import Resource
from convertkit.writers.xhtml_page import Body

Meta = tuple[str, str]
"""A `schema:` property without its prefix, and its value."""

_MAY_FLASH = frozenset({"image/gif", "image/webp", "image/png"})
_ANIMATION_MARKS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ANIM", b"acTL")
"""What an animated GIF, WebP or PNG has near its beginning."""
_HEAD_BYTES = 4096


@dataclass(slots=True)
class Counted:
    """What was counted in a publication while it was written: nothing else is claimed."""

    images: int = 0
    undescribed_images: int = 0
    has_math: bool = False
    may_flash: bool = False

    def count_body(self, body: Body) -> None:
        """A page's text."""
        self.undescribed_images += body.undescribed_images
        self.has_math = self.has_math or body.has_math

    def count_image(self, image: Resource) -> None:
        """An image, each once."""
        self.images += 1
        self.may_flash = self.may_flash or _may_flash(image)


def accessibility_metadata(counted: Counted) -> Iterator[Meta]:
    """The publication's `schema.org` accessibility properties."""
    undescribed = counted.undescribed_images
    yield "accessMode", "textual"
    if counted.images:
        yield "accessMode", "visual"
        yield "accessModeSufficient", "textual,visual"
    if not undescribed:
        yield "accessModeSufficient", "textual"
    yield "accessibilityFeature", "tableOfContents"
    yield "accessibilityFeature", "readingOrder"
    yield "accessibilityFeature", "structuralNavigation"
    if counted.images and not undescribed:
        yield "accessibilityFeature", "alternativeText"
    if counted.has_math:
        yield "accessibilityFeature", "MathML"
    yield "accessibilityHazard", "unknown" if counted.may_flash else "none"
    yield "accessibilitySummary", " ".join(_summary(counted.images, undescribed, has_math=counted.has_math))


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
