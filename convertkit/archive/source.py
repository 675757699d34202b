"""What `sources.open_source` gives: the posts of an archive, wherever they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from convertkit.archive.units import Unit


@dataclass(frozen=True, slots=True)
class Source:
    """An opened source. It may be gone through several times, and gives the same units as long as nothing changes."""

    address: str
    """An absolute path, or a URL."""
    root: str
    """The folder, or the URL of one, beyond which no image is read."""
    units: Callable[[], Iterator[Unit]]
    """Begins to list the units, one at a time."""
