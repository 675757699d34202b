"""The formats that a book is written in, by the suffix of its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from convertkit.book.arranging import Volume
from convertkit.book.edition import Edition, Made
from convertkit.book.recipe import Recipe
from convertkit.errors import UsageError
from convertkit.options import THEME, WRITE

VolumeWriter = Callable[[Path, Volume, Edition], Made]


@dataclass(frozen=True, slots=True)
class Output:
    """Where a book goes, and how it is written."""

    path: Path
    """The file, or the folder, of the only volume; several are numbered."""
    format: str
    """A name of `formats.WRITERS`."""
    writer: str
    """The address of the function that writes a volume."""

    def write(self, path: Path, volume: Volume, edition: Edition) -> Made:
        """Write a volume. Raises `WriteError`."""
        module, _, name = self.writer.partition(":")
        return cast(VolumeWriter, getattr(import_module(module), name))(path, volume, edition)


WRITERS: Mapping[str, tuple[str, str]] = {
    ".epub": ("epub", "convertkit.book.epub:write_epub_volume"),
    ".docx": ("docx", "convertkit.book.docx:write_docx_volume"),
    ".md": ("markdown", "convertkit.book.markdown:write_markdown_volume"),
    ".markdown": ("markdown", "convertkit.book.markdown:write_markdown_volume"),
}
"""By suffix: the format's name, and the function that writes a volume, loaded when it is needed."""


def _folder(path: Path, recipe: Recipe) -> Output:
    """The folder of a split book: `book` for `book.md`."""
    suffix = path.suffix.lower()
    if suffix in (".epub", ".docx"):
        raise UsageError("only Markdown is split into files", advice="give -o the name of a folder, or book.md")
    folder = path.with_suffix("") if suffix in WRITERS else path
    if any(Path(name).resolve() == folder.resolve() for name in recipe.inputs):
        raise UsageError(
            "the book would be written among its own posts", source=str(folder), advice="choose another -o"
        )
    return Output(folder, "markdown", "convertkit.book.markdown_folder:write_markdown_folder")


def output_of(recipe: Recipe) -> Output:
    """The output that the name of a recipe's file asks for. Raises `UsageError`."""
    path = recipe.output
    suffixes = ", ".join(WRITERS)
    if path is None:
        raise UsageError("a book needs a file to be written to", advice="give -o a name such as book.epub")
    if not recipe.split and path.suffix.lower() not in WRITERS:
        raise UsageError(f"a book cannot be written as {path.name!r}", advice=f"give -o a name that ends in {suffixes}")
    output = _folder(path, recipe) if recipe.split else Output(path, *WRITERS[path.suffix.lower()])
    _check_options(recipe, output.format)
    return output


def _check_options(recipe: Recipe, format_name: str) -> None:
    """Raises `UsageError` for an option that the format has no use for: it would be ignored in silence."""
    is_drawn = recipe.cover == "auto" or (recipe.cover is None and format_name != "markdown")
    for option, given, formats in (
        ("--css", recipe.css is not None, ("epub",)),
        ("--font", bool(recipe.fonts), ("epub",)),
        ("--theme", recipe.theme != THEME, ("epub", format_name) if is_drawn else ("epub",)),
        ("--reference-doc", recipe.reference_doc is not None, ("docx",)),
        ("--flavour", recipe.flavour != WRITE.flavour, ("markdown",)),
        ("--raw-html", recipe.raw_html is not None, ("markdown",)),
    ):
        if given and format_name not in formats:
            only = formats[0]
            advice = f"leave it out, or write {'Markdown' if only == 'markdown' else only.upper()}"
            raise UsageError(f"{option} means nothing to a book in this format", advice=advice)
