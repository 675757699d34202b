"""Which files of a source are posts: what `--include` and `--exclude` say, else what a reader claims."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from convertkit import formats


@dataclass(frozen=True, slots=True)
class Selection:
    """The files of a source that are posts; names are paths below it, with `/`."""

    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()
    asked: tuple[re.Pattern[str], ...] = ()
    """Those of `include` that say a suffix: what they match is a post even if no reader claims it."""

    def excludes(self, name: str) -> bool:
        """Whether nobody looks at this file or into this folder."""
        return any(pattern.fullmatch(name) for pattern in self.exclude)

    def selects(self, name: str) -> bool:
        """Whether the file is a post, or holds posts. A folder that is excluded is asked for before."""
        if self.exclude and self.excludes(name):
            return False
        if not self.include:
            return _is_document(_suffix(name))
        if any(pattern.fullmatch(name) for pattern in self.asked):
            return True
        return _is_document(_suffix(name)) and any(pattern.fullmatch(name) for pattern in self.include)

    def asks_for(self, name: str) -> bool:
        """Whether a file was asked for by its suffix, so that it may be looked into."""
        return any(pattern.fullmatch(name) for pattern in self.asked)


def selection(include: Iterable[str] = (), exclude: Iterable[str] = ()) -> Selection:
    """The selection of glob patterns.

    `*` and `?` stand for what is between slashes, `[a-z]` and `[!a-z]` for one character, `**` for any number of
    folders. A pattern without a slash is matched with names at any depth. What matches a folder holds for all in it.
    """
    included = tuple(include)
    return Selection(
        tuple(map(glob, included)),
        tuple(map(glob, exclude)),
        tuple(glob(pattern) for pattern in included if _says_suffix(pattern)),
    )


def glob(pattern: str) -> re.Pattern[str]:
    """A glob pattern as a regular expression for whole names."""
    parts = pattern.removeprefix("./").strip("/").split("/")
    anywhere = "/" not in pattern.strip("/") and not pattern.startswith(("/", "./"))
    found = "(?:.*/)?" if anywhere else ""
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            found += ".+" if last else "(?:[^/]+/)*"
        else:
            found += _part(part) + ("" if last else "/")
    return re.compile(f"{found}(?:/.*)?", re.DOTALL)


_WILD = re.compile(r"\*+|\?|\[(!?)(\]?[^\]]*)\]|.", re.DOTALL)


def _part(part: str) -> str:
    def translated(found: re.Match[str]) -> str:
        text = found[0]
        if text[0] == "*":
            return "[^/]*"
        if text == "?":
            return "[^/]"
        if len(text) > 1:
            inside = re.sub(r"[\\\[&~|^\]]", r"\\\g<0>", found[2])
            return f"(?!/)[{'^' if found[1] else ''}{inside}]"
        return re.escape(text)

    return _WILD.sub(translated, part)


def _says_suffix(pattern: str) -> bool:
    last = pattern.rstrip("/").rpartition("/")[2]
    return not set(_suffix(last, ".")) & set("*?[]") and "." in last


def _suffix(name: str, default: str = "") -> str:
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    return f".{suffix}" if stem and dot and suffix else default


@cache
def _is_document(suffix: str) -> bool:
    return formats.is_document(f"x{suffix}")
