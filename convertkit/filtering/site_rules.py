"""Site rules: what is not the article on one site's posts, and where its metadata stands, in a TOML file.

`docs/filters.md` describes the file key by key; `SiteRule` holds it checked and compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import turbohtml

from convertkit.dom import (
    BLOCKS,
    describe,
    image_sources,
    is_attached,
    remove,
    visible_text,
    without_cover,
)
from convertkit.filtering.link_rules import LinkRules
from convertkit.filtering.patterns import Pattern
from convertkit.losses import FieldUnreadable, Loss, Removed, Report
from convertkit.metadata import Contributor, Metadata
from convertkit.readers.field_values import READERS, NotUnderstood
from convertkit.readers.html.place import place_of

LIST_FIELDS = frozenset({"authors", "categories", "tags"})
FIELDS = READERS.keys() - {"contributors", "series_index"}
"""What a rule can take from a body; people with a role have a table of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One `[match]` table: a post matches it when it has everything that the table names."""

    authors: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    image_hosts: tuple[str, ...] = ()
    selector: str = ""

    def holds(self, body: turbohtml.Element, metadata: Metadata) -> bool:
        """Whether a post matches."""
        return (
            (not self.authors or not self.authors.isdisjoint(metadata.authors))
            and (not self.categories or not self.categories.isdisjoint(metadata.categories))
            and (not self.hosts or _is_on(metadata.url, self.hosts))
            and (not self.image_hosts or self._has_image(body, metadata))
            and (not self.selector or body.select_one(self.selector) is not None)
        )

    def _has_image(self, body: turbohtml.Element, metadata: Metadata) -> bool:
        if _is_on(metadata.cover, self.image_hosts):
            return True
        return any(_is_on(address, self.image_hosts) for address in image_sources(body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Values taken from elements: their text, or an attribute, or what a pattern's first group finds in either."""

    selector: str
    attribute: str = ""
    pattern: Pattern | None = None
    drop: bool = False

    def values(self, body: turbohtml.Element) -> Iterator[tuple[turbohtml.Element, str]]:
        """Each element that has the value, with the value."""
        for element in body.select(self.selector):
            text = (element.attr(self.attribute) or "").strip() if self.attribute else visible_text(element)
            if self.pattern is not None:
                text = self.pattern.find(text).strip()
            if text:
                yield element, text


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRule:
    """A site rule file: whom it is for, what it drops, and what it takes into the metadata. See `HtmlFilter`."""

    name: str
    about: str = ""
    matches: tuple[Match, ...] = ()
    drop: str = ""
    """A selector list, as `keep` is."""
    keep: str = ""
    drop_text: tuple[Pattern, ...] = ()
    fields: tuple[tuple[str, Taking], ...] = ()
    contributors: tuple[tuple[str, Taking], ...] = ()
    """By role."""
    links: LinkRules = LinkRules()

    def edit_html(self, body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:
        """Edit a post that matches; any other is left as it is. Rules for addresses alone are for every post."""
        if self.matches and not any(match.holds(body, metadata) for match in self.matches):
            return metadata
        if self.links:
            metadata = self.links.edit_html(body, metadata, self.name, report)
            if not self.matches:
                return metadata
        before = image_sources(body) if metadata.cover else frozenset()
        metadata = self._take_fields(body, metadata, report)
        metadata = self._take_contributors(body, metadata, report)
        self._drop_elements(body, report)
        if self.drop_text:
            self._drop_texts(body, report)
        return without_cover(metadata, before - image_sources(body), body, self.name, report)

    def _take_fields(self, body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:
        for field, taking in self.fields:
            found = list(taking.values(body))
            if value := _field_value(field, found, report):
                metadata = self._with(metadata, field, value, taking)
                self._drop_taken(taking, found, body, report)
        return metadata

    def _take_contributors(self, body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:
        for role, taking in self.contributors:
            if found := list(taking.values(body)):
                people = (*metadata.contributors, *(Contributor(name, role) for _, name in found))
                metadata = self._with(metadata, "contributors", tuple(dict.fromkeys(people)), taking)
                self._drop_taken(taking, found, body, report)
        return metadata

    def _with(self, metadata: Metadata, field: str, value: object, taking: Taking) -> Metadata:
        origins = {**metadata.origins, field: f"site rule {self.name}: {taking.selector}"}
        return replace(metadata, origins=origins, **{field: value})  # type: ignore[arg-type]  # `field` is checked by `read_rule`

    def _drop_taken(
        self, taking: Taking, found: list[tuple[turbohtml.Element, str]], body: turbohtml.Element, report: Report
    ) -> None:
        for element, _ in found:
            if taking.drop and is_attached(element, body):
                remove(element, self.name, report)

    def _drop_elements(self, body: turbohtml.Element, report: Report) -> None:
        for element in body.select(self.drop) if self.drop else ():
            if is_attached(element, body) and not self._keeps(element):
                remove(element, self.name, report)

    def _keeps(self, element: turbohtml.Element) -> bool:
        """Whether an element is, holds or stands in something to keep."""
        keep = self.keep
        return bool(keep) and (element.closest(keep) is not None or element.select_one(keep) is not None)

    def _drop_texts(self, body: turbohtml.Element, report: Report) -> None:
        for block in [body, *body.select(BLOCKS)]:
            lines = list(_lines(block))
            for line in lines:
                text = _line_text(line)
                if any(pattern.matches_all(text) for pattern in self.drop_text) and not self._keeps(block):
                    alone = len(lines) == 1 and block != body and block.select_one(BLOCKS) is None
                    self._drop_line(block, [block] if alone else line, report)

    def _drop_line(self, block: turbohtml.Element, line: list[turbohtml.Node], report: Report) -> None:
        report(Removed(place_of(block), self.name, describe(block) if line == [block] else _line_text(line)))
        for node in line:
            node.extract()


def _lines(block: turbohtml.Element) -> Iterator[list[turbohtml.Node]]:
    """The runs of inline nodes directly in a block, as `<br>` and blocks set them apart."""
    line: list[turbohtml.Node] = []
    for node in block.children:
        if isinstance(node, turbohtml.Element) and _ends_line(node):
            if line:
                yield line
            line = []
        elif isinstance(node, turbohtml.Element) or (isinstance(node, turbohtml.Text) and node.data.strip()):
            line.append(node)
    if line:
        yield line


def _ends_line(element: turbohtml.Element) -> bool:
    return element.tag == "br" or element.matches(BLOCKS) or element.select_one(BLOCKS) is not None


def _line_text(line: list[turbohtml.Node]) -> str:
    parts = (
        node.data if isinstance(node, turbohtml.Text) else visible_text(node)
        for node in line
        if isinstance(node, turbohtml.Text | turbohtml.Element)
    )
    return " ".join("".join(parts).split())


def _is_on(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether a URL is on one of the hosts or below it; an image proxy's `https://proxy/?http://host/a.png` counts."""
    url = url.lower()
    return any(host in url and re.search(rf"//(?:[^/?#]*[.@])?{re.escape(host)}(?=[:/?#]|$)", url) for host in hosts)


def _field_value(field: str, found: list[tuple[turbohtml.Element, str]], report: Report) -> object:
    """What a metadata field takes from the texts found: all of them for a list, else the first that can be read.

    They are read as those of the front matter are; what cannot be read is reported where nothing else can.
    """
    texts = [text for _, text in found]
    candidates: Sequence[object] = [texts] if field in LIST_FIELDS else texts
    losses: list[Loss] = []
    for (element, text), candidate in zip(found, candidates, strict=False):
        place = place_of(element)
        try:
            if value := READERS[field](place, candidate).value:
                return value
        except NotUnderstood as error:
            losses.append(error.loss or FieldUnreadable(place, text, f"it is no {field}"))
    for loss in losses:
        report(loss)
    return None
