"""An entry's or a head's XML to elements: as it stands, else mended, else what a lenient parser makes of it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import etree

from convertkit.losses import EntryDamaged, FeedRepaired, Report

PREFIXES: Mapping[str, str] = {
    "": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://backend.userland.com/rss091": "",
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://www.w3.org/2007/app": "app",
    "http://purl.org/atom/app#": "app",
    "http://schemas.google.com/blogger/2008": "blogger",
    "http://schemas.google.com/blogger/2018": "blogger",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
"""What we call the namespaces of feeds and of their modules, whatever prefix a file gives them."""
_WORDPRESS = re.compile(r"http://wordpress\.org/export/1\.\d(?P<excerpt>/excerpt)?/")

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"

_ROOT = re.compile(
    r"<(?P<name>(?:[A-Za-z_][\w.-]*:)?(?:rss|RDF|feed|channel|rdf))(?=[\s>])(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>"
)
_SECTION = re.compile(r"<!\[CDATA\[|<!--")
_REFERENCE = re.compile(r"&(?:#(?P<number>[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});|(?P<name>[A-Za-z][A-Za-z0-9]{1,31});)?")
_NO_TAG = re.compile(r"<(?![A-Za-z_/!?])")
_LAST_TAG = re.compile(r"<(?P<name>[\w:.-]+)[^<>]*>\s*\Z")
_LOCAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
_TYPE = re.compile(r"""\stype\s*=\s*(?:"[^"]*"|'[^']*')""")
_XML_NAMES = frozenset(["amp", "lt", "gt", "quot", "apos"])
_MARKUP_FIELD = re.compile(
    r"<(?P<name>(?:content:|excerpt:|itunes:)?(?:encoded|description|summary|content|title))(?:\s[^<>]*)?(?<!/)>"
)


def _parser(*, recover: bool) -> etree.XMLParser:
    """A parser that opens nothing and expands nothing. Entries are bounded before they come here, hence `huge_tree`."""
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
    )


@dataclass(frozen=True, slots=True)
class Fields:
    """An element's children by name: `title`, `dc:creator`, `atom:link`, in lower case."""

    element: etree._Element
    children: Mapping[str, list[etree._Element]] = field(default_factory=dict)

    def all(self, name: str) -> list[etree._Element]:
        """The children of that name."""
        return self.children.get(name, [])

    def texts(self, *names: str) -> list[str]:
        """What the children of these names say, without white space at the edges and without those that say nothing."""
        return [text for name in names for child in self.all(name) if (text := text_of(child))]

    def text(self, *names: str) -> str:
        """The first text under the first of the names that has one."""
        return next(iter(self.texts(*names)), "")

    def within(self, name: str) -> Iterator[Fields]:
        """Each child of that name with its own children."""
        return map(fields_of, self.all(name))

    @property
    def language(self) -> str:
        """`xml:lang`, as written."""
        return self.element.get(XML_LANG, "")

    def base(self, outer: str, element: etree._Element | None = None) -> str:
        """The address that `xml:base` gives here, or within a descendant; `outer` where there is none."""
        inside = self.element if element is None else element
        path = [inside, *inside.iterancestors()]
        for step in reversed(path[: path.index(self.element) + 1]):
            if said := step.get(_XML_BASE):
                outer = joined(outer, said)
        return outer


def joined(base: str, address: str) -> str:
    """An address against a base; as written where it cannot be joined (`//[`)."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address


def text_of(element: etree._Element) -> str:
    """All text in an element."""
    return "".join(map(str, element.itertext())).strip()


def markup_of(element: etree._Element) -> str:
    """What an element holds as HTML: its text if it has no elements, else them with their text (XHTML in XML)."""
    if len(element) == 0:
        return element.text or ""
    for inner in element.iter():
        if isinstance(inner.tag, str):
            local = _LOCAL_NAME.search(inner.tag)
            inner.tag = local[0] if local else "span"  # a lenient parser lets `<a:b:c>` and worse pass
    etree.cleanup_namespaces(element)
    parts = [html.escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts)


def fields_of(element: etree._Element) -> Fields:
    """An element with its children by name."""
    children: dict[str, list[etree._Element]] = {}
    for child in element:
        if isinstance(child.tag, str):
            children.setdefault(name_of(child.tag), []).append(child)
    return Fields(element, children)


def name_of(tag: str) -> str:
    """Our name of `{namespace}local`; a prefix that nobody declared stands in the local part already."""
    if tag[0] != "{":
        return tag.lower()
    namespace, _, local = tag[1:].partition("}")
    prefix = PREFIXES.get(namespace)
    if prefix is None and (found := _WORDPRESS.fullmatch(namespace)):
        prefix = "excerpt" if found["excerpt"] else "wp"
    prefix = namespace if prefix is None else prefix
    return f"{prefix}:{local}".lower() if prefix else local.lower()


def root_tag(head: str) -> str:
    """The start tag of a feed's root, with the namespaces that it declares; empty if there is none."""
    found = _ROOT.search(head)
    return found[0] if found else ""


def read_head(head: str) -> Fields:
    """The feed's own elements: those before its first entry. What is broken in them is left out."""
    start = root_tag(head)
    text = mended(head[head.index(start) :]) if start else "<feed/>"
    root = etree.fromstring(text, _parser(recover=True))
    if root is None:
        return Fields(etree.Element("feed"))
    found = fields_of(root)
    return next(found.within("channel"), found)


def read_element(text: str, root: str, report: Report, *, whole: bool) -> Fields | None:
    """An entry's element; `root` declares its namespaces. None if not even a lenient parser finds one."""
    closing = f"</{root[1:].split(None, 1)[0].rstrip('>')}>" if root else ""
    if whole:
        for change in _CHANGES:
            element = _strictly(root + change(text) + closing)
            if element is not None:
                if change is not _unchanged:
                    report(FeedRepaired("", "it was no well-formed XML"))
                return fields_of(element)
    report(EntryDamaged("", "its end is missing" if not whole else "it is no well-formed XML"))
    wrapper = etree.fromstring(root + _with_data(text), _parser(recover=True))
    inside = next((child for child in wrapper if isinstance(child.tag, str)), None) if wrapper is not None else None
    return fields_of(inside) if inside is not None else None


def _strictly(text: str) -> etree._Element | None:
    try:
        root = etree.fromstring(text, _parser(recover=False))
    except etree.XMLSyntaxError:
        return None
    return next(iter(root), None)


def _unchanged(text: str) -> str:
    return text


def _sections(text: str) -> list[str]:
    """Text and CDATA sections or comments in turns; one that nobody closed is text. It takes linear time."""
    parts: list[str] = []
    at, endless = 0, set[str]()
    for found in _SECTION.finditer(text):
        ending = "]]>" if found[0] == "<![CDATA[" else "-->"
        if found.start() < at or ending in endless:
            continue
        end = text.find(ending, found.end())
        if end < 0:
            endless.add(ending)
        else:
            parts += [text[at : found.start()], text[found.start() : end + 3]]
            at = end + 3
    return [*parts, text[at:]]


def mended(text: str) -> str:
    """XML with what nobody escaped escaped, and HTML's named characters as themselves, outside CDATA and comments."""
    parts = _sections(text)
    parts[::2] = [_NO_TAG.sub("&lt;", _REFERENCE.sub(_reference, part)) for part in parts[::2]]
    return "".join(parts)


def _reference(found: re.Match[str]) -> str:
    if number := found["number"]:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        allowed = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
        return found[0] if allowed else ""
    if name := found["name"]:
        if name in _XML_NAMES:
            return found[0]
        character = html.unescape(found[0])
        if character != found[0]:
            return html.escape(character)
    return f"&amp;{found[0][1:]}"


def _with_data(text: str) -> str:
    """Mended XML in which HTML that stands unescaped in a field is that field's text."""
    last = text.rfind("<![CDATA[")
    if last >= 0 and text.find("]]>", last) < 0:
        name = _LAST_TAG.search(text[max(0, last - 200) : last])
        end = text.find(f"</{name['name']}", last) if name else -1
        end = end if end >= 0 else len(text)
        text = f"{text[:end]}]]>{text[end:]}"
    parts = _sections(text)
    parts[::2] = map(_fields_as_data, parts[::2])
    return mended("".join(parts))


def _fields_as_data(text: str) -> str:
    parts: list[str] = []
    at = 0
    endless: set[str] = set()
    for found in _MARKUP_FIELD.finditer(text):
        if found.start() < at or found["name"] in endless:
            continue
        end = text.find(f"</{found['name']}", found.end())
        if end < 0:
            endless.add(found["name"])
        elif "<" in text[found.end() : end]:
            tag = _TYPE.sub("", found[0][:-1]) + ' type="html">'
            parts += [text[at : found.start()], tag, "<![CDATA[", text[found.end() : end], "]]>"]
            at = end
    return "".join((*parts, text[at:]))


_CHANGES: tuple[Callable[[str], str], ...] = (_unchanged, mended, _with_data)
"""What is done to an entry until it is XML, the least first."""
