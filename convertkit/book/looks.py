"""How a book looks: what is read of a cover, a style sheet and fonts before any post is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from convertkit.covers import Cover, draw_cover, read_cover
from convertkit.losses import Loss
from convertkit.options import WriteOptions
from convertkit.resources import Resource
from convertkit.writers.embedding import embedded_fonts
from convertkit.writers.styles import own_style


@dataclass(frozen=True, slots=True)
class Looks:
    """The options, the cover if it is a file, and what covers that were drawn could not show."""

    options: WriteOptions
    picture: Resource | None = None
    losses: list[Loss] = field(default_factory=list)

    def cover(self, facts: Cover) -> Resource | None:
        """The cover of a volume."""
        if self.options.cover == "auto":
            return draw_cover(facts, self.options.theme, self.losses.append)
        return self.picture


def load_looks(options: WriteOptions) -> Looks:
    """Reads the files that the options name. Raises `UsageError` for what they are not, before hours of work."""
    if options.css is not None:
        own_style(options.css)
    embedded_fonts(options.fonts, (), "")
    given = options.cover not in ("auto", "none", None)
    return Looks(options, read_cover(Path(str(options.cover))) if given else None)
