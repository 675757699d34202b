"""Where a report's links lead: from OUT to the sources and to the outputs, relatively where that can be."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath
from urllib.parse import quote

from convertkit.archive.addresses import is_url
from convertkit.writers.urls import web_url

_HOLDS_MANY = re.compile(r"\.(?:xml|rss|rdf|atom|json|jsonl|ndjson|parquet|zip|tar|tgz|gz|bz2|xz|zst)#", re.IGNORECASE)
"""Where the name of a unit goes from a file to what lies within it; `C#.md` is a file of its own."""
_ESCAPED = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4})")
"""What `sources.names.shown` writes for what cannot be shown: the file is called otherwise."""
_SAFE = "/~!$&'()*+,;=@"
"""Besides letters, digits, `-`, `.` and `_`: what a path may hold (RFC 3986, section 3.3), the colon aside, which in
a first part would end a scheme."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of an archive: what people call it, and its address seen from OUT, "" if no page can link to it."""

    name: str
    address: str = ""
    is_folder: bool = False

    def link(self, unit: str) -> str:
        """The address of a unit's file: for what lies within a file, of that file; "" if there is none."""
        if not self.address or not self.is_folder:
            return self.address
        if _ESCAPED.search(unit):
            return ""
        within = _HOLDS_MANY.search(unit)
        path = unit[: within.end() - 1] if within else unit
        return f"{self.address}/{file_link(path)}"


def find_origin(source: str, out: str) -> Origin:
    """The origin for a source and an OUT, each a path or a URL.

    Only paths on one machine are linked, and pages of the web: a browser can open no `s3://`.
    """
    if is_url(source):
        return Origin(source.rstrip("/").rpartition("/")[2] or source, web_url(source))
    path = Path(source).absolute()
    name = path.name or str(path)
    if is_url(out):
        return Origin(name)
    try:
        relative = os.path.relpath(os.path.realpath(path), os.path.realpath(out))
    except ValueError:  # two drives of Windows
        return Origin(name)
    return Origin(name, file_link(PurePath(relative).as_posix()), path.is_dir())


def file_link(path: str) -> str:
    """A relative path as the address of a link, whatever its characters: `a b/C#.md` gives `a%20b/C%23.md`."""
    folder, slash, file = path.rpartition("/")
    address = f"{_folder_link(folder)}{slash}{_quoted(file)}"
    return f"./{address}" if address.startswith("/") else address  # `//host` would be another machine


def _quoted(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe=_SAFE)


_folder_link = lru_cache(maxsize=1024)(_quoted)
"""Posts of one folder follow one another."""
