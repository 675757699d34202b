"""A run that was killed, however often and wherever, and taken up again leaves what an undisturbed one leaves.

`benchmarks/kills.py` is the long version.
"""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest

from tests.archive.kills import command, everything, finish, kill_after, kill_at_call, small_archive

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds left processes in /proc")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_archive(tmp_path_factory.mktemp("killed") / "in", 40)


@pytest.fixture(scope="module")
def undisturbed(source: Path) -> dict[str, object]:
    out = source.parent / "out"
    assert finish(command(source, out), "undisturbed") == 1  # one post is empty
    found = everything(out)
    shutil.rmtree(out)
    return found


@pytest.fixture
def out(source: Path) -> Path:
    """The same for all, since it stands in the report."""
    out = source.parent / "out"
    shutil.rmtree(out, ignore_errors=True)
    return out


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_random_and_again_while_it_is_taken_up(
    source: Path, out: Path, undisturbed: dict[str, object], seed: int
) -> None:
    chance = random.Random(seed)
    killed = [kill_after(command(source, out), f"random-{seed}-{kill}", chance.uniform(0.1, 1.2)) for kill in range(3)]
    assert any(killed)
    assert finish(command(source, out), f"random-{seed}") == 1
    assert everything(out) == undisturbed


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("number", [1, 3, 9, 20, 40])
def test_killed_at_a_call(source: Path, out: Path, undisturbed: dict[str, object], number: int) -> None:
    assert kill_at_call(command(source, out), f"call-{number}", number)
    assert finish(command(source, out), f"call-{number}") == 1
    assert everything(out) == undisturbed
