"""Posts read for a book, each into a light `Card` and its frozen document, by one process or several."""

from __future__ import annotations

import hashlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from convertkit import pipeline
from convertkit.book.cache import Cache
from convertkit.book.cards import Card, folded
from convertkit.book.generator_tags import link_generator_tags, may_have_tags
from convertkit.book.likeness import sketch_of, words_of
from convertkit.book.shelf import bare_metadata, freeze
from convertkit.errors import ConvertkitError
from convertkit.losses import ImageNotEmbedded, Loss
from convertkit.metadata import Metadata
from convertkit.readers.feeds.entry import Entry
from convertkit.resources import Resource
from convertkit.tree import Document, Link
from convertkit.walk import find_all, plain_text

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_COMPRESSED = 0.4
"""What is left of the bytes of a tree when its markup stands in a container, about."""
_TOGETHER = 16
"""Posts that go to a process at once."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be read, and why."""

    source: str
    error: ConvertkitError


@dataclass(frozen=True, slots=True)
class Post:
    """A post to be read: a file, or an entry of one."""

    source: Path | Entry
    name: str
    """In messages."""
    path: PurePosixPath
    """`Card.path`."""
    folder: Path | None
    key: str


@dataclass(frozen=True, slots=True)
class Read:
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

    def read(self, post: Post) -> Read | Unreadable:
        """One post, or why it could not be read: a bad one never stops a book."""
        made_from = self._made_from(post)
        if made_from is None:
            return self._read(post)
        cache = Cache(self.options["cache"])
        match cache.get(*made_from):
            case (Card() as card, bytes() as frozen, tuple() as losses):
                return Read(card, frozen, {}, losses)
        read = self._read(post)
        if isinstance(read, Read) and not _has_pictures(read):
            cache.put((read.card, read.frozen, read.losses), *made_from)
        return read

    def _made_from(self, post: Post) -> tuple[object, ...] | None:
        """All that reading a post depends on, if it has no pictures; None where nobody can tell, or nothing is kept."""
        known = [name for name in self.options.get("filters", ()) if isinstance(name, str | Path)]
        if self.options.get("cache") is None or not isinstance(post.source, Path):
            return None
        if len(known) != len(self.options.get("filters", ())):
            return None  # a function may do anything
        options = [(name, value) for name, value in sorted(self.options.items()) if name not in ("cache", "fetch")]
        try:
            rules = [path.read_bytes() for path in map(Path, known) if path.is_file()]
            return ("read", post, options, self.match, rules, post.source.read_bytes())
        except OSError:  # reading says what is wrong
            return None

    def _read(self, post: Post) -> Read | Unreadable:
        losses: list[Loss] = []
        options = self.options if self.options.get("assets") else {**self.options, "assets": post.folder}
        try:
            document = pipeline.read(post.source, report=losses.append, **options)
        except ConvertkitError as error:
            return Unreadable(post.name, error)
        except Exception as error:  # noqa: BLE001  # the one place where a bug met in one post must not stop the others
            problem = f"stopped by a bug in convertkit or a plug-in ({type(error).__name__}: {error})"
            advice = "please report it with this input"
            return Unreadable(post.name, ConvertkitError(problem, source=post.name, advice=advice))
        text, targets = plain_text(document.blocks), _targets(document)
        if may_have_tags(text, targets):
            document = link_generator_tags(document)
            targets = _targets(document)
        frozen = freeze(document)
        card = self._card(document.metadata, document.resources, text, targets, post, len(frozen))
        return Read(card, frozen, dict(document.resources), tuple(dict.fromkeys(losses)))

    def _card(
        self,
        metadata: Metadata,
        resources: Mapping[str, Resource],
        text: str,
        targets: Iterable[str],
        post: Post,
        weight: int,
    ) -> Card:
        words = words_of(text)
        pictures = sum(len(picture.content) for picture in resources.values())
        wanted = folded(self.match)
        return Card(
            key=post.key,
            source=post.name,
            path=post.path,
            metadata=bare_metadata(metadata),
            words=len(words),
            size=int(weight * _COMPRESSED) + pictures,
            links=tuple(target for target in targets if not target.startswith(("#", "mailto:", "tel:"))),
            fingerprint=hashlib.sha256(" ".join(words).encode("utf-8", "replace")).digest()[:16],
            sketch=sketch_of(words),
            matched=not wanted or wanted in folded(metadata.title) or wanted in folded(text),
        )


def _targets(document: Document) -> dict[str, None]:
    """The targets of a document's links, each once, in order."""
    return dict.fromkeys(link.target for link in find_all(document.blocks, Link))


def _has_pictures(read: Read) -> bool:
    """Whether a post depends on files beside it, or on the web, there or not."""
    return bool(read.resources) or any(isinstance(loss, ImageNotEmbedded) for loss in read.losses)


# ---------------------------------------------------------------- in several processes


def read_all(reader: Reader, posts: Iterable[Post], jobs: int) -> Iterator[Read | Unreadable]:
    """Each post, read, in the order given, by so many processes; nothing waits in memory but a few posts for each.

    A post that ends its process (a crash of a library, no memory left) is unreadable; those read beside it are read
    again.
    """
    if jobs < 2:
        yield from map(reader.read, posts)
        return
    from concurrent.futures.process import BrokenProcessPool

    posts = iter(posts)
    waiting: deque[tuple[list[Post], Future[list[Read | Unreadable]] | None]] = deque()
    pool = _pool(jobs)
    try:
        while True:
            while len(waiting) <= 2 * jobs and (batch := list(islice(posts, _TOGETHER))):
                waiting.append((batch, _submitted(pool, reader, batch)))
            if not waiting:
                break
            batch, future = waiting.popleft()
            try:
                read = None if future is None else future.result()
            except BrokenProcessPool:
                read = None
            if read is None:
                pool.shutdown(cancel_futures=True)
                pool = _pool(jobs)
                read = _read_apart(reader, batch)
                waiting = deque((other, _submitted(pool, reader, other)) for other, _ in waiting)
            yield from read
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(jobs: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_ignore_interrupts)


def _submitted(pool: ProcessPoolExecutor, reader: Reader, batch: list[Post]) -> Future[list[Read | Unreadable]] | None:
    """What will be read of a batch; None if a process of the pool has ended already."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        return pool.submit(_read_batch, reader, batch)
    except BrokenProcessPool:
        return None


def _read_apart(reader: Reader, posts: list[Post]) -> list[Read | Unreadable]:
    """Posts of which one ended its process, in halves, each in a process of its own, until that one is alone."""
    from concurrent.futures.process import BrokenProcessPool

    with _pool(1) as pool:
        try:
            return pool.submit(_read_batch, reader, posts).result()
        except BrokenProcessPool:
            pass
    if len(posts) > 1:
        middle = len(posts) // 2
        return [*_read_apart(reader, posts[:middle]), *_read_apart(reader, posts[middle:])]
    name = posts[0].name
    problem, advice = "ended the process that read it, perhaps for want of memory", "please report it with this input"
    return [Unreadable(name, ConvertkitError(problem, source=name, advice=advice))]


def _ignore_interrupts() -> None:
    """Whoever began this process is interrupted too, and ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read_batch(reader: Reader, posts: list[Post]) -> list[Read | Unreadable]:
    return [reader.read(post) for post in posts]
