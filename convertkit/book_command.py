"""`convertkit book`: arguments in, `build_book`, a report out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from convertkit.options import FLAVOURS, IMAGES_FROM, READ, THEME, THEMES, WRITE
from convertkit.terminal import say

if TYPE_CHECKING:
    from convertkit.book.building import BookOptions, BookReport
    from convertkit.book.survey import Progress

SHOWN = 5
"""Lines printed of each list of the report; `--json` has them all."""


MAX_JOBS = 4
"""Processes by default: more wait for the one that gathers what they read."""


def _several(name: str, metavar: str, about: str) -> Any:
    return click.option(f"--{name}", metavar=metavar, multiple=True, help=f"{about}; repeatable.")


_OPTIONS = (
    _several("author", "NAME", "Posts by NAME"),
    _several("category", "NAME", "Posts in a category"),
    _several("tag", "NAME", "Posts with a tag"),
    click.option("--since", metavar="DAY", default="", help="Posts of this day or later: 2022, 2022-04 or 2022-04-15."),
    click.option("--until", metavar="DAY", default="", help="Posts of this day or earlier; 2022-04 is all of April."),
    click.option("--match", metavar="TEXT", default="", help="Posts with this text in title or body."),
    _several("language", "TAG", "Posts in a language; zh takes zh-CN too"),
    click.option("--min-length", metavar="WORDS", default=0, help="Posts of so many words at least."),
    click.option(
        "--sort", type=click.Choice(("date", "title", "path", "author")), default="date", help="What posts go by."
    ),
    click.option("--reverse", is_flag=True, help="The other way round: the newest first."),
    click.option(
        "--group-by",
        metavar="KEYS",
        default="none",
        show_default=True,
        help="Parts by folder, category, tag, author, year or month, or by two: year,month.",
    ),
    click.option(
        "--volumes",
        metavar="RULE",
        default="none",
        show_default=True,
        help="Volumes by year, month, category, posts:200 or size:20MB.",
    ),
    click.option("--title", default="", help="The book's title.  [default: what the first input is called]"),
    click.option("--subtitle", default="", help="The book's subtitle."),
    _several("book-author", "NAME", "Who the book is by, if not the posts' authors"),
    click.option("--publisher", default="", help="Who publishes the book."),
    click.option("--description", default="", help="What the book is about."),
    _several("site", "HOST", "A host, perhaps an old one, under which the posts link to each other"),
    click.option("--index", metavar="KEYS", default="none", help="Indexes at the end: tag, author, date, or tag,date."),
    click.option("--split", is_flag=True, help="Markdown as a folder: an index, a file for each chapter, images once."),
    click.option("--sources", is_flag=True, help="A list of all posts with their addresses at the end."),
    click.option("--cited-by", is_flag=True, help="Under each chapter, which others link to it."),
    click.option("--keep-duplicates", is_flag=True, help="Keep copies of a post as chapters of their own."),
    click.option(
        "--cover",
        metavar="FILE|auto|none",
        default=None,
        help="An image, drawn, or none.  [default: auto; none for Markdown]",
    ),
    click.option(
        "--theme", type=click.Choice(THEMES), default=THEME, show_default=True, help="How pages and the cover look."
    ),
    click.option(
        "--css",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        default=None,
        help="Style sheet of one's own, after the theme's.",
    ),
    click.option(
        "--font",
        "fonts",
        metavar="FILE",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        multiple=True,
        help="Font to embed, as much of it as the text needs; repeatable.",
    ),
    click.option(
        "--reference-doc",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        default=WRITE.reference_doc,
        help="DOCX whose styles a DOCX takes.",
    ),
    click.option(
        "--flavour", type=click.Choice(FLAVOURS), default=WRITE.flavour, show_default=True, help="Dialect of Markdown."
    ),
    click.option(
        "--raw-html/--no-raw-html",
        default=WRITE.raw_html,
        help="Whether Markdown may hold HTML tags.  [default: where the flavour's renderers show them]",
    ),
    click.option(
        "-j", "--jobs", metavar="N", type=click.IntRange(1), default=1, help="Processes.  [default: one a core]"
    ),
    click.option("-F", "--filter", "filters", metavar="NAME|PATH", multiple=True, help="Run a filter; repeatable."),
    click.option("--no-filters", is_flag=True, help="Do not run the filters that run by themselves."),
    click.option("--encoding", metavar="NAME", default=READ.encoding, help="Character encoding of the posts."),
    click.option("--assume-language", metavar="TAG", default=READ.language, help="Language of posts that name none."),
    click.option("--comments", is_flag=True, help="Keep readers' comments that feeds and exports hold."),
    click.option("--timeout", metavar="SECONDS", default=READ.timeout, help="Limit for pandoc, a post."),
    click.option(
        "--assets",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=READ.assets,
        help="Folder of the site, for images named from its root.  [default: the folder that is an input]",
    ),
    click.option(
        "--images",
        type=click.Choice(IMAGES_FROM),
        default=READ.images,
        show_default=True,
        help="Images that travel along: local files, those on the web too, or none.",
    ),
    click.option(
        "--max-image",
        metavar="PIXELS",
        default=READ.max_image,
        show_default=True,
        help="Longest edge of an image; 0 leaves all as they are.",
    ),
    click.option("--convert-webp", is_flag=True, help="Turn WebP into PNG or JPEG."),
    click.option(
        "--cache",
        type=click.Path(path_type=Path, file_okay=False),
        default=READ.cache,
        help="Folder in which fetched images, and posts as read and rendered, are kept for later runs.",
    ),
    click.option("--offline", is_flag=True, help="Take images on the web from the cache only."),
    click.option("--allow-private", is_flag=True, help="Fetch images from an intranet's addresses too."),
)


def _book_options(command: Any) -> Any:
    for decorate in reversed(_OPTIONS):
        command = decorate(command)
    return command


@click.command()
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="BOOK",
    type=click.Path(path_type=Path),
    help="The book to write: book.epub, book.docx or book.md.",
)
@_book_options
@click.option("--dry-run", is_flag=True, help="Write nothing; print the plan.")
@click.option("--json", "as_json", is_flag=True, help="Print a report for machines on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@click.pass_context
def book(
    context: click.Context,
    /,
    inputs: tuple[str, ...],
    output: Path | None,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Make one book of many posts: folders, files and patterns, or a recipe.

    \b
    convertkit book posts/ -o book.epub
    convertkit book posts/ -o book.docx
    convertkit book posts/ -o book.epub --group-by year,month --volumes posts:500
    convertkit book book.toml --dry-run
    """
    from convertkit.book.building import build_book

    given = cast("BookOptions", {name: value for name, value in options.items() if _is_given(context, name)})
    given.setdefault("jobs", min(MAX_JOBS, os.cpu_count() or 1))
    with _progress(shown=sys.stderr.isatty() and not quiet) as progress:
        report = build_book(inputs, output, dry_run=dry_run, progress=progress, **given)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    for failed in report.unreadable:
        say(f"Error: {failed.error}")
    if dry_run and not as_json:
        _print_plan(report)
    elif not quiet:
        _say_written(report)
    return 1 if report.unreadable else 0


def _is_given(context: click.Context, name: str) -> bool:
    """Whether an option stands on the command line: only then it overrides the recipe's."""
    return context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT


@contextmanager
def _progress(*, shown: bool) -> Iterator[Progress]:
    """A bar on a terminal, and nothing anywhere else."""
    if not shown:
        yield lambda _what, _done, _all: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def progress(what: str, done: int, all_: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=all_)
            bar.update(tasks[what], completed=done)

        yield progress


def _print_plan(report: BookReport) -> None:
    """Volumes, parts and chapters with their words, and what is left out, on stdout."""
    from convertkit.book.outline import outline

    for line in outline(report):
        click.echo("".join(char if char.isprintable() else "\ufffd" for char in line))


def _say_written(report: BookReport) -> None:
    for volume in report.volumes:
        say(f"{volume.path}: {volume.title}, {volume.chapters:,} posts, {volume.size / 1e6:.1f} MB")
    for title, lines in (
        ("left out", [f"{left.card.source} {left.reason}" for left in report.left_out]),
        ("the same as another", [f"{copy.card.source}: {copy.kept.source}" for copy in report.duplicates]),
        ("links that point nowhere", [f"{link.source}: {link.target}" for link in report.dead_links]),
        ("losses", [f"{name}: {loss}" for name, found in report.losses for loss in found if not loss.on_purpose]),
    ):
        _say_some(title, lines)


def _say_some(title: str, lines: list[str]) -> None:
    if lines:
        say(f"{title}: {len(lines):,}")
        for line in lines[:SHOWN]:
            say(f"  {line}")
        if len(lines) > SHOWN:
            say(f"  and {len(lines) - SHOWN:,} more: --json lists them")
