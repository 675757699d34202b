"""What outputs are called: templates, and names that every file system takes.

Names are relative to OUT, with `/` between their parts. What decides that two names are one is `folded`; of those that
are, all but the first by unit name get a mark from `marked`, so that the order of work decides nothing.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import string
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from convertkit.distinct import folded
from convertkit.errors import UsageError
from convertkit.metadata import Metadata
from convertkit.readers.feeds.names import entry_slug

LONGEST_PART = 200
"""Bytes of a part: file systems hold 255 (Linux bytes, Windows and macOS UTF-16 units, which are fewer), and a mark of
nine, a suffix and `_files` are to come."""
LONGEST = 800
"""Bytes of a name: an object store holds 1,024 with what stands before it."""
REPORTS = frozenset({"report.json", "report.html", "failures.jsonl"})
"""Files of our own at the top of OUT."""

_ORDINARY = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_ ,.+=@()'&!#%\[\]-]{0,198}(?<![ .])")
"""A part that needs no second look, unless Windows keeps its name for itself."""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\ud800-\udfff\u2028\u2029\ufffe\uffff]')
"""What Windows takes in no name (Naming Files, Paths, and Namespaces), what is no text, and what ends lines."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What nobody sees, or what turns the direction of text (Default_Ignorable_Code_Point, variation selectors aside)."""
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])[ ]*(?:\.|\Z)", re.IGNORECASE
)
"""Names of devices on Windows, whatever their suffix."""


def safe_name(name: str) -> str:
    """A name of parts, each of them `safe_part`; what is empty, `.` or `..` leads nowhere and goes."""
    parts = [safe_part(part) for part in name.split("/") if part not in ("", ".", "..")] or ["_"]
    size = sum(len(part.encode()) + 1 for part in parts)
    if size <= LONGEST:
        return "/".join(parts)
    mark = _mark(name)  # too deep to be kept: what the parts are called goes, what tells them apart stays
    return f"{safe_part(parts[0][:40])}/{mark}/{parts[-1]}"


@lru_cache(maxsize=4096)
def safe_part(text: str) -> str:
    """A text as the name of one file or folder, on Linux, macOS and Windows alike: `safe_part` of itself.

    What cannot be in a name becomes `_`, what nobody sees goes. It never begins with a dot or a dash, nor ends with a
    dot or a space. It is in Unicode's form C, and no longer than `LONGEST_PART` bytes.
    """
    if _ORDINARY.fullmatch(text) and not _RESERVED.match(text):
        return text
    before = None
    while text != before:  # taking something away may bring together what must not be
        before = text
        text = unicodedata.normalize("NFC", _FORBIDDEN.sub("_", _UNSEEN.sub("", text)))
        text = text.encode()[:LONGEST_PART].decode("utf-8", "ignore").lstrip().rstrip(" .\t\u00a0\u3000")
        if text[:1] in (".", "-"):
            text = f"_{text[1:]}"
        if _RESERVED.match(text):
            text = f"_{text}"
        text = text or "_"
    return text


def marked(name: str, unit_name: str) -> str:
    """The name with `-` and eight figures that only this unit has."""
    return f"{name}-{_mark(unit_name)}"


def _mark(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def _apart(name: str, suffixes: Sequence[str]) -> str:
    """A safe name whose outputs, a suffix each, are called like no folder, no other name's output, no report of ours.

    What a folder is called never ends like an output; and a name with one suffix never looks like another with two.
    """
    *folders, last = name.split("/")
    endings = tuple(folded(suffix) for suffix in suffixes)
    folders = [f"{part}_" if folded(part).endswith(endings) else part for part in folders]
    inner = tuple(ending.rpartition(".")[0] for ending in endings if ending.count(".") > 1)
    report = not folders and any(folded(last) + ending in REPORTS for ending in endings)
    if report or (inner and folded(last).endswith(inner)):
        last += "_"
    return "/".join([*folders, last])


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a template: text as it stands, then the value of a field if one is named."""

    text: str
    field: str | None
    spec: str


@dataclass(frozen=True, slots=True)
class NameTemplate:
    """What outputs are called: text with `{fields}`, parsed by `parse_template`."""

    pieces: tuple[_Piece, ...]
    suffixes: tuple[str, ...]
    """What a name is followed by, for each format: `formats.distinct_suffixes`."""

    @property
    def needs_metadata(self) -> bool:
        """Whether posts must be read before they have names."""
        return any(piece.field is not None and piece.field not in _OF_PATH for piece in self.pieces)

    def name_of(self, path: str, metadata: Metadata | None = None) -> str:
        """The safe name of a post, which lacks a suffix only; `path` is `Unit.path`.

        A value that the post does not say reads `no-FIELD`.
        """
        known = metadata or Metadata()
        name = safe_name("".join(piece.text + _shown(piece, path, known) for piece in self.pieces))
        return _apart(name, self.suffixes)


def parse_template(text: str, suffixes: Sequence[str]) -> NameTemplate:
    """The template that a text such as `{date:%Y}/{category}/{slug}` is, for outputs with these suffixes.

    Raises `UsageError` for a field that there is not, a date's form that would hang on the locale, and what leads out.
    """
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError as error:
        raise UsageError(f"{text!r} is no name: {error}", advice="write {{ and }} for braces") from error
    pieces = []
    for literal, name, spec, conversion in parsed:
        if name is not None:
            _check_field(text, name, spec or "", conversion)
        pieces.append(_Piece(literal, name, spec or ""))
    bare = "".join(piece.text + ("" if piece.field is None else "x") for piece in pieces)
    if bare.startswith("/") or "\\" in bare or any(part in (".", "..") for part in bare.split("/")):
        raise UsageError(f"{text!r} leads out of the output folder", advice="name outputs below it, with / and no ..")
    if not bare.strip("/ "):
        raise UsageError("a name is empty", advice='the default is "{path}"')
    return NameTemplate(tuple(pieces), tuple(suffixes))


_DATE = re.compile(r"(?:[^%]|%[YymdHMSjGVuUWw%])+")
"""What a date may be written as: nothing that the locale decides, as names of months."""


_DIRECTIVE = re.compile("%.")


def _check_field(text: str, name: str, spec: str, conversion: str | None) -> None:
    known = name in _OF_PATH or name in _OF_METADATA or (name.startswith("extra.") and name != "extra.")
    if not known or conversion:
        fields = ", ".join((*_OF_PATH, *_OF_METADATA))
        raise UsageError(f"no field {{{name}}} in the name {text!r}", advice=f"there are {fields} and extra.KEY")
    if spec and (name not in ("date", "updated") or not _DATE.fullmatch(spec)):
        raise UsageError(f"{{{name}:{spec}}} cannot be written", advice="dates are written as {date:%Y-%m-%d}")


def _shown(piece: _Piece, path: str, metadata: Metadata) -> str:
    name = piece.field
    if name is None:
        return ""
    if name in _OF_PATH:
        return _OF_PATH[name](path)
    value = metadata.extra.get(name[6:]) if name.startswith("extra.") else _OF_METADATA[name](metadata)
    said = _written(value, piece.spec)
    one_part = said if piece.spec else said.replace("/", "_")  # `{date:%Y/%m}` asks for folders
    return " ".join(one_part.split()) or f"no-{name.removeprefix('extra.')}"


def _written(value: object, spec: str) -> str:
    match value:
        case None | False | "":
            return ""
        case datetime.date():
            return _date_written(value, spec)
        case str():
            return value
        case list() | tuple():
            return ", ".join(_written(item, "") for item in value)
        case _:
            return str(value)


def _date_written(date: datetime.date, spec: str) -> str:
    if not spec:
        return date.isoformat()[:10]
    years = {"%Y": f"{date.year:04}", "%G": f"{date.isocalendar().year:04}"}  # glibc pads none
    return date.strftime(_DIRECTIVE.sub(lambda found: years.get(found[0], found[0]), spec))


_OF_PATH: Mapping[str, Callable[[str], str]] = {
    "path": lambda path: path,
    "folder": lambda path: path.rpartition("/")[0],
    "name": lambda path: path.rpartition("/")[2],
}
"""Fields that need no reading of the post."""

_OF_METADATA: Mapping[str, Callable[[Metadata], object]] = {
    "title": lambda metadata: metadata.title,
    "subtitle": lambda metadata: metadata.subtitle,
    "slug": entry_slug,
    "author": lambda metadata: metadata.authors[0] if metadata.authors else "",
    "authors": lambda metadata: metadata.authors,
    "date": lambda metadata: metadata.date,
    "updated": lambda metadata: metadata.updated,
    "language": lambda metadata: metadata.language,
    "category": lambda metadata: metadata.categories[0] if metadata.categories else "",
    "categories": lambda metadata: metadata.categories,
    "tag": lambda metadata: metadata.tags[0] if metadata.tags else "",
    "tags": lambda metadata: metadata.tags,
    "publisher": lambda metadata: metadata.publisher,
    "identifier": lambda metadata: metadata.identifier,
    "series": lambda metadata: metadata.series,
    "series_index": lambda metadata: metadata.series_index,
}
"""Fields that the post itself says."""
