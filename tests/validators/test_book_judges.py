"""Books of many posts before EPUBCheck, Ace and two readers in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from convertkit import build_book
from tests.corpus import archive
from tests.test_book import POSTS
from tests.validators.tools import ace, epubcheck, open_in_readers

pytestmark = pytest.mark.validators

RICH = """---
title: Everything that a post may hold
date: 2020-02-29
lang: en
tags: [all, of, it]
---
<p id="top">A note<sup><a href="#fn1" id="ref1">1</a></sup>, <ruby>漢<rt>kan</rt></ruby>, <code>code</code>,
H<sub>2</sub>O,
<span lang="zh-CN">中文</span> and <math><mi>x</mi><mo>=</mo><mn>1</mn></math>, see <a href="tea.md">tea</a>.</p>
<h2>Tables</h2>
<table><caption>Cups</caption><thead><tr><th>Kind</th><th>Cups</th></tr></thead>
<tbody><tr><td>Green</td><td>2</td></tr></tbody></table>
<h2>Lists and more</h2>
<ol start="3"><li>three<ul><li>inside</li></ul></li><li>four</li></ol>
<dl><dt>Tea</dt><dd>leaves in water</dd></dl>
<blockquote><p>Quoted.</p></blockquote>
<pre><code class="language-python">print("tea")
</code></pre>
<figure><img src="dot.png" alt="A dot"><figcaption>A dot</figcaption></figure>
<hr><p><a href="#top">Up</a></p>
<ol class="footnotes"><li id="fn1">The text of the note. <a href="#ref1">↩</a></li></ol>
"""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A book with parts and everything behind its chapters, and two volumes of the same posts."""
    folder = tmp_path_factory.mktemp("books")
    for name, text in {**POSTS, "rich.md": RICH}.items():
        path = folder / "posts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    Image.new("RGB", (8, 8), "green").save(folder / "posts" / "dot.png")
    one = folder / "one.epub"
    build_book(
        folder / "posts", one, title="Tea", group_by="year,month", index="tag,author,date", sources=True, cited_by=True
    )
    report = build_book(folder / "posts", folder / "walks.epub", title="雨中", volumes="posts:2", theme="serif")
    return [one, *(volume.path for volume in report.volumes)]


def assert_clean(books: list[Path], folder: Path) -> None:
    found = epubcheck(books, folder)
    assert len(found) == len(books)
    assert not [f"{book.name}: {message}" for book, messages in found.items() for message in messages]


def test_epubcheck_has_nothing_to_say(books: list[Path], tmp_path: Path) -> None:
    assert_clean(books, tmp_path)


def test_ace_finds_no_violation(books: list[Path], tmp_path: Path) -> None:
    assert ace(books[0], tmp_path) == []


def test_epubcheck_has_nothing_to_say_of_real_posts(tmp_path: Path) -> None:
    report = build_book(archive(every=40), tmp_path / "book.epub", group_by="author", index="tag", sources=True)
    assert_clean([volume.path for volume in report.volumes], tmp_path)


@pytest.mark.parametrize("reader", ["epubjs", "foliate"])
def test_readers_open_the_book(reader: str, books: list[Path], tmp_path: Path) -> None:
    found = open_in_readers(books[0], tmp_path)[reader]
    assert found["problems"] == []
    assert found["metadata"]["title"] == "Tea"
    assert found["toc"][0]["label"] == "2020"
