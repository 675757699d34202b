"""A run: list the source, plan, convert what is to be done, tell what became of it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from convertkit import formats
from convertkit.archive import planning
from convertkit.archive.addresses import is_url, settled
from convertkit.archive.engine import Engine
from convertkit.archive.engines import ENGINES, EngineName, open_engine
from convertkit.archive.events import (
    Converted,
    Failed,
    Finished,
    Note,
    Planned,
    Progress,
    Prunable,
    Surveyed,
    Unchanged,
    unheard,
)
from convertkit.archive.fingerprints import fingerprint
from convertkit.archive.journal import (
    CLAIMED,
    Journal,
    JournalDamaged,
    copied_journal,
    default_journal,
    locked,
    open_journal,
    set_aside,
)
from convertkit.archive.naming import REPORTS, NameTemplate, parse_template
from convertkit.archive.records import Failure, Reason, Record
from convertkit.archive.settings import Limits, Settings
from convertkit.archive.source import Source
from convertkit.archive.sources import open_source
from convertkit.archive.store import Store
from convertkit.archive.stores import open_store
from convertkit.archive.units import Task
from convertkit.errors import DiskFull, UnreadableDocument, UsageError
from convertkit.options import READ, WRITE, FlavourName, ImagesFrom, LinksName, ReadOptions, ThemeName, WriteOptions

if TYPE_CHECKING:
    from convertkit.archive.report.totals import Summary
    from convertkit.losses import Loss, Report

JOURNAL = Path(".convertkit", "journal.sqlite")
"""Where the journal is, below an OUT that is a folder."""
LOCK = JOURNAL.with_name("lock")
"""What a run holds as long as it works in such an OUT."""

TOTALS = "report.json"
NAMES = tuple(sorted(REPORTS))
LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ArchiveReport:
    """What became of an archive. Numbers of posts, but for `removed`."""

    out: str
    """The output folder's absolute path, or its URL."""
    units: int
    """All that the source holds."""
    converted: int
    unchanged: int
    """Posts of which an earlier run's outputs stand as they are."""
    failed: int
    vanished: int
    """Posts that are gone from the source, while outputs of theirs stand."""
    removed: int
    """Files that `prune` took away."""
    planned: int
    """Posts that were to be converted, or looked at again."""
    summary: Summary | None = field(default=None, repr=False)
    """What the report's page says in numbers; None if nothing changed since the page was made, or for a dry run."""
    prunable: int = 0
    """Files that `prune` would take away after a run, if all goes well; only a dry run says."""
    first_prunable: tuple[str, ...] = ()
    """Some of their names."""

    @property
    def exit_code(self) -> int:
        """0 if all posts have their outputs, 1 if some failed."""
        return 1 if self.failed else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """The arguments of `convert_archive`, checked."""

    source: str
    settings: Settings
    template: str
    journal: Path
    jobs: int
    engine: EngineName
    scheduler: str | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    force: bool
    prune: bool
    dry_run: bool
    progress: Progress


def convert_archive(
    source: str | Path,
    out: str | Path,
    *,
    to: str | Iterable[str],
    name: str = "{path}",
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    column: Mapping[str, str] | Iterable[str] = (),
    jobs: int | None = None,
    timeout: float = LIMITS.timeout,
    memory: int = LIMITS.memory,
    max_output: int = LIMITS.output,
    engine: EngineName = "local",
    scheduler: str | None = None,
    force: bool = False,
    prune: bool = False,
    dry_run: bool = False,
    journal: Path | None = None,
    ledger: bool = False,
    strict: bool = False,
    fail_on_loss: int | None = None,
    from_: str | None = None,
    filters: Iterable[str | Path] = (),
    no_filters: bool = False,
    encoding: str | None = READ.encoding,
    language: str | None = READ.language,
    repair: bool | None = READ.repair,
    assets: Path | None = READ.assets,
    images: ImagesFrom = READ.images,
    max_image: int = READ.max_image,
    convert_webp: bool = READ.convert_webp,
    cache: Path | None = READ.cache,
    offline: bool = READ.offline,
    allow_private: bool = READ.allow_private,
    comments: bool = READ.comments,
    max_input: int = READ.max_input,
    width: int = WRITE.width,
    links: LinksName = WRITE.links,
    flavour: FlavourName = WRITE.flavour,
    raw_html: bool | None = WRITE.raw_html,
    reference_doc: Path | None = WRITE.reference_doc,
    cover: str | Path | None = WRITE.cover,
    theme: ThemeName = WRITE.theme,
    css: Path | None = WRITE.css,
    fonts: Iterable[Path] = WRITE.fonts,
    progress: Progress = unheard,
) -> ArchiveReport:
    """Convert a whole archive into `out`, as far as that is not done already.

    `source` and `out` are paths, or URLs for fsspec. `name` is the template of outputs' names, `column` says which
    columns of a table mean what (`{"body": "content"}`, or `body=content`). `jobs` are processes (default: one a core);
    `timeout` (seconds), `memory` and `max_output` (bytes) are what one post may take. `force` converts what is
    unchanged too, `prune` removes outputs of posts that are gone, `dry_run` only plans. `progress` is told events
    (`archive.events`). The other arguments are those of `convert`.

    A post that fails stops no other: see `ArchiveReport.failed` and `report.html` in OUT. Whatever ends a run, the same
    call takes it up again. Raises `UsageError`, `UnreadableDocument` for a source that is not there or holds no post,
    `DiskFull`, `WriteError`, `EngineLost`.
    """
    _check_types(timeout=timeout, memory=memory, max_output=max_output, jobs=jobs)
    formats_asked = (to,) if isinstance(to, str) else tuple(dict.fromkeys(to))
    place = settled(out)
    limits = Limits(timeout=timeout, memory=memory, output=max_output)
    settings = Settings(
        out=place,
        to=formats_asked,
        from_=from_,
        columns=_columns(column),
        filters=tuple(_filter_name(entry) for entry in _several(filters)),
        no_filters=no_filters,
        read=ReadOptions(
            encoding=encoding,
            language=language,
            timeout=timeout,
            repair=repair,
            assets=_absolute(assets),
            images=images,
            max_image=max_image,
            convert_webp=convert_webp,
            cache=_absolute(cache),
            offline=offline,
            allow_private=allow_private,
            comments=comments,
            max_input=max_input,
        ),
        write=WriteOptions(
            width=width,
            links=links,
            flavour=flavour,
            raw_html=raw_html,
            reference_doc=_absolute(reference_doc),
            cover=cover if cover in (None, "auto", "none") else str(Path(str(cover)).absolute()),
            theme=theme,
            css=_absolute(css),
            fonts=tuple(font.absolute() for font in fonts),
            timeout=timeout,
        ),
        strict=strict,
        fail_on_loss=fail_on_loss,
        ledger=ledger,
        limits=limits,
    )
    request = _Request(
        source=settled(source),
        settings=settings,
        template=name,
        journal=journal or (default_journal(place) if is_url(place) else Path(place) / JOURNAL),
        jobs=(os.cpu_count() or 1) if jobs is None else jobs,
        engine=engine,
        scheduler=scheduler,
        include=tuple(include),
        exclude=tuple(exclude),
        force=force,
        prune=prune,
        dry_run=dry_run,
        progress=progress,
    )
    _check(request)
    try:
        return _run(request)
    except JournalDamaged as error:
        if dry_run:
            raise
        aside = set_aside(request.journal)
        progress(Note(f"{error.source}: {error.problem}; it was set aside as {aside.name}, and all is looked at anew"))
        return _run(request)


def _check_types(**numbers: object) -> None:
    """Raise `UsageError` for a limit that is no number, as `"512M"`: only the command reads such."""
    for name, value in numbers.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            unit = "seconds" if name == "timeout" else "processes" if name == "jobs" else "bytes"
            raise UsageError(f"{name} is a number of {unit}, not {value!r}", advice=f"write {name}={_EXAMPLES[name]}")


_EXAMPLES = {"timeout": "30.0", "memory": "512 * 2**20", "max_output": "256 * 2**20", "jobs": "2"}


def _several(filters: object) -> Iterable[object]:
    """Filters, of which one may stand for itself."""
    return filters if isinstance(filters, Iterable) and not isinstance(filters, str) else (filters,)


def _filter_name(entry: object) -> str:
    """A filter as every process finds it: a name, or the absolute path of a file. Raises `UsageError` for others."""
    if not isinstance(entry, str | Path):
        advice = "write it into a Python file, and give its path: other processes have to find it"
        raise UsageError(f"a filter of an archive has a name or a file, and {entry!r} has none", advice=advice)
    return str(Path(entry).absolute()) if isinstance(entry, Path) or Path(entry).is_file() else entry


def _absolute(path: Path | None) -> Path | None:
    return None if path is None else path.absolute()


def _columns(given: Mapping[str, str] | Iterable[str]) -> tuple[tuple[str, str], ...]:
    if isinstance(given, Mapping):
        return tuple(given.items())
    pairs = [entry.partition("=") for entry in ([given] if isinstance(given, str) else given)]
    for name, sign, _ in pairs:
        if not (name and sign):
            raise UsageError(f"{name!r} says no column", advice="write NAME=COLUMN, as in body=content")
    return tuple((name, column) for name, _, column in pairs)


def _check(request: _Request) -> None:
    """Raise `UsageError` for what cannot be, before anything is begun."""
    settings = request.settings
    if not settings.to:
        raise UsageError("no output format", advice="name one with -t")
    for name in settings.to:
        formats.writer_format(name)
    if settings.from_ is not None and settings.from_ not in formats.collection_formats():
        formats.reader_format(settings.from_)
    if settings.ledger or settings.fail_on_loss is not None:
        from convertkit.pipeline import check_countable

        check_countable(settings.to)
    if settings.filters:
        from convertkit.filtering import load_filter

        for name in settings.filters:
            load_filter(name)
    reference = settings.write.reference_doc
    if reference is not None and not reference.is_file():
        raise UsageError("no such reference document", source=str(reference), advice="check the path")
    if settings.read.offline and settings.read.cache is None and settings.read.images == "fetch":
        raise UsageError("offline without a cache gives no images", advice="name the folder with --cache")
    if request.engine not in ENGINES:
        raise UsageError(f"no engine {request.engine!r}", advice=f"there are {', '.join(ENGINES)}")
    if request.scheduler and request.engine != "dask":
        raise UsageError("only a cluster has a scheduler", source=request.scheduler, advice="add --engine dask")
    if request.jobs < 1 or min(settings.limits.memory, settings.limits.output) < 1 or settings.limits.timeout <= 0:
        raise UsageError("jobs and limits are positive numbers", advice="leave them out for the defaults")


def _run(request: _Request) -> ArchiveReport:
    began = time.monotonic()
    store = open_store(request.settings.out)
    with ExitStack() as opened:
        left_out: list[Loss] = []
        source = opened.enter_context(_opened_source(request, left_out.append))
        settings = replace(request.settings, root=source.root, fingerprint=fingerprint(request.settings))
        template = parse_template(request.template, formats.distinct_suffixes(settings.to))
        open_ = copied_journal if request.dry_run else open_journal
        if not (request.dry_run or is_url(request.settings.out)):
            opened.enter_context(locked(Path(request.settings.out) / LOCK))
        run = _Run(
            request,
            settings,
            template,
            source,
            store,
            opened.enter_context(open_(request.journal)),
            opened,
        )
        plan = run.plan()
        for loss in dict.fromkeys(left_out):
            request.progress(Note(str(loss)))
        if request.dry_run:
            return run.foretell(plan)
        working = time.monotonic()
        run.convert(plan)
        worked = time.monotonic() - working
        report = run.finish(plan)
    rate = (report.converted + report.failed) / worked if plan.todo else 0.0
    request.progress(
        Finished(
            report.converted,
            report.failed,
            report.unchanged,
            report.vanished,
            report.removed,
            round(time.monotonic() - began, 3),
            round(rate, 1),
        )
    )
    return report


@contextmanager
def _opened_source(request: _Request, report: Report) -> Iterator[Source]:
    """The source; `report` is told what a feed holds and no entry has, each time that the source is gone through."""
    settings = request.settings
    with open_source(
        request.source,
        include=request.include,
        exclude=request.exclude,
        columns=dict(settings.columns),
        out=settings.out,
        from_=settings.from_,
        encoding=settings.read.encoding,
        comments=settings.read.comments,
        report=report,
    ) as source:
        yield source


@dataclass(slots=True)
class _Run:
    """A run under way: what its steps share."""

    request: _Request
    settings: Settings
    template: NameTemplate
    source: Source
    store: Store
    journal: Journal
    opened: ExitStack
    """Closes what was opened when the run ends, however it ends."""
    _engine: Engine | None = None
    converted: int = 0
    unchanged: int = 0
    failed: int = 0
    removed: int = 0

    def plan(self) -> planning.Plan:
        """List the source, and settle what is to be done and under which names."""
        journal, store = self.journal, self.store
        found = planning.list_units(journal, self.source.units())
        if not found:
            advice = "name another source, or say what is in it with --include"
            raise UnreadableDocument("holds no post", source=self.request.source, advice=advice)
        self._begin_workers(found)
        planning.note_vanished(journal, self.source.address, rows_have_ids="id" in dict(self.settings.columns))
        if not self.request.dry_run:
            planning.sweep(journal, store)
            if self.request.prune:
                self.removed += planning.prune_vanished(journal, store)
        self._check_reports()
        names = self._survey() if self.template.needs_metadata else self.request.template
        planning.name_units(journal, self.template, names)
        planning.find_broken(journal, store)
        plan = planning.choose(
            journal, self.settings.fingerprint, store, self.template.suffixes, force=self.request.force
        )
        journal.commit(synced=plan.todo > 0)
        self.request.progress(Planned(plan.units, plan.todo, plan.unchanged, plan.vanished, plan.conflicts))
        return plan

    def _begin_workers(self, units: int) -> None:
        """In a first run, where all is to be done, begin this machine's workers.

        They load what they need while the plan is made, and so does this process, which waits for them anyhow.
        """
        local = self.request.engine == "local" and not self._is_here()
        if self.request.dry_run or self.template.needs_metadata or not local or not self.journal.is_empty():
            return
        from convertkit.archive.chunks import convert_chunk, pack

        engine = self._opened_engine(inline=False)
        for _ in range(min(engine.workers, units)):
            engine.submit(convert_chunk, pack(self.settings), pack([]))  # whoever does nothing has begun all the same
        from convertkit.archive.report.page import get_ready

        get_ready()

    def _check_reports(self) -> None:
        """Claim the names of the reports. Raises `UsageError` if a file of somebody else's has one of them."""
        if self.journal.meta("report"):
            return
        standing = [name for name in NAMES if self.store.size(name) is not None]
        if standing and not (TOTALS in standing and b'"convertkit"' in self.store.get(TOTALS)):
            advice = "move it away, or choose another output"
            raise UsageError("is not ours, and a report is to have this name", source=standing[0], advice=advice)
        self.journal.set_meta("report", CLAIMED)

    def _survey(self) -> str:
        """Read the posts that nobody knows the metadata of, for their names; under what these are kept.

        That stands for the template and all that decides what a post says of itself.
        """
        template = self.request.template
        settings = replace(
            self.settings,
            to=(),
            template=template,
            suffixes=self.template.suffixes,
            read=replace(self.settings.read, images="none"),
            write=WRITE,
            strict=False,
            fail_on_loss=None,
            ledger=False,
        )
        kept = f"{template} {fingerprint(settings)}"
        tasks = planning.unsurveyed(self.journal, kept, self.source.units)
        for records in self._results(settings, tasks, planning.count_unsurveyed(self.journal, kept)):
            planning.keep_surveys(self.journal, records, kept)
            self.request.progress(Surveyed(len(records)))
        return kept

    def convert(self, plan: planning.Plan) -> None:
        """Convert what is to be done. Raises `DiskFull` when a disk is: what has no record then is done next time."""
        tasks = planning.tasks(self.journal, plan, self.source.units, self.template.suffixes)
        for records in self._results(self.settings, tasks, plan.todo):
            full = next((record.failure for record in records if _is_full(record)), None)
            self._keep([record for record in records if not _is_full(record)])
            if full is not None:
                raise DiskFull(full.message, advice="run the same command again for the rest")
        message = "{}: is gone, or is called otherwise, since the source was listed; run again"
        while names := planning.unfinished(self.journal):
            self._keep([Record(name, failure=Failure(Reason.UNREADABLE, message.format(name))) for name in names])

    def _results(self, settings: Settings, tasks: Iterable[Task], number: int) -> Iterator[list[Record]]:
        """The records of tasks, chunk by chunk; of units that the source could not open at once."""
        if not number:
            return
        from convertkit.archive.chunks import convert_chunk, convert_here
        from convertkit.archive.dispatching import run_tasks

        refused: list[Record] = []

        def openable() -> Iterator[Task]:
            for task in tasks:
                if isinstance(task.unit.content, Failure):
                    refused.append(Record(task.unit.name, failure=task.unit.content))
                else:
                    yield task

        here = self._is_here()
        function = convert_here if here else convert_chunk
        for records in run_tasks(self._opened_engine(inline=here), function, settings, openable(), number):
            yield records
            if refused:
                yield refused[:]
                refused.clear()
        if refused:
            yield refused

    def _is_here(self) -> bool:
        """Whether posts are converted in this very process: it was asked for, or only it can see source or OUT."""
        return self.request.engine == "inline" or any(
            address.startswith("memory://") for address in (self.source.address, self.settings.out)
        )

    def _opened_engine(self, *, inline: bool) -> Engine:
        """The engine, begun when it is first needed."""
        if self._engine is None:
            name = "inline" if inline else self.request.engine
            engine = open_engine(name, self.request.jobs, self.request.scheduler)
            self._engine = self.opened.enter_context(engine)
        return self._engine

    def _keep(self, records: list[Record]) -> None:
        if not records:
            return
        self.journal.record(records, self.settings.fingerprint)
        for record in records:
            if record.failure is not None:
                self.failed += 1
                self.request.progress(Failed(record.name, record.failure.reason, record.failure.message))
                continue
            if record.unchanged:
                self.unchanged += 1
                self.request.progress(Unchanged(record.name))
                continue
            self.converted += 1
            self.request.progress(Converted(record.name, tuple(output.name for output in record.outputs)))

    def foretell(self, plan: planning.Plan) -> ArchiveReport:
        """What a dry run says, which is all that it does."""
        files, first = planning.prunable(self.journal, self.template.suffixes)
        if files:
            self.request.progress(Prunable(files, first))
        out = self.settings.out
        return ArchiveReport(
            out, plan.units, 0, plan.unchanged, 0, plan.vanished, 0, plan.todo, prunable=files, first_prunable=first
        )

    def finish(self, plan: planning.Plan) -> ArchiveReport:
        """Prune, write the report if it would say anything new, and say what became of all."""
        if self.request.prune:
            if stale := planning.prune_stale(self.journal, self.store):
                self.journal.outdate_report()
            self.removed += stale
        return ArchiveReport(
            self.settings.out,
            plan.units,
            self.converted,
            plan.unchanged + self.unchanged,
            self.failed,
            plan.vanished,
            self.removed,
            plan.todo,
            self._write_report(),
        )

    def _write_report(self) -> Summary | None:
        """Write the report's files, unless they stand as this journal made them."""
        said = " ".join(str(self.store.size(name)) for name in NAMES)
        if self.journal.meta("report") == f"{self.source.address} {said}":
            return None
        from convertkit.archive.report import write_report
        from convertkit.archive.report.links import find_origin

        origin = find_origin(self.source.address, self.settings.out)
        self.store.sweep(NAMES)
        summary = write_report(
            self.journal.records(),
            self.store,
            origin=origin,
            formats=self.settings.to,
            vanished=self.journal.vanished(),
        )
        said = " ".join(str(self.store.size(name)) for name in NAMES)
        self.journal.set_meta("report", f"{self.source.address} {said}")
        self.journal.commit()
        return summary


def _is_full(record: Record) -> bool:
    return record.failure is not None and record.failure.reason is Reason.DISK_FULL
