"""The formats of pandoc 3.9 by name, so that a name is checked without starting it; a test compares the lists."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from convertkit.errors import UnknownFormat

TEXT_READERS = """
asciidoc biblatex bibtex bits commonmark commonmark_x creole csljson csv djot docbook dokuwiki endnotexml fb2
gfm haddock html ipynb jats jira json latex man markdown markdown_github markdown_mmd markdown_phpextra
markdown_strict mdoc mediawiki muse native opml org pod ris rst rtf t2t textile tikiwiki tsv twiki typst
vimwiki xml
"""
TEXT_WRITERS = """
ansi asciidoc asciidoc_legacy asciidoctor bbcode bbcode_fluxbb bbcode_hubzilla bbcode_phpbb bbcode_steam
bbcode_xenforo beamer biblatex bibtex commonmark commonmark_x context csljson djot docbook docbook4 docbook5
dokuwiki dzslides fb2 gfm haddock html html4 html5 icml ipynb jats jats_archiving jats_articleauthoring
jats_publishing jira json latex man markdown markdown_github markdown_mmd markdown_phpextra markdown_strict
markua mediawiki ms muse native opendocument opml org plain revealjs rst rtf s5 slideous slidy tei texinfo
textile typst vimdoc xml xwiki zimwiki
"""
READS_BYTES = frozenset({"docx", "epub", "odt", "pptx", "xlsx"})
READS = READS_BYTES.union(TEXT_READERS.split())
WRITES_BYTES = frozenset({"chunkedhtml", "docx", "epub", "epub2", "epub3", "odt", "pptx"})
WRITES = WRITES_BYTES.union(TEXT_WRITERS.split())
EMBEDS = WRITES_BYTES | {"fb2", "icml", "ipynb", "opendocument", "rtf"}
"""Writers that put images into their output; `worker.lua` has the same list."""

RAW_OF_ANY = frozenset({"commonmark_x", "json", "markdown", "markdown_mmd", "muse", "native", "xml"})
"""Writers with a notation for raw text of whatever format."""

_MARKDOWN = frozenset({"commonmark", "gfm", "html", "html4", "html5", "markdown", "markdown_github"})
_OWN_RAW: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("ansi", "fb2", "markua", "opml"), frozenset()),
    **dict.fromkeys(("chunkedhtml", "dzslides", "html", "html4", "html5", "revealjs", "s5", "slideous"), frozenset()),
    **dict.fromkeys(("slidy", "epub", "epub2", "epub3"), frozenset()),
    **dict.fromkeys(("asciidoc_legacy", "asciidoctor"), frozenset({"asciidoc"})),
    "beamer": frozenset({"beamer", "latex", "tex"}),
    **dict.fromkeys(("commonmark", "gfm"), _MARKDOWN - {"markdown_github"}),
    **dict.fromkeys(
        ("ipynb", "markdown_github", "markdown_phpextra", "markdown_strict"), _MARKDOWN - {"commonmark", "gfm"}
    ),
    "context": frozenset({"context", "tex"}),
    **dict.fromkeys(("docbook4", "docbook5"), frozenset({"docbook"})),
    **dict.fromkeys(("docx", "pptx"), frozenset({"openxml"})),
    "latex": frozenset({"latex", "tex"}),
    "odt": frozenset({"opendocument"}),
    "org": frozenset({"latex", "org", "tex"}),
    "rst": frozenset({"latex", "rst", "tex"}),
    "texinfo": frozenset({"latex", "tex", "texinfo"}),
}
"""The raw formats that a writer passes where that is more or less than its own name. HTML is none of them outside
Markdown: pandoc would also pass it to its HTML, MediaWiki, Textile and the like, live."""

NAME = re.compile(r"([a-z0-9_]+)((?:[-+][a-z_]+)*)")
"""A format and extensions to turn on or off: `markdown-smart+footnotes`."""


def base_name(name: str) -> str:
    """The format's name without extensions; a name that is none stays as it is."""
    found = NAME.fullmatch(name)
    return found[1] if found else name


def passes_raw(base: str, raw: str) -> bool:
    """Whether a writer of pandoc's passes raw text of the format `raw`, and we let it."""
    if base in RAW_OF_ANY:
        return True
    own = _OWN_RAW.get(base)
    return raw in own if own is not None else raw == base.partition("_")[0]


def known_format(name: str, known: Iterable[str], verb: str) -> str:
    """The format's name without extensions. Raises `UnknownFormat` with the names that are like it."""
    if (base := base_name(name)) in known:
        return base
    close = difflib.get_close_matches(name, known)
    advice = f"did you mean {' or '.join(close)}" if close else "`convertkit formats` lists them"
    raise UnknownFormat(f"pandoc does not {verb} {name!r}", advice=advice)
