"""Where documents wait between the survey and their chapter: a temporary file, not memory.

Reading a post takes ten times as long as taking its tree from here. A picture that several posts show lies here once.
"""

from __future__ import annotations

import datetime
import io
import pickle
from collections.abc import Mapping
from dataclasses import replace
from typing import BinaryIO

from convertkit.book.freezing import from_bytes, to_bytes
from convertkit.metadata import Metadata
from convertkit.resources import Resource
from convertkit.tree import Block, Document

_PICTURE = "picture:"


def freeze(document: Document) -> bytes:
    """A document as bytes, without its pictures; what `extra` holds besides plain values becomes text."""
    return to_bytes(replace(document, metadata=bare_metadata(document.metadata), resources={}))


def bare_metadata(metadata: Metadata) -> Metadata:
    """Metadata without its origins, and with plain values only."""
    return replace(metadata, extra={str(key): _plain(value) for key, value in metadata.extra.items()}, origins={})


def thaw(frozen: bytes) -> Document:
    """The document that was frozen. Raises `pickle.UnpicklingError` for bytes that name anything but trees."""
    document = from_bytes(frozen)
    if not isinstance(document, Document):
        raise pickle.UnpicklingError("no document")
    return document


def weight(block: Block) -> int:
    """About how many bytes a block has, written."""
    return len(to_bytes(block))


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | float() | str() | datetime.date():
            return value
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case _:
            return str(value)


class Shelf:
    """Documents by the key of their post, in a file that is the shelf's own."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: dict[str, tuple[int, int]] = {}
        self._pictures: dict[str, tuple[str, ...]] = {}
        self._media_types: dict[str, str] = {}

    def put(self, key: str, frozen: bytes, resources: Mapping[str, Resource]) -> None:
        """Keep a document, as `freeze` gives it, with its pictures."""
        self._keep(key, frozen)
        self._pictures[key] = tuple(resources)
        for resource in resources.values():
            self.put_picture(resource)

    def put_picture(self, picture: Resource) -> None:
        """Keep a picture, once."""
        if picture.name not in self._media_types:
            self._media_types[picture.name] = picture.media_type
            self._keep(f"{_PICTURE}{picture.name}", picture.content)

    def take(self, key: str) -> Document:
        """The document of a post. Raises `KeyError`."""
        pictures = {name: self.picture(name) for name in self._pictures[key]}
        document = thaw(self._read(key))
        return replace(document, resources=pictures) if pictures else document

    def size(self, key: str) -> int:
        """The bytes of a post's document, without its pictures."""
        return self._places[key][1]

    def picture(self, name: str) -> Resource:
        """A picture by its name. Raises `KeyError`."""
        return Resource(name, self._media_types[name], self._read(f"{_PICTURE}{name}"))

    def _keep(self, key: str, content: bytes) -> None:
        self._places[key] = self._file.seek(0, io.SEEK_END), len(content)
        self._file.write(content)

    def _read(self, key: str) -> bytes:
        begin, length = self._places[key]
        self._file.seek(begin)
        return self._file.read(length)
