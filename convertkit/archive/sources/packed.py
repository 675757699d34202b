"""The posts of a ZIP or a tar as units, a member at a time."""

from __future__ import annotations

import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Self

from convertkit.archive.records import Failure, Reason
from convertkit.archive.sources.names import Distinct, failed, shown, without_suffix
from convertkit.archive.sources.selecting import Selection
from convertkit.archive.sources.unpacking import MAX_RATIO, UNPACKING, unpacked
from convertkit.archive.units import Beside, Carried, Member, Unit

MAX_MEMBER = 128 * 2**20
"""Bytes of a member that are unpacked."""
_SMALL = 2**20
"""Bytes of a member of which the ratio says nothing."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A ZIP or tar to be listed: its name below the source, whether it is the whole source, its stamp."""

    name: str
    alone: bool
    selection: Selection
    stamp: str = ""
    pictures: str = ""
    """The address of a ZIP with the pictures beside the posts; empty if there is none."""


Content = Carried | Member | Failure
_Listed = tuple[str, Callable[[str], Content]]
"""A member by its name as it is written, and what gives its content, called with its name as it is shown."""


def zip_units(file: BinaryIO, pack: Pack) -> Iterator[Unit]:
    """A unit a post of the ZIP at `pack.pictures`. What is encrypted, too big or no file fails alone.

    Nothing but the index is read: whoever converts a post opens it.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        yield _broken(pack, error)
        return
    with archive:
        yield from _units(_zip_members(archive.infolist(), pack.pictures), pack)


def _zip_members(index: list[zipfile.ZipInfo], address: str) -> Iterator[_Listed]:
    for place, info in enumerate(index):
        if not info.is_dir():
            yield zip_name(info), partial(_zip_member, address, place, info)


def _zip_member(address: str, place: int, info: zipfile.ZipInfo, inner: str) -> Member | Failure:
    if info.flag_bits & 0x1:
        return Failure(Reason.UNREADABLE, "is encrypted; unpack it yourself and name the folder")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return Failure(Reason.UNREADABLE, "is a link or a device; it is not followed")
    if info.file_size > most_unpacked(info.compress_size):
        return _too_big(info.file_size)
    return Member(address, place, info.CRC, inner)


def most_unpacked(packed: int) -> int:
    """The most bytes of a member that takes up so many packed."""
    return min(MAX_MEMBER, max(_SMALL, packed * MAX_RATIO))


_UTF_8 = 0x800
"""The flag of a ZIP that says that a name is in UTF-8 (APPNOTE.TXT, 4.4.4); else zipfile takes it for code page 437."""


def zip_name(info: zipfile.ZipInfo) -> str:
    """The member's name; in UTF-8 if it can be, since macOS and many libraries write that and do not say so."""
    if info.flag_bits & _UTF_8 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def tar_units(file: BinaryIO, pack: Pack) -> Iterator[Unit]:
    """A unit a post of a tar, packed or not, in one pass. A tar that ends early, or is broken, says so in a unit."""
    try:
        with tarfile.open(fileobj=unpacked(file), mode="r|", errors="surrogateescape", tarinfo=_Header) as archive:
            yield from _units(_tar_posts(archive, pack.pictures), pack)
    except UNPACKING as error:
        yield _broken(pack, error)


class _Header(tarfile.TarInfo):
    """A header of a tar. One that is cut, or missing where the end mark should stand, ends no tar in silence."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        if len(buf) < tarfile.BLOCKSIZE:
            raise tarfile.ReadError("ends early")
        return super().frombuf(buf, encoding, errors)


PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp", ".tif", ".tiff", ".ico")
"""Suffixes of what is kept of a tar, in which nobody can look for a picture."""


def keep_pictures(file: BinaryIO, target: Path) -> bool:
    """Write the pictures of a tar to a ZIP; whether there are any. What is broken ends it: `tar_units` tells it."""
    found = False
    with (
        suppress(*UNPACKING),
        zipfile.ZipFile(target, "w") as kept,
        tarfile.open(fileobj=unpacked(file), mode="r|", errors="surrogateescape") as archive,
    ):
        for info in _tar_members(archive):
            content = _unpacked(archive, info, "", "") if info.name.lower().endswith(PICTURES) else None
            if isinstance(content, Carried):
                kept.writestr(zipfile.ZipInfo(inner_name(info.name)), content.data)
                found = True
    return found


def _tar_members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for info in archive:
        vars(archive)["members"].clear()  # which it keeps for a second look
        if not info.isdir():
            yield info


def _tar_posts(archive: tarfile.TarFile, pictures: str) -> Iterator[_Listed]:
    for info in _tar_members(archive):
        yield info.name, partial(_unpacked, archive, info, pictures)


def _unpacked(archive: tarfile.TarFile, info: tarfile.TarInfo, pictures: str, inner: str) -> Carried | Failure:
    if not info.isfile():
        return Failure(Reason.UNREADABLE, "is a link or a device; it is not followed")
    if info.size > MAX_MEMBER:
        return _too_big(info.size)
    beside = Beside(pictures, inner) if pictures else None
    try:
        file = archive.extractfile(info)
        data = file.read(MAX_MEMBER + 1) if file is not None else b""
    except UNPACKING as error:
        return Failure(Reason.UNREADABLE, f"cannot be unpacked: {error}; is the archive whole?")
    return _too_big(len(data)) if len(data) > MAX_MEMBER else Carried(data, inner.rpartition("/")[2], beside)


def _units(members: Iterator[_Listed], pack: Pack) -> Iterator[Unit]:
    with closing(Distinct()) as distinct:
        for written, content_as in members:
            inner = inner_name(written)
            hidden = any(part.startswith((".", "__MACOSX")) for part in inner.split("/"))
            if hidden or not inner or _excluded(inner, pack.selection) or not pack.selection.selects(inner):
                continue
            path = without_suffix(inner)
            content = content_as(inner)
            name = distinct(inner if pack.alone else f"{pack.name}#{inner}")
            if isinstance(content, Failure):
                content = Failure(content.reason, f"{name}: {content.message}")
            yield Unit(name, path if pack.alone else f"{without_suffix(pack.name)}/{path}", content, pack.stamp)


def inner_name(name: str) -> str:
    """The member's path as it is shown, without what leads out: `/a/../b\\c` is `a/b/c`."""
    parts = shown(name.replace("\\", "/")).split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _excluded(name: str, selection: Selection) -> bool:
    return bool(selection.exclude) and selection.excludes(name)


def _too_big(size: int) -> Failure:
    return Failure(Reason.TOO_BIG, f"unpacks to {size:,} bytes or more; unpack it yourself and name the folder")


def _broken(pack: Pack, error: Exception) -> Unit:
    return failed(pack.name, f"cannot be unpacked: {error}", "is the archive whole?")
