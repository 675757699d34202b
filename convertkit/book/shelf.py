"""Where documents wait between the survey and their chapter: a temporary file, not memory.

Reading a post takes ten times as long as taking its tree from here. A picture that several posts show lies here once.
"""

from __future__ import annotations

import datetime
import io
import pickle
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from operator import attrgetter
from typing import Any, BinaryIO

from convertkit import tree
from convertkit.metadata import Metadata
from convertkit.resources import Resource
from convertkit.tree import Block, Document

_MODULES = ("convertkit.tree", "convertkit.metadata", "datetime")

_PICTURE = "picture:"


def freeze(document: Document) -> bytes:
    """A document as bytes, without its pictures; what `extra` holds besides plain values becomes text."""
    known = document.metadata
    extra = {str(key): _plain(value) for key, value in known.extra.items()}
    bare = replace(document, metadata=replace(known, extra=extra, origins={}), resources={})
    output = io.BytesIO()
    pickler = pickle.Pickler(output, 5)
    pickler.dispatch_table = _reducers()
    pickler.dump(bare)
    return output.getvalue()


def thaw(frozen: bytes) -> Document:
    """The document that was frozen. Raises `pickle.UnpicklingError` for bytes that name anything but trees."""
    document = _Thawing(io.BytesIO(frozen)).load()
    if not isinstance(document, Document):
        raise pickle.UnpicklingError("no document")
    return document


def weight(block: Block) -> int:
    """About how many bytes a block has, written."""
    output = io.BytesIO()
    pickler = pickle.Pickler(output, 5)
    pickler.dispatch_table = _reducers()
    pickler.dump(block)
    return output.tell()


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


class _Thawing(pickle.Unpickler):
    """Makes trees and plain values only, whoever wrote the bytes."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _MODULES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a document")


@cache
def _reducers() -> dict[type, Callable[[Any], tuple[type, tuple[object, ...]]]]:
    """How each node is taken apart: three times as fast as the way of slotted dataclasses."""
    nodes = [node for node in vars(tree).values() if isinstance(node, type) and is_dataclass(node)]
    return {node: _reducer(node) for node in nodes if node is not Metadata}  # whose fields are keywords


def _reducer(node: type) -> Callable[[Any], tuple[type, tuple[object, ...]]]:
    names = [item.name for item in fields(node)]
    if not names:
        return lambda _: (node, ())
    take = attrgetter(*names)
    return (lambda value: (node, (take(value),))) if len(names) == 1 else (lambda value: (node, take(value)))


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
