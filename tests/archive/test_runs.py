"""Runs of an archive: what is done, what is left alone, what an earlier run, a kill or somebody else left behind."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Any

import fsspec
import pytest

from convertkit.archive import running
from convertkit.archive.events import Converted, Event, Failed, Finished, Note, Planned, Prunable, Unchanged, to_json
from convertkit.archive.journal import open_journal
from convertkit.archive.report.telling import summary_lines
from convertkit.archive.running import JOURNAL
from convertkit.errors import DiskFull, UnreadableDocument, UsageError
from tests.archive.runs import archive, journal, outputs, posts, run, settle, told


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return archive(tmp_path / "in", tea="Green tea.", deep__cup="A cup.", pot="A pot.")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture(autouse=True)
def _files_are_old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was written a moment ago is else looked at again, since its times may not tell the next change."""
    monkeypatch.setattr("convertkit.archive.sources.folder._SETTLED", 0)


def test_every_post_is_converted_below_the_same_path(source: Path, out: Path) -> None:
    report = run(source, out)
    assert (report.units, report.converted, report.failed, report.exit_code) == (3, 3, 0, 0)
    assert posts(out) == {"tea.txt": "Green tea.", "deep/cup.txt": "A cup.", "pot.txt": "A pot."}
    assert set(outputs(out)) - set(posts(out)) == {"report.html", "report.json", "failures.jsonl"}


def test_a_second_run_does_what_changed_and_what_failed(source: Path, out: Path) -> None:
    archive(source, broken="")
    assert run(source, out).failed == 1
    archive(source, tea="Black tea.")
    events = told(source, out)
    assert [event for event in events if isinstance(event, Converted)] == [Converted("tea.md", ("tea.txt",))]
    assert [event.source for event in events if isinstance(event, Failed)] == ["broken.md"]
    assert posts(out)["tea.txt"] == "Black tea."


def test_a_second_run_with_nothing_to_do_changes_no_file(source: Path, out: Path) -> None:
    run(source, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    report = run(source, out)
    assert (report.converted, report.unchanged, report.planned, report.summary) == (0, 3, 0, None)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()} == before


def test_a_post_that_was_touched_and_says_the_same_is_not_converted(source: Path, out: Path) -> None:
    run(source, out)
    (source / "tea.md").touch()
    assert [event for event in told(source, out) if isinstance(event, Unchanged)] == [Unchanged("tea.md")]


def test_an_edit_that_keeps_size_and_time_is_noticed(source: Path, out: Path) -> None:
    settle(source)
    run(source, out)
    archive(source, tea="Weird tea.")
    settle(source)
    run(source, out)
    assert posts(out)["tea.txt"] == "Weird tea."


def test_an_output_that_was_taken_away_or_cut_is_made_again(source: Path, out: Path) -> None:
    run(source, out)
    (out / "tea.txt").unlink()
    (out / "pot.txt").write_text("A")
    report = run(source, out)
    assert (report.converted, report.unchanged) == (2, 1)
    assert posts(out)["tea.txt"] == "Green tea."
    assert posts(out)["pot.txt"] == "A pot."


def test_a_filter_is_known_by_what_it_holds(source: Path, out: Path, tmp_path: Path) -> None:
    rule = tmp_path / "own.toml"
    rule.write_text('drop = "em"\n[match]\nselector = "p"\n')
    assert run(source, out, filters=(rule,)).converted == 3
    assert run(source, out, filters=(rule,)).converted == 0
    rule.write_text('drop = "strong"\n[match]\nselector = "p"\n')
    assert run(source, out, filters=(rule,)).converted == 3


def test_another_option_converts_all_again_and_another_limit_nothing(source: Path, out: Path) -> None:
    run(source, out)
    assert run(source, out, width=30).converted == 3
    assert run(source, out, width=30, timeout=60.0).converted == 0
    assert run(source, out, width=30, force=True).converted == 3


def test_outputs_of_posts_that_are_gone_stand_until_they_are_pruned(source: Path, out: Path) -> None:
    run(source, out)
    (source / "deep" / "cup.md").unlink()
    report = run(source, out)
    assert report.vanished == 1
    assert "deep/cup.txt" in outputs(out)
    report = run(source, out, prune=True)
    assert (report.vanished, report.removed) == (0, 1)
    assert not (out / "deep").exists()


def test_outputs_of_another_format_stand_until_they_are_pruned(source: Path, out: Path) -> None:
    run(source, out, to=("text", "markdown"))
    run(source, out, to="text")
    assert "tea.md" in outputs(out)
    assert run(source, out, to="text", prune=True).removed == 3
    assert "tea.md" not in outputs(out)


def test_a_dry_run_says_what_would_be_pruned(source: Path, out: Path) -> None:
    run(source, out, to=("text", "markdown"))
    (source / "pot.md").unlink()
    for options in ({}, {"prune": True}):
        report = run(source, out, to="text", dry_run=True, **options)
        assert (report.prunable, report.first_prunable) == (4, ("deep/cup.md", "pot.md", "pot.txt", "tea.md"))
    events = told(source, out, to="text", dry_run=True)
    assert events[-1] == Prunable(4, ("deep/cup.md", "pot.md", "pot.txt", "tea.md"))
    assert run(source, out, to="text", prune=True).removed == 4
    report = run(source, out, to="text", name="{path}-text", dry_run=True)
    assert report.first_prunable == ("deep/cup.txt", "tea.txt")


def test_outputs_that_no_post_makes_any_more_are_told(source: Path, out: Path) -> None:
    run(source, out, to=("text", "markdown"))
    summary = run(source, out, to="text").summary
    assert summary is not None
    assert "3 files that posts of today make no more still stand; --prune removes them" in summary_lines(summary, "out")
    assert "3 files that posts of today make no more still stand" in outputs(out)["report.html"].decode()
    summary = run(source, out, to="text", prune=True).summary
    assert summary is not None
    assert summary.stale == 0


def test_a_post_that_fails_today_keeps_its_outputs_of_before_and_that_is_told(source: Path, out: Path) -> None:
    run(source, out)
    archive(source, tea="")
    summary = run(source, out, prune=True).summary
    assert summary is not None
    assert (summary.failed, summary.standing, summary.stale) == (1, 1, 0)
    assert "of 1 post that failed, what an earlier run made still stands" in summary_lines(summary, "out")
    assert "of 1 post that failed, what an earlier run made still stands" in outputs(out)["report.html"].decode()
    assert posts(out)["tea.txt"] == "Green tea."


def test_a_source_that_lists_nothing_prunes_nothing(source: Path, out: Path) -> None:
    """As when a disk is not mounted."""
    run(source, out)
    for path in source.rglob("*.md"):
        path.unlink()
    with pytest.raises(UnreadableDocument, match="holds no post"):
        run(source, out, prune=True)
    assert "tea.txt" in outputs(out)


def test_a_dry_run_writes_nothing_and_says_what_would_be_done(source: Path, out: Path) -> None:
    report = run(source, out, dry_run=True)
    assert (report.planned, report.converted) == (3, 0)
    assert not out.exists()
    run(source, out)
    archive(source, tea="Black tea.")
    before = journal(out)
    assert run(source, out, dry_run=True, prune=True).planned == 1
    assert journal(out) == before
    assert posts(out)["tea.txt"] == "Green tea."


def test_a_file_of_somebody_else_is_never_overwritten(source: Path, out: Path) -> None:
    out.mkdir()
    (out / "tea.txt").write_text("mine")
    events = told(source, out)
    (planned,) = [event for event in events if isinstance(event, Planned)]
    (failed,) = [event for event in events if isinstance(event, Failed)]
    assert planned.conflicts == 1
    assert (failed.source, failed.reason) == ("tea.md", "conflict")
    assert (out / "tea.txt").read_text() == "mine"
    (out / "tea.txt").unlink()
    assert run(source, out).failed == 0


def test_a_report_of_somebody_else_is_never_overwritten(source: Path, out: Path) -> None:
    out.mkdir()
    (out / "report.html").write_text("mine")
    with pytest.raises(UsageError, match=r"report\.html: is not ours"):
        run(source, out)
    assert outputs(out) == {"report.html": b"mine"}


def test_an_archive_whose_journal_is_gone_is_known_again_by_its_bytes(source: Path, out: Path) -> None:
    run(source, out)
    before = outputs(out)
    (out / "tea.txt").write_text("changed by somebody")
    (out / JOURNAL).unlink()
    events = told(source, out)
    assert [event.source for event in events if isinstance(event, Failed)] == ["tea.md"]
    assert {name for name, data in outputs(out).items() if data != before[name]} == {
        "tea.txt",
        "report.html",
        "report.json",
        "failures.jsonl",
    }


@pytest.mark.parametrize("damage", [b"no database" * 400, b""])
def test_a_damaged_journal_is_set_aside(source: Path, out: Path, damage: bytes) -> None:
    run(source, out)
    before = outputs(out)
    data = bytearray((out / JOURNAL).read_bytes())
    data[: len(damage)] = damage
    data[5000:9000] = b"\xff" * 4000
    (out / JOURNAL).write_bytes(data)
    notes = [event.message for event in told(source, out) if isinstance(event, Note)]
    assert "set aside as journal.sqlite.damaged-1" in notes[0]
    assert outputs(out) == before


def test_a_journal_of_another_version_is_set_aside(source: Path, out: Path) -> None:
    run(source, out)
    with sqlite3.connect(out / JOURNAL) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    assert any(isinstance(event, Note) for event in told(source, out))
    assert run(source, out).exit_code == 0


def test_two_runs_never_work_in_one_folder(source: Path, out: Path) -> None:
    with open_journal(out / JOURNAL), pytest.raises(UsageError, match="another run is at work"):
        run(source, out)


def test_two_runs_never_work_in_one_folder_with_journals_of_their_own(source: Path, out: Path, tmp_path: Path) -> None:
    def second(event: Event) -> None:
        if isinstance(event, Planned):
            with pytest.raises(UsageError, match="another run is at work"):
                run(source, out, journal=tmp_path / "second")
            planned.append(event)

    planned: list[Event] = []
    assert run(source, out, journal=tmp_path / "first", progress=second).converted == 3
    assert len(planned) == 1


def test_a_folder_that_can_only_be_read_ends_the_run(source: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("convertkit.archive.stores.folder.os.replace", refuse)
    with pytest.raises(DiskFull, match="Read-only file system"):
        run(source, out)


def test_names_that_a_file_system_takes_for_one_are_told_apart_in_any_order(tmp_path: Path) -> None:
    trees = []
    for order in (("Tea", "tea", "TEA"), ("TEA", "tea", "Tea")):
        source, out = tmp_path / "-".join(order) / "in", tmp_path / "-".join(order) / "out"
        for name in order:
            archive(source, **{name: f"I am {name}."})
        run(source, out)
        trees.append(posts(out))
    assert trees[0] == trees[1]
    assert trees[0]["TEA.txt"] == "I am TEA."
    assert len({name.casefold() for name in trees[0]}) == 3


def test_names_can_be_made_of_what_posts_say(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    archive(
        source,
        a="---\ntitle: Tea\ndate: 2021-05-06\ncategories: [Drinks]\n---\nWords.",
        b="---\ntitle: Tea\ndate: 2021-07-08\ncategories: [Drinks]\n---\nMore words.",
        c="---\ntitle: Cake\n---\nOther words.",
        d="",
    )
    template = "{date:%Y}/{category}/{title}"
    report = run(source, out, name=template)
    assert (report.converted, report.failed) == (3, 1)
    assert sorted(posts(out)) == ["2021/Drinks/Tea-75bd92ec.txt", "2021/Drinks/Tea.txt", "no-date/no-category/Cake.txt"]
    run(source, out, name=template)
    archive(source, c="---\ntitle: Pie\n---\nOther words.")
    report = run(source, out, name=template, prune=True)
    assert (report.converted, report.removed) == (1, 1)
    assert "no-date/no-category/Pie.txt" in posts(out)


class Stopped(Exception):
    """What a caller raises to end a run."""


@pytest.mark.parametrize("after", range(6))
def test_an_interrupted_run_that_is_taken_up_again_leaves_what_another_leaves(
    source: Path, tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convertkit.archive.dispatching.FIRST", 1)
    monkeypatch.setattr("convertkit.archive.dispatching.MOST", 1)
    archive(source, broken="", one="1", two="2")
    events = 0

    def stop(_event: Event) -> None:
        nonlocal events
        events += 1
        if events > after:
            raise Stopped

    with pytest.raises(Stopped):
        run(source, tmp_path / "out", progress=stop)
    run(source, tmp_path / "out")
    run(source, tmp_path / "whole")
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")
    assert journal(tmp_path / "out") == journal(tmp_path / "whole")


def test_what_a_killed_run_left_half_written_goes(source: Path, out: Path) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Planned):
            raise Stopped

    with pytest.raises(Stopped):
        run(source, out, progress=stop)
    (out / "deep").mkdir()
    (out / "deep" / ".convertkit-0123456789.part").write_bytes(b"half")
    run(source, out)
    assert not list(out.rglob("*.part"))


def test_a_full_disk_stops_the_run_and_the_next_does_the_rest(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(*_: object) -> None:
        raise DiskFull("no room", source="tea.txt")

    with monkeypatch.context() as patched:
        patched.setattr("convertkit.archive.stores.folder.FolderStore.put", put)
        with pytest.raises(DiskFull, match="run the same command again"):
            run(source, out)
    assert run(source, out).converted == 3


def test_events_are_objects_for_programs(source: Path, out: Path) -> None:
    archive(source, broken="")
    told_ = [to_json(event) for event in told(source, out)]
    assert told_[0] == {"event": "planned", "units": 4, "todo": 4, "unchanged": 0, "vanished": 0, "conflicts": 0}
    assert {"event": "converted", "source": "tea.md", "outputs": ("tea.txt",)} in told_
    assert {str(event["event"]) for event in told_} == {"planned", "converted", "failed", "finished"}
    finished = told_[-1]
    assert (finished["converted"], finished["failed"]) == (3, 1)


@pytest.mark.parametrize(
    "options",
    [
        {"to": ()},
        {"to": "nonsense"},
        {"name": "{nonsense}"},
        {"column": ["body"]},
        {"engine": "nonsense"},
        {"jobs": 0},
        {"memory": 0},
        {"memory": "512M"},
        {"timeout": "30s"},
        {"timeout": 0},
        {"jobs": True},
        {"filters": (lambda document: document,)},
        {"filters": lambda document: document},
        {"scheduler": "tcp://127.0.0.1:1"},
        {"images": "fetch", "offline": True},
        {"reference_doc": Path("none.docx")},
        {"from_": "nonsense"},
        {"filters": ["nonsense"]},
    ],
)
def test_what_cannot_be_is_told_before_anything_is_done(source: Path, out: Path, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        run(source, out, **options)
    assert not out.exists()


def test_outputs_never_lie_among_the_posts_of_their_source(source: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="above its source"):
        run(source / "deep", source)
    assert sorted(path.name for path in source.rglob("*.*")) == ["cup.md", "pot.md", "tea.md"]
    assert run(source, source / "out").converted == 3
    assert run(source / "tea.md", source / "again").converted == 1


def test_outputs_never_lie_among_the_posts_of_a_source_by_url(tmp_path: Path) -> None:
    fsspec.filesystem("memory").pipe("/above/posts/tea.md", b"Green tea.")
    with pytest.raises(UsageError, match="above its source"):
        running.convert_archive("memory://above/posts", "memory://above", to="text", journal=tmp_path / "j")


def test_the_journal_of_a_url_is_kept_in_the_folder_for_state(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    report = running.convert_archive(source, "memory://runs/out", to="text")
    assert report.converted == 3
    assert len(list((tmp_path / "state" / "convertkit").glob("*.sqlite"))) == 1
    assert running.convert_archive(source, "memory://runs/out", to="text", force=True).converted == 3


def test_the_last_event_says_what_became_of_all(source: Path, out: Path) -> None:
    last = told(source, out)[-1]
    assert isinstance(last, Finished)
    assert (last.converted, last.failed, last.unchanged) == (3, 0, 0)
