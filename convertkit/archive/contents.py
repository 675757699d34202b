"""The bytes of a unit: read once, whole, and only from what is a file."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path

from convertkit.archive.addresses import is_url, open_file_system
from convertkit.archive.units import Beside, Carried, Located, Member
from convertkit.errors import ConvertkitError, TooBig, UnreadableDocument
from convertkit.images import OpenImage
from convertkit.pipeline import Opened
from convertkit.readers.feeds.entry import Entry

MAX_SOURCE = 128 * 2**20
"""Bytes of a post that are read; a tree of nodes takes several times as much memory."""
_ATTEMPTS = 3
"""How often a file is read that somebody writes at the same time."""
_HOW = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def digest_of(data: bytes) -> str:
    """What bytes are known by in records: BLAKE2b, 16 bytes, hexadecimal."""
    return blake2b(data, digest_size=16).hexdigest()


def open_content(
    content: Located | Member | Carried | Entry, name: str, root: str = ""
) -> tuple[Opened | Entry, str, int]:
    """A unit's post, called `name`, as `pipeline.read` takes it, the digest of its bytes, their number.

    `root` is `Settings.root`: pictures beside a post behind a URL are found below it.

    Raises `UnreadableDocument` and `TooBig`.
    """
    match content:
        case Located(address):
            data, path = _located(address, name)
            return Opened(data, name, path, _siblings(_behind(address, root))), digest_of(data), len(data)
        case Member() as member:
            data = _member(member, name)
            return Opened(data, name, None, _siblings(Beside(member.address, member.name))), digest_of(data), len(data)
        case Carried(data, _, beside):
            return Opened(data, name, None, _siblings(beside)), digest_of(data), len(data)
        case Entry() as entry:
            data = _entry_bytes(entry)
            return entry, digest_of(data), len(entry.html.encode("utf-8", "surrogatepass"))


def _behind(address: str, root: str) -> Beside | None:
    """Where pictures beside a post behind a URL are; None for a file, which says so itself."""
    if not is_url(address):
        return None
    top = root if root and address.startswith(f"{root}/") else address.rpartition("/")[0]
    return Beside(top, address[len(top) + 1 :])


def _siblings(beside: Beside | None) -> OpenImage | None:
    if beside is None:
        return None
    from convertkit.archive.siblings import open_siblings

    return open_siblings(beside)


def _located(address: str, name: str) -> tuple[bytes, Path | None]:
    if is_url(address):
        return _read_url(address, name), None
    try:
        for _ in range(_ATTEMPTS):
            data, whole = _read_file(address, name)
            if whole:
                return data, Path(address)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero character
        problem = error.strerror if isinstance(error, OSError) else str(error)
        advice = "check the path and its permissions"
        raise UnreadableDocument(f"cannot be read: {problem}", source=name, advice=advice) from error
    raise UnreadableDocument("changes while it is read", source=name, advice="run again when it is finished")


def _read_file(path: str, name: str) -> tuple[bytes, bool]:
    """A file's bytes, and whether nobody wrote to it meanwhile. A pipe or a device is refused and never waited for."""
    handle = os.open(path, _HOW)
    with os.fdopen(handle, "rb", buffering=0) as file:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise UnreadableDocument("is not a file", source=name, advice="give files, or a folder of files")
        _check_size(before.st_size, name)
        data = file.read(before.st_size + 1)
        after = os.fstat(handle)
    same = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    return data, same and len(data) == before.st_size


def _read_url(address: str, name: str) -> bytes:
    try:
        system, path = open_file_system(address)
        _check_size(system.size(path) or 0, name)
        data: bytes = system.cat_file(path)
    except ConvertkitError:
        raise
    except Exception as error:  # each of fsspec's systems has errors of its own
        problem = f"cannot be read: {type(error).__name__}: {error}"
        raise UnreadableDocument(problem, source=name, advice="check the address and the permissions") from error
    return data


def _member(member: Member, name: str) -> bytes:
    from convertkit.archive.members import read_member

    try:
        data, most = read_member(member)
    except Exception as error:  # zipfile's, and what those of fsspec's systems have of their own
        problem, advice = f"cannot be unpacked: {str(error) or type(error).__name__}", "is the archive whole, and here?"
        raise UnreadableDocument(problem, source=name, advice=advice) from error
    if len(data) > most:
        advice = "unpack it yourself and name the folder"
        raise TooBig(f"unpacks to more than {most:,} bytes", source=name, advice=advice)
    return data


def _check_size(size: int, name: str) -> None:
    if size > MAX_SOURCE:
        advice = f"a post has at most {MAX_SOURCE:,} bytes; split it, or leave it out with --exclude"
        raise TooBig(f"has {size:,} bytes", source=name, advice=advice)


def _entry_bytes(entry: Entry) -> bytes:
    """All that an entry holds as bytes that are the same in every process.

    Where it stands is left out: an archive that was moved is still the same.
    """
    held = {**asdict(entry.metadata), "extra": dict(entry.metadata.extra), "origins": None}
    losses = [loss.to_json() for loss in entry.losses]
    told = json.dumps([held, entry.html, entry.base, losses, entry.problem], default=str, sort_keys=True)
    return told.encode()
