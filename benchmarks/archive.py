"""Every post of the archive, in four formats, twice: nothing raises, metadata reads back equal, bytes repeat.

    python -m benchmarks.archive [--every N]     a line a failure, then the counts

The outputs are read back by tools that are not ours: an OPF parse (lxml), python-docx, python-frontmatter, and the
header's lines of plain text. What they must say is taken from the file by `expected`, which knows nothing of
convertkit: the archive's front matter is regular enough for four regular expressions.
"""

from __future__ import annotations

import argparse
import datetime
import email.utils
import html
import io
import os
import re
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import docx
import frontmatter
from lxml import etree

import convertkit
from tests.corpus import archive

FORMATS = ("epub", "markdown", "docx", "text")
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
    for form in ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d"):
        try:
            return datetime.datetime.strptime(text, form).isoformat()  # noqa: DTZ007  # a date without a zone stays so
        except ValueError:
            continue
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


def check(post: Path) -> list[str]:
    """What is wrong with one post's conversions."""
    facts = expected(post)
    wrong = []
    for to in FORMATS:
        try:
            content = convertkit.convert(post, to).content
            if convertkit.convert(post, to).content != content:
                wrong.append(f"{to}: two runs differ")
            found = READ_BACK[to](content)
        except Exception as error:  # noqa: BLE001  # a runner names every failure and goes on
            wrong.append(f"{to}: {type(error).__name__}: {error}")
            continue
        if found != facts:
            wrong.append(f"{to}: {found} instead of {facts}")
    return wrong


def main() -> None:
    """Check the archive with one process a core; exit code 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take each n-th post")
    posts = archive(every=parser.parse_args().every)
    failed = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for post, wrong in zip(posts, pool.map(check, posts, chunksize=16), strict=True):
            failed += bool(wrong)
            for line in wrong:
                print(f"{post.name}: {line}")
    print(f"{len(posts)} posts, {len(FORMATS)} formats, twice: {failed} posts with something wrong")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
