"""What is to be done: the source's units against what the journal knows of them.

All of it happens in the journal's database, in temporary tables, so that a million units take no more memory than ten.
Whatever the order in which a source lists its units, the plan is the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice, tee
from typing import TypeVar

from convertkit.archive.journal import PLANNED, Journal
from convertkit.archive.naming import NameTemplate
from convertkit.archive.records import Failure, Reason, Record
from convertkit.archive.store import Store
from convertkit.archive.units import Located, Task, Unit
from convertkit.distinct import folded

T = TypeVar("T")

PAGE = 500
"""Rows that are in memory at a time."""
_FIGURES = (8, 16, 32)
"""How long a mark is, that tells units apart which want one name: the first is enough but for one in billions."""

_TABLES = """
CREATE TEMP TABLE listing (name TEXT PRIMARY KEY, path TEXT, stamp TEXT, address BLOB, reason TEXT, message TEXT,
    times INTEGER DEFAULT 1) WITHOUT ROWID;
CREATE TEMP TABLE missing (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE closed (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE broken (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE todo (place INTEGER PRIMARY KEY, name TEXT UNIQUE, known TEXT, guarded INTEGER DEFAULT 0);
"""

_LISTED = """
INSERT INTO listing (name, path, stamp, address, reason, message) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET times = times + 1
"""
_MISSING = """
INSERT INTO missing SELECT name FROM units WHERE NOT vanished AND name NOT IN (SELECT name FROM listing)
    AND EXISTS (SELECT 1 FROM listing WHERE reason IS NULL)
"""
_CLOSED = """
INSERT OR IGNORE INTO closed
SELECT '.' FROM listing WHERE reason IS NOT NULL AND name = ?
UNION SELECT table_of(name) FROM listing WHERE reason IS NOT NULL AND ?
"""
_MAY_BE_THERE = """
DELETE FROM missing WHERE EXISTS (
    SELECT 1 FROM json_each(containers(missing.name))
    WHERE value IN (SELECT name FROM listing) OR value IN (SELECT name FROM closed))
"""
_UNNAMED = """
SELECT name, path FROM listing
WHERE NOT EXISTS (SELECT 1 FROM units WHERE units.name = listing.name AND units.path = listing.path)
"""
_ALL_UNNAMED = "SELECT name, path FROM listing"
_UNSURVEYED = """
SELECT name, path, address FROM listing WHERE reason IS NULL AND NOT EXISTS (
    SELECT 1 FROM surveys WHERE surveys.name = listing.name AND surveys.template = ?
    AND surveys.stamp = listing.stamp AND listing.stamp != '')
"""
_NAME = """
INSERT INTO units (name, path, wanted, fold) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET path = excluded.path, wanted = excluded.wanted, fold = excluded.fold
"""
_CLASHING = """
SELECT count(*) FROM (SELECT 1 FROM units WHERE NOT vanished GROUP BY fold || mark HAVING count(*) > 1)
"""
_SET_APART = """
UPDATE units SET mark = mark_{figures}(name) WHERE name IN (SELECT name FROM (
    SELECT name, row_number() OVER (PARTITION BY fold || mark ORDER BY length(mark), name) AS place
    FROM units WHERE NOT vanished)
WHERE place > 1)
"""
_CLAIM = """
INSERT INTO outputs (name, unit) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET unit = excluded.unit, place = NULL
WHERE outputs.unit IN (SELECT name FROM units WHERE vanished)
"""
_KEPT = "(SELECT json_group_array(name) FROM outputs WHERE unit = todo.name AND size IS NOT NULL)"
_SAME = """
    units.state = 'done' AND units.fingerprint = ? AND units.base = units.wanted || units.mark AND NOT ?
    AND NOT EXISTS (SELECT 1 FROM broken WHERE broken.name = units.name)
"""
_CHOOSE = f"""
INSERT INTO todo (name, known) SELECT name, known FROM (
    SELECT listing.name AS name, iif({_SAME}, units.digest, '') AS known,
        listing.stamp != '' AND listing.stamp = units.stamp AS untouched
    FROM listing JOIN units ON units.name = listing.name)
WHERE known = '' OR NOT untouched ORDER BY name
"""
_PRUNABLE = """
SELECT outputs.name FROM outputs JOIN units ON units.name = outputs.unit LEFT JOIN todo ON todo.name = units.name
WHERE outputs.size IS NOT NULL AND (
    vanished
    OR todo.name IS NULL AND outputs.place IS NULL AND state = 'done'
    OR todo.name IS NOT NULL AND outputs.name NOT IN (SELECT wanted || mark || value FROM json_each(?)) AND (
        outputs.place IS NULL OR base != wanted || mark OR substr(outputs.name, 1, length(base) + 1) = base || '.'))
ORDER BY outputs.name
"""
_NAMED = 5
"""Names of files that a dry run gives."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is to be done; what, the journal's tables say."""

    units: int
    """Of the source."""
    todo: int
    vanished: int
    """Units that are gone from the source, with outputs that still stand."""
    conflicts: int
    """Units where files stand in OUT of which the journal knows nothing."""
    addressed: bool
    """Whether each unit to do lies in a file of its own, so that the source need not be gone through again."""

    @property
    def unchanged(self) -> int:
        """Units that nobody need look at."""
        return self.units - self.todo


def in_pages(items: Iterable[T], size: int = PAGE) -> Iterator[list[T]]:
    """The items, so many at a time."""
    rest = iter(items)
    while page := list(islice(rest, size)):
        yield page


def list_units(journal: Journal, units: Iterable[Unit]) -> int:
    """Note the units of a source for the other functions here; their number."""
    for statement in _TABLES.split(";\n")[:-1]:
        journal.execute(statement)
    for figures in _FIGURES:
        journal.define(f"mark_{figures}", _marker(figures))
    journal.execute_many(_LISTED, map(_listed, units))  # one at a time: a unit may carry megabytes
    twins = "SELECT name, path, times FROM listing WHERE times > 1"
    for name, path, times in list(journal.select(twins)):
        journal.execute_many(_LISTED, map(_listed, _namesakes(str(name), str(path), int(str(times)))))
    return journal.one("SELECT count(*) FROM listing")


def _namesakes(name: str, path: str, times: int) -> Iterator[Unit]:
    """Units that are called as one before them is (the file `a.zip#x.md`, beside `a.zip`): no two can be told apart."""
    for number in range(2, times + 1):
        other = f"{name}~{number}"
        message = f"{other}: is called {name} as another post of the source is; give one of them another name"
        yield Unit(other, path, Failure(Reason.UNREADABLE, message))


def _listed(unit: Unit) -> tuple[str | bytes | None, ...]:
    match unit.content:
        case Located(address):
            return unit.name, unit.path, unit.stamp, address.encode("utf-8", "surrogateescape"), None, None
        case Failure(reason, message):
            return unit.name, unit.path, unit.stamp, None, reason, message
        case _:
            return unit.name, unit.path, unit.stamp, None, None, None


def _address(kept: object) -> str:
    """An address as it was listed; a file's name need not be text, so it is kept as bytes."""
    return kept.decode("utf-8", "surrogateescape") if isinstance(kept, bytes) else ""


def _marker(figures: int) -> Callable[[str], str]:
    return lambda name: f"-{blake2b(name.encode(), digest_size=figures // 2).hexdigest()}"


def sweep(journal: Journal, store: Store) -> None:
    """Take away what a killed run left half-written."""
    rows = journal.select(
        "SELECT outputs.name FROM outputs JOIN units ON units.name = outputs.unit WHERE units.state = ?", (PLANNED,)
    )
    for page in in_pages(str(name) for (name,) in rows):
        store.sweep(page)


def note_vanished(journal: Journal, address: str, *, rows_have_ids: bool = False) -> None:
    """Note which units are gone from the source, and which are back; what is gone and left nothing is forgotten.

    What was in something that cannot be listed now (a folder, a ZIP that is cut, a feed that is none any more) may be
    there still, and so may all where nothing can be opened. `address` is that of the source. `rows_have_ids`: rows of
    tables are not called by their numbers, which broken ones are, so that a broken one may be any.
    """
    journal.define("containers", _containers)
    journal.define("table_of", lambda name: name.rpartition("#")[0])
    whole = address.rstrip("/").rpartition("/")[2]
    journal.execute(_CLOSED, (whole, rows_have_ids))
    journal.execute(_MISSING)
    journal.execute(_MAY_BE_THERE)
    before = journal.changes
    journal.execute("UPDATE units SET vanished = 1 WHERE name IN (SELECT name FROM missing)")
    journal.execute("UPDATE units SET vanished = 0 WHERE vanished AND name IN (SELECT name FROM listing)")
    if journal.changes > before:
        journal.set_meta("marks", "open")
        journal.outdate_report()
    _forget_vanished(journal)


def _containers(name: str) -> str:
    """What a unit lies in, by the names that it has if it is a unit itself, as JSON: `a/`, `a/b.zip` of `a/b.zip#c`."""
    ends = [found.start() for found in re.finditer("[/#]", name)]
    return json.dumps([".", *(name[:end] for end in ends), *(name[: end + 1] for end in ends)])


def _forget_vanished(journal: Journal) -> None:
    """Forget units that are gone and left nothing."""
    gone = "vanished AND NOT EXISTS (SELECT 1 FROM outputs WHERE unit = units.name)"
    journal.execute(f"DELETE FROM surveys WHERE name IN (SELECT name FROM units WHERE {gone})")
    journal.execute(f"DELETE FROM units WHERE {gone}")


def count_unsurveyed(journal: Journal, template: str) -> int:
    """How many units must be read before they have names."""
    return journal.one(f"SELECT count(*) FROM ({_UNSURVEYED})", (template,))


def unsurveyed(journal: Journal, template: str, units: Callable[[], Iterator[Unit]]) -> Iterator[Task]:
    """The units that must be read before they have names."""
    carried, last = False, ""
    after = f"{_UNSURVEYED} AND name > ? ORDER BY name LIMIT {PAGE}"
    while rows := list(journal.select(after, (template, last))):
        last = str(rows[-1][0])
        for name, path, address in rows:
            if address is None:
                carried = True
            else:
                yield Task(Unit(str(name), str(path), Located(_address(address))), ())
    if carried:
        within = f"{_UNSURVEYED} AND address IS NULL AND name = ?"
        for unit in _first_of_each_name(journal, units()):
            if list(journal.select(within, (template, unit.name))):
                yield Task(unit, ())


def _first_of_each_name(journal: Journal, units: Iterable[Unit]) -> Iterator[Unit]:
    """The units without `_namesakes`."""
    twins = {str(name): False for (name,) in journal.select("SELECT name FROM listing WHERE times > 1")}
    for unit in units:
        if not twins.get(unit.name):
            yield unit
        if unit.name in twins:
            twins[unit.name] = True


def keep_surveys(journal: Journal, records: Iterable[Record], template: str) -> None:
    """Keep what posts said of their names, and commit; of one that failed, the name of its path counts later."""
    journal.execute_many(
        "INSERT OR REPLACE INTO surveys SELECT ?, ?, ?, ?, stamp FROM listing WHERE name = ?",
        [(record.name, template, record.digest, record.wanted, record.name) for record in records if record.wanted],
    )
    journal.commit()


def name_units(journal: Journal, template: NameTemplate, text: str) -> None:
    """Give each unit the name of its outputs, like no other's.

    `text` is what `template` was parsed from, or under which surveys are kept. Names that stand are like no others
    already, unless units came, or went, which the journal notes as open marks.
    """
    naming = f"{text} {' '.join(template.suffixes)}"
    renamed = journal.meta("naming") != naming or template.needs_metadata
    rows = journal.select(_ALL_UNNAMED if renamed else _UNNAMED)
    for page in in_pages(rows):
        journal.set_meta("marks", "open")
        journal.execute_many(_NAME, [_named(journal, template, text, str(name), str(path)) for name, path in page])
    if journal.meta("naming") != naming:
        journal.set_meta("naming", naming)
    if not journal.meta("marks"):
        return
    journal.execute("UPDATE units SET mark = '' WHERE mark != ''")
    for figures in _FIGURES:
        if journal.one(_CLASHING):
            journal.execute(_SET_APART.format(figures=figures))
    journal.execute("DELETE FROM meta WHERE key = 'marks'")


def _named(journal: Journal, template: NameTemplate, text: str, name: str, path: str) -> tuple[str, ...]:
    wanted = ""
    if template.needs_metadata:
        found = list(journal.select("SELECT wanted FROM surveys WHERE name = ? AND template = ?", (name, text)))
        wanted = str(found[0][0]) if found else ""
    wanted = wanted or template.name_of(path)
    return name, path, wanted, folded(wanted)


def find_broken(journal: Journal, store: Store) -> None:
    """Note the units of which an output does not stand as it was written."""
    names, rows = tee(journal.select("SELECT name, unit, size FROM outputs WHERE place IS NOT NULL ORDER BY name"))
    sizes = store.sizes(str(name) for name, _, _ in names)
    broken = ((str(unit),) for (_, unit, written), size in zip(rows, sizes, strict=True) if size != written)
    for page in in_pages(broken):
        journal.execute_many("INSERT OR IGNORE INTO broken VALUES (?)", page)


def choose(journal: Journal, fingerprint: str, store: Store, suffixes: tuple[str, ...], *, force: bool = False) -> Plan:
    """Note what is to be done, and in the journal that it is going to be."""
    journal.execute(_CHOOSE, (fingerprint, force))
    conflicts = _claim(journal, store, suffixes)
    _forget_vanished(journal)
    journal.execute(
        "UPDATE units SET state = ?, stamp = '' WHERE state != ? AND name IN (SELECT name FROM todo)",
        (PLANNED, PLANNED),
    )
    addressed = journal.one(
        "SELECT NOT EXISTS (SELECT 1 FROM todo JOIN listing USING (name) WHERE address IS NULL AND reason IS NULL)"
    )
    return Plan(
        units=journal.one("SELECT count(*) FROM listing"),
        todo=journal.one("SELECT count(*) FROM todo"),
        vanished=journal.one("SELECT count(*) FROM units WHERE vanished"),
        conflicts=conflicts,
        addressed=bool(addressed),
    )


def _claim(journal: Journal, store: Store, suffixes: tuple[str, ...]) -> int:
    """Note the outputs to come as ours, unless something of that name stands that the journal does not know.

    The number of units of which one does; their outputs are somebody else's until they prove to hold the same.
    """
    conflicts, last = 0, 0
    fresh = not journal.one("SELECT EXISTS (SELECT 1 FROM outputs)") and store.is_empty()
    while rows := list(journal.select(
        "SELECT place, name, wanted || mark FROM todo JOIN units USING (name) WHERE place > ? ORDER BY place LIMIT ?",
        (last, PAGE),
    )):  # fmt: skip
        last = int(str(rows[-1][0]))
        claimed: list[tuple[str, str]] = []
        guarded: list[tuple[object]] = []
        for _, unit, base in rows:
            names = [f"{base}{suffix}" for suffix in suffixes]
            if not fresh and any(_stands_unknown(journal, store, name) for name in names):
                guarded.append((unit,))
            else:
                claimed += [(name, str(unit)) for name in names]
        journal.execute_many(_CLAIM, claimed)
        journal.execute_many("UPDATE todo SET guarded = 1 WHERE name = ?", guarded)
        conflicts += len(guarded)
    return conflicts


def _stands_unknown(journal: Journal, store: Store, name: str) -> bool:
    return not journal.one("SELECT EXISTS (SELECT 1 FROM outputs WHERE name = ?)", (name,)) and (
        store.size(name) is not None
    )


def tasks(
    journal: Journal, plan: Plan, units: Callable[[], Iterator[Unit]], suffixes: tuple[str, ...]
) -> Iterator[Task]:
    """What workers are to be asked: by name what lies in a file of its own, then the rest in the source's order."""
    yield from _addressed_tasks(journal, suffixes)
    if plan.addressed:
        return
    statement = (
        f"SELECT wanted || mark, known, guarded, {_KEPT} FROM todo JOIN units USING (name) JOIN listing USING (name)"
        " WHERE name = ? AND address IS NULL AND reason IS NULL"
    )
    for unit in _first_of_each_name(journal, units()):
        for base, known, guarded, kept in list(journal.select(statement, (unit.name,))):
            yield _task(unit, str(base), suffixes, str(known), bool(guarded), kept)


def _addressed_tasks(journal: Journal, suffixes: tuple[str, ...]) -> Iterator[Task]:
    """Those of units whose listing says all: where they lie, or why they failed."""
    last = 0
    while rows := list(journal.select(
        f"SELECT place, name, wanted || mark, known, guarded, {_KEPT}, units.path, address, reason, message FROM todo"
        " JOIN units USING (name) JOIN listing USING (name)"
        " WHERE place > ? AND (address IS NOT NULL OR reason IS NOT NULL) ORDER BY place LIMIT ?",
        (last, PAGE),
    )):  # fmt: skip
        last = int(str(rows[-1][0]))
        for _, name, base, known, guarded, kept, path, address, reason, message in rows:
            content = Located(_address(address)) if reason is None else Failure(Reason(str(reason)), str(message))
            unit = Unit(str(name), str(path), content)
            yield _task(unit, str(base), suffixes, str(known), bool(guarded), kept)


def _task(unit: Unit, base: str, suffixes: tuple[str, ...], known: str, guarded: bool, kept: object) -> Task:
    outputs = tuple(f"{base}{suffix}" for suffix in suffixes)
    return Task(unit, outputs, known, guarded, tuple(json.loads(str(kept))))


def unfinished(journal: Journal) -> list[str]:
    """Some of the units that were planned and are not done: gone from the source since it was listed."""
    statement = "SELECT name FROM units WHERE state = 'planned' AND NOT vanished ORDER BY name LIMIT ?"
    return [str(name) for (name,) in journal.select(statement, (PAGE,))]


def prunable(journal: Journal, suffixes: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    """How many files `prune` would take away if all that is chosen went well, and the first names.

    Pictures beside an output that is made again are taken for needed again: nobody knows before.
    """
    rows = journal.select(_PRUNABLE, (json.dumps(suffixes),))
    first = tuple(str(name) for (name,) in islice(rows, _NAMED))
    return len(first) + sum(1 for _ in rows), first


def prune_vanished(journal: Journal, store: Store) -> int:
    """Remove the outputs of units that are gone from the source, and forget them; the number of files."""
    if journal.one("SELECT EXISTS (SELECT 1 FROM units WHERE vanished)"):
        journal.outdate_report()
    removed = _remove(journal, store, "SELECT name FROM outputs WHERE unit IN (SELECT name FROM units WHERE vanished)")
    journal.execute("DELETE FROM surveys WHERE name IN (SELECT name FROM units WHERE vanished)")
    journal.execute("DELETE FROM units WHERE vanished")
    journal.commit()
    return removed


def prune_stale(journal: Journal, store: Store) -> int:
    """Remove outputs that the units of today make no more; of a unit that failed, what it made before is kept."""
    return _remove(
        journal,
        store,
        "SELECT outputs.name FROM outputs JOIN units ON units.name = outputs.unit"
        " WHERE place IS NULL AND units.state = 'done'",
    )


def _remove(journal: Journal, store: Store, names: str) -> int:
    """Remove the files that a statement names; the number. A name is forgotten only after its file is gone."""
    removed = 0
    while page := [(str(name),) for (name,) in journal.select(f"{names} ORDER BY outputs.name LIMIT {PAGE}")]:
        for (name,) in page:
            store.remove(name)
        journal.execute_many("DELETE FROM outputs WHERE name = ?", page)
        journal.commit()
        removed += len(page)
    return removed
