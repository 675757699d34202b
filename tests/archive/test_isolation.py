"""A post that hangs, eats memory, crashes, forks or prints costs itself alone, and leaves no process behind."""

from __future__ import annotations

import errno
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import NoReturn

import pytest

from convertkit.archive import children, chunks
from convertkit.archive.engines.local import LocalEngine
from convertkit.archive.records import Reason, Record
from convertkit.archive.settings import Settings
from convertkit.archive.units import Carried, Task, Unit
from convertkit.errors import ConvertkitError, UnknownFilter
from tests.archive.posts import MARK, living, settings_of, tasks_of, tree, wait_until, write_posts

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and guards of workers are complete on Linux")

COSTS = {
    "hang": Reason.TIMEOUT,
    "spin": Reason.TIMEOUT,
    "deaf": Reason.TIMEOUT,
    "allocate": Reason.MEMORY,
    "no memory": Reason.MEMORY,
    "segfault": Reason.CRASH,
    "abort": Reason.CRASH,
    "signal": Reason.CRASH,
    "exit": Reason.CRASH,
    "exit well": Reason.CRASH,
    "interrupt": Reason.CRASH,
    "daemon and die": Reason.CRASH,
    "leave": Reason.FILTER,
    "raise": Reason.FILTER,
    "recurse": Reason.FILTER,
    "daemon": None,
    "fork": None,
    "print": None,
}
"""What a post does, and the reason that is recorded; None for what harms nobody."""


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """All that the test starts is marked, and gone at its end."""
    name = uuid.uuid4().hex
    monkeypatch.setenv(MARK, name)
    yield name
    assert wait_until(lambda: not living(name)), living(name)


def converted(settings: Settings, tasks: list[Task]) -> dict[str, Record]:
    packed = chunks.pack(settings)
    try:
        records = chunks.records_of(chunks.convert_chunk(packed, chunks.pack(tasks)))
    finally:
        chunks.end_workers(packed)
    assert sorted(record.name for record in records) == sorted(task.unit.name for task in tasks)
    return {record.name: record for record in records}


def test_a_post_that_costs_its_worker_costs_itself_alone(tmp_path: Path, mark: str) -> None:
    titles = {f"{number:03}": f"Post {number}" for number in range(80)}
    bad = {f"{number * 5 + 2:03}": what for number, what in enumerate(COSTS)}
    write_posts(tmp_path / "posts", titles | bad)
    records = converted(settings_of(tmp_path), tasks_of(tmp_path / "posts"))
    reasons = {bad[name[:-3]]: record.failure for name, record in records.items() if name[:-3] in bad}
    assert {what: failure.reason if failure else None for what, failure in reasons.items()} == COSTS
    assert not any(record.failure for name, record in records.items() if name[:-3] not in bad)
    found = tree(tmp_path / "out")
    write_posts(tmp_path / "plain" / "posts", titles | bad)
    converted(settings_of(tmp_path / "plain", filters=False), tasks_of(tmp_path / "plain" / "posts"))
    expected = tree(tmp_path / "plain" / "out")
    assert found == {name: data for name, data in expected.items() if COSTS.get(bad.get(name[:-5], "")) is None}


def test_the_reason_says_what_happened_and_what_to_do(tmp_path: Path, mark: str) -> None:
    write_posts(tmp_path / "posts", {"a": "hang", "b": "segfault", "c": "allocate", "d": "exit"})
    records = converted(settings_of(tmp_path, timeout=1), tasks_of(tmp_path / "posts"))
    assert [record.failure.message for _, record in sorted(records.items()) if record.failure] == [
        "a.md: took longer than 1 seconds; allow more with --timeout",
        "b.md: ended its worker (SIGSEGV); convert it alone with each filter to see which of them it is",
        "c.md: needed more than 256 MiB of memory; allow more with --memory",
        "d.md: ended its worker (exit code 3); convert it alone with each filter to see which of them it is",
    ]


def test_a_post_is_tried_once_more_by_a_fresh_worker(
    tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVERTKIT_TEST_ONCE", str(tmp_path / "once"))
    write_posts(tmp_path / "posts", {"a": "A", "b": "first time", "c": "C"})
    records = converted(settings_of(tmp_path), tasks_of(tmp_path / "posts"))
    assert not any(record.failure for record in records.values())
    assert (tmp_path / "once").exists()


def test_an_output_that_is_too_large_is_not_written(tmp_path: Path, mark: str) -> None:
    write_posts(tmp_path / "posts", {"a": "A"})
    settings = settings_of(tmp_path)
    small = Settings(out=settings.out, to=("html",), limits=type(settings.limits)(output=1000))
    failure = converted(small, tasks_of(tmp_path / "posts"))["a.md"].failure
    assert failure is not None
    assert failure.reason is Reason.TOO_BIG
    assert not (tmp_path / "out").exists()


def test_pandoc_has_a_limit_of_its_own(tmp_path: Path, mark: str) -> None:
    """Its run-time system takes more than a worker may at its start."""
    write_posts(tmp_path / "posts", {"a": "A"})
    settings = settings_of(tmp_path, to=("docx",), timeout=60)
    tight = Settings(out=settings.out, to=("docx",), limits=type(settings.limits)(memory=96 * 2**20))
    assert converted(tight, tasks_of(tmp_path / "posts", ".docx"))["a.md"].failure is None


def test_settings_that_cannot_be_are_refused_at_once(tmp_path: Path, mark: str) -> None:
    settings = Settings(out=str(tmp_path), to=("html",), filters=("no-such-filter",))
    with pytest.raises(UnknownFilter, match="no filter 'no-such-filter'"):
        converted(settings, [Task(Unit("a.md", "a", Carried(b"tea", "a.md")), ("a.html",))])


def test_what_is_known_is_not_converted_again(tmp_path: Path, mark: str) -> None:
    task = Task(Unit("a.md", "a", Carried(b"tea", "a.md")), ("a.html",))
    first = converted(settings_of(tmp_path), [task])["a.md"]
    again = converted(settings_of(tmp_path), [Task(task.unit, task.outputs, first.digest)])["a.md"]
    assert again == Record("a.md", first.digest, 3, unchanged=True)


def test_a_worker_that_nobody_asks_ends_and_another_takes_its_place(
    tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a cluster between two runs."""
    monkeypatch.setattr(children, "_IDLE_LIMIT", 0.3)
    task = Task(Unit("a.md", "a", Carried(b"tea", "a.md")), ("a.html",))
    packed = chunks.pack(settings_of(tmp_path)), chunks.pack([task])
    for _ in range(2):
        (record,) = chunks.records_of(chunks.convert_chunk(*packed))
        assert record.failure is None
        assert wait_until(lambda: not living(mark))
    chunks.end_workers(packed[0])


def test_workers_that_wait_while_another_hangs_are_begun_anew_when_there_is_more(
    tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "_IDLE_LIMIT", 0.3)
    write_posts(tmp_path / "posts", {"a": "hang", "b": "B", "c": "C"})
    settings = chunks.pack(settings_of(tmp_path))
    hangs, *others = (chunks.pack([task]) for task in tasks_of(tmp_path / "posts"))
    with LocalEngine(2) as engine:
        hanging = engine.submit(chunks.convert_chunk, settings, hangs)
        for other in others:
            (record,) = chunks.records_of(engine.submit(chunks.convert_chunk, settings, other).result())
            assert record.failure is None
            assert wait_until(lambda: len(living(mark)) <= 2 or hanging.done())  # a guard and its worker
        (failed,) = chunks.records_of(hanging.result())
    assert failed.failure is not None
    assert failed.failure.reason is Reason.TIMEOUT


def test_a_post_that_is_done_just_as_its_time_is_up_costs_no_other(
    tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = children.Child._cut

    def late(child: children.Child) -> None:
        if not child._leaving:
            time.sleep(2)
        cut(child)

    monkeypatch.setattr(children.Child, "_cut", late)
    write_posts(tmp_path / "posts", {"a": "A", "b": "slow", "c": "C"})
    settings = chunks.pack(settings_of(tmp_path, timeout=0.5))
    some, more = tasks_of(tmp_path / "posts")[:2], tasks_of(tmp_path / "posts")[2:]
    try:
        for tasks in some, more:
            for record in chunks.records_of(chunks.convert_chunk(settings, chunks.pack(tasks))):
                assert record.failure is None
    finally:
        chunks.end_workers(settings)


def test_a_worker_that_cannot_be_started_is_told(tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(subprocess, "Popen", fail)
    with pytest.raises(ConvertkitError, match="a worker cannot be started: Resource temporarily unavailable"):
        converted(settings_of(tmp_path), [Task(Unit("a.md", "a", Carried(b"tea", "a.md")), ("a.html",))])


def test_in_this_very_process_a_post_without_memory_costs_itself_alone(tmp_path: Path) -> None:
    write_posts(tmp_path / "posts", {"a": "A", "b": "no memory", "c": "C"})
    settings = chunks.pack(settings_of(tmp_path))
    records = chunks.records_of(chunks.convert_here(settings, chunks.pack(tasks_of(tmp_path / "posts"))))
    assert [record.failure and record.failure.message for record in records] == [
        None,
        "b.md: needed more memory than there is; convert it alone where there is more",
        None,
    ]


def test_an_engine_that_is_left_ends_workers_that_are_just_being_asked_for(
    tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, crew_of = threading.Event(), chunks._crew_of

    def slow(settings: bytes) -> chunks._Crew:
        asked.set()
        time.sleep(0.3)
        return crew_of(settings)

    monkeypatch.setattr(chunks, "_crew_of", slow)
    write_posts(tmp_path / "posts", {"a": "hang"})
    settings = chunks.pack(settings_of(tmp_path, timeout=600))
    with LocalEngine(1) as engine:
        future = engine.submit(chunks.convert_chunk, settings, chunks.pack(tasks_of(tmp_path / "posts")))
        assert asked.wait(60)
    assert not living(mark)
    assert isinstance(future.exception(), CancelledError)


def test_an_engine_that_is_left_ends_its_workers_at_once(tmp_path: Path, mark: str) -> None:
    write_posts(tmp_path / "posts", {"a": "hang", "b": "hang"})
    settings = chunks.pack(settings_of(tmp_path, timeout=600))
    with LocalEngine(2) as engine:
        futures = [
            engine.submit(chunks.convert_chunk, settings, chunks.pack([task])) for task in tasks_of(tmp_path / "posts")
        ]
        assert wait_until(lambda: len(living(mark)) >= 4)
    assert not living(mark)
    assert all(isinstance(future.exception(), CancelledError) for future in futures)


def test_no_process_is_left_when_the_coordinator_is_killed(tmp_path: Path, mark: str) -> None:
    """Nor what a filter has put into a session of its own, however deaf it is."""
    write_posts(tmp_path / "posts", {"a": "daemon", "b": "deaf"})
    packed = chunks.pack(settings_of(tmp_path, timeout=600)), chunks.pack(tasks_of(tmp_path / "posts"))
    (tmp_path / "packed").write_bytes(pickle.dumps(packed))
    code = (
        "import pickle, sys; from convertkit.archive import chunks;"
        "chunks.convert_chunk(*pickle.load(open(sys.argv[1], 'rb')))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "packed")])
    try:
        assert wait_until(lambda: len(living(mark)) >= 4)  # itself, guard, worker, daemon
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
