"""Several inputs, several formats: finding the inputs, naming the outputs, carrying on after a failure."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from convertkit import formats
from convertkit.collection import only_entry
from convertkit.distinct import DistinctNames
from convertkit.errors import ConvertkitError, DiskFull, UnreadableDocument, UsageError, WriteError
from convertkit.losses import ImageNotEmbedded, Loss, Report
from convertkit.options import STANDARD, WriteOptions
from convertkit.pipeline import Opened, Result, balanced, strictly, write_result
from convertkit.readers.feeds.entry import Entry
from convertkit.readers.feeds.names import entry_name
from convertkit.saving import NO_ROOM, save
from convertkit.tree import Document

if TYPE_CHECKING:
    from convertkit.ledger import Balance, Entering


class ReadSource(Protocol):
    """`pipeline.read` with all options but the report settled."""

    def __call__(self, source: Path | bytes | Entry | Opened, *, report: Report, assets: Path | None) -> Document: ...


class CountSource(Protocol):
    """`pipeline.entering` with all options settled."""

    def __call__(self, source: Path | bytes | Entry | Opened, *, assets: Path | None) -> Entering: ...


class SplitSource(Protocol):
    """The entries of a feed or an export, None for one document; all options but the report settled."""

    def __call__(self, source: Path | bytes, *, report: Report) -> Iterator[Entry] | None: ...


@dataclass(frozen=True, slots=True)
class Work:
    """What is done to each input: how it is read, what it becomes, whether a loss is fatal.

    With `count_source` a ledger is kept, and `fail_on_loss` is the most that it may leave unexplained.
    """

    read: ReadSource
    to: tuple[str, ...]
    options: WriteOptions
    assets: Path | None = None
    strict: bool = False
    count_source: CountSource | None = None
    fail_on_loss: int | None = None
    split: SplitSource | None = None


Deliver = Callable[[Path, bytes, Mapping[str, bytes]], None]
"""Puts an output and the files beside it (by relative path) where they belong: `saving.save`, or the caller's."""


@dataclass(frozen=True, slots=True)
class Job:
    """One input (a file, its content, an entry of a feed) with the outputs it becomes, one a format.

    `name` is its name in messages, `folder` the input folder that it was found in. `beside` and `suffixes` say where
    outputs go if it turns out to hold many documents; without them it may hold one. What is `refused` is not opened.
    """

    source: Path | bytes | Entry | Opened
    name: str
    outputs: tuple[Path, ...]
    folder: Path | None = None
    beside: Path | None = None
    suffixes: tuple[str, ...] = ()
    refused: UnreadableDocument | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: the outputs delivered, what they lost, and why it failed if it did."""

    source: str
    outputs: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()
    error: ConvertkitError | None = None
    balances: tuple[Balance, ...] = ()

    @property
    def unexplained(self) -> int:
        """How many words and other things nobody accounts for, in all outputs."""
        return sum(balance.size for balance in self.balances)

    @property
    def problem(self) -> str:
        """The error in a line that names the input, whatever else it names; empty if there is none."""
        if self.error is None:
            return ""
        named = self.error.source == self.source
        return str(self.error) if named else f"{self.source}: {self.error}"

    def to_json(self) -> dict[str, object]:
        """The outcome in JSON's types; `error` is null or an object with `kind` and `message`."""
        error = {"kind": type(self.error).__name__, "message": self.problem} if self.error else None
        losses = [loss.to_json() for loss in self.losses]
        told: dict[str, object] = {
            "source": self.source,
            "outputs": list(self.outputs),
            "losses": losses,
            "error": error,
        }
        return told | {"balances": [balance.to_json() for balance in self.balances]} if self.balances else told


@dataclass(frozen=True, slots=True)
class Input:
    """A file to convert, its path relative to where it was found, and the input folder that it was found in.

    `refused` says why it is not to be opened.
    """

    path: Path
    relative: Path
    folder: Path | None = None
    refused: UnreadableDocument | None = None


def find_inputs(inputs: Iterable[Path], out: Path) -> Iterator[Input]:
    """The files to convert. A folder stands for the documents below it, sorted.

    Hidden files, data files (`formats.DATA_SUFFIXES`) and what lies in `out`, an earlier run's work, are passed over. A
    link that leads out of the folder is refused: whoever wrote the posts must not choose what else is read.
    """
    for path in inputs:
        if not path.is_dir():
            yield Input(path, Path(path.name))
            continue
        below = path.resolve() in out.resolve().parents
        outputs = out.resolve() if below else None
        found = sorted(file for file in path.rglob("*") if _is_input(file, path, outputs))
        if not found:
            raise UnreadableDocument("holds no file to convert", source=str(path), advice="name the files themselves")
        for file in found:
            yield Input(file, file.relative_to(path), path, _link_refusal(file, path))


def refusal(file: Path, folder: Path) -> UnreadableDocument | None:
    """The error of what was found in a folder and, links followed, lies outside of it."""
    real = Path(os.path.realpath(file))  # which bears a loop of links, as `resolve` does not
    if real.is_relative_to(os.path.realpath(folder)):
        return None
    advice = "name what it leads to as an input"
    return UnreadableDocument("is a link that leads out of the folder", source=str(file), advice=advice)


def _link_refusal(file: Path, folder: Path) -> UnreadableDocument | None:
    """`refusal` for what was found without following links."""
    return refusal(file, folder) if file.is_symlink() else None


def _is_input(file: Path, folder: Path, outputs: Path | None) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    if hidden or not (_is_refused_folder(file, folder) or _is_document(file, folder)):
        return False
    return outputs is None or not file.resolve().is_relative_to(outputs)


def _is_refused_folder(file: Path, folder: Path) -> bool:
    return _link_refusal(file, folder) is not None and file.is_dir()


def _is_document(file: Path, folder: Path) -> bool:
    return formats.is_document(file.name) and (file.is_file() or _link_refusal(file, folder) is not None)


def plan(inputs: Iterable[Path], out: Path, to: Sequence[str]) -> list[Job]:
    """Where each input goes. `out` is a file for one input in one format, else a folder. Raises `UsageError`.

    Two outputs never share a name, whatever the file system folds: the later in sorted order gets a number.
    """
    found = list(find_inputs(inputs, out))
    if _is_file_name(out, found, to):
        (only,) = found
        return [Job(only.path, str(only.path), (out,), only.folder, refused=only.refused)]
    suffixes = formats.distinct_suffixes(to)
    names = _distinct_names(found)
    inputs_by_path = {entry.path: entry for entry in found}
    return [
        Job(
            entry.path,
            str(entry.path),
            tuple(out / f"{names[path]}{suffix}" for suffix in suffixes),
            entry.folder,
            out if len(found) == 1 and entry.folder is None else out / names[path],
            tuple(suffixes),
            entry.refused,
        )
        for path, entry in inputs_by_path.items()
    ]


def _is_file_name(out: Path, found: Sequence[Input], to: Sequence[str]) -> bool:
    """Whether `out` names the one output rather than a folder: a name with a suffix, where no folder is."""
    if out.is_dir() or not out.suffix:
        return False
    one = len(found) == 1 and len(to) == 1
    if not one and formats.guess_writer(out.name) is not None:
        raise UsageError("several outputs cannot share one file", source=str(out), advice="give -o a folder")
    return one


def _distinct_names(found: Iterable[Input]) -> dict[Path, Path]:
    """For each input's path its output's without suffix, made distinct in sorted order."""
    distinct = DistinctNames()
    relative = {entry.path: entry.relative for entry in found}
    return {path: distinct(_without_suffix(relative[path])) for path in sorted(relative)}


def _without_suffix(path: Path) -> Path:
    return path.with_name(path.stem if path.suffix else path.name)


def run(jobs: Iterable[Job], work: Work, deliver: Deliver = save) -> Iterator[Outcome]:
    """Convert and deliver each job; a failure is its outcome and stops no other."""
    jobs = list(jobs)
    inputs = {job.source.resolve() for job in jobs if isinstance(job.source, Path)}

    def guarded(path: Path, content: bytes, files: Mapping[str, bytes]) -> None:
        if path.resolve() in inputs:
            raise WriteError("would overwrite an input", source=str(path), advice="give -o another folder")
        deliver(path, content, files)

    for job in jobs:
        yield from _run_parts(job, work, guarded)


def _run_parts(job: Job, work: Work, deliver: Deliver) -> Iterator[Outcome]:
    """The outcome of a job; of each entry if its input is a feed, and of the feed itself where that has some."""
    losses: list[Loss] = []
    error = None
    try:
        if job.refused is not None:
            raise job.refused
        source, split = job.source, work.split
        found = split(source, report=losses.append) if split and isinstance(source, Path | bytes) else None
        for part in [job] if found is None else _parts(job, found):
            yield _run_one(part, work, deliver)
    except ConvertkitError as failure:
        error = failure
    if losses or error:
        yield Outcome(job.name, losses=tuple(losses), error=error)


def _parts(job: Job, found: Iterator[Entry]) -> Iterator[Job]:
    """A job for each entry, with an output of its own. Raises what the entries raise, and `UsageError`."""
    if job.beside is None:
        yield replace(job, source=only_entry(found, job.name))
        return
    distinct = DistinctNames()
    for entry in found:
        name = distinct(Path(entry_name(entry.metadata)))
        outputs = tuple(job.beside / f"{name}{suffix}" for suffix in job.suffixes)
        yield Job(entry, entry.source, outputs, job.folder)


def _run_one(job: Job, work: Work, deliver: Deliver) -> Outcome:
    losses: list[Loss] = []
    written: list[str] = []
    balances: list[Balance] = []
    try:
        for output in _write_all(job, work, deliver, losses, balances):
            written.append(str(output))
        error = None
    except ConvertkitError as failure:
        error = failure
    except OSError as failure:
        kind = DiskFull if failure.errno in NO_ROOM else WriteError
        error = kind(
            failure.strerror or str(failure),
            source=str(failure.filename or job.name),
            advice="choose another output with -o",
        )
    except Exception as failure:  # noqa: BLE001  # the one place where a bug met in one post must not stop the others
        error = ConvertkitError(
            f"stopped by a bug in convertkit or a plug-in ({type(failure).__name__}: {failure})",
            source=job.name,
            advice="please report it with this input",
        )
    return Outcome(job.name, tuple(written), tuple(dict.fromkeys(losses)), error, tuple(balances))


def _not_beside(name: str) -> Loss:
    return ImageNotEmbedded("", name, "it belongs beside the document, and stdout has no folder: give -o a file name")


def _write_all(job: Job, work: Work, deliver: Deliver, losses: list[Loss], balances: list[Balance]) -> Iterator[Path]:
    """Each output once it is delivered; what it lost is added to `losses`, its balance to `balances`."""
    results = results_of(job, work, losses, balances)
    for output, result in zip(job.outputs, results, strict=True):  # only now: all are delivered or none
        deliver(output, result.content, result.files)
        yield output


def results_of(job: Job, work: Work, losses: list[Loss], balances: list[Balance]) -> list[Result]:
    """What a job's input becomes in each format, of one reading; what was lost is added, as for `_write_all`.

    Each starts from what reading lost: what one format cannot say excuses nothing in another.
    """
    assets = work.assets or job.folder
    document = work.read(job.source, report=losses.append, assets=assets)
    read_losses = tuple(losses)
    count = work.count_source
    count_once = cache(lambda: count(job.source, assets=assets)) if count is not None else None
    results = []
    for output, name in zip(job.outputs, work.to, strict=True):
        named = Path(job.name) if output == STANDARD else output
        options = replace(work.options, files_dir=f"{named.stem}_files")
        result = write_result(document, name, options, read_losses, count_once)
        if output == STANDARD:
            result = replace(result, losses=(*result.losses, *map(_not_beside, result.files)))
        losses += result.losses
        if result.balance is not None:
            balances.append(result.balance)
        results.append(strictly(result) if work.strict else result)
    if work.fail_on_loss is not None:
        for result in results:
            balanced(result, work.fail_on_loss)
    return results
