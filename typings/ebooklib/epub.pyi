"""What convertkit uses of EbookLib, which has no types of its own."""

import datetime
import zipfile
from collections.abc import Mapping
from typing import Protocol, TypeAlias

class XmlElement(Protocol):
    def set(self, key: str, value: str) -> None: ...

class EpubItem:
    id: str | None
    file_name: str
    media_type: str
    def __init__(self, uid: str | None = None, file_name: str = "", media_type: str = "") -> None: ...

class EpubNcx(EpubItem):
    def __init__(self, uid: str = "ncx", file_name: str = "toc.ncx") -> None: ...

class EpubCover(EpubItem):
    def __init__(self, uid: str = "cover-img", file_name: str = "") -> None: ...

class EpubHtml(EpubItem):
    properties: list[str]

class EpubNav(EpubHtml):
    def __init__(self, uid: str = "nav", file_name: str = "nav.xhtml") -> None: ...

class Link:
    def __init__(self, href: str, title: str, uid: str | None = None) -> None: ...

TocEntry: TypeAlias = Link | tuple[Link, list[TocEntry]]

class EpubBook:
    metadata: dict[str | None, dict[str, list[tuple[str, Mapping[str, str] | None]]]]
    items: list[EpubItem]
    spine: list[EpubItem]
    toc: list[TocEntry]
    title: str
    def set_identifier(self, uid: str) -> None: ...
    def set_language(self, lang: str) -> None: ...
    def set_template(self, name: str, value: bytes) -> None: ...
    def set_direction(self, direction: str) -> None: ...
    def add_metadata(
        self, namespace: str | None, name: str, value: str, others: Mapping[str, str] | None = None
    ) -> None: ...

class EpubWriter:
    out: zipfile.ZipFile
    def __init__(
        self, name: str, book: EpubBook, options: Mapping[str, bool | datetime.datetime] | None = None
    ) -> None: ...
    def _write_container(self) -> None: ...
    def _write_opf(self) -> None: ...
    def _write_opf_metadata(self, root: XmlElement) -> None: ...
    def _get_ncx(self) -> bytes: ...
