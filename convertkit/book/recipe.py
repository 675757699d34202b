"""What a book is made of and how: the options of `convertkit book`, as a value and as a file.

A recipe file is TOML with the options' names, dashes and underscores alike:

    inputs = ["posts"]
    output = "spring.epub"
    group-by = "year,month"
    since = 2022-01-01

Its paths are relative to the file.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast, get_args

from convertkit.errors import UsageError
from convertkit.filtering import FilterLike
from convertkit.options import READ, THEME, WRITE, FlavourName, ImagesFrom, ThemeName, WriteOptions
from convertkit.pipeline import Reading

SortKey: TypeAlias = Literal["date", "title", "path", "author"]
GroupKey: TypeAlias = Literal["folder", "category", "tag", "author", "year", "month"]
IndexKey: TypeAlias = Literal["tag", "author", "date"]
INDEX_KEYS: tuple[IndexKey, ...] = get_args(IndexKey)
LabelKey: TypeAlias = Literal["year", "month", "category"]
SORT_KEYS: tuple[SortKey, ...] = get_args(SortKey)
GROUP_KEYS: tuple[GroupKey, ...] = get_args(GroupKey)

MAX_PART_LEVELS = 2
"""Levels of parts: with the chapters they make the three levels of contents that readers show."""

_POSTS = re.compile(r"0*[1-9][0-9]{0,8}")
_BYTES = re.compile(r"0*([1-9][0-9]{0,8})(kb|mb|gb)")
_UNITS = {"kb": 10**3, "mb": 10**6, "gb": 10**9}


@dataclass(frozen=True, slots=True)
class ByLabel:
    """A volume for each year, month or category."""

    key: LabelKey


@dataclass(frozen=True, slots=True)
class BySize:
    """A volume ends when the next post would make it more than so many posts, or bytes."""

    unit: Literal["posts", "bytes"]
    limit: int


VolumeRule: TypeAlias = ByLabel | BySize


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A book to be made. Raises `UsageError` for options that mean nothing or contradict each other."""

    inputs: tuple[str, ...] = ()
    """Folders, files, globs, feeds and exports."""
    output: Path | None = None

    author: tuple[str, ...] = ()
    """Posts by any of these; names are compared without regard to case and width."""
    category: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    since: str = ""
    """The first day, as `2022`, `2022-04` or `2022-04-15`. With it or `until`, posts without a date are left out."""
    until: str = ""
    """The last day, itself included: `2022-04` is all of April."""
    match: str = ""
    """Posts with this text in title or body, without regard to case and width."""
    language: tuple[str, ...] = ()
    """Posts in any of these languages; `zh` takes `zh-CN` too (RFC 4647, basic filtering)."""
    min_length: int = 0
    """Words that a post must have; a Chinese, Japanese or Korean character counts as one."""

    sort: SortKey = "date"
    reverse: bool = False
    group_by: tuple[GroupKey, ...] = ()
    """What parts are made by, the outer first; empty for a book without parts."""
    volumes: VolumeRule | None = None

    title: str = ""
    """The book's; by default what its first input is called."""
    subtitle: str = ""
    book_author: tuple[str, ...] = ()
    """Names on the book's cover; by default the posts' own authors."""
    publisher: str = ""
    description: str = ""
    site: tuple[str, ...] = ()
    """Hosts, old ones too, under which the posts link to each other: `old.example`."""

    index: tuple[IndexKey, ...] = ()
    """Indexes behind the chapters."""
    split: bool = False
    """Whether Markdown is a folder with a file for each chapter."""
    sources: bool = False
    """Whether a list of all posts with their addresses stands behind the chapters."""
    cited_by: bool = False
    """Whether a line under each chapter says which others link to it."""
    keep_duplicates: bool = False
    """Whether copies of a post are chapters too."""
    cover: str | Path | None = None
    """`auto` (drawn), `none`, or an image file; None is `auto`, but for Markdown, which needs no cover, `none`."""
    theme: ThemeName = THEME
    """How pages and the cover look."""
    css: Path | None = None
    """A style sheet of one's own, after the theme's."""
    fonts: tuple[Path, ...] = ()
    """Font files to embed, as much of each as the text needs."""
    reference_doc: Path | None = WRITE.reference_doc
    """A DOCX whose styles a DOCX takes."""
    flavour: FlavourName = WRITE.flavour
    """The dialect that Markdown is written in."""
    raw_html: bool | None = WRITE.raw_html
    """Whether Markdown may hold HTML tags; None: where its renderers show them."""
    jobs: int = 1
    """Processes that read posts. With more than one, a script that builds a book must be guarded, as
    `multiprocessing` says, by `if __name__ == "__main__":`."""

    filters: tuple[FilterLike, ...] = ()
    no_filters: bool = False
    encoding: str | None = READ.encoding
    assume_language: str | None = READ.language
    """BCP 47 tag of posts that name no language; None detects it from the text."""
    timeout: float = READ.timeout
    comments: bool = READ.comments
    assets: Path | None = READ.assets
    images: ImagesFrom = READ.images
    max_image: int = READ.max_image
    convert_webp: bool = READ.convert_webp
    cache: Path | None = READ.cache
    offline: bool = READ.offline
    allow_private: bool = READ.allow_private

    @property
    def reading(self) -> Reading:
        """How posts are read."""
        return Reading(
            filters=self.filters,
            no_filters=self.no_filters,
            encoding=self.encoding,
            language=self.assume_language,
            timeout=self.timeout,
            comments=self.comments,
            assets=self.assets,
            images=self.images,
            max_image=self.max_image,
            convert_webp=self.convert_webp,
            cache=self.cache,
            offline=self.offline,
            allow_private=self.allow_private,
        )

    @property
    def writing(self) -> WriteOptions:
        """How the book is written. Raises `UsageError` for a theme or flavour that there is not."""
        return WriteOptions(
            cover=self.cover,
            theme=self.theme,
            css=self.css,
            fonts=self.fonts,
            reference_doc=self.reference_doc,
            flavour=self.flavour,
            raw_html=self.raw_html,
            timeout=self.timeout,
        )

    def __post_init__(self) -> None:
        if self.since and self.until and parse_day(self.since) > parse_day(self.until, last=True):
            raise UsageError(f"no day is since {self.since} and until {self.until}", advice="swap the two")
        for day in filter(None, (self.since, self.until)):
            parse_day(day)
        if self.min_length < 0:
            raise UsageError(f"a length of {self.min_length} words", advice="give 0 or a positive number")
        if self.sort not in SORT_KEYS:
            raise UsageError(f"posts cannot be sorted by {self.sort!r}", advice=f"sort by {', '.join(SORT_KEYS)}")
        if no_index := [key for key in self.index if key not in INDEX_KEYS]:
            raise UsageError(f"no index by {no_index[0]!r}", advice=f"index by {', '.join(INDEX_KEYS)}")
        _ = self.writing  # which refuses what means nothing
        if self.jobs < 1:
            raise UsageError(f"{self.jobs} processes", advice="give 1 or more")
        if unknown := [key for key in self.group_by if key not in GROUP_KEYS]:
            raise UsageError(f"no parts by {unknown[0]!r}", advice=f"group by {', '.join(GROUP_KEYS)}, or none")
        if len(self.group_by) > MAX_PART_LEVELS:
            raise UsageError(f"{len(self.group_by)} levels of parts", advice=f"give at most {MAX_PART_LEVELS}")


def parse_group_by(text: str) -> tuple[GroupKey, ...]:
    """The keys of `--group-by`, such as `year,month`; `none` is no parts. `Recipe` refuses what is no key."""
    keys = [key.strip() for key in text.split(",")]
    return () if keys in (["none"], [""]) else cast("tuple[GroupKey, ...]", tuple(keys))


def parse_index(text: str) -> tuple[IndexKey, ...]:
    """The keys of `--index`, such as `tag,author`; `none` is none. `Recipe` refuses what is no key."""
    keys = tuple(key.strip() for key in text.split(","))
    return () if keys in (("none",), ("",)) else cast("tuple[IndexKey, ...]", keys)


def parse_volumes(text: str) -> VolumeRule | None:
    """The rule of `--volumes`: `none`, `year`, `month`, `category`, `posts:200`, `size:20MB`. Raises `UsageError`."""
    rule, _, limit = text.strip().lower().partition(":")
    match rule, limit:
        case "none" | "", "":
            return None
        case "year" | "month" | "category", "":
            return ByLabel(rule)
        case "posts", _ if _POSTS.fullmatch(limit):
            return BySize("posts", int(limit))
        case "size", _ if found := _BYTES.fullmatch(limit.replace(" ", "")):
            return BySize("bytes", int(found[1]) * _UNITS[found[2]])
        case _:
            raise UsageError(
                f"no volumes by {text!r}",
                advice="give year, month, category, posts:200, size:20MB (kB, MB, GB) or none",
            )


def parse_day(text: str, *, last: bool = False) -> datetime.date:
    """The first day of `2022`, `2022-04` or `2022-04-15`; the last one if `last`. Raises `UsageError`."""
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?", text.strip())
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = (int(part or 0) for part in found.groups())
        if day or not last:
            return datetime.date(year, month or 1, day or 1)
        year, month = (year, month + 1) if 0 < month < 12 else (year + 1, 1)
        return datetime.date(year, month, 1) - datetime.timedelta(days=1)
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is no day", advice="write it as 2022, 2022-04 or 2022-04-15") from None


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file. Raises `UsageError` for a file that cannot be read, is no TOML, or has an unknown key."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", source=str(path), advice="check the path") from error
    except ValueError as error:  # no TOML, no UTF-8
        raise UsageError(f"is no recipe: {error}", source=str(path), advice="mend the TOML") from error
    try:
        read: dict[str, Any] = {name: _value(name, value, path.parent) for name, value in _named(values).items()}
        return Recipe(**read)
    except UsageError as error:
        raise UsageError(error.problem, source=error.source or str(path), advice=error.advice) from error


def _named(values: Mapping[str, object]) -> dict[str, object]:
    known = [field.name for field in fields(Recipe)]
    named = {key.replace("-", "_"): value for key, value in values.items()}
    for key in named:
        if key not in known:
            likely = get_close_matches(key, known, 1)
            meant = f"did you mean {likely[0]}? " if likely else ""
            raise UsageError(f"a book has no {key!r}", advice=f"{meant}There are {', '.join(known)}")
    return named


def _value(name: str, value: object, folder: Path) -> object:
    try:
        return _READERS.get(name, _text)(value, folder)
    except TypeError as error:
        raise UsageError(f"{name} is {error}", advice="see docs/books.md") from None


def _text(value: object, _folder: Path) -> str:
    """TOML's dates are what a person writes for `since`."""
    if isinstance(value, str | datetime.date):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError("no text")


def _texts(value: object, folder: Path) -> tuple[str, ...]:
    return tuple(_text(item, folder) for item in (value if isinstance(value, list) else [value]))


def _paths(value: object, folder: Path) -> tuple[str, ...]:
    return tuple(text if "://" in text else str(folder / text) for text in _texts(value, folder))


def _number(value: object, _folder: Path) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError("no number")


def _flag(value: object, _folder: Path) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError("neither true nor false")


def _path(value: object, folder: Path) -> Path:
    return folder / _text(value, folder)


def _filters(value: object, folder: Path) -> tuple[str, ...]:
    """Names, and paths of files relative to the recipe."""
    names = _texts(value, folder)
    return tuple(str(folder / name) if (folder / name).is_file() else name for name in names)


def _cover(value: object, folder: Path) -> str | Path:
    text = _text(value, folder)
    return text if text in ("auto", "none") else folder / text


_READERS: Mapping[str, Callable[[object, Path], Any]] = {
    "inputs": _paths,
    **dict.fromkeys(("output", "assets", "cache", "css", "reference_doc"), _path),
    "cover": _cover,
    "fonts": lambda value, folder: tuple(folder / text for text in _texts(value, folder)),
    **dict.fromkeys(("author", "category", "tag", "language", "book_author", "site"), _texts),
    **dict.fromkeys(("min_length", "max_image", "timeout", "jobs"), _number),
    **dict.fromkeys(("reverse", "split", "sources", "cited_by", "keep_duplicates", "no_filters", "comments"), _flag),
    **dict.fromkeys(("convert_webp", "offline", "allow_private", "raw_html"), _flag),
    "filters": _filters,
    "group_by": lambda value, folder: parse_group_by(",".join(_texts(value, folder))),
    "index": lambda value, folder: parse_index(",".join(_texts(value, folder))),
    "volumes": lambda value, folder: parse_volumes(_text(value, folder)),
}
"""How a key's value is read; every other one is a text."""
