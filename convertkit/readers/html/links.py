"""Links: which targets survive, and how a browser reads them (WHATWG URL standard 4.4)."""

from __future__ import annotations

import re

import turbohtml

from convertkit.losses import ElementDropped, Report, UnsafeLink
from convertkit.readers.html.flow import Flow, Reader, lift, read_nested
from convertkit.readers.html.place import place_of
from convertkit.tree import Inline, Link, Span

SAFE_SCHEMES = frozenset(
    [
        "ftp",
        "ftps",
        "geo",
        "http",
        "https",
        "irc",
        "ircs",
        "magnet",
        "mailto",
        "news",
        "nntp",
        "sftp",
        "sip",
        "sips",
        "sms",
        "tel",
        "webcal",
        "xmpp",
    ]
)
"""Schemes that open something elsewhere: none runs code here or reads a file of the reader's machine."""

_PLAIN = re.compile(r"(?:https?://|#|/)[!#-;=?-_a-z~\u00a1-\U0010ffff]*\Z")
"""The ordinary target: nothing to strip, nothing to escape."""
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*(?=:)")
_EDGES = "".join(map(chr, range(0x21)))
"""C0 controls and space, stripped at both ends by a browser."""
_INSIDE = str.maketrans("", "", "\t\n\r")
"""Tab and line ends, removed anywhere: `java\\nscript:` is `javascript:`."""
_IMAGE_DATA = re.compile(r"data:image/(?!svg)", re.IGNORECASE)
"""Pictures in the URL itself. SVG is left out: it may hold scripts."""
_CONTROL_OR_SPACE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")


def safe_target(written: str, element: turbohtml.Element, report: Report, *, image: bool = False) -> str | None:
    """A link's target as a browser reads it; None, with a loss, if it could run code or read files.

    Allowed are `SAFE_SCHEMES`, everything relative, and for pictures `data:image/…`.
    """
    if _PLAIN.match(written):
        return written
    target = written.strip(_EDGES).translate(_INSIDE)
    scheme = _SCHEME.match(target)
    if scheme is not None and scheme[0].lower() not in SAFE_SCHEMES and not (image and _IMAGE_DATA.match(target)):
        report(UnsafeLink(place_of(element), target[:200]))
        return None
    return _CONTROL_OR_SPACE.sub(_percent, target)


def _percent(character: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in character[0].encode())


def local_fragment(href: str, url: str) -> str | None:
    """The id that a link leads to if it stays in the document at `url` (empty if unknown), else None."""
    base, hash_sign, fragment = href.strip(_EDGES).partition("#")
    if not hash_sign or not fragment:
        return None
    return fragment if not base or (url and base.rstrip("/") == url.partition("#")[0].rstrip("/")) else None


def read_link(element: turbohtml.Element, flow: Flow, reader: Reader) -> None:
    """`a`: a link if it has a target that may stay, else its text."""
    href = element.attr("href")
    target = safe_target(href, element, reader.report) if href is not None else None
    if href is None or target is None:
        read_nested(element, flow, reader)
        return
    fragment = local_fragment(target, reader.url)
    title = (element.attr("title") or "").strip()
    inner = Flow(flow.loose, None)
    read_nested(element, inner, reader)
    wrapped = 0

    def wrap(inlines: tuple[Inline, ...]) -> Inline:
        nonlocal wrapped
        wrapped += 1
        return _link(inlines, f"#{fragment}" if fragment else target, title)

    shows_something = bool(inner.run or inner.blocks)
    lift(inner, flow, wrap)
    if shows_something and not wrapped:
        reader.report(ElementDropped(place_of(element), "a", target))


def _link(content: tuple[Inline, ...], target: str, title: str) -> Inline:
    """A link around `content`; a link that already stands in it stays, ours goes around its neighbours.

    HTML's parser closes a link before the next, but not across the cells of a table or inside `object`.
    """
    if not any(isinstance(inline, Link) for inline in content):
        return Link(content, target, title)
    parts: list[Inline] = []
    between: list[Inline] = []
    for inline in content:
        if isinstance(inline, Link):
            parts += [Link(tuple(between), target, title)] * bool(between) + [inline]
            between = []
        else:
            between.append(inline)
    return Span((*parts, Link(tuple(between), target, title)) if between else tuple(parts))
