"""A volume as one Word document: title page, a field of contents, parts and chapters that begin on a page of their own.

Links from chapter to chapter lead to bookmarks; the notes of all chapters are footnotes of one document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from convertkit.book.arranging import Volume
from convertkit.book.back_matter import page_blocks
from convertkit.book.describing import cover_facts, describe
from convertkit.book.edition import Edition, Made
from convertkit.book.pages import title_lines
from convertkit.book.pieces import BACK, Line, Piece, back_matter, chapter_target, contents, pieces
from convertkit.book.wording import book_wording, volume_name
from convertkit.context import WriteContext
from convertkit.covers import cover_alternative
from convertkit.losses import Loss, ignore
from convertkit.metadata import Metadata
from convertkit.resources import Resource
from convertkit.saving import save
from convertkit.tree import Attr, Block, BulletList, Div, Document, Header, Image, Para, Plain, RawBlock, Strong, Text
from convertkit.writers.docx import write_prepared
from convertkit.writers.docx.body import front_matter, prepare
from convertkit.writers.docx.marks import NEW_PAGE, mark
from convertkit.writers.front import clean_line
from convertkit.writers.markup import escape
from convertkit.writers.wording import is_right_to_left, wording

COVER, TITLE, BYLINE, CONTENTS_HEADING = "Figure", "Title of a Book", "Byline", "Contents Heading"
"""Styles of `writers/docx/styles.xml`, by name."""
_TITLE_STYLES = {"subtitle": "Subtitle", "volume": "Subtitle", "authors": "Author", "date": "Date"}
"""Those of pandoc's for the lines of a title page; a description is a paragraph."""
_LEVELS = 3
"""Levels of contents that have a style."""


def write_docx_volume(path: Path, volume: Volume, edition: Edition) -> Made:
    """Write a volume. Raises `WriteError`, `PandocError`."""
    metadata = describe(edition.plan, volume, edition.language)
    resources: dict[str, Resource] = {}
    blocks: list[Block] = []
    for document in (_cover(volume, metadata, edition), _front(volume, metadata, edition)):
        resources.update(document.resources)
        blocks += document.blocks
    for piece in pieces(volume, edition, 1):
        prepared = _prepared(piece, edition)
        resources.update(prepared.resources)
        blocks += prepared.blocks
    blocks += (*_back_matter(volume, edition), *_other_volumes(volume, edition))
    context = WriteContext(options=edition.looks.options)
    direction = {"dir": front_matter(metadata)["dir"]} if is_right_to_left(edition.language) else {}
    content = write_prepared(Document(tuple(blocks), metadata, resources), direction, context)
    save(path, content, {})
    return Made(len(content), len(resources))


def _prepared(piece: Piece, edition: Edition) -> Document:
    """A piece as pandoc should get it, its losses told of its own post."""
    card = piece.card

    def report(loss: Loss) -> None:
        if card is not None:
            edition.report(card, loss)

    heading = replace(piece.heading, content=(mark(NEW_PAGE), *piece.heading.content))
    byline = (_styled(piece.byline, BYLINE),) if piece.byline else ()
    document = prepare(replace(piece.body, blocks=(heading, *byline, *piece.body.blocks)), report, whole=False)
    if not piece.foreign:
        return document
    direction = "rtl" if is_right_to_left(piece.foreign) else "ltr"
    language = Attr(attributes=(("lang", piece.foreign), ("dir", direction)))
    return replace(document, blocks=(Div(document.blocks, language),))


def _styled(blocks: tuple[Block, ...], style: str) -> Div:
    return Div(blocks, Attr(attributes=(("custom-style", style),)))


def _line(text: str, style: str) -> Div:
    return _styled((Para((Text(clean_line(text)),)),), style)


def _cover(volume: Volume, metadata: Metadata, edition: Edition) -> Document:
    """The cover as a picture on a page of its own."""
    picture = edition.cover(volume, metadata)
    if picture is None:
        return Document(())
    said = cover_alternative(cover_facts(edition.plan, volume, metadata, edition.language))
    shown = _styled((Para((Image((Text(said),), picture.name),)),), COVER)
    return prepare(Document((shown,), Metadata(language=edition.language), {picture.name: picture}), ignore)


def _front(volume: Volume, metadata: Metadata, edition: Edition) -> Document:
    return Document((*_title_page(volume, metadata, edition), *_contents(volume, edition)))


def _back_matter(volume: Volume, edition: Edition) -> Iterator[Block]:
    """Indexes and sources, each on a page of its own; labels are no headings, which would fill the contents."""
    for page in back_matter(volume, edition):
        yield Header(1, (mark(NEW_PAGE), Text(page.title)), Attr(f"{BACK}{page.name}"))
        yield from page_blocks(page, edition.language, chapter_target, lambda label: Para((Strong((Text(label),)),)))


def _title_page(volume: Volume, metadata: Metadata, edition: Edition) -> Iterator[Block]:
    begins = (mark(NEW_PAGE),) if edition.looks.has_cover else ()
    yield _styled((Para((*begins, Text(clean_line(edition.plan.title)))),), TITLE)
    for kind, line in title_lines(volume, metadata, edition.language):
        yield _line(line, _TITLE_STYLES[kind]) if kind in _TITLE_STYLES else Para((Text(line),))


def _other_volumes(volume: Volume, edition: Edition) -> Iterator[Block]:
    language = edition.language
    others = [other for other in edition.plan.volumes if other is not volume]
    if others:
        names = [volume_name(other.number, other.label, language) for other in others]
        yield Header(1, (mark(NEW_PAGE), Text(book_wording(language).other_volumes)))
        yield BulletList(tuple((Plain((Text(clean_line(name)),)),) for name in names))


# ---------------------------------------------------------------- contents


def _contents(volume: Volume, edition: Edition) -> Iterator[Block]:
    """A field that Word fills when it opens the document, filled already for programs that do not."""
    yield _line(wording(edition.language).contents, CONTENTS_HEADING)
    behind = tuple(Line(page.title, f"#{BACK}{page.name}") for page in back_matter(volume, edition))
    lines = list(_flat((*contents(volume, edition.language, chapter_target), *behind), 1))
    depth = max(level for level, _ in lines)
    rows = [_row(level, line) for level, line in lines]
    field = (
        _character("begin", ' w:dirty="true"')
        + _instruction(f'TOC \\o "1-{depth}" \\h \\z \\u')
        + _character("separate")
    )
    end = _character("end")
    rows[0] = rows[0].replace(_END_OF_PROPERTIES, _END_OF_PROPERTIES + field, 1)
    rows[-1] = rows[-1].removesuffix("</w:p>") + f"{end}</w:p>"
    gallery = '<w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
    control = f"<w:sdtPr><w:docPartObj>{gallery}</w:docPartObj></w:sdtPr>"
    yield RawBlock("openxml", f"<w:sdt>{control}<w:sdtContent>{''.join(rows)}</w:sdtContent></w:sdt>")


_END_OF_PROPERTIES = "</w:pPr>"


def _flat(lines: Sequence[Line], level: int) -> Iterator[tuple[int, Line]]:
    for line in lines:
        yield min(level, _LEVELS), line
        yield from _flat(line.children, level + 1)


def _row(level: int, line: Line) -> str:
    """A line of contents: a link to a bookmark, with the number of its page, which only Word can count."""
    bookmark = line.target.removeprefix("#")
    number = _character("begin") + _instruction(f"PAGEREF {bookmark} \\h") + _character("separate")
    number += _character("end")
    title = f'<w:r><w:t xml:space="preserve">{escape(line.title)}</w:t></w:r><w:r><w:tab/></w:r>'
    link = f'<w:hyperlink w:anchor="{bookmark}" w:history="1">{title}{number}</w:hyperlink>'
    return f'<w:p><w:pPr><w:pStyle w:val="TOC{level}"/>{_END_OF_PROPERTIES}{link}</w:p>'


def _character(kind: str, attributes: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"{attributes}/></w:r>'


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {escape(text)} </w:instrText></w:r>'
