"""The regular expressions of a rule file: Python's, run by `regex`, which can stop one that would take for ever."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from convertkit.errors import FilterError

if TYPE_CHECKING:
    import regex

SECONDS = 1.0
"""For one text: an honest pattern takes microseconds, `(a|aa)+b` on forty letters takes years."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression; `where` is the file and key that it stands in."""

    text: str
    where: str = ""

    def matches_all(self, text: str) -> bool:
        """Whether it matches a text from end to end. Raises `FilterError` if that takes too long."""
        try:
            return _compiled(self.text).fullmatch(text, timeout=SECONDS) is not None
        except TimeoutError as error:
            raise self._too_slow() from error

    def find(self, text: str) -> str:
        """What its first group matches in a text, or all of it without a group. Raises `FilterError` as above."""
        try:
            found = _compiled(self.text).search(text, timeout=SECONDS)
        except TimeoutError as error:
            raise self._too_slow() from error
        return (found[found.re.groups and 1] or "") if found else ""

    def _too_slow(self) -> FilterError:
        return FilterError(
            f"the pattern {self.text!r} takes longer than {SECONDS:g} second on one text",
            source=self.where,
            advice="what it repeats must not match the same text in two ways, as in (a|aa)+",
        )


@cache
def _compiled(text: str) -> regex.Pattern[str]:
    import regex  # 20 ms, and few posts are on a site with a rule

    return regex.compile(text)
