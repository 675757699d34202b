"""What is wrong with an answer to a hostile input; nothing is what is demanded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.hostile.cases import Case
from tests.hostile.child import Answer
from tests.hostile.outputs import Inside, holds, look_into
from tests.hostile.running import LIMIT

Wrong = Literal["escaped", "slow", "memory", "network", "opened", "invalid", "active", "lost", "leaked", "silent"]

MEMORY = 512 * 1024
"""KiB that a worker may take."""
NAMING = 5.0
"""Seconds in which what took too long is ended and named."""
FRONT_MATTER_SECONDS, FRONT_MATTER_MEMORY = 0.2, 64 * 1024
"""Issue 6, point 4; KiB."""


@dataclass(frozen=True)
class Fault:
    """One demand that is not met."""

    case: str
    format: str
    wrong: Wrong
    what: str


def judge(case: Case, answer: Answer, readable: tuple[Path, ...]) -> list[Fault]:
    """All that is wrong with an answer. Files may be opened below `readable` only."""
    faults = [Fault(case.name, answer["format"], wrong, what) for wrong, what in _cost(case, answer, readable)]
    if answer["output"]:
        faults += [Fault(case.name, answer["format"], wrong, what) for wrong, what in _output(case, answer)]
    return faults


def _cost(case: Case, answer: Answer, readable: tuple[Path, ...]) -> Iterator[tuple[Wrong, str]]:
    if answer["reason"] in ("escaped", "died", "hung"):
        yield "escaped", f"{answer['reason']}: {answer['message']}"
    if answer["wall"] > LIMIT + NAMING:
        yield "slow", f"{answer['wall']:.1f} s"
    if answer["grown"] > MEMORY:
        yield "memory", f"{answer['grown'] // 1024} MiB"
    if case.group == "fm" and answer["format"] in ("markdown", "text"):
        if answer["seconds"] > FRONT_MATTER_SECONDS:
            yield "slow", f"{answer['seconds']:.2f} s for front matter"
        if answer["grown"] > FRONT_MATTER_MEMORY:
            yield "memory", f"{answer['grown'] // 1024} MiB for front matter"
    if answer["sockets"]:
        yield "network", ", ".join(answer["sockets"])
    for path in answer["opened"]:
        if not any(Path(path).absolute().is_relative_to(folder) for folder in readable):
            yield "opened", path


def _output(case: Case, answer: Answer) -> Iterator[tuple[Wrong, str]]:
    path = Path(answer["output"])
    inside = look_into(answer["format"], path.read_bytes(), path.parent.glob(f"{path.name}.?*"))
    yield from (("invalid", what) for what in inside.broken)
    yield from (("active", what) for what in inside.threats)
    for token in case.text:
        if not holds(inside.shown, token):
            yield ("lost" if answer["losses"] else "silent"), token
    if case.must_fail and not answer["losses"]:
        yield "silent", "it must end in an error or a warning"
    for token in case.forbid:
        if _leaked(token, inside):
            yield "leaked", token
        elif not _is_secret(token) and _is_live(token, inside):
            yield "active", token
    if answer["format"] == "markdown":
        yield from (("active", token) for token in case.live_forbid if _is_live(token, inside))


def _is_secret(token: str) -> bool:
    """Whether it is what stands in a file or a program, not a piece of markup."""
    return token.startswith(("CANARY", "root:", "PATH=", "Tokscript"))


def _is_live(token: str, inside: Inside) -> bool:
    """Whether it is in the markup; a handler only as an attribute's name, not in an address such as `x/onerror=1`."""
    if re.fullmatch("on[a-z]+=?", token):
        return f" {token.rstrip('=')}=" in inside.markup
    return token.lower() in inside.markup


def _leaked(token: str, inside: Inside) -> bool:
    """Whether what stands in a file that nobody may read is anywhere in the output, shown or not."""
    return _is_secret(token) and any(token.encode() in part for part in inside.parts)
