"""The same bytes whatever runs beside, wherever, in whatever language and time zone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.archive.runs import archive, journal, outputs, settle
from tests.corpus import ROOT
from tests.posts import CHINESE, PLAIN


@dataclass(frozen=True)
class Setting:
    """What a run may differ in."""

    jobs: int = 2
    environment: Mapping[str, str] = field(default_factory=dict)
    relative: bool = False
    """The source and OUT are named as seen from the folder that the command is started in."""


SETTINGS = {
    "one job": Setting(1),
    "eight jobs": Setting(8),
    "another language": Setting(environment={"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"}),
    "no language": Setting(environment={"LANG": "C", "LC_ALL": "C"}),
    "another time zone": Setting(environment={"TZ": "Pacific/Kiritimati"}),
    "another hash seed": Setting(environment={"PYTHONHASHSEED": "4711"}),
    "another folder": Setting(relative=True),
}


def make_source(folder: Path) -> Path:
    """Posts in four languages and forms, of which some fail and some want one name."""
    source = archive(folder / "in", plain=PLAIN, deep__chinese=CHINESE, empty="", Tea="Green tea.", TEA="Black tea.")
    archive(source, **{f"many__{number}": PLAIN.replace("noon", f"{number} o'clock") for number in range(40)})
    (source / "tea.html").write_text("<title>Tea</title><p>White tea.", encoding="utf-8")
    (source / "picture.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    for post in sorted((ROOT / "examples" / "archive").rglob("*.md")):
        (source / "examples" / post.name).parent.mkdir(exist_ok=True)
        (source / "examples" / post.name).write_bytes(post.read_bytes())
    settle(source)
    return source


def convert(source: Path, out: Path, setting: Setting) -> tuple[dict[str, bytes], list[tuple[object, ...]]]:
    """What the command leaves in OUT, and what its journal says."""
    names = [path.relative_to(source.parent) if setting.relative else path for path in (source, out)]
    command = [sys.executable, "-m", "convertkit", "archive", str(names[0]), "-o", str(names[1])]
    command += ["-t", "markdown", "-t", "epub", "--jobs", str(setting.jobs)]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", **setting.environment}
    done = subprocess.run(command, cwd=source.parent, env=environment, check=False, capture_output=True, timeout=300)
    assert done.returncode == 1, done.stderr  # some posts cannot be converted
    return outputs(out), journal(out)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def source(folder: Path) -> Path:
    return make_source(folder)


@pytest.fixture(scope="module")
def expected(folder: Path, source: Path) -> tuple[dict[str, bytes], list[tuple[object, ...]]]:
    return convert(source, folder / "expected", Setting())


@pytest.mark.parametrize("name", SETTINGS)
def test_outputs_journal_and_report_are_the_same(
    name: str, folder: Path, source: Path, expected: tuple[dict[str, bytes], list[tuple[object, ...]]]
) -> None:
    files, rows = convert(source, folder / name.replace(" ", "-"), SETTINGS[name])
    assert sorted(files) == sorted(expected[0])
    assert [name for name, content in files.items() if content != expected[0][name]] == []
    assert rows == expected[1]
