"""Which addresses survive, and how a browser reads them (WHATWG URL standard 4.4)."""

from __future__ import annotations

import re
from urllib.parse import urljoin

SAFE_SCHEMES = frozenset(
    [
        "ftp",
        "ftps",
        "geo",
        "http",
        "https",
        "irc",
        "ircs",
        "magnet",
        "mailto",
        "news",
        "nntp",
        "sftp",
        "sip",
        "sips",
        "sms",
        "tel",
        "webcal",
        "xmpp",
    ]
)
"""Schemes that open something elsewhere: none runs code here or reads a file of the reader's machine."""

_PLAIN = re.compile(r"(?:https?://|#|/)[!#-;=?-_a-z~\u00a1-\U0010ffff]*\Z")
"""The ordinary target: nothing to strip, nothing to escape."""
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*(?=:)")
EDGES = "".join(map(chr, range(0x21)))
"""C0 controls and space, stripped at both ends by a browser."""
_INSIDE = str.maketrans("", "", "\t\n\r")
"""Tab and line ends, removed anywhere: `java\\nscript:` is `javascript:`."""
_IMAGE_DATA = re.compile(r"data:image/(?!svg)", re.IGNORECASE)
"""Pictures in the URL itself. SVG is left out: it may hold scripts."""
_CONTROL_OR_SPACE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")


def safe_address(written: str, *, image: bool = False) -> str | None:
    """An address as a browser reads it; None if it could run code or read files.

    Allowed are `SAFE_SCHEMES`, everything relative, and for pictures `data:image/…`.
    """
    if _PLAIN.match(written):
        return written
    target = written.strip(EDGES).translate(_INSIDE)
    scheme = _SCHEME.match(target)
    if scheme is not None and scheme[0].lower() not in SAFE_SCHEMES and not (image and _IMAGE_DATA.match(target)):
        return None
    return _CONTROL_OR_SPACE.sub(_percent, target)


def resolved(address: str, base: str) -> str:
    """An address on a page at `base`; itself if it is absolute, leads within the page, or the base is no web page's."""
    if not address or address[0] == "#" or not base.startswith(("http:", "https:")) or _SCHEME.match(address):
        return address
    try:
        return urljoin(base, address)
    except ValueError:  # `//[`
        return address


def _percent(character: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in character[0].encode())
