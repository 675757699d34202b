"""Mutated posts of the archive through every stage, guided by the code that they reach.

    pip install 'convertkit[fuzz]'
    python -m benchmarks.fuzz --runs 100000 [--seed 1] [--plain] [--keep FOLDER]

Each run takes a post, or one that reached new code, changes it (bytes, pieces of other posts, pieces of markup, runs
of a construct), reads it, and writes it in one format: Markdown, text and HTML in turn, EPUB each 8th, DOCX each 64th.
atheris counts the branches reached and chooses what to mutate; `--plain` mutates without it, four times as fast.

A finding is an exception that is none of ours, more than two seconds of CPU, a control character in a text, a part
that is not well-formed, or (each 16th run) anything that could act. Each is told once, by where it arose, and kept in
the folder with the input that gave it. The last line counts the runs.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import convertkit
from tests.corpus import archive
from tests.hostile.outputs import look_into

SLOW = 2.0
"""Seconds of CPU for one post of at most `LONGEST` bytes."""
LONGEST = 12_000
PIECES = Path(__file__).with_name("fuzz_pieces.txt").read_text("ascii").split()
"""Pieces of markup that are inserted. The file has them with Python's escapes, a space in one as `\\x20`."""
STAGES = (
    "readers.post",
    "readers.page",
    "readers.markdown",
    *(f"writers.{name}" for name in ("markdown", "text", "html", "epub", "docx")),
)
"""What is loaded when it is first needed, and is to be watched."""
RARE = {"epub": 8, "docx": 64}
FORMATS = ("markdown", "text", "html")


@dataclass
class Campaign:
    """What was run and found so far."""

    seeds: Sequence[bytes]
    keep: Path
    runs: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    findings: dict[str, bytes] = field(default_factory=dict)

    def one(self, data: bytes) -> None:
        """One mutated post through all stages."""
        self.runs += 1
        to = next((name for name in ("docx", "epub") if self.runs % RARE[name] == 0), FORMATS[self.runs % 3])
        began = time.process_time()
        try:
            result = convertkit.convert(data, to, from_="post")
        except convertkit.ConvertkitError as error:
            self.reasons[error.reason] += 1
        except Exception as error:  # noqa: BLE001  # what is looked for
            self.found(_place(error), data)
        else:
            self.reasons["converted"] += 1
            self.check(to, result.content, data)
        if (seconds := time.process_time() - began) > SLOW:
            self.found(f"slow: {to} {seconds:.0f} s", data)

    def check(self, to: str, content: bytes, data: bytes) -> None:
        """Look into an output: always into containers, now and then into texts."""
        if to in RARE or self.runs % 16 < len(FORMATS):
            inside = look_into(to, content, iter(()))
            for wrong in (*inside.broken, *inside.threats):
                self.found(f"{to}: {wrong[:60]}", data)

    def found(self, what: str, data: bytes) -> None:
        """Keep a finding, once."""
        if what in self.findings:
            return
        self.findings[what] = data
        path = self.keep / f"{len(self.findings):03d}.{os.getpid()}.post"
        path.write_bytes(data)
        print(f"{self.runs}: {what} ({path})", flush=True)

    def mutated(self, data: bytes, random_: random.Random) -> bytes:
        """A post with one to six changes."""
        for _ in range(random_.choice((1, 1, 2, 2, 3, 6))):
            data = random_.choice(CHANGES)(data, self.seeds, random_)
        return data[:LONGEST]


def _place(error: Exception) -> str:
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "convertkit" in frame.filename]
    where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    return f"{type(error).__name__} at {where}: {str(error)[:80]}"


# ---------------------------------------------------------------- changes


def _span(data: bytes, random_: random.Random, longest: int = 400) -> tuple[int, int]:
    begin = random_.randrange(len(data) + 1)
    return begin, min(len(data), begin + random_.randrange(1, longest))


def _bytes(data: bytes, _: Sequence[bytes], random_: random.Random) -> bytes:
    changed = bytearray(data)
    for _times in range(random_.randrange(1, 9) if changed else 0):
        changed[random_.randrange(len(changed))] = random_.randrange(256)
    return bytes(changed)


def _delete(data: bytes, _: Sequence[bytes], random_: random.Random) -> bytes:
    begin, end = _span(data, random_)
    return data[:begin] + data[end:]


def _move(data: bytes, _: Sequence[bytes], random_: random.Random) -> bytes:
    begin, end = _span(data, random_)
    rest, at = data[:begin] + data[end:], random_.randrange(len(data) + 1)
    return rest[:at] + data[begin:end] + rest[at:]


def _repeat(data: bytes, _: Sequence[bytes], random_: random.Random) -> bytes:
    begin, end = _span(data, random_, 40)
    return data[:begin] + data[begin:end] * random_.choice((2, 3, 10, 200)) + data[end:]


def _splice(data: bytes, seeds: Sequence[bytes], random_: random.Random) -> bytes:
    other = random_.choice(seeds)
    begin, end = _span(other, random_)
    at = random_.randrange(len(data) + 1)
    return data[:at] + other[begin:end] + data[at:]


def _insert(data: bytes, _: Sequence[bytes], random_: random.Random) -> bytes:
    pieces = "".join(random_.choice(PIECES) for _ in range(random_.choice((1, 1, 2, 5))))
    pieces *= random_.choice((1, 1, 1, 1, 300))
    at = random_.randrange(len(data) + 1)
    return data[:at] + pieces.encode("ascii").decode("unicode_escape").encode("utf-8", "surrogatepass") + data[at:]


def _insert_early(data: bytes, seeds: Sequence[bytes], random_: random.Random) -> bytes:
    """Into the front matter, which is small beside the body."""
    head = data[:300]
    return _insert(head, seeds, random_) + data[300:]


def _cut(data: bytes, _: Sequence[bytes], random_: random.Random) -> bytes:
    return data[: random_.randrange(len(data) + 1)]


CHANGES: Sequence[Callable[[bytes, Sequence[bytes], random.Random], bytes]] = (
    _bytes,
    _delete,
    _move,
    _repeat,
    _splice,
    _insert,
    _insert,
    _insert_early,
    _cut,
)


def posts(every: int) -> list[bytes]:
    """The short half of the archive's posts: they hold every construct, and more of them are run in an hour."""
    return [data for path in archive("damaged", every) if len(data := path.read_bytes()) <= LONGEST // 2]


def run_plain(campaign: Campaign, runs: int, seed: int) -> None:
    random_ = random.Random(seed)
    while campaign.runs < runs:
        campaign.one(campaign.mutated(random_.choice(campaign.seeds), random_))


def run_guided(campaign: Campaign, runs: int, seed: int) -> None:
    """Runs under atheris, which ends the process itself: findings are told as they are met."""
    import atheris

    with atheris.instrument_imports(include=["convertkit"]):
        for name in STAGES:
            import_module(f"convertkit.{name}")
    corpus = campaign.keep / f"corpus-{seed}"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(campaign.seeds):
        (corpus / f"{number:05d}").write_bytes(data)

    def mutate(data: bytes, longest: int, seed: int) -> bytes:
        return campaign.mutated(data, random.Random(seed))[:longest]

    options = [f"-runs={runs}", f"-seed={seed}", f"-max_len={LONGEST}", "-timeout=60", "-rss_limit_mb=2000"]
    atheris.Setup([sys.argv[0], str(corpus), *options], campaign.one, custom_mutator=mutate)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    campaign = Campaign(posts(given.every), given.keep)
    (run_plain if given.plain else run_guided)(campaign, given.runs, given.seed)
    print(f"{campaign.runs:,} runs: {dict(campaign.reasons)}, {len(campaign.findings)} findings")


if __name__ == "__main__":
    main()
