"""One clean HTML file: style in its head, images inside as `data:` URIs, nothing to load from anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from convertkit.context import WriteContext
from convertkit.metadata import Metadata
from convertkit.resources import Resource, data_uri
from convertkit.tree import Document
from convertkit.writers.embedding import embedded_fonts, font_style
from convertkit.writers.front import byline, clean_line, html_date, split_title, title_text
from convertkit.writers.markup import escape, escape_attribute
from convertkit.writers.styles import document_style
from convertkit.writers.urls import web_url
from convertkit.writers.wording import is_right_to_left, language_tag
from convertkit.writers.xhtml import write_body
from convertkit.writers.xhtml_page import Medium


def write_html(document: Document, context: WriteContext) -> bytes:
    """The document as one HTML file in UTF-8."""
    metadata, language = document.metadata, language_tag(document.metadata.language)
    medium = Medium(
        format="html",
        language=language,
        resources=document.resources,
        image_source=data_uri,
        base_url=web_url(metadata.url),
    )
    title, blocks = split_title(document)
    body = write_body(title, blocks, medium, byline(metadata, language))
    for loss in body.losses:
        context.report(loss)
    embedded = embedded_fonts(context.options.fonts, (body.markup, title_text(metadata, language)), language)
    fonts = font_style(embedded, lambda font: data_uri(Resource(font.name, font.media_type, font.content)))
    direction = ' dir="rtl"' if is_right_to_left(language) else ""
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{language}"{direction}>',
        "<head>",
        '<meta charset="utf-8" />',
        '<meta name="viewport" content="width=device-width, initial-scale=1" />',
        f"<title>{escape(title_text(metadata, language))}</title>",
        *_metas(metadata),
        f"<style>\n{document_style(context.options, in_browser=True, fonts=fonts)}</style>",
        "</head>",
        "<body>",
        "<article>",
        body.markup,
        "</article>",
        "</body>",
        "</html>\n",
    ]
    return "\n".join(lines).encode("utf-8")


def _metas(metadata: Metadata) -> Iterator[str]:
    """The metadata in the names that HTML itself and search engines know."""
    pairs = [("author", name) for name in metadata.authors]
    if metadata.date is not None:
        pairs.append(("date", html_date(metadata.date)))
    if metadata.updated is not None:
        pairs.append(("dcterms.modified", html_date(metadata.updated)))
    pairs.append(("description", metadata.description))
    pairs.append(("keywords", ", ".join(metadata.subjects)))
    pairs.append(("dcterms.publisher", metadata.publisher))
    for name, content in pairs:
        if line := clean_line(content):
            yield f'<meta name="{name}" content="{escape_attribute(line)}" />'
    if url := web_url(metadata.url):
        yield f'<link rel="canonical" href="{escape_attribute(url)}" />'
