"""The posts that fsspec reaches by URL: listed a folder at a time, opened by whoever converts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from convertkit.archive.addresses import open_file_system
from convertkit.archive.sources.files import Reading, SourceFile, units_of
from convertkit.archive.sources.names import above_source, failed, shown
from convertkit.archive.units import Unit
from convertkit.errors import UnreadableDocument

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


@dataclass(frozen=True, slots=True)
class Remote:
    """A source by URL: its file system, its path there, and what lives as long as the source is open."""

    address: str
    system: AbstractFileSystem
    path: str
    reading: Reading
    passed_over: str
    """The path of OUT in the same file system; empty if it is elsewhere."""

    def units(self) -> Iterator[Unit]:
        """A unit a post.

        Raises `UnreadableDocument` if there is nothing at the address, or nobody may look, `UsageError` for an OUT
        above it.
        """
        try:
            is_file = self.system.isfile(self.path)
            if not is_file and not self.system.exists(self.path):
                raise UnreadableDocument("is not there", source=self.address, advice="check the address")
        except UnreadableDocument:
            raise
        except Exception as error:
            raise _unreadable(self.address, error) from error
        if is_file:
            yield from self._file_units(self.system.info(self.path), self.path.rpartition("/")[2], alone=True)
        else:
            yield from self._folder_units()

    def _folder_units(self) -> Iterator[Unit]:
        problems: list[Unit] = []
        if self.passed_over and self.path.startswith(f"{self.passed_over.rstrip('/')}/"):
            raise above_source(self.passed_over)

        def note(error: Exception) -> None:
            problems.append(failed(".", f"cannot be listed: {error}", "check the permissions"))

        for folder, folders, files in self.system.walk(self.path, detail=True, on_error=note):
            below = str(folder)[len(self.path) :].strip("/")
            prefix = f"{below}/" if below else ""
            for own in sorted(folders):
                if self._is_passed_over(f"{prefix}{own}"):
                    del folders[own]  # and `walk` looks no deeper
            for own in sorted(files):
                name = shown(f"{prefix}{own}")
                if own and not own.startswith(".") and self.reading.selection.selects(name):
                    yield from self._file_units(files[own], name, alone=False)
        yield from problems

    def _is_passed_over(self, folder: str) -> bool:
        hidden = folder.rpartition("/")[2].startswith(".")
        return hidden or self.reading.selection.excludes(folder) or f"{self.path}/{folder}" == self.passed_over

    def _file_units(self, info: dict[str, Any], name: str, *, alone: bool) -> Iterator[Unit]:
        path = info["name"]
        file = SourceFile(
            name,
            self.address if alone else f"{self.address}{path[len(self.path) :]}",
            partial(self._open, path),
            partial(self._fetch, path),
            _stamp(info),
            alone,
            here=False,
        )
        yield from units_of(file, self.reading) if alone or self.reading.looks_into(name) else (file.post(),)

    def _open(self, path: str) -> BinaryIO:
        try:
            opened: BinaryIO = self.system.open(path, "rb")
        except Exception as error:
            raise _unreadable(path, error) from error
        return opened

    def _fetch(self, path: str) -> Path:
        """The file on this machine, until the source is closed."""
        here = self.reading.folder_for(path) / f"source{PurePosixPath(path).suffix}"
        try:
            self.system.get_file(path, str(here))
        except Exception as error:
            raise _unreadable(path, error) from error
        return here


def _unreadable(path: str, error: Exception) -> UnreadableDocument:
    return UnreadableDocument(
        f"cannot be read: {str(error) or type(error).__name__}",
        source=path,
        advice="check the address, the credentials and the connection",
    )


def _stamp(info: dict[str, Any]) -> str:
    """What tells that an object was not written to: what its store says of it (ETag, checksum); empty if nothing."""
    said = [str(info[key]) for key in ("ETag", "etag", "md5Hash", "crc32c", "checksum", "mtime") if info.get(key)]
    return f"{info.get('size')}.{'.'.join(said)}" if said else ""


def open_remote(address: str, reading: Reading, out: str) -> Remote:
    """The source at a URL. Raises `UsageError` for one that nothing installed reaches."""
    system, path = open_file_system(address)
    passed_over = ""
    if out.partition(":")[0] == address.partition(":")[0]:
        passed_over = open_file_system(out)[1]
    return Remote(address, system, path.rstrip("/"), reading, passed_over)
