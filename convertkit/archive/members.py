"""ZIPs that stay open from post to post in the process that reads their members."""

from __future__ import annotations

import zipfile
from functools import lru_cache
from pathlib import Path

from convertkit.archive.addresses import is_url, open_file_system
from convertkit.archive.sources.packed import inner_name, most_unpacked, zip_name
from convertkit.archive.units import Member


class OpenZip:
    """The members of a ZIP, by their places in its index and by their names without what leads out."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._index = archive.infolist()
        self.named = {inner_name(zip_name(info)): info for info in self._index}

    def find(self, member: Member) -> zipfile.ZipInfo | None:
        """What the index says of a member; None if something else is in its place."""
        info = self._index[member.place] if member.place < len(self._index) else None
        return info if info is not None and member.check == info.CRC else None

    def read(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """At most so many bytes of a member, and one more if there are more. Raises one of `UNPACKING`."""
        with self._archive.open(info) as file:
            return file.read(most + 1)


def open_zip(address: str) -> OpenZip:
    """The ZIP at a path or URL, opened once as long as it is the same file.

    Raises one of `unpacking.UNPACKING`; for a URL what its library raises.
    """
    if is_url(address):
        return _opened((address, 0, 0))
    status = Path(address).stat()
    return _opened((address, status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=4)
def _opened(version: tuple[str, int, int]) -> OpenZip:
    address, _, _ = version
    if not is_url(address):
        return OpenZip(zipfile.ZipFile(address))
    system, path = open_file_system(address)
    return OpenZip(zipfile.ZipFile(system.open(path, "rb")))


def read_member(member: Member) -> tuple[bytes, int]:
    """A member's bytes, one more than it may have at most, and how many that are.

    Raises as `open_zip` does, `ValueError` if the ZIP is another than the one that was listed.
    """
    archive = open_zip(member.address)
    info = archive.find(member)
    if info is None:  # a URL says nothing of a file that was written again
        _opened.cache_clear()
        archive = open_zip(member.address)
        info = archive.find(member)
    if info is None:
        raise ValueError("it was written again since it was listed")
    most = most_unpacked(info.compress_size)
    return archive.read(info, most), most
