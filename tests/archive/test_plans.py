"""What a run makes of a source that changed: what is gone, what is new, what things are called then."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

import fsspec
import pytest

from convertkit.archive import planning
from convertkit.archive.events import Failed
from convertkit.archive.running import convert_archive
from convertkit.archive.units import Carried, Unit
from tests.archive.runs import archive, journal, posts, run, told
from tests.posts import PNG


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture(autouse=True)
def _files_are_old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was written a moment ago is else looked at again, since its times may not tell the next change."""
    monkeypatch.setattr("convertkit.archive.sources.folder._SETTLED", 0)


def zipped(path: Path, **texts: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in texts.items():
            archive.writestr(f"{name}.md", text)
    return path


def said(out: Path) -> dict[str, int]:
    """The posts of `report.json`."""
    posts: dict[str, int] = json.loads((out / "report.json").read_bytes())["posts"]
    return posts


@pytest.mark.parametrize("below", ["posts.zip", "in/sub/posts.zip"])
def test_posts_of_a_zip_that_is_cut_are_not_gone(tmp_path: Path, out: Path, below: str) -> None:
    path = zipped(tmp_path / below, tea="Tea.", pot="A pot.")
    source = path if below == "posts.zip" else archive(tmp_path / "in", cup="A cup.")
    options = {} if source == path else {"include": ["*.md", "*.zip"]}
    before = run(source, out, **options), posts(out)
    path.write_bytes(path.read_bytes()[:-30])
    report = run(source, out, prune=True, **options)
    assert before[0].failed == 0
    assert (report.failed, report.vanished, report.removed) == (1, 0, 0)
    assert posts(out) == before[1]


def test_posts_of_a_folder_that_cannot_be_listed_are_not_gone(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = archive(tmp_path / "in", tea="Tea.", sub__cup="A cup.", sub__deep__pot="A pot.", gone="Gone.")
    run(source, out)
    (source / "gone.md").unlink()
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if os.fsencode(path).endswith(b"in/sub/"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("convertkit.archive.sources.folder.os.scandir", refusing)
    report = run(source, out, prune=True)
    assert (report.failed, report.removed) == (1, 1)
    assert sorted(posts(out)) == ["sub/cup.txt", "sub/deep/pot.txt", "tea.txt"]


def test_entries_of_a_feed_that_is_none_any_more_are_not_gone(tmp_path: Path, out: Path) -> None:
    source = archive(tmp_path / "in", tea="Tea.")
    items = "<item><title>Salt</title><description>Words.</description></item>"
    feed = source / "feed.xml"
    feed.write_text(f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>')
    run(source, out, include=["*.md", "*.xml"])
    before = posts(out)
    feed.write_text("")
    report = run(source, out, include=["*.md", "*.xml"], prune=True)
    assert (report.failed, report.removed) == (1, 0)
    assert posts(out) == before


def test_a_broken_row_may_be_any_of_those_that_have_ids(tmp_path: Path, out: Path) -> None:
    source = tmp_path / "posts.jsonl"
    source.write_text('{"own": "tea", "body": "Tea."}\n{"own": "pot", "body": "A pot."}\n')
    run(source, out, column={"id": "own"})
    before = posts(out)
    source.write_text('{"own": "tea", "body": "Tea."}\n{"own": "pot", "bo')
    assert run(source, out, column={"id": "own"}, prune=True).removed == 0
    assert posts(out) == before
    source.write_text('{"own": "tea", "body": "Tea."}\n')
    assert run(source, out, column={"id": "own"}, prune=True).removed == 1


def test_a_source_of_which_nothing_can_be_opened_prunes_nothing(tmp_path: Path, out: Path) -> None:
    """As when a disk is not mounted, and a link is left that leads nowhere."""
    source = archive(tmp_path / "in", tea="Tea.")
    run(source, out)
    (source / "tea.md").unlink()
    (source / "pot.md").symlink_to(tmp_path / "nowhere.md")
    report = run(source, out, prune=True)
    assert (report.failed, report.removed) == (1, 0)
    assert posts(out) == {"tea.txt": "Tea."}


def test_the_report_says_what_is_gone_though_nothing_was_to_be_done(tmp_path: Path, out: Path) -> None:
    source = archive(tmp_path / "in", tea="Tea.", cup="A cup.", pot="A pot.")
    run(source, out)
    (source / "pot.md").unlink()
    run(source, out)
    assert (said(out)["all"], said(out)["vanished"]) == (2, 1)
    run(source, out, prune=True)
    assert (said(out)["all"], said(out)["vanished"]) == (2, 0)
    archive(source, pot="A pot.")
    run(source, out)
    assert said(out)["all"] == 3


def test_names_do_not_hang_on_what_is_gone(tmp_path: Path, out: Path) -> None:
    source = archive(tmp_path / "in", x="Two.")
    text = (source / "x.md").rename(tmp_path / "x.md")
    (source / "x.html").write_text("<p>One.")
    run(source, out)
    (source / "x.html").unlink()
    text.rename(source / "x.md")
    run(source, out)
    assert posts(out) == {"x.txt": "Two."}
    run(source, tmp_path / "fresh")
    assert journal(out) == journal(tmp_path / "fresh")


def test_an_output_that_a_post_leaves_to_another_stays_ours_if_that_one_fails(tmp_path: Path, out: Path) -> None:
    source = archive(tmp_path / "in")
    source.mkdir()
    (source / "x.html").write_text("<p>One.")
    run(source, out)
    (source / "x.html").unlink()
    archive(source, x="", tea="Tea.")
    assert run(source, out).failed == 1
    archive(source, x="Two.")
    assert run(source, out).failed == 0
    assert posts(out) == {"x.txt": "Two.", "tea.txt": "Tea."}


class Stopped(Exception):
    """What ends a run."""


def test_names_are_settled_after_a_kill_between_pruning_and_naming(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = archive(tmp_path / "in", x="Two.")
    (source / "x.html").write_text("<p>One.")
    run(source, out)
    assert len(posts(out)) == 2
    (source / "x.html").unlink()

    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(planning, "name_units", stop)
        with pytest.raises(Stopped):
            run(source, out, prune=True)
    run(source, out, prune=True)
    assert posts(out) == {"x.txt": "Two."}
    run(source, tmp_path / "fresh")
    assert journal(out) == journal(tmp_path / "fresh")


def test_another_column_is_another_post(tmp_path: Path, out: Path) -> None:
    source = tmp_path / "posts.jsonl"
    source.write_text('{"title": "Tea", "body": "Words.", "content": "Others."}\n')
    run(source, out, name="a")
    run(source, out, name="a", column={"body": "content"})
    assert posts(out) == {"a.txt": "Others."}


def test_names_are_read_again_when_what_decides_them_changed(tmp_path: Path, out: Path) -> None:
    source = archive(tmp_path / "in", tea="")
    (source / "tea.md").write_bytes("---\ntitle: 茶\n---\n\n茶很好\n".encode("gbk"))
    run(source, out, name="{title}", encoding="latin-1")
    run(source, out, name="{title}", encoding="gbk", prune=True)
    assert sorted(posts(out)) == ["茶.txt"]


def test_two_posts_of_one_name_are_one_that_is_converted_and_one_that_failed(tmp_path: Path, out: Path) -> None:
    source = archive(tmp_path / "in")
    zipped(source / "a.zip", x="In the ZIP.")
    (source / "a.zip#x.md").write_text("A file.")
    events = told(source, out, include=["*.md", "*.zip"])
    (failed,) = [event for event in events if isinstance(event, Failed)]
    assert failed.source == "a.zip#x.md~2"
    assert "is called a.zip#x.md as another" in failed.message
    assert posts(out) == {"a/x.txt": "In the ZIP."}


def test_what_a_post_says_need_be_no_text(tmp_path: Path, out: Path) -> None:
    rule = tmp_path / "own.py"
    rule.write_text("def transform(document):\n    raise ValueError('\\ud800')\n")
    report = run(archive(tmp_path / "in", tea="Tea."), out, filters=[rule])
    assert report.failed == 1
    assert said(out)["failed"] == 1


def test_one_post_at_a_time_is_in_memory_while_a_source_is_listed(tmp_path: Path) -> None:
    alive: set[int] = set()
    most = 0

    class Body(bytes):
        def __init__(self, *_: object) -> None:
            alive.add(id(self))

        def __del__(self) -> None:
            alive.discard(id(self))

    def units() -> Iterator[Unit]:
        nonlocal most
        for number in range(50):
            yield Unit(f"{number}.md", str(number), Carried(Body(b"words"), "a.md"))
            most = max(most, len(alive))

    from convertkit.archive.journal import open_journal

    with open_journal(tmp_path / "journal") as opened:
        assert planning.list_units(opened, units()) == 50
    assert most <= 2


def test_a_picture_of_somebody_else_is_never_overwritten(tmp_path: Path, out: Path) -> None:
    source = archive(tmp_path / "in", tea="![A dot](dot.png)")
    (source / "dot.png").write_bytes(PNG)
    run(source, tmp_path / "first", to="markdown")
    (picture,) = (tmp_path / "first").rglob("*.png")
    foreign = out / picture.relative_to(tmp_path / "first")
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"MINE")
    (failed,) = [event for event in told(source, out, to="markdown") if isinstance(event, Failed)]
    assert failed.reason == "conflict"
    assert foreign.read_bytes() == b"MINE"
    assert not (out / "tea.md").exists()


def test_a_picture_of_ours_that_was_cut_is_made_again(tmp_path: Path, out: Path) -> None:
    source = archive(tmp_path / "in", tea="![A dot](dot.png)")
    (source / "dot.png").write_bytes(PNG)
    run(source, out, to="markdown")
    (picture,) = out.rglob("*.png")
    whole = picture.read_bytes()
    picture.write_bytes(b"cut")
    assert run(source, out, to="markdown").failed == 0
    assert picture.read_bytes() == whole


class _Options(TypedDict):
    to: str
    journal: Path


def test_outputs_by_url_are_looked_at_a_folder_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictured = {f"{folder}__{number}": "![A dot](dot.png)" for folder in ("a", "a__b", "c") for number in range(3)}
    source = archive(tmp_path / "in", **pictured)
    for folder in ("a", "a/b", "c"):
        (source / folder / "dot.png").write_bytes(PNG)
    system = fsspec.filesystem("memory")
    out, options = "memory://looked/out", _Options(to="markdown", journal=tmp_path / "journal")
    assert convert_archive(source, out, **options).converted == 9
    asked: list[str] = []
    look = type(system).info

    def info(self: Any, path: str, **more: Any) -> Any:
        asked.append(path)
        return look(self, path, **more)

    monkeypatch.setattr(type(system), "info", info)
    assert convert_archive(source, out, **options).unchanged == 9
    assert not [path for path in asked if path.endswith((".md", ".png"))]
    system.rm("/looked/out/a/b/1.md")
    system.pipe("/looked/out/c/2.md", b"cut")
    assert convert_archive(source, out, **options).converted == 2
