"""What a finished book says of itself: an EPUB's package document, a Word document's core properties.

Nothing of a book is trusted: parts have limits, XML is parsed without entities and network, addresses inside the
container only name its own parts.
"""

from __future__ import annotations

import datetime
import posixpath
import re
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from lxml import etree

from convertkit.errors import UnreadableDocument
from convertkit.metadata import Date, Metadata
from convertkit.writers.front import clean_line

MAX_PART_BYTES = 8_000_000
MAX_COVER_BYTES = 32_000_000

EPUB, DOCX = "application/epub+zip", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = {".epub": EPUB, ".docx": DOCX}
"""The books that a catalogue lists, by suffix."""

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/convertkit/#catalog")
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ISBN = re.compile(r"(?:97[89])?\d{9}[\dXx]")
_IRI = re.compile(r"(?:urn:[a-z0-9][a-z0-9-]{1,31}:|https?://)[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_SEPARATOR = "; "
"""Between names in a core property."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A book on the disk."""

    path: PurePosixPath
    """Where it lies, seen from the catalogue's folder."""
    media_type: str
    size: int
    metadata: Metadata
    identifier: str
    """An IRI."""
    modified: datetime.datetime
    """In UTC; 1980 for a book that says nothing of it."""
    cover: bytes = field(default=b"", repr=False)
    """As it is in the book; empty if it has none."""

    @property
    def title(self) -> str:
        """The title; for a book without one its file's name."""
        return clean_line(self.metadata.title) or self.path.stem


def read_book(path: Path, relative: PurePosixPath) -> Book:
    """A book from its file. Raises `UnreadableDocument`."""
    try:
        with zipfile.ZipFile(path) as container:
            if path.suffix.lower() == ".docx":
                return _docx(container, path, relative)
            return _epub(container, path, relative)
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise _unreadable(path, f"is no readable book ({error})") from error
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable(path, f"does not say what it is ({error})") from error
    except OSError as error:
        raise _unreadable(path, f"cannot be read: {error.strerror or error}") from error


def _unreadable(path: Path, problem: str) -> UnreadableDocument:
    return UnreadableDocument(problem, source=str(path), advice="write it again, or take it out of the folder")


def _part(container: zipfile.ZipFile, name: str, limit: int = MAX_PART_BYTES) -> bytes:
    """A part's bytes. Raises `KeyError` if it is not there, `ValueError` if it is larger than the limit."""
    with container.open(name) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise ValueError(f"{name} is larger than {limit // 1_000_000} MB")
    return content


def _xml(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _text(node: etree._Element | None) -> str:
    return "" if node is None else clean_line("".join(map(str, node.itertext())))


# ---------------------------------------------------------------- EPUB


def _epub(container: zipfile.ZipFile, path: Path, relative: PurePosixPath) -> Book:
    rootfile = _xml(_part(container, "META-INF/container.xml")).find(f".//{_CONTAINER}rootfile")
    name = unquote(rootfile.get("full-path", "")) if rootfile is not None else ""
    package = _xml(_part(container, name))
    own = package.find(f"{_OPF}metadata")
    if own is None:
        raise ValueError("its package document has no metadata")
    refined = _refinements(own)
    metadata = _epub_metadata(own, refined)
    written = [_text(node) for node in own.iter(f"{_DC}identifier")]
    unique = [
        _text(node) for node in own.iter(f"{_DC}identifier") if node.get("id") == package.get("unique-identifier")
    ]
    modified = [_text(node) for node in own.iter(f"{_OPF}meta") if node.get("property") == "dcterms:modified"]
    return Book(
        path=relative,
        media_type=EPUB,
        size=path.stat().st_size,
        metadata=metadata,
        identifier=_iri(next((name for name in (*unique, *written) if name), ""), relative),
        modified=_instant(next(iter(modified), ""), metadata.date),
        cover=_cover(container, package, posixpath.dirname(name)),
    )


def _refinements(own: etree._Element) -> dict[tuple[str, str], str]:
    """What `meta` elements say of others: by the id and the property."""
    return {
        (str(node.get("refines", "")).removeprefix("#"), str(node.get("property"))): _text(node)
        for node in own.iter(f"{_OPF}meta")
        if node.get("refines") and node.get("property")
    }


def _epub_metadata(own: etree._Element, refined: dict[tuple[str, str], str]) -> Metadata:
    def all_of(name: str) -> Iterator[str]:
        return (text for node in own.iter(f"{_DC}{name}") if (text := _text(node)))

    titles = [(refined.get((node.get("id", ""), "title-type"), ""), _text(node)) for node in own.iter(f"{_DC}title")]
    main = next((text for kind, text in titles if kind == "main"), next((text for _, text in titles if text), ""))
    series, index = _series(own, refined)
    return Metadata(
        title=main,
        subtitle=next((text for kind, text in titles if kind == "subtitle"), ""),
        authors=tuple(all_of("creator")),
        date=_date(next(all_of("date"), "")),
        language=next(all_of("language"), ""),
        description=next(all_of("description"), ""),
        publisher=next(all_of("publisher"), ""),
        categories=tuple(dict.fromkeys(all_of("subject"))),
        series=series,
        series_index=index,
    )


def _series(own: etree._Element, refined: dict[tuple[str, str], str]) -> tuple[str, float | None]:
    """EPUB 3's collection, else calibre's series (which EPUB 2 has)."""
    for node in own.iter(f"{_OPF}meta"):
        if node.get("property") == "belongs-to-collection" and (series := _text(node)):
            return series, _number(refined.get((node.get("id", ""), "group-position"), ""))
    named = {node.get("name"): clean_line(node.get("content", "")) for node in own.iter(f"{_OPF}meta")}
    series = named.get("calibre:series", "")
    return series, _number(named.get("calibre:series_index", "")) if series else None


def _cover(container: zipfile.ZipFile, package: etree._Element, folder: str) -> bytes:
    """The cover image that the manifest names; empty if it is not there, or too large."""
    wanted = {node.get("content") for node in package.iter(f"{_OPF}meta") if node.get("name") == "cover"}
    items = list(package.iter(f"{_OPF}item"))
    found = [item for item in items if "cover-image" in (item.get("properties") or "").split()]
    found += [item for item in items if item.get("id") in wanted]
    for item in found:
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        try:
            return _part(container, name, MAX_COVER_BYTES)
        except (KeyError, ValueError):
            continue
    return b""


# ---------------------------------------------------------------- DOCX


def _docx(container: zipfile.ZipFile, path: Path, relative: PurePosixPath) -> Book:
    container.getinfo("word/document.xml")
    core = _xml(_part(container, "docProps/core.xml"))
    subjects = [name for name in _text(core.find(f"{_CORE}keywords")).split(_SEPARATOR) if name]
    created = _date(_text(core.find(f"{_DCTERMS}created")))
    metadata = Metadata(
        title=_text(core.find(f"{_DC}title")),
        authors=tuple(name for name in _text(core.find(f"{_DC}creator")).split(_SEPARATOR) if name),
        date=created,
        language=_text(core.find(f"{_DC}language")),
        description=_text(core.find(f"{_DC}description")),
        categories=tuple(dict.fromkeys(subjects)),
    )
    return Book(
        path=relative,
        media_type=DOCX,
        size=path.stat().st_size,
        metadata=metadata,
        identifier=_iri(_text(core.find(f"{_DC}identifier")), relative),
        modified=_instant(_text(core.find(f"{_DCTERMS}modified")), created),
    )


# ---------------------------------------------------------------- values


def _iri(written: str, relative: PurePosixPath) -> str:
    """An identifier as the IRI that Atom wants (RFC 4287, 4.2.6); one from the file's name if the book has none."""
    text = written.strip()
    digits = re.sub(r"[\s-]|^(?:urn:)?isbn:?", "", text, flags=re.IGNORECASE)
    if _UUID.fullmatch(text):
        return f"urn:uuid:{text.lower()}"
    if _ISBN.fullmatch(digits):
        return f"urn:isbn:{digits.upper()}"
    return text if _IRI.fullmatch(text) else another_identifier(text, relative)


def another_identifier(written: str, relative: PurePosixPath) -> str:
    """A stable IRI for a book whose own identifier is none, or is another book's too."""
    return uuid.uuid5(_NAMESPACE, f"{written}\n{'' if written else relative}").urn


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < 1e9 else None


def _date(text: str) -> Date | None:
    """A W3C date; of a year or a month, its first day."""
    text = text.strip()
    text = (
        f"{text}-01-01" if re.fullmatch(r"\d{4}", text) else f"{text}-01" if re.fullmatch(r"\d{4}-\d\d", text) else text
    )
    try:
        return (
            datetime.date.fromisoformat(text)
            if len(text) == len("2022-04-15")
            else datetime.datetime.fromisoformat(text)
        )
    except ValueError:
        return None


_UNKNOWN = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)


def _instant(text: str, date: Date | None) -> datetime.datetime:
    """When a book was changed last, in UTC: what it says, else its date."""
    found = _date(text) or date
    if found is None or not 1 < found.year < 9999:
        return _UNKNOWN
    if not isinstance(found, datetime.datetime):
        return datetime.datetime.combine(found, datetime.time(), datetime.UTC)
    return found.replace(tzinfo=datetime.UTC) if found.tzinfo is None else found.astimezone(datetime.UTC)
