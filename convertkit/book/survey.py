"""The first look at every post: a light `Card` of it, and its document laid on the shelf."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from convertkit import pipeline
from convertkit.batch import Input, find_inputs
from convertkit.book.cards import Card, folded
from convertkit.book.generator_tags import link_generator_tags
from convertkit.book.shelf import Shelf, freeze
from convertkit.errors import ConvertkitError, UnreadableDocument
from convertkit.ledger.words import words_of
from convertkit.losses import Loss
from convertkit.resources import Resource
from convertkit.tree import Document, Link
from convertkit.walk import find_all, plain_text

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

_COMPRESSED = 0.4
"""What is left of the bytes of a tree when its markup stands in a container, about."""
_GLOB = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be read, and why."""

    source: str
    error: ConvertkitError


@dataclass(slots=True)
class Survey:
    """What was found in the inputs."""

    shelf: Shelf
    cards: list[Card] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    losses: dict[str, tuple[Loss, ...]] = field(default_factory=dict)
    """Of the posts that lost something when they were read, by key."""

    def document(self, card: Card) -> Document:
        """A post's document, as it was read."""
        return self.shelf.take(card.key)


@dataclass(frozen=True, slots=True)
class _Read:
    """One post, read."""

    card: Card
    frozen: bytes
    resources: dict[str, Resource]
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """How posts are read: `options` are those of `pipeline.read`, `match` is `Recipe.match`."""

    options: dict[str, Any]
    match: str = ""

    def read(self, entry: Input, key: str) -> _Read | Unreadable:
        """One post, or why it could not be read: a bad one never stops a book."""
        losses: list[Loss] = []
        options = self.options if self.options.get("assets") else {**self.options, "assets": entry.folder}
        try:
            document = link_generator_tags(pipeline.read(entry.path, report=losses.append, **options))
        except ConvertkitError as error:
            return Unreadable(str(entry.path), error)
        except Exception as error:  # noqa: BLE001  # the one place where a bug met in one post must not stop the others
            problem = f"stopped by a bug in convertkit or a plug-in ({type(error).__name__}: {error})"
            advice = "please report it with this input"
            return Unreadable(str(entry.path), ConvertkitError(problem, source=str(entry.path), advice=advice))
        frozen = freeze(document)
        card = self._card(document, entry, key, len(frozen))
        return _Read(card, frozen, dict(document.resources), tuple(dict.fromkeys(losses)))

    def _card(self, document: Document, entry: Input, key: str, weight: int) -> Card:
        text = plain_text(document.blocks)
        pictures = sum(len(picture.content) for picture in document.resources.values())
        targets = dict.fromkeys(link.target for link in find_all(document.blocks, Link))
        wanted = folded(self.match)
        return Card(
            key=key,
            source=str(entry.path),
            path=PurePosixPath(entry.relative),
            metadata=document.metadata,
            words=len(words_of(text)),
            size=int(weight * _COMPRESSED) + pictures,
            links=tuple(target for target in targets if not target.startswith(("#", "mailto:", "tel:"))),
            fingerprint=hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).digest()[:16],
            matched=not wanted or wanted in folded(document.metadata.title) or wanted in folded(text),
        )


def survey(inputs: Sequence[str], output: Path, reader: Reader, shelf: Shelf, progress: Progress) -> Survey:
    """Read every post of the inputs, a book that was made there before left out.

    Raises `UnreadableDocument` for an input that is not there or holds none.
    """
    found = Survey(shelf)
    entries = [entry for entry in find_inputs(_paths(inputs), output) if not _is_volume(entry.path, output)]
    keys = _keys(entries)
    for done, (entry, key) in enumerate(zip(entries, keys, strict=True)):
        progress("reading", done, len(entries))
        match reader.read(entry, key):
            case Unreadable() as failed:
                found.unreadable.append(failed)
            case _Read() as read:
                found.cards.append(read.card)
                found.shelf.put(key, read.frozen, read.resources)
                if read.losses:
                    found.losses[key] = read.losses
    progress("reading", len(entries), len(entries))
    return found


def _paths(inputs: Iterable[str]) -> Iterator[Path]:
    """The files and folders that inputs name; a name with `*`, `?` or `[` that is no file is a pattern."""
    for name in inputs:
        path = Path(name)
        if _GLOB.isdisjoint(name) or path.exists():
            if not path.exists():
                raise UnreadableDocument("is not there", source=name, advice="check the path")
            yield path
            continue
        place = next(place for place, part in enumerate(path.parts) if not _GLOB.isdisjoint(part))
        matches = sorted(Path(*path.parts[:place]).glob("/".join(path.parts[place:])))
        if not matches:
            raise UnreadableDocument("matches no file", source=name, advice="check the pattern")
        yield from matches


def _is_volume(path: Path, output: Path) -> bool:
    """Whether a file is the book, or a volume of it, that an earlier run wrote."""
    name = rf"{re.escape(output.stem)}(?:-\d+)?{re.escape(output.suffix)}"
    return re.fullmatch(name, path.name) is not None and path.resolve().parent == output.resolve().parent


def _keys(entries: Sequence[Input]) -> list[str]:
    """What each post is known by: its path in the input, so that a book's neighbours never change its name."""
    keys: list[str] = []
    taken: set[str] = set()
    for entry in entries:
        name = entry.relative.as_posix()
        key, number = _hash(name), 1
        while key in taken:
            number += 1
            key = _hash(f"{name}\n{number}")
        taken.add(key)
        keys.append(key)
    return keys


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:12]
