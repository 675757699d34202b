"""Where the address of a picture stands, which scripts that load pictures late keep out of `src`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import turbohtml

LAZY_ATTRIBUTES = (
    "data-original",
    "data-actualsrc",
    "data-src",
    "data-lazy-src",
    "data-lazyload",
    "data-lazy",
    "data-echo",
    "data-original-src",
    "data-orig-src",
    "data-ll-src",
    "data-croporisrc",
    "data-url",
    "file",
    "zoomfile",
)
"""Where scripts that load pictures late keep the real address (lazysizes, Zhihu, WeChat, WordPress, Discuz)."""

_PLACEHOLDER = re.compile(
    r"\s*(?:\Z|data:|about:|javascript:|.*(?:blank|spacer|placeholder|loading|lazy[-_]?load|transparent|grey|pixel|1x1)"
    r"[^/]*\.(?:gif|png|svg|jpe?g)(?:[?#].*)?\Z)",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|/|\.{1,2}/|[^\s<>\"{}]+\.[a-z]{2,5}\b)", re.IGNORECASE)
"""What looks like the address of a picture rather than a number or a flag."""
_BLURRED = "img.progressiveMedia-thumbnail, img[src*='/max/'][src$='?q=20'], img[src*='medium.com/freeze/']"
_MOST_BOXES = 3
"""Boxes around a picture in which its larger copy is looked for."""
_DESCRIPTOR = re.compile(r"\d{1,9}(?:\.\d{1,9})?[wx]\Z")


def addresses(element: turbohtml.Element) -> tuple[str, ...]:
    """The addresses on an `img` itself: its `src`, be it a placeholder's, and those that a script would load."""
    source = element.attr("src")
    return (source, *_lazy_addresses(element)) if source else tuple(_lazy_addresses(element))


def is_lazy(element: turbohtml.Element) -> bool:
    """Whether a script would load something else than `src`: what is tiny or hidden about it is the placeholder's."""
    return next(_lazy_addresses(element), None) is not None


def is_placeholder(source: str) -> bool:
    """Whether an address is that of what stands in a picture's place until a script loads it."""
    return _PLACEHOLDER.match(source) is not None


def drop_small_twins(body: turbohtml.Element) -> None:
    """Take out the blurred small copies that Medium shows until a picture is loaded: same name, another folder.

    `…/max/60/1*abc.png?q=20` goes where `…/max/1400/1*abc.png` stands in the same box, be it in a `noscript`.
    """
    for small in body.select(_BLURRED):
        name = _file_name(small.attr("src") or "")
        box = small.parent
        for _ in range(_MOST_BOXES):
            if not isinstance(box, turbohtml.Element) or box == body:
                break
            if any(other != small and _file_name(best_source(other)) == name for other in box.select("img")):
                small.extract()
                break
            box = box.parent


def _file_name(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


def best_source(element: turbohtml.Element) -> str:
    """The address of an `img`'s picture: what a lazy loader would load, else `src`, else the best of `srcset`."""
    for lazy in _lazy_addresses(element):
        return lazy
    source = element.attr("src") or ""
    if source and not _PLACEHOLDER.match(source):
        return source
    return next((found for found in _alternatives(element) if not _PLACEHOLDER.match(found)), source)


def other_sources(element: turbohtml.Element, best: str) -> tuple[str, ...]:
    """The further addresses of an `img`'s picture, for when the best fails: each once, the likeliest first."""
    own = addresses(element)
    late = len(own) > 1 or not own or is_placeholder(own[0])
    found = [*own, *_sets(element), *(_twins(element) if late else ())]
    for name in ("data-srcset", "srcset"):
        found.extend(url for url, _ in _candidates(element.attr(name) or ""))
    return tuple(url for url in dict.fromkeys(found) if url and url != best and not _PLACEHOLDER.match(url))


def _lazy_addresses(element: turbohtml.Element) -> Iterator[str]:
    for name in LAZY_ATTRIBUTES:
        lazy = element.attr(name)
        if lazy and _ADDRESS.match(lazy) and not _PLACEHOLDER.match(lazy):
            yield lazy


def _alternatives(element: turbohtml.Element) -> Iterator[str]:
    """The sources that an image names besides its own: `srcset`, the `picture` around it, the `noscript` after it."""
    yield from _sets(element)
    yield from _twins(element)


def _sets(element: turbohtml.Element) -> Iterator[str]:
    """The best of the image's `srcset`, and of those of the `picture` around it."""
    yield best_candidate(element.attr("data-srcset") or element.attr("srcset") or "")
    parent = element.parent
    if isinstance(parent, turbohtml.Element) and parent.tag == "picture":
        sources = parent.select("source")
        for source in sorted(sources, key=lambda one: (one.attr("type") or "").endswith(("webp", "avif"))):
            yield best_candidate(source.attr("data-srcset") or source.attr("srcset") or "")


def _twins(element: turbohtml.Element) -> Iterator[str]:
    """The same picture for browsers without scripts, in the `noscript` after it."""
    twin = element.next_sibling
    while isinstance(twin, turbohtml.Text) and twin.data.isspace():
        twin = twin.next_sibling
    if isinstance(twin, turbohtml.Element) and twin.tag == "noscript":
        for image in twin.select("img[src]"):
            yield image.attr("src") or ""


def best_candidate(srcset: str) -> str:
    """The largest candidate of a `srcset` (HTML standard 4.8.4.2.1); empty if there is none."""
    best, largest = "", -1.0
    for url, descriptor in _candidates(srcset):
        size = float(descriptor[:-1]) if _DESCRIPTOR.match(descriptor) else 1.0
        if size > largest:
            best, largest = url, size
    return best


def _candidates(srcset: str) -> Iterator[tuple[str, str]]:
    """URLs with their width or density (`300w`, `2x`, empty). A comma ends a candidate, but may stand inside a URL."""
    url = descriptor = ""
    for word in srcset.split():
        bare = word.strip(",")
        if not url:
            url = bare
        elif not descriptor:
            descriptor = bare
        if url and word.endswith(","):
            yield url, descriptor
            url = descriptor = ""
    if url:
        yield url, descriptor
