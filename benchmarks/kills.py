"""Kills and resumes, many of them: `python -m benchmarks.kills [--random N] [--calls N] [--posts N]`.

Random kills of a run and of its resume, then one at each of the first calls that change a file; after each the same
command again, and every byte compared with an undisturbed run. It ends with an error at the first difference.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from tests.archive.kills import afresh, command, everything, finish, kill_after, kill_at_call, small_archive


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=200)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--posts", type=int, default=200)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = small_archive(Path(folder, "in"), chosen.posts)
        out = Path(folder, "out")
        assert finish(command(source, out), "whole") == 1
        whole = everything(out)
        kills = killed_at_random(source, out, whole, chosen.random)
        print(f"{chosen.random} resumes after {kills} random kills: all equal")
        killed_at_calls(source, out, whole, chosen.calls)
        print(f"{chosen.calls} resumes after a kill at each of the first {chosen.calls} calls: all equal")


def killed_at_random(source: Path, out: Path, whole: dict[str, object], rounds: int) -> int:
    """Kill each run one to three times before it may end; how many kills met a run alive."""
    kills = 0
    for number in range(rounds):
        chance = random.Random(number)
        afresh(out)
        for kill in range(chance.randint(1, 3)):
            kills += kill_after(command(source, out), f"{number}-{kill}", chance.uniform(0.05, 2.5))
        compare(source, out, whole, f"random {number}")
    return kills


def killed_at_calls(source: Path, out: Path, whole: dict[str, object], calls: int) -> None:
    for number in range(1, calls + 1):
        kill_at_call(command(source, afresh(out)), f"call-{number}", number)
        compare(source, out, whole, f"call {number}")


def compare(source: Path, out: Path, whole: dict[str, object], what: str) -> None:
    """Take the run up, and raise if it leaves anything else than an undisturbed one."""
    assert finish(command(source, out), what) == 1, what
    found = everything(out)
    differing = [name for name in {*found, *whole} if found.get(name) != whole.get(name)]
    assert not differing, f"{what}: {sorted(differing)}"
    print(what, end="\r", flush=True)


if __name__ == "__main__":
    main()
