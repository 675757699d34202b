"""Runs of the command in which system calls fail, as disks and machines do; strace injects the failures.

What must hold after each of them: no success is told while an output is missing; what stands is whole, old or new;
nothing temporary is left; and the same command without faults ends with the very bytes of a run that met none.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from convertkit.archive.naming import REPORTS
from tests.archive.runs import journal, outputs

STRACE = shutil.which("strace")
CALLS = ("write,pwrite64", "fsync,fdatasync,syncfs", "rename,renameat,renameat2", "openat", "mkdir,mkdirat")
"""What a run does to its disk."""
ERRORS = ("ENOSPC", "EIO", "EMFILE")
LIMIT = 300
"""Seconds that a run with faults may take."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The calls that fail, and how: in each process the one of that number, and if `lasting` all behind it."""

    calls: str
    error: str
    number: int
    lasting: bool = False

    def __str__(self) -> str:
        return f"{self.calls.partition(',')[0]} {self.error} {self.number}{'+' * self.lasting}"

    @property
    def expression(self) -> str:
        """As strace is told it."""
        return f"inject={self.calls}:error={self.error}:when={self.number}{'+' * self.lasting}"


def small_archive(source: Path, posts: int = 12) -> Path:
    """Posts in folders, with something to write of each."""
    for number in range(posts):
        path = source / f"{number % 3}" / f"post-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntitle: Post {number}\n---\n\n<p>Words of <b>{number}</b>.</p>\n", encoding="utf-8")
    return source


def command(source: Path, out: Path) -> list[str]:
    """The command that is tried."""
    own = [sys.executable, "-m", "convertkit", "archive", str(source), "-o", str(out)]
    return [*own, "-t", "markdown", "-t", "html", "--jobs", "1", "-q"]


def run(arguments: Sequence[str], fault: Fault | None = None) -> subprocess.CompletedProcess[str]:
    """The command at its end, met by a fault if there is to be one."""
    if fault is not None:
        tracing = [STRACE or "strace", "-f", "--seccomp-bpf", "-qqq", "-o", "/dev/null"]
        arguments = [*tracing, "-e", f"trace={fault.calls}", "-e", fault.expression, *arguments]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=LIMIT, check=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source, and what a run that meets no fault makes of it."""

    source: Path
    files: Mapping[str, bytes]
    journal: Sequence[tuple[object, ...]]

    def problems(self, out: Path, fault: Fault) -> Iterator[str]:
        """What is wrong after a run that met a fault in a new folder, and after the one that took it up."""
        shutil.rmtree(out, ignore_errors=True)
        first = run(command(self.source, out), fault)
        yield from (f"{fault}: {problem}" for problem in self.after_fault(out, first))
        again = run(command(self.source, out))
        yield from (f"{fault}: taken up: {problem}" for problem in self.after_all(out, again))

    def after_fault(self, out: Path, ended: subprocess.CompletedProcess[str]) -> Iterator[str]:
        """What is wrong with an end that a fault may have brought about."""
        files = outputs(out) if out.exists() else {}
        if ended.returncode == 0 and files != self.files:
            yield f"exit 0, but {_difference(files, self.files)}"
        if ended.returncode not in (0, 1, 2, 127):  # 127: Python itself could not be loaded
            yield f"exit {ended.returncode}: {ended.stderr[-300:]}"
        for name, data in files.items():
            if name not in self.files or (data != self.files[name] and name not in REPORTS):
                yield f"{name} is not whole, or there for no reason"

    def after_all(self, out: Path, ended: subprocess.CompletedProcess[str]) -> Iterator[str]:
        """What is wrong with the end of a run that met no fault."""
        if ended.returncode != 0:
            yield f"exit {ended.returncode}: {ended.stderr[-300:]}"
        elif (files := outputs(out)) != self.files:
            yield _difference(files, self.files)
        elif journal(out) != self.journal:
            yield "the journal says something else"


def wanted(source: Path, out: Path) -> Wanted:
    """What the source becomes where nothing fails."""
    ended = run(command(source, out))
    assert ended.returncode == 0, ended.stderr
    return Wanted(source, outputs(out), journal(out))


def _difference(some: Mapping[str, bytes], others: Mapping[str, bytes]) -> str:
    return f"not the same: {sorted(name for name in {*some, *others} if some.get(name) != others.get(name))[:5]}"
