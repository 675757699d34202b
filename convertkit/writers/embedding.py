"""Fonts that travel inside EPUB and HTML: as much of each as the text needs, and the rules that use them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convertkit.typefaces import FontFile


def embedded_fonts(paths: Sequence[Path], texts: Iterable[str], language: str) -> tuple[FontFile, ...]:
    """The letters of the texts out of each font file. Raises `UsageError` for what is no font, or may not travel."""
    if not paths:
        return ()
    from convertkit.typefaces import subset_font

    letters = {letter for text in texts for letter in text if letter >= " "}
    return tuple(subset_font(path, letters, language) for path in paths)


def font_style(fonts: Sequence[FontFile], address: Callable[[FontFile], str]) -> str:
    """The rules by which a document is shown in its fonts, the first that has a letter first."""
    if not fonts:
        return ""
    from convertkit.typefaces import face_rule

    rules = "".join(face_rule(font, address(font)) for font in fonts)
    families = ", ".join(f'"{family}"' for family in dict.fromkeys(font.family for font in fonts))
    return f"\n{rules}body {{ font-family: {families}; }}\n"
