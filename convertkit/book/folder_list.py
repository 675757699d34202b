"""What a book that is a folder is made of, in a file of the folder itself: so that a new edition leaves nothing behind.

Only what this list names is ever removed, and only from the folder: a chapter of a post that is no longer in the book,
a picture that nobody shows, an index that is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from convertkit.saving import save

LIST = ".convertkit-book"
_LARGEST = 16_000_000
"""Bytes; the list of a hundred thousand chapters has a third of that."""


def listed(folder: Path) -> frozenset[str]:
    """The files of the book that is in a folder, relative to it; none if there is no book, or no list of it."""
    path = folder / LIST
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST:
            return frozenset()
        names = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return frozenset()
    return frozenset(name for name in names if _is_inside(name))


def list_files(folder: Path, names: Iterable[str]) -> None:
    """Write the list. Raises `WriteError`."""
    save(folder / LIST, "".join(f"{name}\n" for name in sorted(names)).encode("utf-8"), {})


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files of a book, and the folders in it that are then empty; what cannot be removed stays."""
    for name in sorted(names):
        path = folder / name
        if any(parent.is_symlink() for parent in (path, *path.parents) if parent.is_relative_to(folder)):
            continue
        with suppress(OSError):
            path.unlink()
            for parent in path.relative_to(folder).parents[:-1]:
                (folder / parent).rmdir()


def _is_inside(name: str) -> bool:
    """Whether a name leads to a file of the folder: lists may be written by others."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name
