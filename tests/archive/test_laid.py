"""Copies of what workers cannot open where it is: one of each, and none stays behind, even of a run that was killed."""

from __future__ import annotations

import io
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

from convertkit.archive.sources import open_source
from convertkit.archive.sources.laid import laid_folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_each_copy_is_made_into_one_place_however_often_a_source_is_gone_through(
    temporary: Path, tmp_path: Path
) -> None:
    with tarfile.open(tmp_path / "site.tar", "w") as archive:
        for name in ("a.md", "a.png"):
            info = tarfile.TarInfo(name)
            info.size = 3
            archive.addfile(info, io.BytesIO(b"tea"))
    with open_source(tmp_path / "site.tar") as source:
        first = [unit.content for unit in source.units()]
        assert [unit.content for unit in source.units()] == first
        assert len(list(temporary.rglob("*.zip"))) == 1
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no file tells there that its owner was killed")
def test_what_a_killed_run_left_goes_and_what_a_running_one_has_stays(temporary: Path) -> None:
    left, foreign = temporary / "convertkit-source-left", temporary / "convertkit-source-foreign"
    for folder in (left, foreign):
        folder.mkdir()
        (folder / "pictures.zip").write_bytes(b"copy")
    (left / "lock").write_bytes(b"")
    with laid_folder() as running:
        assert not left.exists()
        assert foreign.exists()
        with laid_folder() as other:
            assert running.exists()
            assert other != running
