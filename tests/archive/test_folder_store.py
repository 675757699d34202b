"""OUT as a folder: a file stands there whole under its name or not at all, and nothing lands outside."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from convertkit.archive.stores import open_store, syncing
from convertkit.archive.stores.folder import FolderStore
from convertkit.errors import DiskFull, UnreadableDocument, WriteError


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(str(tmp_path / "out"))


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_a_group_of_files_lands_in_folders_that_are_made_for_it(store: FolderStore, tmp_path: Path) -> None:
    store.put([("a/b/one.md", b"1"), ("a/two.md", b"22"), ("茶.md", b"")])
    assert files_below(tmp_path / "out") == {"a/b/one.md": b"1", "a/two.md": b"22", "茶.md": b""}
    assert [store.size(name) for name in ("a/two.md", "茶.md", "a", "none.md", "none/none.md")] == [
        2,
        0,
        -1,
        None,
        None,
    ]
    assert store.get("a/two.md") == b"22"


def test_what_is_not_there_cannot_be_read(store: FolderStore) -> None:
    with pytest.raises(UnreadableDocument, match="/none"):
        store.get("none.md")


def failing(call: Callable[..., object], number: int, code: int) -> Callable[..., object]:
    """The call, which fails the `number`-th time and from then on."""
    calls = 0

    def counted(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls >= number:
            raise OSError(code, os.strerror(code))
        return call(*args, **kwargs)

    return counted


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("call", ["write", "fsync", "open"])
@pytest.mark.parametrize("code", [28, 5, 24])
def test_a_failure_before_the_first_rename_changes_nothing(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, code: int
) -> None:
    store.put([("a/one.md", b"old"), ("a/two.md", b"old")])
    monkeypatch.setattr(os, call, failing(getattr(os, call), number, code))
    with pytest.raises(DiskFull if code == 28 else WriteError, match=r"out/(a|b)/"):
        store.put([("a/one.md", b"new"), ("a/two.md", b"new"), ("b/three.md", b"new")])
    monkeypatch.undo()
    assert files_below(tmp_path / "out") == {"a/one.md": b"old", "a/two.md": b"old"}
    assert not (tmp_path / "out" / "b").exists()


def test_a_disk_that_fails_for_a_whole_group_changes_nothing(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = [(f"{number}.md", b"old") for number in range(9)]
    store.put(old)
    monkeypatch.setattr(os, "fsync", failing(os.fsync, 1, 5))
    monkeypatch.setattr(syncing, "_syncfs", lambda: failing(os.fsync, 1, 5))
    with pytest.raises(WriteError, match="Input/output error"):
        store.put([(name, b"new") for name, _ in old])
    assert files_below(tmp_path / "out") == dict(old)


@pytest.mark.parametrize("release", ["5.7.19", "6.1.0-13-amd64", "unknown"])
def test_a_group_is_synced_at_once_only_where_errors_are_told(monkeypatch: pytest.MonkeyPatch, release: str) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(release=release))
    syncing._syncfs.cache_clear()
    found = syncing._syncfs()
    syncing._syncfs.cache_clear()
    assert (found is not None) == (sys.platform == "linux" and release.startswith("6"))


def test_a_failing_rename_leaves_whole_files_and_no_temporary(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put([("one.md", b"old"), ("two.md", b"old")])
    monkeypatch.setattr(os, "replace", failing(os.replace, 2, 5))
    with pytest.raises(WriteError, match="/two"):
        store.put([("one.md", b"new"), ("two.md", b"new")])
    assert files_below(tmp_path / "out") == {"one.md": b"new", "two.md": b"old"}


def test_a_folder_in_the_way_is_said_and_stays(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "out" / "one.md").mkdir(parents=True)
    with pytest.raises(WriteError, match="a folder of that name is there"):
        store.put([("one.md", b"new")])
    assert list((tmp_path / "out").iterdir()) == [tmp_path / "out" / "one.md"]


def test_a_file_where_a_folder_is_to_be_is_said_and_stays(store: FolderStore, tmp_path: Path) -> None:
    store.put([("a", b"a file")])
    with pytest.raises(WriteError, match="Not a directory"):
        store.put([("a/one.md", b"new")])
    assert files_below(tmp_path / "out") == {"a": b"a file"}


@pytest.mark.parametrize("link", ["a", "a/b"])
@pytest.mark.parametrize("target", ["elsewhere", "missing"])
def test_nothing_is_written_through_a_link_that_leads_out(
    store: FolderStore, tmp_path: Path, link: str, target: str
) -> None:
    (tmp_path / "elsewhere" / "b").mkdir(parents=True)
    (tmp_path / "out" / link).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "out" / link).symlink_to(tmp_path / target)
    with pytest.raises(WriteError, match="leads out of the output folder"):
        store.put([("a/b/one.md", b"new")])
    assert files_below(tmp_path / "elsewhere") == {}
    assert not (tmp_path / "missing").exists()


def test_a_link_in_place_of_a_file_is_replaced_and_never_followed(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "one.md").symlink_to(tmp_path / "precious")
    assert store.size("one.md") == -1
    store.put([("one.md", b"new")])
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert (tmp_path / "out" / "one.md").read_bytes() == b"new"


def test_a_link_to_another_place_inside_is_followed(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "out" / "real").mkdir(parents=True)
    (tmp_path / "out" / "a").symlink_to("real")
    store.put([("a/one.md", b"new")])
    assert (tmp_path / "out" / "real" / "one.md").read_bytes() == b"new"


def test_what_a_killed_run_left_is_written_over_and_swept(store: FolderStore, tmp_path: Path) -> None:
    store.put([("one.md", b"old")])
    killed: list[Path] = []

    def die(*names: object) -> None:
        killed.extend(path for path in (tmp_path / "out").iterdir() if path.name.endswith(".part"))
        raise SystemExit

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", die)
        with pytest.raises(SystemExit):
            store.put([("one.md", b"a longer text")])
    (left,) = killed
    assert not left.exists()
    left.write_bytes(b"half of something that is longer still")
    store.put([("one.md", b"new")])
    assert files_below(tmp_path / "out") == {"one.md": b"new"}
    left.write_bytes(b"half")
    store.sweep(["one.md", "none/none.md"])
    assert files_below(tmp_path / "out") == {"one.md": b"new"}


def test_sweeping_passes_over_what_lies_outside_and_ends_no_run(store: FolderStore, tmp_path: Path) -> None:
    left = ".convertkit-0123456789.part"
    for folder in ("elsewhere", "out/inside"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / left).write_bytes(b"half")
    (tmp_path / "out" / "away").symlink_to(tmp_path / "elsewhere")
    store.sweep(["one.md", "away/one.md", "inside/one.md"])
    assert files_below(tmp_path / "elsewhere") == {left: b"half"}
    assert not (tmp_path / "out" / "inside" / left).exists()


def test_of_one_name_twice_the_last_holds(store: FolderStore, tmp_path: Path) -> None:
    store.put([("one.md", b"first"), ("one.md", b"last")])
    assert files_below(tmp_path / "out") == {"one.md": b"last"}


def test_a_temporary_that_is_another_name_of_a_file_is_not_written_to(store: FolderStore, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    seen: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        replace = os.replace

        def noted(old: bytes, new: bytes) -> None:
            seen.append(os.fsdecode(old))
            replace(old, new)

        patch.setattr(os, "replace", noted)
        store.put([("one.md", b"1")])
    os.link(precious, seen[0])
    store.put([("one.md", b"new")])
    assert precious.read_bytes() == b"precious"
    assert store.get("one.md") == b"new"


def test_permissions_of_a_replaced_file_are_kept(store: FolderStore, tmp_path: Path) -> None:
    store.put([("one.md", b"old")])
    (tmp_path / "out" / "one.md").chmod(0o640)
    store.put([("one.md", b"new")])
    assert stat.S_IMODE((tmp_path / "out" / "one.md").stat().st_mode) == 0o640


def test_removing_takes_empty_folders_along_but_nothing_else(store: FolderStore, tmp_path: Path) -> None:
    store.put([("a/b/one.md", b"1"), ("a/two.md", b"2")])
    store.remove("a/b/one.md")
    store.remove("a/b/one.md")
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == ["a", "two.md"]
    store.remove("a/two.md")
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_is_removed_through_a_link_that_leads_out(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "one.md").write_bytes(b"precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WriteError, match="leads out"):
        store.remove("a/one.md")
    assert (tmp_path / "elsewhere" / "one.md").read_bytes() == b"precious"


def test_a_path_is_a_folder_and_a_url_is_not(tmp_path: Path) -> None:
    assert isinstance(open_store(str(tmp_path)), FolderStore)
    assert not isinstance(open_store("memory://out"), FolderStore)


def test_no_descriptor_stays_open(store: FolderStore, tmp_path: Path) -> None:
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("the system does not list open descriptors")
    before = len(list(descriptors.iterdir()))
    (tmp_path / "out" / "c").mkdir(parents=True)
    store.put([("a/one.md", b"1"), ("b.md", b"2")])
    with pytest.raises(WriteError):
        store.put([("a/one.md", b"1"), ("c", b"2")])
    assert len(list(descriptors.iterdir())) == before


def test_two_workers_with_the_same_post_wait_for_each_other(store: FolderStore, tmp_path: Path) -> None:
    texts = [bytes([letter]) * 300_000 for letter in b"abcdefgh"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(store.put, [[("one.md", text)] for text in texts]))
    assert files_below(tmp_path / "out").keys() == {"one.md"}
    assert store.get("one.md") in texts
