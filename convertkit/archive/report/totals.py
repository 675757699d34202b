"""The sums of an archive, counted while its records stream by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from convertkit.archive.records import TIME_CLASSES, Failure, Output, Record
from convertkit.formats import writer_format

MOST_NAMES = 10_000
"""Different names (of categories, languages ...) that a count holds: posts say what they like, memory has an end."""
MOST_VANISHED = 1_000
"""Vanished sources that are named."""
FIRST_FAILURES = 5
"""Failures that the terminal names."""
BESIDE = "beside"
"""What the files that belong to an output (pictures) are counted under."""
SMALLEST_SIZE = 10
"""The first class of sizes ends at two to this power, in bytes; each other at twice the one before."""
LARGEST_SIZE = 30

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])(?!\d)")


@dataclass(frozen=True, slots=True)
class Amount:
    """How many posts something was met in, and how much of it in all."""

    posts: int = 0
    amount: int = 0

    def plus(self, amount: int) -> Amount:
        """One post more."""
        return Amount(self.posts + 1, self.amount + amount)


@dataclass(slots=True)
class Names:
    """How many posts bear each name. A name that comes when there are `MOST_NAMES` already is counted as another."""

    posts: dict[str, int] = field(default_factory=dict)
    none: int = 0
    """Posts that bear no name."""
    others: int = 0
    """How often a name was met for which there was no room."""

    def add(self, names: Iterable[str]) -> None:
        """Count one post."""
        met = False
        for name in names:
            met = True
            if name in self.posts:
                self.posts[name] += 1
            elif len(self.posts) < MOST_NAMES:
                self.posts[name] = 1
            else:
                self.others += 1
        self.none += not met


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What became of an archive. Mappings are in the order that people want: the most first, months by time."""

    formats: tuple[str, ...]
    posts: int
    converted: int
    source_bytes: int
    characters: int
    """Of visible text in the converted posts, white space aside."""
    images: int
    outputs: Mapping[str, Amount]
    """Files and bytes, by format and `BESIDE`; here `Amount.posts` is a number of files."""
    reasons: Mapping[str, int]
    losses: Mapping[str, Amount]
    """By kind: what nobody meant to lose."""
    removals: Mapping[str, Amount]
    """By rule: characters."""
    unexplained: Amount | None
    """What the ledger accounts for nowhere; None if it was not kept."""
    languages: Names
    months: Names
    """`2022-04`, as the posts wrote their dates."""
    categories: Names
    sizes: Mapping[int, int]
    """Posts by the size of their source: the least power of two, in bytes, that it does not exceed; 0 is more."""
    times: Mapping[int, int]
    """Converted posts by `Record.time_class`: nobody knows what a post took that its worker did not survive."""
    standing: int
    """Posts that failed, and of which outputs of an earlier run still stand."""
    stale: int
    """Files that an earlier run made of posts, and the last one, which went well, made no more."""
    vanished: int
    first_vanished: tuple[str, ...]
    first_failures: tuple[tuple[str, Failure], ...]

    @property
    def failed(self) -> int:
        """Posts without outputs."""
        return self.posts - self.converted


class Totals:
    """Adds up records."""

    def __init__(self, formats: Sequence[str]) -> None:
        self._formats = tuple(formats)
        self._suffixes = _suffixes(formats)
        self._posts = self._converted = self._source_bytes = self._characters = self._images = 0
        self._outputs: dict[str, Amount] = {}
        self._reasons: Counter[str] = Counter()
        self._losses: dict[str, Amount] = {}
        self._removals: dict[str, Amount] = {}
        self._unexplained: Amount | None = None
        self._languages, self._months, self._categories = Names(), Names(), Names()
        self._sizes: Counter[int] = Counter()
        self._times: Counter[int] = Counter()
        self._standing = self._stale = self._vanished = 0
        self._first_vanished: list[str] = []
        self._first_failures: list[tuple[str, Failure]] = []

    def add(self, record: Record) -> None:
        """Count one post."""
        self._posts += 1
        self._source_bytes += record.size
        self._sizes[size_class(record.size)] += 1
        _add_all(self._losses, record.losses)
        _add_all(self._removals, record.removals)
        if record.unexplained is not None:
            self._unexplained = self._unexplained or Amount()
            if record.unexplained:
                self._unexplained = self._unexplained.plus(record.unexplained)
        if record.failure is None:
            self._add_converted(record)
        else:
            self._reasons[record.failure.reason.value] += 1
            self._standing += record.earlier > 0
            if len(self._first_failures) < FIRST_FAILURES:
                self._first_failures.append((record.name, record.failure))

    def _add_converted(self, record: Record) -> None:
        facts = record.facts
        self._converted += 1
        self._stale += record.earlier
        self._times[record.time_class] += 1
        self._characters += facts.characters
        self._images += facts.images
        self._languages.add((facts.language,) if facts.language else ())
        month = _MONTH.match(facts.date)
        self._months.add((month[0],) if month else ())
        self._categories.add(dict.fromkeys(facts.categories))
        for output in record.outputs:
            kind = self._format(output)
            self._outputs[kind] = self._outputs.get(kind, Amount()).plus(output.size)

    def _format(self, output: Output) -> str:
        """Which format a file is of, by its suffix."""
        name = output.name.lower()
        return next((known for suffix, known in self._suffixes if name.endswith(suffix)), BESIDE)

    def add_vanished(self, name: str) -> None:
        """Count a unit that is gone from the source and whose outputs stand."""
        self._vanished += 1
        if len(self._first_vanished) < MOST_VANISHED:
            self._first_vanished.append(name)

    def summary(self) -> Summary:
        """The sums so far."""
        return Summary(
            formats=self._formats,
            posts=self._posts,
            converted=self._converted,
            source_bytes=self._source_bytes,
            characters=self._characters,
            images=self._images,
            outputs={name: self._outputs[name] for name in (*self._formats, BESIDE) if name in self._outputs},
            reasons=_most_first(self._reasons),
            losses=_most_first_amounts(self._losses),
            removals=_most_first_amounts(self._removals),
            unexplained=self._unexplained,
            languages=_sorted_names(self._languages),
            months=Names(dict(sorted(self._months.posts.items())), self._months.none, self._months.others),
            categories=_sorted_names(self._categories),
            sizes={bound: self._sizes[bound] for bound in sorted(self._sizes, key=lambda bound: bound or 2**99)},
            times={bound: self._times[bound] for bound in (*TIME_CLASSES, 0) if bound in self._times},
            standing=self._standing,
            stale=self._stale,
            vanished=self._vanished,
            first_vanished=tuple(self._first_vanished),
            first_failures=tuple(self._first_failures),
        )


def size_class(size: int) -> int:
    """The least power of two that `size` does not exceed, from 1 KiB to 1 GiB; 0 for more."""
    exponent = max(SMALLEST_SIZE, (size - 1).bit_length() if size else 0)
    return 2**exponent if exponent <= LARGEST_SIZE else 0


def _suffixes(formats: Sequence[str]) -> list[tuple[str, str]]:
    """How the outputs of each format end, the longest first: of two formats with one suffix, the later is named."""
    known: dict[str, str] = {}
    for name in formats:
        suffix = writer_format(name).suffixes[0]
        known.setdefault(suffix, name)
        known[f".{name.replace(':', '-')}{suffix}"] = name
    return sorted(known.items(), key=lambda item: (-len(item[0]), item[0]))


def _add_all(amounts: dict[str, Amount], more: Mapping[str, int]) -> None:
    for name, amount in more.items():
        amounts[name] = amounts.get(name, Amount()).plus(amount)


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _most_first_amounts(amounts: Mapping[str, Amount]) -> dict[str, Amount]:
    return dict(sorted(amounts.items(), key=lambda item: (-item[1].amount, item[0])))


def _sorted_names(names: Names) -> Names:
    return Names(_most_first(names.posts), names.none, names.others)
