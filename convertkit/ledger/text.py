"""Reading back plain text: by its words, without what the writer set there by itself."""

from __future__ import annotations

import re

from convertkit.ledger.counts import Counts
from convertkit.ledger.words import words_of

_ENDNOTES = re.compile(r"^-{24}$", re.MULTILINE)
_ENDNOTE = re.compile(r"^\[\d+\] ", re.MULTILINE)
_REFERENCE = re.compile(r"\[\d+\]")
_BEHIND = re.compile(r"\s<([^\s<>]+)>")
_RULE = re.compile(r"=+")


def count_text(content: bytes, *, front: bool, has_title: bool, targets: frozenset[str]) -> tuple[Counts, Counts]:
    """What a text shows, and the words that only number and name its links and notes.

    `front` says that the first paragraph is the header, `has_title` that its first line is no heading of the text;
    `targets` are the addresses that the list at the end may hold.
    """
    text = content.decode()
    header, _, body = text.partition("\n\n") if front else ("", "", text)
    lines = header.splitlines()
    title = lines[0] if len(lines) > 1 and _RULE.fullmatch(lines[1]) and not has_title else ""
    numbered = " ".join(_REFERENCE.findall(body))
    body = _REFERENCE.sub(_without_number, body)
    body, addresses = _without_addresses(body, targets)
    return Counts(tuple(words_of(f"{title}\n{body}"))), Counts(tuple(words_of(f"{numbered} {addresses}")))


def _without_number(found: re.Match[str]) -> str:
    """Nothing for a number that stands within a word (`Model[1]’s`, `set[2]s.`), itself elsewhere."""
    before, after = found.string[max(0, found.start() - 1) : found.start()], found.string[found.end() : found.end() + 2]
    around = words_of(before + after)
    return "" if before and around and len(around[0]) > 1 and around[0].startswith(before) else found[0]


def _without_addresses(body: str, targets: frozenset[str]) -> tuple[str, str]:
    """The text without the addresses behind its links or in its list of links, and these."""
    addresses = [found[1] for found in _BEHIND.finditer(body) if found[1] in targets]
    if addresses:
        body = _BEHIND.sub(lambda found: "" if found[1] in targets else found[0], body)
    ends = [found.end() for found in _ENDNOTES.finditer(body)]
    if not ends:
        return body, "\n".join(addresses)
    kept: list[str] = []
    for line in body[ends[-1] :].splitlines():
        found = _ENDNOTE.match(line)
        (addresses if found and line[found.end() :] in targets else kept).append(line)
    return body[: ends[-1]] + "\n".join(kept), "\n".join(addresses)
