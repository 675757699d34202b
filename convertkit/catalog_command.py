"""`convertkit catalog`: arguments in, `build_catalog`, a report out."""

from __future__ import annotations

import json
from pathlib import Path

import click

from convertkit.terminal import say


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", default="", help="The catalogue's title.  [default: what the folder is called]")
@click.option("--json", "as_json", is_flag=True, help="Print a report for machines on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def catalog(folder: Path, title: str, as_json: bool, quiet: bool) -> int:
    """Write a catalogue (OPDS 2.0, OPDS 1.2 and a web page) into a folder of books.

    \b
    convertkit catalog books/
    python -m http.server -d books/     and in KOReader or Thorium: http://HOST:8000/opds.xml
    """
    from convertkit.catalog.building import build_catalog

    report = build_catalog(folder, title=title)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    for broken in report.broken:
        say(f"Error: {broken.error}")
    if not quiet:
        say(f"{folder}: {report.title}, {len(report.books):,} books, {len(report.files):,} files")
    return 1 if report.broken else 0
