"""What can be read and written: one table each, names on the left, functions on the right.

A function is named as `module:function` and imported when it is used, so that `import convertkit` costs little.
Plug-ins join through the entry point groups `convertkit.readers`, `convertkit.collections` and `convertkit.writers`; an
entry point's name is the format's name and it loads a `ReaderFormat`, `CollectionFormat` or `WriterFormat`. Ours win
over a plug-in's of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from convertkit.errors import UnknownFormat
from convertkit.plugins import plug_ins

if TYPE_CHECKING:
    from convertkit.context import ReadContext, WriteContext
    from convertkit.options import FlavourName
    from convertkit.readers.feeds.entry import CollectionReader
    from convertkit.tree import Document
    from convertkit.writers.markdown.flavours import Flavour


class Reader(Protocol):
    """Bytes of a format to a rough tree."""

    def __call__(self, data: bytes, context: ReadContext, /) -> Document: ...


class Writer(Protocol):
    """A clean tree to the bytes of a format: the same bytes every time for the same document and options."""

    def __call__(self, document: Document, context: WriteContext, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ReaderFormat:
    """A format that can be read. `function` is a `Reader`, or its address as `module:function`."""

    function: Reader | str
    about: str
    suffixes: tuple[str, ...] = ()
    html: bool = False
    """It reads HTML and runs the filters of its context on it."""


@dataclass(frozen=True, slots=True)
class CollectionFormat:
    """A format of which one file holds many documents. `function` is a `CollectionReader`, or its address."""

    function: CollectionReader | str
    about: str
    suffixes: tuple[str, ...] = ()
    """Files of these suffixes are looked into: others have them too."""


PIXELS = ("image/png", "image/jpeg", "image/gif")
"""Media types of images that everything shows."""
SCREEN = (*PIXELS, "image/webp", "image/svg+xml")
"""Media types of images that browsers, and readers of EPUB 3, show."""


@dataclass(frozen=True, slots=True)
class WriterFormat:
    """A format that can be written. `function` is a `Writer`, or its address as `module:function`."""

    function: Writer | str
    about: str
    suffixes: tuple[str, ...]
    binary: bool = False
    """The bytes are not UTF-8 text, so they are no good on a terminal."""
    files_beside: bool = False
    """Images go into a folder beside the output."""
    cover: bool = False
    """It has a cover."""
    shown: tuple[str, ...] = SCREEN
    """Media types of the images that it can show; others are converted for it."""
    flavours: str = ""
    """Where its dialects are, by the names that `--flavour` takes: the address of a mapping to what has an `about`."""


READERS: Mapping[str, ReaderFormat] = {
    "post": ReaderFormat(
        "convertkit.readers.post:read_post",
        "front matter (YAML, TOML, JSON) and an HTML or Markdown body, told apart by looking",
        (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".txt", ".text", ".post"),
        html=True,
    ),
    "markdown": ReaderFormat(
        "convertkit.readers.post:read_markdown_post", "a post whose body is Markdown (CommonMark and GFM)", html=True
    ),
    "html": ReaderFormat(
        "convertkit.readers.page:read_page",
        "a saved web page or a piece of one",
        (".html", ".htm", ".xhtml", ".xht", ".shtml"),
        html=True,
    ),
    "json": ReaderFormat("convertkit.readers.pandoc:read_json", "pandoc's AST as JSON", (".json",)),
}

COLLECTIONS: Mapping[str, CollectionFormat] = {
    "rss": CollectionFormat(
        "convertkit.readers.feeds.rss:read_rss", "a feed in RSS, 0.90 to 2.0", (".rss", ".xml", ".rdf")
    ),
    "wxr": CollectionFormat("convertkit.readers.feeds.wordpress:read_wxr", "an export of WordPress (WXR)", (".xml",)),
    "atom": CollectionFormat("convertkit.readers.feeds.atom:read_atom", "a feed in Atom", (".atom", ".xml")),
    "jsonfeed": CollectionFormat(
        "convertkit.readers.feeds.json_feed:read_json_feed", "a feed in JSON Feed, 1 and 1.1", (".json",)
    ),
    "ghost": CollectionFormat("convertkit.readers.feeds.ghost:read_ghost", "an export of Ghost", (".json",)),
    "blogger": CollectionFormat(
        "convertkit.readers.feeds.blogger:read_blogger",
        "an export of Blogger, from its settings or from Takeout",
        (".xml", ".atom"),
    ),
}

WRITERS: Mapping[str, WriterFormat] = {
    "markdown": WriterFormat(
        "convertkit.writers.markdown:write_markdown",
        "Markdown with YAML front matter, of the flavour that --flavour names",
        (".md", ".markdown"),
        files_beside=True,
        flavours="convertkit.writers.markdown.flavours:FLAVOURS",
    ),
    "text": WriterFormat("convertkit.writers.text:write_text", "plain text, wrapped", (".txt", ".text")),
    "epub": WriterFormat("convertkit.writers.epub:write_epub", "EPUB 3", (".epub",), binary=True, cover=True),
    "docx": WriterFormat(
        "convertkit.writers.docx:write_docx", "Word (Office Open XML)", (".docx",), binary=True, shown=PIXELS
    ),
    "html": WriterFormat("convertkit.writers.html:write_html", "one clean HTML file", (".html", ".htm")),
    "json": WriterFormat("convertkit.writers.pandoc:write_json", "pandoc's AST as JSON", (".json",)),
}

PANDOC_PREFIX = "pandoc:"
"""`pandoc:NAME` is every format of the installed pandoc: see `pandoc --list-output-formats`."""

PANDOC_READS: Mapping[str, str] = {
    ".adoc": "asciidoc",
    ".asciidoc": "asciidoc",
    ".csv": "csv",
    ".dbk": "docbook",
    ".dj": "djot",
    ".docx": "docx",
    ".epub": "epub",
    ".fb2": "fb2",
    ".ipynb": "ipynb",
    ".latex": "latex",
    ".mediawiki": "mediawiki",
    ".muse": "muse",
    ".odt": "odt",
    ".opml": "opml",
    ".org": "org",
    ".pptx": "pptx",
    ".rst": "rst",
    ".rtf": "rtf",
    ".t2t": "t2t",
    ".tex": "latex",
    ".textile": "textile",
    ".tsv": "tsv",
    ".typ": "typst",
    ".wiki": "mediawiki",
    ".xlsx": "xlsx",
}
"""pandoc's own reading of suffixes (pandoc `Text.Pandoc.Format`), for formats that convertkit leaves to it."""

PANDOC_WRITES: Mapping[str, str] = {
    ".adoc": "asciidoc",
    ".dbk": "docbook",
    ".dj": "djot",
    ".fb2": "fb2",
    ".icml": "icml",
    ".ipynb": "ipynb",
    ".latex": "latex",
    ".mediawiki": "mediawiki",
    ".muse": "muse",
    ".odt": "odt",
    ".opml": "opml",
    ".org": "org",
    ".pptx": "pptx",
    ".rst": "rst",
    ".rtf": "rtf",
    ".tei": "tei",
    ".tex": "latex",
    ".texi": "texinfo",
    ".textile": "textile",
    ".typ": "typst",
    ".wiki": "mediawiki",
}
"""The same for writing."""

PANDOC_VARIANTS: Mapping[str, tuple[str, ...]] = {
    ".1": ("man",),
    ".bib": ("bibtex", "biblatex"),
    ".epub": ("epub", "epub2", "epub3"),
    ".html": ("html", "html4", "html5", "dzslides", "revealjs", "s5", "slideous", "slidy"),
    ".json": ("json", "csljson"),
    ".md": ("commonmark", "commonmark_x", "gfm", "markdown", "markdown_github", "markdown_mmd", "markdown_phpextra",
            "markdown_strict", "markua"),
    ".tex": ("beamer", "context"),
    ".txt": ("ansi", "bbcode", "jira", "plain", "vimdoc", "xwiki", "zimwiki"),
    ".xml": ("docbook4", "docbook5", "jats", "jats_archiving", "jats_articleauthoring", "jats_publishing",
             "opendocument", "xml"),
    ".zip": ("chunkedhtml",),
}  # fmt: skip
"""The suffix of outputs of pandoc's formats whose own name is no suffix that programs know."""

DATA_SUFFIXES = frozenset({".csv", ".json", ".opml", ".tsv", ".xlsx"})
"""In a folder these are data beside the posts (`package.json`, a blogroll); each can be converted when it is named."""

F = TypeVar("F", ReaderFormat, CollectionFormat, WriterFormat)


@cache
def reader_formats() -> Mapping[str, ReaderFormat]:
    """Every reader by name, plug-ins included."""
    return _with_plugins(READERS, "convertkit.readers", ReaderFormat)


@cache
def collection_formats() -> Mapping[str, CollectionFormat]:
    """Every collection by name, plug-ins included."""
    return _with_plugins(COLLECTIONS, "convertkit.collections", CollectionFormat)


@cache
def writer_formats() -> Mapping[str, WriterFormat]:
    """Every writer by name, plug-ins included."""
    return _with_plugins(WRITERS, "convertkit.writers", WriterFormat)


def reader_format(name: str) -> ReaderFormat:
    """The reader of that name, `pandoc:NAME` included. Raises `UnknownFormat`."""
    if name.startswith(PANDOC_PREFIX):
        from convertkit.readers.pandoc import reader

        return ReaderFormat(reader(name.removeprefix(PANDOC_PREFIX)), "read by pandoc")
    return _find(reader_formats(), name, "read")


def writer_format(name: str) -> WriterFormat:
    """The writer of that name, `pandoc:NAME` included. Raises `UnknownFormat`."""
    if name.startswith(PANDOC_PREFIX):
        from convertkit.pandoc.names import EMBEDS, WRITES_BYTES, base_name
        from convertkit.writers.pandoc import writer

        pandoc_name = name.removeprefix(PANDOC_PREFIX)
        base = base_name(pandoc_name)
        suffixes = tuple(suffix for suffix, other in PANDOC_WRITES.items() if other == base)
        suffixes += tuple(suffix for suffix, others in PANDOC_VARIANTS.items() if base in others)
        return WriterFormat(
            writer(pandoc_name),
            "written by pandoc",
            suffixes or (f".{base}",),
            binary=base in WRITES_BYTES,
            files_beside=base not in EMBEDS,
            shown=PIXELS if base in EMBEDS else SCREEN,
        )
    return _find(writer_formats(), name, "write")


def guess_reader(name: str) -> str:
    """The name of the reader for a file of this name, by its suffix; `post`, which looks for itself, if unknown."""
    return (name and _by_suffix(reader_formats(), PANDOC_READS, name)) or "post"


def may_be_collection(name: str) -> bool:
    """Whether a file of this name may be a collection, which a look into it tells."""
    suffix = PurePath(name).suffix.lower()
    return any(suffix in entry.suffixes for entry in collection_formats().values())


def guess_collection(name: str, start: bytes) -> str | None:
    """The name of the collection that a file or content without a name is, by its first bytes; None if it is none."""
    if name and PurePath(name).suffix and not may_be_collection(name):
        return None
    from convertkit.readers.feeds.sniffing import sniff

    return sniff(start)


def is_document(name: str) -> bool:
    """Whether a file of this name in a folder is a document to convert: a reader claims it, and it is not data."""
    data = PurePath(name).suffix.lower() in DATA_SUFFIXES
    return not data and _by_suffix(reader_formats(), PANDOC_READS, name) is not None


def guess_writer(name: str) -> str | None:
    """The name of the writer for a file of this name, by its suffix; None if no writer claims it."""
    return _by_suffix(writer_formats(), PANDOC_WRITES, name)


def distinct_suffixes(to: Sequence[str]) -> list[str]:
    """A suffix a format; where two formats have one, the later's name stands before it: `.pandoc-html.html`."""
    suffixes: list[str] = []
    for name in to:
        suffix = writer_format(name).suffixes[0]
        suffixes.append(f".{name.replace(':', '-')}{suffix}" if suffix in suffixes else suffix)
    return suffixes


def flavours(name: str) -> Mapping[FlavourName, str]:
    """The dialects of a format that can be written, and what each of them is. Raises `UnknownFormat`."""
    address = writer_format(name).flavours
    if not address:
        return {}
    module, _, table = address.partition(":")
    found: Mapping[FlavourName, Flavour] = getattr(import_module(module), table)
    return {flavour: entry.about for flavour, entry in found.items()}


def is_container(name: str) -> bool:
    """Whether a format that is read holds files rather than a text: its pictures make it large, not its words."""
    from convertkit.pandoc.names import READS_BYTES

    return name.removeprefix(PANDOC_PREFIX) in READS_BYTES


def load_reader(name: str) -> Reader:
    """The function that reads a format, with what a plug-in reads made harmless. Raises `UnknownFormat`."""
    read = cast(Reader, _load(reader_format(name).function))
    return read if name in READERS or name.startswith(PANDOC_PREFIX) else _harmless(read)


def _harmless(read: Reader) -> Reader:
    def read_harmless(data: bytes, context: ReadContext) -> Document:
        from convertkit.readers.harmless import harmless

        return harmless(read(data, context), context.report)

    return read_harmless


def load_collection(name: str) -> CollectionReader:
    """The function that reads a collection. Raises `UnknownFormat`."""
    return cast("CollectionReader", _load(_find(collection_formats(), name, "read").function))


def load_writer(name: str) -> Writer:
    """The function that writes a format. Raises `UnknownFormat`."""
    return cast(Writer, _load(writer_format(name).function))


def _load(function: Callable[..., object] | str) -> Callable[..., object]:
    return _imported(function) if isinstance(function, str) else function


@cache
def _imported(address: str) -> Callable[..., object]:
    module, _, name = address.partition(":")
    return cast(Callable[..., object], getattr(import_module(module), name))


def _find(formats: Mapping[str, F], name: str, verb: str) -> F:
    if name not in formats:
        from convertkit.pandoc.names import READS, WRITES

        known = tuple({**formats, **(collection_formats() if verb == "read" else {})})
        likely = [other for other, entry in formats.items() if f".{name}" in entry.suffixes]
        likely += [PANDOC_PREFIX + name] * (name in (READS if verb == "read" else WRITES))
        likely += get_close_matches(name, known, 1)
        meant = f"did you mean {likely[0]}? " if likely else ""
        raise UnknownFormat(
            f"no format {name!r} to {verb}",
            advice=f"{meant}There are {', '.join(known)} and {PANDOC_PREFIX}NAME: see `convertkit formats`",
        )
    return formats[name]


def _by_suffix(formats: Mapping[str, F], pandoc: Mapping[str, str], name: str) -> str | None:
    suffix = PurePath(name).suffix.lower()
    for format_name, entry in formats.items():
        if suffix in entry.suffixes:
            return format_name
    return PANDOC_PREFIX + pandoc[suffix] if suffix in pandoc else None


def _with_plugins(ours: Mapping[str, F], group: str, kind: type[F]) -> Mapping[str, F]:
    plugins = {point.name: point.load() for point in plug_ins(group)}
    wrong = [name for name, plugin in plugins.items() if not isinstance(plugin, kind)]
    if wrong:
        raise UnknownFormat(f"the plug-in {wrong[0]!r} of {group} is not a {kind.__name__}")
    return {**plugins, **ours}
