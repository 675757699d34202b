"""Where the files of a catalogue lie, and how they name each other: always relatively, so that any server will do."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from convertkit.catalog.arranging import Arrangement, Shelf

FOLDER = "opds"
"""Holds all but the three files that people and readers are given the address of."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A cover, large or small: its file, seen from the catalogue's folder."""

    path: str
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Site:
    """All that is written."""

    arrangement: Arrangement
    covers: Mapping[PurePosixPath, tuple[Picture, Picture]]
    """Each book's cover and thumbnail, by the book's path."""


def shelf_file(shelf: Shelf, number: int, suffix: str) -> str:
    """The file of a page of a shelf; `number` is from 1."""
    return f"{FOLDER}/{shelf.name}{f'-{number}' if number > 1 else ''}{suffix}"


def room_file(name: str, suffix: str) -> str:
    """The file that lists the shelves of a room."""
    return f"{FOLDER}/{name}{suffix}"


def address(path: str, origin: str) -> str:
    """A relative link to a file from a file; both are seen from the catalogue's folder."""
    relative = posixpath.relpath(path, posixpath.dirname(origin) or ".")
    return quote(relative.encode("utf-8", "surrogateescape"), safe="/~!$&'()*+,;=@")
