"""Disks fill up and fail, descriptors run out, sources change: nothing is lost in silence, and a new run mends it.

`benchmarks/faults.py` tries every call of a run; here are a few of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from convertkit.archive.records import Reason
from convertkit.archive.running import convert_archive
from tests.archive.faults import CALLS, STRACE, Fault, Wanted, command, run, small_archive, wanted
from tests.archive.runs import outputs

WRITE, SYNC, RENAME, OPEN, _ = CALLS
FAULTS = [
    Fault(SYNC, "EIO", 1),
    Fault(SYNC, "ENOSPC", 2, lasting=True),
    Fault(RENAME, "ENOSPC", 1, lasting=True),
    Fault(WRITE, "ENOSPC", 40, lasting=True),
    Fault(OPEN, "EMFILE", 1200, lasting=True),
]


def can_trace() -> bool:
    if STRACE is None:
        return False
    tried = subprocess.run([STRACE, "-f", "--seccomp-bpf", "-qqq", "-o", "/dev/null", "true"], check=False)
    return tried.returncode == 0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Wanted:
    folder = tmp_path_factory.mktemp("faults")
    return wanted(small_archive(folder / "in"), folder / "whole")


@pytest.mark.skipif(not can_trace(), reason="strace is not installed, or processes may not be traced")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_call_that_fails_costs_nothing_that_a_new_run_does_not_mend(whole: Wanted, fault: Fault) -> None:
    assert list(whole.problems(whole.source.parent / "out", fault)) == []


MOUNT = 'mount -t tmpfs -o size="$1" none "$2" && shift 2 && '
"""In a name space of its own: OUT on a file system of that size."""


def on_a_small_disk(size: str, out: Path, *then: str) -> list[str]:
    """A command line that mounts OUT, runs the rest, and copies OUT to `kept` beside it."""
    script = f'{MOUNT}"$@"; code=$?; cp -R {out} {out.parent}/kept; exit $code'
    return ["unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh", size, str(out), *then]


def can_mount(folder: Path) -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    disk = folder / "probe" / "disk"
    disk.mkdir(parents=True)
    tried = subprocess.run(on_a_small_disk("64k", disk, "true"), capture_output=True, check=False)
    return tried.returncode == 0


@pytest.mark.parametrize("size", ["96k", "384k"])
def test_on_a_full_disk_nothing_is_told_done_that_is_not(tmp_path: Path, size: str) -> None:
    if not can_mount(tmp_path):
        pytest.skip("no file system may be mounted here")
    out, kept = tmp_path / "out", tmp_path / "kept"
    out.mkdir()
    many = small_archive(tmp_path / "in", posts=200)
    ended = run(on_a_small_disk(size, out, *command(many, out)))
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "room" in ended.stderr
    assert not list(kept.rglob("*.part"))
    whole_files = wanted(many, tmp_path / "whole").files
    stands = {name: data for name, data in outputs(kept).items() if name.endswith((".md", ".html")) and "/" in name}
    assert stands.items() <= whole_files.items()


def test_an_output_folder_that_may_not_be_written_to_is_named(tmp_path: Path) -> None:
    if not can_mount(tmp_path):
        pytest.skip("no file system may be mounted here")
    out = tmp_path / "out"
    out.mkdir()
    source = small_archive(tmp_path / "in")
    remount = ["sh", "-c", f'mount -o remount,ro "{out}" && exec "$@"', "sh"]
    ended = run(on_a_small_disk("1m", out, *remount, *command(source, out)))
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert str(out) in ended.stderr


def test_a_source_that_is_written_to_while_it_is_read_is_read_again_or_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = small_archive(tmp_path / "in", posts=1)
    post = source / "0" / "post-0.md"
    looked, times = os.fstat, 0

    def written_to(handle: int) -> os.stat_result:
        nonlocal times
        status = looked(handle)
        if post.exists() and os.path.samestat(status, post.stat()):
            times += 1
            if times in changes:
                post.write_text(f"Version {times}, {'x' * times}.", encoding="utf-8")
        return status

    monkeypatch.setattr(os, "fstat", written_to)
    changes = {1}
    assert convert_archive(source, tmp_path / "out", to="text", engine="inline").failed == 0
    assert b"Version 1" in outputs(tmp_path / "out")["0/post-0.txt"]
    changes = set(range(times, times + 100))
    report = convert_archive(source, tmp_path / "never", to="text", engine="inline")
    assert report.failed == 1
    assert report.summary is not None
    assert report.summary.reasons == {Reason.UNREADABLE: 1}
    assert "changes while it is read" in (tmp_path / "never" / "failures.jsonl").read_text(encoding="utf-8")
