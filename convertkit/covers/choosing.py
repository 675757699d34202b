"""The cover of one document: drawn, taken from a file, its own, or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from convertkit.covers.drawing import draw_cover
from convertkit.covers.facts import Cover
from convertkit.errors import UsageError
from convertkit.losses import Report
from convertkit.options import WriteOptions
from convertkit.pictures import PictureError, prepare
from convertkit.resources import Resource
from convertkit.tree import Document
from convertkit.writers.front import title_text
from convertkit.writers.wording import language_tag

MAX_EDGE = 3200
"""Pixels of a cover's longer edge: what the largest bookshops take."""
MAX_FILE_BYTES = 50 * 1024 * 1024


def with_cover(document: Document, options: WriteOptions, report: Report) -> Document:
    """The document with the cover that the options ask for; its own if they ask for none in particular.

    Raises `UsageError` for a file that is no picture.
    """
    match options.cover:
        case None:
            return document
        case "none":
            return replace(document, metadata=replace(document.metadata, cover=""))
        case "auto":
            cover = draw_cover(cover_of(document), options.theme, report)
        case file:
            cover = read_cover(Path(file))
    return replace(
        document,
        metadata=replace(document.metadata, cover=cover.name),
        resources={**document.resources, cover.name: cover},
    )


def cover_of(document: Document) -> Cover:
    """What the cover of a single post says."""
    metadata = document.metadata
    language = language_tag(metadata.language)
    return Cover(
        title=title_text(metadata, language),
        subtitle=metadata.subtitle,
        authors=metadata.authors,
        dates=(metadata.date, metadata.date) if metadata.date is not None else None,
        language=language,
        identity=metadata.identifier or metadata.url,
    )


def read_cover(path: Path) -> Resource:
    """A picture file as a PNG or JPEG within limits. Raises `UsageError`."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise PictureError(f"larger than {MAX_FILE_BYTES // 2**20} MiB")
        picture = prepare(content, MAX_EDGE, webp=False)
        if picture.media_type == "image/svg+xml":
            from convertkit.pictures.rasterising import rasterise

            return rasterise(picture)[0]
    except OSError as error:
        advice = "give an image file, auto or none"
        raise UsageError(f"cannot be read as a cover: {error.strerror}", source=str(path), advice=advice) from error
    except PictureError as error:
        raise UsageError(f"cannot be a cover: {error}", source=str(path), advice="give a PNG or JPEG file") from error
    return picture
