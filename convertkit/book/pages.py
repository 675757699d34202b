"""The pages of a book that are no chapters: title page, part pages, the list of the other volumes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convertkit.book.arranging import Volume
from convertkit.book.describing import days_of
from convertkit.book.planning import Plan
from convertkit.book.wording import book_wording, date_range, volume_name
from convertkit.metadata import Metadata
from convertkit.writers.front import clean_line
from convertkit.writers.markup import escape
from convertkit.writers.wording import join_names


def title_page(plan: Plan, volume: Volume, metadata: Metadata, language: str) -> str:
    """The book's title, subtitle, volume, authors, the months that it spans, publisher, description."""
    lines = ['<section epub:type="titlepage" class="titlepage">', f"<h1>{escape(clean_line(plan.title))}</h1>"]
    for kind, line in title_lines(volume, metadata, language):
        lines.append(f'<p class="{kind}">{escape(line)}</p>')
    return "\n".join((*lines, "</section>"))


def title_lines(volume: Volume, metadata: Metadata, language: str) -> Iterator[tuple[str, str]]:
    """What stands below the title on a title page: what each line is, and the line."""
    days = days_of(volume.all_chapters())
    for kind, text in (
        ("subtitle", metadata.subtitle),
        ("volume", volume_name(volume.number, volume.label, language)),
        ("authors", join_names(metadata.authors, language)),
        ("date", date_range(*days, language) if days else ""),
        ("publisher", metadata.publisher),
        ("description", metadata.description),
    ):
        if line := clean_line(text):
            yield kind, line


def part_page(title: str) -> str:
    """The page that announces a part."""
    heading = f"<h1>{escape(clean_line(title))}</h1>"
    return f'<section epub:type="part" role="doc-part" class="titlepage">\n{heading}\n</section>'


def volumes_page(names: Sequence[str], language: str) -> str:
    """The titles of the other volumes. EPUB has no links from book to book."""
    rows = "\n".join(f"<li>{escape(clean_line(name))}</li>" for name in names)
    words = book_wording(language)
    return f'<section class="volumes">\n<h1>{escape(words.other_volumes)}</h1>\n<ul>\n{rows}\n</ul>\n</section>'
