"""The coordinator's memory over archives of 10,000 to 1,000,000 small posts.

    python -m benchmarks.memory [--folder DIR] [--converting N]... [--answering N]...

The figures are kept in benchmarks/memory.json, a plot of them in benchmarks/memory.svg. Each archive is generated,
converted to text with two jobs, and thrown away. What counts is the coordinator's process alone: its workers are held
by `--memory`, and do not know how large the archive is. Linux keeps the peak (VmHWM in /proc/PID/status).

`converting` is the command as it is, on a folder of small Markdown posts. `answering` is the same coordinator (listing,
names, journal, chunks, report) on a table of such posts, which travel through it, and its chunks are answered at once,
as if they had been converted: a million posts in minutes, not in most of an hour.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

CONVERTING, ANSWERING = (10_000, 100_000), (10_000, 100_000, 1_000_000)
ALLOWED = 64
"""MiB that the peak may grow from the smallest archive to the largest."""
RESULTS = Path(__file__).with_name("memory.json")
PLOT = Path(__file__).with_name("memory.svg")
POST = """---
title: Letter {number}
author: Ada Lin
date: {year}-{month:02}-11 08:00:00 +0800
language: en
categories: [{category}]
---

"""
BODY = """The kettle sang for the {number}th time. Outside, the river carried leaves; inside, nobody counted them, and
nobody asked why. Letter {number} says no more than the letters before it did.
"""
ANSWER = """
import pickle, sys
from convertkit.archive import chunks
from convertkit.archive.records import Facts, Output, Record

def answer(settings, tasks):
    return pickle.dumps([pickle.dumps([
        Record(
            task.unit.name,
            "0" * 32,
            300,
            tuple(Output(name, 250, "1" * 32) for name in task.outputs),
            facts=Facts("A letter", ("Ada Lin",), "2011-03-11", "en", (task.unit.name[:4],), (), 180),
            losses={"NotExpressible": 1},
        )
        for task in pickle.loads(tasks)
    ])])

chunks.convert_chunk = answer
import convertkit
convertkit.convert_archive(sys.argv[1], sys.argv[2], to="text", jobs=2)
"""


def generate_table(posts: int, folder: Path) -> Path:
    """An archive of one file, a row a post."""
    table = folder / "posts.jsonl"
    with table.open("w", encoding="utf-8") as file:
        for number in range(posts):
            file.write(json.dumps({"title": f"Letter {number}", "body": f"<p>{BODY.format(number=number)}</p>"}) + "\n")
    return table


def generate_folder(posts: int, folder: Path) -> Path:
    """An archive of a file a post, a thousand to a folder."""
    for number in range(posts):
        if number % 1000 == 0:
            part = folder / f"{number // 1000:04}"
            part.mkdir(parents=True)
        year, month = 2000 + number * 20 // posts, number % 12 + 1
        text = POST.format(number=number, year=year, month=month, category=f"part {number % 40}")
        (part / f"{number:07}.md").write_text(text + BODY.format(number=number), encoding="utf-8")
    return folder


def converting(source: Path, out: Path) -> list[str]:
    """The command as it is."""
    return [sys.executable, "-m", "convertkit", "archive", str(source), "-t", "text", "-o", str(out), "--jobs", "2"]


def answering(source: Path, out: Path) -> list[str]:
    """The coordinator alone."""
    return [sys.executable, "-c", ANSWER, str(source), str(out)]


KINDS = {"converting": (generate_folder, converting), "answering": (generate_table, answering)}


def watch(command: Sequence[str]) -> dict[str, float]:
    """Run a command; the peak of its own process in MiB, and the seconds that it took."""
    start, peak = time.perf_counter(), 0
    with subprocess.Popen(command) as process:
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            if found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8")):
                peak = max(peak, int(found[1]))  # a process that has ended has no such line
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"the archive was not converted: exit code {process.returncode}")
    return {"peak_mib": round(peak / 1024, 1), "seconds": round(time.perf_counter() - start, 1)}


def measure(kind: str, posts: int, within: Path | None) -> dict[str, float]:
    """One row, for an archive that is made and thrown away."""
    generate, command = KINDS[kind]
    folder = Path(tempfile.mkdtemp(dir=within))
    try:
        (folder / "source").mkdir()
        return watch(command(generate(posts, folder / "source"), folder / "out"))
    finally:
        shutil.rmtree(folder)


def plot(rows: Sequence[tuple[str, int, float]]) -> str:
    """The peaks as columns, the growth that is allowed as a line."""
    scale = 160 / (max(peak for _, _, peak in rows) + ALLOWED)
    allowed = 180 - (min(peak for _, _, peak in rows) + ALLOWED) * scale
    width = 40 + 110 * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 232" font-family="sans-serif" font-size="12">',
        "<title>Peak memory of the coordinator, by number of posts</title>",
        f'<rect width="{width}" height="232" fill="#fff"/>',
    ]
    for place, (name, posts, peak) in enumerate(rows):
        x, y = 30 + place * 110, 180 - peak * scale
        parts.append(f'<rect x="{x}" y="{y:.1f}" width="80" height="{peak * scale:.1f}" fill="#2b6777"/>')
        parts.append(f'<text x="{x + 40}" y="{y - 6:.1f}" text-anchor="middle">{peak:.0f} MiB</text>')
        parts.append(f'<text x="{x + 40}" y="198" text-anchor="middle">{posts:,} posts</text>')
        parts.append(f'<text x="{x + 40}" y="214" text-anchor="middle" fill="#5d5b54">{name}</text>')
    parts.append(f'<path d="M20 {allowed:.1f}H{width - 20}" stroke="#a2362a" stroke-dasharray="4 3"/>')
    parts.append(
        f'<text x="{width - 20}" y="{allowed - 5:.1f}" text-anchor="end" fill="#a2362a">{ALLOWED} MiB more</text>'
    )
    return "\n".join([*parts, "</svg>\n"])


def main() -> None:
    """Measure, print, keep; exit code 1 if memory grows by more than is allowed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--converting", type=int, action="append", help="posts of an archive; may be repeated")
    parser.add_argument("--answering", type=int, action="append", help="posts of an archive; may be repeated")
    parser.add_argument("--folder", type=Path, help="where the archives are made and converted")
    options = parser.parse_args()
    rows: list[tuple[str, int, float]] = []
    kept: dict[str, dict[int, dict[str, float]]] = {}
    for kind, sizes in (
        ("converting", options.converting or CONVERTING),
        ("answering", options.answering or ANSWERING),
    ):
        for posts in sorted(sizes):
            found = measure(kind, posts, options.folder)
            kept.setdefault(kind, {})[posts] = found
            rows.append((kind, posts, found["peak_mib"]))
            print(
                f"{kind:12}{posts:>10,} posts {found['peak_mib']:8.1f} MiB {found['seconds']:8.1f} s",
                flush=True,
            )
    peaks = [peak for _, _, peak in rows]
    grown = max(peaks) - min(peaks)
    print(f"grown by {grown:.1f} MiB (under {ALLOWED})")
    RESULTS.write_text(json.dumps({**kept, "grown_mib": round(grown, 1)}, indent=2) + "\n", encoding="utf-8")
    PLOT.write_text(plot(rows), encoding="utf-8")
    sys.exit(0 if grown < ALLOWED else 1)


if __name__ == "__main__":
    main()
