"""Links and images in XHTML: what may be written of an address, and what stands for an image that is not there."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import unquote

from convertkit.losses import ImageNotEmbedded, UnsafeLink
from convertkit.tree import Image
from convertkit.walk import plain_text
from convertkit.writers.markup import escape, escape_attribute
from convertkit.writers.urls import UnsafeAddress, file_name, is_absolute, safe_url
from convertkit.writers.wording import wording
from convertkit.writers.xhtml_page import Page, attributes


def href(target: str, page: Page) -> str:
    """The address to write; "" if the link leads nowhere or must not be written, which is reported."""
    if target.startswith("#"):
        return _fragment(target, page)
    try:
        url = safe_url(target, page.medium.base_url)
    except UnsafeAddress:
        page.losses.append(UnsafeLink("", target))
        return ""
    if not url or (page.is_epub and not is_absolute(url)):  # a file beside the post is no file of the book
        page.lose("a link to a file outside it" if url else "a broken link", target)
        return ""
    return url


def _fragment(target: str, page: Page) -> str:
    source_id = unquote(target[1:]).strip()
    page.wanted.add(source_id)
    if not source_id or source_id in page.dead:
        page.lose("a link to a place that is not there", target)
        return ""
    return f"#{page.name_of(source_id)}"


_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*")


def image(node: Image, page: Page) -> str:
    """An image that travels with the document as `img`; any other as its words."""
    resource = page.medium.resources.get(node.target)
    if resource is None:
        return _absent_image(node, "no such file, and nothing is fetched", page)
    limit = page.medium.max_image_bytes
    if limit is not None and len(resource.content) > limit:
        return _absent_image(node, f"larger than {limit // 1_000_000} MB", page)
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


def _absent_image(node: Image, reason: str, page: Page) -> str:
    """What stands for an image that does not travel with the document: its words, linked to where it was."""
    url = ""
    if node.target and node.target not in page.medium.resources:
        with suppress(UnsafeAddress):
            url = safe_url(node.target, page.medium.base_url)
        if is_absolute(url):
            reason = "it is elsewhere on the web, and nothing is fetched"
    if node.target:
        page.losses.append(ImageNotEmbedded("", node.target, reason))
    alternative = plain_text(node.content).strip() or node.title.strip() or file_name(url).strip()
    text = escape(alternative or wording(page.medium.language).undescribed_image)
    rest = attributes(node.attr, page)
    if is_absolute(url) and not page.in_link:
        return f'<a href="{escape_attribute(url)}"{rest}>{text}</a>'
    return f"<span{rest}>{text}</span>" if rest else text
