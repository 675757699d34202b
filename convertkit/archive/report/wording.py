"""What a report says in words: sizes, times, reasons."""

from __future__ import annotations

from collections.abc import Mapping

from convertkit.archive.records import TIME_CLASSES, Reason

_REASONS: Mapping[Reason, str] = {
    Reason.TIMEOUT: "took longer than --timeout",
    Reason.MEMORY: "needed more than --memory",
    Reason.CRASH: "ended its worker, or met a bug",
    Reason.ENCODING: "in no encoding that was found",
    Reason.FRONT_MATTER: "metadata beyond reading",
    Reason.TOO_BIG: "too big, or made too big an output",
    Reason.TOO_DEEP: "nested too deep",
    Reason.UNREADABLE: "missing, empty, or not what it says it is",
    Reason.NOT_TEXT: "no text",
    Reason.CONFLICT: "a file that is not ours has the output's name",
    Reason.DISK_FULL: "no room for the output",
    Reason.WRITER: "the output could not be made or saved",
    Reason.FILTER: "a filter failed",
    Reason.LOSS: "would have lost something, and --strict or --fail-on-loss forbids it",
}
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def reason_words(reason: str) -> str:
    """What the name of a reason means."""
    return _REASONS[Reason(reason)]


def byte_size(size: int) -> str:
    """Bytes for people, in powers of a thousand: `512 bytes`, `1.2 kB`, `34 MB`."""
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    value, unit = float(size), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if value < 9.95 else f"{value:,.0f} {_UNITS[unit]}"


def size_words(bound: int) -> str:
    """A class of sizes by its upper end in bytes, a power of two; 0 is what has none."""
    if not bound:
        return "more than 1 GiB"
    for power, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if bound >= 2**power:
            return f"up to {bound >> power} {unit}"
    return f"up to {bound} bytes"


def time_words(seconds: int) -> str:
    """A class of times by its upper end in seconds; 0 is what has none."""
    return f"up to {seconds} s" if seconds else f"more than {TIME_CLASSES[-1]} s"


def counted(count: int, thing: str) -> str:
    """`1 post`, `2,389 posts`."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def stale_words(files: int) -> str:
    """That files stand which posts of today make no more."""
    return f"{counted(files, 'file')} that posts of today make no more still {'stands' if files == 1 else 'stand'}"


def standing_words(posts: int) -> str:
    """That posts which failed have outputs all the same."""
    return f"of {counted(posts, 'post')} that failed, what an earlier run made still stands"
