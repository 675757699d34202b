"""The damage that feeds do, done on purpose: entities decoded once too often, then braces escaped."""

from __future__ import annotations

import html


def damage(page: str) -> str:
    """A serialised page as an archive holds it: each entity decoded once, `{` and `}` escaped afterwards."""
    return html.unescape(page).replace("{", "&#123;").replace("}", "&#125;")
