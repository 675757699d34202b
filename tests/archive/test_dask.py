"""A Dask cluster gives the same bytes as this machine, whoever of it dies."""

from __future__ import annotations

import os
import signal
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from convertkit.archive import chunks
from convertkit.archive.engine import Engine, EngineLost
from convertkit.archive.engines import open_engine
from convertkit.archive.records import Reason, Record
from convertkit.archive.settings import Settings
from convertkit.archive.units import Task
from convertkit.errors import UsageError
from tests.archive.cluster import Cluster, dask_cluster
from tests.archive.posts import MARK, living, settings_of, tasks_of, tree, wait_until, write_posts

pytest.importorskip("distributed", reason="pip install 'convertkit[dask]'")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="what lives is counted by way of /proc"),
    pytest.mark.filterwarnings("default"),  # Dask's own
]


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """All that the test starts is marked, and gone at its end."""
    name = uuid.uuid4().hex
    monkeypatch.setenv(MARK, name)
    yield name
    assert wait_until(lambda: not living(name)), living(name)


@pytest.fixture
def cluster(tmp_path: Path, mark: str) -> Iterator[Cluster]:
    with dask_cluster(tmp_path / "cluster") as found:
        yield found


def submitted(engine: Engine, settings: Settings, tasks: list[Task], size: int) -> list[Future[bytes]]:
    packed = chunks.pack(settings)
    return [
        engine.submit(chunks.convert_chunk, packed, chunks.pack(tasks[start : start + size]))
        for start in range(0, len(tasks), size)
    ]


def records(futures: list[Future[bytes]]) -> dict[str, Record]:
    found = [record for future in futures for record in chunks.records_of(future.result(120))]
    assert len({record.name for record in found}) == len(found)
    return {record.name: record for record in found}


def test_a_worker_that_is_killed_and_posts_that_kill_cost_no_other_post(tmp_path: Path, cluster: Cluster) -> None:
    titles = {f"{number:03}": f"Post {number}" for number in range(400)}
    write_posts(tmp_path / "posts", titles | {"100": "segfault", "200": "hang", "300": "daemon and die"})
    tasks = tasks_of(tmp_path / "posts")
    settings = settings_of(tmp_path)
    with open_engine("dask", 0, cluster.address) as engine:
        assert wait_until(lambda: engine.workers == 2)
        futures = submitted(engine, settings, tasks, 25)
        assert wait_until(lambda: any(future.done() for future in futures))
        os.kill(cluster.workers()[0], signal.SIGKILL)
        found = records(futures)
    assert {name: record.failure.reason for name, record in found.items() if record.failure} == {
        "100.md": Reason.CRASH,
        "200.md": Reason.TIMEOUT,
        "300.md": Reason.CRASH,
    }
    here = replace(settings, out=str(tmp_path / "here"))
    with open_engine("local", 2) as engine:
        assert records(submitted(engine, here, tasks, 100)) == found
    assert tree(tmp_path / "here") == tree(tmp_path / "out")


def test_a_task_that_ends_workers_of_the_cluster_is_found_among_the_innocent(tmp_path: Path, cluster: Cluster) -> None:
    write_posts(tmp_path / "posts", {f"{number}": "Post" for number in range(4)})
    with open_engine("dask", 0, cluster.address) as engine:
        packed = chunks.pack(tasks_of(tmp_path / "posts"))
        answer = engine.submit(_poisoned, b"2.md", packed).result(120)
    reasons = {record.name: record.failure and record.failure.reason for record in chunks.records_of(answer)}
    assert reasons == {"0.md": None, "1.md": None, "2.md": Reason.CRASH, "3.md": None}


def _poisoned(name: bytes, tasks: bytes) -> bytes:
    """For the cluster: a chunk with this task ends whoever touches it."""
    import pickle

    names = [task.unit.name for task in pickle.loads(tasks)]
    if name.decode() in names:
        os.kill(os.getpid(), signal.SIGKILL)
    return pickle.dumps([pickle.dumps([Record(name) for name in names])])


def test_a_scheduler_that_dies_is_an_error_that_says_what_to_do(tmp_path: Path, cluster: Cluster) -> None:
    write_posts(tmp_path / "posts", {"a": "hang"})
    with open_engine("dask", 0, cluster.address) as engine:
        (future,) = submitted(engine, settings_of(tmp_path, timeout=300), tasks_of(tmp_path / "posts"), 1)
        assert wait_until(lambda: (tmp_path / "out").exists() or bool(cluster.workers()))
        os.kill(cluster.processes[0].pid, signal.SIGKILL)
        with pytest.raises(EngineLost, match="run it again when the cluster is back"):
            future.result(120)


def test_an_engine_that_is_left_leaves_at_once(tmp_path: Path, mark: str, cluster: Cluster) -> None:
    write_posts(tmp_path / "posts", {"a": "hang", "b": "hang", "c": "hang"})
    with open_engine("dask", 0, cluster.address) as engine:
        futures = submitted(engine, settings_of(tmp_path, timeout=300), tasks_of(tmp_path / "posts"), 1)
        assert wait_until(lambda: sum("guard.py" in line for line in living(mark)) >= 2)
    assert any("guard.py" in line for line in living(mark))  # the cluster is still at what hangs
    assert all(future.done() for future in futures)


def test_no_scheduler_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convertkit.archive.engines.dask._CONNECT", 1)
    with pytest.raises(UsageError, match="give --scheduler"):
        open_engine("dask", 0)
    with pytest.raises(UsageError, match="no scheduler answers"):
        open_engine("dask", 0, "tcp://127.0.0.1:1")


def test_an_object_store_holds_the_same_bytes(tmp_path: Path, mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("moto.server", reason="pip install 'moto[s3,server]'")
    pytest.importorskip("s3fs", reason="pip install 's3fs'")
    import fsspec
    from moto.server import ThreadedMotoServer

    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        for name, value in {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "FSSPEC_S3_ENDPOINT_URL": f"http://{host}:{port}",
            "FSSPEC_S3_SKIP_INSTANCE_CACHE": "1",
        }.items():
            monkeypatch.setenv(name, value)
        bucket = fsspec.filesystem("s3", endpoint_url=f"http://{host}:{port}")
        bucket.mkdir("posts-of-tests")
        write_posts(tmp_path / "posts", {f"{number}": f"Post {number}" for number in range(40)})
        settings = settings_of(tmp_path, timeout=30)
        tasks = tasks_of(tmp_path / "posts")
        with dask_cluster(tmp_path / "cluster") as cluster, open_engine("dask", 0, cluster.address) as engine:
            found = records(submitted(engine, replace(settings, out="s3://posts-of-tests/out"), tasks, 10))
        with open_engine("local", 1) as engine:
            assert records(submitted(engine, settings, tasks, 40)) == found
        names = list(bucket.find("posts-of-tests/out"))
        there = {name.rpartition("/")[2]: bucket.cat_file(name) for name in names}
        assert there == tree(tmp_path / "out")
    finally:
        moto.stop()
