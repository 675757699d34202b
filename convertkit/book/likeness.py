"""How alike two texts are: a MinHash sketch of each, small enough to be kept for ten thousand posts.

The features are runs of three words; in Chinese, Japanese and Korean a character is a word. Sketches estimate the
Jaccard index of two texts' features with a standard error below 0.05 (Broder 1997).
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rensa import RMinHash

PERMUTATIONS = 128
_BANDS = 32
"""Two sketches are compared if they agree in a band of four numbers: at an index of 0.8 all but one in a million do."""
_SEED = 1
_SHORTEST = 12
"""Words that a text must have: shorter ones are alike by chance."""

_IDEOGRAPH = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
"""A character that counts as a word."""


def words_of(text: str) -> list[str]:
    """What stands between spaces; a Chinese, Japanese or Korean character by itself."""
    return text.split() if text.isascii() else _IDEOGRAPH.sub(r" \g<0> ", text).split()


def sketch_of(words: Sequence[str]) -> bytes:
    """The sketch of a text; empty for one too short to be compared."""
    if len(words) < _SHORTEST:
        return b""
    sketch = RMinHash(PERMUTATIONS, _SEED)
    sketch.update(list(map(" ".join, zip(words, words[1:], words[2:], strict=False))))
    return array("I", sketch.digest()).tobytes()


def likeness(one: bytes, other: bytes) -> float:
    """About which share of their features two texts have in common, from 0 to 1."""
    pairs = zip(memoryview(one).cast("I"), memoryview(other).cast("I"), strict=True)
    return sum(a == b for a, b in pairs) / PERMUTATIONS


def likely_pairs(sketches: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """The places of sketches that may be alike, each pair once, the earlier place first."""
    width = PERMUTATIONS // _BANDS * array("I").itemsize
    seen: set[tuple[int, int]] = set()
    for begin in range(0, PERMUTATIONS * array("I").itemsize, width):
        bands: dict[bytes, list[int]] = defaultdict(list)
        for place, sketch in enumerate(sketches):
            if not sketch:
                continue
            same = bands[sketch[begin : begin + width]]
            if same and (pair := (same[0], place)) not in seen:  # with one of them is enough: all are like it
                seen.add(pair)
                yield pair
            same.append(place)
