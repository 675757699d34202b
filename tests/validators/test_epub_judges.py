"""EPUBs before EPUBCheck, Ace and two readers in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import ImageFont

import convertkit
from convertkit.context import WriteContext
from convertkit.options import THEMES
from convertkit.tree import Document
from convertkit.writers.epub import write_epub
from tests.corpus import archive, seed
from tests.strategies import documents
from tests.validators.books import ARABIC, CHINESE, EMPTY, RICH
from tests.validators.tools import ace, epubcheck, open_in_readers

pytestmark = pytest.mark.validators
BOOKS = {"chinese": CHINESE, "rich": RICH, "empty": EMPTY, "arabic": ARABIC}


def save(document: Document, path: Path) -> Path:
    path.write_bytes(write_epub(document, WriteContext()))
    return path


def assert_clean(books: list[Path], folder: Path) -> None:
    found = epubcheck(books, folder)
    assert len(found) == len(books)
    assert not [f"{book.name}: {message}" for book, messages in found.items() for message in messages]


def test_epubcheck_has_nothing_to_say(tmp_path: Path) -> None:
    assert_clean([save(document, tmp_path / f"{name}.epub") for name, document in BOOKS.items()], tmp_path)


def test_epubcheck_sees_what_is_wrong(tmp_path: Path) -> None:
    """Else the silence of the other tests would prove nothing."""
    broken = tmp_path / "broken.epub"
    broken.write_bytes(write_epub(EMPTY, WriteContext()).replace(b"toc.ncx", b"tox.ncx"))
    (messages,) = epubcheck([broken], tmp_path).values()
    assert messages


def test_epubcheck_has_nothing_to_say_of_any_tree(tmp_path: Path) -> None:
    books: list[Path] = []

    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(documents())
    def collect(document: Document) -> None:
        books.append(save(document, tmp_path / f"{len(books)}.epub"))

    collect()
    assert_clean(books, tmp_path)


def test_epubcheck_has_nothing_to_say_of_real_posts(tmp_path: Path) -> None:
    books: list[Path] = []
    for post in (seed(), *archive(every=60)):
        book = tmp_path / f"{len(books)}.epub"
        book.write_bytes(convertkit.convert(post, "epub").content)
        books.append(book)
    assert_clean(books, tmp_path)


def looks(folder: Path) -> list[Path]:
    """A Chinese and an English book in every theme, with a drawn cover and a font inside."""
    font = folder / "font.ttf"
    built_in = ImageFont.load_default(16)
    assert isinstance(built_in, ImageFont.FreeTypeFont)
    font.write_bytes(built_in.font_bytes)
    books = []
    for theme in THEMES:
        for name in ("chinese", "rich"):
            book = folder / f"{name}-{theme}.epub"
            book.write_bytes(convertkit.write(BOOKS[name], "epub", theme=theme, cover="auto", fonts=[font]))
            books.append(book)
    return books


def test_epubcheck_has_nothing_to_say_of_any_look(tmp_path: Path) -> None:
    """But that there is a font at all, which EPUBCheck always mentions."""
    found = epubcheck(looks(tmp_path), tmp_path)
    assert len(found) == 2 * len(THEMES)
    assert {message.id for messages in found.values() for message in messages} == {"CSS-028"}


def test_ace_finds_no_violation_in_any_look(tmp_path: Path) -> None:
    for book in looks(tmp_path)[1::2]:
        assert ace(book, tmp_path) == []


@pytest.mark.parametrize("name", BOOKS)
def test_ace_finds_no_violation(name: str, tmp_path: Path) -> None:
    assert ace(save(BOOKS[name], tmp_path / "book.epub"), tmp_path) == []


def test_ace_finds_no_violation_in_a_real_post(tmp_path: Path) -> None:
    book = tmp_path / "seed.epub"
    book.write_bytes(convertkit.convert(seed(), "epub").content)
    assert ace(book, tmp_path) == []


@pytest.mark.parametrize("reader", ["epubjs", "foliate"])
def test_readers_open_the_book(reader: str, tmp_path: Path) -> None:
    found = open_in_readers(save(CHINESE, tmp_path / "book.epub"), tmp_path)[reader]
    assert found["problems"] == []
    assert found["metadata"]["title"] == "山中一日"
    assert found["sections"] == 3  # cover, title page, chapter
    chapter = found["toc"][0]
    assert chapter["label"] == "山中一日"
    assert [row["label"] for row in chapter["children" if reader == "epubjs" else "subitems"]] == [
        "第一节　上山",
        "第二节　下山",
    ]
    assert "清晨的雾还没有散" in found["words"][2]
