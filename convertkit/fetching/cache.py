"""What was fetched, by URL and by content, in a folder that runs and processes share.

    DIR/urls/ab/HASH.json     what a URL gave: the hash of its content, or why it failed and until when that is believed
    DIR/contents/cd/HASH      the bytes, named by their SHA-256, so that equal pictures of many URLs lie once

Files are written beside their place and renamed, so that who reads finds a whole file or none; two writers of one
URL write the same. A content that no longer has its own hash is as good as absent.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from convertkit.fetching.failures import FetchError, Reason

BELIEVED_SHORTLY = 3600.0
"""Seconds that a temporary failure (a timeout, a server's error) is believed."""
BELIEVED = 7 * 24 * 3600.0
"""Seconds that any other failure is believed."""

_OF_THE_RUN = frozenset({Reason.OFFLINE, Reason.LIMIT, Reason.GIVEN_UP})
"""Failures that say nothing about the URL."""


class Cache:
    """The folder of a cache, made when the first file is written. `now` gives seconds since the epoch."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self._now = now

    def get(self, url: str, *, offline: bool = False) -> bytes | None:
        """What the URL gave, None if that is not known. Raises `FetchError` for a failure that is still believed.

        Offline a failure is believed however old it is: nothing better can be known.
        """
        try:
            entry = json.loads(self._entry(url).read_bytes())
        except (OSError, ValueError):
            return None
        match entry:
            case {"url": str(known), "sha256": str(digest)} if known == url:
                return self._content(digest)
            case {"url": str(known), "reason": str(reason), "message": str(message), "until": int() | float() as until}:
                if known == url and reason in set(Reason) and (offline or self._now() < until):
                    raise FetchError(Reason(reason), message)
        return None

    def put(self, url: str, content: bytes) -> None:
        """Keep what a URL gave. A cache that cannot be written to is no reason to lose a picture."""
        digest = hashlib.sha256(content).hexdigest()
        with suppress(OSError):
            if self._content(digest) is None:
                _write(self._place(digest), content)
            self._write_entry(url, {"sha256": digest})

    def put_failure(self, url: str, failure: FetchError) -> None:
        """Keep why a URL gave nothing, for a while; not what is the run's own affair."""
        if failure.reason in _OF_THE_RUN:
            return
        until = self._now() + (BELIEVED_SHORTLY if failure.temporary else BELIEVED)
        with suppress(OSError):
            self._write_entry(url, {"reason": failure.reason, "message": str(failure), "until": until})

    def _write_entry(self, url: str, told: dict[str, object]) -> None:
        _write(self._entry(url), json.dumps({"url": url, **told}, ensure_ascii=False, indent=1).encode())

    def _entry(self, url: str) -> Path:
        digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / "urls" / digest[:2] / f"{digest}.json"

    def _place(self, digest: str) -> Path:
        return self.folder / "contents" / digest[:2] / digest

    def _content(self, digest: str) -> bytes | None:
        if not (len(digest) == 64 and digest.isalnum()):  # an entry that someone edited names no other file
            return None
        try:
            content = self._place(digest).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == digest else None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:  # an interrupt too must leave nothing behind
        with suppress(OSError):
            Path(temporary).unlink()
        raise
