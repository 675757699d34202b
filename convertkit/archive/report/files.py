"""The report for programs: totals as one JSON object, failures as a JSON object a line (schemas: docs/archive.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping

import convertkit
from convertkit.archive.records import Failure
from convertkit.archive.report.totals import Amount, Names, Summary

PAGE, TOTALS, FAILURES = "report.html", "report.json", "failures.jsonl"

SCHEMA = 1
"""Grows when a field changes its meaning or goes; new fields leave it."""


def summary_json(summary: Summary, source: str) -> bytes:
    """`report.json`."""
    unexplained = summary.unexplained
    return _encode(
        {
            "schema": SCHEMA,
            "convertkit": convertkit.__version__,
            "source": source,
            "formats": summary.formats,
            "posts": {
                "all": summary.posts,
                "converted": summary.converted,
                "failed": summary.failed,
                "standing": summary.standing,
                "vanished": summary.vanished,
            },
            "source_bytes": summary.source_bytes,
            "characters": summary.characters,
            "images": summary.images,
            "outputs": _amounts(summary.outputs, "files", "bytes"),
            "stale": summary.stale,
            "failures": summary.reasons,
            "losses": _amounts(summary.losses, "posts", "losses"),
            "removals": _amounts(summary.removals, "posts", "characters"),
            "unexplained": None if unexplained is None else {"posts": unexplained.posts, "items": unexplained.amount},
            "languages": _names(summary.languages),
            "months": _names(summary.months),
            "categories": _names(summary.categories),
            "sizes": _classes(summary.sizes),
            "times": _classes(summary.times),
            "vanished_sources": summary.first_vanished,
        },
        indent=2,
    )


def failure_line(source: str, failure: Failure) -> bytes:
    """A line of `failures.jsonl`."""
    return _encode({"source": source, "reason": failure.reason.value, "message": failure.message})


def _amounts(amounts: Mapping[str, Amount], posts: str, amount: str) -> dict[str, dict[str, int]]:
    return {name: {posts: found.posts, amount: found.amount} for name, found in amounts.items()}


def _names(names: Names) -> dict[str, object]:
    return {"posts": names.posts, "none": names.none, "others": names.others}


def _classes(classes: Mapping[int, int]) -> list[dict[str, int | None]]:
    """A list, in which the last class may have no upper end."""
    return [{"up_to": bound or None, "posts": posts} for bound, posts in classes.items()]


def _encode(value: object, indent: int | None = None) -> bytes:
    """JSON in UTF-8 and a line end; a byte of a name that is no UTF-8 (a lone surrogate) is a `\\udc..` of JSON."""
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "backslashreplace")
