"""What an EPUB of our own says when pandoc reads it back."""

from __future__ import annotations

import convertkit

POST = """# Tea

Green[^1] and black[^2].

[^1]: 1 minute is enough.

[^2]: - Longer.
    - Hotter.
"""


def test_notes_of_our_epub_come_back_without_numbers_and_back_links() -> None:
    book = convertkit.convert(POST.encode(), "epub", from_="markdown").content
    text = convertkit.convert(book, "markdown", from_="pandoc:epub").text
    assert text[text.index("Green") :].split() == POST[POST.index("Green") :].split()


def test_notes_of_our_html_come_back_without_numbers_and_back_links() -> None:
    page = convertkit.convert(POST.encode(), "html", from_="markdown").content
    text = convertkit.convert(page, "markdown", from_="html").text
    assert text[text.index("Green") :].split() == POST[POST.index("Green") :].split()
