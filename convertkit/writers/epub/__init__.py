"""EPUB 3: one post as a title page and a chapter."""

from __future__ import annotations

from collections.abc import Mapping

from convertkit.context import WriteContext
from convertkit.errors import WriteError
from convertkit.losses import ImageNotEmbedded
from convertkit.normalise.headings import headings_in_order
from convertkit.resources import Resource
from convertkit.tree import Document, Header, Text
from convertkit.writers.epub.accessibility import Counted, accessibility_metadata
from convertkit.writers.epub.identity import identifier, modified
from convertkit.writers.epub.navigation import Landmark, entries, navigation_markup
from convertkit.writers.epub.package import Package, Page, image_path, pack
from convertkit.writers.epub.pages import chapter_markup, title_page_markup, xhtml_document
from convertkit.writers.front import split_title, title_text
from convertkit.writers.styles import style_sheet
from convertkit.writers.urls import web_url
from convertkit.writers.wording import language_tag, wording
from convertkit.writers.xhtml import write_body
from convertkit.writers.xhtml_page import Body, Medium

MAX_IMAGE_BYTES = 5_000_000
"""A larger image is refused by bookshops and stalls small devices; its words stand in its place, and a loss."""

TITLE_PAGE_NAME = "title.xhtml"
CHAPTER_NAME = "chapter.xhtml"


def write_epub(document: Document, context: WriteContext) -> bytes:
    """The document as an EPUB 3.3 publication. Raises `WriteError`."""
    language = language_tag(document.metadata.language)
    body = _chapter(document, language)
    for loss in body.losses:
        context.report(loss)
    if (cover := document.resources.get(document.metadata.cover)) and len(cover.content) > MAX_IMAGE_BYTES:
        context.report(ImageNotEmbedded("cover", cover.name, f"larger than {MAX_IMAGE_BYTES // 1_000_000} MB"))
    try:
        return pack(_pages(document, body, language), _package(document, body, language))
    except WriteError as error:
        raise WriteError(error.problem, source=document.source, advice=error.advice) from error


def _chapter(document: Document, language: str) -> Body:
    medium = Medium(
        format="epub",
        language=language,
        resources=document.resources,
        image_source=image_path,
        max_image_bytes=MAX_IMAGE_BYTES,
        base_url=web_url(document.metadata.url),
    )
    title, blocks = split_title(document)
    return write_body(title or Header(1, (Text(wording(language).untitled),)), headings_in_order(blocks), medium)


def _pages(document: Document, body: Body, language: str) -> tuple[Page, ...]:
    title = title_text(document.metadata, language)
    return (
        Page(TITLE_PAGE_NAME, xhtml_document(title, title_page_markup(document.metadata, language), language)),
        Page(
            CHAPTER_NAME,
            xhtml_document(title, chapter_markup(body.markup), language),
            ("mathml",) if body.has_math else (),
        ),
    )


def _package(document: Document, body: Body, language: str) -> Package:
    metadata, words = document.metadata, wording(language)
    contents = entries(body.headings, CHAPTER_NAME)
    landmarks = (
        Landmark("titlepage", words.title_page, TITLE_PAGE_NAME),
        Landmark("bodymatter", words.start, CHAPTER_NAME),
    )
    cover = metadata.cover if _can_be_cover(metadata.cover, document.resources) else ""
    names = dict.fromkeys((*([cover] if cover else []), *body.images))
    images = tuple(document.resources[name] for name in names)
    counted = Counted()
    counted.count_body(body)
    for image in images:
        counted.count_image(image)
    return Package(
        metadata=metadata,
        language=language,
        identifier=identifier(metadata, document.blocks),
        modified=modified(metadata),
        accessibility=tuple(accessibility_metadata(counted)),
        navigation=xhtml_document(words.contents, navigation_markup(contents, landmarks, language), language),
        contents=contents,
        style_sheet=style_sheet(),
        images=images,
        cover=cover,
    )


def _can_be_cover(name: str, resources: Mapping[str, Resource]) -> bool:
    return name in resources and len(resources[name].content) <= MAX_IMAGE_BYTES
