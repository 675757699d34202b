"""What an output shows, what in it could act, and whether it is whole: the same few questions in every format."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import cmarkgfm
import docx
import turbohtml
from cmarkgfm.cmark import Options
from lxml import etree
from markdown_it import MarkdownIt

from convertkit.readers.addresses import SAFE_SCHEMES

ACTING = re.compile(
    r"applet|audio|base|basefont|bgsound|button|canvas|datalist|dialog|embed|fieldset|foreignobject|form|frame|frameset"
    r"|iframe|ilayer|input|isindex|keygen|layer|marquee|noscript|object|option|param|portal|script|select|slot|template"
    r"|textarea|track|video|xml"
)
"""Elements that run, load, ask or hide something."""

LOADING = re.compile(
    r"action|archive|background|classid|codebase|data|dynsrc|formaction|icon|lowsrc|manifest|ping|poster|profile|src"
    r"|srcdoc|srcset|usemap|xlink:href"
)
LEADING = re.compile(r"cite|href|longdesc")
"""Attributes that hold an address (HTML standard, index of attributes; those of HTML 4 and of old browsers)."""
READ_BY_PEOPLE = frozenset({"alt", "title", "aria-label", "alttext", "summary", "content", "lang", "xml:lang", "value"})
"""Attributes whose words only show."""

_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_REMOTE_CSS = re.compile(
    r"url\(\s*['\"]?\s*(?!data:|#|[\w./-]+['\"]?\s*\))|@import|expression\(|-moz-binding|behavior:"
)
_SPACE = re.compile(r"[\s\u200b\ufeff]+")


@dataclass
class Inside:
    """An output looked into."""

    shown: str = ""
    """The words that people read."""
    markup: str = ""
    """Elements and attributes as they are written, in lower case, without the words that only show."""
    parts: list[bytes] = field(default_factory=list)
    """Every part, unpacked."""
    threats: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def holds(shown: str, token: str) -> bool:
    """Whether words are shown, wherever lines end."""
    return _SPACE.sub("", token) in _SPACE.sub("", shown)


def look_into(to: str, content: bytes, beside: Iterator[Path]) -> Inside:
    """What is in an output of a format."""
    inside = Inside(parts=[content, *(path.read_bytes() for path in beside)])
    match to:
        case "markdown":
            _markdown(content, inside)
        case "text":
            inside.shown = content.decode()
            _refuse_controls(inside.shown, inside)
        case "html":
            _html(content.decode(), inside, remote=False)
        case "epub":
            _epub(content, inside)
        case "docx":
            _docx(content, inside)
        case _:
            raise ValueError(to)
    return inside


def _refuse_controls(text: str, inside: Inside) -> None:
    if found := _CONTROLS.search(text):
        inside.broken.append(f"control character {found[0]!r}")


def _markdown(content: bytes, inside: Inside) -> None:
    text = content.decode()
    _refuse_controls(text, inside)
    body = _FRONT_MATTER.sub("", text, count=1)
    for rendered in renderings(body):
        _html(rendered, inside, remote=True)
    inside.shown += body


def renderings(markdown: str) -> Iterator[str]:
    """HTML by two engines, raw HTML and every address let through."""
    extensions = ["table", "strikethrough", "autolink"]
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    yield cmarkgfm.markdown_to_html_with_extensions(markdown, options=options, extensions=extensions)
    yield str(_Open("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))


class _Open(MarkdownIt):
    """markdown-it without its filter."""

    def validateLink(self, url: str) -> bool:  # noqa: N802  # markdown-it's name
        return True


def _html(html: str, inside: Inside, *, remote: bool) -> None:
    root = turbohtml.parse(html).root
    for element in () if root is None else root.descendants:
        if isinstance(element, turbohtml.Element):
            attributes = {
                name: " ".join(value) if isinstance(value, list) else value or ""
                for name, value in element.attrs.items()
            }
            inner = element.text if element.tag in ("style", "script") else ""
            _element(element.tag, attributes, inner, inside, remote=remote)
        elif isinstance(element, turbohtml.Text):
            inside.shown += element.data


def _xml(data: bytes, inside: Inside, name: str) -> etree._Element | None:
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True, no_network=True))
    except etree.XMLSyntaxError as error:
        inside.broken.append(f"{name}: {error}")
        return None


def _epub(content: bytes, inside: Inside) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        inside.parts += [book.read(name) for name in book.namelist()]
        for name in book.namelist():
            if not name.endswith((".xhtml", ".opf", ".ncx", ".xml", ".svg")):
                continue
            root = _xml(book.read(name), inside, name)
            if root is None:
                continue
            for element in root.iter("*"):
                tag = etree.QName(element).localname.lower()
                attributes = {etree.QName(key).localname: str(value) for key, value in element.attrib.items()}
                inner = "".join(map(str, element.itertext())) if tag in ("style", "script") else ""
                _element(tag, attributes, inner, inside, remote=False)
            if name.endswith(".xhtml"):
                inside.shown += "".join(map(str, root.itertext()))


def _drawing(data: bytes, inside: Inside) -> None:
    root = _xml(data, inside, "drawing")
    for element in () if root is None else root.iter("*"):
        attributes = {etree.QName(key).localname: str(value) for key, value in element.attrib.items()}
        _element(etree.QName(element).localname.lower(), attributes, "", inside, remote=False)


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _docx(content: bytes, inside: Inside) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        inside.parts += [package.read(name) for name in package.namelist()]
        for name in package.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            root = _xml(package.read(name), inside, name)
            if root is None:
                continue
            for element in root.iter("*"):
                if element.tag == f"{_WORD}instrText":
                    inside.markup += f"<field {str(element.text).lower()}>"
                if str(element.tag).endswith("}Relationship"):
                    _relationship(element, inside)
            if name in ("word/document.xml", "word/footnotes.xml"):
                math = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
                inside.shown += "".join(str(text.text or "") for text in root.iter(f"{_WORD}t", math))
    try:
        docx.Document(io.BytesIO(content))
    except Exception as error:  # noqa: BLE001  # whatever python-docx raises, the file does not open
        inside.broken.append(f"python-docx: {error!r}")


def _relationship(element: etree._Element, inside: Inside) -> None:
    kind, target = str(element.get("Type")), str(element.get("Target"))
    if element.get("TargetMode") != "External":
        return
    inside.markup += f"<relationship target={target.lower()}>"
    if not kind.endswith("/hyperlink"):
        inside.threats.append(f"the part {target} is loaded from elsewhere")
    _address("target", target, inside)


def _element(tag: str, attributes: dict[str, str], inner: str, inside: Inside, *, remote: bool) -> None:
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items() if name not in READ_BY_PEOPLE)
    inside.markup += f"<{tag} {written}>{inner}".lower()
    if ACTING.fullmatch(tag) and not (tag == "input" and attributes.get("type") == "checkbox"):
        inside.threats.append(f"<{tag}>")
    if tag == "meta" and attributes.get("http-equiv", "content-type").lower() != "content-type":
        inside.threats.append(f"<meta {attributes}>")
    for name, value in attributes.items():
        if name.startswith("on"):
            inside.threats.append(f"<{tag} {name}>")
        if LOADING.fullmatch(name) or LEADING.fullmatch(name):
            _address(name, value, inside, data=tag == "img")
        if (
            LOADING.fullmatch(name)
            and not remote
            and re.match(r"\s*(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}", value, re.IGNORECASE)
        ):
            inside.threats.append(f"<{tag} {name}={value[:80]}> is loaded from elsewhere")
    if tag == "link" and not remote and "://" in attributes.get("href", ""):
        inside.threats.append(f"<link {attributes}>")
    if _REMOTE_CSS.search(attributes.get("style", "")) or (tag == "style" and _REMOTE_CSS.search(inner)):
        inside.threats.append(f"<{tag}> with CSS that loads: {attributes.get('style', '')[:80]}")


def _address(name: str, value: str, inside: Inside, *, data: bool = False) -> None:
    for written in (value, unquote(value)):
        clean = re.sub(r"[\t\n\r]", "", written).lstrip("".join(map(chr, range(0x21))))
        scheme = re.match(r"([a-z][a-z0-9+.-]*):", clean, re.IGNORECASE)
        if scheme is None or scheme[1].lower() in SAFE_SCHEMES:
            continue
        if data and re.match(r"data:image/(?!svg)", clean, re.IGNORECASE):
            continue
        if data and (drawing := re.match(r"data:image/svg\+xml;base64,([\w+/=]+)\Z", clean)):
            _drawing(base64.b64decode(drawing[1]), inside)  # in an `img` it runs nothing, and holds nothing to run
            break
        inside.threats.append(f"{name}={value[:80]}")
        break
