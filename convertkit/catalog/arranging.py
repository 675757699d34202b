"""Shelves of a catalogue: every book, the latest, and by author, series, subject and language. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from convertkit.catalog.reading import Book
from convertkit.catalog.wording import CatalogWording

PAGE = 50
"""Books on a page of a feed, so that a device with little memory can read it."""
MAX_FACETS = 30
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Books under one heading."""

    name: str
    """In the names of its files."""
    title: str
    books: tuple[Book, ...]

    @property
    def pages(self) -> list[tuple[Book, ...]]:
        """Its books a page each; one page at least."""
        return [self.books[start : start + PAGE] for start in range(0, len(self.books), PAGE)] or [()]


@dataclass(frozen=True, slots=True)
class Room:
    """Shelves of one kind: a shelf for each author."""

    name: str
    title: str
    shelves: tuple[Shelf, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A catalogue before it is written in any format."""

    title: str
    language: str
    words: CatalogWording
    everything: Shelf
    recent: Shelf
    rooms: tuple[Room, ...]

    @property
    def facets(self) -> tuple[Room, ...]:
        """The rooms whose shelves are few enough to be named on every page of all books."""
        return tuple(room for room in self.rooms if len(room.shelves) <= MAX_FACETS)


def arrange(books: Iterable[Book], title: str, language: str, words: CatalogWording) -> Arrangement:
    """The shelves. A room with a single shelf that holds all says nothing, and is left out."""
    ordered = sorted(books, key=_by_title)
    recent = sorted(ordered, key=lambda book: book.modified, reverse=True)[:PAGE]
    rooms = [
        _room("authors", words.authors, ordered, lambda book: book.metadata.authors),
        _room("series", words.series, ordered, lambda book: (book.metadata.series,), by_number=True),
        _room("subjects", words.subjects, ordered, lambda book: book.metadata.subjects),
        _room("languages", words.languages, ordered, lambda book: (book.metadata.language,)),
    ]
    return Arrangement(
        title,
        language,
        words,
        Shelf("all", words.all_books, tuple(ordered)),
        Shelf("recent", words.recent, tuple(recent)),
        tuple(room for room in rooms if _tells(room, len(ordered))),
    )


def _tells(room: Room, books: int) -> bool:
    match room.shelves:
        case ():
            return False
        case (only,):
            return len(only.books) < books
        case _:
            return True


def _room(
    name: str,
    title: str,
    books: Sequence[Book],
    labels: Callable[[Book], Iterable[str]],
    *,
    by_number: bool = False,
) -> Room:
    found: dict[str, list[Book]] = {}
    for book in books:
        for label in dict.fromkeys(labels(book)):
            if label:
                found.setdefault(label, []).append(book)
    shelves = []
    for label in sorted(found, key=lambda label: (natural(label), label)):
        own = sorted(found[label], key=_by_number) if by_number else found[label]
        digest = hashlib.sha256(label.encode("utf-8", "replace")).hexdigest()[:12]
        shelves.append(Shelf(f"{name}-{digest}", label, tuple(own)))
    return Room(name, title, tuple(shelves))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts `part 2` before `part 10`, whatever the case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    pieces = _DIGITS.split(folded)
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces if piece)


def _by_title(book: Book) -> tuple[object, ...]:
    return natural(book.title), book.metadata.series_index or 0, book.path.as_posix()


def _by_number(book: Book) -> float:
    return book.metadata.series_index if book.metadata.series_index is not None else float("inf")
