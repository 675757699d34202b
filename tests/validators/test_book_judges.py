"""Books of many posts before EPUBCheck, Ace and two readers in Chromium."""

from __future__ import annotations

import hashlib
import io
import re
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

import convertkit.fetching
from convertkit import build_book
from convertkit.fetching import Client, Limits
from convertkit.options import THEMES, ThemeName
from tests.corpus import archive
from tests.picture_server import connect_here, serving
from tests.test_book import POSTS
from tests.validators.everything import POSTS as EVERYTHING
from tests.validators.tools import ace, epubcheck, open_in_readers

pytestmark = pytest.mark.validators

IMAGE = re.compile(r"<img\b[^>]*>|^(?:headimg|thumbnail):.*$", re.MULTILINE)
ADDRESS = re.compile(r"https?://[^\s\"'<>]*")
PICTURES = 40


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A book with parts and everything behind its chapters, and two volumes of the same posts."""
    folder = tmp_path_factory.mktemp("books")
    for name, text in {**POSTS, **EVERYTHING}.items():
        path = folder / "posts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    one = folder / "one.epub"
    build_book(
        folder / "posts", one, title="Tea", group_by="year,month", index="tag,author,date", sources=True, cited_by=True
    )
    report = build_book(folder / "posts", folder / "walks.epub", title="雨中", volumes="posts:3", theme="serif")
    return [one, *(volume.path for volume in report.volumes)]


def everything(folder: Path) -> Path:
    """A folder of posts that hold every construct."""
    (folder / "everything").mkdir()
    for name, text in EVERYTHING.items():
        (folder / "everything" / name).write_text(text, encoding="utf-8")
    return folder / "everything"


def pictures() -> dict[str, bytes]:
    """Pictures of several formats and sizes."""
    made = {}
    for number in range(PICTURES):
        picture = Image.new("RGB", (40 + 37 * number, 30 + 29 * number), (6 * number, 100, 200))
        kind = ("PNG", "JPEG", "GIF", "WEBP", "TIFF")[number % 5]
        saved = io.BytesIO()
        picture.save(saved, kind)
        made[f"picture-{number}"] = saved.getvalue()
    return made


def with_pictures_from(base: str, text: str) -> str:
    """A post whose pictures are all on one server."""

    def address(found: re.Match[str]) -> str:
        return f"{base}picture-{int(hashlib.sha256(found[0].encode()).hexdigest(), 16) % PICTURES}"

    return IMAGE.sub(lambda image: ADDRESS.sub(address, image[0]), text)


def assert_clean(books: list[Path], folder: Path) -> None:
    found = epubcheck(books, folder)
    assert len(found) == len(books)
    assert not [f"{book.name}: {message}" for book, messages in found.items() for message in messages]


def test_epubcheck_has_nothing_to_say(books: list[Path], tmp_path: Path) -> None:
    assert_clean(books, tmp_path)


def test_ace_finds_no_violation(books: list[Path], tmp_path: Path) -> None:
    assert ace(books[0], tmp_path) == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_book_with_every_construct_is_clean_in_every_theme(theme: ThemeName, tmp_path: Path) -> None:
    book = tmp_path / "book.epub"
    report = build_book(
        everything(tmp_path), book, theme=theme, group_by="year", index="tag,author,date", sources=True, cited_by=True
    )
    assert not report.unreadable
    assert_clean([book], tmp_path)
    assert ace(book, tmp_path) == []


def test_a_book_of_posts_with_code_tables_and_pictures_is_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pictures are fetched from this machine; Ace, which needs seconds a chapter, is given a slice."""
    client = partial(Client, connect=connect_here, limits=Limits(interval=0.0))
    monkeypatch.setattr(convertkit.fetching, "Client", client)
    with serving() as server:
        server.files.update(pictures())
        for number, post in enumerate(post for post in archive() if "ServiceMesher" in post.parts):
            text = with_pictures_from(server.url(""), post.read_text(encoding="utf-8"))
            (tmp_path / f"{number:03}.md").write_text(text, encoding="utf-8")
        book, slice_ = tmp_path / "book.epub", tmp_path / "slice.epub"
        report = build_book(tmp_path, book, images="fetch", allow_private=True, group_by="year", sources=True)
        build_book(tmp_path / "1?0.md", slice_, images="fetch", allow_private=True)
    assert len(list(report.plan.cards)) > 290
    assert report.volumes[0].images > PICTURES // 2
    assert_clean([book, slice_], tmp_path)
    assert ace(slice_, tmp_path) == []


def test_epubcheck_has_nothing_to_say_of_real_posts(tmp_path: Path) -> None:
    report = build_book(archive(every=40), tmp_path / "book.epub", group_by="author", index="tag", sources=True)
    assert_clean([volume.path for volume in report.volumes], tmp_path)


@pytest.mark.parametrize("reader", ["epubjs", "foliate"])
def test_readers_open_the_book(reader: str, books: list[Path], tmp_path: Path) -> None:
    found = open_in_readers(books[0], tmp_path)[reader]
    assert found["problems"] == []
    assert found["metadata"]["title"] == "Tea"
    assert found["toc"][0]["label"] == "2020"
