"""Every call of a run fails once: does anything get lost? `tests/archive/faults.py` says what must hold.

    python benchmarks/faults.py [--every 1] [--posts 12]

It counts how often a run writes, syncs, renames, opens and makes folders, then lets each of these calls fail, once and
from there on, with ENOSPC, EIO and EMFILE. The figures go to `benchmarks/faults.json`.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.archive.faults import CALLS, ERRORS, STRACE, Fault, command, small_archive, wanted

RESULTS = Path(__file__).with_suffix(".json")


def counted(source: Path, out: Path, calls: str) -> int:
    """How often the busiest process of a run makes these calls."""
    log = out.with_suffix(".log")
    tracing = [STRACE or "strace", "-f", "--seccomp-bpf", "-qqq", "-o", str(log), "-e", f"trace={calls}"]
    subprocess.run([*tracing, *command(source, out)], check=True, capture_output=True)
    found = collections.Counter(re.findall(r"^(\d+) +\w+\(", log.read_text(errors="replace"), re.MULTILINE))
    return max(found.values(), default=0)


def faults(source: Path, folder: Path, every: int) -> Iterator[Fault]:
    for number, calls in enumerate(CALLS):
        most = counted(source, folder / f"counted-{number}", calls)
        step = max(1, every if most < 200 else every * most // 200)
        for error in ERRORS:
            for at in range(1, most + 1, step):
                for lasting in (False, True):
                    yield Fault(calls, error, at, lasting)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only each so-manieth call")
    parser.add_argument("--posts", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so many")
    asked = parser.parse_args()
    begun = time.monotonic()
    tried: collections.Counter[str] = collections.Counter()
    problems = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = small_archive(folder / "in", asked.posts)
        whole = wanted(source, folder / "whole")
        chosen = list(faults(source, folder, asked.every))
        random.Random(0).shuffle(chosen)  # so that a run that is stopped has tried some of all
        for fault in chosen:
            if time.monotonic() - begun > asked.minutes * 60:
                break
            found = list(whole.problems(folder / "out", fault))
            tried[fault.calls.partition(",")[0]] += 1
            problems += found
            print(fault, *(found or ["well"]), flush=True)
    told = {
        "of": len(chosen),
        "tried": dict(tried),
        "problems": problems,
        "minutes": round((time.monotonic() - begun) / 60, 1),
    }
    RESULTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
