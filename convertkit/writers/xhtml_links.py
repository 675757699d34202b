"""Links and images in XHTML: what may be written of an address, and images that travel with the document."""

from __future__ import annotations

import re
from urllib.parse import unquote

from convertkit.losses import ImageNotEmbedded, LooksLost, UnsafeLink
from convertkit.tree import Image
from convertkit.walk import plain_text
from convertkit.writers.dead_links import WHAT
from convertkit.writers.markup import escape, escape_attribute
from convertkit.writers.urls import UnsafeAddress, is_absolute, safe_url
from convertkit.writers.wording import wording
from convertkit.writers.xhtml_page import INSIDE, Page, attributes

_UNREGISTERED = frozenset(["ftps", "geo", "ircs", "magnet", "sftp", "sms", "webcal"])
"""Schemes of which EPUBCheck warns (HTM-025)."""


def href(target: str, page: Page) -> str:
    """The address to write; "" if the link leads nowhere or must not be written, which is reported."""
    if target.startswith("#"):
        return _fragment(target, page)
    if page.medium.chapter_address and target.startswith(INSIDE):
        return page.medium.chapter_address(target)
    try:
        url = safe_url(target, page.medium.base_url)
    except UnsafeAddress:
        page.losses.append(UnsafeLink("", target))
        return ""
    if page.is_epub and url.partition(":")[0] in _UNREGISTERED:
        page.lose("a link of this scheme", target)
        return ""
    if not url or (page.is_epub and not is_absolute(url)):  # a file beside the post is no file of the book
        page.lose("a link to a file outside it" if url else "a broken link", target)
        return ""
    return url


def _fragment(target: str, page: Page) -> str:
    source_id = unquote(target[1:]).strip()
    page.wanted.add(source_id)
    if source_id.lower() in ("", "top") and (not source_id or source_id in page.dead):
        if not page.is_epub:
            return "#" + source_id
        page.losses.append(LooksLost("", "epub", "a link to the top of the page"))
        return ""
    if source_id in page.dead:
        page.lose(WHAT, target)
        return ""
    return f"#{page.name_of(source_id)}"


_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*")


def image(node: Image, page: Page) -> str:
    """An image that travels with the document as `img`, or its words if it is too large."""
    resource = page.medium.resources[node.target]
    limit = page.medium.max_image_bytes
    if limit is not None and len(resource.content) > limit:
        page.losses.append(ImageNotEmbedded("", node.target, f"larger than {limit // 1_000_000} MB"))
        return _words_of(node, page)
    page.images[resource.name] = None
    title = node.title.strip()
    alternative = plain_text(node.content).strip() or title
    if not alternative:
        page.undescribed_images += 1
        alternative = wording(page.medium.language).undescribed_image
    rest = attributes(node.attr, page)
    if title and title != alternative and " title=" not in rest:
        rest += f' title="{escape_attribute(title)}"'
    for key, value in node.attr.attributes:
        if key in ("width", "height") and (pixels := _PIXELS.fullmatch(value)):
            rest += f' {key}="{int(pixels[1])}"'
    source = escape_attribute(page.medium.image_source(resource))
    return f'<img src="{source}" alt="{escape_attribute(alternative)}"{rest} />'


def _words_of(node: Image, page: Page) -> str:
    words = plain_text(node.content).strip() or node.title.strip() or wording(page.medium.language).undescribed_image
    rest = attributes(node.attr, page)
    return f"<span{rest}>{escape(words)}</span>" if rest else escape(words)
