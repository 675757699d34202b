"""CPU time a post: ours against pandoc kept alive in one process, and against four HTML-to-Markdown libraries.

    python -m benchmarks.convert            the table, printed and kept in benchmarks/convert.json

All run on one core over a fixed sample of the archive (every 12th damaged post), in turn, five rounds; a row is the
median of the rounds. Ours starts from the file's bytes and does all the work: encoding, front matter, metadata,
filters, cleaning, language. The others are given the body as text, already decoded, without addresses that
pandoc would fetch; its images are made text before it writes. `import` and `--help` are wall times of whole processes.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import html2text
import html_to_markdown
import markdownify
import pypandoc
import turbohtml

import convertkit
from benchmarks.bodies import read_body, write_bodies
from tests.corpus import archive

ROUNDS = 5
EVERY = 12
RESULTS = Path(__file__).with_name("convert.json")

PANDOC = """
local list, format, strip = arg[1], arg[2], {Image = function(image) return image.caption end}
local count, spent = 0, 0
for file in io.lines(list) do
  local handle = io.open(file); local html = handle:read('a'); handle:close()
  local start = os.clock()
  local document = pandoc.read(html, 'html'):walk(strip)
  document.meta.title = 'A post'
  pandoc.write(document, format)
  count, spent = count + 1, spent + os.clock() - start
end
print(1000 * spent / count)
"""


def ours(posts: list[Path], to: str) -> float:
    """Milliseconds of CPU a post."""
    sources = [post.read_bytes() for post in posts]
    convertkit.convert(sources[0], to)
    start = time.process_time()
    for source in sources:
        convertkit.convert(source, to)
    return 1000 * (time.process_time() - start) / len(posts)


def library(posts: list[str], convert: Callable[[str], object]) -> float:
    """Milliseconds of CPU a post."""
    convert(posts[0])
    start = time.process_time()
    for post in posts:
        convert(post)
    return 1000 * (time.process_time() - start) / len(posts)


def pandoc(script: Path, bodies: Path, to: str) -> float:
    """Milliseconds of CPU a post in one long-lived pandoc, by its own clock."""
    command = [pypandoc.get_pandoc_path(), "lua", str(script), str(bodies), to]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def wall(command: list[str]) -> float:
    """Milliseconds of a whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return 1000 * (time.perf_counter() - start)


def measure(folder: Path) -> dict[str, float]:
    """The median of each row, in milliseconds."""
    posts = archive(every=EVERY)
    bodies = [read_body(post) for post in posts]
    script, listing = folder / "read_write.lua", folder / "bodies.txt"
    script.write_text(PANDOC, encoding="utf-8")
    listing.write_text("".join(f"{file}\n" for file in write_bodies(posts, folder)), encoding="utf-8")
    rows: dict[str, Callable[[], float]] = {
        "convertkit markdown": lambda: ours(posts, "markdown"),
        "convertkit text": lambda: ours(posts, "text"),
        "convertkit epub": lambda: ours(posts, "epub"),
        "pandoc gfm": lambda: pandoc(script, listing, "gfm"),
        "pandoc plain": lambda: pandoc(script, listing, "plain"),
        "pandoc epub": lambda: pandoc(script, listing, "epub"),
        "markdownify": lambda: library(bodies, markdownify.markdownify),
        "html2text": lambda: library(bodies, html2text.html2text),
        "html-to-markdown": lambda: library(bodies, html_to_markdown.convert),
        "turbohtml markdown": lambda: library(bodies, lambda body: turbohtml.parse(body).to_markdown()),
        "python -c pass (wall)": lambda: wall([sys.executable, "-c", "pass"]),
        "import convertkit (wall)": lambda: wall([sys.executable, "-c", "import convertkit"]),
        "convertkit --help (wall)": lambda: wall([sys.executable, "-m", "convertkit", "--help"]),
    }
    rounds = [{name: row() for name, row in rows.items()} for _ in range(ROUNDS)]
    return {name: round(statistics.median(one[name] for one in rounds), 3) for name in rows}


def main() -> None:
    """Measure, print, keep."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        medians = measure(Path(folder))
    for name, value in medians.items():
        print(f"{name:28}{value:10.2f} ms")
    ratios = {
        f"{theirs} / {mine}": round(medians[theirs] / medians[mine], 1)
        for mine, theirs in (
            ("convertkit markdown", "pandoc gfm"),
            ("convertkit text", "pandoc plain"),
            ("convertkit epub", "pandoc epub"),
            ("convertkit markdown", "markdownify"),
            ("convertkit markdown", "html2text"),
        )
    }
    for name, ratio in ratios.items():
        print(f"{name:48}{ratio:6.1f} x")
    RESULTS.write_text(json.dumps({"milliseconds": medians, "ratios": ratios}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
