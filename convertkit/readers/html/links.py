"""Links, wherever they stand, and which of them stay in the document."""

from __future__ import annotations

import turbohtml

from convertkit.losses import ElementDropped, Report, UnsafeLink
from convertkit.readers.addresses import EDGES, resolved, safe_address
from convertkit.readers.html.flow import Flow, Reader, lift, read_nested
from convertkit.readers.html.place import place_of
from convertkit.tree import Inline, Link, Span, Text


def safe_target(written: str, element: turbohtml.Element, report: Report, *, image: bool = False) -> str | None:
    """A link's target as a browser reads it; None, with a loss, if it could run code or read files."""
    target = safe_address(written, image=image)
    if target is None:
        report(UnsafeLink(place_of(element), written.strip(EDGES)[:200]))
    return target


def local_fragment(href: str, url: str) -> str | None:
    """The id that a link leads to if it stays in the document at `url` (empty if unknown), else None."""
    base, hash_sign, fragment = href.strip(EDGES).partition("#")
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
    if fragment and fragment in reader.elsewhere and reader.url:
        target, fragment = f"{reader.url.partition('#')[0]}#{fragment}", None
    elif not fragment:
        target = resolved(target, reader.base) if target != "#" else "#top"  # HTML standard 7.4.6.3
    title = element.attr("title") or ""
    if len(element) == 1 and isinstance(only := element[0], turbohtml.Text):  # most links
        flow.run.append(Link((Text(only.data),), f"#{fragment}" if fragment else target, title))
        return
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
