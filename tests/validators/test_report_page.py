"""The report of an archive in Chromium, before axe: in light and dark, wide and narrow, with scripts and without."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from convertkit.archive.records import Record
from convertkit.archive.report.files import PAGE
from tests.archive.records import NASTY, archive_of, hostile
from tests.archive.reports import report
from tests.validators.tools import HERE, TRIES, chromium, node_modules, program

pytestmark = pytest.mark.validators


def page(records: Iterable[Record]) -> bytes:
    return report(records, vanished=["gone.md"])[PAGE]


def open_page(content: bytes, folder: Path) -> dict[str, Any]:
    """What was wrong with the page, and what its script did when it was asked to sort and to search."""
    modules = node_modules()
    for name in ("puppeteer-core", "@daisy/axe-core-for-ace"):
        if not (modules / name).is_dir():
            pytest.skip(f"no {name} in {modules}")
    file = folder / PAGE
    file.write_bytes(content)
    command = [str(program("node")), str(HERE / "open_page.mjs"), str(modules), str(chromium()), str(file), str(folder)]
    for _ in range(TRIES):
        done = subprocess.run(command, check=False, capture_output=True, timeout=300)
        if done.returncode == 0:
            found: dict[str, Any] = json.loads(done.stdout)
            return found
    pytest.fail(f"the browser did not open the page in {TRIES} tries: {done.stderr[-500:]!r}")


@pytest.mark.parametrize(
    "records",
    [[], list(archive_of(3)), list(archive_of(0, 40)), list(archive_of(60, 10)), list(hostile())],
    ids=["empty", "three", "all failed", "many", "hostile"],
)
def test_nothing_is_wrong_with_the_page(records: list[Record], tmp_path: Path) -> None:
    assert open_page(page(records), tmp_path)["problems"] == []


def test_the_page_is_sorted_and_searched(tmp_path: Path) -> None:
    found = open_page(page(archive_of(40)), tmp_path)
    assert found["falling"] == sorted(found["falling"], reverse=True) == found["rising"][::-1]
    assert found["titles"][1:4] == ["Letter 1: 关于tea", "Letter 2", "Letter 3"]
    assert found["sorted"] == "ascending"
    assert found["shown"] == ["Letter 1: 关于tea", "Letter 31: 关于tea"]
    assert found["said"] == "2 of 40"


def test_without_scripts_all_is_there_to_read(tmp_path: Path) -> None:
    plain = open_page(page(archive_of(40, 3)), tmp_path)["plain"]
    assert "Letter 39" in plain
    assert "x/000002.md" in plain
    assert "<rect" in plain
    assert "<button" not in plain


def test_the_judge_sees_what_is_wrong(tmp_path: Path) -> None:
    """Else the silence of the other tests would prove nothing."""
    broken = f"<!DOCTYPE html><title>x</title><img src=y.png>{NASTY[0]}"
    found = "\n".join(open_page(broken.encode(), tmp_path)["problems"])
    assert "asks for" in found
    assert "dialog: 1" in found
    assert "image-alt" in found
