"""Pictures beside posts that lie in no folder of this machine: in a ZIP, or behind a URL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from convertkit.archive.addresses import open_file_system
from convertkit.archive.members import OpenZip, open_zip
from convertkit.archive.sources.unpacking import MAX_RATIO, UNPACKING
from convertkit.archive.units import Beside
from convertkit.images import MAX_IMAGE_BYTES, ImageError, OpenImage, open_among

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


def open_siblings(beside: Beside) -> OpenImage:
    """Opens the pictures beside a post."""
    return open_among(_reader(_version(beside.address)), beside.name)


def _version(address: str) -> tuple[str, int, int]:
    """An address, with what tells that a file of this machine was written again."""
    try:
        status = Path(address).stat()
    except OSError:
        return address, 0, 0
    return address, status.st_size, status.st_mtime_ns


@lru_cache(maxsize=4)
def _reader(version: tuple[str, int, int]) -> Callable[[str], bytes | None]:
    """Gives what is at an address by name, kept open from post to post; a ZIP, or what fsspec lists there."""
    address, _, _ = version
    if address.lower().endswith(".zip"):
        return _Zip(address).read
    system, path = open_file_system(address)
    return partial(_read_remote, system, path)


def _read_remote(system: AbstractFileSystem, path: str, name: str) -> bytes | None:
    place = f"{path}/{name}"
    try:
        size = system.size(place)
        if size is not None and size > MAX_IMAGE_BYTES:
            raise ImageError(f"larger than {MAX_IMAGE_BYTES // 2**20} MiB")
        data: bytes = system.cat_file(place)
    except (FileNotFoundError, IsADirectoryError):
        return None
    except ImageError:
        raise
    except Exception as error:
        raise ImageError(f"cannot be read: {str(error) or type(error).__name__}") from error
    return data


class _Zip:
    """The pictures of a ZIP."""

    def __init__(self, address: str) -> None:
        self._archive: OpenZip | None = None
        with suppress(*UNPACKING):  # a worker on another machine than the ZIP
            self._archive = open_zip(address)

    def read(self, name: str) -> bytes | None:
        """A member's bytes, None if there is none. Raises `ImageError` for one that is too large or broken."""
        if self._archive is None:
            raise ImageError("the archive that it lies in cannot be opened here")
        info = self._archive.named.get(name)
        if info is None:
            return None
        if info.file_size > min(MAX_IMAGE_BYTES, max(2**20, info.compress_size * MAX_RATIO)):
            raise ImageError(f"larger than {MAX_IMAGE_BYTES // 2**20} MiB, or packed too well")
        try:
            return self._archive.read(info, MAX_IMAGE_BYTES)
        except UNPACKING as error:
            raise ImageError(f"cannot be unpacked: {error}") from error
