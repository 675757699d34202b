"""OUT as a URL: one PUT a file, which an object store does as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from convertkit.archive.addresses import open_file_system
from convertkit.errors import UnreadableDocument, WriteError

_WITHOUT_FOLDERS = frozenset({"s3", "gs", "gcs", "abfs", "az"})
"""Schemes of stores where nothing but the file itself is made; asked for a folder some of them would make a bucket."""


class RemoteStore:
    """A `Store` in what fsspec reaches. Retries are the library's; options come from fsspec's configuration.

    Whatever a library raises is told as `WriteError` or `UnreadableDocument`: each has exceptions of its own.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._system, self._root = open_file_system(address)
        protocols = self._system.protocol
        self._is_object_store = bool(_WITHOUT_FOLDERS & {*([protocols] if isinstance(protocols, str) else protocols)})

    def put(self, files: Sequence[tuple[str, bytes]]) -> None:
        """See `Store.put`. Several files travel at once where the library can."""
        contents = {self._path(name): data for name, data in files}
        try:
            if not self._is_object_store:
                for folder in dict.fromkeys(path.rpartition("/")[0] for path in contents):
                    self._system.makedirs(folder, exist_ok=True)
            self._system.pipe(contents)
        except Exception as error:
            raise self._unwritable(files[0][0], error) from error

    def size(self, name: str) -> int | None:
        """See `Store.size`."""
        try:
            info = self._system.info(self._path(name))
        except FileNotFoundError:
            return None
        except Exception as error:
            raise self._unwritable(name, error) from error
        return _size(info)

    def sizes(self, names: Iterable[str]) -> Iterator[int | None]:
        """See `Store.sizes`: folders are listed once, since below one all names come in a row."""
        listings: list[tuple[str, dict[str, int]]] = []
        for name in names:
            folder = name.rpartition("/")[0]
            while listings and not f"{folder}/".startswith(listings[-1][0]):
                listings.pop()
            if not listings or listings[-1][0] != f"{folder}/":
                listings.append((f"{folder}/", self._listed(folder)))
            yield listings[-1][1].get(name)

    def _listed(self, folder: str) -> dict[str, int]:
        """What is in a folder: `size` by name."""
        try:
            found = self._system.ls(self._path(folder) if folder else self._root, detail=True, refresh=True)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except Exception as error:
            raise self._unwritable(folder, error) from error
        prefix = f"{folder}/" if folder else ""
        return {prefix + info["name"].rstrip("/").rpartition("/")[2]: _size(info) for info in found}

    def is_empty(self) -> bool:
        """See `Store.is_empty`."""
        try:
            return not self._system.ls(self._root, detail=False)
        except FileNotFoundError:
            return True
        except Exception as error:
            raise self._unwritable("", error) from error

    def get(self, name: str) -> bytes:
        """See `Store.get`."""
        try:
            data: bytes = self._system.cat_file(self._path(name))
        except Exception as error:
            raise UnreadableDocument(
                f"cannot be read: {_said(error)}", source=self._shown(name), advice="was it taken away meanwhile?"
            ) from error
        return data

    def remove(self, name: str) -> None:
        """See `Store.remove`."""
        try:
            self._system.rm_file(self._path(name))
        except FileNotFoundError:
            pass
        except Exception as error:
            raise self._unwritable(name, error) from error

    def sweep(self, names: Sequence[str]) -> None:
        """See `Store.sweep`: a PUT leaves nothing."""

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _shown(self, name: str) -> str:
        return f"{self.address}/{name}"

    def _unwritable(self, name: str, error: Exception) -> WriteError:
        return WriteError(
            f"cannot be written: {_said(error)}",
            source=self._shown(name),
            advice="check the address, the credentials and the connection",
        )


def _size(info: dict[str, Any]) -> int:
    return int(info["size"] or 0) if info["type"] == "file" else -1


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
