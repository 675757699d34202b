"""Where the document's own links lead: what is linked to, and the identifiers that a renderer gives headings itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import count

from convertkit.tree import Block, Header
from convertkit.walk import plain_text, query_nodes
from convertkit.writers.dead_links import fragment_of, identifier_of

_NOT_IN_SLUG = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Places:
    """The identifiers that links of a document lead to.

    `made` are those that the renderer gives to the very headings that have them. `suffixes` stand behind those that it
    gives to other headings: of two equal identifiers a browser takes the first.
    """

    linked: frozenset[str]
    made: frozenset[str] = frozenset()
    suffixes: tuple[tuple[str, str], ...] = ()

    def suffix(self, identifier: str) -> str:
        """What makes the identifier another one than a heading's."""
        return next((suffix for name, suffix in self.suffixes if name == identifier), "")


def find_places(blocks: tuple[Block, ...], elsewhere: frozenset[str] | None, *, heading_ids: bool) -> Places:
    """The places of a document, and `elsewhere` of what links from outside lead to.

    `heading_ids`: the renderer makes identifiers of headings, as GitHub does.
    """
    linked = frozenset(query_nodes(blocks, fragment_of)) | (elsewhere or frozenset())
    if not (linked and heading_ids):
        return Places(linked)
    headings = list(query_nodes(blocks, lambda node: node if isinstance(node, Header) else None))
    slugs = _numbered([github_slug(plain_text(heading.content)) for heading in headings])
    made = frozenset(
        heading.attr.id
        for at, (heading, slug) in enumerate(zip(headings, slugs, strict=True))
        if slug == heading.attr.id and slugs.index(slug) == at
    )
    taken = {*slugs, *linked}
    clashes = sorted((linked & {*slugs}) - made)
    if clashes:
        clashes = sorted({*clashes} & {*query_nodes(blocks, identifier_of)})
    suffixes = tuple((name, _free_suffix(name, taken)) for name in clashes)
    return Places(linked, made, suffixes)


def github_slug(text: str) -> str:
    """The identifier that GitHub gives a heading of this text (gjtorikian/html-pipeline, `toc_filter`)."""
    return _NOT_IN_SLUG.sub(_mark_of_a_letter, text.lower()).replace(" ", "-")


def _mark_of_a_letter(found: re.Match[str]) -> str:
    """Vowel signs and accents, which are no `\\w` to Python, but are to Ruby."""
    return found[0] if unicodedata.category(found[0])[0] == "M" else ""


def _numbered(slugs: list[str]) -> list[str]:
    """From its second heading on a slug has a number behind it (`toc_filter`)."""
    seen: dict[str, int] = {}
    numbered = []
    for slug in slugs:
        number = seen.get(slug, 0)
        numbered.append(f"{slug}-{number}" if number else slug)
        seen[slug] = number + 1
    return numbered


def _free_suffix(name: str, taken: set[str]) -> str:
    return next(f"-{number}" for number in count(1) if f"{name}-{number}" not in taken)
