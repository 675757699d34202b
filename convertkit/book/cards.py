"""Cards: what choosing and arranging know of a post, without its text, so that ten thousand of them are light."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from convertkit.metadata import Metadata

_NUMBER = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One post."""

    key: str
    """What the post is known by, the same in every run: a hash of its path, or of its place in a feed."""
    source: str
    """Its name in messages."""
    path: PurePosixPath
    """Where it lies, relative to the input that it was found in."""
    metadata: Metadata
    words: int
    """In the body; a Chinese, Japanese or Korean character counts as one."""
    size: int
    """Bytes that it will take in a book, about: its markup and its pictures."""
    links: tuple[str, ...] = ()
    """Targets of its links that may lead to another post, each once."""
    fingerprint: bytes = b""
    """Equal for equal texts."""
    sketch: bytes = b""
    """Like that of a text that is nearly the same (`likeness.sketch_of`)."""
    matched: bool = True
    """Whether title or body hold the text of `Recipe.match`: only a look at the text can tell."""


def folded(text: str) -> str:
    """Text for comparing: one form for case, width and white space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts `part 2` before `part 10`."""
    return tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in _NUMBER.split(folded(text)) if piece
    )


def total_words(cards: Iterable[Card]) -> int:
    """The words of all."""
    return sum(card.words for card in cards)
