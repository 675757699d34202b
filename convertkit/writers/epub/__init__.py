"""EPUB 3: one post as a title page and a chapter."""

from __future__ import annotations

from convertkit.context import WriteContext
from convertkit.errors import WriteError
from convertkit.losses import ImageNotEmbedded
from convertkit.metadata import Metadata
from convertkit.normalise.headings import headings_in_order
from convertkit.options import WriteOptions
from convertkit.resources import Resource
from convertkit.tree import Document, Header, Text
from convertkit.writers.embedding import embedded_fonts, font_style
from convertkit.writers.epub.accessibility import Counted, accessibility_metadata
from convertkit.writers.epub.identity import identifier, modified
from convertkit.writers.epub.navigation import Landmark, entries, navigation_markup
from convertkit.writers.epub.package import Package, Page, font_path, image_path, pack
from convertkit.writers.epub.pages import chapter_markup, cover_markup, title_page_markup, xhtml_document
from convertkit.writers.front import clean_line, split_title, title_text
from convertkit.writers.styles import document_style
from convertkit.writers.urls import web_url
from convertkit.writers.wording import join_names, language_tag, wording
from convertkit.writers.xhtml import write_body
from convertkit.writers.xhtml_page import Body, Medium

MAX_IMAGE_BYTES = 5_000_000
"""A larger image is refused by bookshops and stalls small devices; its words stand in its place, and a loss."""

COVER_NAME = "cover.xhtml"
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
        pages = _pages(document, body, language)
        return pack(pages, _package(document, body, pages, language, context.options))
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
    cover = _cover(document)
    return (
        *([_cover_page(document.metadata, cover, language)] if cover else []),
        Page(TITLE_PAGE_NAME, xhtml_document(title, title_page_markup(document.metadata, language), language)),
        Page(
            CHAPTER_NAME,
            xhtml_document(title, chapter_markup(body.markup), language),
            ("mathml",) if body.has_math else (),
        ),
    )


def _package(document: Document, body: Body, pages: tuple[Page, ...], language: str, options: WriteOptions) -> Package:
    metadata, words = document.metadata, wording(language)
    contents = entries(body.headings, CHAPTER_NAME)
    cover = _cover(document)
    landmarks = (
        *([Landmark("cover", words.cover, COVER_NAME)] if cover else []),
        Landmark("titlepage", words.title_page, TITLE_PAGE_NAME),
        Landmark("bodymatter", words.start, CHAPTER_NAME),
    )
    names = dict.fromkeys((*([cover.name] if cover else []), *body.images))
    images = tuple(document.resources[name] for name in names)
    counted = Counted()
    counted.count_body(body)
    for image in images:
        counted.count_image(image)
    navigation = xhtml_document(words.contents, navigation_markup(contents, landmarks, language), language)
    texts = [page.content.decode("utf-8") for page in (*pages, Page("", navigation))] if options.fonts else []
    fonts = embedded_fonts(options.fonts, texts, language)
    return Package(
        metadata=metadata,
        language=language,
        identifier=identifier(metadata, document.blocks),
        modified=modified(metadata),
        accessibility=tuple(accessibility_metadata(counted)),
        navigation=navigation,
        contents=contents,
        style_sheet=document_style(options, fonts=font_style(fonts, font_path)),
        images=images,
        fonts=fonts,
        cover=cover.name if cover else "",
    )


def _cover_page(metadata: Metadata, image: Resource, language: str) -> Page:
    """Whatever the picture is, title and authors say for what it stands."""
    words = wording(language)
    said = (words.cover, title_text(metadata, language), join_names(metadata.authors, language))
    markup = cover_markup(image_path(image), clean_line(". ".join(part for part in said if part)))
    return Page(COVER_NAME, xhtml_document(words.cover, markup, language))


def _cover(document: Document) -> Resource | None:
    """The document's cover, if it has one that is not too large."""
    image = document.resources.get(document.metadata.cover)
    return image if image and len(image.content) <= MAX_IMAGE_BYTES else None
