"""What happens in a run, as a program is told it: the objects of `--json`, and what a progress bar is drawn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Note:
    """Something that people should know."""

    message: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The source is listed: numbers of units. `todo` of them are to be converted or looked at again."""

    units: int
    todo: int
    unchanged: int
    vanished: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Prunable:
    """A dry run found files that `prune` would take away, if all goes well: their number, the first names."""

    files: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """So many posts more were read for their names."""

    posts: int


@dataclass(frozen=True, slots=True)
class Converted:
    """A post's outputs stand, by their names below OUT."""

    source: str
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A post was looked at again and holds the same bytes as at the last run, of which its outputs stand."""

    source: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A post was not converted: why, as one of `Reason`, and in a line."""

    source: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Finished:
    """All is done. `seconds` are those of the whole run, `posts_per_second` those of its conversions."""

    converted: int
    failed: int
    unchanged: int
    vanished: int
    removed: int
    """Files that `prune` took away."""
    seconds: float
    posts_per_second: float


Event: TypeAlias = Note | Planned | Prunable | Surveyed | Converted | Unchanged | Failed | Finished
Progress: TypeAlias = Callable[[Event], None]
"""Is told each event. What it raises ends the run, which can be taken up again like any that was interrupted."""


def unheard(_event: Event) -> None:
    """For callers who do not ask."""


def to_json(event: Event) -> dict[str, object]:
    """The event in JSON's types: its kind as `event` (`planned`, `converted` ...), then its fields."""
    return {"event": type(event).__name__.lower(), **asdict(event)}
