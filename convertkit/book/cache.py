"""What reading and rendering a post gave, kept between runs: a book built again does the work for what has changed.

An entry's name is a hash of everything that it was made from, this program's own code included, so nothing in the
folder ever goes stale; what is damaged is made again.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from convertkit.book.freezing import from_bytes, to_bytes


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of values by what they were made from."""

    folder: Path

    def get(self, *made_from: object) -> object:
        """The value made from these; None if it is not there."""
        try:
            return from_bytes(self._place(made_from).read_bytes())
        except (OSError, pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, IndexError):
            return None

    def put(self, value: object, *made_from: object) -> None:
        """Keep a value. A folder that cannot be written to costs time, nothing else."""
        place = self._place(made_from)
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=place.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(to_bytes(value))
                Path(temporary).replace(place)
            except BaseException:  # an interrupt too must leave nothing behind
                with suppress(OSError):
                    Path(temporary).unlink()
                raise

    def _place(self, made_from: tuple[object, ...]) -> Path:
        digest = hashlib.sha256(_own_code())
        for part in made_from:
            piece = part if isinstance(part, bytes) else repr(part).encode("utf-8", "backslashreplace")
            digest.update(b"%d:" % len(piece) + piece)
        name = digest.hexdigest()
        return self.folder / "posts" / name[:2] / name


@cache
def _own_code() -> bytes:
    """A hash of the program's files, by their sizes and times, and of the libraries that read HTML and Markdown."""
    from importlib.metadata import version

    digest = hashlib.sha256(" ".join(map(version, ("turbohtml", "markdown-it-py"))).encode())
    for package in ("convertkit", "convertkit.filters"):
        root = Path(str(files(package)))
        for file in sorted(root.rglob("*")):
            if file.suffix not in (".pyc", "") and file.is_file():
                told = file.stat()
                digest.update(f"{file.relative_to(root)} {told.st_size} {told.st_mtime_ns}\n".encode())
    return digest.digest()
