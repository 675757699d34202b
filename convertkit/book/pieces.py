"""A volume as a row of pieces, for formats that hold it as one text: part titles and chapters, links leading to ids.

A chapter's ids get its key in front, since all chapters share one text; `PART` and `CHAPTER` ids stand on headings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from convertkit.book.arranging import Part, Volume
from convertkit.book.back_matter import BackPage, back_pages, cited_by_paragraph
from convertkit.book.cards import Card
from convertkit.book.edition import Edition
from convertkit.book.wording import part_name
from convertkit.losses import LinkLost, Loss, Report, UnsafeLink
from convertkit.metadata import Metadata
from convertkit.normalise.headings import headings_in_order
from convertkit.tree import (
    NO_ATTR,
    Attr,
    Block,
    BulletList,
    Code,
    CodeBlock,
    Div,
    Document,
    Figure,
    Header,
    Image,
    Inline,
    Link,
    Para,
    Plain,
    Span,
    Table,
    Text,
)
from convertkit.walk import Node, Rewrite, find_all, query, walk, walk_blocks
from convertkit.writers.front import clean_line, date_for_people, split_title, title_text
from convertkit.writers.urls import UnsafeAddress, is_absolute, safe_url, web_url
from convertkit.writers.wording import join_names, language_tag, wording
from convertkit.writers.xhtml_page import INSIDE

PART, CHAPTER, BACK = "part-", "chapter-", "back-"
DEEPEST = 6

_WITH_ID = Code | Link | Image | Span | Header | CodeBlock | Table | Figure | Div
"""The nodes that a link may lead to."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table of contents, with the lines below it."""

    title: str
    target: str
    children: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part's title, or a chapter."""

    heading: Header
    byline: tuple[Para, ...] = ()
    """Who wrote a chapter, when, and where it was published."""
    body: Document = Document(())
    """A chapter's text below its heading."""
    card: Card | None = None
    """None for a part."""
    foreign: str = ""
    """A chapter's language, where it is not the book's."""


def contents(volume: Volume, language: str, target: Callable[[Card], str]) -> tuple[Line, ...]:
    """The table of contents. `target` gives a chapter's; that of a part is its id."""
    return (*_chapter_lines(volume.chapters, language, target), *_part_lines(volume.parts, (), language, target))


def _part_lines(
    parts: Sequence[Part], place: tuple[int, ...], language: str, target: Callable[[Card], str]
) -> Iterator[Line]:
    for number, part in enumerate(parts, 1):
        here = (*place, number)
        below = (
            *_chapter_lines(part.chapters, language, target),
            *_part_lines(part.parts, here, language, target),
        )
        yield Line(clean_line(part_name(part.key, part.label, language)), f"#{_part_id(here)}", below)


def _chapter_lines(cards: Sequence[Card], language: str, target: Callable[[Card], str]) -> Iterator[Line]:
    for card in cards:
        yield Line(title_text(card.metadata, chapter_language(card.metadata, language)), target(card))


def back_matter(volume: Volume, edition: Edition) -> Iterator[BackPage]:
    """What the recipe asks for behind the chapters."""
    return back_pages(edition.plan.recipe, list(volume.all_chapters()), edition.language)


def contents_list(lines: Sequence[Line]) -> BulletList:
    """The table of contents as a list of links; a line without a target is only its words."""
    items: list[tuple[Block, ...]] = []
    for line in lines:
        first = Plain((Link((Text(line.title),), line.target),) if line.target else (Text(line.title),))
        items.append((first, contents_list(line.children)) if line.children else (first,))
    return BulletList(tuple(items))


def chapter_target(card: Card) -> str:
    """A link to a chapter in the same text."""
    return f"#{CHAPTER}{card.key}"


def pieces(volume: Volume, edition: Edition, top: int) -> Iterator[Piece]:
    """The pieces of a volume in reading order; `top` is the level of the highest headings."""
    yield from _chapters(volume.chapters, edition, top)
    yield from _parts(volume.parts, (), edition, top)


def _parts(parts: Sequence[Part], place: tuple[int, ...], edition: Edition, level: int) -> Iterator[Piece]:
    for number, part in enumerate(parts, 1):
        here = (*place, number)
        title = clean_line(part_name(part.key, part.label, edition.language))
        yield Piece(Header(level, (Text(title),), Attr(_part_id(here))))
        yield from _chapters(part.chapters, edition, level + 1)
        yield from _parts(part.parts, here, edition, level + 1)


def _part_id(place: tuple[int, ...]) -> str:
    return PART + "-".join(map(str, place))


def _chapters(cards: Sequence[Card], edition: Edition, level: int) -> Iterator[Piece]:
    for card in cards:
        yield chapter(card, edition, level, rename=lambda key, name: f"{key}-{name}", address=_in_one_text)
        edition.on_chapter()


def _in_one_text(key: str, anchor: str) -> str:
    return f"#{key}-{anchor}" if anchor else f"#{CHAPTER}{key}"


def chapter(
    card: Card,
    edition: Edition,
    level: int,
    *,
    rename: Callable[[str, str], str],
    address: Callable[[str, str], str],
) -> Piece:
    """A chapter whose heading has a level, and all others levels below it.

    `rename` gives the id in the output for a post's key and an id in it, `address` the target of a link to a place.
    """
    document = edition.document(card)
    language = chapter_language(document.metadata, edition.language)

    def report(loss: Loss) -> None:
        edition.report(card, loss)

    readdressed = _readdressed(document, card, rename, address, report)
    title, blocks = split_title(readdressed)
    words = title.content if title else (Text(wording(language).untitled),)
    if title and title.attr.id:
        words = (Span((), Attr(title.attr.id)), *words)
    foreign = language if language != edition.language else ""
    citing = cited_by_paragraph(edition.citing.get(card.key, ()), language, lambda other: address(other.key, ""))
    body = replace(readdressed, blocks=(*_below(blocks, level), *citing))
    heading = Header(level, words, Attr(f"{CHAPTER}{card.key}"))
    return Piece(heading, byline(document.metadata, language), body, card, foreign)


def chapter_language(metadata: Metadata, book: str) -> str:
    """The language of a chapter; the book's where nobody knows."""
    tag = language_tag(metadata.language)
    return book if tag == "und" else tag


def byline(metadata: Metadata, language: str) -> tuple[Para, ...]:
    """Subtitle; then authors, contributors, date and source in a line."""
    roles = wording(language).roles
    told: list[Inline] = []
    for text in (
        join_names([clean_line(name) for name in metadata.authors], language),
        *(clean_line(f"{one.name} ({roles.get(one.role, one.role)})") for one in metadata.contributors),
        date_for_people(metadata, language),
    ):
        if text:
            told += (Text(f" · {text}" if told else text),)
    if url := web_url(metadata.url):
        told += (*((Text(" · "),) if told else ()), Link((Text(wording(language).source),), url))
    subtitle = clean_line(metadata.subtitle)
    return (*((Para((Text(subtitle),)),) if subtitle else ()), *((Para(tuple(told)),) if told else ()))


def _below(blocks: tuple[Block, ...], level: int) -> tuple[Block, ...]:
    """The blocks with their highest heading one level below a chapter's."""
    blocks = headings_in_order(blocks)
    levels = [heading.level for heading in find_all(blocks, Header)]
    shift = level + 1 - min(levels, default=level + 1)
    if not shift:
        return blocks

    def lowered(node: Node) -> Rewrite:
        return replace(node, level=min(node.level + shift, DEEPEST)) if isinstance(node, Header) else node

    return walk_blocks(blocks, lowered)


def _readdressed(
    document: Document,
    card: Card,
    rename: Callable[[str, str], str],
    address: Callable[[str, str], str],
    report: Report,
) -> Document:
    """The document with its ids renamed, and with links that lead to a place of the book, to the web, or not at all."""
    ids = frozenset(query(document, _id_of))
    base = web_url(document.metadata.url)

    def rewrite(node: Node) -> Rewrite:
        if isinstance(node, Link):
            node = _linked(node, ids, card, address, base, report)
            if node.attr == NO_ATTR and isinstance(node, Span):
                return node.content
        if isinstance(node, _WITH_ID) and node.attr.id:
            return replace(node, attr=replace(node.attr, id=rename(card.key, node.attr.id)))
        return node

    return walk(document, rewrite)


def _linked(
    link: Link, ids: frozenset[str], card: Card, address: Callable[[str, str], str], base: str, report: Report
) -> Link | Span:
    """A link to where it leads in the book; its words, if it would lead nowhere."""
    target = link.target
    if target.startswith(INSIDE):
        key, _, anchor = target.removeprefix(INSIDE).partition("#")
        return replace(link, target=address(key, anchor))
    if target.startswith("#"):
        anchor = target[1:] if target[1:] in ids else unquote(target[1:])
        if anchor in ids:
            return replace(link, target=address(card.key, anchor))
        report(LinkLost("", target, "no such place in the post"))
        return Span(link.content, link.attr)
    try:
        url = safe_url(target, base)
    except UnsafeAddress:
        report(UnsafeLink("", target))
        return Span(link.content, link.attr)
    if is_absolute(url):
        return replace(link, target=url)
    report(LinkLost("", target, "no post of the book, and no address of the web"))
    return Span(link.content, link.attr)


def _id_of(node: Node) -> str | None:
    return node.attr.id or None if isinstance(node, _WITH_ID) else None
