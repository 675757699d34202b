"""The style sheets that outputs carry: what all themes share, then the theme's own rules."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from convertkit.options import THEME, ThemeName


@cache
def style_sheet(theme: ThemeName = THEME) -> str:
    """The style sheet of a theme, for chapters and pages alike."""
    return _sheet("base") + "\n" + _sheet(theme)


@cache
def page_style() -> str:
    """What a page in a browser needs besides, where nobody has set a measure."""
    return _sheet("page")


def _sheet(name: str) -> str:
    return files("convertkit.writers").joinpath("themes", f"{name}.css").read_text(encoding="utf-8")
