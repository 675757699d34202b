"""What a language asks of a Word document: its East Asian tag, its fonts, its emphasis marks."""

from __future__ import annotations

from dataclasses import dataclass

TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
"""Scripts and regions whose Chinese is written in traditional characters."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """Font names, in English as `w:rFonts` wants them: Word and LibreOffice know each one's localised name too."""

    body: str
    headings: str
    latin_body: str = "Calibri"
    latin_headings: str = "Calibri"


@dataclass(frozen=True, slots=True)
class EastAsian:
    """How Han, kana and hangul are set in a document."""

    tag: str
    """The tag for `w:lang w:eastAsia`."""
    fonts: Fonts
    emphasis: str = "dot"
    """`w:em` (ECMA-376, ST_Em): Chinese sets emphasis dots below the characters (GB/T 15834), Japanese above."""
    main: bool = False
    """The document itself is in this language, not only words in it."""


SIMPLIFIED_FONTS = Fonts("SimSun", "SimHei", "Times New Roman", "Arial")
TRADITIONAL_FONTS = Fonts("PMingLiU", "Microsoft JhengHei", "Times New Roman", "Arial")
JAPANESE_FONTS = Fonts("MS Mincho", "MS Gothic", "Times New Roman", "Arial")
KOREAN_FONTS = Fonts("Batang", "Malgun Gothic", "Times New Roman", "Arial")
OTHER_FONTS = Fonts("SimSun", "SimHei")
"""The fonts that Office has on Windows and macOS; LibreOffice's replacement table knows what stands in for them."""


def east_asian(language: str) -> EastAsian:
    """How East Asian text is set in a document of that BCP 47 tag.

    Words in a document of another language are taken for simplified Chinese, as Word does when nothing else is known.
    """
    primary, *rest = language.lower().replace("_", "-").split("-")
    region = next((subtag.upper() for subtag in rest if len(subtag) == 2), "")
    match primary:
        case "zh" | "yue" | "cmn" | "wuu" | "lzh":
            if TRADITIONAL.intersection(rest):
                return EastAsian(f"zh-{region or 'TW'}", TRADITIONAL_FONTS, "underDot", main=True)
            return EastAsian(f"zh-{region or 'CN'}", SIMPLIFIED_FONTS, "underDot", main=True)
        case "ja":
            return EastAsian("ja-JP", JAPANESE_FONTS, main=True)
        case "ko":
            return EastAsian("ko-KR", KOREAN_FONTS, main=True)
        case _:
            return EastAsian("zh-CN", OTHER_FONTS, "underDot")
