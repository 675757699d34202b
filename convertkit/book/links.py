"""Which post of a book a link leads to: by address, old address, alias, path or file name.

A generator's posts link to each other as they are published (`https://example.org/2022/04/rain/`), as they lie
(`../2022/rain.md`) or by name (Hexo's `post_link`, Jekyll's `post_url`). An `Index` knows each post by all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import normpath, relpath
from urllib.parse import SplitResult, unquote, urlsplit

from convertkit.book.cards import Card
from convertkit.book.generator_tags import BY_NAME

_ALIASES = ("aliases", "alias", "redirect_from", "redirects", "permalink", "slug", "url", "guid", "canonical_url")
"""Keys of front matter, besides the one that became `Metadata.url`, that hold an address of the post."""
_PAGE_ENDS = re.compile(
    r"/(?:index|default)\.(?:html?|php|aspx?|md)$|\.(?:html?|php|md|markdown|mdx|txt)$|/+$", re.IGNORECASE
)
"""What the addresses of one page may end in or not."""
_NAMED_HOST = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_DATED_NAME = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[-_ ](?=.)")


@dataclass(frozen=True, slots=True)
class Found:
    """The post that a link leads to, and the fragment in it, decoded; "" for its beginning."""

    card: Card
    fragment: str


class Index:
    """Posts by everything that a link to them may say.

    What several posts answer to leads nowhere: a link to the wrong chapter is worse than one to the web.
    """

    def __init__(
        self, cards: Iterable[Card], sites: Iterable[str] = (), stands_for: Mapping[str, Card] | None = None
    ) -> None:
        """`sites` are hosts, old ones too, whose addresses are the posts' own, as `--site` names them.

        `stands_for` has the post that is found instead of another, by that one's key.
        """
        instead = stands_for or {}
        self._own_sites = frozenset(map(_host, sites))
        self._hosts = set(self._own_sites)
        self._posts: dict[str, Card | None] = {}
        self._names: dict[str, Card | None] = {}
        for card in cards:
            post = instead.get(card.key, card)
            for key in self._keys(card):
                _add(self._posts, key, post)
            for name in _names(card):
                _add(self._names, name, post)

    def find(self, target: str, origin: Card) -> Found | None:
        """What a link of `origin` leads to; None if it is no post of these, or its own page."""
        if target.startswith(BY_NAME):
            name, _, fragment = target.removeprefix(BY_NAME).partition("#")
            card = self._names.get(_folded(unquote(name)))
            return Found(card, unquote(fragment)) if card else None
        named = _NAMED_HOST.match(target)
        if named is not None and _host(named[1]) not in self._hosts:  # most links: to elsewhere on the web
            return None
        url = _split(target)
        if url is None or url.scheme not in ("", "http", "https") or not (url.netloc or url.path or url.query):
            return None
        card = next((card for key in self._targets(url, origin) if (card := self._posts.get(key))), None)
        return Found(card, unquote(url.fragment)) if card else None

    def _keys(self, card: Card) -> Iterator[str]:
        """All that leads to a post, as `find` asks for it."""
        home = _host_of(card.metadata.url)
        for address in _addresses(card):
            url = _split(address)
            if url is None:
                continue
            page = _page(url.path) + (f"?{url.query}" if url.query else "")
            host = _host(url.netloc) or home
            self._hosts.add(host)
            if page and host and host not in self._own_sites:
                yield f"//{host}{page}"
            if page:
                yield page
        yield f"file:{_page(f'/{card.path}')}"

    def _targets(self, url: SplitResult, origin: Card) -> Iterator[str]:
        """What a link may say of a post, the surest first."""
        host, home = _host(url.netloc), _host_of(origin.metadata.url)
        own = _split(origin.metadata.url)
        if not host and not url.path.startswith("/"):
            yield _file(origin, unquote(url.path))
            if own is not None and home:
                yield from _with_query(f"//{home}", _joined(_folder(own.path), url.path), url.query)
            return
        if host and host not in self._own_sites:
            yield from _with_query(f"//{host}", url.path, url.query)
            if host != home:
                return
        elif home:
            yield from _with_query(f"//{home}", url.path, url.query)
        if not host or host in self._own_sites:
            yield from _with_query("", url.path, url.query)
            yield f"file:{_page(url.path)}"
        if own is not None and host == home:  # `../rain.md`, which reading made absolute
            yield _file(origin, relpath(unquote(url.path) or "/", _folder(own.path) or "/"))


def _with_query(before: str, path: str, query: str) -> Iterator[str]:
    """The keys of an address: with its query, and without it, which may only say where its reader came from."""
    page = _page(path)
    if query:
        yield f"{before}{page}?{query}"
    if page:
        yield before + page


def _file(origin: Card, path: str) -> str:
    """The key of a file, from the folder of the post that names it."""
    return f"file:{_page(_joined(f'/{origin.path.parent}', path))}"


def _folder(path: str) -> str:
    """The folder that relative links on a page are relative to."""
    return path.rpartition("/")[0] or "/"


def _add(known: dict[str, Card | None], key: str, card: Card) -> None:
    known[key] = card if known.get(key, card) is card else None


def _addresses(card: Card) -> Iterator[str]:
    """Every address of a post that its front matter has, relative ones with the slash that they mean."""
    yield card.metadata.url
    for key, value in card.metadata.extra.items():
        if key.replace("-", "_").lower() in _ALIASES:
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and text.strip():
                    address = text.strip()
                    yield address if "//" in address else f"/{address.lstrip('/')}"


def _names(card: Card) -> Iterator[str]:
    """A post by its file: `2022-04-15-rain.md`, without the suffix, without the date, with its folder."""
    stem = card.path.with_suffix("") if card.path.suffix else card.path
    yield from dict.fromkeys(
        _folded(name) for name in (str(card.path), str(stem), card.path.name, stem.name, _DATED_NAME.sub("", stem.name))
    )
    if card.metadata.title:
        yield _folded(card.metadata.title)


def _folded(name: str) -> str:
    return name.strip().strip("\"'").removeprefix("/").casefold()


def _split(address: str) -> SplitResult | None:
    """The parts of an address; None if it is none (`http://[`) or empty."""
    try:
        return urlsplit(address.strip()) if address.strip() else None
    except ValueError:
        return None


def _host(name: str) -> str:
    """A host without what makes no other site of it: `https://`, user, `www.`, the port of the scheme, case."""
    host = name.strip().lower().rpartition("//")[2].partition("/")[0].rpartition("@")[2].removeprefix("www.")
    return host.removesuffix(":80").removesuffix(":443")


def _host_of(address: str) -> str:
    url = _split(address)
    return _host(url.netloc) if url else ""


def _page(path: str) -> str:
    """The one form of the paths of a page: `/a/b`, `/a/b/`, `/a/b.html` and `/a/b/index.html` are `/a/b`."""
    path = _PAGE_ENDS.sub("", unquote(path))
    return _PAGE_ENDS.sub("", path)


def _joined(folder: str, path: str) -> str:
    return normpath(f"{folder}/{path}").replace("//", "/")
