"""The words 本报讯 at the head of a report go."""

from bs4 import BeautifulSoup
from bs4.element import NavigableString

from convertkit import Metadata


def matches(metadata: Metadata) -> bool:
    return "晨光日报" in metadata.authors


def edit(soup: BeautifulSoup) -> None:
    for paragraph in soup.find_all("p"):
        first = next(paragraph.strings, None)
        if isinstance(first, NavigableString) and first.strip().startswith("本报讯 "):
            first.replace_with(NavigableString(first.replace("本报讯 ", "", 1)))
