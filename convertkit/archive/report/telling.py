"""The lines that a terminal shows at the end of a run."""

from __future__ import annotations

from collections.abc import Mapping

from convertkit.archive.report.files import FAILURES, PAGE
from convertkit.archive.report.totals import BESIDE, Amount, Summary
from convertkit.archive.report.wording import byte_size, counted, stale_words, standing_words

_LOSSES_TOLD = 3


def summary_lines(summary: Summary, out: str) -> list[str]:
    """What a terminal says at the end of a run: a few lines without control characters. `out` is what OUT is called."""
    lines = [_posts(summary)]
    lines += [
        f"{name if name != BESIDE else 'beside them'}: {counted(found.posts, 'file')}, {byte_size(found.amount)}"
        for name, found in summary.outputs.items()
    ]
    if summary.losses:
        lines.append(f"lost: {_losses(summary.losses)}")
    if summary.unexplained is not None:
        found = summary.unexplained
        lines.append(f"unexplained by the ledger: {found.amount:,} in {counted(found.posts, 'post')}")
    if summary.stale:
        lines.append(f"{stale_words(summary.stale)}; --prune removes them")
    if summary.vanished:
        gone = counted(summary.vanished, "post")
        lines.append(f"{gone} gone from the source, with outputs that still stand; --prune removes them")
    if summary.failed:
        lines.append("not converted:")
        lines += [f"  {_told(name, failure.message)} [{failure.reason}]" for name, failure in summary.first_failures]
        more = summary.failed - len(summary.first_failures)
        lines += [f"  and {more:,} more: see {FAILURES}"] if more else []
        lines += [standing_words(summary.standing)] if summary.standing else []
    lines.append(f"report: {out.rstrip('/')}/{PAGE}")
    return [_printable(line) for line in lines]


def _posts(summary: Summary) -> str:
    if not summary.failed:
        return f"{counted(summary.posts, 'post')}, all converted" if summary.posts else "no posts"
    reasons = ", ".join(f"{reason} {posts:,}" for reason, posts in summary.reasons.items())
    return f"{counted(summary.posts, 'post')}, {summary.converted:,} converted, {summary.failed:,} failed: {reasons}"


def _losses(losses: Mapping[str, Amount]) -> str:
    told = [f"{kind} {found.amount:,} in {counted(found.posts, 'post')}" for kind, found in losses.items()]
    more = len(told) - _LOSSES_TOLD
    return "; ".join(told[:_LOSSES_TOLD]) + (f"; {counted(more, 'more kind')}" if more > 0 else "")


def _told(name: str, message: str) -> str:
    """The message, which begins with the post's name or gets it."""
    return message if message.startswith(name) else f"{name}: {message}"


def _printable(text: str) -> str:
    """Without control characters, which a post's name could aim at the terminal, and in one line."""
    return "".join(char if char.isprintable() else "\ufffd" for char in " ".join(text.rstrip().split("\n")))
