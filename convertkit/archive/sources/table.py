"""The rows of a table as units: JSON Lines and Parquet. A row is a post whose columns are its front matter."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from convertkit.archive.records import Failure, Reason
from convertkit.archive.sources.names import Distinct, failed, shown, without_suffix
from convertkit.archive.sources.unpacking import UNPACKING
from convertkit.archive.units import Carried, Unit
from convertkit.errors import UsageError
from convertkit.metadata import Metadata
from convertkit.readers.feeds.names import entry_slug
from convertkit.readers.field_names import place_of
from convertkit.readers.front_matter_block import find_block

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

BODIES = ("body", "content", "html", "content_html", "markdown", "text", "raw")
"""Columns that hold posts where nobody says which does: the first of them that a row has as text."""
PATHS = ("path", "file_path", "filename")
"""Columns that say what a post was called, likewise."""
LONGEST_LINE = 128 * 2**20
"""Bytes of a row that are read."""
_JUDGED = 100
"""Rows of JSON Lines that tell whether there is a column; in a shorter table too, at its end."""
_AT_ONCE = 256
"""Rows of a Parquet file that are in memory at a time."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns say what. `named` gives for a name the column that it is found in: `body`, `path` (what `{path}`
    is), `id` (what tells a row from others; else its number) or any key of front matter. A name without a column (`""`)
    is left out; columns that are not named keep their own names.
    """

    named: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be listed: its name below the source, whether it is the whole source, its columns, its stamp."""

    name: str
    alone: bool
    columns: Columns
    stamp: str = ""

    def failed(self, place: int | str, problem: str, reason: Reason = Reason.UNREADABLE) -> Unit:
        """A row that cannot be read; `problem` says what to do, too."""
        name = f"{self.name}#{place}"
        return Unit(name, self.path(str(place)), Failure(reason, shown(f"{name}: {problem}")))

    def path(self, own: str) -> str:
        """What `{path}` is of a row: rows of a table among others are in a folder of its name."""
        return own if self.alone else f"{without_suffix(self.name)}/{own}"


def jsonl_units(file: BinaryIO, table: Table) -> Iterator[Unit]:
    """A unit a line; one that is no object in JSON costs itself alone. Lines of white space are none.

    Raises `UsageError` if none of the first rows has the column that is named for bodies.
    """
    met: set[str] = set()
    rows = 0
    with closing(Distinct()) as distinct:
        for number, line in _lines(file):
            if isinstance(line, Failure):
                yield table.failed(number, line.message, line.reason)
                continue
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except UnicodeDecodeError:
                yield table.failed(number, "is no UTF-8; JSON Lines are written in it", Reason.ENCODING)
            except (ValueError, RecursionError) as error:
                yield table.failed(number, f"is no JSON: {error}; mend the line")
            else:
                if isinstance(row, dict):
                    rows += 1
                    if rows <= _JUDGED:
                        met.update(row)
                    if rows == _JUDGED:
                        _check_body(table, met)
                    yield _row_unit(row, number, table, distinct)
                else:
                    yield table.failed(number, "is no object in JSON; each line is one, a key a column")
    if 0 < rows < _JUDGED:
        _check_body(table, met)


def _check_body(table: Table, columns: Collection[str]) -> None:
    """Raise `UsageError` if the column that is named for bodies is not there at all."""
    named = table.columns.named.get("body")
    if named and table.alone and named not in columns:
        advice = f"there are {', '.join(sorted(columns))[:200]}"
        raise UsageError(f"has no column {named!r} for --column body={named}", source=table.name, advice=advice)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | Failure]]:
    """The lines by number; a failure for one that is too long to be kept, and where a packed file breaks off."""
    number = 0
    while line := _line(file):
        number += 1
        if isinstance(line, Failure):
            yield number, line
            return
        if len(line) <= LONGEST_LINE:
            yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(2**20)
        yield number, Failure(Reason.TOO_BIG, f"longer than {LONGEST_LINE:,} bytes; split it")


def _line(file: BinaryIO) -> bytes | Failure:
    try:
        return file.readline(LONGEST_LINE + 1)
    except UNPACKING as error:
        return Failure(Reason.UNREADABLE, f"cannot be unpacked: {error}; is the file whole?")


def parquet_units(file: BinaryIO, table: Table) -> Iterator[Unit]:
    """A unit a row, read by groups of rows; a group that is broken costs itself alone.

    Raises `UsageError` where pyarrow is missing, or where there is no column of the name that `Columns` has for bodies.
    """
    opened = _open_parquet(file, table)
    if isinstance(opened, Unit):
        yield opened
        return
    _check_body(table, set(opened.schema_arrow.names))
    first = 1
    with closing(Distinct()) as distinct:
        for group in range(opened.num_row_groups):
            count = opened.metadata.row_group(group).num_rows
            number = first
            try:
                for batch in opened.iter_batches(_AT_ONCE, row_groups=[group]):
                    for row in batch.to_pylist():
                        yield _row_unit(row, number, table, distinct)
                        number += 1
            except (OSError, ValueError) as error:  # ArrowInvalid is a ValueError
                place = f"{number}-{first + count - 1}"
                yield table.failed(place, f"cannot be read: {error}; write the table again")
            first += count


def _open_parquet(file: BinaryIO, table: Table) -> ParquetFile | Unit:
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise UsageError(
            "is Parquet, and nothing that is installed reads it",
            source=table.name,
            advice="pip install 'convertkit[parquet]'",
        ) from error
    try:
        return ParquetFile(file)
    except (OSError, ValueError) as error:
        return failed(table.name, f"is no Parquet that can be read: {error}", "write the table again")


def _row_unit(row: dict[str, Any], number: int, table: Table, distinct: Callable[[str], str]) -> Unit:
    named = table.columns.named
    body = _taken(row, named, "body", BODIES)
    if body is None:
        column = named.get("body") or "body"
        advice = f"name the posts' column with --column body=NAME; there are {', '.join(map(str, row))[:200]}"
        return table.failed(number, f"has no text in a column {column!r}; {advice}")
    text = body[1]
    path = _taken(row, named, "path", PATHS)
    known = row.get(named["id"]) if named.get("id") else None
    used = {body[0], *([path[0]] if path else []), *named.values()}
    values = {key: row[column] for key, column in named.items() if column in row and key not in ("body", "path", "id")}
    values |= {key: value for key, value in row.items() if key not in used and key not in named}
    values = {key: value for key, value in values.items() if value is not None}
    own = without_suffix(path[1].strip("/")) if path else _own_name(values, number)
    name = distinct(f"{table.name}#{number if known is None else shown(str(known))}")
    return Unit(name, table.path(shown(own)), Carried(post_of(values, text), "row.md"), table.stamp)


def _taken(row: Mapping[str, Any], named: Mapping[str, str], name: str, usual: Iterable[str]) -> tuple[str, str] | None:
    """The column that says something, and what it says; the one that was named, else the first that is usual."""
    for column in [named[name]] if name in named else usual:
        value = row.get(column)
        if isinstance(value, bytes):
            return column, value.decode("utf-8", "replace")
        if isinstance(value, str):
            return column, value
        if name in named and column in row and value is None:
            return column, ""
    return None


_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")


def _own_name(values: Mapping[str, object], number: int) -> str:
    """What a row is called that says no path: its date and its address or title, as an entry of a feed is."""
    said: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, str | datetime.date) and value:
            place = place_of(key)
            said.setdefault(place[0] if place else key, str(value))
    extra = {"slug": said["slug"]} if "slug" in said else {}
    slug = entry_slug(Metadata(title=said.get("title", ""), url="" if extra else said.get("url", ""), extra=extra))
    date = _ISO_DATE.match(said.get("date", ""))
    return "-".join(filter(None, (date[0] if date else "", slug))) or str(number)


def post_of(values: Mapping[str, object], body: str) -> bytes:
    """A post with these values as its front matter. Of what the body's own front matter says, that holds.

    The lines are JSON, which YAML holds; TOML and JSON before the body are left alone, and the values not said then.
    """
    block = find_block(body) if values else None
    if not values or (block is not None and block.format in ("toml", "json")):
        return _encoded(body)
    if block is None or block.format == "lines":  # a text that begins with `Note: ...` says so of itself
        return _encoded(f"---\n{_front_matter(values)}---\n\n{body}")
    keys = {key.casefold() for key in _KEY.findall(block.text)}
    places = {place[0] for key in keys if (place := place_of(key))}
    more = {
        key: value
        for key, value in values.items()
        if key.casefold() not in keys and ((place := place_of(key)) is None or place[0] not in places)
    }
    return _encoded(f"---\n{_front_matter(more)}{block.text.strip(chr(10))}\n---\n{block.body}")


_KEY = re.compile(r"^[\"']?([^\s\"':#-][^\"':\n]*)[\"']?[ \t]*:", re.MULTILINE)
_YAML_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
"""What YAML 1.1 takes for the end of a line, or does not take at all, within quotes."""


def _front_matter(values: Mapping[str, object]) -> str:
    lines = (f"{json.dumps(str(key), ensure_ascii=False)}: {_as_json(value)}\n" for key, value in values.items())
    return _YAML_BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", "".join(lines))


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    match value:
        case datetime.date() | datetime.time():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return str(value)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
