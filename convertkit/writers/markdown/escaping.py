"""Text that must stay text: backslashes only where CommonMark or GFM would read the characters as markup.

Names and sections are of the CommonMark specification 0.31 and the GFM specification 0.29.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from convertkit.writers.markdown.flavours import Flavour

PUNCTUATION = r"!-/:-@\[-`{-~"
"""ASCII punctuation, for a character class: what a backslash escapes (section 2.4)."""

_SUSPICIOUS = re.compile(r"[\\`*_~\[\]<&$@|{\n\r\t\f\v]")
"""Text without any of these, and without the beginning of an address, needs no escaping inside a line."""

_ADDRESS = r"""\([ \t\n]*(?:<|[^ \t\n]{100}|[^ \t\n]{0,99}(?:\)|[ \t\n]+["'(]|[ \t\n]*\)|[ \t\n]*$))"""
"""What behind a link's text could be its address and title (6.3); behind the text's end they may go on."""

_MARKUP = re.compile(
    rf"""
    \\(?=[{PUNCTUATION}]|$)           # would escape what follows
    | ``* | \*\** | __* | ~~* | \$\$* # delimiter runs
    | \[(?=\^)                        # a note's reference
    | \^(?=\[)                        # a note in the line, which pandoc and our own reader know
    | \](?={_ADDRESS})                # the end of a link's text
    | \{{(?=[ ]*(?:[:\#.]|[A-Za-z][\w:-]*=)) # attributes, which our own reader and others know
    | <(?=[A-Za-z/!?]|$)              # a tag, a comment, an autolink
    | &(?=\#[0-9]+;|\#[xX][0-9a-fA-F]+;|[A-Za-z][A-Za-z0-9]{{1,31}};)
    | @(?<=[A-Za-z0-9.+_-]@)(?=[A-Za-z0-9_.-]*\.[A-Za-z0-9])         # GFM 6.9: extended autolinks
    | :(?=//)(?:(?<=(?i:http):)(?<![A-Za-z].{{5}})|(?<=(?i:https):)(?<![A-Za-z].{{6}})
               |(?<=(?i:ftp):)(?<![A-Za-z].{{4}}))
    | www(?=\.)(?<![^\s*_~(]www)
    | \n | \r | \t | \f | \v
    """,
    re.VERBOSE,
)
"""Every alternative begins with a literal character: so the search for them all is one look at each character."""

_LINE_START = re.compile(
    r"""
    (?P<first>
        \#{1,6}(?=\s|$)               # heading (4.2)
        | >                           # quotation (5.1)
        | [-+*](?=\s|$)               # bullet (5.2)
        | (?:-[ ]*){3,}$ | (?:_[ ]*){3,}$ | (?:\*[ ]*){3,}$      # thematic break (4.1)
        | `{3,}(?=[^`]*$) | ~{3,}     # fence (4.5)
        | [:~](?=\s)                  # a definition, which pandoc and our own reader know
    )
    | (?P<number>\d{1,9})(?=[.)](?:\s|$))
    | (?P<note>\[\^\d+\])(?=:)      # a note's reference that would become its definition
    """,
    re.VERBOSE,
)
_DEFINITION = re.compile(r"\[(?:[^\[\]\\]|\\.)+\]:", re.DOTALL)
"""A link reference definition (4.7); its label may go over several lines."""
_CONTINUED_START = re.compile(r"=+ *$|[|:\-][|:\- ]*$")
"""After a line break in a paragraph: a setext underline, or the delimiter row that makes the line above a table."""
_STARTERS = frozenset("#>-+*_`~:[0123456789")

_ESCAPE = re.compile(r"\\.")
_FORMULA = re.compile(r"\$\$|\$(?=\S)[^$]*(?<=\S)\$(?!\d)")
_CLOSING_NUMBERS = re.compile(r"(?:^|(?<=\s))(#+)$")

_RUNS = {"*": re.compile(r"\*+"), "_": re.compile("_+"), "~": re.compile("~+"), "`": re.compile("`+")}


def is_ordinary(text: str) -> bool:
    """Whether text can stand inside a line as it is, whatever stands around it (a `!` at its end apart)."""
    return not (_SUSPICIOUS.search(text) or "://" in text or "www." in text)


class Escaper:
    """Escapes the text of one block. `literal` gives all text of the block, the delimiters that the block's own
    markup uses, and all words in it, code and addresses included: a run of `*` or `~` that finds no partner in the
    first two is no markup and stays as it is, nor is a `$` without one anywhere.
    """

    __slots__ = ("_cache", "_flavour", "_literal")

    def __init__(self, literal: Callable[[], tuple[str, str, str]], flavour: Flavour) -> None:
        self._literal = literal
        self._flavour = flavour
        self._cache: dict[str, bool] = {}

    def escape(self, text: str, following: str = "\n", *, in_brackets: bool = False) -> str:
        """`text` as it must be written before the character `following`; `in_brackets`: in a link's text."""
        if not is_ordinary(text):
            written = _MARKUP.sub(self._replace_in_brackets if in_brackets else self._replace, text)
            text = _escape_brackets(written) if in_brackets and not _is_balanced(written) else written
        if self._flavour.markup is not None:
            text = self._flavour.markup.sub(_guard, text)
        if following == "[" and text.endswith(("!", "^")):
            return f"{text[:-1]}\\{text[-1]}"
        return text

    def _replace(self, found: re.Match[str]) -> str:
        token = found[0]
        first = token[0]
        if first in "*_~`$":
            return self._delimiters(token, found)
        if first in "\n\r\t\f\v":
            return " "
        if first == "@":
            return f"{self._flavour.before_at}@"
        return "www\\" if first == "w" else "\\" + token

    def _replace_in_brackets(self, found: re.Match[str]) -> str:
        """In a link's text no address becomes a link."""
        return found[0] if found[0][0] in "@:w" else self._replace(found)

    def _delimiters(self, run: str, found: re.Match[str]) -> str:
        first, text = run[0], found.string
        before = text[found.start() - 1] if found.start() else ""
        after = text[found.end()] if found.end() < len(text) else ""
        if first in "*_~" and before.isspace() and after.isspace():
            return run  # neither left- nor right-flanking (6.2)
        if first == "_" and before.isalnum() and after.isalnum():
            return run  # inside a word
        if first == "~" and len(run) > 2 and before and after:
            return run  # GFM 6.5: one or two
        return "\\" + "\\".join(run) if self._finds_partner(first) else run

    def _finds_partner(self, delimiter: str) -> bool:
        if delimiter not in self._cache:
            text, markup, words = self._literal()
            if delimiter == "$":
                self._cache["$"] = delimiter in markup or _FORMULA.search(words) is not None
            else:
                self._cache[delimiter] = delimiter in markup or len(_RUNS[delimiter].findall(text)) > 1
        return self._cache[delimiter]


def _guard(found: re.Match[str]) -> str:
    """A backslash before markup that only the flavour knows; what is escaped already stays."""
    return found[0] if found[0].startswith("\\") else "\\" + found[0]


def _is_balanced(written: str) -> bool:
    """Whether the brackets that no backslash guards come in pairs."""
    depth = 0
    for character in _ESCAPE.sub("", written):
        depth += (character == "[") - (character == "]")
        if depth < 0:
            return False
    return depth == 0


def _escape_brackets(written: str) -> str:
    return re.sub(r"(?<!\\)((?:\\\\)*)([\[\]])", r"\1\\\2", written)


def may_begin_a_block(written: str) -> bool:
    """Whether a line of a paragraph's inlines may have to be escaped at its start: a quick look."""
    return "\n" in written or written[:1] in _STARTERS


def escape_line_starts(written: str, *, begins_with_text: bool) -> str:
    """A paragraph's inlines as written, with what would begin another block at the start of its lines escaped."""
    if begins_with_text and _DEFINITION.match(written):
        written = "\\" + written
    first, *rest = written.split("\n")
    lines = [_escape_line_start(first)]
    lines += ["\\" + line if _CONTINUED_START.match(line) else _escape_line_start(line) for line in rest]
    return "\n".join(lines)


def _escape_line_start(line: str) -> str:
    found = _LINE_START.match(line)
    if found is None:
        return line
    if found["first"]:
        return "\\" + line
    return f"{line[: found.end()]}\\{line[found.end() :]}"


def escape_heading_end(written: str) -> str:
    """A heading's inlines with a run of `#` at the end that is text, not the closing sequence (4.2)."""
    return _CLOSING_NUMBERS.sub(r"\\\1", written) if written.endswith("#") else written


def as_references(text: str) -> str:
    """Text in which no character can be markup: every ASCII punctuation mark as a numeric character reference."""
    references = re.sub(f"[{PUNCTUATION}]", lambda found: f"&#{ord(found[0])};", text)
    return references.replace("&#64;", "<!-- -->&#64;")
