"""The XHTML documents of an EPUB: what is around a body, and the title page."""

from __future__ import annotations

from convertkit.metadata import Metadata
from convertkit.writers.epub.package import STYLE_NAME
from convertkit.writers.front import byline, title_text
from convertkit.writers.markup import escape, escape_attribute
from convertkit.writers.wording import is_right_to_left


def xhtml_document(title: str, body: str, language: str) -> bytes:
    """An XHTML document around the markup of its body."""
    direction = ' dir="rtl"' if is_right_to_left(language) else ""
    return f"""\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
lang="{language}" xml:lang="{language}"{direction}>
<head>
<title>{escape(title)}</title>
<link rel="stylesheet" type="text/css" href="{STYLE_NAME}" />
</head>
<body>
{body}
</body>
</html>
""".encode()


def chapter_markup(body: str) -> str:
    """A chapter around the markup of its text."""
    return f'<section epub:type="chapter" role="doc-chapter">\n{body}\n</section>'


def cover_markup(address: str, alternative: str) -> str:
    """The page that shows the cover, and nothing else."""
    image = f'<img src="{escape_attribute(address)}" alt="{escape_attribute(alternative)}" role="doc-cover" />'
    return f'<section epub:type="cover" class="cover">\n{image}\n</section>'


def title_page_markup(metadata: Metadata, language: str) -> str:
    """Title, subtitle, authors, date and source."""
    title = escape(title_text(metadata, language))
    below = byline(metadata, language)
    return f'<section epub:type="titlepage" class="titlepage">\n<h1>{title}</h1>\n{below}\n</section>'
