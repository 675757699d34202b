"""The tree as pandoc's DOCX writer should get it: what pandoc cannot say is marked, what no DOCX can say is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from lxml import etree

from convertkit.losses import LooksLost, NotExpressible, Report, UnsafeLink
from convertkit.metadata import Metadata
from convertkit.resources import Resource
from convertkit.tree import (
    Attr,
    Block,
    BlockQuote,
    Code,
    CodeBlock,
    Div,
    Document,
    Emph,
    Figure,
    Image,
    Inline,
    Link,
    Note,
    OrderedList,
    Para,
    Plain,
    Quoted,
    RawBlock,
    RawInline,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Table,
    Text,
    Underline,
)
from convertkit.walk import Node, Rewrite, plain_text, walk
from convertkit.writers.absent import link_absent_images
from convertkit.writers.alerts import as_quotation
from convertkit.writers.dead_links import TOP, WHAT, dead_fragments, fragment_of
from convertkit.writers.docx.images import sized
from convertkit.writers.docx.marks import INDENT, RUBY, RUBY_END, RUBY_TEXT, mark
from convertkit.writers.docx.ooxml import NAMESPACES, parse
from convertkit.writers.docx.quotations import mark_quotation
from convertkit.writers.docx.shared_notes import SharedNotes
from convertkit.writers.docx.tables import prepare_table
from convertkit.writers.figures import caption_stands_above, is_picture, shows_pictures
from convertkit.writers.front import date_for_people
from convertkit.writers.markup import without_forbidden
from convertkit.writers.raw import words_of_raw
from convertkit.writers.urls import UnsafeAddress, safe_url
from convertkit.writers.wording import Wording, is_right_to_left, wording

T = TypeVar("T", bound=Text | Code | CodeBlock)
RUBY_CONTENT = (Text, Emph, Strong, Underline, Strikeout, Span, Code, RawInline)
"""What may stand in a ruby: runs and nothing else (ECMA-376, CT_RubyContent)."""


CAPTION_STYLE = "Image Caption"
PICTURE_STYLE = "Captioned Figure"
"""The styles that pandoc gives to a figure's caption and picture, by name."""


def prepare(document: Document, report: Report, *, whole: bool = True) -> Document:
    """The document for pandoc's DOCX writer; what it cannot hold is reported. `whole`: it is no piece of a book."""
    dead = dead_fragments(document.blocks) if whole else frozenset()
    document = link_absent_images(document, report)
    quotes = wording(document.metadata.language)
    return walk(document, _Preparation(document.resources, quotes, report, SharedNotes(document), dead).node)


def front_matter(metadata: Metadata) -> dict[str, object]:
    """pandoc's metadata for what stands above the text: title, subtitle, authors, date in the language's own form."""
    meta: dict[str, object] = {}
    for key, text in (("title", metadata.title), ("subtitle", metadata.subtitle)):
        if text:
            meta[key] = _meta(text)
    if metadata.authors:
        meta["author"] = {"t": "MetaList", "c": [_meta(author) for author in metadata.authors]}
    if date := date_for_people(metadata, metadata.language):
        meta["date"] = _meta(date)
    if is_right_to_left(metadata.language):
        meta["dir"] = {"t": "MetaString", "c": "rtl"}
    return meta


def _meta(text: str) -> dict[str, object]:
    return {"t": "MetaInlines", "c": [{"t": "Str", "c": without_forbidden(text)[0]}]}


@dataclass(frozen=True, slots=True)
class _Preparation:
    resources: Mapping[str, Resource]
    wording: Wording
    report: Report
    notes: SharedNotes
    dead: frozenset[str]

    def node(self, node: Node) -> Rewrite:
        """One node, its children being done."""
        match node:
            case Text() | Code() | CodeBlock():
                return self._text(node)
            case Para(content, indent=True):
                return Para((mark(INDENT), *content))
            case Link():
                return self._link(node)
            case Image():
                return sized(node, self.resources)
            case Figure():
                return _captioned(node) if shows_pictures(node) else _unwrapped(node)
            case OrderedList(style="DefaultStyle"):  # pandoc would give letters to a list in a list
                return replace(node, style="Decimal")
            case Quoted(content, kind):
                opening, closing = self.wording.double_quotes if kind == "DoubleQuote" else self.wording.single_quotes
                return Text(opening), *content, Text(closing)
            case Ruby():
                return self._ruby(node)
            case RawBlock() | RawInline():
                return self._raw(node)
            case Note():
                return self.notes.marked(node)
            case BlockQuote() | Div() | Table():
                return _container(node)
            case _:
                return node

    def _text(self, node: T) -> T:
        """XML has no place for most control characters, escaped or not."""
        text, count = without_forbidden(node.text)
        if not count:
            return node
        self.report(NotExpressible("", "docx", f"{count} control characters near {text[:20]!r}"))
        return replace(node, text=text)

    def _link(self, link: Link) -> Rewrite:
        """A link whose target is one (or a place in this document), else its text alone."""
        if link.target.startswith("#"):
            return self._inner_link(link)
        try:
            target = safe_url(link.target)
        except UnsafeAddress:
            self.report(UnsafeLink("", link.target))
            return link.content
        if not target:
            self.report(NotExpressible("", "docx", f"a link to {link.target[:60]!r}, which is no address"))
            return link.content
        return link if target == link.target else replace(link, target=target)

    def _inner_link(self, link: Link) -> Rewrite:
        if link.target == TOP:
            self.report(LooksLost("", "docx", "a link to the top of the page"))
        elif fragment_of(link) in self.dead:
            self.report(NotExpressible(link.target, "docx", WHAT))
        else:
            return link
        return link.content

    def _ruby(self, ruby: Ruby) -> tuple[Inline, ...]:
        if _only_runs((*ruby.base, *ruby.text)):
            return mark(RUBY), *ruby.base, mark(RUBY_TEXT), *ruby.text, mark(RUBY_END)
        self.report(NotExpressible("", "docx", f"ruby on more than text: {plain_text(ruby.base)}"))
        return *ruby.base, Text("("), *ruby.text, Text(")")

    def _raw(self, node: RawBlock | RawInline) -> Rewrite:
        """OOXML passes if it is well-formed: else nobody could open the document."""
        if node.format == "openxml" and _is_well_formed(node.text):
            return node
        words = words_of_raw(node, "docx", self.report)
        if not words:
            return ()
        text = self._text(Text(words))
        return Plain((text,)) if isinstance(node, RawBlock) else text


def _container(node: BlockQuote | Div | Table) -> Block:
    if isinstance(node, Table):
        return prepare_table(node)
    quotation = as_quotation(node) if isinstance(node, Div) else node
    return node if quotation is None else mark_quotation(quotation)


def _only_runs(inlines: tuple[Inline, ...]) -> bool:
    return all(
        isinstance(inline, RUBY_CONTENT) and (isinstance(inline, Text | Code | RawInline) or _only_runs(inline.content))
        for inline in inlines
    )


def _captioned(figure: Figure) -> Figure:
    """A figure whose only image says nothing of itself: its caption says it."""
    match figure.content:
        case (Plain((Image(content=()) as image,)) | Para((Image(content=()) as image,)),) if figure.caption.content:
            alternative = (Text(" ".join(plain_text(figure.caption.content).split())),)
            return replace(figure, content=(Plain((replace(image, content=alternative),)),))
        case _:
            return figure


def _unwrapped(figure: Figure) -> Div:
    """A figure of code or text without the table that pandoc would centre it in, line by line."""
    caption = _styled(figure.caption.content, CAPTION_STYLE)
    content = tuple(_styled((block,), PICTURE_STYLE) if is_picture(block) else block for block in figure.content)
    if not figure.caption.content:
        return Div(content, figure.attr)
    return Div((caption, *content) if caption_stands_above(figure) else (*content, caption), figure.attr)


def _styled(blocks: tuple[Block, ...], style: str) -> Div:
    return Div(blocks, Attr(attributes=(("custom-style", style),)))


def _is_well_formed(text: str) -> bool:
    declarations = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    try:
        parse(f"<raw {declarations}>{text}</raw>".encode())
    except etree.XMLSyntaxError:
        return False
    return True
