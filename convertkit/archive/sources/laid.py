"""Copies that are laid on this machine for as long as a source is open; what a killed run left of its own goes."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "convertkit-source-"

if sys.platform == "win32":  # where no lock tells of a folder that its owner was killed

    @contextmanager
    def laid_folder() -> Iterator[Path]:
        """A temporary folder, gone after the block."""
        with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
            yield Path(name)
else:
    from fcntl import LOCK_EX, LOCK_NB, flock

    @contextmanager
    def laid_folder() -> Iterator[Path]:
        """A temporary folder, gone after the block. Those of runs that were killed are taken away before."""
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            with suppress(OSError):
                _sweep(folder)
        with tempfile.TemporaryDirectory(prefix=_PREFIX) as name, (Path(name) / "new").open("wb") as lock:
            with suppress(OSError):  # a file system without locks
                flock(lock, LOCK_EX | LOCK_NB)
                (Path(name) / "new").rename(Path(name) / "lock")  # so that nobody ever finds it unlocked
            yield Path(name)

    def _sweep(folder: Path) -> None:
        """Take away a folder of this user's unless somebody holds its lock. Raises `OSError` if somebody does."""
        status = folder.lstat()
        if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid():
            with (folder / "lock").open("rb") as lock:
                flock(lock, LOCK_EX | LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
