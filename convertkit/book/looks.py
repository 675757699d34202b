"""How a book looks: what is read of a cover, a style sheet and fonts before any post is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from convertkit.covers import Cover, draw_cover, read_cover
from convertkit.losses import Loss
from convertkit.options import WriteOptions
from convertkit.resources import Resource
from convertkit.writers.docx.package import read_reference
from convertkit.writers.embedding import embedded_fonts
from convertkit.writers.styles import own_style


@dataclass(frozen=True, slots=True)
class Looks:
    """The options of writing, the cover if it is a file, and what covers that were drawn could not show."""

    options: WriteOptions
    picture: Resource | None = None
    losses: list[Loss] = field(default_factory=list)

    @property
    def has_cover(self) -> bool:
        """Whether volumes have covers."""
        return self.options.cover == "auto" or self.picture is not None

    def cover(self, facts: Cover) -> Resource | None:
        """The cover of a volume."""
        if self.options.cover == "auto":
            return draw_cover(facts, self.options.theme, self.losses.append)
        return self.picture


def load_looks(options: WriteOptions, *, has_cover: bool) -> Looks:
    """Reads the files that the options name. Raises `UsageError` for what they are not, before hours of work.

    `has_cover` is whether a book in its format has a cover when nobody says so.
    """
    if options.cover is None:
        options = replace(options, cover="auto" if has_cover else "none")
    read_reference(options.reference_doc)
    if options.css is not None:
        own_style(options.css)
    embedded_fonts(options.fonts, (), "")
    given = options.cover not in ("auto", "none")
    return Looks(options, read_cover(Path(str(options.cover))) if given else None)
