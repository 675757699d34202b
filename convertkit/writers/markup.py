"""Text and attributes in XML and HTML: escaping, names, and what XML cannot hold."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Outside the production Char of XML 1.0 (section 2.2)."""
_SEPARATORS = "\x0b\x0c\x1c\x1d\x1e\x1f"
"""Of these, the controls that stand between words."""

_NAME_START = "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
_NAME_START += "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_NOT_NAME = re.compile(f"[^{_NAME_START}\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040]+")
_NOT_START = re.compile(f"[^{_NAME_START}]")
"""NCName (Namespaces in XML 1.0, section 3; XML 1.0, section 2.3)."""


def escape(text: str) -> str:
    """Text for an element's content."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_attribute(text: str) -> str:
    """Text for an attribute's value in double quotes."""
    return escape(text).replace('"', "&quot;")


def without_forbidden(text: str) -> tuple[str, int]:
    """The text without the characters that XML cannot hold, and their number; those between words become spaces."""
    if _FORBIDDEN.search(text) is None:
        return text, 0
    return _FORBIDDEN.subn(lambda found: " " if found[0] in _SEPARATORS else "", text)


def xml_name(text: str) -> str:
    """An NCName that looks like `text`: what an `id` must be in XHTML. `1. Über uns` gives `id-1.-Über-uns`."""
    name = _NOT_NAME.sub("-", text)
    return f"id-{name}" if not name or _NOT_START.match(name) else name
