"""Fonts made small enough to travel: only the letters that a document has, if the font's maker allows it."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont, TTLibError

from convertkit.errors import UsageError
from convertkit.typefaces.finding import COLLECTIONS, region_of

MAX_FONT_BYTES = 100 * 1024 * 1024
"""A larger file is not read; the whole of Noto Sans CJK has a third of that."""

_RESTRICTED, _NO_SUBSETTING, _BITMAPS_ONLY = 0x0002, 0x0100, 0x0200
"""Bits of `OS/2.fsType` (OpenType 1.9, OS/2 table) by which a maker forbids what is done here."""
_KEPT_NAMES = [0, 1, 2, 4, 5, 6, 13, 14, 16, 17]
"""Copyright, family, style, version and licence travel with the letters."""


logging.getLogger("fontTools").addHandler(logging.NullHandler())  # else it warns of tables that it drops, on stderr


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font inside a document: file name (`HASH.otf`), media type, bytes, and what CSS calls it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    family: str
    weight: str
    """A number, or the two ends of a variable font."""
    italic: bool


def subset_font(path: Path, letters: Iterable[str], language: str = "") -> FontFile:
    """The part of a font file (TTF, OTF, TTC, WOFF) that shows these letters, the same bytes every time.

    Of a collection the face for the East Asian forms of `language` is taken, else the first. Raises `UsageError` for
    what is no font, and for fonts whose makers do not allow it.
    """
    font = _opened(path, language)
    try:
        _check_rights(path, font["OS/2"].fsType)
        options = subset.Options(hinting=False, notdef_outline=True, name_IDs=_KEPT_NAMES)
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted({*letters, " "})))
        cutter.subset(font)
        font.flavor = None
        file = io.BytesIO()
        font.save(file, reorderTables=True)
        return _described(font, file.getvalue())
    except (TTLibError, KeyError, ValueError, AssertionError, subset.Subsetter.SubsettingError) as error:
        raise UsageError("the font is damaged", source=str(path), advice="give another font file") from error


def face_rule(font: FontFile, address: str) -> str:
    """The `@font-face` rule of a font that lies at an address."""
    style = "italic" if font.italic else "normal"
    return (
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight}; font-style: {style}; '
        f'src: url("{address}"); }}\n'
    )


def _opened(path: Path, language: str) -> TTFont:
    try:
        if path.stat().st_size > MAX_FONT_BYTES:
            raise UsageError(f"a font larger than {MAX_FONT_BYTES // 2**20} MiB", source=str(path))
        content = io.BytesIO(path.read_bytes())
        if path.suffix.lower() not in COLLECTIONS:
            return TTFont(content, lazy=False, recalcTimestamp=False)
        fonts = TTCollection(content).fonts
        region = region_of(language)
        number = next((i for i, font in enumerate(fonts) if region and _family(font).endswith(region)), 0)
        content.seek(0)
        return TTFont(content, fontNumber=number, lazy=False, recalcTimestamp=False)
    except (TTLibError, OSError, KeyError, ValueError, AssertionError) as error:
        advice = "give a TTF, OTF, TTC or WOFF file"
        raise UsageError("cannot be read as a font", source=str(path), advice=advice) from error


def _check_rights(path: Path, rights: int) -> None:
    if rights & (_RESTRICTED | _NO_SUBSETTING | _BITMAPS_ONLY):
        raise UsageError(
            f"the font's maker does not allow it to be embedded in part (fsType {rights:#06x})",
            source=str(path),
            advice="take a font with an open licence, such as Noto or Source Han",
        )


def _described(font: TTFont, content: bytes) -> FontFile:
    traits = font["OS/2"]
    weight = str(traits.usWeightClass)
    if "fvar" in font:
        weight = next((f"{a.minValue:g} {a.maxValue:g}" for a in font["fvar"].axes if a.axisTag == "wght"), weight)
    outlines = "otf" if "CFF " in font or "CFF2" in font else "ttf"
    family = "".join(char for char in _family(font) if char.isalnum() or char in " -") or "Embedded"
    name = f"{hashlib.sha256(content).hexdigest()[:16]}.{outlines}"
    return FontFile(name, f"font/{outlines}", content, family, weight, bool(traits.fsSelection & 1))


def _family(font: TTFont) -> str:
    names = font["name"]
    return str(names.getDebugName(16) or names.getDebugName(1) or "")
