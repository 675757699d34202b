"""One task to its record and its files: pure of processes, limits and disks. What one post raises is its record."""

from __future__ import annotations

import errno
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Self

from convertkit import formats
from convertkit.archive.addresses import is_url
from convertkit.archive.contents import digest_of, open_content
from convertkit.archive.naming import parse_template
from convertkit.archive.records import TIME_CLASSES, Facts, Failure, Output, Reason, Record
from convertkit.archive.settings import Settings
from convertkit.archive.units import Carried, Member, Task
from convertkit.batch import Job, Work, results_of
from convertkit.errors import ConvertkitError, TooBig
from convertkit.filtering import load_filter
from convertkit.losses import Loss, Removed, Report, ignore
from convertkit.metadata import format_date
from convertkit.pipeline import Opened, Reading, Result, Source, check_countable, entering, fetching, read, write_result
from convertkit.readers.feeds.entry import Entry
from convertkit.saving import NO_ROOM
from convertkit.tree import Document, Image
from convertkit.walk import find_all, plain_text

if TYPE_CHECKING:
    from convertkit.ledger import Balance, Entering

_TOO_LARGE = errno.EFBIG
"""A file grew beyond RLIMIT_FSIZE, which a worker sets."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A record, and the files by their names below OUT that must stand before it is true."""

    record: Record
    files: tuple[tuple[str, bytes], ...] = ()


class Converter:
    """What a worker keeps from post to post: options, loaded filters, the connections of a fetcher.

    As a context it ends the latter. Raises as `load_filter` does.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.ledger or settings.fail_on_loss is not None:
            check_countable(settings.to)
        self._settings = settings
        self._open = ExitStack()
        self._reading = _reading(settings)
        self._reading["fetch"] = self._open.enter_context(fetching(settings.read))
        self._works: dict[str | None, Work] = {}
        self._assets = Path(settings.root) if settings.root and not is_url(settings.root) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._open.close()

    def warm_up(self) -> None:
        """Load all that a first post would, so that it is not slower than the others; without filters."""
        reading: Reading = {**self._reading, "filters": (), "no_filters": True, "fetch": None, "images": "none"}
        with suppress(ConvertkitError):  # each post will tell
            document = read("<p>words</p>", **reading)
            for name in self._settings.to:
                write_result(document, name, self._settings.write, ())

    def convert(self, task: Task) -> Converted:
        """The record of a task, with its files if it has all of them. Raises `MemoryError` alone."""
        content = task.unit.content
        if isinstance(content, Failure):
            return Converted(Record(task.unit.name, failure=content))
        record = Record(task.unit.name)
        try:
            with _failing():
                source, digest, size = open_content(content, task.unit.name, self._settings.root)
                record = replace(record, digest=digest, size=size)
                if digest == task.known:
                    return Converted(replace(record, unchanged=True))
                if self._settings.template:
                    return Converted(replace(record, wanted=self._name(task, source)))
                return self._convert(task, source, record)
        except _Failed as failure:
            return Converted(failed(record, failure.error))

    def _name(self, task: Task, source: Opened | Entry) -> str:
        """What the template of names makes of a post that is read for it."""
        template = parse_template(self._settings.template, self._settings.suffixes)
        return template.name_of(task.unit.path, self._work(task).read(source, report=ignore, assets=None).metadata)

    def _convert(self, task: Task, source: Opened | Entry, record: Record) -> Converted:
        started = time.process_time()
        losses: list[Loss] = []
        balances: list[Balance] = []
        outputs = tuple(Path(name) for name in task.outputs)
        job = Job(source, task.unit.name, outputs, self._assets)
        results = results_of(job, self._work(task), losses, balances)
        files = self._files(task, results)
        done = replace(
            record,
            outputs=tuple(Output(name, len(data), digest_of(data)) for name, data in files),
            facts=facts_of(results[0].document),
            losses=_count(loss.kind for loss in dict.fromkeys(losses) if not loss.on_purpose),
            removals=_removals(losses),
            unexplained=sum(balance.size for balance in balances) if balances else None,
            time_class=time_class(time.process_time() - started),
        )
        return Converted(done, files)

    def _files(self, task: Task, results: Iterable[Result]) -> tuple[tuple[str, bytes], ...]:
        """The files of all formats by name, those beside an output before it. Raises `TooBig`."""
        files: dict[str, bytes] = {}
        for output, result in zip(task.outputs, results, strict=True):
            folder = PurePosixPath(output).parent
            files |= {str(folder / name): data for name, data in result.files.items()}
            files[output] = result.content
        most = self._settings.limits.output
        for name, data in files.items():
            if len(data) > most:
                problem = f"becomes {name} of {len(data):,} bytes, of which {most:,} are allowed"
                raise TooBig(problem, source=task.unit.name, advice="allow more with --max-output")
        return tuple(files.items())

    def _work(self, task: Task) -> Work:
        """How a post is read and written: alike for all of one format."""
        content, settings = task.unit.content, self._settings
        from_ = settings.from_
        if from_ is None and isinstance(content, Carried | Member):
            from_ = formats.guess_reader(content.file_name if isinstance(content, Carried) else content.name)
        if isinstance(content, Entry):
            from_ = None
        if from_ not in self._works:
            reading: Reading = {**self._reading, "from_": from_}
            ledger = settings.ledger or settings.fail_on_loss is not None
            self._works[from_] = Work(
                partial(_read, reading),
                settings.to,
                settings.write,
                settings.read.assets,
                settings.strict,
                partial(_enter, reading) if ledger else None,
                settings.fail_on_loss,
            )
        return self._works[from_]


def _reading(settings: Settings) -> Reading:
    options = settings.read
    return Reading(
        filters=tuple(load_filter(name) for name in settings.filters),
        no_filters=settings.no_filters,
        encoding=options.encoding,
        language=options.language,
        timeout=options.timeout,
        repair=options.repair,
        images=options.images,
        max_image=options.max_image,
        convert_webp=options.convert_webp,
        cache=options.cache,
        offline=options.offline,
        allow_private=options.allow_private,
        comments=options.comments,
        max_input=options.max_input,
    )


def _read(reading: Reading, source: Source, *, report: Report, assets: Path | None) -> Document:
    given: Reading = {**reading, "assets": assets}
    return read(source, report=report, **given)


def _enter(reading: Reading, source: Source, *, assets: Path | None) -> Entering:
    given: Reading = {**reading, "assets": assets}
    return entering(source, **given)


class _Failed(Exception):
    """A post failed, for a reason that is known."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error


@contextmanager
def _failing() -> Iterator[None]:
    """Turns whatever is raised into `_Failed`, and into `MemoryError` what came of one.

    What a filter, a plug-in or a bug may raise is not ours to list, and one post must not stop the others.
    """
    try:
        yield
    except (Exception, SystemExit) as error:
        if _out_of_memory(error):
            raise MemoryError from None
        raise _Failed(error) from error


def failed(record: Record, error: BaseException) -> Record:
    """What becomes of a record when its post failed."""
    failure = failure_of(error, record.name)
    line = failure.message.encode("utf-8", "backslashreplace").decode()  # a filter may say what is no text
    return Record(record.name, record.digest, record.size, failure=replace(failure, message=line))


def failure_of(error: BaseException, name: str) -> Failure:
    """The reason why a post failed, and a line that names the post and says what to do."""
    match error:
        case ConvertkitError():
            line = str(error) if error.source == name else f"{name}: {error}"
            return Failure(Reason(error.reason), line)
        case RecursionError():
            return Failure(Reason.TOO_DEEP, f"{name}: is nested too deeply; simplify it, or leave it out")
        case OSError(errno=number) if number in NO_ROOM:
            return Failure(Reason.DISK_FULL, f"{name}: {error.strerror}; make room, then run it again")
        case OSError(errno=number) if number == _TOO_LARGE:
            return Failure(Reason.TOO_BIG, f"{name}: {error.strerror}; allow more with --max-output")
        case OSError():
            return Failure(Reason.WRITER, f"{name}: {error}; run it again, or leave it out")
        case _:
            problem = f"stopped by a bug in convertkit or a plug-in ({type(error).__name__}: {error})"
            return Failure(Reason.CRASH, f"{name}: {problem}; please report it with this post")


def _out_of_memory(error: BaseException | None) -> bool:
    """Whether an error came of a MemoryError, which a filter's FilterError may hide."""
    while error is not None and not isinstance(error, MemoryError):
        error = error.__cause__ or error.__context__
    return error is not None


def facts_of(document: Document) -> Facts:
    """What the report says of a document."""
    metadata = document.metadata
    return Facts(
        title=metadata.title,
        authors=metadata.authors,
        date=format_date(metadata.date) if metadata.date else "",
        language=metadata.language,
        categories=metadata.categories,
        tags=metadata.tags,
        characters=_characters(plain_text(document.blocks)),
        images=len(find_all(document.blocks, Image)),
    )


def _characters(text: str) -> int:
    return sum(map(len, text.split()))


def _count(kinds: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(kinds).items()))


def _removals(losses: Iterable[Loss]) -> dict[str, int]:
    removed: Counter[str] = Counter()
    for loss in dict.fromkeys(losses):
        if isinstance(loss, Removed):
            removed[loss.rule] += _characters(loss.text)
    return dict(sorted(removed.items()))


def time_class(seconds: float) -> int:
    """Which of `TIME_CLASSES` a time belongs to; a worker's own CPU time, which a busy machine does not stretch."""
    return next((most for most in TIME_CLASSES if seconds <= most), 0)
