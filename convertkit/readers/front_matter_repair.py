"""Broken front matter, read key by key: what one key's lines say does not hang on what is wrong with another's.

Each key's lines are given to the format's own parser alone. What that refuses is read as its writer meant it:
quotation marks inside quotation marks, colons, line ends inside a title, lists of such texts, tabs as indentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from convertkit.losses import FieldUnreadable, FrontMatterRepaired, Report
from convertkit.readers.field_names import is_field, place_of

MOST_FIELDS = 1000
"""Keys that are read one by one; a post has a dozen."""

_LONGEST = 20_000
"""Characters of one key's lines that are given to a parser."""

_MOST_LINES = 20
"""Lines over which a text in quotation marks may run."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a format writes a key, and its parser: the mapping that lines say, or ValueError with the reason."""

    key: re.Pattern[str]
    parse: Callable[[str], dict[str, object]]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key, what stands after it on its line, and the lines below."""

    key: str
    value: str
    below: tuple[str, ...]
    text: str


def save_fields(text: str, syntax: Syntax, place: str, report: Report) -> dict[str, object]:
    """Every field that can be saved, by key. Reports what each cost, and under `place` what belongs to no key."""
    values: dict[str, object] = {}
    for number, entry in enumerate(_entries(text, syntax, place, report)):
        if number == MOST_FIELDS:
            report(
                FieldUnreadable(
                    place, entry.text, f"more than {MOST_FIELDS:,} keys; from this one on they are left out"
                )
            )
            break
        for key, value in _read(entry, syntax, report).items():
            if key in values:
                report(FieldUnreadable(key, str(values[key]), "the key stands twice; the last one counts"))
            values[key] = value
    return values


def _entries(text: str, syntax: Syntax, place: str, report: Report) -> Iterator[_Entry]:
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        found = syntax.key.match(lines[index])
        if found is None:
            if lines[index].strip() and not lines[index].lstrip().startswith("#"):
                report(FieldUnreadable(place, lines[index], "it belongs to no key"))
            index += 1
            continue
        end = _end(lines, index, found["value"], syntax)
        yield _Entry(found["key"], found["value"], tuple(lines[index + 1 : end]), "\n".join(lines[index:end]))
        index = end


def _end(lines: list[str], start: int, value: str, syntax: Syntax) -> int:
    """The line at which the next key begins; a text in quotation marks may hold lines that look like one."""
    end = start + 1
    mark = value[:1]
    if mark in ("'", '"') and not _is_closed(value, mark):
        for index in range(end, min(start + _MOST_LINES, len(lines))):
            found = syntax.key.match(lines[index])
            if found and is_field(found["key"]):
                break
            if lines[index].rstrip(" \t,").endswith(mark):
                end = index + 1
                break
    while end < len(lines) and not syntax.key.match(lines[end]):
        end += 1
    return end


def _is_closed(value: str, mark: str) -> bool:
    value = value.rstrip(" \t,")
    return len(value) > 1 and value.endswith(mark)


def _read(entry: _Entry, syntax: Syntax, report: Report) -> dict[str, object]:
    if len(entry.text) > _LONGEST:
        report(FrontMatterRepaired(entry.key, "too long for its format's parser; taken as text"))
        return {entry.key: _by_hand(entry)}
    try:
        return syntax.parse(entry.text)
    except ValueError as error:
        reason = str(error)
    if "\t" in entry.text:
        try:
            values = syntax.parse(entry.text.expandtabs(2))
        except ValueError:
            pass  # the tabs were not all that was wrong
        else:
            report(FrontMatterRepaired(entry.key, "tabs as indentation"))
            return values
    value = _by_hand(entry)
    if isinstance(value, str) and value.startswith(_STRUCTURES) and entry.key.casefold() not in _PROSE:
        report(FieldUnreadable(entry.key, value, f"{reason}; kept as text"))
        return {f"{entry.key}_as_written" if is_field(entry.key) else entry.key: value}
    report(FrontMatterRepaired(entry.key, reason))
    return {entry.key: value}


_STRUCTURES = ("[", "{", "*", "&", "!")
"""How YAML's collections, aliases, anchors and tags begin; prose may begin so too."""
_PROSE = frozenset({"title", "subtitle", "description", "excerpt", "summary"})

_ITEM = re.compile(r"\s*-\s+(?P<item>.*)")
_INNER_LIST = re.compile(r"\[(?P<items>[^\[\]{}]*)\],?")
_OPEN_LIST = re.compile(r"\[(?P<items>[^\[\]{}]*)")
_LISTS = ("authors", "categories", "tags")
"""Fields whose value may be a list that nobody closed; a title may begin with a bracket."""


def _by_hand(entry: _Entry) -> str | list[str]:
    below = [line for line in entry.below if line.strip()]
    if below and not entry.value.strip() and all(map(_ITEM.match, below)):
        return [unquoted(_ITEM.sub(r"\g<item>", line)) for line in below]
    text = " ".join(line.strip() for line in (entry.value, *below)).strip()
    place = place_of(entry.key)
    may_be_open = place is not None and place[0] in _LISTS
    if found := _INNER_LIST.fullmatch(text) or (may_be_open and _OPEN_LIST.fullmatch(text)):
        return [unquoted(item) for item in found["items"].split(",") if item.strip()]
    return unquoted(text)


_QUOTED = re.compile(r"""(?P<mark>["'])(?P<text>.*)(?P=mark),?""", re.DOTALL)


def unquoted(text: str) -> str:
    """The text without the quotation marks around it, whatever marks stand inside.

    `'It's'` is `It's`, `"a "quoted" word"` is `a "quoted" word`; but `"Yes" and "no"` begins and ends with words of
    its own in quotation marks, and keeps them.
    """
    found = _QUOTED.fullmatch(text.strip())
    if found is None:
        return text.strip()
    mark, inner = found["mark"], found["text"]
    if _holds_two_quotations(inner, mark):
        return text.strip()
    return inner.replace("''", "'") if mark == "'" else inner.replace('\\"', '"').replace("\\\\", "\\")


def _holds_two_quotations(inner: str, mark: str) -> bool:
    """Whether the first mark inside closes a quotation and the last one opens another."""
    first, last = inner.find(mark), inner.rfind(mark)
    if first in (-1, last):
        return False
    return not inner[first + 1].isalnum() and not inner[:first].endswith(" ") and inner[last - 1] == " "
