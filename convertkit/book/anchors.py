"""The places inside posts that other posts link to: which of them are there, and what each is called in the book.

A fragment is found by the id that it names; as browsers do, also when it is percent-encoded; then in another case;
then as the slug that a generator makes of a heading's text (GitHub, kramdown, Hexo, WordPress).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from convertkit.book.cards import Card
from convertkit.book.links import Found
from convertkit.book.planning import Plan
from convertkit.book.survey import Survey
from convertkit.tree import Document, Header
from convertkit.walk import Node, Rewrite, find_all, plain_text, query, walk

_NOT_IN_SLUG = re.compile(r"[^\w\s-]+")
_SPACES = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Anchors:
    """For each post by its key: the id for each fragment that is found, and the headings to be given one."""

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    headings: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def anchor(self, found: Found) -> str:
        """The id of the place that a link leads to; "" for the beginning, or where it is not there."""
        return self.names.get(found.card.key, {}).get(found.fragment, "")

    def wanted(self, key: str) -> tuple[str, ...]:
        """The ids of a post that others link to, sorted."""
        return tuple(sorted(set(self.names.get(key, {}).values())))

    def kept(self, document: Document, card: Card) -> Document:
        """The document whose headings have the ids by which others link to them."""
        ids = self.headings.get(card.key)
        if not ids:
            return document
        count = -1

        def named(node: Node) -> Rewrite:
            nonlocal count
            if not isinstance(node, Header):
                return node
            count += 1
            return replace(node, attr=replace(node.attr, id=ids[count])) if count in ids else node

        return walk(document, named)


def find_anchors(plan: Plan, survey: Survey) -> Anchors:
    """The anchors of a plan: each post that a link with a fragment leads to is looked at once more."""
    wanted: dict[str, set[str]] = defaultdict(set)
    cards: dict[str, Card] = {}
    for found in (found for links in plan.links.values() for found in links.values()):
        if found.fragment:
            wanted[found.card.key].add(found.fragment)
            cards[found.card.key] = found.card
    names: dict[str, dict[str, str]] = {}
    headings: dict[str, dict[int, str]] = {}
    for key in sorted(wanted):
        fragments = sorted(wanted[key])
        names[key], headings[key] = _places(survey.document(cards[key]), fragments)
        if missing := [fragment for fragment in fragments if fragment not in names[key]]:
            names[key], headings[key] = _places(survey.read_again(cards[key], missing), fragments)
    return Anchors(names, headings)


def _places(document: Document, fragments: Iterable[str]) -> tuple[dict[str, str], dict[int, str]]:
    """The id for each fragment that is there, and the ids for headings that have none, by their number."""
    ids = dict.fromkeys(query(document, _id_of))
    folded = {name.casefold(): name for name in reversed(ids)}
    headings = find_all(document.blocks, Header)
    slugs: dict[str, int] = {}
    for number, heading in enumerate(headings):
        slugs.setdefault(slug(plain_text(heading.content)), number)
    names: dict[str, str] = {}
    given: dict[int, str] = {}
    for fragment in fragments:
        name = fragment if fragment in ids else folded.get(unquote(fragment).casefold(), "")
        if not name and (place := slugs.get(slug(unquote(fragment)))) is not None:
            name = headings[place].attr.id or given.setdefault(place, unquote(fragment))
        if name:
            names[fragment] = name
    return names, given


def slug(text: str) -> str:
    """One form for all slugs of a heading: its letters and digits in lower case, everything else a hyphen."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SPACES.sub("-", _NOT_IN_SLUG.sub(" ", folded)).strip("-")


def _id_of(node: Node) -> str | None:
    attr = getattr(node, "attr", None)
    return attr.id or None if attr is not None else None
