"""What each flavour of Markdown can say, from its own specification: one table, which the writer asks.

A construct without a sign becomes raw HTML where that may be written, else its words stay and the rest is a loss.
docs/formats.md shows the same table with what is written; tests/test_flavours.py compares them.

- gfm: GitHub Flavored Markdown 0.29, with GitHub's footnotes, mathematics and alerts (docs.github.com, "Basic
  writing and formatting syntax", "Writing mathematical expressions"). GitHub's sanitiser lets our tags pass.
- commonmark: CommonMark 0.31.2, nothing more.
- pandoc: pandoc's Markdown with its default extensions (pandoc, User's Guide, "Pandoc's Markdown").
- obsidian: "Obsidian Flavored Markdown" and "Callouts" of Obsidian's help.
- hugo: goldmark as Hugo configures it by default (Hugo, "Configure markup"): `unsafe` is off, so that raw HTML is
  left out of the page with the words in it; the passthrough extension is off, so that formulas are text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from convertkit.options import FlavourName
from convertkit.tree import Inline, Strikeout, Subscript, Superscript

_TILDES: Mapping[type[Inline], str] = {Strikeout: "~~"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavour:
    """A dialect of Markdown. Every field says what it has a sign for; the defaults are CommonMark's."""

    name: FlavourName
    about: str
    dialect: Literal["commonmark", "pandoc"] = "commonmark"
    """Whose rules tell emphasis and text from markup."""
    raw_html: bool = True
    """Whether its renderers show raw HTML if nobody configures them."""
    before_at: str = ""
    """What parts an e-mail address that would become a link (GFM 6.9): a backslash, but cmark-gfm looks for addresses
    once backslashes and character references are gone, so that it takes a comment."""
    signs: Mapping[type[Inline], str] = field(default_factory=dict)
    """Delimiters around a mark's content."""
    highlight: str = ""
    """The delimiter of marked text (HTML's `mark`)."""
    tables: Literal["none", "pipe", "grid"] = "none"
    """`grid` has pipe tables too."""
    task_lists: bool = False
    notes: bool = False
    math: Literal["none", "dollars", "github"] = "none"
    """`github` has code-like forms besides, for TeX in which Markdown would see markup."""
    alerts: Mapping[str, str] = field(default_factory=dict)
    """Classes of a `Div` that become `> [!TYPE]`, and the type."""
    alert_titles: bool = False
    """Words behind the sign of an alert are its title."""
    definition_lists: bool = False
    attributes: Literal["none", "headings", "everywhere"] = "none"
    """Where `{#id .class key="value"}` may stand; `everywhere` includes bracketed spans and fenced divs."""
    figures: bool = False
    line_blocks: bool = False
    list_numbering: bool = False
    """Letters, Roman numerals and parentheses number lists."""
    anchors: bool = True
    """An `<a id>` in raw HTML can be linked to."""
    heading_ids: bool = False
    """Headings get an identifier made of their words, as GitHub makes it (`places`)."""
    shortcodes: bool = False
    """`{{< name >}}` runs a program, in code too (Hugo, "Shortcodes"); within `{{</* */>}}` it is shown."""
    markup: re.Pattern[str] | None = None
    """Text that the flavour would take for markup beyond CommonMark and GFM; a backslash goes before each match."""


_ALERTS = {"note": "NOTE", "tip": "TIP", "important": "IMPORTANT", "warning": "WARNING", "caution": "CAUTION"}

_OBSIDIAN = re.compile(
    r"""
    \\.
    | =(?==)                          # highlight
    | %(?=%)                          # comment
    | \[(?=\[)                        # internal link
    | \^(?=\[)                        # inline footnote
    | \#(?=[\w/-]*[^\W\d])(?<![\w\#&/]\#)      # tag: a letter in it, nothing that joins it to a word before
    | \^(?=[A-Za-z0-9-]+$)(?<=\s\^)   # block identifier
    """,
    re.VERBOSE | re.MULTILINE,
)

FLAVOURS: Mapping[FlavourName, Flavour] = {
    "gfm": Flavour(
        name="gfm",
        about="GitHub's Markdown: tables, footnotes, formulas, alerts",
        before_at="<!-- -->",
        signs=_TILDES,
        tables="pipe",
        task_lists=True,
        notes=True,
        math="github",
        alerts=_ALERTS,
        heading_ids=True,
    ),
    "commonmark": Flavour(name="commonmark", about="CommonMark 0.31 and nothing more"),
    "pandoc": Flavour(
        name="pandoc",
        about="pandoc's Markdown: attributes, fenced divs, definition lists, grid tables",
        dialect="pandoc",
        signs={**_TILDES, Superscript: "^", Subscript: "~"},
        tables="grid",
        task_lists=True,
        notes=True,
        math="dollars",
        definition_lists=True,
        attributes="everywhere",
        figures=True,
        line_blocks=True,
        list_numbering=True,
    ),
    "obsidian": Flavour(
        name="obsidian",
        about="Obsidian's Markdown: highlights, callouts, footnotes, formulas",
        before_at="\\",
        signs=_TILDES,
        highlight="==",
        tables="pipe",
        task_lists=True,
        notes=True,
        math="dollars",
        alerts=_ALERTS,
        alert_titles=True,
        anchors=False,
        markup=_OBSIDIAN,
    ),
    "hugo": Flavour(
        name="hugo",
        about="Hugo's goldmark as it is configured by default: definition lists, heading ids, no raw HTML",
        raw_html=False,
        before_at="\\",
        signs=_TILDES,
        tables="pipe",
        task_lists=True,
        notes=True,
        definition_lists=True,
        attributes="headings",
        shortcodes=True,
    ),
}
"""By name."""
