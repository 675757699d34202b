"""The first look at every post: a light `Card` of it, and its document laid on the shelf."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from convertkit.batch import Input, find_inputs, refusal
from convertkit.book.cards import Card
from convertkit.book.kept_anchors import KeptAnchors, without_marks
from convertkit.book.reading import Post, Read, Reader, Unreadable, read_all
from convertkit.book.shelf import Shelf, freeze, thaw
from convertkit.collection import split
from convertkit.errors import ConvertkitError, UnreadableDocument
from convertkit.losses import Loss
from convertkit.readers.feeds.names import entry_name
from convertkit.tree import Document

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

_GLOB = frozenset("*?[")
WORTH_PROCESSES = 200
"""Files from which on several processes are faster: each takes half a second to begin."""


@dataclass(slots=True)
class Survey:
    """What was found in the inputs."""

    shelf: Shelf
    reader: Reader
    files: dict[str, Input] = field(default_factory=dict)
    """The file that each post stands in, by key."""
    cards: list[Card] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    losses: dict[str, tuple[Loss, ...]] = field(default_factory=dict)
    """Of the posts that lost something when they were read, by key."""
    left_behind: list[tuple[str, Loss]] = field(default_factory=list)
    """What feeds and exports hold that no post has (drafts, comments), with their names."""

    def document(self, card: Card) -> Document:
        """A post's document, as it was read."""
        return self.shelf.take(card.key)

    def read_again(self, card: Card, fragments: Collection[str]) -> Document:
        """A post's document, read once more with the places in it that the fragments name."""
        options = self.reader.options
        filters = (*options.get("filters", ()), KeptAnchors(fragments))
        again = replace(self.reader, options={**options, "filters": filters})
        posts = _posts([self.files[card.key]], self.reader.options, Survey(self.shelf, self.reader), _tell_nobody)
        read = next((again.read(post) for post in posts if post.key == card.key), None)
        if isinstance(read, Read):  # else it was read well before, and is kept as it was
            self.shelf.put(card.key, freeze(without_marks(thaw(read.frozen))), read.resources)
        return self.document(card)


def survey(
    inputs: Sequence[str], output: Path, reader: Reader, shelf: Shelf, progress: Progress, jobs: int = 1
) -> Survey:
    """Read every post of the inputs, a book that was made there before left out; `jobs` processes do it.

    Raises `UnreadableDocument` for an input that is not there or holds none.
    """
    found = Survey(shelf, reader)
    paths = _paths(inputs, found)
    files = [entry for entry in find_inputs(paths, output) if not _is_volume(entry.path, output)]
    posts = _posts(files, reader.options, found, progress)
    for read in read_all(reader, posts, jobs if len(files) >= WORTH_PROCESSES else 1):
        match read:
            case Unreadable():
                found.unreadable.append(read)
            case Read(card):
                found.cards.append(card)
                shelf.put(card.key, read.frozen, read.resources)
                if read.losses:
                    found.losses[card.key] = read.losses
    return found


def _posts(files: Sequence[Input], options: Mapping[str, Any], found: Survey, progress: Progress) -> Iterator[Post]:
    """The posts of files, one at a time; a file that is a feed or an export has many."""
    taken: set[str] = set()
    known = {name: options[name] for name in ("encoding", "comments") if name in options}
    for done, file in enumerate(files):
        progress("reading", done, len(files))
        name, path = str(file.path), PurePosixPath(file.relative)
        try:
            if file.refused is not None:
                raise file.refused
            entries = split(file.path, report=partial(_left_behind, found, name), **known)
            if entries is None:
                key = _key(path.as_posix(), taken)
                found.files[key] = file
                yield Post(file.path, name, path, file.folder, key)
                continue
            for entry in entries:
                inside = path.with_suffix("") / entry_name(entry.metadata)
                key = _key(f"{path.as_posix()}\n{entry.metadata.url or entry.source}", taken)
                found.files[key] = file
                yield Post(entry, entry.source, inside, file.folder, key)
        except ConvertkitError as error:
            found.unreadable.append(Unreadable(name, error))
    progress("reading", len(files), len(files))


def _tell_nobody(_what: str, _done: int, _all: int) -> None:
    """A `Progress` for what is done in passing."""


def _left_behind(found: Survey, name: str, loss: Loss) -> None:
    found.left_behind.append((name, loss))


def _key(name: str, taken: set[str]) -> str:
    """What a post is known by: its path in the input, so that a book's neighbours never change its name."""
    key, number = _hash(name), 1
    while key in taken:
        number += 1
        key = _hash(f"{name}\n{number}")
    taken.add(key)
    return key


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _paths(inputs: Iterable[str], survey: Survey) -> Iterator[Path]:
    """The files and folders that inputs name; a name with `*`, `?` or `[` that is no file is a pattern.

    What matches and is a link out of the folder before the pattern is noted as unreadable.
    """
    for name in inputs:
        path = Path(name)
        if _GLOB.isdisjoint(name) or path.exists():
            if not path.exists():
                raise UnreadableDocument("is not there", source=name, advice="check the path")
            yield path
            continue
        place = next(place for place, part in enumerate(path.parts) if not _GLOB.isdisjoint(part))
        folder = Path(*path.parts[:place])
        matches = sorted(folder.glob("/".join(path.parts[place:])))
        if not matches:
            raise UnreadableDocument("matches no file", source=name, advice="check the pattern")
        for match in matches:
            if (refused := refusal(match, folder)) is None:
                yield match
            else:
                survey.unreadable.append(Unreadable(str(match), refused))


def _is_volume(path: Path, output: Path) -> bool:
    """Whether a file is the book, or a volume of it, that an earlier run wrote."""
    name = rf"{re.escape(output.stem)}(?:-\d+)?{re.escape(output.suffix)}"
    return re.fullmatch(name, path.name) is not None and path.resolve().parent == output.resolve().parent
