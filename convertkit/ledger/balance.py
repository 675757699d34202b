"""The balance of one conversion: what went in, what came out, what rules explain, and what nobody accounts for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from convertkit.ledger.counts import Counts
from convertkit.ledger.words import is_character

CONTEXT = 3
"""Words shown on either side of one that is missing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something of which one side has more than the other. `missing`: it went in and did not come out."""

    kind: str
    what: str
    count: int
    missing: bool
    place: str = ""
    """The first place where it stands, in the words around it."""

    def __str__(self) -> str:
        verb = "missing" if self.missing else "added"
        times = f" ({self.count} times)" if self.count > 1 else ""
        place = f", first in “{self.place}”" if self.place else ""
        return f"{verb} {self.kind}: {self.what}{times}{place}"


@dataclass(frozen=True, slots=True)
class Balance:
    """What went in against what the output holds, counted by reading the output. False if all is accounted for."""

    format: str
    entering: Mapping[str, int]
    """How many of each kind the source holds."""
    leaving: Mapping[str, int]
    removed: Mapping[str, int]
    """How many words each rule took out."""
    added: Mapping[str, int]
    """How many words each rule put in."""
    unexplained: tuple[Difference, ...] = ()

    @property
    def size(self) -> int:
        """How many words and other things nobody accounts for."""
        return sum(difference.count for difference in self.unexplained)

    def to_json(self) -> dict[str, object]:
        """All of it in JSON's types."""
        return {**asdict(self), "size": self.size}


Rules = Iterable[tuple[str, Iterable[str]]]
"""Rules, each with the words that it took out or put in."""


def balance_of(
    to: str, shown: Counts, leaving: Counts, removals: Rules, additions: Rules, others: Iterable[Difference]
) -> Balance:
    """The balance of what entered and what left, each difference in words explained by the first rule that can.

    `others` are the differences in other things than words.
    """
    before, after = Counter(shown.words), Counter(leaving.words)
    missing, added = before - after, after - before
    removed_by, added_by = _explained(missing, removals), _explained(added, additions)
    unexplained = (
        *_differing(missing, shown, missing=True),
        *_differing(added, leaving, missing=False),
        *others,
    )
    return Balance(to, _totals(shown), _totals(leaving), removed_by, added_by, unexplained)


def _totals(counts: Counts) -> dict[str, int]:
    characters = sum(map(is_character, counts.words))
    return {"words": len(counts.words) - characters, "characters": characters, **counts.kinds}


def _explained(waiting: Counter[str], rules: Rules) -> dict[str, int]:
    """How many words each rule explains; they wait no more."""
    by_rule: Counter[str] = Counter()
    for rule, words in rules:
        found = waiting & Counter(words)
        waiting -= found
        by_rule[rule] += found.total()
    return {rule: count for rule, count in by_rule.items() if count}


def _differing(words: Counter[str], counts: Counts, *, missing: bool) -> Iterator[Difference]:
    """What no rule explains, in the order of the text."""
    for word in dict.fromkeys(word for word in counts.words if words[word] > 0):
        kind = "characters" if is_character(word) else "words"
        yield Difference(kind, word, words[word], missing, around(counts.words, word))


def around(words: Sequence[str], word: str) -> str:
    """The first place of a word, in the words around it."""
    place = words.index(word)
    return " ".join(words[max(0, place - CONTEXT) : place + CONTEXT + 1])
