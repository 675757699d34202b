"""Bodies of posts as pandoc is given them in benchmarks: without front matter, and with nothing that it would fetch."""

from __future__ import annotations

import re
from pathlib import Path

FRONT_MATTER = re.compile(r"\A\s*---\n.*?\n---\n", re.DOTALL)
FETCHED = re.compile(r"\b(?:src|srcset|poster|data)(?=\s*=)", re.IGNORECASE)
"""Attributes whose addresses pandoc opens: those of frames when it reads, those of pictures when it writes an EPUB."""


def read_body(post: Path) -> str:
    """A post's body in HTML, in which what would be fetched has no address."""
    return FETCHED.sub("was", FRONT_MATTER.sub("", post.read_text(encoding="utf-8")))


def write_bodies(posts: list[Path], folder: Path) -> list[Path]:
    """The bodies of these posts as files."""
    files = [folder / f"{number}.html" for number in range(len(posts))]
    for file, post in zip(files, posts, strict=True):
        file.write_text(read_body(post), encoding="utf-8")
    return files
