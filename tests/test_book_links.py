"""Which post of a book a link leads to."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from convertkit.book.anchors import slug
from convertkit.book.cards import Card
from convertkit.book.generator_tags import link_generator_tags
from convertkit.book.links import Found, Index
from convertkit.metadata import Metadata
from convertkit.tree import Document, Link, Para, Text


def card(path: str, url: str = "", title: str = "", **extra: object) -> Card:
    return Card(
        key=path,
        source=path,
        path=PurePosixPath(path),
        metadata=Metadata(title=title or path, url=url, extra=extra),
        words=1,
        size=1,
    )


RAIN = card(
    "2022/2022-04-15-rain.md", "https://blog.example/2022/04/rain/", "Rain at last", aliases=["/wet", "old/wet.html"]
)
TEA = card("2021/tea.md", "https://blog.example/2021/03/tea.html?lang=en", permalink="/drinks/tea/")
NUMBERED = card("p.html", "https://wp.example/?p=12")
OTHER = card("q.html", "https://wp.example/?p=13")
BARE = card("2021/茶 花.md")
TWIN = card("a/same.md")
TWIN_TOO = card("b/same.md")
POSTS = [RAIN, TEA, NUMBERED, OTHER, BARE, TWIN, TWIN_TOO]
INDEX = Index(POSTS, sites=["old.example", "https://www.older.example/"])


@pytest.mark.parametrize(
    ("target", "origin", "found"),
    [
        ("https://blog.example/2022/04/rain/", TEA, Found(RAIN, "")),
        ("http://www.blog.example/2022/04/rain", TEA, Found(RAIN, "")),
        ("//blog.example:443/2022/04/rain/index.html#the%20end", TEA, Found(RAIN, "the end")),
        ("https://blog.example/2022/04/rain/?utm_source=feed#more", TEA, Found(RAIN, "more")),
        ("/2022/04/rain", TEA, Found(RAIN, "")),
        ("/wet", TEA, Found(RAIN, "")),
        ("https://blog.example/wet/", BARE, Found(RAIN, "")),
        ("https://old.example/old/wet.html", BARE, Found(RAIN, "")),
        ("http://older.example/2022/04/rain/", BARE, Found(RAIN, "")),
        ("https://blog.example/2021/03/tea.html?lang=en", RAIN, Found(TEA, "")),
        ("/drinks/tea", RAIN, Found(TEA, "")),
        ("https://wp.example/?p=12", RAIN, Found(NUMBERED, "")),
        ("https://wp.example/?p=13", RAIN, Found(OTHER, "")),
        ("https://wp.example/?p=14", RAIN, None),
        ("../2021/tea.md", RAIN, Found(TEA, "")),
        ("https://blog.example/2022/04/2021/tea.md", RAIN, Found(TEA, "")),
        ("../2021/%E8%8C%B6%20%E8%8A%B1.md#x", RAIN, Found(BARE, "x")),
        ("茶 花.html", TEA, Found(BARE, "")),
        ("post:rain", TEA, Found(RAIN, "")),
        ("post:2022-04-15-rain#end", TEA, Found(RAIN, "end")),
        ("post:2022/2022-04-15-rain", TEA, Found(RAIN, "")),
        ("post:Rain at last", TEA, Found(RAIN, "")),
        ("post:same", TEA, None),
        ("https://elsewhere.example/2022/04/rain/", TEA, None),
        ("https://blog.example/", TEA, None),
        ("#end", TEA, None),
        ("mailto:rain@blog.example", TEA, None),
        ("http://[", TEA, None),
        ("", TEA, None),
    ],
)
def test_what_a_link_leads_to(target: str, origin: Card, found: Found | None) -> None:
    assert INDEX.find(target, origin) == found


def test_a_relative_link_that_reading_made_absolute_leads_to_its_file() -> None:
    assert INDEX.find("https://blog.example/2022/04/rain/2022-04-15-rain.md", RAIN) == Found(RAIN, "")


def test_a_copy_leads_to_the_post_that_is_kept() -> None:
    index = Index(POSTS, stands_for={TEA.key: RAIN})
    assert index.find("/drinks/tea", BARE) == Found(RAIN, "")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See {% post_link rain %}.", [("rain", "post:rain")]),
        ("{% post_link rain 'A long rain' false %}", [("A long rain", "post:rain")]),
        ('{% post_link "two words" Two words %}', [("Two words", "post:two words")]),
        ("[it]({% post_url 2022-04-15-rain %}#end)", [("it", "post:2022-04-15-rain#end")]),
        ("[it]({{ site.baseurl }}{% link _posts/rain.md %})", [("it", "post:_posts/rain.md")]),
        ("{% raw %}", []),
    ],
)
def test_tags_of_generators_become_links(text: str, links: list[tuple[str, str]]) -> None:
    (block,) = link_generator_tags(Document((Para((Text(text),)),))).blocks
    assert isinstance(block, Para)
    found = [node for node in block.content if isinstance(node, Link)]
    assert [(node.content, node.target) for node in found] == [((Text(words),), target) for words, target in links]


def test_a_tag_in_a_target_is_a_target() -> None:
    (block,) = link_generator_tags(
        Document((Para((Link((Text("x"),), "https://blog.example/%7B%25%20post_url%20rain%20%25%7D#y"),)),))
    ).blocks
    assert block == Para((Link((Text("x"),), "post:rain#y"),))


@pytest.mark.parametrize(
    "fragment", ["the-2nd-cup-of-tea", "The-2nd-cup-of-tea", "the_2nd_cup_of_tea", "The 2nd cup: of tea!"]
)
def test_slugs_of_all_generators_are_one(fragment: str) -> None:
    assert slug(fragment) == slug("The 2nd cup -- of tea")
