"""Character references in metadata: `&amp;` in a title means `&`, since titles were taken out of HTML."""

from __future__ import annotations

import html
import re

_REFERENCE = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[Xx][0-9A-Fa-f]{1,6});")


def decode_references(text: str) -> str:
    """The text with each reference that ends in `;` decoded once, as HTML would; `AT&T` and `&copy 2020` stay."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def protect_references(text: str) -> str:
    """The text such that `decode_references` gives it back: for writers of front matter."""
    return _REFERENCE.sub(lambda found: f"&amp;{found[0][1:]}", text) if "&" in text else text
