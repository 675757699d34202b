"""What the ledger counts text by: words, and in scripts without spaces characters.

A character of Han, kana, Hangul, Bopomofo or Yi counts by itself, with the marks on it, and so does a letter or digit
of full width, behind which a line may end. In every other script a word is a run of letters, digits and underscores
with their marks (UAX #29, rules WB5 to WB13b, without what may stand within a word by WB6 and WB12: `3.14` is two, and
so is `don't`, since its sign also ends a quotation: `‘a’s`). What is none of these sets words apart: spaces,
punctuation, symbols, and the invisible characters that allow or forbid a line break, since a wrapped text may have a
line end there.
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

_IDEOGRAPHIC = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Yi}\u30fc\uff70\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
)
_LETTERS = rf"[[\p{{L}}\p{{M}}\p{{N}}_]--[{_IDEOGRAPHIC}]]"
_FIRST = rf"[[\p{{L}}\p{{N}}_]--[{_IDEOGRAPHIC}]]"
_WORD = regex.compile(rf"[{_IDEOGRAPHIC}]\p{{M}}*|{_FIRST}{_LETTERS}*", regex.VERSION1)
_CHARACTER = regex.compile(rf"[{_IDEOGRAPHIC}]", regex.VERSION1)


def words_of(text: str) -> list[str]:
    """The words and characters of a text, in order."""
    found: list[str] = _WORD.findall(text)
    return found


def is_character(word: str) -> bool:
    """Whether this is a character that counts by itself."""
    return _CHARACTER.match(word) is not None


def by_script(words: Iterable[str]) -> tuple[int, int]:
    """How many words, and how many characters that count by themselves."""
    total = characters = 0
    for word in words:
        total += 1
        characters += is_character(word)
    return total - characters, characters
