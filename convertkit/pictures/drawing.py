"""Pictures drawn anew through Pillow, which is loaded only for them: turned upright, smaller, in sRGB, PNG or JPEG."""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib

from PIL import Image, ImageCms

from convertkit.pictures.failures import DAMAGED, PictureError
from convertkit.pictures.kinds import Kind

_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    ArithmeticError,
    AttributeError,
    TypeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    ImageCms.PyCMSError,
)
"""What Pillow's readers raise for broken files."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation."""

_QUALITIES = (88, 80, 70, 60)
_WARNING = threading.Lock()
"""Pillow's reader of TIFF warns through Python's one table of warnings, which must not be changed by two at once."""


def draw_anew(content: bytes, kind: Kind, orientation: int, max_edge: int, max_bytes: int) -> tuple[Kind, bytes]:
    """The picture upright, in sRGB or grey, no edge above `max_edge`, at most `max_bytes`. Raises `PictureError`.

    Of what moves the first picture is drawn.
    """
    try:
        if kind is not Kind.TIFF:
            return _saved(_drawn(content, kind, orientation, max_edge), kind, max_bytes)
        with _WARNING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _saved(_drawn(content, kind, orientation, max_edge), kind, max_bytes)
    except _BROKEN:
        raise PictureError(DAMAGED) from None


def _drawn(content: bytes, kind: Kind, orientation: int, max_edge: int) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=(kind.name,)) as opened:
        if kind is Kind.JPEG:  # decodes a large picture at a half, a quarter or an eighth of its size
            opened.draft(None, (max_edge, max_edge))
        if kind is Kind.AVIF:
            orientation = int(opened.getexif().get(0x0112, 1))
        opened.load()
        picture = _in_screen_colours(opened)
    if orientation in _TURNS:
        picture = picture.transpose(_TURNS[orientation])
    if max(picture.size) > max_edge:
        picture.thumbnail((max_edge, max_edge), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return picture


def _in_screen_colours(picture: Image.Image) -> Image.Image:
    """The picture as grey, RGB or RGBA; a colour profile for screens stays with it."""
    mode = picture.mode
    if mode in ("RGB", "L"):
        if "transparency" not in picture.info:
            return picture.copy()
        return picture.convert("RGBA")
    if mode == "CMYK":
        return _from_inks(picture)
    if mode.startswith("I;16"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if mode in ("1", "I", "F"):
        return picture.convert("L")
    alpha = mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    return _without_idle_alpha(picture.convert("RGBA")) if alpha else picture.convert("RGB")


def _without_idle_alpha(picture: Image.Image) -> Image.Image:
    low, _ = picture.getchannel("A").getextrema()
    return picture.convert("RGB") if low == 255 else picture


def _from_inks(picture: Image.Image) -> Image.Image:
    """CMYK as its own profile says, else by the plain rule."""
    profile = picture.info.get("icc_profile")
    if profile:
        try:
            drawn = ImageCms.profileToProfile(
                picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            drawn = None
        if drawn is not None:
            drawn.info.pop("icc_profile", None)
            return drawn
    drawn = picture.convert("RGB")
    drawn.info.pop("icc_profile", None)
    return drawn


def _saved(picture: Image.Image, kind: Kind, max_bytes: int) -> tuple[Kind, bytes]:
    """A photograph as JPEG, all else as PNG, unless that is too large and nothing shines through."""
    opaque = picture.mode != "RGBA"
    if kind not in (Kind.JPEG, Kind.AVIF, Kind.WEBP) or not opaque:
        drawn = _encoded(picture, "PNG")
        if len(drawn) <= max_bytes:
            return Kind.PNG, drawn
    if not opaque:
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    for quality in _QUALITIES:
        drawn = _encoded(picture, "JPEG", quality=quality, optimize=True)
        if len(drawn) <= max_bytes:
            break
    return Kind.JPEG, drawn


def _encoded(picture: Image.Image, name: str, **options: int) -> bytes:
    profile = picture.info.get("icc_profile")
    kept = {"icc_profile": profile} if profile and picture.mode != "L" else {}
    bare = picture.copy()
    bare.info = {}
    file = io.BytesIO()
    bare.save(file, name, **options, **kept)
    return file.getvalue()
