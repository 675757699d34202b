"""What the volumes of a book are written from, whatever their format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from convertkit import formats
from convertkit.book.arranging import Volume
from convertkit.book.cards import Card
from convertkit.book.describing import cover_facts
from convertkit.book.linking import Linker
from convertkit.book.looks import Looks
from convertkit.book.planning import Plan
from convertkit.book.splitting import WHOLE, Split
from convertkit.book.survey import Survey
from convertkit.images import fit_images
from convertkit.losses import Loss
from convertkit.metadata import Metadata
from convertkit.resources import Resource
from convertkit.tree import Document


@dataclass(frozen=True, slots=True)
class Made:
    """What writing a volume gave."""

    size: int
    """Bytes, pictures beside it included."""
    images: int


@dataclass(frozen=True, slots=True)
class Edition:
    """What all volumes of a book are written from."""

    plan: Plan
    survey: Survey
    linker: Linker
    looks: Looks
    language: str
    """The book's."""
    on_chapter: Callable[[], None]
    """Called for each chapter that is done."""
    report: Callable[[Card, Loss], None]
    format: str
    """The name of the format that it is written in."""
    files: tuple[str, ...]
    """The names of the volumes' files, or folders, which lie beside each other."""
    splits: Mapping[str, Split] = field(default_factory=dict)
    """Of the posts that are too long for one page, by key."""
    citing: Mapping[str, tuple[Card, ...]] = field(default_factory=dict)
    """The posts that link to each post, by key, where their names are to stand under it."""

    def anchors_of(self, key: str) -> tuple[str, ...]:
        """The ids of a post that other pages link to."""
        return (*self.linker.anchors.wanted(key), *self.splits.get(key, WHOLE).crossing)

    def cover(self, volume: Volume, metadata: Metadata) -> Resource | None:
        """The cover of a volume, if it has one."""
        return self.looks.cover(cover_facts(self.plan, volume, metadata, self.language))

    def document(self, card: Card) -> Document:
        """A chapter's document, linked, with pictures that the format shows."""

        def report(loss: Loss) -> None:
            self.report(card, loss)

        document = self.linker.linked(self.survey.document(card), card, report)
        return fit_images(document, formats.writer_format(self.format).shown, report)
