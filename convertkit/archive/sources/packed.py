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
from typing import IO, BinaryIO, Self

from convertkit.archive.records import Failure, Reason
from convertkit.archive.sources.names import Distinct, failed, shown, without_suffix
from convertkit.archive.sources.selecting import Selection
from convertkit.archive.sources.unpacking import MAX_RATIO, UNPACKING, unpacked
from convertkit.archive.units import Beside, Carried, Unit

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


@dataclass(frozen=True, slots=True)
class _Member:
    """A member by its name as it is written, and what its bytes are: a door, or why there is none."""

    name: str
    open: Callable[[], IO[bytes]] | Failure
    packed: int
    """Bytes that it takes up, 0 if nobody knows."""
    size: int


def zip_units(file: BinaryIO, pack: Pack) -> Iterator[Unit]:
    """A unit a post of a ZIP. What is encrypted, too big, broken or packed in a strange way fails alone."""
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        yield _broken(pack, error)
        return
    with archive:
        yield from _units((_zip_member(archive, info) for info in archive.infolist() if not info.is_dir()), pack)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    opened: Callable[[], IO[bytes]] | Failure = partial(archive.open, info)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & 0x1:
        opened = Failure(Reason.UNREADABLE, "is encrypted; unpack it yourself and name the folder")
    elif kind not in (0, stat.S_IFREG):
        opened = Failure(Reason.UNREADABLE, "is a link or a device; it is not followed")
    return _Member(zip_name(info), opened, info.compress_size, info.file_size)


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
            yield from _units(_tar_members(archive), pack)
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
        for member in _tar_members(archive):
            content = _content(member, None, "") if member.name.lower().endswith(PICTURES) else None
            if isinstance(content, Carried):
                kept.writestr(zipfile.ZipInfo(inner_name(member.name)), content.data)
                found = True
    return found


def _tar_members(archive: tarfile.TarFile) -> Iterator[_Member]:
    for info in archive:
        vars(archive)["members"].clear()  # which it keeps for a second look
        if info.isfile():
            yield _Member(info.name, _opener(archive, info), 0, info.size)
        elif not info.isdir():
            yield _Member(info.name, Failure(Reason.UNREADABLE, "is a link or a device; it is not followed"), 0, 0)


def _opener(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        found = archive.extractfile(info)
        if found is None:
            raise tarfile.ReadError("no file")
        return found

    return opened


def _units(members: Iterator[_Member], pack: Pack) -> Iterator[Unit]:
    with closing(Distinct()) as distinct:
        for member in members:
            inner = inner_name(member.name)
            hidden = any(part.startswith((".", "__MACOSX")) for part in inner.split("/"))
            if hidden or not inner or _excluded(inner, pack.selection) or not pack.selection.selects(inner):
                continue
            path = without_suffix(inner)
            content = _content(member, Beside(pack.pictures, inner) if pack.pictures else None, inner)
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


def _content(member: _Member, beside: Beside | None, inner: str) -> Carried | Failure:
    if isinstance(member.open, Failure):
        return member.open
    most = MAX_MEMBER
    if member.packed:
        most = min(most, max(_SMALL, member.packed * MAX_RATIO))
    if member.size > most:
        return _too_big(member.size)
    try:
        with member.open() as file:
            data = file.read(most + 1)
    except UNPACKING as error:
        return Failure(Reason.UNREADABLE, f"cannot be unpacked: {error}; is the archive whole?")
    return _too_big(len(data)) if len(data) > most else Carried(data, inner.rpartition("/")[2], beside)


def _too_big(size: int) -> Failure:
    return Failure(Reason.TOO_BIG, f"unpacks to {size:,} bytes or more; unpack it yourself and name the folder")


def _broken(pack: Pack, error: Exception) -> Unit:
    return failed(pack.name, f"cannot be unpacked: {error}", "is the archive whole?")
