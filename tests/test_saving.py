"""A file lands whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from convertkit.errors import WriteError
from convertkit.saving import save


def test_an_interrupted_write_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "post.md"
    target.write_bytes(b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="No space left on device"):
        save(target, b"new", {})
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["post.md"]


def test_files_beside_are_there_before_the_file_itself(tmp_path: Path) -> None:
    save(tmp_path / "out" / "post.md", b"text", {"post_files/a.png": b"image"})
    assert (tmp_path / "out" / "post_files" / "a.png").read_bytes() == b"image"


def test_a_folder_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "post.md").mkdir()
    with pytest.raises(WriteError, match="a folder of that name is there"):
        save(tmp_path / "post.md", b"text", {})


def test_a_long_name_can_be_saved(tmp_path: Path) -> None:
    name = "茶" * 83 + ".md"
    save(tmp_path / name, b"text", {})
    assert (tmp_path / name).read_bytes() == b"text"


def test_the_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    save(tmp_path / "saved", b"", {})
    assert (tmp_path / "saved").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize(("code", "told"), [(errno.EIO, True), (errno.EINVAL, False)])
def test_a_folder_that_cannot_be_made_durable_is_told_where_it_could_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, told: bool
) -> None:
    fsync = os.fsync

    def failing(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(code, os.strerror(code))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", failing)
    if told:
        with pytest.raises(WriteError, match="Input/output error"):
            save(tmp_path / "a.md", b"new", {})
    else:
        save(tmp_path / "a.md", b"new", {})
    assert (tmp_path / "a.md").read_bytes() == b"new"
