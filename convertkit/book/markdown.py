"""A volume as one Markdown file: front matter, title, contents, parts and chapters; pictures in a folder beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from convertkit.book.arranging import Volume
from convertkit.book.back_matter import BackPage, LinkTo, page_blocks
from convertkit.book.describing import cover_facts, describe
from convertkit.book.edition import Edition, Made
from convertkit.book.pages import title_lines
from convertkit.book.pieces import BACK, Line, Piece, back_matter, chapter_target, contents, contents_list, pieces
from convertkit.book.wording import book_wording, volume_name
from convertkit.context import WriteContext
from convertkit.covers import cover_alternative
from convertkit.losses import Loss, NotExpressible, ignore
from convertkit.options import WriteOptions
from convertkit.resources import is_remote
from convertkit.saving import landing, save
from convertkit.tree import Attr, Block, Document, Header, Image, Para, Text
from convertkit.walk import find_all
from convertkit.writers.absent import link_absent_images
from convertkit.writers.front import clean_line
from convertkit.writers.markdown import write_piece
from convertkit.writers.markdown.front_matter import with_front_matter
from convertkit.writers.utf8 import encode_utf8
from convertkit.writers.wording import wording

_UNDER_TITLE = 2
"""The level of the highest headings below the book's title."""


def write_markdown_volume(path: Path, volume: Volume, edition: Edition) -> Made:
    """Write a volume as one file. Raises `WriteError`."""
    pictures: dict[str, int] = {}
    folder = f"{path.stem}_files"
    with landing(path) as file:
        for text in _texts(volume, edition, folder, path.parent, pictures):
            file.write(encode_utf8(text, ignore))
        return Made(file.tell() + sum(pictures.values()), len(pictures))


def _texts(volume: Volume, edition: Edition, folder: str, beside: Path, pictures: dict[str, int]) -> Iterator[str]:
    """The file's text, a chapter at a time; what is shown is saved as it comes."""
    back = list(back_matter(volume, edition))
    lines = (
        *contents(volume, edition.language, chapter_target),
        *(Line(page.title, f"#{BACK}{page.name}") for page in back),
    )
    front = opening(volume, edition, lines, edition.files)
    save_pictures(front, beside / folder, pictures)
    text, notes = write_piece(front, WriteContext(options=writing(edition, folder)), anchors=frozenset())
    yield with_front_matter(front, text, folder)
    for piece in pieces(volume, edition, _UNDER_TITLE):
        document = standing(piece, edition)
        save_pictures(document, beside / folder, pictures)
        context = context_of(piece, edition, folder)
        if piece.foreign:
            what = f"that a chapter is in another language than the book ({piece.foreign})"
            context.report(NotExpressible("", "markdown", what))
        text, count = write_piece(document, context, anchors=anchors_of(piece, edition), notes_before=notes)
        notes += count
        yield f"\n\n{text}"
    for page in back:
        heading = Header(_UNDER_TITLE, (Text(page.title),), Attr(f"{BACK}{page.name}"))
        written = Document((heading, *back_blocks(page, edition, chapter_target, _UNDER_TITLE + 1)))
        context = WriteContext(options=writing(edition, folder))
        text, _ = write_piece(written, context, anchors=frozenset({heading.attr.id}))
        yield f"\n\n{text}"
    yield "\n"


def writing(edition: Edition, files_dir: str) -> WriteOptions:
    """How a book's Markdown is written."""
    return replace(edition.looks.options, files_dir=files_dir)


def back_blocks(page: BackPage, edition: Edition, link_to: LinkTo, level: int) -> Iterator[Block]:
    """What stands below the title of an index or the sources; labels are headings of a level."""
    return page_blocks(page, edition.language, link_to, lambda label: Header(level, (Text(label),)))


def context_of(piece: Piece, edition: Edition, files_dir: str) -> WriteContext:
    """What the Markdown writer is given to write a piece."""
    card = piece.card

    def report(loss: Loss) -> None:
        if card is not None:
            edition.report(card, loss)

    return WriteContext(options=writing(edition, files_dir), report=report)


def anchors_of(piece: Piece, edition: Edition) -> frozenset[str]:
    """The ids of a piece that other pieces link to."""
    identifier = piece.heading.attr.id
    if piece.card is None:
        return frozenset({identifier})
    key = piece.card.key
    return frozenset({identifier, *(f"{key}-{anchor}" for anchor in edition.linker.anchors.wanted(key))})


def standing(piece: Piece, edition: Edition) -> Document:
    """A piece with its heading; pictures beside the post that did not come along are their words."""
    report = context_of(piece, edition, "").report
    held = {image.target for image in find_all(piece.body.blocks, Image) if is_remote(image.target)}
    body = link_absent_images(piece.body, report, {*piece.body.resources, *held})
    blocks: tuple[Block, ...] = (piece.heading, *piece.byline, *body.blocks)
    return replace(body, blocks=blocks)


def save_pictures(document: Document, folder: Path, saved: dict[str, int]) -> None:
    """Save the pictures that a document shows and that are not there yet; `saved` has their sizes."""
    shown = (document.metadata.cover, *(image.target for image in find_all(document.blocks, Image)))
    for name in dict.fromkeys(shown):
        if name in document.resources and name not in saved:
            content = document.resources[name].content
            save(folder / name, content, {})
            saved[name] = len(content)


def opening(volume: Volume, edition: Edition, lines: Sequence[Line], other_files: Sequence[str]) -> Document:
    """What stands before the text: title, cover, title page, contents, the other volumes by the names of their files.

    Its metadata is the volume's.
    """
    language = edition.language
    described = describe(edition.plan, volume, language)
    blocks: list[Block] = [Header(1, (Text(clean_line(edition.plan.title)),))]
    cover = edition.cover(volume, described)
    if cover is not None:
        said = cover_alternative(cover_facts(edition.plan, volume, described, language))
        blocks.append(Para((Image((Text(said),), cover.name),)))
        described = replace(described, cover=cover.name)
    blocks += [Para((Text(line),)) for _, line in title_lines(volume, described, language)]
    blocks += [Header(2, (Text(wording(language).contents),)), contents_list(lines)]
    if others := [
        Line(volume_name(other.number, other.label, language), quote(file))
        for other, file in zip(edition.plan.volumes, other_files, strict=True)
        if other is not volume
    ]:
        blocks += [Header(2, (Text(book_wording(language).other_volumes),)), contents_list(others)]
    return Document(tuple(blocks), described, {} if cover is None else {cover.name: cover})
