"""Posts of the archive, in four formats: metadata reads back as the post says it, and bytes repeat.

The outputs are read back by tools that are not ours: an OPF parse (lxml), python-docx, python-frontmatter, and the
header's lines of plain text. What they must say is taken from the file by `expected`, which knows nothing of
convertkit: the archive's front matter is regular enough for four regular expressions.
"""

from __future__ import annotations

import datetime
import email.utils
import html
import io
import re
import zipfile
from pathlib import Path

import docx
import frontmatter
import pytest
from lxml import etree

import convertkit
from tests.corpus import archive
from tests.examples import PROFILE

EVERY = 1 if PROFILE == "long" else 60
DC = "{http://purl.org/dc/elements/1.1/}"
PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
UNTITLED = "Untitled"
"""What a book without a title and a file name is called: EPUB must have one."""
Facts = tuple[str, str, str]
"""Title, author, ISO 8601 date."""


def expected(post: Path) -> Facts:
    """What the damaged file says; a post with an empty title is called what its file is called."""
    source = post.read_text(encoding="utf-8")
    title = re.search(r"^title: (['\"])(.*)\1$", source, re.MULTILINE)
    author = re.search(r"^author: (.*)$", source, re.MULTILINE)
    date = re.search(r"^date: (.*)$", source, re.MULTILINE)
    assert title is not None
    assert author is not None
    assert date is not None
    return html.unescape(title[2]) or post.stem.strip(), author[1], _iso(date[1])


def _iso(text: str) -> str:
    regular = re.sub(r" (?=[-+]\d{4}$)", "", re.sub(r" (?=\d:)", " 0", text))
    try:
        return datetime.datetime.fromisoformat(regular).isoformat()
    except ValueError:
        return email.utils.parsedate_to_datetime(text).replace(tzinfo=datetime.UTC).isoformat()


def epub_facts(content: bytes) -> Facts:
    """As the package document says."""
    book = zipfile.ZipFile(io.BytesIO(content))
    container = etree.fromstring(book.read("META-INF/container.xml"))
    path = next(container.iter("{*}rootfile")).attrib["full-path"]
    package = etree.fromstring(book.read(str(path)))
    title, creator, date = (package.findtext(f".//{DC}{name}") or "" for name in ("title", "creator", "date"))
    return "" if title == UNTITLED else title, creator, date


def docx_facts(content: bytes) -> Facts:
    """As the core properties say; the date as written is a custom property, the core one must be the same instant."""
    package = docx.Document(io.BytesIO(content))
    custom = etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("docProps/custom.xml"))
    written = next(str(item.xpath("string()")) for item in custom.iter(PROPERTY) if item.get("name") == "date")
    date = datetime.datetime.fromisoformat(written)
    created = package.core_properties.created
    assert created is not None
    instant = date.astimezone(datetime.UTC) if date.tzinfo else date.replace(tzinfo=datetime.UTC)
    assert created.replace(tzinfo=datetime.UTC) == instant.replace(microsecond=0), (created, instant)
    return package.core_properties.title or "", package.core_properties.author or "", written


def markdown_facts(content: bytes) -> Facts:
    """As python-frontmatter reads them."""
    post = frontmatter.loads(content.decode())
    date = post["date"]
    written = date.isoformat() if isinstance(date, datetime.date) else str(date)
    return str(post.get("title", "")), str(post["author"]), written


def text_facts(content: bytes) -> Facts:
    """As the header's lines say: the title, a rule, the author, the date."""
    first, rule, author, date, *_ = content.decode().splitlines()
    return (first, author, date) if rule and set(rule) == {"="} else ("", first, rule)


READ_BACK = {"epub": epub_facts, "markdown": markdown_facts, "docx": docx_facts, "text": text_facts}


@pytest.mark.parametrize("to", READ_BACK)
def test_an_output_says_what_the_post_says_and_two_runs_are_the_same_bytes(to: str) -> None:
    for post in archive(every=EVERY):
        content = convertkit.convert(post, to).content
        assert READ_BACK[to](content) == expected(post), post.name
        assert convertkit.convert(post, to).content == content, post.name
