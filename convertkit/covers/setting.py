"""Words and the faces that show them: coverage, widths, drawing.

Never a box for a letter: a face is asked for its glyphs before anything is drawn.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import regex
from fontTools.ttLib import TTFont
from PIL import ImageDraw, ImageFont, features

from convertkit.covers.palettes import Colour
from convertkit.errors import WriteError
from convertkit.typefaces import Face, all_faces, faces

LEADING = 1.36
"""From line to line, in sizes of the letters: room for the marks above and below those of Thai and Vietnamese."""
ASCENT = 1.02
"""Of a line's box, above the base line."""

_EAST_ASIAN = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}"
_PIECE = regex.compile(rf"[{_EAST_ASIAN}\u3000-\u303f\uff00-\uffef]+|\s+|[^\s{_EAST_ASIAN}\u3000-\u303f\uff00-\uffef]+")
"""What one face should show whole: a row of East Asian characters, a word."""
_NEEDS_SHAPING = regex.compile(
    r"[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Devanagari}"
    r"\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}"
    r"\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]"
)
"""Scripts that come out wrong letter by letter; Pillow sets them by Raqm, if it finds FriBiDi."""
_LETTER = regex.compile(r"[\p{L}\p{N}\p{M}]")
_GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Line:
    """A line at a place: left end of its base line, size of its letters, its width, all in pixels."""

    runs: tuple[tuple[Face | None, str], ...]
    x: float
    base: float
    size: int
    width: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        top = self.base - ASCENT * self.size
        return self.x, top, self.x + self.width, top + LEADING * self.size


@dataclass(slots=True)
class Setter:
    """Sets the words of one cover in one style. Fonts are opened once for each size."""

    language: str
    style: str
    weight: int
    right_to_left: bool
    _fonts: dict[tuple[Face | None, int], ImageFont.FreeTypeFont] = field(default_factory=dict)
    _widths: dict[tuple[str, int], float] = field(default_factory=dict)

    def runs(self, text: str) -> tuple[tuple[Face | None, str], ...]:
        """The text in pieces with the face of each, in the order in which they stand from left to right.

        The face of what nobody can show is missing: see `missing`.
        """
        found: list[tuple[Face | None, str]] = []
        for piece in _PIECE.findall(text):
            for face, part in self._shown(piece):
                if found and (part.isspace() or found[-1][0] == face):
                    found[-1] = (found[-1][0], found[-1][1] + part)
                else:
                    found.append((face, part))
        return tuple(reversed(found)) if self.right_to_left else tuple(found)

    def missing(self, text: str) -> str:
        """The characters that no face at hand can show, each once."""
        if not features.check("raqm") and (shaped := _NEEDS_SHAPING.findall(text)):
            return "".join(dict.fromkeys(shaped))
        parts = (shown for piece in _PIECE.findall(text) for shown in self._shown(piece))
        return "".join(dict.fromkeys("".join(part for face, part in parts if not _has_glyphs(face, part))))

    def showable(self, text: str) -> tuple[str, str]:
        """What can be shown of a text, and the letters that keep it from being shown.

        Signs that no face has are left out; a text that lacks letters is left out whole, since a part of it would
        say something else.
        """
        absent = self.missing(text)
        if _LETTER.search(absent):
            return "", absent
        return text.translate(dict.fromkeys(map(ord, absent))).strip(), ""

    def _shown(self, piece: str) -> Iterator[tuple[Face | None, str]]:
        """A piece by faces: whole by one that has all of it, else character by character."""
        face = self._face_of(piece)
        if face is not None or _has_glyphs(None, piece):
            yield face, piece
            return
        for cluster in _GRAPHEME.findall(piece):
            yield self._face_of(cluster), cluster

    def _face_of(self, text: str) -> Face | None:
        known = faces(self.language, self.style, self.weight)
        if (face := next((face for face in known if face.shows(text)), None)) is not None or _has_glyphs(None, text):
            return face
        others = (face for face in all_faces() if face.shows(text))
        return next(others, None) or next((face for face in known if face.has(text)), None)

    def font(self, face: Face | None, size: int) -> ImageFont.FreeTypeFont:
        """A face in a size; Pillow's own font for None."""
        if (face, size) not in self._fonts:
            self._fonts[face, size] = self._opened(face, size)
        return self._fonts[face, size]

    def _opened(self, face: Face | None, size: int) -> ImageFont.FreeTypeFont:
        if face is None:
            return _built_in(size)
        font = ImageFont.truetype(face.path, size, index=face.number)
        if face.axes:
            wanted = {"wght": self.weight}
            font.set_variation_by_axes([axis.nearest(wanted.get(axis.tag, axis.default)) for axis in face.axes])
        return font

    def width(self, text: str, size: int) -> float:
        """The width of a text in one line, in pixels."""
        key = (text, size)
        if key not in self._widths:
            self._widths[key] = sum(self._length(self.font(face, size), part) for face, part in self.runs(text))
        return self._widths[key]

    def draw(self, draw: ImageDraw.ImageDraw, line: Line, colour: Colour) -> None:
        """Draw a line where it stands."""
        x = line.x
        for face, part in line.runs:
            font = self.font(face, line.size)
            draw.text((x, line.base), part, fill=colour, font=font, anchor="ls", direction=self._direction(font))
            x += self._length(font, part)

    def _length(self, font: ImageFont.FreeTypeFont, text: str) -> float:
        return font.getlength(text, direction=self._direction(font))

    def _direction(self, font: ImageFont.FreeTypeFont) -> Literal["rtl", "ltr"] | None:
        """Basic layout, of a Pillow without Raqm and of Pillow's own font, takes none."""
        if font.layout_engine != ImageFont.Layout.RAQM:
            return None
        return "rtl" if self.right_to_left else "ltr"


@cache
def _built_in_letters() -> frozenset[int]:
    """What the font that comes with Pillow holds: English, for machines without any font."""
    return frozenset(TTFont(io.BytesIO(_built_in(16).font_bytes), lazy=True).getBestCmap() or ())


def _built_in(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise WriteError("Pillow was built without FreeType", advice="install Pillow's own wheel")
    return font


def _has_glyphs(face: Face | None, text: str) -> bool:
    if face is not None:
        return face.has(text)
    return all(character.isspace() or ord(character) in _built_in_letters() for character in text)
