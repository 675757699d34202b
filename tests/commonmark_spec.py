"""The examples of CommonMark's specification, and our Markdown of each: for `test_fidelity` and its benchmark."""

from __future__ import annotations

import re

import turbohtml

import convertkit
from convertkit.readers.addresses import safe_address
from tests.corpus import corpus
from tests.html_dom import gfm_can_say

EXAMPLE = re.compile(r"^`{32} example\n.*?^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)


def spec_examples() -> list[str]:
    """The HTML of each example in CommonMark's specification that shows anything; an arrow stands for a tab there."""
    spec = corpus("commonmark/spec.txt").read_text(encoding="utf-8")
    return [html for found in EXAMPLE.finditer(spec) if (html := found[1].replace("→", "\t")).strip()]


def can_be_equal(html: str) -> bool:
    """Whether GFM has signs for all of it, and no link in it is one that convertkit removes for safety."""
    links = turbohtml.parse_fragment(html).select("a[href]")
    return gfm_can_say(html) and all(safe_address(link.attr("href") or "") is not None for link in links)


def ours(html: str) -> str:
    """Our Markdown without front matter. The examples are not damaged: what is odd in them is so on purpose."""
    document = convertkit.read(html, from_="html", no_filters=True, repair=False)
    metadata = type(document.metadata)()
    return convertkit.write(type(document)(document.blocks, metadata), "markdown").decode()
