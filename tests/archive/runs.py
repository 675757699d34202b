"""Running an archive in this process, and what it leaves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from convertkit.archive.events import Event
from convertkit.archive.journal import open_journal
from convertkit.archive.running import JOURNAL, ArchiveReport, convert_archive

OLD = 1_600_000_000
"""Seconds since 1970: a file that was written then need not be mistrusted for its youth."""


def archive(source: Path, **texts: str) -> Path:
    """A folder of posts: names (`a__b` is `a/b`) to texts."""
    for name, text in texts.items():
        path = source / (name.replace("__", "/") + ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return source


def settle(source: Path) -> None:
    """Let the posts be old."""
    for path in source.rglob("*"):
        os.utime(path, (OLD, OLD))


def run(source: Path, out: Path, **options: Any) -> ArchiveReport:
    """Convert without processes, to text unless something else is asked for."""
    return convert_archive(source, out, **{"to": "text", "engine": "inline", **options})


def told(source: Path, out: Path, **options: Any) -> list[Event]:
    """The events of a run."""
    events: list[Event] = []
    run(source, out, **options, progress=events.append)
    return events


def outputs(out: Path) -> dict[str, bytes]:
    """The files in OUT, the journal aside."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file() and ".convertkit" not in path.parts)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def posts(out: Path) -> dict[str, str]:
    """The last line of each text in OUT: above it stands the title."""
    return {
        name: data.decode().strip().rpartition("\n")[2] for name, data in outputs(out).items() if name.endswith(".txt")
    }


def journal(out: Path) -> list[tuple[object, ...]]:
    """All that the journal says."""
    with open_journal(out / JOURNAL) as opened:
        return list(opened.contents())
