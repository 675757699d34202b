"""The set of hostile inputs: made by the corpus's own script, read from its manifest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.corpus import corpus

LINKS_OF_THE_TREE = ("leak.html", "leakdir", "etc.html", "loopdir")
"""Links that lead out of a tree. Whoever names one to the library means what it leads to; an archive passes them by."""


@dataclass(frozen=True)
class Case:
    """One input and what the manifest demands of its outputs."""

    name: str
    path: Path
    group: str
    text: tuple[str, ...]
    """What an output that is called a success must hold, white space aside."""
    forbid: tuple[str, ...]
    """What must not be live in any output."""
    live_forbid: tuple[str, ...]
    """What rendered Markdown must not hold either."""
    must_fail: bool
    """Whether an output without an error or a warning is wrong."""


def build(folder: Path, scale: str) -> None:
    """Make the set in a new folder; `scale` is "small" (11 MB) or "full" (308 MB)."""
    script = corpus("bad_inputs/make_bad.py")
    subprocess.run([sys.executable, str(script), str(folder), "--scale", scale], check=True, stdout=subprocess.DEVNULL)


def cases(folder: Path) -> Iterator[Case]:
    """Every case whose input is there and is meant for the conversion of one document."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for found in manifest["cases"]:
        path = folder / found["path"]
        if not os.path.lexists(path):  # a name that is not UTF-8 is written with backslashes
            path = Path(os.fsdecode(os.fsencode(folder) + b"/" + found["path"].encode().replace(b"\\xe9", b"\xe9")))
        if path.name in LINKS_OF_THE_TREE or not os.path.lexists(path):
            continue
        expect = found["expect"]
        forbid = (*expect.get("forbid", ()), manifest["canary"])
        yield Case(
            name=found["id"],
            path=path,
            group=found["group"],
            text=tuple(expect.get("text", ())),
            forbid=forbid,
            live_forbid=tuple(expect.get("live_forbid", ())),
            must_fail=bool(expect.get("must_error")),
        )
