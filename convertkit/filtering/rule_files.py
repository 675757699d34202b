"""Reading a site rule file: TOML to a checked `SiteRule`, or a `FilterError` that names the key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import turbohtml

from convertkit.errors import FilterError
from convertkit.filtering.link_rules import LinkRules, Redirect, Tracking
from convertkit.filtering.patterns import Pattern
from convertkit.filtering.site_rules import FIELDS, Match, SiteRule, Taking

RULE_KEYS = ("about", "match", "drop", "keep", "drop_text", "metadata", "contributors", "redirect", "tracking")
FOR_ANY_POST = frozenset({"about", "redirect", "tracking"})
"""Keys of a file that needs no `[match]`: they know their links by the links' own addresses."""
REDIRECT_KEYS = ("address", "parameter", "others")
TRACKING_KEYS = ("parameter", "host")
MATCH_KEYS = ("author", "category", "host", "image_host", "selector")
TAKING_KEYS = ("selector", "attribute", "pattern", "drop")


def read_rule(name: str, data: bytes, source: str) -> SiteRule:
    """The site rule in a TOML file's bytes. Raises `FilterError`, whose source is `source`."""
    try:
        return _rule(name, tomllib.loads(data.decode("utf-8-sig")), source)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, _WrongRule) as error:
        raise FilterError(f"is no site rule: {error}", source=source, advice="see docs/filters.md") from error


class _WrongRule(ValueError):
    """A key of a rule file that is not what it should be."""


def _rule(name: str, table: Mapping[str, Any], source: str) -> SiteRule:
    _known(table, RULE_KEYS, "")
    if "match" not in table and not (table.keys() <= FOR_ANY_POST and table.keys() - {"about"}):
        raise _WrongRule("it has no [match] table to say which posts it is for")
    return SiteRule(
        name=name,
        about=_string(table, "about"),
        matches=tuple(_match(entry) for entry in _tables(table, "match")),
        drop=_selector(table, "drop"),
        keep=_selector(table, "keep"),
        drop_text=tuple(_pattern(text, "drop_text", source) for text in _strings(table, "drop_text")),
        fields=_fields(table, source),
        contributors=tuple(
            (_string(entry, "role", required=True), _taking(entry, "contributors", (*TAKING_KEYS, "role"), source))
            for entry in _tables(table, "contributors")
        ),
        links=LinkRules(
            redirects=tuple(rule for entry in _tables(table, "redirect") for rule in _redirects(entry)),
            tracking=tuple(_tracking(entry) for entry in _tables(table, "tracking")),
        ),
    )


def _redirects(table: Mapping[str, Any]) -> Iterator[Redirect]:
    """One `[[redirect]]` table; several addresses share their parameters."""
    _known(table, REDIRECT_KEYS, "redirect")
    parameters = _strings(table, "parameter") if table.get("parameter") else ("",)
    others = _strings(table, "others")
    addresses = _strings(table, "address")
    if not addresses:
        raise _WrongRule("redirect.address is missing")
    for address in addresses:
        host = address.partition("/")[0]
        if not re.fullmatch(r"(?:\*\.)?[\w-]+(?:\.[\w-]+)+", host):
            raise _WrongRule(f"redirect.address: {address!r} does not begin with a host such as link.example.com")
        yield Redirect(address=host.lower() + address[len(host) :], parameters=parameters, others=others)


def _tracking(table: Mapping[str, Any]) -> Tracking:
    _known(table, TRACKING_KEYS, "tracking")
    parameters = _strings(table, "parameter")
    if not parameters or "*" in parameters:
        raise _WrongRule("tracking.parameter names no parameter such as utm_*")
    return Tracking(parameters=parameters, hosts=_hosts(table, "host"))


def _match(table: Mapping[str, Any]) -> Match:
    _known(table, MATCH_KEYS, "match")
    if not table:
        raise _WrongRule("match is empty: it would match every post")
    return Match(
        authors=frozenset(_strings(table, "author")),
        categories=frozenset(_strings(table, "category")),
        hosts=_hosts(table, "host"),
        image_hosts=_hosts(table, "image_host"),
        selector=_selector(table, "selector"),
    )


def _fields(table: Mapping[str, Any], source: str) -> tuple[tuple[str, Taking], ...]:
    fields = table.get("metadata", {})
    if not isinstance(fields, dict):
        raise _WrongRule("metadata is not a table")
    _known(fields, sorted(FIELDS), "metadata")
    return tuple((field, _taking(entry, f"metadata.{field}", TAKING_KEYS, source)) for field, entry in fields.items())


def _taking(table: object, where: str, keys: Collection[str], source: str) -> Taking:
    if not isinstance(table, dict):
        raise _WrongRule(f"{where} is not a table")
    _known(table, keys, where)
    selector = _selector(table, "selector")
    if not selector:
        raise _WrongRule(f"{where} has no selector")
    drop = table.get("drop", False)
    if not isinstance(drop, bool):
        raise _WrongRule(f"{where}.drop is neither true nor false")
    pattern = _string(table, "pattern")
    return Taking(
        selector=selector,
        attribute=_string(table, "attribute"),
        pattern=_pattern(pattern, f"{where}.pattern", source) if pattern else None,
        drop=drop,
    )


def _known(table: Mapping[str, Any], keys: Collection[str], where: str) -> None:
    for key in table:
        if key not in keys:
            likely = (get_close_matches(key, keys, 1) or [", ".join(keys)])[0]
            raise _WrongRule(f"unknown key {f'{where}.' if where else ''}{key}; is it {likely}?")


def _tables(table: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = table.get(key, [])
    tables = value if isinstance(value, list) else [value]
    if not all(isinstance(entry, dict) for entry in tables):
        raise _WrongRule(f"{key} is not a table")
    return tables


def _string(table: Mapping[str, Any], key: str, *, required: bool = False) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or (required and not value):
        raise _WrongRule(f"{key} is not a text" if value else f"{key} is missing")
    return value


def _strings(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """One text or a list of texts."""
    value = table.get(key, [])
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise _WrongRule(f"{key} is neither a text nor a list of texts")
    return tuple(texts)


def _hosts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    hosts = tuple(host.lower() for host in _strings(table, key))
    for host in hosts:
        if not re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", host):
            raise _WrongRule(f"{key}: {host!r} is not a host name such as example.com")
    return hosts


def _selector(table: Mapping[str, Any], key: str) -> str:
    """One CSS selector or a list of them, as one selector list."""
    selectors = _strings(table, key)
    for selector in selectors:
        try:
            turbohtml.Element("div").select(selector)
        except ValueError as error:
            raise _WrongRule(f"{key}: {error}") from error
    return ", ".join(selectors)


def _pattern(text: str, where: str, source: str) -> Pattern:
    try:
        re.compile(text)
    except re.error as error:
        raise _WrongRule(f"{where}: not a regular expression: {error}") from error
    return Pattern(text, f"{source}: {where}")
