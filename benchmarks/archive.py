"""Posts a second of whole archives: ours, with everything that makes a run safe to kill, against pandoc alone.

    python -m benchmarks.archive [--every N] [--pandoc-every N] [--rounds N]

The table is kept in benchmarks/archive.json. All in one run, on two cores, in seconds of the clock, process starts
included. Ours is the command, on the damaged archive: with one job, with two, again with nothing changed, and to EPUB.
pandoc is given the bodies alone, as HTML in files with no address that it would fetch: as a loop that starts a process
a post, two at a time, and as two processes kept alive with half of the posts each, which write plain files.
`bare` is processes that convert and keep nothing, one or two: what a run takes longer is the share of listing, journal,
hashing, commits, guards and the report, taken together; and what two of them gain on one is all that the machine has to
give to a second job: where its two cores are threads of one, that is far from twice as much.

Python keeps what it compiled in a folder of the benchmark's, as it does beside a package that was installed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pypandoc

from benchmarks.bodies import write_bodies
from tests.corpus import archive, corpus

JOBS = 2
RESULTS = Path(__file__).with_name("archive.json")

ALIVE = """
local list, out, format, suffix = arg[1], arg[2], arg[3], arg[4]
local strip = {Image = function(image) return image.caption end}
local number = 0
for file in io.lines(list) do
  local handle = io.open(file); local html = handle:read('a'); handle:close()
  local document = pandoc.read(html, 'html'):walk(strip)
  document.meta.title = 'A post'
  number = number + 1
  local written = io.open(out .. '/' .. number .. suffix, 'wb')
  written:write(pandoc.write(document, format)); written:close()
end
"""
BARE = """
import sys
from pathlib import Path
import convertkit
for line in sys.stdin:
    convertkit.convert(Path(line.rstrip("\\n")), sys.argv[1])
"""


def let_python_keep_what_it_compiles(folder: Path) -> None:
    """As it is wherever packages are installed, whatever this checkout's environment says."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")


def seconds(*commands: Sequence[str], given: Sequence[str] = ()) -> float:
    """Until all of the commands, begun together, have ended. `given` is what each is told on its standard input."""
    start = time.perf_counter()
    piped, quiet = subprocess.PIPE, subprocess.DEVNULL
    running = [subprocess.Popen(command, stdin=piped, stdout=quiet, stderr=quiet) for command in commands]
    with ThreadPoolExecutor(len(running)) as pool:
        inputs = [text.encode() for text in given] or [b""] * len(running)
        list(pool.map(lambda pair: pair[0].communicate(pair[1]), zip(running, inputs, strict=True)))
    if codes := [process.returncode for process in running if process.returncode]:
        raise SystemExit(f"{commands[0][0]} ended with {codes[0]}")
    return time.perf_counter() - start


def ours(source: Path, out: Path, to: str, jobs: int = JOBS) -> float:
    """Seconds of one run of the command."""
    command = [sys.executable, "-m", "convertkit", "archive", str(source), "-t", to, "-o", str(out)]
    return seconds([*command, "--jobs", str(jobs)])


def bare(posts: Sequence[Path], to: str, jobs: int = JOBS) -> float:
    """Seconds of processes that convert and keep nothing."""
    lists = ["".join(f"{post}\n" for post in posts[start::jobs]) for start in range(jobs)]
    return seconds(*[[sys.executable, "-c", BARE, to]] * jobs, given=lists)


def pandoc_loop(bodies: Sequence[Path], folder: Path, to: str) -> float:
    """Seconds of a process a post, two at a time."""
    pandoc, out = pypandoc.get_pandoc_path(), folder / f"loop.{to}"

    def convert(body: Path) -> None:
        command = [pandoc, "--sandbox", "-f", "html", "-t", to, "-o", f"{out}-{body.stem}", str(body)]
        subprocess.run(command, check=True, capture_output=True)

    start = time.perf_counter()
    with ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(convert, bodies))
    return time.perf_counter() - start


def pandoc_alive(bodies: Sequence[Path], folder: Path, to: str) -> float:
    """Seconds of two processes with half of the posts each."""
    script = folder / "alive.lua"
    script.write_text(ALIVE, encoding="utf-8")
    commands = []
    for number in range(JOBS):
        listing, out = folder / f"{number}.txt", folder / f"alive-{to}-{number}"
        listing.write_text("".join(f"{body}\n" for body in bodies[number::JOBS]), encoding="utf-8")
        out.mkdir(exist_ok=True)
        commands.append([pypandoc.get_pandoc_path(), "lua", str(script), str(listing), str(out), to, f".{to}"])
    return seconds(*commands)


def measure(source: Path, posts: Sequence[Path], folder: Path, sampled: int, times: int) -> dict[str, float]:
    """Milliseconds a post, the median of the rounds, by row."""
    bodies = write_bodies(list(posts[::sampled]), folder)
    for to in ("markdown", "epub"):
        ours(posts[0], folder / f"compiled-{to}", to)
    rounds: dict[str, list[float]] = {}

    def row(name: str, count: int, run: Callable[[], float]) -> None:
        value = 1000 * run() / count
        print(f"{name:32}{value:10.3f} ms a post {1000 / value:10.0f} posts a second", flush=True)
        rounds.setdefault(name, []).append(value)

    for number in range(times):
        one, two, epub = (folder / f"{name}-{number}" for name in ("one", "two", "epub"))
        row("markdown, 2 jobs", len(posts), partial(ours, source, two, "markdown"))
        row("markdown, nothing changed", len(posts), partial(ours, source, two, "markdown"))
        row("markdown, 1 job", len(posts), partial(ours, source, one, "markdown", 1))
        row("markdown, bare", len(posts), partial(bare, posts, "markdown"))
        row("markdown, bare, 1 process", len(posts), partial(bare, posts, "markdown", 1))
        row("pandoc alive, gfm", len(bodies), partial(pandoc_alive, bodies, folder, "gfm"))
        row("pandoc loop, gfm", len(bodies), partial(pandoc_loop, bodies, folder, "gfm"))
        row("epub, 2 jobs", len(posts), partial(ours, source, epub, "epub"))
        row("epub, bare", len(posts), partial(bare, posts, "epub"))
        row("pandoc alive, epub", len(bodies), partial(pandoc_alive, bodies, folder, "epub"))
    return {name: round(statistics.median(values), 3) for name, values in rounds.items()}


def ratios(rows: dict[str, float]) -> dict[str, tuple[float, str]]:
    """What was measured, and what is demanded of it."""
    two, one, bare_ = rows["markdown, 2 jobs"], rows["markdown, 1 job"], rows["markdown, bare"]
    return {
        "pandoc loop / ours, markdown": (rows["pandoc loop, gfm"] / two, "12 or more"),
        "pandoc alive / ours, markdown": (rows["pandoc alive, gfm"] / two, "6 or more"),
        "pandoc alive / ours, epub": (rows["pandoc alive, epub"] / rows["epub, 2 jobs"], "5 or more"),
        "1 job / 2 jobs": (one / two, "1.8 or more"),
        "bare: 1 process / 2 processes": (rows["markdown, bare, 1 process"] / bare_, "what this machine has to give"),
        "first run / second run": (two / rows["markdown, nothing changed"], "20 or more"),
        "share of all but converting": (1 - bare_ / two, "under 0.15"),
        "the same, to epub": (1 - rows["epub, bare"] / rows["epub, 2 jobs"], "under 0.15"),
    }


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take each n-th post of the archive")
    parser.add_argument("--pandoc-every", type=int, default=6, help="give pandoc each n-th of these")
    parser.add_argument("--rounds", type=int, default=3, help="a row is the median of so many")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:JOBS]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        let_python_keep_what_it_compiles(folder)
        source, posts = corpus("archive/damaged"), archive(every=options.every)
        if options.every > 1:
            source = folder / "source"
            for post in posts:
                copy = source / post.relative_to(corpus("archive/damaged"))
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(post.read_bytes())
        rows = measure(source, posts, folder, options.pandoc_every, options.rounds)
    found = ratios(rows)
    for label, (ratio, demand) in found.items():
        print(f"{label:32}{ratio:10.2f}   ({demand})")
    kept = {
        "posts": len(posts),
        "milliseconds": rows,
        "ratios": {label: round(r, 3) for label, (r, _) in found.items()},
    }
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
