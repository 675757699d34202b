"""A Dask cluster of two workers on this machine against two local jobs: `python -m benchmarks.cluster`.

Alternating rounds of the same generated posts give the overhead; in one more round a worker is killed; then empty tasks
tell what memory the scheduler and this process take for many.
"""

from __future__ import annotations

import argparse
import os
import pickle
import resource
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from pathlib import Path

from convertkit.archive import chunks
from convertkit.archive.engine import Engine
from convertkit.archive.engines import open_engine
from convertkit.archive.records import Record
from convertkit.archive.settings import Settings
from convertkit.archive.units import Located, Task, Unit
from tests.archive.cluster import Cluster, dask_cluster
from tests.archive.posts import settings_of, tasks_of, tree, write_posts

CHUNK = 250
ROUNDS = 3


def answers(
    engine: Engine, function: Callable[[bytes, bytes], bytes], settings: bytes, packed: Iterator[bytes]
) -> Iterator[bytes]:
    """What chunks give, five under way at a time."""
    running: set[Future[bytes]] = set()
    for tasks in packed:
        running.add(engine.submit(function, settings, tasks))
        if len(running) > 2 * engine.workers:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    yield from (future.result() for future in running)


def converted(engine: Engine, settings: Settings, tasks: list[Task], midway: Callable[[], None] | None = None) -> float:
    """Seconds for all tasks; `midway` is called when half are done."""
    packed = (chunks.pack(tasks[start : start + CHUNK]) for start in range(0, len(tasks), CHUNK))
    began, done = time.monotonic(), 0
    for answer in answers(engine, chunks.convert_chunk, chunks.pack(settings), packed):
        records = chunks.records_of(answer)
        assert not any(record.failure for record in records)
        done += len(records)
        if midway is not None and done >= len(tasks) // 2:
            midway()
            midway = None
    assert done == len(tasks)
    return time.monotonic() - began


def nothing(_: bytes, tasks: bytes) -> bytes:
    """Answers tasks without doing them."""
    records = [Record(task.unit.name) for task in pickle.loads(tasks)]
    return pickle.dumps([pickle.dumps(records)])


def task_of(number: int) -> Task:
    return Task(Unit(f"{number}.md", f"{number}", Located(f"/posts/{number}.md")), (f"{number}.html",))


def memory_of(process: int) -> int:
    """MiB of resident memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 2**20


def many(engine: Engine, cluster: Cluster, number: int) -> None:
    tasks = (chunks.pack([task_of(place) for place in range(s, s + 1000)]) for s in range(0, number, 1000))
    scheduler = cluster.processes[0].pid
    before, began = (memory_of(os.getpid()), memory_of(scheduler)), time.monotonic()
    count = sum(len(chunks.records_of(answer)) for answer in answers(engine, nothing, b"", tasks))
    after = memory_of(os.getpid()), memory_of(scheduler)
    took = time.monotonic() - began
    print(f"{count} empty tasks in {took:.0f} s; MiB of coordinator and scheduler: {before} before, {after} after")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, dask_cluster(Path(name) / "cluster") as cluster:
        folder = Path(name)
        write_posts(folder / "posts", {f"{number:06}": f"Post {number}" for number in range(chosen.posts)})
        tasks = tasks_of(folder / "posts")
        settings = settings_of(folder, filters=False, timeout=60)
        times: dict[str, list[float]] = {"local": [], "dask": []}
        with open_engine("local", 2) as local, open_engine("dask", 0, cluster.address) as dask:
            for number in range(ROUNDS + 1):
                for engine, kind in ((local, "local"), (dask, "dask")):
                    seconds = converted(engine, replace(settings, out=str(folder / kind)), tasks)
                    if number:  # the first one starts workers
                        times[kind].append(seconds)
            print({kind: [round(second, 1) for second in seconds] for kind, seconds in times.items()})
            ratio = statistics.median(d / a for a, d in zip(times["local"], times["dask"], strict=True))
            print(
                f"Dask takes {ratio:.2f} times as long as local jobs, median of {ROUNDS} rounds of {chosen.posts} posts"
            )
            killed = replace(settings, out=str(folder / "killed"))
            seconds = converted(dask, killed, tasks, lambda: os.kill(cluster.workers()[0], signal.SIGKILL))
            same = tree(folder / "killed") == tree(folder / "local") == tree(folder / "dask")
            print(f"with a worker killed midway: {seconds:.1f} s, the same bytes: {same}")
            many(dask, cluster, chosen.tasks)
        sys.exit(not same)


if __name__ == "__main__":
    main()
