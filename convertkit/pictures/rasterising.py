"""Drawings as pixels, for formats that hold no drawings. resvg (through resvg_py) is loaded only for them."""

from __future__ import annotations

import math
import re

import resvg_py

from convertkit.pictures.failures import DAMAGED, PictureError
from convertkit.pictures.preparing import prepare
from convertkit.resources import Resource

SHARPNESS = 2.0
"""Pixels drawn for each CSS pixel, so that print and dense screens show no steps."""
MAX_EDGE = 1600
"""Pixels of the longest edge."""

_LENGTH = re.compile(r"\s*(\d*\.?\d+(?:e[+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|)\s*\Z", re.IGNORECASE)
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
"""CSS pixels (CSS Values 3, section 5.2)."""
_ROOT = re.compile(r"<svg [^>]*>")
_ATTRIBUTE = re.compile(r' (width|height|viewBox)="([^"]*)"')


def rasterise(drawing: Resource) -> tuple[Resource, int]:
    """A PNG of an SVG that `clean_svg` made, and the width in CSS pixels that it asks for. Raises `PictureError`.

    Text is set in the fonts of this machine.
    """
    text = drawing.content.decode("utf-8")
    width, height = _natural_size(text)
    zoom = min(SHARPNESS, MAX_EDGE / max(width, height))
    try:
        drawn = bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=zoom))
    except (ValueError, RuntimeError, OSError):
        raise PictureError(DAMAGED) from None
    return prepare(drawn, MAX_EDGE), max(1, round(width))


def _natural_size(text: str) -> tuple[float, float]:
    """Width and height in CSS pixels: what the drawing says, else its view box (SVG 2, 8.2)."""
    root = _ROOT.match(text)
    said = dict(_ATTRIBUTE.findall(root[0])) if root else {}
    box = [_pixels(number) for number in re.split(r"[\s,]+", said.get("viewBox", "").strip())]
    ratio = box[3] / box[2] if len(box) == 4 and box[2] and box[3] else 0.0
    width, height = _pixels(said.get("width", "")), _pixels(said.get("height", ""))
    if not width and not height and ratio:
        width = box[2]
    width = width or (height / ratio if ratio else 0.0)
    height = height or width * ratio
    if not (0.5 <= width <= 1e6 and 0.5 <= height <= 1e6):
        raise PictureError("a drawing that does not say how large it is")
    return width, height


def _pixels(length: str) -> float:
    """A length in CSS pixels; 0 for none, and for one relative to the page."""
    found = _LENGTH.match(length)
    number = float(found[1]) * _UNITS[found[2].lower()] if found else 0.0
    return number if math.isfinite(number) else 0.0
