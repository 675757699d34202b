"""What is known of an archive between runs: an SQLite file with a row a unit and a row an output.

A unit is `planned`, and its outputs have rows, before any work on it begins. So after a kill it is known which files in
OUT are ours, whole or not, and a file that no row names is somebody else's. What a run leaves in the journal depends on
the source and the settings alone: an interrupted run that was taken up again leaves the same as one that was not.
`contents` gives this; stamps are left out of it, since whether one may be trusted hangs on the time of the look.

Commits are not synced one by one (WAL, `synchronous=NORMAL`): what a power cut takes back is done again. The plan is
synced, because no work may begin of which the journal could know nothing.

The file is locked by SQLite itself as long as it is open, and so is a second one in OUT, whatever the journal's place:
no two runs work in one OUT, and a lock never outlives its process.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from convertkit.archive.records import Facts, Failure, Output, Reason, Record
from convertkit.errors import DiskFull, UsageError, WriteError

VERSION = 1
"""Of the schema (SQLite's `user_version`). A journal of another version is set aside: its outputs are known again by
their bytes."""

PLANNED, DONE, FAILED = "planned", "done", "failed"

CLAIMED = "claimed"
"""The value of `report` in `meta` while the report's files are ours, but do not say what the journal says."""

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE units (
    name TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    wanted TEXT NOT NULL,             -- the name of its outputs, without suffix, if no other unit wants the same
    fold TEXT NOT NULL,               -- the same for names that some file system takes for one
    mark TEXT NOT NULL DEFAULT '',    -- what `wanted` is followed by, so that it is like no other
    state TEXT NOT NULL DEFAULT 'planned',
    vanished INTEGER NOT NULL DEFAULT 0,
    base TEXT NOT NULL DEFAULT '',         -- `wanted` and `mark` as of the last work
    fingerprint TEXT NOT NULL DEFAULT '',  -- `Settings.fingerprint` of the last work
    digest TEXT NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT 0,
    told TEXT NOT NULL DEFAULT '',         -- the rest of the record, as JSON
    stamp TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX units_by_name_out ON units (fold || mark);
CREATE TABLE outputs (
    name TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    place INTEGER,   -- in `Record.outputs`; NULL: planned, or of an earlier run and made no more
    size INTEGER,    -- NULL: it may not stand yet
    digest TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX outputs_by_unit ON outputs (unit, place);
CREATE TABLE surveys (name TEXT PRIMARY KEY, template TEXT NOT NULL, digest TEXT NOT NULL, wanted TEXT NOT NULL,
    stamp TEXT NOT NULL) WITHOUT ROWID;
"""

_CONTENTS = (
    "SELECT 'meta', * FROM meta ORDER BY key",
    """SELECT 'units', name, path, wanted, fold, mark, state, vanished, base, fingerprint, digest, size, told
    FROM units ORDER BY name""",
    "SELECT 'outputs', * FROM outputs ORDER BY name",
    "SELECT 'surveys', name, template, digest, wanted FROM surveys ORDER BY name",
)

_RECORDS = """
SELECT name, digest, size, told, (
    SELECT json_group_array(json_array(name, size, digest))
    FROM (SELECT * FROM outputs WHERE unit = units.name AND place IS NOT NULL ORDER BY place)),
    (SELECT count(size) FROM outputs WHERE unit = units.name AND place IS NULL)
FROM units WHERE state != 'planned' AND NOT vanished ORDER BY name
"""

_STAMP = "coalesce((SELECT stamp FROM listing WHERE listing.name = units.name), '')"
_DONE = f"""
UPDATE units SET state = ?, base = wanted || mark, fingerprint = ?, digest = ?, size = ?, told = ?, stamp = {_STAMP}
WHERE name = ?
"""
_UNCHANGED = f"UPDATE units SET state = 'done', size = ?, stamp = {_STAMP} WHERE name = ?"


class JournalDamaged(WriteError):
    """The journal's file is no journal, or no longer."""


class Journal:
    """An open journal, locked against other runs. As a context it closes in the end.

    Every statement goes through `execute` and its neighbours, which raise `DiskFull`, `JournalDamaged` or `WriteError`
    instead of SQLite's errors.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        with suppress(WriteError, sqlite3.Error):
            self._connection.rollback()
        self._connection.close()

    def execute(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run a statement."""
        with self._naming_errors():
            return self._connection.execute(statement, values)

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for each row."""
        with self._naming_errors():
            self._connection.executemany(statement, rows)

    def select(self, statement: str, values: Sequence[object] = ()) -> Iterator[tuple[object, ...]]:
        """The rows that a statement gives, one at a time."""
        with self._naming_errors():
            yield from self._connection.execute(statement, values)

    def one(self, statement: str, values: Sequence[object] = ()) -> int:
        """The number that a statement gives."""
        with self._naming_errors():
            (number,) = self._connection.execute(statement, values).fetchone()
        return int(number or 0)

    @property
    def changes(self) -> int:
        """How many rows were changed since the journal was opened."""
        return self._connection.total_changes

    def is_empty(self) -> bool:
        """Whether nothing is known of any unit."""
        return not self.one("SELECT EXISTS (SELECT 1 FROM units)")

    def define(self, name: str, function: Callable[[str], str]) -> None:
        """Make a function of one text known to SQL."""
        self._connection.create_function(name, 1, function, deterministic=True)

    def commit(self, *, synced: bool = False) -> None:
        """Keep what was done since the last commit; `synced`, even if the power fails now."""
        with self._naming_errors():
            self._connection.commit()
            if synced:
                self._connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()

    @contextmanager
    def _naming_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _named(error, self.path) from error

    def meta(self, key: str) -> str:
        """A value by its key; empty if there is none."""
        rows = list(self.select("SELECT value FROM meta WHERE key = ?", (key,)))
        return str(rows[0][0]) if rows else ""

    def set_meta(self, key: str, value: str) -> None:
        """Remember a value."""
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def outdate_report(self) -> None:
        """Note that the report's files, if there are any, do not say what the journal says."""
        self.execute("UPDATE meta SET value = ? WHERE key = 'report'", (CLAIMED,))

    def record(self, records: Sequence[Record], fingerprint: str) -> None:
        """Keep what became of units, and commit."""
        self.set_meta("report", CLAIMED)
        for record in records:
            if record.unchanged:
                self.execute(_UNCHANGED, (record.size, record.name))
                continue
            state = DONE if record.failure is None else FAILED
            row = (state, fingerprint, record.digest, record.size, _packed(record), record.name)
            self.execute(_DONE, row)
            self._record_outputs(record)
        self.commit()

    def _record_outputs(self, record: Record) -> None:
        """The outputs of a unit; what it had before and has no more stays known as ours."""
        self.execute("UPDATE outputs SET place = NULL WHERE unit = ?", (record.name,))
        self.execute_many(
            "INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?)",
            [
                (output.name, record.name, place, output.size, output.digest)
                for place, output in enumerate(record.outputs)
            ],
        )
        self.execute("DELETE FROM outputs WHERE unit = ? AND size IS NULL", (record.name,))

    def records(self) -> Iterator[Record]:
        """What became of each unit that is still in the source, by name."""
        for name, digest, size, told, outputs, earlier in self.select(_RECORDS):
            bare = _unpacked(str(name), str(told))
            found = tuple(Output(*output) for output in json.loads(str(outputs)))
            yield replace(bare, digest=str(digest), size=int(str(size)), outputs=found, earlier=int(str(earlier)))

    def vanished(self) -> Iterator[str]:
        """The units that are gone from the source while outputs of theirs still stand, by name."""
        for (name,) in self.select("SELECT name FROM units WHERE vanished ORDER BY name"):
            yield str(name)

    def contents(self) -> Iterator[tuple[object, ...]]:
        """All that the journal says, in order: equal for equal sources and settings, however often a run was killed."""
        for statement in _CONTENTS:
            yield from self.select(statement)


def open_journal(path: Path) -> Journal:
    """The journal in a file, which is made if there is none.

    Raises `JournalDamaged`, `UsageError` if another run has it open, `DiskFull`, `WriteError`.
    """
    _make_folder(path)
    return _opened(path, str(path))


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        advice = "check the folder and its permissions, or name another file with --journal"
        raise WriteError(f"no journal can be kept here: {error.strerror}", source=str(path), advice=advice) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock an OUT against other runs, whatever journal they keep, by an empty database that SQLite locks.

    Raises `UsageError` if another run has it, `WriteError`.
    """
    _make_folder(path)
    with closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise _named(error, path) from error
        yield


def copied_journal(path: Path) -> Journal:
    """A copy, in a temporary file without a name, of the journal in a file, or an empty one: for a dry run."""
    journal = _opened(path, "")
    if path.is_file():
        with _opened(path, str(path)) as original, journal._naming_errors():
            original._connection.backup(journal._connection)
    return journal


def set_aside(path: Path) -> Path:
    """Give a damaged journal another name, beside which a new one can begin. Raises `WriteError`."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    try:
        path.rename(aside)
        for suffix in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    except OSError as error:
        advice = "move it away yourself, and run the same command again"
        raise WriteError(
            f"is damaged and cannot be moved: {error.strerror}", source=str(path), advice=advice
        ) from error
    return aside


def _opened(path: Path, address: str) -> Journal:
    try:
        connection = sqlite3.connect(address, timeout=0.2)
    except sqlite3.Error as error:
        raise _named(error, path) from error
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")  # takes the lock, which the mode keeps
        _make_schema(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise _named(error, path) from error
    except JournalDamaged:
        connection.close()
        raise
    return Journal(path, connection)


def _make_schema(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in (0, VERSION):
        raise JournalDamaged(f"is a journal of another version of convertkit ({version})", source=str(path))
    if version == 0:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise JournalDamaged("is a database, but no journal of convertkit", source=str(path))
        for statement in _SCHEMA.split(";\n"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.commit()


def _named(error: sqlite3.Error, path: Path) -> WriteError | UsageError:
    """SQLite's error as one of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    name = str(path)
    match code:
        case sqlite3.SQLITE_FULL:
            return DiskFull(
                "the journal's disk is full", source=name, advice="make room and run the same command again"
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return JournalDamaged(f"is damaged ({error})", source=name, advice="run the same command again")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return UsageError("another run is at work here", source=name, advice="wait until it is finished")
        case _:
            advice = "check the folder, its permissions and its disk, or name another file with --journal"
            return WriteError(f"the journal cannot be kept: {error}", source=name, advice=advice)


def _packed(record: Record) -> str:
    """What of a record has no column of its own."""
    failure = [record.failure.reason, record.failure.message] if record.failure else None
    facts = [getattr(record.facts, name) for name in Facts.__slots__]  # `astuple` copies all, at ten times the cost
    rest = [failure, facts, record.losses, record.removals, record.unexplained, record.time_class]
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "replace").decode()  # a post, or an error that it raised, may hold a lone surrogate


def _unpacked(name: str, told: str) -> Record:
    failure, facts, losses, removals, unexplained, time_class = json.loads(told)
    title, authors, date, language, categories, tags, characters, images = facts
    lists = tuple(authors), tuple(categories), tuple(tags)
    return Record(
        name,
        failure=Failure(Reason(failure[0]), failure[1]) if failure else None,
        facts=Facts(title, lists[0], date, language, lists[1], lists[2], characters, images),
        losses=losses,
        removals=removals,
        unexplained=unexplained,
        time_class=time_class,
    )


def default_journal(out: str) -> Path:
    """Where the journal of an OUT by URL is kept: in the user's folder for state (XDG), named after the URL."""
    from hashlib import blake2b

    folder = os.environ.get("XDG_STATE_HOME")
    state = Path(folder) if folder else Path.home() / ".local" / "state"
    return state / "convertkit" / f"{blake2b(out.encode(), digest_size=8).hexdigest()}.sqlite"
