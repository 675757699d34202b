"""The style sheets that outputs carry."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def style_sheet(name: str) -> str:
    """The text of `style.css` (every output) or `page.css` (besides it, a page in a browser)."""
    return files("convertkit.writers").joinpath(name).read_text(encoding="utf-8")
