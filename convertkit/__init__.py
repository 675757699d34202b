"""convertkit turns an archive of posts into books and clean documents.

    import convertkit
    result = convertkit.convert(Path("post.md"), to="epub")

`convertkit.tree`, `convertkit.walk` and `convertkit.losses` are public too: filters and plug-ins are written with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convertkit.errors import (
    ConvertkitError,
    FilterError,
    LossError,
    PandocError,
    UnknownFilter,
    UnknownFormat,
    UnreadableDocument,
    UsageError,
    WriteError,
)

if TYPE_CHECKING:
    from convertkit.archive.running import ArchiveReport, convert_archive
    from convertkit.book.building import BookReport, build_book
    from convertkit.catalog.building import CatalogReport, build_catalog
    from convertkit.collection import entries
    from convertkit.filtering import load_filter
    from convertkit.inspection import Inspection, inspect
    from convertkit.losses import Loss
    from convertkit.metadata import Contributor, Metadata
    from convertkit.pipeline import Result, convert, read, write
    from convertkit.readers.feeds.entry import Entry
    from convertkit.tree import Document

__version__ = "0.1.0"

__all__ = [
    "ArchiveReport",
    "BookReport",
    "CatalogReport",
    "Contributor",
    "ConvertkitError",
    "Document",
    "Entry",
    "FilterError",
    "Inspection",
    "Loss",
    "LossError",
    "Metadata",
    "PandocError",
    "Result",
    "UnknownFilter",
    "UnknownFormat",
    "UnreadableDocument",
    "UsageError",
    "WriteError",
    "__version__",
    "build_book",
    "build_catalog",
    "convert",
    "convert_archive",
    "entries",
    "inspect",
    "load_filter",
    "read",
    "write",
]

_HOMES = {
    "ArchiveReport": "archive.running",
    "BookReport": "book.building",
    "CatalogReport": "catalog.building",
    "Contributor": "metadata",
    "Document": "tree",
    "Entry": "readers.feeds.entry",
    "Inspection": "inspection",
    "Loss": "losses",
    "Metadata": "metadata",
    "Result": "pipeline",
    "build_book": "book.building",
    "build_catalog": "catalog.building",
    "convert": "pipeline",
    "convert_archive": "archive.running",
    "entries": "collection",
    "inspect": "inspection",
    "load_filter": "filtering",
    "read": "pipeline",
    "write": "pipeline",
}
"""Names whose modules load when they are first used, so that `import convertkit` costs little."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'convertkit' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"convertkit.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
