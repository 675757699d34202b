"""Every option with its default: the only home of a default.

The command line's options are these fields with dashes for underscores.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from convertkit.errors import UsageError

STANDARD = Path("-")
"""As an input stdin, as an output stdout."""

TIMEOUT = 30.0
"""Seconds that pandoc may take for one document: it needs hundredths of one for a post."""


FlavourName: TypeAlias = Literal["gfm", "commonmark", "pandoc", "obsidian", "hugo"]
FLAVOURS: tuple[FlavourName, ...] = get_args(FlavourName)
"""The dialects of Markdown that can be written; `writers/markdown/flavours.py` says what each of them can say."""

ImagesFrom: TypeAlias = Literal["local", "fetch", "none"]
IMAGES_FROM: tuple[ImagesFrom, ...] = get_args(ImagesFrom)


LinksName: TypeAlias = Literal["notes", "inline", "none"]
LINKS: tuple[LinksName, ...] = get_args(LinksName)
"""Where plain text says what a link leads to: by number at the end, behind the link, nowhere."""

ThemeName: TypeAlias = Literal["plain", "serif", "modern"]
THEMES: tuple[ThemeName, ...] = get_args(ThemeName)
THEME: ThemeName = "plain"
"""The looks of EPUB and HTML: a style sheet each, `writers/themes/NAME.css`, and a manner of drawing covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How an input becomes a document."""

    encoding: str | None = None
    """The input's character encoding, overriding what the input declares; None looks for itself."""

    language: str | None = None
    """BCP 47 tag for a document that names no language; None detects it from the text."""

    timeout: float = TIMEOUT
    """Seconds that pandoc may take for one document."""

    repair: bool | None = None
    """Mend HTML whose entities a feed decoded once too often, before it is parsed; None: in posts, not in pages."""

    assets: Path | None = None
    """The folder of the site, in which images named from its root (`/images/a.png`) are looked for."""

    images: ImagesFrom = "local"
    """Images that travel with the document: `local` files and `data:` URIs, or those on the web too, or none."""

    max_image: int = 1600
    """Pixels of an image's longest edge; a larger one is made smaller. 0 leaves all as they are."""

    convert_webp: bool = False
    """Whether WebP becomes PNG or JPEG, for readers that cannot show it."""

    cache: Path | None = None
    """The folder in which fetched images are kept for later runs; None keeps them for one run."""

    offline: bool = False
    """Whether images on the web are taken from the cache only."""

    allow_private: bool = False
    """Whether images may be fetched from addresses that are not public, as in an intranet."""

    comments: bool = False
    """Whether readers' comments that an export holds are put behind the post."""

    max_input: int = 32
    """MiB of a text that is read; a larger one is refused, for its tree takes 10 to 30 times as much. 0: any size."""

    def __post_init__(self) -> None:
        _check_timeout(self.timeout)
        if self.images not in IMAGES_FROM:
            raise UsageError(f"images from {self.images!r}", advice=f"give one of {', '.join(IMAGES_FROM)}")
        if self.max_input < 0:
            raise UsageError(f"an input of {self.max_input} MiB", advice="give 0 to read inputs of any size")
        if self.max_image < 0:
            raise UsageError(f"a longest edge of {self.max_image} pixels", advice="give 0 to leave images as they are")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """How a document becomes an output."""

    width: int = 72
    """Columns of plain text; East Asian wide characters count two. 0 never wraps."""

    links: LinksName = "notes"
    """Where plain text has the addresses of links and images: prose is read undisturbed, and each stands once."""

    reference_doc: Path | None = None
    """A DOCX whose styles the output takes (pandoc's `--reference-doc`)."""

    flavour: FlavourName = "gfm"
    """The dialect of Markdown that is written."""

    raw_html: bool | None = None
    """Whether Markdown may hold HTML tags for what the flavour has no sign for; None: where its renderers show them.

    Without tags the words stay and the rest is a loss.
    """

    files_dir: str = "files"
    """Folder, relative to the output, in which formats that cannot embed an image put it."""

    timeout: float = TIMEOUT
    """Seconds that pandoc may take for one document."""

    cover: str | Path | None = None
    """An image file, `auto` (drawn from what the document says of itself), `none`; None: the document's own, if any."""

    theme: ThemeName = THEME
    """The look of EPUB, HTML and drawn covers."""

    css: Path | None = None
    """A style sheet of one's own, which comes after the theme's and loads nothing."""

    fonts: tuple[Path, ...] = ()
    """Font files of which EPUB and HTML hold the letters that the document has, and which its text is shown in."""

    def __post_init__(self) -> None:
        _check_timeout(self.timeout)
        if self.theme not in THEMES:
            raise UsageError(f"no theme {self.theme!r}", advice=f"there are {', '.join(THEMES)}")
        if self.flavour not in FLAVOURS:
            raise UsageError(f"no flavour {self.flavour!r} of Markdown", advice=f"there are {', '.join(FLAVOURS)}")
        if self.links not in LINKS:
            raise UsageError(f"no way {self.links!r} to write links", advice=f"there are {', '.join(LINKS)}")
        if self.width < 0:
            raise UsageError(f"a width of {self.width} columns", advice="give 0 to never wrap, or a positive number")


def _check_timeout(timeout: float) -> None:
    if not (math.isfinite(timeout) and timeout > 0):
        raise UsageError(f"a timeout of {timeout} seconds", advice="give a positive number of seconds")


READ = ReadOptions()
WRITE = WriteOptions()
