"""markdownlint on what the Markdown writer makes of posts: its configuration says what is excepted, and why."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

import convertkit
from tests.corpus import ROOT, archive
from tests.validators.tools import HERE, node_program

pytestmark = pytest.mark.validators


def complaints(posts: Iterable[Path], folder: Path) -> list[str]:
    """What markdownlint has to say, a line each."""
    for number, post in enumerate(posts):
        (folder / f"{number:04}.md").write_bytes(convertkit.convert(post, "markdown").content)
    return complaints_in(folder)


def complaints_in(folder: Path) -> list[str]:
    """The same of the Markdown files below a folder."""
    program = node_program("markdownlint-cli2")
    command = [str(program), "--config", str(HERE / "ours.markdownlint-cli2.jsonc"), "**/*.md"]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 1), done.stderr
    return [line for line in done.stderr.splitlines() if " MD" in line]


def test_the_example_archive_is_clean(tmp_path: Path) -> None:
    posts = [path for path in (ROOT / "examples/archive").rglob("*") if path.suffix in (".md", ".html")]
    assert complaints(posts, tmp_path) == []


def test_a_sample_of_the_archive_is_clean(tmp_path: Path) -> None:
    assert complaints(archive(every=12), tmp_path) == []


def test_books_of_the_example_archive_are_clean(tmp_path: Path) -> None:
    convertkit.build_book(ROOT / "examples/archive", tmp_path / "book.md", group_by="year,month")
    convertkit.build_book(ROOT / "examples/archive", tmp_path / "split", group_by="category", split=True)
    assert complaints_in(tmp_path) == []
