"""Names of files that no file system takes for one."""

from __future__ import annotations

import unicodedata
from pathlib import Path


def folded(name: str) -> str:
    """The same text for all names that some file system takes for one (canonical caseless matching, Unicode D145)."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


class DistinctNames:
    """Makes names distinct in the order in which they come: the second `a` becomes `a-2`."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        """The last number that a name got, by the name folded."""

    def __call__(self, stem: Path) -> Path:
        """The path, with a number if it is taken."""
        key = folded(stem.as_posix())
        name, number = stem, self._last.get(key, 0) + 1
        while number > 1 and folded((name := stem.with_name(f"{stem.name}-{number}")).as_posix()) in self._last:
            number += 1
        self._last[key] = number
        self._last.setdefault(folded(name.as_posix()), 1)
        return name
