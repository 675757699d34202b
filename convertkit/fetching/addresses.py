"""Which hosts may be asked: a URL taken apart as browsers do it, and which addresses are public.

An image's URL is the author's of a post, not the user's. It must not make this program knock at doors that only this
machine can see: its own ports, the neighbours in its network, a cloud's metadata service.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from urllib.parse import quote, unquote_to_bytes, urlsplit

import idna

from convertkit.fetching.failures import FetchError, Reason

Address = IPv4Address | IPv6Address

MAX_URL = 8192
"""Characters; servers refuse longer ones (RFC 9110, 4.1 asks for at least 8000)."""

NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # a provider's own (RFC 6598)
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: the metadata services of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # automatic multicast tunnels
        "192.88.99.0/24",  # 6to4 relays, deprecated
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
"""IANA's special-purpose registry. `is_global` alone calls 224.0.0.1 global (Python 3.11)."""

PUBLIC_6 = IPv6Network("2000::/3")
"""All that is given out: ::/8, fc00::/7, fe80::/10, fec0::/10, ff00::/8 and the rest are no public hosts."""
NOT_PUBLIC_6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
PRIVATE = tuple(
    IPv4Network(text) if "." in text else IPv6Network(text)
    for text in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
"""The networks of houses and of this machine, which a user may allow. Link-local addresses are not among them: the
metadata services of clouds, which give out keys, are found there."""

NAT64 = IPv6Network("64:ff9b::/96")
"""Where a network without IPv4 puts IPv4's hosts (RFC 6052): its name server answers with these."""

SPECIAL_NAMES = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "lan",
    "home.arpa",
    "onion",
    "alt",
    "invalid",
)
"""Names that no public name server should be asked for (RFC 6761, 6762, 7686, 8375, 9476, and common habit)."""

OTHER_SERVICES = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080}
)
"""Ports from 1024 on at which browsers do not speak HTTP (Fetch standard, "bad port"); below, only 80 and 443 are."""

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\"#%/:;<>?@\[\\\]^`{|}]")
"""What no host's name holds (URL standard, forbidden domain code points)."""
_NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)\Z")
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^\[\]:]*)(?::(?P<port>[0-9]*))?\Z")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An http or https URL that may be asked for, as far as its spelling tells. The fragment is left out."""

    scheme: str
    host: str
    """In lower case and ASCII; an IP address in its one canonical spelling, without brackets."""
    port: int
    target: str
    """Path and query, percent-encoded."""

    @property
    def url(self) -> str:
        """The URL in one spelling for each resource."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == (443 if self.scheme == "https" else 80) else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"


def parse_url(url: str, *, allow_private: bool = False) -> WebAddress:
    """The URL of a picture, its host checked as far as can be without asking for its name. Raises `FetchError`."""
    url = re.sub(r"[\t\n\r]", "", url.strip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x1b "))
    if len(url) > MAX_URL:
        raise FetchError(Reason.URL, f"a URL of {len(url)} characters")
    scheme, colon, _ = url.partition(":")
    if not colon or scheme.lower() not in ("http", "https"):
        raise FetchError(Reason.SCHEME, "neither http nor https")
    authority = re.match(r"//([^/?#]*)", url[len(scheme) + 1 :])
    if authority is None or "\\" in authority[1]:  # `http:a` and `http:\\a` are typed to be read in two ways
        raise FetchError(Reason.URL, "a URL without a host")
    if "@" in authority[1]:
        raise FetchError(Reason.URL, "a URL with a user name in it")
    found = _AUTHORITY.match(authority[1])
    if found is None:
        raise FetchError(Reason.URL, "a URL whose host cannot be read")
    host = _host(found["host"], allow_private=allow_private)
    default = 443 if scheme.lower() == "https" else 80
    port = _port(found["port"] or "", default, allow_private=allow_private)
    return WebAddress(scheme.lower(), host, port, _target(url))


def _port(written: str, default: int, *, allow_private: bool) -> int:
    port = int(written[:6]) if written else default
    if not 0 < port < 65536:
        raise FetchError(Reason.URL, f"port {written}")
    if not allow_private and port not in (80, 443) and (port < 1024 or port in OTHER_SERVICES):
        raise FetchError(Reason.ADDRESS, f"port {port} is another service's")
    return port


def _target(url: str) -> str:
    """Path and query as they go over the wire."""
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else path


def _host(written: str, *, allow_private: bool) -> str:
    """A host in its canonical spelling. Raises `FetchError` for one that cannot be public."""
    if written.startswith("["):
        host = _host_6(written[1:-1])
    else:
        try:
            name = unquote_to_bytes(written).decode("utf-8")
            name = name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
        except (UnicodeError, idna.IDNAError):
            raise FetchError(Reason.URL, "a URL whose host cannot be read") from None
        host = name.removesuffix(".")
        if not host or len(host) > 253 or ".." in host or _FORBIDDEN.search(host):
            raise FetchError(Reason.URL, "a URL whose host cannot be read")
        if _NUMBER.match(host.rpartition(".")[2]):
            host = str(_host_4(host))
        elif not allow_private and ("." not in host or host.endswith(tuple(f".{name}" for name in SPECIAL_NAMES))):
            raise FetchError(Reason.ADDRESS, f"{host} is no public host")
    literal = literal_address(host)
    if literal is not None and (literal in NAT64 or not may_be_asked(literal, allow_private=allow_private)):
        raise FetchError(Reason.ADDRESS, f"{host} is no public address")
    return host


def _host_4(host: str) -> IPv4Address:
    """An IPv4 address in any of the spellings that C's `inet_aton` knows (URL standard, "IPv4 parser")."""
    parts = host.split(".")
    if len(parts) > 4 or not all(_NUMBER.match(part) for part in parts):
        raise FetchError(Reason.URL, "an address that cannot be read")
    try:
        *heads, last = (_number(part) for part in parts)
    except ValueError:  # an 8 or 9 in an octal number
        raise FetchError(Reason.URL, "an address that cannot be read") from None
    if any(head > 255 for head in heads) or last >= 256 ** (4 - len(heads)):
        raise FetchError(Reason.URL, "an address that cannot be read")
    return IPv4Address(sum(head << 8 * (3 - place) for place, head in enumerate(heads)) + last)


def _number(text: str) -> int:
    if len(text) > 32:
        raise ValueError(text)
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") else int(text)


def _host_6(text: str) -> str:
    """An IPv6 address. One with a zone (`fe80::1%eth0`) is this machine's own matter."""
    try:
        if "%" not in text:
            return str(IPv6Address(text))
    except ValueError:
        pass
    raise FetchError(Reason.URL, "an address that cannot be read")


def literal_address(host: str) -> Address | None:
    """The IP address that a host is; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def may_be_asked(address: Address, *, allow_private: bool) -> bool:
    """Whether an address is public, or private and private ones are allowed."""
    return is_public(address) or (allow_private and any(address in network for network in PRIVATE))


def is_public(address: Address) -> bool:
    """Whether an address is given out to a host on the internet.

    An IPv4 address inside an IPv6 one is judged as itself where the network's own name server may say it so (mapped,
    NAT64); in the tunnels that nothing uses any more (6to4, Teredo, compatible) it never is public.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in PUBLIC_6 and address.is_global and not any(address in network for network in NOT_PUBLIC_6)
