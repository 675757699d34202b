"""`convertkit archive`: arguments in, `convert_archive`, events and a summary out."""

from __future__ import annotations

import json
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from convertkit.archive.engines import ENGINES
from convertkit.archive.settings import Limits
from convertkit.command_options import loss_options, reading_options, writing_options
from convertkit.terminal import say

if TYPE_CHECKING:
    from convertkit.archive.events import Event, Progress
    from convertkit.archive.running import ArchiveReport

LIMITS = Limits()
_FAILURES_SAID = 5
"""Failures that are said after a change."""
_SECONDS = {"ms": 0.001, "": 1, "s": 1, "m": 60, "min": 60, "h": 3600}
_BYTES = {"": 1, "B": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


class Duration(click.ParamType[float]):
    """A time as people write it: `30`, `30s`, `1.5m`, `2h`."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        if isinstance(value, int | float):
            return float(value)
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ms|min|s|m|h)?\s*", str(value))
        if not found or not float(found[1]):
            self.fail(f"{value!r} is no time: write 30s, 2m or 1h", param, ctx)
        return float(found[1]) * _SECONDS[found[2] or ""]


class Size(click.ParamType[int]):
    """A size as people write it: `512M`, `2G`, `1.5GiB`; K, M, G and T are powers of 1,024."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Bytes."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(B|[KMGT](?:i?B)?)?\s*", str(value), re.IGNORECASE)
        if not found or not float(found[1]):
            self.fail(f"{value!r} is no size: write 512M or 2G", param, ctx)
        return int(float(found[1]) * _BYTES[(found[2] or "")[:1].upper()])


@click.command()
@click.argument("source", metavar="SOURCE")
@click.option("-t", "--to", metavar="FORMAT", multiple=True, required=True, help="Output format; repeatable.")
@click.option("-o", "--output", "out", metavar="OUT", required=True, help="Folder, or URL, for the outputs.")
@click.option(
    "--name",
    metavar="TEMPLATE",
    default="{path}",
    show_default=True,
    help="Names of outputs, as {date:%Y}/{category}/{slug}.",
)
@click.option("--include", metavar="GLOB", multiple=True, help="Only files like this; repeatable.")
@click.option("--exclude", metavar="GLOB", multiple=True, help="No files or folders like this; repeatable.")
@click.option("--column", metavar="NAME=COLUMN", multiple=True, help="Column of a table, as body=content; repeatable.")
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(1), help="Processes.  [default: one a core]")
@click.option(
    "--timeout",
    metavar="TIME",
    type=Duration(),
    default=LIMITS.timeout,
    help="Limit for a post.  [default: 30s]",
)
@click.option(
    "--memory",
    metavar="SIZE",
    type=Size(),
    default=LIMITS.memory,
    help="Limit for a worker's memory.  [default: 512M]",
)
@click.option(
    "--max-output",
    metavar="SIZE",
    type=Size(),
    default=LIMITS.output,
    help="Limit for an output.  [default: 256M]",
)
@click.option(
    "--engine",
    type=click.Choice([name for name in ENGINES if name != "inline"]),
    default="local",
    show_default=True,
    help="What runs the work: processes here, or a Dask cluster.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Scheduler of the cluster: tcp://HOST:PORT.")
@click.option("--force", is_flag=True, help="Convert again what has not changed.")
@click.option("--prune", is_flag=True, help="Remove outputs of posts that are gone from the source.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be done.")
@click.option(
    "--journal",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the journal is kept.  [default: in OUT; for a URL in your folder for state]",
)
@reading_options
@writing_options
@loss_options
@click.option("--watch", is_flag=True, help="Go on converting what changes, as it changes, until interrupted.")
@click.option("--json", "as_json", is_flag=True, help="Print events for machines on stdout, one a line.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def archive(source: str, out: str, watch: bool, as_json: bool, quiet: bool, **options: Any) -> int:
    """Convert a whole archive: a folder, a ZIP or tar, a feed, an export, a table, here or by URL.

    What is done is kept in a journal: the same command again does what changed, what failed, and what an interruption
    left undone.

    \b
    convertkit archive posts/ -t markdown -t epub -o out/
    convertkit archive posts.zip -t markdown -o out/ --name "{date:%Y}/{category}/{slug}"
    convertkit archive s3://bucket/posts -t text -o s3://bucket/out --engine dask --scheduler tcp://10.0.0.1:8786
    """
    from convertkit.archive.running import convert_archive

    codes: list[int] = []
    failures: dict[str, str] = {}

    def run() -> None:
        met: dict[str, str] = {}
        with _told(as_json=as_json, quiet=quiet, met=met if watch else None) as progress:
            report = convert_archive(source, out, progress=progress, **options)
        if not quiet and codes:
            _say_changes(report, {name: told for name, told in met.items() if failures.get(name) != told})
        elif not quiet and options["dry_run"]:
            _say_plan(report, prune=options["prune"])
        elif not quiet:
            _say_report(report, out)
        failures.clear()
        failures.update(met)
        codes.append(report.exit_code)

    with _terminated_like_interrupted():
        if watch:
            _watch(source, out, run)
        else:
            run()
    return codes[-1] if codes else 0


def _watch(source: str, out: str, run: Callable[[], None]) -> NoReturn:
    """Run whenever something changes, until an interrupt."""
    from convertkit.archive.watching import watch_archive
    from convertkit.errors import ConvertkitError, UsageError

    def run_on() -> None:
        try:
            run()
        except UsageError:
            raise
        except ConvertkitError as error:  # a disk that is full may have room at the next change
            say(f"Error: {error}")

    watch_archive(source, out, run_on)
    raise KeyboardInterrupt


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does, while the block lasts."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _told(*, as_json: bool, quiet: bool, met: dict[str, str] | None = None) -> Iterator[Progress]:
    """Who is told the events: programs on stdout, people by a bar where stderr is a terminal, else notes as lines.

    `met` gets the messages of failures by post.
    """
    from convertkit.archive.events import Failed, to_json

    with _bar(drawn=sys.stderr.isatty(), quiet=quiet) as draw:

        def progress(event: Event) -> None:
            if as_json:
                click.echo(json.dumps(to_json(event), ensure_ascii=False))
            if met is not None and isinstance(event, Failed):
                met[event.source] = event.message
            draw(event)

        yield progress


@contextmanager
def _bar(*, drawn: bool, quiet: bool) -> Iterator[Progress]:
    """A bar with the posts done and failed, their rate, the time left, and the last post's name; else only notes."""
    from convertkit.archive.events import unheard

    if quiet or not drawn:
        yield unheard if quiet else _say_note
        return
    from convertkit.archive_bar import ArchiveBar

    with ArchiveBar() as bar:
        yield bar


def _say_note(event: Event) -> None:
    from convertkit.archive.events import Note

    if isinstance(event, Note):
        say(event.message)


def _say_changes(report: ArchiveReport, failures: Mapping[str, str]) -> None:
    """What a run did that is not the first of a watch, and the failures that were not said before."""
    if not (report.converted or report.removed or failures):
        return
    removed = [f"{_counted(report.removed, 'file')} removed"] if report.removed else []
    failed = [f"{report.failed:,} failed"] if report.failed else []
    say(", ".join([f"{report.converted:,} converted now", *failed, f"{report.unchanged:,} unchanged", *removed]))
    for message in islice(failures.values(), _FAILURES_SAID):
        say(f"  {message}")
    if len(failures) > _FAILURES_SAID:
        say(f"  and {len(failures) - _FAILURES_SAID:,} more: see failures.jsonl")


def _counted(count: int, thing: str) -> str:
    from convertkit.archive.report.wording import counted  # and with it the report, which may have nothing to say

    return counted(count, thing)


def _say_plan(report: ArchiveReport, *, prune: bool) -> None:
    parts = [_counted(report.units, "post"), f"{report.planned:,} to convert", f"{report.unchanged:,} unchanged"]
    parts += [f"{report.vanished:,} gone from the source"] if report.vanished else []
    say(", ".join(parts))
    if report.prunable:
        files = _counted(report.prunable, "file")
        say(f"{files} to be removed:" if prune else f"{files} of earlier runs would stay, which --prune removes:")
        for name in report.first_prunable:
            say(f"  {name}")
        if more := report.prunable - len(report.first_prunable):
            say(f"  and {more:,} more")


def _say_report(report: ArchiveReport, out: str) -> None:
    if report.unchanged:
        say(f"{report.converted:,} converted now, {report.unchanged:,} unchanged")
    if report.removed:
        say(f"{_counted(report.removed, 'file')} removed")
    if report.summary is not None:
        from convertkit.archive.report.telling import summary_lines

        for line in summary_lines(report.summary, out):
            say(line)
