"""Waiting for the disk, once for many files."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Callable, Iterable
from functools import cache

from convertkit.saving import NOT_SYNCED

_MANY = 4
"""Files from which on one wait for the file system is shorter than one for each: every fsync is a flush of the disk."""
_TELLS_ERRORS = (5, 8)
"""The Linux from which on syncfs tells what could not be written (syncfs(2), VERSIONS)."""


def sync_files(handles: Iterable[int]) -> None:
    """Wait until the contents of open files are on the disk. Raises `OSError` if they cannot be."""
    by_device: dict[int, list[int]] = {}
    for handle in handles:
        by_device.setdefault(os.fstat(handle).st_dev, []).append(handle)
    sync_file_system = _syncfs()
    for alike in by_device.values():
        if sync_file_system is not None and len(alike) >= _MANY:
            sync_file_system(alike[0])
        else:
            for handle in alike:
                os.fsync(handle)


def sync_folders(folders: Iterable[bytes]) -> None:
    """Make renames and new folders durable, where the system lets folders be opened (Windows does not)."""
    if os.name == "nt":
        return
    handles: list[int] = []
    try:
        for folder in dict.fromkeys(folders):
            handles.append(os.open(folder, os.O_RDONLY | os.O_CLOEXEC))
        sync_files(handles)
    except OSError as error:
        if error.errno not in NOT_SYNCED:
            raise
    finally:
        for handle in handles:
            os.close(handle)


@cache
def _syncfs() -> Callable[[int], None] | None:
    """Linux's wait for all that was written to the file system of an open file; None elsewhere."""
    version = re.match(r"(\d+)\.(\d+)", os.uname().release) if sys.platform == "linux" else None
    if version is None or (int(version[1]), int(version[2])) < _TELLS_ERRORS:
        return None
    function = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if function is None:
        return None

    def syncfs(handle: int) -> None:
        if function(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return syncfs
