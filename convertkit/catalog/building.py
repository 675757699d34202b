"""A catalogue from a folder of finished books: books opened, covers drawn small, feeds and page saved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from convertkit.catalog import opds1, opds2, page
from convertkit.catalog.addresses import FOLDER, Picture, Site
from convertkit.catalog.arranging import Arrangement, arrange
from convertkit.catalog.reading import MEDIA_TYPES, Book, another_identifier, read_book
from convertkit.catalog.wording import catalog_wording
from convertkit.covers import Cover, draw_cover
from convertkit.errors import ConvertkitError, UnreadableDocument, WriteError
from convertkit.pictures import PictureError, pixel_size, prepare
from convertkit.resources import Resource
from convertkit.saving import save
from convertkit.writers.wording import language_tag

COVER_EDGE, THUMBNAIL_EDGE = 2400, 480
"""The longest edge of a cover and of a thumbnail, in pixels."""

_OURS = re.compile(r"(?:all|recent|authors|series|subjects|languages)(?:-[0-9a-f]{12})?(?:-\d+)?\.(?:xml|json)")
_PICTURES = re.compile(r"[0-9a-f]{16}\.(?:png|jpg|gif|webp)")
"""The names of files in `FOLDER` that an earlier catalogue may have left."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that is no readable book, and why."""

    source: str
    error: ConvertkitError


@dataclass(frozen=True, slots=True)
class CatalogReport:
    """What became of a catalogue."""

    title: str
    books: tuple[Book, ...]
    files: tuple[Path, ...]
    """What was written."""
    broken: tuple[Broken, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The report in JSON's types."""
        return {
            "title": self.title,
            "books": [{"path": str(book.path), "title": book.title, "id": book.identifier} for book in self.books],
            "files": [str(path) for path in self.files],
            "broken": [{"source": broken.source, "message": str(broken.error)} for broken in self.broken],
        }


def build_catalog(
    folder: str | Path, *, title: str = "", progress: Callable[[int, int], None] = lambda _done, _all: None
) -> CatalogReport:
    """Write `opds.json`, `opds.xml` and `index.html` into a folder of books, EPUB and DOCX, at any depth.

    All else lies in its folder `opds`. `title` is the folder's name by default. A file that cannot be read is in the
    report, and in no feed. Same books, same bytes.

    Raises `UnreadableDocument` if the folder is not there or holds no book, `WriteError`, also where another
    `index.html` is there.
    """
    place = Path(folder)
    _check_page(place / page.NAME)
    paths = _books_in(place)
    books: list[Book] = []
    covers: dict[PurePosixPath, tuple[Picture, Picture]] = {}
    broken: list[Broken] = []
    for done, path in enumerate(paths):
        progress(done, len(paths))
        try:
            book = read_book(path, PurePosixPath(path.relative_to(place).as_posix()))
        except UnreadableDocument as error:
            broken.append(Broken(str(path), error))
            continue
        covers[book.path] = _saved_cover(book, place)
        books.append(replace(book, cover=b""))
    progress(len(paths), len(paths))
    site = Site(_arranged(_identified(books), title or place.resolve().name), covers)
    names = list(dict.fromkeys(picture.path for pictures in covers.values() for picture in pictures))
    for name, content in _texts(site):
        save(place / name, content, {})
        names.append(name)
    _tidy(place / FOLDER, names)
    arrangement = site.arrangement
    files = tuple(place / name for name in names)
    return CatalogReport(arrangement.title, arrangement.everything.books, files, tuple(broken))


def _check_page(path: Path) -> None:
    """Raise `WriteError` for a page that is not of a catalogue: somebody wrote it."""
    if path.is_file() and b'href="opds.json"' not in path.read_bytes():
        problem = "is there already, and is not of a catalogue"
        raise WriteError(problem, source=str(path), advice="move it, or put the books into a folder of their own")


def _books_in(folder: Path) -> list[Path]:
    """The books of a folder, sorted; nothing hidden."""
    if not folder.is_dir():
        raise UnreadableDocument("is no folder", source=str(folder), advice="name a folder of finished books")
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in MEDIA_TYPES
        and path.is_file()
        and not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise UnreadableDocument("holds no book", source=str(folder), advice="name a folder of EPUB or DOCX files")
    return found


def _identified(books: list[Book]) -> list[Book]:
    """The books with an identifier each of its own: two editions in one folder may share theirs."""
    count = Counter(book.identifier for book in books)
    return [
        book
        if count[book.identifier] == 1
        else replace(book, identifier=another_identifier(f"{book.identifier} {book.path}", book.path))
        for book in books
    ]


def _arranged(books: list[Book], title: str) -> Arrangement:
    tags = Counter(tag for book in books if (tag := language_tag(book.metadata.language)) != "und")
    language = tags.most_common(1)[0][0] if tags else "und"
    return arrange(books, title, language, catalog_wording(language))


def _saved_cover(book: Book, place: Path) -> tuple[Picture, Picture]:
    """A book's cover and its thumbnail, saved; one is drawn for a book without a cover that can be shown."""
    with suppress(PictureError):
        if book.cover:
            cover, thumbnail = (_pixels(book.cover, edge) for edge in (COVER_EDGE, THUMBNAIL_EDGE))
            return _saved(cover, place), _saved(thumbnail, place)
    own = book.metadata
    drawn = draw_cover(
        Cover(
            title=book.title,
            subtitle=own.subtitle,
            authors=own.authors,
            language=language_tag(own.language),
            identity=book.identifier,
        )
    )
    return _saved(drawn, place), _saved(prepare(drawn.content, THUMBNAIL_EDGE), place)


def _pixels(content: bytes, edge: int) -> Resource:
    """A picture as PNG, JPEG or GIF. Raises `PictureError`."""
    picture = prepare(content, edge, webp=False)
    if picture.media_type != "image/svg+xml":
        return picture
    from convertkit.pictures.rasterising import rasterise

    return prepare(rasterise(picture)[0].content, edge, webp=False)


def _saved(resource: Resource, place: Path) -> Picture:
    size = pixel_size(resource.content)
    if size is None:
        raise PictureError("its size is not known")
    path = f"{FOLDER}/covers/{resource.name}"
    save(place / path, resource.content, {})
    return Picture(path, resource.media_type, *size)


def _texts(site: Site) -> Iterator[tuple[str, bytes]]:
    """Feeds and page by their places; what others name comes before them."""
    yield from opds1.feeds(site)
    yield from opds2.feeds(site)
    yield page.NAME, page.index_page(site)


def _tidy(folder: Path, written: Iterable[str]) -> None:
    """Remove what an earlier catalogue wrote and this one does not name."""
    names = {Path(name).name for name in written}
    for pattern, place in ((_OURS, folder), (_PICTURES, folder / "covers")):
        for path in place.glob("*"):
            if pattern.fullmatch(path.name) and path.name not in names:
                path.unlink(missing_ok=True)
