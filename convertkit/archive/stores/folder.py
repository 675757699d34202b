"""OUT as a folder: files land in groups, each whole under its final name or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from convertkit.archive.stores.syncing import sync_files, sync_folders
from convertkit.errors import DiskFull, UnreadableDocument, WriteError
from convertkit.saving import NO_ROOM

if sys.platform == "win32":  # where nobody can take away a file that another holds open

    def _lock(handle: int) -> None:
        """No lock."""
else:
    from fcntl import LOCK_EX, flock

    def _lock(handle: int) -> None:
        with suppress(OSError):  # a file system without locks
            flock(handle, LOCK_EX)


_FLAGS = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FLAGS |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
OWN = b".convertkit"
"""The folder in OUT that is ours."""
_TEMPORARY, _PART = b".convertkit-", b".part"


@dataclass(slots=True)
class _Landing:
    """A file on its way: its temporary name is locked and its bytes are written, if not yet to the disk."""

    name: str
    temporary: bytes
    final: bytes
    handle: int
    landed: bool = False


@dataclass(slots=True)
class _Group:
    """What one `put` has in hand."""

    landings: list[_Landing] = field(default_factory=list)
    parents: dict[bytes, None] = field(default_factory=dict)
    """Folders that files land in, in order."""
    made: list[bytes] = field(default_factory=list)
    """Folders that this put made, outermost first."""


class FolderStore:
    """A `Store` in a folder. Nothing is written through a link that leads out of it.

    Paths are bytes in UTF-8, so that the locale decides nothing. A temporary is locked (flock) until it is renamed: two
    workers that were given the same post, as an engine does that believes one of them lost, wait for each other.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._root = os.fsencode(address)
        self._real_root = os.path.realpath(self._root)

    def put(self, files: Sequence[tuple[str, bytes]]) -> None:
        """See `Store.put`. As long as nothing is renamed, a failure changes nothing; of a name twice the last holds."""
        group = _Group()
        name = ""
        try:
            for name, data in dict(files).items():
                self._begin(name, data, group)
            sync_files(landing.handle for landing in group.landings)
            for landing in group.landings:
                name = landing.name
                _replace(landing)
            sync_folders((*(os.path.dirname(folder) for folder in reversed(group.made)), *group.parents))
        except OSError as error:
            raise self._unwritable(name, error) from error
        finally:
            _give_up(group)

    def size(self, name: str) -> int | None:
        """See `Store.size`."""
        try:
            status = os.lstat(self._path(name))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._unwritable(name, error) from error
        return status.st_size if stat.S_ISREG(status.st_mode) else -1

    def sizes(self, names: Iterable[str]) -> Iterator[int | None]:
        """See `Store.sizes`."""
        return map(self.size, names)

    def is_empty(self) -> bool:
        """See `Store.is_empty`."""
        try:
            with os.scandir(self._root) as entries:
                return all(entry.name == OWN for entry in entries)
        except FileNotFoundError:
            return True
        except OSError as error:
            raise self._unwritable("", error) from error

    def get(self, name: str) -> bytes:
        """See `Store.get`."""
        try:
            with open(self._path(name), "rb") as file:
                return file.read()
        except OSError as error:
            raise UnreadableDocument(
                f"cannot be read: {error.strerror}", source=self._shown(name), advice="was it taken away meanwhile?"
            ) from error

    def remove(self, name: str) -> None:
        """See `Store.remove`."""
        path = self._path(name)
        parent = os.path.dirname(path)
        try:
            self._check_inside(parent, name)
            with suppress(FileNotFoundError, NotADirectoryError):
                os.unlink(path)
            while len(parent) > len(self._root):
                os.rmdir(parent)
                parent = os.path.dirname(parent)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
                raise self._unwritable(name, error) from error

    def sweep(self, names: Sequence[str]) -> None:
        """See `Store.sweep`. What lies outside OUT was never written to; what nobody can list, the next post tells."""
        for folder in dict.fromkeys(os.path.dirname(self._path(name)) for name in names):
            with suppress(OSError):
                if not self._is_inside(os.path.realpath(folder)):
                    continue
                for file in os.listdir(folder):
                    if file.startswith(_TEMPORARY) and file.endswith(_PART):
                        os.unlink(os.path.join(folder, file))

    def _path(self, name: str) -> bytes:
        return self._root + b"/" + name.encode()

    def _shown(self, name: str) -> str:
        return f"{self.address}/{name}"

    def _begin(self, name: str, data: bytes, group: _Group) -> None:
        path = self._path(name)
        parent = os.path.dirname(path)
        if parent not in group.parents:
            self._check_inside(parent, name)
            _make_folders(parent, group.made)
            group.parents[parent] = None
        temporary = _temporary(path, name)
        landing = _Landing(name, temporary, path, _open_alone(temporary))
        group.landings.append(landing)
        _write(landing.handle, data)

    def _check_inside(self, folder: bytes, name: str) -> None:
        """Raise `WriteError` if the folder, links followed, lies outside OUT."""
        real = os.path.realpath(folder)
        if not self._is_inside(real):
            raise WriteError(
                f"a link leads out of the output folder, to {os.fsdecode(real)}",
                source=self._shown(name),
                advice="take the link away or choose another output",
            )

    def _is_inside(self, real: bytes) -> bool:
        return real == self._real_root or real.startswith(os.path.join(self._real_root, b""))

    def _unwritable(self, name: str, error: OSError) -> WriteError:
        problem, source = f"cannot be written: {error.strerror}", self._shown(name)
        if error.errno in NO_ROOM:
            return DiskFull(problem, source=source, advice="make room, then run it again")
        if error.errno == errno.EROFS:  # nothing more can land there: as when a disk is full
            return DiskFull(problem, source=source, advice="let it be written to, then run it again")
        return WriteError(problem, source=source, advice="check the folder, its permissions and the disk")


def _temporary(path: bytes, name: str) -> bytes:
    """Beside the final name, the same at every run; short, whatever the final name's length."""
    mark = hashlib.blake2b(name.encode(), digest_size=10).hexdigest()
    return os.path.join(os.path.dirname(path), _TEMPORARY + mark.encode() + _PART)


def _make_folders(folder: bytes, made: list[bytes]) -> None:
    missing = []
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for path in reversed(missing):
        with suppress(FileExistsError):  # another worker was quicker; a file in the way is told by the next step
            os.mkdir(path)
            made.append(path)


def _open_alone(path: bytes) -> int:
    """An empty file of that name, locked; what a killed run left there is emptied, unless it has a second name."""
    while True:
        handle = os.open(path, _FLAGS, 0o666)
        try:
            _lock(handle)
            status = os.fstat(handle)
            still = _is_named(path, status)
            if still and stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
                if status.st_size:
                    os.ftruncate(handle, 0)
                return handle
            if still:
                os.unlink(path)
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # whoever held the lock has renamed it meanwhile


def _is_named(path: bytes, status: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.lstat(path), status)
    except FileNotFoundError:
        return False


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
    if hasattr(os, "posix_fadvise"):  # begins to write back without waiting, so that the fsyncs of a group wait once
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def _replace(landing: _Landing) -> None:
    """Give the file its name; it keeps the permissions of the one that it replaces."""
    try:
        old = os.lstat(landing.final)
    except FileNotFoundError:
        pass
    else:
        if stat.S_ISDIR(old.st_mode):
            raise IsADirectoryError(errno.EISDIR, "a folder of that name is there")
        if stat.S_ISREG(old.st_mode) and hasattr(os, "fchmod"):
            os.fchmod(landing.handle, stat.S_IMODE(old.st_mode))
    if os.name == "nt":  # which renames no file that is open
        os.close(landing.handle)
    os.replace(landing.temporary, landing.final)
    landing.landed = True


def _give_up(group: _Group) -> None:
    """Close what is open, and leave no temporary and no empty folder of this group behind."""
    for landing in group.landings:
        if not landing.landed:
            with suppress(OSError):
                os.unlink(landing.temporary)
        with suppress(OSError):
            os.close(landing.handle)
    for folder in reversed(group.made):
        with suppress(OSError):
            os.rmdir(folder)  # refused where something landed in it
