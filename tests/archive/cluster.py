"""A Dask cluster of separate processes on 127.0.0.1: a scheduler and workers, each under its nanny."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.archive.posts import wait_until
from tests.corpus import ROOT

SETTINGS = {
    "DASK_DISTRIBUTED__SCHEDULER__NO_WORKERS_TIMEOUT": "60s",
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "30s",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
}
QUIET = ("--no-dashboard", "--host", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Its address, and its processes: the scheduler, then nannies."""

    address: str
    processes: tuple[subprocess.Popen[bytes], ...]

    def workers(self) -> list[int]:
        """The process ids of what the nannies watch."""
        nannies = [str(process.pid) for process in self.processes[1:]]
        command = ["ps", "-e", "-ww", "-o", "pid=,ppid=,args="]
        listed = subprocess.run(command, check=True, capture_output=True, text=True)
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
        return [int(pid) for pid, parent, args in rows if parent in nannies and "spawn_main" in args]


@contextmanager
def dask_cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster that has started; all of its processes end with the context."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "scheduler.json"
    environment = {**os.environ, **SETTINGS, "PYTHONPATH": str(ROOT)}  # tests have functions of their own
    dask = [sys.executable, "-m", "dask"]
    processes: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> None:
        log = (folder / f"{len(processes)}.log").open("wb")
        with log:
            command = [*dask, *arguments, *QUIET]
            processes.append(
                subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True, cwd=folder)
            )

    try:
        start("scheduler", "--port", "0", "--no-jupyter", "--scheduler-file", str(file))
        assert wait_until(lambda: file.exists() and bool(file.read_text())), (folder / "0.log").read_text()
        address = json.loads(file.read_text())["address"]
        for number in range(workers):
            start(
                "worker", address, "--nworkers", "1", "--nthreads", "1", "--nanny", "--memory-limit", "2GB",
                "--name", f"w{number}", "--local-directory", str(folder / f"w{number}"), "--death-timeout", "30",
            )  # fmt: skip
        cluster = Cluster(address, tuple(processes))
        assert wait_until(lambda: len(cluster.workers()) == workers, 60), (folder / "1.log").read_text()
        yield cluster
    finally:
        for process in reversed(processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
