"""Feeds inputs to guarded processes. One that hangs or dies costs the input that it had, and another takes over."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.corpus import ROOT
from tests.hostile.cases import Case
from tests.hostile.child import Answer, Order

LIMIT = 30.0
"""Seconds that a conversion may take."""


def run(cases: Iterable[Case], formats: Sequence[str], out: Path, assets: Path) -> Iterator[tuple[Case, Answer]]:
    """The answer of every case in every format. Outputs lie in `out`; `assets` is given with posts that show images."""
    child: subprocess.Popen[str] | None = None
    try:
        for case in cases:
            for to in formats:
                child = child or _start(out)
                site = str(assets) if case.group == "img" else None
                order = Order(name=case.name, path=str(case.path), assets=site, formats=[to])
                answer = _ask(child, order)
                if answer["reason"] in ("hung", "died"):
                    child = None
                yield case, answer
    finally:
        if child is not None:
            _end(child)


def _start(out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.hostile.child", str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _ask(child: subprocess.Popen[str], order: Order) -> Answer:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(order) + "\n")
    child.stdin.flush()
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        ready = selector.select(LIMIT + 10)  # the first order waits for the start, too
    line = child.stdout.readline() if ready else ""
    if line:
        answer: Answer = json.loads(line)
        return answer
    reason = "died" if ready else "hung"
    _end(child)
    message = f"exit code {child.returncode}"
    return Answer(
        format=order["formats"][0],
        reason=reason,
        message=message,
        losses=[],
        seconds=LIMIT,
        wall=LIMIT,
        grown=0,
        sockets=[],
        opened=[],
        output="",
    )


def _end(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.communicate()
