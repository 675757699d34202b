"""Many posts of which one in a hundred hangs, allocates, crashes or forks: `python -m benchmarks.isolation [POSTS]`.

Two runs, one with a filter that does what titles say and one without: every output that both have must be equal, the
reasons must be those of `tests/archive/test_isolation.py`, and no process may be left.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import uuid
from pathlib import Path

from convertkit.archive import chunks
from convertkit.archive.engines import open_engine
from convertkit.archive.records import Record
from convertkit.archive.settings import Settings
from tests.archive.posts import MARK, living, settings_of, tasks_of, tree, wait_until, write_posts
from tests.archive.test_isolation import COSTS

CHUNK = 250


def converted(settings: Settings, posts: Path) -> dict[str, Record]:
    tasks, packed = tasks_of(posts), chunks.pack(settings)
    with open_engine("local", os.cpu_count() or 1) as engine:
        futures = [
            engine.submit(chunks.convert_chunk, packed, chunks.pack(tasks[start : start + CHUNK]))
            for start in range(0, len(tasks), CHUNK)
        ]
        return {record.name: record for future in futures for record in chunks.records_of(future.result())}


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    mark = os.environ[MARK] = uuid.uuid4().hex
    kinds = list(COSTS)
    bad = {f"{place:06}": kinds[place // 100 % len(kinds)] for place in range(50, number, 100)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = folder / "plain"
        write_posts(folder / "posts", {f"{place:06}": f"Post {place}" for place in range(number)} | bad)
        plain.mkdir()
        began = time.monotonic()
        expected = converted(settings_of(plain, filters=False, timeout=60), folder / "posts")
        between = time.monotonic()
        found = converted(settings_of(folder, timeout=3), folder / "posts")
        ended = time.monotonic()
        reasons = {post: failure.reason if (failure := found[f"{post}.md"].failure) else None for post in bad}
        wrong = [f"{bad[post]}: {reason}" for post, reason in reasons.items() if reason != COSTS[bad[post]]]
        with_bad, without = tree(folder / "out"), tree(plain / "out")
        differing = [post for post, data in with_bad.items() if without[post] != data]
        missing = without.keys() - with_bad.keys() - {f"{post}.html" for post, title in bad.items() if COSTS[title]}
        assert len(expected) == len(found) == number
    left = not wait_until(lambda: not living(mark))
    print(
        f"{number} posts, {len(bad)} of them bad: {between - began:.1f} s without the filter, {ended - between:.1f} s"
    )
    print(f"outputs that differ: {len(differing)}, that are missing: {len(missing)}")
    print(f"wrong reasons: {wrong}; processes left: {left}")
    sys.exit(bool(differing or missing or wrong or left))


if __name__ == "__main__":
    main()
