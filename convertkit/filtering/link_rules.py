"""Rules for addresses: detours undone, parameters that follow readers dropped. `docs/filters.md` describes the keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import quote, unquote, unquote_plus

import turbohtml

from convertkit.losses import LinkChanged, Report
from convertkit.metadata import Metadata
from convertkit.readers.html.place import place_of

_CANDIDATES = 'a[href*="?"], area[href*="?"], img[src*="?"], iframe[src*="?"]'
_ADDRESS = re.compile(r"(?:https?:)?//(?P<host>[^/?#]+)(?P<path>[^?#]*)\?(?P<query>[^#]*)(?P<fragment>#.*)?", re.DOTALL)
_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_STAYS_DECODED = "!#$%&'()*+,/:;=?@[]~"
"""What of an address may stand as it is (RFC 3986, section 2.2); blanks and letters beyond ASCII are encoded again."""
_MOST_DETOURS = 4
"""Detours through detours; a chain longer than that is a loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """A page that leads elsewhere: its host and the beginning of its path, and the parameters that hold the target.

    The empty parameter is the whole query, as of a proxy: `https://proxy.example/?http://example.org/a.png`.
    """

    address: str
    parameters: tuple[str, ...]
    others: tuple[str, ...] = ()
    """Parameters of the page itself that may stand behind the target: it ends there, encoded or not."""

    def target(self, query: str) -> str:
        """Where a query leads; empty if that is no web page.

        A target that was never encoded, as in `?target=https://example.org/?a=1&b=2`, takes the rest of the query, or
        what stands before the first of `others`. Where there are such it is decoded once, as the page would.
        """
        for parameter in self.parameters:
            found = re.search(rf"(?:\A|&){re.escape(parameter)}=(.*)", query, re.DOTALL) if parameter else None
            written = query if not parameter else found[1] if found else ""
            if self.others and _WEB.match(written):
                end = "|".join(map(re.escape, self.others))
                return quote(unquote(re.split(rf"&(?:{end})=", written)[0]), safe=_STAYS_DECODED)
            if not _WEB.match(written):
                written = unquote_plus(written.partition("&")[0])
            if not _WEB.match(written):
                written = unquote(written)
            if _WEB.match(written):
                return written
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """Parameters that say where a reader came from, by name or its beginning (`utm_*`), on some hosts or all."""

    parameters: tuple[str, ...]
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LinkRules:
    """The address rules of one file."""

    redirects: tuple[Redirect, ...] = ()
    tracking: tuple[Tracking, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.redirects or self.tracking)

    def edit_html(self, body: turbohtml.Element, metadata: Metadata, rule: str, report: Report) -> Metadata:
        """Give each link, picture and frame its own address; the cover too. `rule` names the file in losses."""
        for element in body.select(_CANDIDATES):
            name = "href" if element.tag in ("a", "area") else "src"
            written = element.attr(name) or ""
            address = self.straight(written)
            if address != written:
                report(LinkChanged(place_of(element), rule, written, address))
                element.attrs[name] = address
        cover = self.straight(metadata.cover) if "?" in metadata.cover else metadata.cover
        if cover == metadata.cover:
            return metadata
        report(LinkChanged("cover", rule, metadata.cover, cover))
        return replace(metadata, cover=cover)

    def straight(self, address: str) -> str:
        """An address without detours and without parameters that follow readers."""
        if not self._is_known(address):
            return address
        for _ in range(_MOST_DETOURS):
            target = self._target(address)
            if not target:
                break
            address = target
        return self._without_tracking(address)

    def _is_known(self, address: str) -> bool:
        """Whether there may be anything to undo: a quick look, as most addresses have nothing."""
        hosts, endings, names = self._quick
        host = address.partition("//")[2].partition("/")[0].partition("?")[0].lower()
        return host in hosts or host.endswith(endings) or (names is not None and names.search(address) is not None)

    @cached_property
    def _quick(self) -> tuple[frozenset[str], tuple[str, ...], re.Pattern[str] | None]:
        """The hosts of all detours, the ends of those that stand for many, and the names of parameters."""
        hosts = {rule.address.partition("/")[0] for rule in self.redirects}
        plain = {host.removeprefix("*.").removeprefix("www.") for host in hosts}
        names = {re.escape(name.removesuffix("*")) for rule in self.tracking for name in rule.parameters}
        return (
            frozenset(plain | {f"www.{host}" for host in plain}),
            tuple(host[1:] for host in hosts if host.startswith("*.")),
            re.compile(f"[?&](?:{'|'.join(sorted(names))})") if names else None,
        )

    def _target(self, address: str) -> str:
        parts = _ADDRESS.match(address)
        if parts is None:
            return ""
        host, path = parts["host"].lower(), parts["path"] or "/"
        for rule in self.redirects:
            if _is_at(host, path, rule.address) and (target := rule.target(parts["query"])):
                return target + (parts["fragment"] or "") if "#" not in target else target  # as a browser redirects
        return ""

    def _without_tracking(self, address: str) -> str:
        before, mark, rest = address.partition("?")
        parts = _ADDRESS.match(address)
        if not mark or (parts is None and "//" in before):
            return address
        host = parts["host"].lower() if parts else ""
        query, hash_sign, fragment = rest.partition("#")
        fields = query.split("&")
        kept = [one for one in fields if not self._follows(one.partition("=")[0].removeprefix("amp;"), host)]
        if len(kept) == len(fields):
            return address
        return before + ("?" + "&".join(kept) if kept else "") + hash_sign + fragment

    def _follows(self, name: str, host: str) -> bool:
        return any(
            _is_named(name, rule.parameters) for rule in self.tracking if not rule.hosts or _is_below(host, rule.hosts)
        )


def _is_at(host: str, path: str, address: str) -> bool:
    """Whether a host and path are those of a rule, `www.` or not; `*.example.org` is every host below it."""
    rule_host, _, rule_path = address.partition("/")
    if rule_host.startswith("*."):
        fits = host == rule_host[2:] or host.endswith(rule_host[1:])
    else:
        fits = host.removeprefix("www.") == rule_host.removeprefix("www.")
    return fits and path.startswith(f"/{rule_path}")


def _is_below(host: str, hosts: Iterable[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in hosts)


def _is_named(name: str, parameters: Iterable[str]) -> bool:
    return any(name.startswith(one[:-1]) if one.endswith("*") else name == one for one in parameters)
