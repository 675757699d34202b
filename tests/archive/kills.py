"""Killing the command at work, taking it up again, and what must be the same afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from tests.archive.runs import journal
from tests.posts import PNG

MARK = "CONVERTKIT_KILL_TEST"
"""In the environment of a test's processes, and of all that they start."""
CALLS = "rename,renameat,renameat2,fsync,fdatasync,write,pwrite64,unlink,ftruncate"
"""The calls at which files and journal change."""
GONE = 20.0
"""Seconds within which the processes of a killed command must be gone; on an idle machine they need hundredths."""

Command = Sequence[str]


def small_archive(source: Path, posts: int) -> Path:
    """Posts in folders, some with an image beside them, one that fails, and a feed."""
    for number in range(posts):
        path = source / f"{number % 4}" / f"post-{number:04}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        image = "\n\n![a dot](dot.png)" if number % 10 == 0 else ""
        path.write_text(f"---\ntitle: Post {number}\ndate: 2020-01-02\n---\nWords of {number}.{image}\n")
    (source / "0" / "dot.png").write_bytes(PNG)
    (source / "empty.md").write_bytes(b"")
    items = "".join(f"<item><title>Item {number}</title><guid>{number}</guid></item>" for number in range(5))
    (source / "feed.xml").write_text(f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>')
    return source


def command(source: Path, out: Path) -> Command:
    """The command that converts the archive with two workers."""
    formats = ("-t", "markdown", "-t", "html")
    return (sys.executable, "-m", "convertkit", "archive", str(source), *formats, "-o", str(out), "-j", "2", "-q")


def start(arguments: Command, mark: str) -> subprocess.Popen[bytes]:
    """Start a command; all its processes bear the mark."""
    return subprocess.Popen(
        arguments, env={**os.environ, MARK: mark}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def finish(arguments: Command, mark: str) -> int:
    """Run a command to its end: its exit code."""
    with start(arguments, mark) as process:
        return process.wait(timeout=300)


def kill_after(arguments: Command, mark: str, seconds: float) -> bool:
    """Start a command and kill it, as if the machine's owner pulled the plug on it; False if it was done before."""
    with start(arguments, mark) as process:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
        alive = process.poll() is None
        process.send_signal(signal.SIGKILL)
    assert_gone(mark)
    return alive


def kill_at_call(arguments: Command, mark: str, number: int) -> bool:
    """Run a command of which each process is killed at its `number`-th call of `CALLS`; whether any was."""
    with tempfile.NamedTemporaryFile() as told:
        trace = ("strace", "-f", "-o", told.name, "-e", f"trace={CALLS}")  # --seccomp-bpf injects no signals (6.1)
        finish((*trace, "-e", f"inject={CALLS}:signal=KILL:when={number}", *arguments), mark)
        assert_gone(mark)
        return b"killed by SIGKILL" in told.read()


def marked(mark: str) -> Iterator[int]:
    """The processes with a mark in their environment."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    yield int(entry.name)


def assert_gone(mark: str) -> None:
    """No process with the mark is left, soon."""
    until = time.monotonic() + GONE
    while left := list(marked(mark)):
        assert time.monotonic() < until, f"processes are left: {left}"
        time.sleep(0.02)


def everything(out: Path) -> dict[str, object]:
    """All that a run leaves: each file's bytes, of the journal what it says."""
    files: dict[str, object] = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        files[name] = path.read_bytes() if path.is_file() and path.suffix != ".sqlite" else path.is_dir()
    return {**files, "journal": journal(out)}


def afresh(out: Path) -> Path:
    """The folder, without what an earlier round left."""
    shutil.rmtree(out, ignore_errors=True)
    return out
