"""What a source or OUT may be called: a path, or a URL that fsspec opens (`s3://`, `gs://`, `memory://`, `file://`)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from convertkit.errors import UsageError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:::|://)")
"""A scheme has two letters or more (one is a drive of Windows); `zip::s3://` is fsspec's chain of two."""

_EXTRAS = {"s3": "s3", "s3a": "s3"}
"""Schemes for which convertkit has an extra."""


def is_url(address: str) -> bool:
    """Whether an address is a URL; what is no URL, and every `file://` that `settled` has seen, is a path."""
    return _URL.match(address) is not None


def settled(address: str | Path) -> str:
    """The address as workers elsewhere understand it: an absolute path, or a URL without a slash at its end.

    A `file://` URL becomes the path that it names. Raises `UsageError` for one of another machine.
    """
    text = str(address)
    if text.lower().startswith("file://"):
        host, _, path = text[len("file://") :].partition("/")
        if host not in ("", "localhost"):
            raise UsageError("names a file of another machine", source=text, advice="write file:///PATH")
        text = _decoded(f"/{path}")
    if is_url(text):
        return text.rstrip("/") if not text.endswith("://") else text
    return str(Path(text).absolute())


def _decoded(path: str) -> str:
    """The path that is written in a URL, decoded once: a file may be called `a%41`, and its name need not be UTF-8."""
    if os.name == "nt":
        from urllib.request import url2pathname  # which brings a client of HTTP along

        return url2pathname(path)
    return os.fsdecode(unquote_to_bytes(path))


def open_file_system(address: str) -> tuple[AbstractFileSystem, str]:
    """fsspec's file system for a URL, and the path of the URL in it. Options come from fsspec's configuration.

    Raises `UsageError` for a scheme that nothing installed can reach.
    """
    import fsspec

    scheme = address.partition(":")[0].lower()
    options: dict[str, Any] = {"use_listings_cache": False}
    try:
        system, path = fsspec.core.url_to_fs(address, **(options if "::" not in address else {}))
    except ImportError as error:
        extra = _EXTRAS.get(scheme)
        advice = f"pip install 'convertkit[{extra}]'" if extra else str(error)
        raise UsageError(f"nothing that is installed reaches {scheme}://", source=address, advice=advice) from error
    except ValueError as error:
        raise UsageError(f"no kind of URL that is known: {error}", source=address, advice="give a folder") from error
    return system, path
