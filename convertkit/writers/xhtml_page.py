"""What writing a page of XHTML is given, remembers and gives; ids and attributes, which hang on that memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from convertkit.losses import Loss, NotExpressible
from convertkit.resources import Resource
from convertkit.tree import NO_ATTR, Attr, Note
from convertkit.writers.markup import escape_attribute, xml_name
from convertkit.writers.wording import language_tag

INSIDE = "book:"
"""The scheme of a link's target in a book that is another of its chapters; no reader lets an input's own through."""
WRAPPER = "data-convertkit-wrapper"
"""The attribute by which `readers.html.wrappers` knows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """What a body is written for."""

    format: str
    """`epub` or `html`: an EPUB wants `xml:lang` and `epub:type` besides, and no relative links."""
    language: str
    resources: Mapping[str, Resource]
    image_source: Callable[[Resource], str]
    """Gives an image's `src`."""
    max_image_bytes: int | None = None
    base_url: str = ""
    """Completes relative links; "" if nobody knows where the document was published."""
    chapter_address: Callable[[str], str] | None = None
    """Gives the address of a link to another chapter of a book, whose target begins with `INSIDE`."""
    anchors: tuple[str, ...] = ()
    """Ids of the source that other pages link to: `anchor_names` says what they are called here."""
    keeps_wrappers: bool = False
    """Whether each `Div` and `Span` is written with all that its `Attr` says, marked by `WRAPPER`, to be read back."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading for a table of contents; `level` as written, `id` unique on its page."""

    level: int
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Body:
    """A body's markup, and what its surroundings need to know of it."""

    markup: str
    headings: tuple[Heading, ...]
    """Headings that structure the document: not those inside quotations, tables and figures."""
    images: tuple[str, ...]
    """Names of the resources shown, each once."""
    undescribed_images: int
    """How many of them have no alternative text."""
    has_math: bool
    losses: tuple[Loss, ...]


@dataclass(slots=True)
class Page:
    """All that writing one page remembers."""

    medium: Medium
    dead: frozenset[str] = frozenset()
    """Fragments known to lead nowhere."""
    shift: int = 0
    """What a heading's level grows by."""
    level: int = 0
    """Of the last heading; the next is at most one deeper."""
    in_link: bool = False
    names: dict[str, str] = field(default_factory=dict)
    """The `id` in the output for each id of the source that was met, as a target or in a link."""
    taken: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)
    headings: list[Heading] = field(default_factory=list)
    notes: list[tuple[Note, str, str]] = field(default_factory=list)
    """Each note with the id of its text and the id of its (first) reference."""
    named_notes: dict[Note, int] = field(default_factory=dict)
    """The numbers of those that may be referred to again."""
    noterefs: list[str] = field(default_factory=list)
    """References met inside a link: they are links themselves and wait for its end."""
    images: dict[str, None] = field(default_factory=dict)
    undescribed_images: int = 0
    has_math: bool = False
    losses: list[Loss] = field(default_factory=list)

    def __post_init__(self) -> None:
        for identifier in self.medium.anchors:
            self.name_of(identifier)

    @property
    def is_epub(self) -> bool:
        return self.medium.format == "epub"

    def lose(self, what: str, place: str = "") -> None:
        """Report what the format cannot say."""
        self.losses.append(NotExpressible(place, self.medium.format, what))

    def fresh_id(self, wish: str) -> str:
        """An id like `wish` that nothing on the page has."""
        name, number = wish, 1
        while name in self.taken:
            number += 1
            name = f"{wish}-{number}"
        self.taken.add(name)
        return name

    def name_of(self, source_id: str) -> str:
        """The output's id for an id of the source."""
        if source_id not in self.names:
            self.names[source_id] = self.fresh_id(xml_name(source_id))
        return self.names[source_id]

    def claim(self, source_id: str) -> str:
        """The id to write on an element; "" if it has none or an earlier element has it."""
        key = unquote(source_id).strip()
        if not key or key in self.written:
            return ""
        self.written.add(key)
        return self.name_of(key)

    def semantics(self, epub_type: str, role: str) -> str:
        """A thing's part in the book: for an EPUB in both vocabularies."""
        return f' epub:type="{epub_type}" role="{role}"' if self.is_epub else f' role="{role}"'


def anchor_names(anchors: tuple[str, ...]) -> Mapping[str, str]:
    """The ids in the output for the ids that `Medium.anchors` has, before the page is written."""
    page = Page(Medium(format="epub", language="", resources={}, image_source=_no_image, anchors=anchors))
    return page.names


def _no_image(_: Resource) -> str:
    return ""


def attributes(attr: Attr, page: Page, *, skip_id: bool = False) -> str:
    """The attributes that keep their meaning everywhere: `id`, language, direction, title."""
    if attr is NO_ATTR or attr == NO_ATTR:
        return ""
    parts = []
    if not skip_id and (name := page.claim(attr.id)):
        parts.append(f' id="{name}"')
    for key, value in attr.attributes:
        match key.lower():
            case "lang" | "xml:lang" if (tag := language_tag(value)) != "und" and " lang=" not in "".join(parts):
                parts.append(f' lang="{tag}" xml:lang="{tag}"' if page.is_epub else f' lang="{tag}"')
            case "dir" if value.lower() in ("ltr", "rtl", "auto"):
                parts.append(f' dir="{value.lower()}"')
            case "title" if value.strip():
                parts.append(f' title="{escape_attribute(value)}"')
    return "".join(parts)


_ATTRIBUTE_NAME = re.compile(r"[A-Za-z_][\w:.-]*", re.ASCII)


def wrapper_attributes(attr: Attr, page: Page, kind: str) -> str:
    """All attributes of a `Div` (`kind` is `div`) or a `Span` (`span`), and the mark of a wrapper."""
    written = {WRAPPER: kind}
    if name := page.claim(attr.id):
        written["id"] = name
    if attr.classes:
        written["class"] = " ".join(attr.classes)
    for key, value in attr.attributes:
        if _ATTRIBUTE_NAME.fullmatch(key):
            written.setdefault(key.lower(), value)
    return "".join(f' {key}="{escape_attribute(value)}"' for key, value in written.items())
