"""Workers begin while the plan is made, where there is surely something to do, and only there."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from convertkit import convert_archive
from convertkit.archive import running
from convertkit.archive.engines.local import LocalEngine
from convertkit.archive.events import Event, Planned


class Listening(LocalEngine):
    """The local engine, which notes what it is asked."""

    told: list[object]

    def submit(self, function: Callable[[bytes, bytes], bytes], settings: bytes, tasks: bytes, /) -> Future[bytes]:
        self.told.append((len(pickle.loads(tasks)), settings))
        return super().submit(function, settings, tasks)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the engine was asked, and the event of the plan, in order."""
    noted: list[object] = []
    monkeypatch.setattr(Listening, "told", noted, raising=False)
    monkeypatch.setattr(running, "open_engine", lambda _name, jobs, _scheduler: Listening(jobs))
    return noted


def run(folder: Path, told: list[object], *, jobs: int = 2, dry_run: bool = False) -> None:
    def hear(event: Event) -> None:
        if isinstance(event, Planned):
            told.append("planned")

    convert_archive(folder / "in", folder / "out", to="markdown", jobs=jobs, dry_run=dry_run, progress=hear)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.html").write_text("<p>tea", encoding="utf-8")
    return tmp_path


def test_in_a_first_run_each_worker_begins_before_the_plan_is_made(folder: Path, told: list[object]) -> None:
    run(folder, told)
    *early, plan, last = told
    assert isinstance(last, tuple)
    posts, settings = last
    assert (early, plan, posts) == ([(0, settings)] * 2, "planned", 3)


def test_no_more_workers_begin_than_there_are_posts(folder: Path, told: list[object]) -> None:
    run(folder, told, jobs=8)
    assert told.index("planned") == 3


def test_in_a_later_run_and_in_a_dry_run_none_begins_before_the_plan_is_made(folder: Path, told: list[object]) -> None:
    run(folder, told, dry_run=True)
    assert told == ["planned"]
    run(folder, told)
    told.clear()
    run(folder, told)
    assert told[0] == "planned"
