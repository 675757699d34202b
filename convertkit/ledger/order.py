"""Whether an output says the words in the order of its source."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterator, Sequence

from convertkit.ledger.balance import Difference, around


def words_out_of_order(before: Sequence[str], after: Sequence[str], apart: Container[str]) -> Iterator[Difference]:
    """The words of `before` that have another place in `after`: the fewest that could have been moved.

    Only words that both sides have once can be told to have moved. Those in `apart` may:
    those of notes, which stand at the end, and those that a rule took out or put in.
    """
    moved = _moved(before, after, apart)
    if moved:
        yield Difference("words in their order", moved[0], len(moved), missing=True, place=around(before, moved[0]))


def _moved(before: Sequence[str], after: Sequence[str], apart: Container[str]) -> list[str]:
    often = Counter(before), Counter(after)
    places = {word: place for place, word in enumerate(after) if often[1][word] == 1}
    words = [word for word in before if often[0][word] == 1 and word in places and word not in apart]
    kept = _rising([places[word] for word in words])
    return [word for at, word in enumerate(words) if at not in kept]


def _rising(numbers: Sequence[int]) -> frozenset[int]:
    """Where the longest rising subsequence stands (patience sorting)."""
    tops: list[int] = []
    holders: list[int] = []
    behind: list[int] = []
    for at, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        behind.append(holders[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [number]
        holders[pile : pile + 1] = [at]
    kept = set()
    at = holders[-1] if holders else -1
    while at >= 0:
        kept.add(at)
        at = behind[at]
    return frozenset(kept)
