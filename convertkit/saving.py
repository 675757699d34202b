"""Files land whole or not at all: a temporary file in the same folder, fsync, rename, fsync of the folder."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from convertkit.errors import DiskFull, WriteError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system says of a full disk, and of a user's full share of it."""

NOT_SYNCED = frozenset({errno.EINVAL, errno.ENOTSUP})
"""What file systems say that cannot fsync a folder (some FUSE and SMB); there a rename is as durable as it gets."""


def save(path: Path, content: bytes, files: Mapping[str, bytes]) -> None:
    """Write a file, and before it the files that belong beside it (by relative path). Raises `WriteError`."""
    try:
        for name, data in files.items():
            beside = path.parent / name
            beside.parent.mkdir(parents=True, exist_ok=True)
            _replace(beside, data)
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content)
    except OSError as error:
        raise _unwritable(path, error) from error


def _replace(path: Path, content: bytes) -> None:
    with _landing(path) as file:
        file.write(content)


@contextmanager
def landing(path: Path) -> Iterator[BinaryIO]:
    """A file to be written piece by piece that is there as a whole when the block ends well, and else not at all.

    Raises `WriteError`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _landing(path) as file:
            yield file
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def _landing(path: Path) -> Iterator[BinaryIO]:
    if path.is_dir():
        raise IsADirectoryError(21, "a folder of that name is there", str(path))
    temporary = path.with_name(f".{path.name[:40]}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.is_file() and not path.is_symlink():
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        temporary.replace(path)
    except BaseException:  # an interrupt too must leave nothing behind
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _unwritable(path: Path, error: OSError) -> WriteError:
    if error.errno in NO_ROOM:
        return DiskFull(f"cannot be written: {error.strerror}", source=str(path), advice="make room, then run it again")
    advice = "choose another output with -o" if path.is_dir() else "check the folder, its permissions and the disk"
    return WriteError(f"cannot be written: {error.strerror}", source=str(path), advice=advice)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system lets folders be opened (Windows does not). Raises `OSError`."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # a folder that may be written to and not be read
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NOT_SYNCED:
            raise
    finally:
        os.close(handle)
