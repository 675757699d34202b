"""The command line: arguments in, library calls, exit code. Messages go to stderr, reports for machines to stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from convertkit.archive_command import archive
from convertkit.book_command import book
from convertkit.catalog_command import catalog
from convertkit.command_options import loss_options, reading_options, writing_options
from convertkit.errors import ConvertkitError, UsageError
from convertkit.options import (
    READ,
    STANDARD,
    FlavourName,
    LinksName,
    ReadOptions,
    ThemeName,
)
from convertkit.terminal import say

if TYPE_CHECKING:
    from convertkit.batch import Job, Outcome, SplitSource
    from convertkit.images import OpenImage
    from convertkit.inspection import Inspection
    from convertkit.losses import Loss

SHOWN_LOSSES = 5
"""Losses printed for each input; `inspect` has them all."""

SHOWN_POSTS = 10
"""The worst posts of a ledger printed; `--json` has all."""


def main() -> None:
    """Run the command and exit: 0 all done, 1 some inputs failed, 2 wrong usage, 130 interrupted."""
    try:
        code = commands.main(prog_name="convertkit", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = 2
    except ConvertkitError as error:
        say(f"Error: {error}")
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted: what was finished is complete; run the same command again for the rest.")
        code = 130
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
        code = 1
    except OSError as error:
        say(f"Error: {error.filename or 'output'}: {error.strerror}")
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="convertkit")
def commands() -> None:
    """Turn an archive of posts into books and clean documents."""


_READ_OPTIONS = (
    click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=Path)),
    reading_options,
    click.option(
        "--timeout", metavar="SECONDS", default=READ.timeout, show_default=True, help="Limit for pandoc, a document."
    ),
    click.option("--json", "as_json", is_flag=True, help="Print a report for machines on stdout."),
)


def _reading(command: Any) -> Any:
    """Add the options that say how inputs are read."""
    for decorate in reversed(_READ_OPTIONS):
        command = decorate(command)
    return command


@commands.command()
@_reading
@click.option("-t", "--to", metavar="FORMAT", multiple=True, help="Output format; repeatable.  [default: -o's suffix]")
@click.option("-o", "--output", metavar="OUT", type=click.Path(path_type=Path), help="File or folder; - is stdout.")
@writing_options
@loss_options
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def convert(
    inputs: tuple[Path, ...],
    to: tuple[str, ...],
    output: Path | None,
    width: int,
    links: LinksName,
    flavour: FlavourName,
    raw_html: bool | None,
    reference_doc: Path | None,
    cover: str | None,
    theme: ThemeName,
    css: Path | None,
    fonts: tuple[Path, ...],
    strict: bool,
    fail_on_loss: int | None,
    ledger: bool,
    quiet: bool,
    as_json: bool,
    **reading: Any,
) -> int:
    """Convert posts: files, folders, or - for stdin.

    \b
    convertkit convert post.md -o post.epub
    convertkit convert posts/ -t epub -t markdown -o out/
    convertkit convert - -t text < post.md
    """
    from convertkit import batch, pipeline
    from convertkit.options import WriteOptions

    reading = _prepared(reading)
    formats = _formats(to, output)
    if reference_doc is not None and not reference_doc.is_file():
        raise UsageError("no such reference document", source=str(reference_doc), advice="check the path")
    if as_json and output == STANDARD:
        raise UsageError("the report and the document cannot share stdout", advice="give -o a file name")
    options = WriteOptions(
        width=width,
        links=links,
        flavour=flavour,
        raw_html=raw_html,
        reference_doc=reference_doc,
        cover=cover,
        theme=theme,
        css=css,
        fonts=fonts,
        timeout=reading["timeout"],
    )
    assets = reading.pop("assets")
    count_source = None
    if ledger or fail_on_loss is not None:
        pipeline.check_countable(formats)
        count_source = partial(pipeline.entering, **reading)
    with pipeline.fetching(_image_options(reading)) as fetch:
        read = partial(pipeline.read, **reading, fetch=fetch)
        work = batch.Work(read, formats, options, assets, strict, count_source, fail_on_loss, _split(reading))
        outcomes = batch.run(_jobs(inputs, formats, output), work, _deliver)
        return _tell(outcomes, quiet=quiet, as_json=as_json)


def _split(reading: Mapping[str, Any]) -> SplitSource:
    """What takes feeds and exports apart, by the reading options."""
    from convertkit.collection import split

    return partial(split, **{name: reading[name] for name in ("from_", "encoding", "comments")})


def _image_options(reading: Mapping[str, Any]) -> ReadOptions:
    """The options by which images are fetched for all inputs."""
    if reading["offline"] and reading["cache"] is None and reading["images"] == "fetch":
        raise UsageError("offline without a cache gives no images", advice="name the folder with --cache")
    names = ("images", "max_image", "cache", "offline", "allow_private")
    return ReadOptions(**{name: reading[name] for name in names})


def _formats(to: tuple[str, ...], output: Path | None) -> tuple[str, ...]:
    """The formats asked for, each known; else the one that the output's suffix names."""
    from convertkit import formats

    if to:
        for name in to:
            formats.writer_format(name)
        return tuple(dict.fromkeys(to))
    if output and output.is_dir():
        raise UsageError("is a folder", source=str(output), advice="name a format with -t to write into it")
    guessed = formats.guess_writer(output.name) if output and output != STANDARD else None
    if guessed is None:
        suffix = output.suffix if output else ""
        problem = f"no output format goes by {suffix}" if suffix else "no output format"
        raise UsageError(problem, advice="name one with -t, or give -o a file name such as book.epub")
    return (guessed,)


def _prepared(reading: Mapping[str, Any]) -> dict[str, Any]:
    """The reading options with their filters loaded; what is wrong with them is told once, before any input is read."""
    from convertkit import formats
    from convertkit.filtering import load_filter

    if reading["from_"] is not None and reading["from_"] not in formats.collection_formats():
        formats.reader_format(reading["from_"])
    return {**reading, "filters": tuple(load_filter(name) for name in reading["filters"])}


def _jobs(inputs: tuple[Path, ...], formats: tuple[str, ...], output: Path | None) -> list[Job]:
    """What to convert, with stdin and stdout in their places."""
    from convertkit import batch
    from convertkit import formats as table

    if STANDARD in inputs and len(inputs) > 1:
        raise UsageError("- cannot stand beside other inputs", advice="convert stdin by itself")
    from_stdin = inputs == (STANDARD,)
    if from_stdin or output == STANDARD:
        target = output or STANDARD
        if len(inputs) > 1 or len(formats) > 1 or inputs[0].is_dir() or target.is_dir():
            raise UsageError(
                "stdin and stdout hold one document", advice="give one input, one format, and -o a file name or -"
            )
        if target == STANDARD and table.writer_format(formats[0]).binary and sys.stdout.isatty():
            raise UsageError(f"{formats[0]} is no text for a terminal", advice="give -o a file name")
        source = sys.stdin.buffer.read() if from_stdin else inputs[0]
        return [batch.Job(source, "stdin" if from_stdin else str(inputs[0]), (target,))]
    return batch.plan(inputs, output or Path(), formats)


def _deliver(path: Path, content: bytes, files: Mapping[str, bytes]) -> None:
    from convertkit.saving import save

    if path != STANDARD:
        save(path, content, files)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _tell(outcomes: Iterator[Outcome], *, quiet: bool, as_json: bool) -> int:
    """Report each outcome as it comes. The exit code: 0, or that of the first failure."""
    told = []
    code = 0
    for outcome in outcomes:
        told.append(outcome)
        if outcome.error is not None:
            say(f"Error: {outcome.problem}")
            code = code or outcome.error.exit_code
        elif not quiet:
            _say_done(outcome)
    if as_json:
        click.echo(json.dumps({"inputs": [outcome.to_json() for outcome in told]}, ensure_ascii=False, indent=2))
    failed = sum(outcome.error is not None for outcome in told)
    if failed and len(told) > 1:
        say(f"{len(told) - failed} converted, {failed} failed")
    _say_ledger([outcome for outcome in told if outcome.balances])
    return code


def _say_ledger(counted: list[Outcome]) -> None:
    """A line for all inputs of which a ledger was kept, then the worst of them."""
    if not counted:
        return
    worst = sorted((outcome for outcome in counted if outcome.unexplained), key=lambda outcome: -outcome.unexplained)
    say(f"ledger: {len(counted)} inputs, {len(worst)} with something unexplained")
    for outcome in worst[:SHOWN_POSTS]:
        say(f"  {outcome.unexplained} in {outcome.source}")
        for balance in outcome.balances:
            if balance.size:
                say(f"    {balance.format}: {balance.unexplained[0]}")


def _say_done(outcome: Outcome) -> None:
    if not outcome.outputs:
        _say_left_out(outcome)
        return
    say(f"{outcome.source} -> {', '.join(outcome.outputs)}")
    unmeant = [loss for loss in outcome.losses if not loss.on_purpose]
    for loss in unmeant[:SHOWN_LOSSES]:
        say(f"  note: {loss}")
    if len(unmeant) > SHOWN_LOSSES:
        say(f"  note: and {len(unmeant) - SHOWN_LOSSES} more: convertkit inspect {outcome.source!r} lists them")


def _say_left_out(outcome: Outcome) -> None:
    """What a feed or an export holds that no entry has."""
    for loss in outcome.losses[:SHOWN_LOSSES]:
        say(f"{outcome.source}: {loss}")
    if len(outcome.losses) > SHOWN_LOSSES:
        say(f"{outcome.source}: and {len(outcome.losses) - SHOWN_LOSSES} more: --json lists them")


@commands.command()
@_reading
@click.option(
    "-t",
    "--to",
    metavar="FORMAT",
    multiple=True,
    help="Formats to try, flavours too.  [default: all of convertkit's own]",
)
def inspect(inputs: tuple[Path, ...], to: tuple[str, ...], as_json: bool, **reading: Any) -> int:
    """Show metadata and where it came from, the tree, what was removed, and what each format would lose."""
    from convertkit import formats as table
    from convertkit import pipeline

    reading = _prepared(reading)
    for name in to:
        table.writer_format(name)
    inspections: list[Inspection] = []
    code = 0
    with pipeline.fetching(_image_options(reading)) as fetch:
        for path in inputs:
            source = sys.stdin.buffer.read() if path == STANDARD else path
            for read in _inspections(source, to, reading, fetch):
                if isinstance(read, ConvertkitError):
                    say(f"Error: {read}")
                    code = code or read.exit_code
                else:
                    inspections.append(read)
    if as_json:
        click.echo(json.dumps([found.to_json() for found in inspections], ensure_ascii=False, indent=2))
    else:
        from convertkit.console import show_inspection

        for found in inspections:
            show_inspection(found)
    return code


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print a report for machines.")
def formats(as_json: bool) -> None:
    """List what can be read and written, plug-ins included."""
    from convertkit import formats as table

    readers: dict[str, table.ReaderFormat | table.CollectionFormat]
    readers, writers = {**table.reader_formats(), **table.collection_formats()}, table.writer_formats()
    if as_json:
        flavours = {name: found for name in writers if (found := table.flavours(name))}
        listed = {"read": _rows(readers), "write": _rows(writers), "flavours": flavours}
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    from convertkit.console import show_flavours, show_formats

    show_formats(readers, writers)
    for name in writers:
        if of_format := table.flavours(name):
            show_flavours(name, of_format)


def _inspections(
    source: Path | bytes, to: tuple[str, ...], reading: Mapping[str, Any], fetch: OpenImage | None
) -> Iterator[Inspection | ConvertkitError]:
    """A post under the glass, or each entry of a feed; an error stops no other."""
    from convertkit import inspection

    left_out: list[Loss] = []
    try:
        for part in _split(reading)(source, report=left_out.append) or (source,):
            try:
                yield inspection.inspect(part, to, **reading, fetch=fetch)
            except ConvertkitError as error:
                yield error
    except ConvertkitError as error:
        yield error
    for loss in left_out:
        say(f"{source if isinstance(source, Path) else 'stdin'}: {loss}")


def _rows(entries: Mapping[str, Any]) -> dict[str, object]:
    return {name: {"about": entry.about, "suffixes": entry.suffixes} for name, entry in entries.items()}


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="Print a report for machines.")
def filters(as_json: bool) -> None:
    """List the filters: those that run by themselves, and those to be named with -F."""
    from convertkit.filtering import available_filters

    found = available_filters()
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in found], ensure_ascii=False, indent=2))
        return
    from convertkit.console import show_filters

    show_filters(found)


commands.add_command(archive)
commands.add_command(book)
commands.add_command(catalog)
