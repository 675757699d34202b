"""Fonts of the machine and of installed packages, and which of their faces can show which letters.

Files are known by their names, so that few are opened; all others are asked only for letters that no known one has.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

COLLECTIONS = (".ttc", ".otc")
SUFFIXES = (".ttf", ".otf", *COLLECTIONS)
PACKAGES = ("manimgx_fonts_cjk", "noto_cjk_sans_otc", "noto_cjk_serif_otc", "justmytype_intl_cjk")
"""Packages that hold Noto CJK and can be installed beside convertkit; the first is its extra `fonts`."""

_NO_LETTERS = re.compile(r"emoji|lastresort|adobeblank|symbol|icon|awesome|dingbat|math", re.IGNORECASE)
"""Fonts of pictures, of formulas, and of boxes."""

_HAN = {
    "SC": ("Noto {} CJK SC", "Noto {} SC", "Source Han {} SC", "Source Han {} CN"),
    "TC": ("Noto {} CJK TC", "Noto {} TC", "Source Han {} TC", "Source Han {} TW"),
    "HK": ("Noto {} CJK HK", "Noto {} HK", "Source Han {} HC", "Source Han {} HK"),
    "JP": ("Noto {} CJK JP", "Noto {} JP", "Source Han {}", "Source Han {} JP"),
    "KR": ("Noto {} CJK KR", "Noto {} KR", "Source Han {} K", "Source Han {} KR"),
}
_OF_SYSTEMS = {
    ("SC", "Sans"): ("PingFang SC", "Microsoft YaHei", "Hiragino Sans GB", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    ("TC", "Sans"): ("PingFang TC", "Microsoft JhengHei", "Heiti TC"),
    ("HK", "Sans"): ("PingFang HK", "Microsoft JhengHei", "Heiti TC"),
    ("JP", "Sans"): ("Hiragino Sans", "Yu Gothic", "Meiryo", "IPAexGothic", "MS Gothic"),
    ("KR", "Sans"): ("Apple SD Gothic Neo", "Malgun Gothic", "NanumGothic"),
    ("SC", "Serif"): ("Songti SC", "SimSun"),
    ("TC", "Serif"): ("Songti TC", "PMingLiU", "MingLiU"),
    ("HK", "Serif"): ("Songti TC", "MingLiU_HKSCS", "PMingLiU"),
    ("JP", "Serif"): ("Hiragino Mincho ProN", "Yu Mincho", "IPAexMincho", "MS Mincho"),
    ("KR", "Serif"): ("AppleMyungjo", "Batang", "NanumMyeongjo"),
}
_WESTERN = {
    "Sans": (
        "Noto Sans", "Source Sans 3", "Inter", "Helvetica Neue", "Segoe UI", "Open Sans", "Roboto",
        "Noto Sans CJK SC", "Noto Sans SC", "Liberation Sans", "Arial", "DejaVu Sans",
    ),
    "Serif": (
        "Noto Serif", "Source Serif 4", "Georgia", "Noto Serif CJK SC", "Noto Serif SC", "Liberation Serif",
        "Times New Roman", "DejaVu Serif",
    ),
}  # fmt: skip
"""The best first. The letters of CJK fonts are good Latin ones, but their Greek and Cyrillic is as wide as Chinese."""
_OTHERS = (
    "Noto Sans Arabic", "Noto Naskh Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Thai", "Arial",
    "Tahoma", "Arial Unicode MS", "DejaVu Sans", "Geeza Pro", "Nirmala UI", "Leelawadee UI",
)  # fmt: skip
"""For scripts that the fonts of the book's own language lack."""
_FILES = {
    "msyh": "Microsoft YaHei", "msjh": "Microsoft JhengHei",
    "malgun": "Malgun Gothic", "mingliub": "MingLiU", "segoeuib": "Segoe UI",
    "wqymicrohei": "WenQuanYi Micro Hei", "wqyzenhei": "WenQuanYi Zen Hei", "ipaexg": "IPAexGothic",
    "ipaexm": "IPAexMincho", "times": "Times New Roman", "timesbd": "Times New Roman", "nirmala": "Nirmala UI",
    "leelawui": "Leelawadee UI", "ヒラギノ角ゴシック": "Hiragino Sans", "ヒラギノ明朝": "Hiragino Mincho ProN",
    "applesdgothicneo": "Apple SD Gothic Neo", "yugoth": "Yu Gothic", "yumin": "Yu Mincho", "heiti": "Heiti TC",
}  # fmt: skip
"""Beginnings of file names that do not tell the family."""

_WIDE_FORMS = re.compile(r"[\u0370-\u052f]")
_CJK_FAMILY = re.compile(r"CJK|\b(?:SC|TC|HK|JP|KR|CN|TW)$|Source Han")


@dataclass(frozen=True, slots=True)
class Axis:
    """What varies in a variable font."""

    tag: str
    least: float
    default: float
    most: float

    def nearest(self, value: float) -> float:
        """The value that is possible."""
        return min(max(value, self.least), self.most)


@dataclass(frozen=True)
class Face:
    """One face of a font file."""

    path: str
    number: int
    """In a collection; 0 elsewhere."""
    family: str
    weight: int
    """100 to 900; of a variable font its default."""
    upright: bool
    axes: tuple[Axis, ...] = ()

    @cached_property
    def letters(self) -> frozenset[int]:
        """The code points that the face has a glyph for."""
        with TTFont(self.path, fontNumber=self.number, lazy=True) as font:
            font.setGlyphOrder([""] * font["maxp"].numGlyphs)  # nobody asks for names, which take longer than all else
            return frozenset(font.getBestCmap() or ())

    def has(self, text: str) -> bool:
        """Whether the face has a glyph for every character, white space aside."""
        return all(character.isspace() or ord(character) in self.letters for character in text)

    def shows(self, text: str) -> bool:
        """Whether the face has a good glyph for every character: the Greek of Chinese fonts is as wide as Chinese."""
        return self.has(text) and not (_WIDE_FORMS.search(text) and _CJK_FAMILY.search(self.family))


def region_of(language: str) -> str:
    """The East Asian forms of a language tag: SC, TC, HK, JP or KR; "" for other languages."""
    tag = language.lower()
    match tag.partition("-")[0]:
        case "ja":
            return "JP"
        case "ko":
            return "KR"
        case "zh" | "yue" if re.search(r"-(?:hk|mo)\b", tag) or tag == "yue":
            return "HK"
        case "zh" if re.search(r"-(?:hant|tw)\b", tag):
            return "TC"
        case "zh":
            return "SC"
        case _:
            return ""


@lru_cache(maxsize=64)
def faces(language: str, style: str, weight: int) -> tuple[Face, ...]:
    """The known faces of a style (`Sans`, `Serif`) for a language, those of the nearest weight, the best first."""
    region = region_of(language)
    regions = ([region] if region else []) + [name for name in _HAN if name != region]
    asian = [
        family
        for name in regions
        for family in (*(pattern.format(style) for pattern in _HAN[name]), *_OF_SYSTEMS[name, style])
    ]
    other = "Serif" if style == "Sans" else "Sans"
    wanted = (
        *((*asian, *_WESTERN[style]) if region else (*_WESTERN[style], *asian)),
        *_WESTERN[other],
        *_OTHERS,
        *(family for name in regions for family in (*(p.format(other) for p in _HAN[name]), *_OF_SYSTEMS[name, other])),
    )
    best: dict[str, Face] = {}
    for face in _known_faces():
        chosen = best.get(face.family)
        if chosen is None or _distance(face, weight) < _distance(chosen, weight):
            best[face.family] = face
    return tuple(best[family] for family in dict.fromkeys(wanted) if family in best)


def all_faces() -> Iterator[Face]:
    """Every other upright face of the machine, by path."""
    for path in _files():
        if not _is_known(path):
            yield from (face for face in _faces_of(path) if face.upright)


def _distance(face: Face, weight: int) -> tuple[bool, int, str, int]:
    varies = any(axis.tag == "wght" for axis in face.axes)
    return not face.upright, 0 if varies else abs(face.weight - weight), face.path, face.number


@cache
def _known_faces() -> tuple[Face, ...]:
    return tuple(face for path in _files() if _is_known(path) for face in _faces_of(path))


@cache
def _known_stems() -> tuple[str, ...]:
    families = {pattern.format(style) for names in _HAN.values() for pattern in names for style in ("Sans", "Serif")}
    families.update(family for names in (*_OF_SYSTEMS.values(), *_WESTERN.values(), _OTHERS) for family in names)
    return tuple({*_FILES, *(re.sub(r"[^a-z0-9]|(?:sc|tc|hk|jp|kr|cn|tw)$", "", name.lower()) for name in families)})


def _is_known(path: str) -> bool:
    return re.sub(r"[\s_-]", "", Path(path).stem.lower()).startswith(_known_stems())


@cache
def _faces_of(path: str) -> tuple[Face, ...]:
    """The faces of a file; none if it is broken, or has no outlines."""
    try:
        if path.lower().endswith(COLLECTIONS):
            with TTCollection(path, lazy=True) as collection:
                return tuple(
                    face
                    for index, font in enumerate(collection.fonts)
                    if (face := _face(path, index, font)) is not None
                )
        with TTFont(path, lazy=True) as font:
            face = _face(path, 0, font)
            return (face,) if face is not None else ()
    except (TTLibError, OSError, KeyError, ValueError, AssertionError):
        return ()


def _face(path: str, number: int, font: TTFont) -> Face | None:
    if not any(table in font for table in ("glyf", "CFF ", "CFF2")) or "cmap" not in font:
        return None
    names = font["name"]
    family = names.getDebugName(16) or names.getDebugName(1) or ""
    traits = font["OS/2"]
    upright = not traits.fsSelection & 1 and traits.usWidthClass == 5 and "Mono" not in family
    axes = font["fvar"].axes if "fvar" in font else ()
    varying = tuple(Axis(axis.axisTag, axis.minValue, axis.defaultValue, axis.maxValue) for axis in axes)
    return Face(path, number, family, traits.usWeightClass, upright, varying)


@cache
def _files() -> tuple[str, ...]:
    """The font files of the machine, the same order every time."""
    found: dict[str, None] = {}
    for folder in _folders():
        for root, below, names in os.walk(folder):
            below.sort()
            for name in sorted(names):
                if name.lower().endswith(SUFFIXES) and not _NO_LETTERS.search(name):
                    found[str(Path(root, name))] = None
    return tuple(found)


def _folders() -> Iterator[Path]:
    """Where fonts lie: those of installed packages first, then the user's, then the system's."""
    for package in PACKAGES:
        if (spec := find_spec(package)) and spec.submodule_search_locations:
            yield from map(Path, spec.submodule_search_locations)
    home = Path.home()
    match sys.platform:
        case "win32":
            yield Path(os.environ.get("LOCALAPPDATA", home), "Microsoft", "Windows", "Fonts")
            yield Path(os.environ.get("WINDIR", "C:\\Windows"), "Fonts")
        case "darwin":
            yield from (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
            yield Path("/System/Library/AssetsV2/com_apple_MobileAsset_Font7")
        case _:
            yield from (home / ".local/share/fonts", home / ".fonts")
            yield from (Path(folder, "fonts") for folder in _data_folders())


def _data_folders() -> list[str]:
    """Where programs of a Unix keep what does not change (XDG Base Directory Specification)."""
    return [folder for folder in os.environ.get("XDG_DATA_DIRS", "").split(":") if folder] or [
        "/usr/local/share",
        "/usr/share",
    ]
