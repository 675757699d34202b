"""Names of Office Open XML (ECMA-376) and the handling of parts that the rest of the writer shares."""

from __future__ import annotations

from functools import cache

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = {
    "w": W,
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "o": "urn:schemas-microsoft-com:office:office",
    "v": "urn:schemas-microsoft-com:vml",
    "w10": "urn:schemas-microsoft-com:office:word",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}
"""The prefixes that pandoc declares in `word/document.xml`, which raw OOXML may therefore use."""


@cache
def name(qualified: str) -> str:
    """`w:p` in lxml's notation, `{namespace}p`."""
    prefix, _, local = qualified.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def element(qualified: str, *children: etree._Element, **attributes: str) -> etree._Element:
    """An element of a part; `val="x"` becomes an attribute of the element's own namespace."""
    made = etree.Element(name(qualified), nsmap={"w": W})
    prefix = qualified.partition(":")[0]
    for key, value in attributes.items():
        made.set(name(f"{prefix}:{key}"), value)
    made.extend(children)
    return made


def parse(part: bytes) -> etree._Element:
    """The root of a part; no entity is expanded, nothing is fetched, and depth is not limited below libxml2's own."""
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def serialise(root: etree._Element) -> bytes:
    """A part's bytes."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def put_child(parent: etree._Element, child: etree._Element, order: tuple[str, ...]) -> None:
    """Insert a child at its place in the schema's sequence `order`, replacing one of the same name."""
    for old in parent.findall(child.tag):
        parent.remove(old)
    later = {name(qualified) for qualified in order[order.index(_qualified(child)) + 1 :]}
    for index, sibling in enumerate(parent):
        if sibling.tag in later:
            parent.insert(index, child)
            return
    parent.append(child)


def _qualified(node: etree._Element) -> str:
    return f"w:{etree.QName(node).localname}"
