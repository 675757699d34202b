"""Colours that go together, chosen by hand, and chance that is the same for the same book."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Colour = tuple[int, int, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Palette:
    """`deep` and `paper` stand 7:1 apart at least (WCAG 2.2, 1.4.6): each can be written upon with the other."""

    deep: Colour
    paper: Colour
    accents: tuple[Colour, Colour, Colour]


def _palette(*colours: str) -> Palette:
    deep, paper, *accents = ((int(name[:2], 16), int(name[2:4], 16), int(name[4:], 16)) for name in colours)
    first, second, third = accents
    return Palette(deep, paper, (first, second, third))


PALETTES = (
    _palette("1d2a4d", "f4f1ea", "e2703a", "8fb3d9", "f2c14e"),
    _palette("1c3a2e", "f3f1e7", "d9a441", "7fae8b", "b5523b"),
    _palette("4a1526", "f7efe8", "d98c5f", "a8505f", "e8c39e"),
    _palette("0f3b46", "eef3f1", "e39b4b", "5fa8a3", "c8dfd3"),
    _palette("35204b", "f4eff5", "d77a9a", "8f7fc0", "edc46c"),
    _palette("25303b", "f2f2ee", "d9594c", "8397a8", "e6c35c"),
    _palette("3e2a1f", "f6efe3", "c9743d", "8f9f6e", "e3bf84"),
    _palette("102f4f", "f1f4f4", "2fa39a", "f07f5a", "bfd7ea"),
    _palette("33381b", "f5f3e4", "b4a642", "7d8f4e", "d7703f"),
    _palette("5a1f16", "f8f0e6", "e0a04e", "b9584a", "8fa7a0"),
    _palette("161a2b", "eeeff5", "7c8be0", "e57c8b", "f1cf7a"),
    _palette("0c3d3a", "f0f4ee", "e8b04a", "4fa58a", "e27d60"),
)


class Dice:
    """Throws that are the same for the same identity, on every machine and Python."""

    def __init__(self, identity: str) -> None:
        self._bytes = iter(hashlib.shake_256(identity.encode("utf-8", "replace")).digest(8192))

    def throw(self, sides: int) -> int:
        """A number from 0 to `sides` - 1, of at most 65536 sides."""
        return (next(self._bytes) * 256 + next(self._bytes)) % sides

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.throw(len(choices))]


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """The first colour with a share of the other, from 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, definition of `contrast ratio`)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
