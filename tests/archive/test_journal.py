"""The journal by itself: what it keeps, and what it says when it cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from convertkit.archive.journal import CLAIMED, Journal, JournalDamaged, default_journal, open_journal, set_aside
from convertkit.archive.naming import parse_template
from convertkit.archive.planning import choose, list_units, name_units, note_vanished
from convertkit.archive.records import Facts, Failure, Output, Reason, Record
from convertkit.archive.stores import open_store
from convertkit.archive.units import Located, Unit
from convertkit.errors import DiskFull, WriteError

FACTS = Facts("Tea", ("A", "B"), "2020-01-02", "en", ("C",), ("t", "u"), 12, 1)
DONE = Record(
    "tea.md",
    "d1",
    5,
    outputs=(Output("tea_files/dot.png", 3, "d2"), Output("tea.md", 9, "d3")),
    facts=FACTS,
    losses={"NotExpressible": 2},
    removals={"rule": 30},
    unexplained=0,
    time_class=3,
)
FAILED = Record("坏.md", failure=Failure(Reason.TIMEOUT, "坏.md: took too long"))


def planned(path: Path, out: Path) -> Journal:
    """A journal in which both posts are planned."""
    journal = open_journal(path)
    units = [Unit(record.name, record.name.removesuffix(".md"), Located("nowhere")) for record in (DONE, FAILED)]
    list_units(journal, units)
    note_vanished(journal, "in")
    name_units(journal, parse_template("{path}", (".md",)), "{path}")
    choose(journal, "f", open_store(str(out)), (".md",))
    journal.commit(synced=True)
    return journal


def test_records_come_back_as_they_were_by_name(tmp_path: Path) -> None:
    with planned(tmp_path / "journal", tmp_path / "out") as journal:
        journal.record([FAILED, DONE], "f")
        assert list(journal.records()) == [DONE, FAILED]
        assert journal.meta("report") == CLAIMED
    with open_journal(tmp_path / "journal") as journal:
        assert list(journal.records()) == [DONE, FAILED]


def test_what_was_not_committed_is_gone_and_the_plan_is_kept(tmp_path: Path) -> None:
    with planned(tmp_path / "journal", tmp_path / "out") as journal:
        journal.execute("UPDATE units SET state = 'done'")
    with open_journal(tmp_path / "journal") as journal:
        assert list(journal.select("SELECT state FROM units")) == [("planned",)] * 2
        assert list(journal.select("SELECT name, size FROM outputs")) == [("tea.md", None), ("坏.md", None)]


def test_the_order_of_work_leaves_no_trace(tmp_path: Path) -> None:
    contents = []
    for name, order in (("one", (DONE, FAILED)), ("two", (FAILED, DONE))):
        with planned(tmp_path / name, tmp_path / "out") as journal:
            for record in order:
                journal.record([record], "f")
            contents.append(list(journal.contents()))
    assert contents[0] == contents[1]


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with planned(tmp_path / "journal", tmp_path / "out") as journal:
        journal.execute("PRAGMA max_page_count = 1")
        many = [Record(f"{number}.md", outputs=(Output(f"{number}", 1, "d" * 500),)) for number in range(500)]
        with pytest.raises(DiskFull, match="run the same command again"):
            journal.record(many, "f")


def test_a_folder_that_takes_no_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="no journal can be kept here"):
        open_journal(tmp_path / "file" / "journal")
    with pytest.raises(WriteError, match="the journal cannot be kept"):
        open_journal(tmp_path)


def test_what_is_no_journal_is_never_written_to(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b"somebody's notes" * 100)
    with pytest.raises(JournalDamaged):
        open_journal(path)
    assert path.read_bytes() == b"somebody's notes" * 100
    assert [set_aside(path).name, path.exists()] == ["journal.damaged-1", False]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such folder")
def test_journals_of_urls_lie_side_by_side(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    paths = {default_journal(out) for out in ("s3://a/b", "s3://a/c", "s3://a/b")}
    assert len(paths) == 2
    assert {path.parent for path in paths} == {tmp_path / "convertkit"}
