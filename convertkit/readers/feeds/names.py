"""What the file of an entry is called: its date and the end of its address or its title, the same at every run."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlsplit

from convertkit.metadata import Metadata

_LONGEST = 120
"""Bytes of a name: file systems hold 255, and a date, a number and a suffix are to come."""
_NO_LETTERS = re.compile(r"[^\w]+")
_PAGE = re.compile(r"\.(?:html?|php|aspx?|md)\Z", re.IGNORECASE)
_SAYS_NOTHING = frozenset(["index", "default", "home", "view", "post"])


def entry_name(metadata: Metadata) -> str:
    """A name without a suffix that every file system takes: `2024-03-05-salt-and-tides`."""
    date = metadata.date.isoformat()[:10] if metadata.date else ""
    return "-".join(part for part in (date, entry_slug(metadata)) if part) or "entry"


def entry_slug(metadata: Metadata) -> str:
    """What tells an entry from others in a few words: `salt-and-tides`; empty if it says nothing of itself."""
    said = next((str(metadata.extra[key]) for key in ("slug", "permalink") if metadata.extra.get(key)), "")
    address = _slug(_of_address(metadata.url or said))
    slug = "" if address.replace("-", "").isdecimal() else address  # a number tells people nothing
    return slug or _slug(metadata.title) or address or _slug(metadata.identifier)


def _of_address(url: str) -> str:
    """The last part of an address's path that says something; `?p=12` where there is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    for part in reversed(parts.path.split("/")):
        name = _PAGE.sub("", unquote(part))
        if name and name.casefold() not in _SAYS_NOTHING:
            return name
    return "-".join(f"{key}-{value}" for key, value in parse_qsl(parts.query)[:1])


def _slug(text: str) -> str:
    """Letters, figures and hyphens, of every script."""
    slug = _NO_LETTERS.sub("-", unicodedata.normalize("NFC", text).casefold().replace("_", "-")).strip("-")
    return slug.encode()[:_LONGEST].decode("utf-8", "ignore").strip("-")
