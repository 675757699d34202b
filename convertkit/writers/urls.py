"""Addresses that may be written into an output: only of harmless schemes, and always well-formed."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, unquote, urljoin, urlsplit

from convertkit.readers.addresses import SAFE_SCHEMES

WITH_HOST = frozenset({"ftp", "ftps", "http", "https", "irc", "ircs", "nntp", "sftp", "webcal"})
"""Those of the `SAFE_SCHEMES` that lead to a host; what others lead to is theirs to say."""

_ORDINARY = re.compile(
    r"https?://(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::\d{1,4})?"
    r"(?:/(?:[\w.~:/@!$&'()*+,;=-]|%[0-9a-f]{2})*)?(?:\?(?:[\w.~:/?@!$&'()*+,;=-]|%[0-9a-f]{2})*)?"
    r"(?:\#(?:[\w.~:/?@!$&'()*+,;=-]|%[0-9a-f]{2})*)?",
    re.ASCII | re.IGNORECASE,
)
"""What nearly every link is: nothing in it needs mending."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_IGNORED = re.compile(r"^[\x00-\x20]+|[\x00-\x20]+$|[\t\n\r]")
"""What a URL parser drops (WHATWG URL standard, section 4.4, steps 1 to 3): `java\\nscript:` is `javascript:`."""
_ILLEGAL = re.compile(r"[^!#-;=?-Z_a-z~\u00a1-\U0010ffff]|%(?![0-9a-fA-F]{2})")
"""Characters that no URL may hold, a percent sign that escapes nothing among them."""
_COLON_FIRST = re.compile(r"[^/?#]*:")
"""A relative address that would read like one with a scheme (RFC 3986, section 4.2)."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_PATH_END = re.compile(r"[?#]")
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class UnsafeAddress(ValueError):
    """An address of a scheme that may run code, read files or start a program."""


def safe_url(target: str, base: str = "") -> str:
    """The address as it may be written, "" if it is broken. A relative one is completed by `base`, or stays as it is.

    Raises `UnsafeAddress` for a scheme that is none of `SAFE_SCHEMES`.
    """
    if _ORDINARY.fullmatch(target):
        return target
    target = _IGNORED.sub("", target)
    found = _SCHEME.match(target)
    if found is None:
        return _relative(target, base)
    scheme = found[1].lower()
    if scheme not in SAFE_SCHEMES:
        raise UnsafeAddress(target)
    rest = target[found.end() :]
    if scheme in WITH_HOST:
        return _web(scheme, rest)
    if scheme == "mailto":
        return _mail(rest)
    return f"{scheme}:{quote_illegal(rest)}" if rest else ""


def web_url(target: str) -> str:
    """An http or https address as it may be written, "" if it is none."""
    try:
        url = safe_url(target)
    except UnsafeAddress:
        return ""
    return url if url.startswith(("http:", "https:")) else ""


def is_absolute(url: str) -> bool:
    """Whether an address from `safe_url` names its own scheme."""
    return _SCHEME.match(url) is not None


def file_name(url: str) -> str:
    """The last part of an address's path, decoded, else its host: a name for a picture that has none."""
    try:
        parts = urlsplit(url)
    except ValueError:  # `http://[`
        return url
    return unquote(parts.path).rstrip("/").rpartition("/")[2] or parts.netloc or url


def _relative(target: str, base: str) -> str:
    if target[:2].replace("\\", "/") == "//":  # its own host, and the scheme of a page that is no longer there
        return _web("https", target)
    if not base or not target:
        path = quote_illegal(target.replace("\\", "/"))
        return f"./{path}" if _COLON_FIRST.match(path) else path
    try:
        joined = urljoin(base, target)
    except ValueError:  # a base or target such as `http://[`
        return ""
    return joined if _ORDINARY.fullmatch(joined) else safe_url(joined)


def _web(scheme: str, rest: str) -> str:
    """`rest` is what follows the colon; any number of slashes, either way round, leads to the host (WHATWG)."""
    end = _PATH_END.search(rest)
    before, after = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    try:
        parts = urlsplit(f"{scheme}://" + before.replace("\\", "/").lstrip("/"))
        port = parts.port
    except ValueError:  # brackets that are no IPv6 address, or a port that is no number or above 65535
        return ""
    host = _host(parts.hostname or "")
    if not host:
        return ""
    user = parts.netloc.rpartition("@")[0]
    authority = (f"{quote_illegal(user)}@" if user else "") + host + (f":{port}" if port is not None else "")
    query, mark, fragment = after.partition("#")
    tail = quote_illegal(query) + mark + quote_illegal(fragment).replace("#", "%23")
    return f"{scheme}://{authority}{quote_illegal(parts.path)}{tail}"


def _host(host: str) -> str:
    """The host in ASCII; "" if it is none."""
    try:
        if ":" in host:
            return f"[{IPv6Address(host)}]"
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
        if ascii_host.rstrip(".").rpartition(".")[2].isdigit():  # WHATWG URL standard: a host that ends in a number
            return str(IPv4Address(ascii_host))
        ascii_host.encode("ascii").decode("idna")  # a label such as `xn--0` says nothing
    except (AddressValueError, UnicodeError):
        return ""
    return ascii_host if _HOST.fullmatch(ascii_host) else ""


def _mail(rest: str) -> str:
    """A mail address with its subject and the like."""
    address, mark, headers = rest.partition("?")
    if not _ADDRESS.fullmatch(unquote(address).strip()):
        return ""
    return "mailto:" + quote_illegal(address.strip()) + mark + quote_illegal(headers)


def quote_illegal(text: str) -> str:
    """The text with what no URL may hold percent-encoded, invisible characters too, and nothing else."""
    if not text.isascii():
        text = _NOT_ASCII.sub(lambda found: found[0] if found[0].isprintable() else _quote(found), text)
    return _ILLEGAL.sub(_quote, text)


def _quote(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="replace")
