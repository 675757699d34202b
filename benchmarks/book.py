"""A book of two thousand posts: ours against pandoc, on the same posts in one run, by CPU time of all processes.

    python -m benchmarks.book [--posts N]      the table, printed and kept in benchmarks/book.json

Ours starts from the damaged files and does all of its work: cleaning, copies, links, parts by year, the cover, and it
is run with one volume and with twenty, for the peak of memory. pandoc is given each body as an HTML file with its
title as heading, without images, so that it has none to look for, and in `--sandbox`; it makes one flat book.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from convertkit.pandoc.program import pandoc_program
from tests.corpus import archive

RESULTS = Path(__file__).with_name("book.json")
FRONT_MATTER = re.compile(r"\A\s*---\n.*?\n---\n", re.DOTALL)
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
OURS = """
import resource, sys
from pathlib import Path
from convertkit import build_book
posts = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
build_book(posts, Path(sys.argv[2]), title="Posts", group_by="year", volumes=sys.argv[3])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def spent(command: list[str]) -> tuple[float, str]:
    """Seconds of CPU that a command and its children took, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, printed


def bodies(posts: list[Path], folder: Path) -> list[str]:
    """Each post as an HTML file that pandoc reads."""
    files = []
    for number, post in enumerate(posts):
        body = IMAGE.sub("", FRONT_MATTER.sub("", post.read_text(encoding="utf-8", errors="replace")))
        file = folder / f"{number}.html"
        file.write_text(f"<h1>{html.escape(post.stem)}</h1>\n{body}", encoding="utf-8")
        files.append(str(file))
    return files


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, default=2000)
    posts = [post for post in archive() if "Digital.gov" in post.parts][: parser.parse_args().posts]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "list").write_text("\n".join(map(str, posts)), encoding="utf-8")
        row: dict[str, float] = {"posts": len(posts)}
        for label, volumes in (("one volume", "none"), ("twenty volumes", f"posts:{-(-len(posts) // 20)}")):
            command = [sys.executable, "-c", OURS, str(folder / "list"), str(folder / "book.epub"), volumes]
            seconds, printed = spent(command)
            row[f"convertkit, {label} (s)"], row[f"convertkit, {label} (MB)"] = round(seconds, 2), int(printed)
        files = bodies(posts, folder)
        options = ["-f", "html", "-t", "epub3", "--sandbox", "--metadata", "title=Posts", "-o", str(folder / "p.epub")]
        row["pandoc (s)"] = round(spent([pandoc_program(), *options, *files])[0], 2)
    row["pandoc / convertkit"] = round(row["pandoc (s)"] / row["convertkit, one volume (s)"], 1)
    for label, value in row.items():
        print(f"{label:36} {value:10}")
    row["cores"] = os.cpu_count() or 1
    RESULTS.write_text(json.dumps(row, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
