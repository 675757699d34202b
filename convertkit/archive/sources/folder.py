"""The posts of a folder and of all folders below, listed as they are found: a million of them take no memory."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from convertkit.archive.sources.names import failed, shown, without_suffix
from convertkit.archive.sources.selecting import Selection
from convertkit.archive.units import Located, Unit

_SORTED = 10_000
"""Entries of a folder that are sorted at a time; only a larger folder is listed in pieces."""
_SETTLED = 2_000_000_000
"""Nanoseconds after which a file's times tell every later change, coarse as clocks of file systems are (FAT: 2 s)."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder to be listed. `passed_over` is a path below it, such as OUT; empty if there is none."""

    root: bytes
    selection: Selection
    passed_over: bytes = b""


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder below the root: its path with a slash at its end, and the same as it is shown."""

    path: bytes
    name: str


def folder_units(tree: Tree) -> Iterator[Unit]:
    """A unit a post, sorted in each folder. What cannot be listed, and a link that leads out, is a unit that failed.

    Hidden files and folders are passed over. Links to files inside are followed, links to folders inside are not: what
    they lead to is listed where it is. Nothing is opened, and what is no file never will be.
    """
    real_root = os.path.realpath(tree.root)
    open_folders = [_entries(tree, _Folder(b"", ""), real_root)]
    while open_folders:
        found = next(open_folders[-1], None)
        if found is None:
            open_folders.pop()
        elif isinstance(found, _Folder):
            open_folders.append(_entries(tree, found, real_root))
        else:
            yield found


def _entries(tree: Tree, folder: _Folder, real_root: bytes) -> Iterator[Unit | _Folder]:
    try:
        with os.scandir(os.path.join(tree.root, folder.path)) as listing:
            while batch := sorted(islice(listing, _SORTED), key=_file_name):
                yield from _batch(tree, folder, batch, real_root)
    except OSError as error:
        yield failed(folder.name or ".", f"cannot be listed: {error.strerror}", "check the folder's permissions")


def _file_name(entry: os.DirEntry[bytes]) -> bytes:
    return entry.name


def _batch(tree: Tree, folder: _Folder, batch: list[os.DirEntry[bytes]], real_root: bytes) -> Iterator[Unit | _Folder]:
    now = time.time_ns()
    names = _names_of(batch)
    for entry in batch:
        if entry.name.startswith(b"."):
            continue
        name = folder.name + names[entry.name]
        if entry.is_dir(follow_symlinks=False):
            path = folder.path + entry.name
            if path != tree.passed_over and not (tree.selection.exclude and tree.selection.excludes(name)):
                yield _Folder(path + b"/", f"{name}/")
        elif entry.is_symlink():
            yield from _linked(tree, entry, name, real_root, now)
        elif tree.selection.selects(name):
            yield _unit(entry, name, now)


def _names_of(batch: list[os.DirEntry[bytes]]) -> dict[bytes, str]:
    """How the names of a folder are shown, each in its own way: what is no UTF-8 may look like what is."""
    found: dict[bytes, str] = {}
    taken: set[str] = set()
    for entry in batch:
        name = shown(entry.name)
        if name in taken:
            stem = without_suffix(name)
            mark = hashlib.blake2b(entry.name, digest_size=4).hexdigest()
            name = f"{stem}~{mark}{name[len(stem) :]}"
        taken.add(name)
        found[entry.name] = name
    return found


def _linked(tree: Tree, entry: os.DirEntry[bytes], name: str, real_root: bytes, now: int) -> Iterator[Unit]:
    """What a link leads to: a file inside is a post as any other."""
    leads_to_folder = _is_folder(entry)
    excluded = tree.selection.excludes(name) if leads_to_folder else not tree.selection.selects(name)
    if excluded:
        return
    real = os.path.realpath(entry.path)
    if real != real_root and not real.startswith(os.path.join(real_root, b"")):
        advice = "name what it leads to as a source, or leave it out with --exclude"
        yield failed(name, "is a link that leads out of the source", advice)
    elif not leads_to_folder:
        yield _unit(entry, name, now)


def _is_folder(entry: os.DirEntry[bytes]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return False


def _unit(entry: os.DirEntry[bytes], name: str, now: int) -> Unit:
    try:
        status = entry.stat()
    except OSError as error:
        return failed(name, f"cannot be read: {error.strerror}", "check the file and its permissions")
    if not stat.S_ISREG(status.st_mode):
        return failed(name, "is no file but a pipe, a socket or a device", "leave it out with --exclude")
    return Unit(name, without_suffix(name), Located(os.fsdecode(entry.path)), stamp_of(status, now))


def stamp_of(status: os.stat_result, now: int) -> str:
    """What tells that a file was not written to: size, times, inode. Nobody can set back the time of its last change.

    Empty where that time is something else (Windows), and for a file that was changed so lately that its times might
    not tell another change. `now` is in nanoseconds.
    """
    latest = max(status.st_mtime_ns, status.st_ctime_ns)
    if os.name == "nt" or now - latest < _SETTLED:
        return ""
    return f"{status.st_size:x}.{status.st_mtime_ns:x}.{status.st_ctime_ns:x}.{status.st_ino:x}"
