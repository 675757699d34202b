"""Reading back an EPUB: the pages of its spine, without the title page."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

import turbohtml
from lxml import etree

from convertkit.ledger.counts import Counts, Tally
from convertkit.ledger.html import count_page

_CONTAINER = "META-INF/container.xml"


def count_epub(content: bytes, *, has_title: bool) -> Counts:
    """What the chapters of an EPUB show; `has_title` says that a chapter's first heading is no heading of the text."""
    tally = Tally()
    for page in _spine(zipfile.ZipFile(io.BytesIO(content))):
        chapter = turbohtml.parse(page.decode(), positions=False).select_one("section[role=doc-chapter]")
        if chapter is not None:
            count_page(chapter, tally, has_title=has_title)
    return tally.counts()


def _spine(book: zipfile.ZipFile) -> Iterator[bytes]:
    """The pages in reading order (EPUB 3.3, sections 4.2.6.3 and 5.7)."""
    container = _parse(book.read(_CONTAINER))
    package_path = next(container.iter("{*}rootfile")).get("full-path") or ""
    package = _parse(book.read(package_path))
    paths = {item.get("id"): item.get("href") or "" for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        href = unquote(paths[reference.get("idref")])
        yield book.read(posixpath.join(posixpath.dirname(package_path), href))


def _parse(part: bytes) -> etree._Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
