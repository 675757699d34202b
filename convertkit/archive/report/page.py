"""The report for people: one page in one file, for every browser, on paper too, with scripts or without.

Nothing in it is fetched, and a policy in it (CSP) says so: only this style sheet and this script count, by their
digests. What posts say of themselves comes in through the template's escaping alone.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import convertkit
from convertkit.archive.records import Failure, Record
from convertkit.archive.report.charts import Bar, bars, over_time
from convertkit.archive.report.links import Origin, file_link
from convertkit.archive.report.listing import Listing
from convertkit.archive.report.totals import Amount, Names, Summary
from convertkit.archive.report.wording import (
    byte_size,
    counted,
    reason_words,
    size_words,
    stale_words,
    standing_words,
    time_words,
)
from convertkit.writers.front import clean_line
from convertkit.writers.wording import language_tag

if TYPE_CHECKING:
    from jinja2 import Template

_LONGEST = 160
"""Characters of a title, a name or a message; more of it is in the post and in `failures.jsonl`."""
_KINDS_SHOWN = 2
"""Kinds of losses that a post's row names."""


@dataclass(frozen=True, slots=True)
class Link:
    """Words and the address that they lead to, "" if there is none."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A post that was not converted."""

    source: Link
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post that was converted."""

    title: str
    source: Link
    outputs: tuple[Link, ...]
    date: str
    language: str
    tag: str
    """The language as `lang` takes it, "" if it takes none."""
    categories: str
    size: int
    removed: int
    losses: int
    kinds: str
    unexplained: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """Bars with what is said of them. `rest` is said below, where the bars are not all."""

    id: str
    title: str
    about: str
    head: str
    unit: str
    bars: list[Bar]
    rest: str = ""


def get_ready() -> None:
    """Load what drawing a page needs, for when there is time: it takes as long as fifty posts."""
    _template()


def report_page(summary: Summary, listing: Listing, origin: Origin) -> bytes:
    """`report.html`."""
    style, script = _part("page.css"), _part("page.js")
    months = over_time(summary.months.posts)
    page = _template().render(
        summary=summary,
        source=_shorten(origin.name),
        source_address=origin.address,
        version=convertkit.__version__,
        style=style,
        script=script,
        style_digest=_digest(style),
        script_digest=_digest(script),
        months=months,
        tables=_tables(summary),
        reasons=_reasons(summary),
        failures=[_failure_row(name, failure, origin) for name, failure in listing.failures],
        posts=[_post_row(record, origin) for record in listing.worst()],
        vanished=[_shorten(name) for name in summary.first_vanished],
        losses=sum(found.amount for found in summary.losses.values()),
        removed=sum(found.amount for found in summary.removals.values()),
        output_bytes=sum(found.amount for found in summary.outputs.values()),
    )
    return page.encode("utf-8", "replace")


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("convertkit.archive.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters["bytes"] = byte_size
    found.filters["stale"] = stale_words
    found.filters["standing"] = standing_words
    found.filters["number"] = lambda value: f"{value:,}"
    return found.get_template("page.html")


@cache
def _part(name: str) -> str:
    return files("convertkit.archive.report").joinpath("templates", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """As a policy writes it (CSP 3, section 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _failure_row(name: str, failure: Failure, origin: Origin) -> FailureRow:
    message = clean_line(failure.message).removeprefix(f"{clean_line(name)}: ")
    return FailureRow(Link(_shorten(name), origin.link(name)), failure.reason.value, _shorten(message, 2 * _LONGEST))


def _post_row(record: Record, origin: Origin) -> PostRow:
    facts = record.facts
    kinds = sorted(record.losses.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{kind} × {count:,}" if count > 1 else kind for kind, count in kinds[:_KINDS_SHOWN]]
    named += [f"{len(kinds) - _KINDS_SHOWN} more kinds"] if len(kinds) > _KINDS_SHOWN else []
    return PostRow(
        title=_shorten(facts.title) or "Untitled",
        source=Link(_shorten(record.name), origin.link(record.name)),
        outputs=tuple(Link(_suffix(output.name), file_link(output.name)) for output in record.outputs),
        date=_shorten(facts.date[:10]),
        language=_shorten(facts.language),
        tag=_tag(facts.language),
        categories=_shorten(", ".join(facts.categories)),
        size=record.size,
        removed=sum(record.removals.values()),
        losses=sum(record.losses.values()),
        kinds=", ".join(named),
        unexplained=record.unexplained,
    )


def _tag(language: str) -> str:
    tag = language_tag(language)
    return tag if tag != "und" else ""


def _suffix(name: str) -> str:
    """What an output's link says: `epub`; the whole name if it has no suffix."""
    last = name.rpartition("/")[2]
    return _shorten(last.rpartition(".")[2] or last)


def _shorten(text: str, limit: int = _LONGEST) -> str:
    line = clean_line(text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _reasons(summary: Summary) -> Table:
    rows = [(reason, posts, reason_words(reason)) for reason, posts in summary.reasons.items()]
    return Table("reasons", "Failures by reason", "Posts that were not converted.", "Reason", "posts", bars(rows))


def _tables(summary: Summary) -> list[Table]:
    tables = [
        _names("categories", "Categories", "Posts by category; a post may be in several.", summary.categories),
        _names("languages", "Languages", "Posts by the language said or detected.", summary.languages),
        _amounts("removals", "Removed by rule", "Characters that filters took out on purpose.", "Rule", "characters",
            summary.removals),
        _amounts("losses", "Losses by kind", "What the outputs could not keep, though nobody meant it to go.", "Kind",
            "losses", summary.losses),
        Table("sizes", "Sizes", "Posts by the size of their source.", "Size", "posts",
            bars([(size_words(bound), posts, "") for bound, posts in summary.sizes.items()], len(summary.sizes))),
        Table("times", "Time", "Converted posts by the processor time that they took.", "Time", "posts",
            bars([(time_words(bound), posts, "") for bound, posts in summary.times.items()])),
    ]  # fmt: skip
    return [table for table in tables if table.bars]


def _names(id_: str, title: str, about: str, names: Names) -> Table:
    rest = [f"{names.none:,} posts say none." if names.none else ""]
    rest += [f"{names.others:,} more are not told apart."] if names.others else []
    rows = [(_shorten(name), posts, "") for name, posts in names.posts.items()]
    return Table(id_, title, about, title, "posts", bars(rows), " ".join(rest).strip())


def _amounts(id_: str, title: str, about: str, head: str, unit: str, amounts: Mapping[str, Amount]) -> Table:
    rows = [(_shorten(name), found.amount, f"in {counted(found.posts, 'post')}") for name, found in amounts.items()]
    return Table(id_, title, about, head, unit, bars(rows))
