"""Which post of a book a link leads to: by address, old address, alias, path or file name.

A generator's posts link to each other as they are published (`https://example.org/2022/04/rain/`), as they lie
(`../2022/rain.md`) or by name (Hexo's `post_link`, Jekyll's `post_url`). An `Index` knows each post by all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import SplitResult, unquote, urlsplit

from convertkit.book.cards import Card

BY_NAME = "post:"
"""The scheme of targets that name a post by its file, which `generator_links` makes of Hexo's and Jekyll's tags."""

_ALIASES = ("aliases", "alias", "redirect_from", "redirects", "permalink", "slug", "url", "guid", "canonical_url")
"""Keys of front matter, besides the one that became `Metadata.url`, that hold an address of the post."""
_PAGE_ENDS = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|md)$|\.(?:html?|php|md|markdown|mdx|txt)$|/+$", re.I)
"""What the addresses of one page may end in or not."""
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

    def __init__(self, cards: Iterable[Card], sites: Iterable[str] = ()) -> None:
        """`sites` are hosts, old ones too, whose addresses are the posts' own, as `--site` names them."""
        cards = list(cards)
        hosts = (_split(card.metadata.url) for card in cards)
        self._sites = frozenset(map(_host, sites)) | frozenset(_host(url.netloc) for url in hosts if url and url.netloc)
        self._own_sites = frozenset(map(_host, sites))
        self._posts: dict[str, Card | None] = {}
        self._names: dict[str, Card | None] = {}
        for card in cards:
            for key in self._keys(card):
                _add(self._posts, key, card)
            for name in _names(card):
                _add(self._names, name, card)

    def find(self, target: str, origin: Card) -> Found | None:
        """What a link of `origin` leads to; None if it is no post of these, or its own page."""
        if target.startswith(BY_NAME):
            name, _, fragment = target.removeprefix(BY_NAME).partition("#")
            card = self._names.get(_folded(unquote(name)))
            return Found(card, unquote(fragment)) if card else None
        url = _split(target)
        if url is None or url.scheme not in ("", "http", "https") or not (url.netloc or url.path or url.query):
            return None
        card = next((card for key in self._targets(url, origin) if (card := self._posts.get(key))), None)
        return Found(card, unquote(url.fragment)) if card else None

    def _keys(self, card: Card) -> Iterator[str]:
        """All that leads to a post, as `find` asks for it."""
        for address in _addresses(card):
            url = _split(address)
            if url is None:
                continue
            page = _page(url.path)
            query = f"?{url.query}" if url.query else ""
            host = _host(url.netloc)
            if host and host not in self._own_sites:
                yield f"//{host}{page}{query}"
            if page or query:
                yield f"{page}{query}"
        yield f"file:{_page(f'/{card.path}')}"

    def _targets(self, url: SplitResult, origin: Card) -> Iterator[str]:
        """What a link may say of a post, the surest first."""
        host, page = _host(url.netloc), _page(url.path)
        queries = [f"?{url.query}", ""] if url.query else [""]
        if host and host not in self._own_sites:
            yield from (f"//{host}{page}{query}" for query in queries if page or query)
            return
        if not host and not url.path.startswith("/"):
            yield f"file:{_page(_joined(f'/{origin.path.parent}', unquote(url.path)))}"
            own = _split(origin.metadata.url)
            if own and own.netloc:
                page = _page(
                    _joined(own.path if own.path.endswith("/") else str(PurePosixPath(own.path).parent), url.path)
                )
                yield from (f"//{_host(own.netloc)}{page}{query}" for query in queries)
            return
        yield from (f"{page}{query}" for query in queries if page or query)
        yield f"file:{page}"


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


def _page(path: str) -> str:
    """The one form of the paths of a page: `/a/b`, `/a/b/`, `/a/b.html` and `/a/b/index.html` are `/a/b`."""
    path = _PAGE_ENDS.sub("", unquote(path))
    return _PAGE_ENDS.sub("", path)


def _joined(folder: str, path: str) -> str:
    return normpath(f"{folder}/{path}").replace("//", "/")


_POST_LINK = re.compile(r"\{%-?\s*post_link\s+(\"[^\"]*\"|'[^']*'|\S+)(?:\s+(.*?))?\s*-?%\}")
"""Hexo: `{% post_link filename [title] [escape] %}`."""
_POST_URL = re.compile(r"\{%-?\s*post_url\s+(\S+)\s*-?%\}")
"""Jekyll: `{% post_url /folder/2022-04-15-rain %}`."""


def post_links(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Hexo's `post_link` tags in a text: begin, end, the target that `Index.find` knows, and the words to show."""
    for found in _POST_LINK.finditer(text):
        name, title = found[1].strip("\"'"), (found[2] or "").strip()
        for flag in (" true", " false"):
            title = title.removesuffix(flag)
        yield found.start(), found.end(), BY_NAME + name, title.strip().strip("\"'")


def target_of_tag(target: str) -> str:
    """A link's target, in which a generator's tag is the target that `Index.find` knows: `{% post_url rain %}#end`."""
    decoded = unquote(target)
    if "{%" not in decoded:
        return target
    return re.sub(
        r"^\s*(?:\{\{\s*site\.\w+\s*\}\})*",
        "",
        _POST_URL.sub(lambda found: BY_NAME + found[1], _POST_LINK.sub(lambda found: BY_NAME + found[1], decoded)),
    )


Resolved = Mapping[str, Found]
