"""A volume as an EPUB: title page, contents, part pages, a file for each post, the list of the other volumes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from convertkit.book.arranging import Part, Volume
from convertkit.book.back_matter import BackPage, back_pages, cited_by_line, page_markup
from convertkit.book.cache import Cache
from convertkit.book.cards import Card
from convertkit.book.describing import cover_facts, describe
from convertkit.book.edition import Edition, Made
from convertkit.book.pages import part_page, title_page, volumes_page
from convertkit.book.shelf import freeze
from convertkit.book.splitting import WHOLE
from convertkit.book.wording import book_wording, part_name, volume_name
from convertkit.covers import cover_alternative
from convertkit.losses import NotExpressible
from convertkit.metadata import Metadata
from convertkit.normalise.headings import headings_in_order
from convertkit.resources import Resource
from convertkit.saving import landing
from convertkit.tree import Document, Header, Para, Text
from convertkit.walk import plain_text
from convertkit.writers.embedding import embedded_fonts, font_style
from convertkit.writers.epub import MAX_IMAGE_BYTES
from convertkit.writers.epub.accessibility import Counted, accessibility_metadata
from convertkit.writers.epub.identity import modified
from convertkit.writers.epub.navigation import Entry, Landmark, entries, navigation_markup
from convertkit.writers.epub.package import NAVIGATION_NAME, Package, Page, font_path, image_path, pack_into
from convertkit.writers.epub.pages import chapter_markup, cover_markup, xhtml_document
from convertkit.writers.front import byline, split_title, title_text
from convertkit.writers.styles import document_style
from convertkit.writers.urls import web_url
from convertkit.writers.wording import language_tag, wording
from convertkit.writers.xhtml import write_body
from convertkit.writers.xhtml_page import INSIDE, Body, Medium, anchor_names

MAX_CHAPTERS_WITH_SECTIONS = 100
"""The contents of a book without parts show the headings of its chapters too, if it has no more chapters than this."""

_COVER_NAME = "cover.xhtml"
_TITLE_NAME = "title.xhtml"
_VOLUMES_NAME = "volumes.xhtml"


@dataclass(slots=True)
class _Written:
    """What writing a volume remembers of the pages that are written."""

    volume: Volume
    metadata: Metadata
    cover: Resource | None = None
    start: str = ""
    """The first page of the text."""
    images: dict[str, None] = field(default_factory=dict)
    counted: Counted = field(default_factory=Counted)
    letters: set[str] = field(default_factory=set)
    """What the book's fonts must show, if it has any."""
    titles: dict[str, Entry] = field(default_factory=dict)
    """A chapter's line in the table of contents, by the key of its post."""


def write_epub_volume(path: Path, volume: Volume, edition: Edition) -> Made:
    """Write a volume as an EPUB. Raises `WriteError`."""
    with landing(path) as file:
        images = _write(file, volume, edition)
        return Made(file.tell(), images)


def _write(output: BinaryIO, volume: Volume, edition: Edition) -> int:
    """Write a volume into a file; returns how many pictures it has."""
    written = _Written(volume, describe(edition.plan, volume, edition.language))
    written.cover = edition.cover(volume, written.metadata)
    pack_into(output, _spelt(_pages(written, edition), written, edition), lambda: _package(written, edition))
    return len(written.images)


def _spelt(pages: Iterable[Page], written: _Written, edition: Edition) -> Iterator[Page]:
    """The same pages, whose letters are remembered for the fonts."""
    for page in pages:
        if edition.looks.options.fonts:
            written.letters.update(page.content.decode("utf-8"))
        yield page


def chapter_name(card: Card) -> str:
    """The file of a post: by its own key, so that nothing about its neighbours changes it."""
    return _file(card.key)


def _part_name(place: tuple[int, ...]) -> str:
    return f"part-{'-'.join(map(str, place))}.xhtml"


def _pages(written: _Written, edition: Edition) -> Iterator[Page]:
    volume, language = written.volume, edition.language
    title = title_text(written.metadata, language)
    if written.cover is not None:
        said = cover_alternative(cover_facts(edition.plan, volume, written.metadata, language))
        markup = cover_markup(image_path(written.cover), said)
        yield Page(_COVER_NAME, xhtml_document(wording(language).cover, markup, language))
    markup = title_page(edition.plan, volume, written.metadata, language)
    yield Page(_TITLE_NAME, xhtml_document(title, markup, language))
    yield from _chapters(volume.chapters, written, edition)
    yield from _parts(volume.parts, (), written, edition)
    for page in _back_matter(volume, edition):
        markup = page_markup(page, language, chapter_name)
        yield Page(f"{page.name}.xhtml", xhtml_document(page.title, markup, language))
    if others := _other_volumes(edition, volume):
        markup = volumes_page(others, language)
        yield Page(_VOLUMES_NAME, xhtml_document(book_wording(language).other_volumes, markup, language))


def _back_matter(volume: Volume, edition: Edition) -> Iterator[BackPage]:
    return back_pages(edition.plan.recipe, list(volume.all_chapters()), edition.language)


def _parts(parts: tuple[Part, ...], place: tuple[int, ...], written: _Written, edition: Edition) -> Iterator[Page]:
    for number, part in enumerate(parts, 1):
        here = (*place, number)
        title = part_name(part.key, part.label, edition.language)
        written.start = written.start or _part_name(here)
        yield Page(_part_name(here), xhtml_document(title, part_page(title), edition.language))
        yield from _chapters(part.chapters, written, edition)
        yield from _parts(part.parts, here, written, edition)


def _chapters(cards: tuple[Card, ...], written: _Written, edition: Edition) -> Iterator[Page]:
    for card in cards:
        written.start = written.start or chapter_name(card)
        yield from _chapter(card, written, edition)
        edition.on_chapter()


def _chapter(card: Card, written: _Written, edition: Edition) -> Iterator[Page]:
    """A post's page, or several of them."""
    document = edition.document(card)
    language = _language(document, edition)
    try:
        bodies = _bodies(document, card, language, edition)
    except Exception as error:  # noqa: BLE001  # a bug met in one post must not stop the book: its words are kept
        edition.report(card, NotExpressible("", "epub", f"this post's structure ({type(error).__name__}: {error})"))
        document = replace(
            document, blocks=tuple(Para((Text(line),)) for line in plain_text(document.blocks).split("\n"))
        )
        bodies = _rendered(document, card, language, edition)
    headings = bodies[0].headings
    title = headings[0].text if headings else title_text(document.metadata, language)
    citing = cited_by_line(edition.citing.get(card.key, ()), language, chapter_name)
    sections: list[Entry] = []
    for number, body in enumerate(bodies):
        for loss in body.losses:
            edition.report(card, loss)
        for name in body.images:
            edition.survey.shelf.put_picture(document.resources[name])
        written.images.update(dict.fromkeys(body.images))
        written.counted.count_body(body)
        sections += entries(body.headings[1:] if number == 0 else body.headings, _file(card.key, number), 1)
        markup = f"{body.markup}\n{citing}" if citing and body is bodies[-1] else body.markup
        properties = ("mathml",) if body.has_math else ()
        yield Page(_file(card.key, number), xhtml_document(title, chapter_markup(markup), language), properties)
    foreign = language if language != edition.language else ""
    children = tuple(sections) if _shows_sections(written.volume) else ()
    written.titles[card.key] = Entry(title, chapter_name(card), children, foreign)


def _language(document: Document, edition: Edition) -> str:
    tag = language_tag(document.metadata.language)
    return edition.language if tag == "und" else tag


def _bodies(document: Document, card: Card, language: str, edition: Edition) -> Sequence[Body]:
    """The text of each of a chapter's pages, kept from an earlier run where nothing that it depends on has changed."""
    folder = edition.plan.recipe.cache
    if folder is None:
        return _rendered(document, card, language, edition)
    cache = Cache(folder)
    found = edition.plan.links.get(card.key, {}).values()
    addresses = [_address(INSIDE + key, edition) for key in sorted(edition.linker.target(post) for post in found)]
    cuts = edition.splits.get(card.key, WHOLE).cuts
    made_from = ("page", card.key, language, addresses, edition.anchors_of(card.key), cuts, freeze(document))
    match cache.get(*made_from):
        case tuple() as kept if kept and all(isinstance(body, Body) for body in kept):
            return kept
    bodies = _rendered(document, card, language, edition)
    cache.put(tuple(bodies), *made_from)
    return bodies


def _rendered(document: Document, card: Card, language: str, edition: Edition) -> list[Body]:
    medium = Medium(
        format="epub",
        language=language,
        resources=document.resources,
        image_source=image_path,
        max_image_bytes=MAX_IMAGE_BYTES,
        base_url=web_url(document.metadata.url),
        chapter_address=lambda target: _address(target, edition),
        anchors=edition.anchors_of(card.key),
    )
    title, blocks = split_title(document)
    pieces = edition.splits.get(card.key, WHOLE).pieces(headings_in_order(blocks), card.key)
    heading = title or Header(1, (Text(wording(language).untitled),))
    first = write_body(heading, pieces[0], medium, byline(document.metadata, language))
    return [first, *(write_body(None, piece, medium) for piece in pieces[1:])]


def _address(target: str, edition: Edition) -> str:
    """`book:KEY#anchor` as the address of a page of the volume."""
    key, _, anchor = target.removeprefix(INSIDE).partition("#")
    if not anchor:
        return _file(key)
    place = edition.splits.get(key, WHOLE).place(anchor)
    return f"{_file(key, place)}#{anchor_names(edition.anchors_of(key)).get(anchor, anchor)}"


def _file(key: str, number: int = 0) -> str:
    """The page of a post; the second and those after it have a number."""
    return f"chapter-{key}-{number + 1}.xhtml" if number else f"chapter-{key}.xhtml"


def _shows_sections(volume: Volume) -> bool:
    return not volume.parts and len(volume.chapters) <= MAX_CHAPTERS_WITH_SECTIONS


def _other_volumes(edition: Edition, volume: Volume) -> list[str]:
    """The names of the other volumes, in order."""
    names = (volume_name(other.number, other.label, edition.language) for other in edition.plan.volumes)
    return [name for other, name in zip(edition.plan.volumes, names, strict=True) if other is not volume]


# ---------------------------------------------------------------- what lists the pages


def _package(written: _Written, edition: Edition) -> Package:
    """What is known when all pages are written."""
    language, words = edition.language, wording(edition.language)
    contents = _contents(written, edition)
    landmarks = (
        *([Landmark("cover", words.cover, _COVER_NAME)] if written.cover else []),
        Landmark("titlepage", words.title_page, _TITLE_NAME),
        Landmark("toc", words.contents, NAVIGATION_NAME),
        Landmark("bodymatter", words.start, written.start),
    )
    navigation = xhtml_document(words.contents, navigation_markup(contents, landmarks, language), language)
    looks = edition.looks.options
    fonts = embedded_fonts(looks.fonts, (*written.letters, navigation.decode("utf-8")), language)
    return Package(
        metadata=written.metadata,
        language=language,
        identifier=written.metadata.identifier,
        modified=modified(written.metadata),
        accessibility=accessibility_metadata(written.counted),
        navigation=navigation,
        contents=contents,
        style_sheet=document_style(looks, fonts=font_style(fonts, font_path)),
        fonts=fonts,
        images=_images(written, edition),
        cover=written.cover.name if written.cover else "",
        contents_after=2 if written.cover else 1,
    )


def _images(written: _Written, edition: Edition) -> Iterator[Resource]:
    if written.cover is not None:
        written.images.pop(written.cover.name, None)  # a post that shows this very picture has it already
        written.counted.count_image(written.cover)
        yield written.cover
    for name in written.images:
        picture = edition.survey.shelf.picture(name)
        written.counted.count_image(picture)
        yield picture


def _contents(written: _Written, edition: Edition) -> tuple[Entry, ...]:
    volume = written.volume
    lines = [written.titles[card.key] for card in volume.chapters]
    lines += _part_entries(volume.parts, (), written, edition)
    lines += [Entry(page.title, f"{page.name}.xhtml") for page in _back_matter(volume, edition)]
    if _other_volumes(edition, volume):
        lines.append(Entry(book_wording(edition.language).other_volumes, _VOLUMES_NAME))
    return tuple(lines)


def _part_entries(
    parts: tuple[Part, ...], place: tuple[int, ...], written: _Written, edition: Edition
) -> Iterator[Entry]:
    for number, part in enumerate(parts, 1):
        here = (*place, number)
        below = [written.titles[card.key] for card in part.chapters]
        below += _part_entries(part.parts, here, written, edition)
        yield Entry(part_name(part.key, part.label, edition.language), _part_name(here), tuple(below))
