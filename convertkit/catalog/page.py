"""The catalogue as a page for people: every book with its cover, without a script."""

from __future__ import annotations

from convertkit.catalog.addresses import Site, address
from convertkit.catalog.reading import DOCX, Book
from convertkit.writers.front import clean_line
from convertkit.writers.markup import escape, escape_attribute
from convertkit.writers.wording import is_right_to_left, join_names, language_tag, long_date

NAME = "index.html"
_MEGABYTE = 1_000_000
_STYLE = """\
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 80rem; padding: 1.5rem; font-family: system-ui, sans-serif; line-height: 1.4; }
h1 { font-weight: 600; }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: 2rem 1.5rem; padding: 0; }
li { list-style: none; overflow-wrap: anywhere; }
img { display: block; width: 100%; height: auto; aspect-ratio: 2 / 3; object-fit: contain; object-position: bottom; }
h2 { font-size: 1rem; margin: 0.6rem 0 0.2rem; }
p { font-size: 0.875rem; margin: 0.1rem 0; opacity: 0.8; }
a { color: inherit; text-decoration: none; }
a:hover h2, a:focus h2 { text-decoration: underline; }
footer { margin-top: 3rem; font-size: 0.875rem; }
footer a { text-decoration: underline; }"""


def index_page(site: Site) -> bytes:
    """The page's bytes."""
    arrangement = site.arrangement
    language = arrangement.language
    direction = ' dir="rtl"' if is_right_to_left(language) else ""
    title = escape(arrangement.title)
    books = "\n".join(_book(book, site) for book in arrangement.everything.books)
    return f"""\
<!DOCTYPE html>
<html lang="{language}"{direction}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="alternate" type="application/opds+json" href="opds.json" title="OPDS 2.0">
<link rel="alternate" type="application/atom+xml;profile=opds-catalog;kind=navigation" href="opds.xml" title="OPDS 1.2">
<style>
{_STYLE}
</style>
</head>
<body>
<h1>{title}</h1>
<main>
<ul>
{books}
</ul>
</main>
<footer><a href="opds.xml">OPDS 1.2</a> · <a href="opds.json">OPDS 2.0</a></footer>
</body>
</html>
""".encode("utf-8", "replace")


def _book(book: Book, site: Site) -> str:
    own = book.metadata
    _, thumbnail = site.covers[book.path]
    tag = language_tag(own.language)
    language = f' lang="{tag}"' if tag not in ("und", site.arrangement.language) else ""
    index = f" {own.series_index:g}" if own.series_index is not None else ""
    size = f"{book.size / 1e6:.1f} MB" if book.size >= _MEGABYTE else f"{max(1, round(book.size / 1e3))} kB"
    lines = (
        clean_line(own.subtitle),
        join_names(own.authors, site.arrangement.language),
        f"{own.series}{index}" if own.series else "",
        long_date(own.date, site.arrangement.language) if own.date else "",
        f"{'DOCX' if book.media_type == DOCX else 'EPUB'} · {size}",
    )
    told = "".join(f"\n<p>{escape(line)}</p>" for line in lines if line)
    href, source = (escape_attribute(address(path, NAME)) for path in (book.path.as_posix(), thumbnail.path))
    edges = f'width="{thumbnail.width}" height="{thumbnail.height}"'
    image = f'<img src="{source}" alt="" {edges} loading="lazy">'
    return f'<li{language}>\n<a href="{href}" download>{image}\n<h2>{escape(book.title)}</h2></a>{told}\n</li>'
