"""Options that several commands share, each list as one decorator; their defaults are those of `options.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from convertkit.options import FLAVOURS, IMAGES_FROM, LINKS, READ, THEMES, WRITE

Decorator = Callable[[Any], Any]


def _all(decorators: Sequence[Decorator]) -> Decorator:
    """One decorator that adds the options in their order."""

    def decorate(command: Any) -> Any:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


reading_options = _all(
    (
        click.option(
            "-f", "--from", "from_", metavar="FORMAT", help="Format of the inputs.  [default: found by looking]"
        ),
        click.option("-F", "--filter", "filters", metavar="NAME|PATH", multiple=True, help="Run a filter; repeatable."),
        click.option("--no-filters", is_flag=True, help="Do not run the filters that run by themselves."),
        click.option("--encoding", metavar="NAME", default=READ.encoding, help="Character encoding of the inputs."),
        click.option(
            "--language", metavar="TAG", default=READ.language, help="Language of posts that name none (BCP 47)."
        ),
        click.option(
            "--repair/--no-repair",
            default=READ.repair,
            help="Mend HTML whose entities a feed decoded once too often.  [default: in posts, not in pages]",
        ),
        click.option(
            "--assets",
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            default=READ.assets,
            help="Folder of the site, for images named from its root.  [default: a folder that is an input]",
        ),
        click.option(
            "--images",
            type=click.Choice(IMAGES_FROM),
            default=READ.images,
            show_default=True,
            help="Images that travel along: local files, those on the web too, or none.",
        ),
        click.option(
            "--max-image",
            metavar="PIXELS",
            default=READ.max_image,
            show_default=True,
            help="Longest edge of an image; 0 leaves all as they are.",
        ),
        click.option("--convert-webp", is_flag=True, help="Turn WebP into PNG or JPEG."),
        click.option(
            "--cache",
            type=click.Path(path_type=Path, file_okay=False),
            default=READ.cache,
            help="Folder in which fetched images are kept for later runs.",
        ),
        click.option("--offline", is_flag=True, help="Take images on the web from the cache only."),
        click.option("--allow-private", is_flag=True, help="Fetch images from an intranet's addresses too."),
        click.option("--comments", is_flag=True, help="Put the comments that an export holds behind each post."),
        click.option(
            "--max-input",
            metavar="MIB",
            default=READ.max_input,
            show_default=True,
            help="Size of a text from which on it is refused; 0 reads any.",
        ),
    )
)
"""How inputs are read."""

writing_options = _all(
    (
        click.option("--width", default=WRITE.width, show_default=True, help="Columns of plain text; 0 never wraps."),
        click.option(
            "--links",
            type=click.Choice(LINKS),
            default=WRITE.links,
            show_default=True,
            help="Where plain text has the addresses of links and images.",
        ),
        click.option(
            "--flavour",
            type=click.Choice(FLAVOURS),
            default=WRITE.flavour,
            show_default=True,
            help="Dialect of Markdown.",
        ),
        click.option(
            "--raw-html/--no-raw-html",
            default=WRITE.raw_html,
            help="HTML in Markdown for what the flavour has no sign for.  [default: where the flavour shows it]",
        ),
        click.option("--reference-doc", type=click.Path(path_type=Path), help="A DOCX whose styles the output takes."),
        click.option(
            "--cover",
            metavar="FILE|auto|none",
            default=WRITE.cover,
            help="Cover of an EPUB: an image, drawn, or none.  [default: the document's own]",
        ),
        click.option(
            "--theme", type=click.Choice(THEMES), default=WRITE.theme, show_default=True, help="Look of EPUB and HTML."
        ),
        click.option(
            "--css",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            default=WRITE.css,
            help="Style sheet of one's own, after the theme's.",
        ),
        click.option(
            "--font",
            "fonts",
            metavar="FILE",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            multiple=True,
            help="Font to embed in EPUB and HTML, as much of it as the text needs; repeatable.",
        ),
    )
)
"""How outputs are written, and how they look."""

loss_options = _all(
    (
        click.option("--strict", is_flag=True, help="Fail where something would be lost that was not meant to go."),
        click.option(
            "--fail-on-loss",
            metavar="N",
            type=click.IntRange(0),
            help="Fail where more than N words, links, tables and the like went in that no output and no rule "
            "accounts for.",
        ),
        click.option("--ledger", is_flag=True, help="Tell what went in against what came out, worst posts first."),
    )
)
"""What is done about losses."""
