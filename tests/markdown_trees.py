"""Clean trees by chance, full of what Markdown might take for markup: what the Markdown writer's laws run on."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

from convertkit.normalise import normalise
from convertkit.normalise.whitespace import BLANKS
from convertkit.tree import (
    Alignment,
    Attr,
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    ColSpec,
    DefinitionItem,
    DefinitionList,
    Document,
    Emph,
    Header,
    HorizontalRule,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    Note,
    OrderedList,
    Para,
    Plain,
    Row,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    TableBody,
    TableHead,
    Text,
    Underline,
)

MARKS = (
    "**",
    "__",
    "~~",
    "``",
    "```",
    "~~~",
    "***",
    "---",
    "===",
    "![",
    "](",
    "]: ",
    "\\\\",
    "\\",
    "^[",
    "|---|",
    ":-:",
)
STARTS = (
    "1.",
    "1)",
    "10)",
    "123456789. ",
    "+",
    "# ",
    "## ",
    "- ",
    "> ",
    "| ",
    ": ",
    "~ ",
    "* ",
    "+++",
    "***",
    "====",
    "{",
)
TAGS = (
    "<b>",
    "</b>",
    "<a@b.c>",
    "<!--",
    "-->",
    "<?x",
    "<!X",
    "<a b=c>",
    "<br/>",
    "<pre>",
    "</p>",
    "<http://a.b>",
    "<x:",
)
ENTITIES = ("&amp;", "&#35;", "&#x26;", "&copy", "&copy;", "&nbsp;", "&;", "&#0;", "&zzz;")
ADDRESSES = (
    *("www.a.b", "http://a.b/c_d_e", "a@b.c", "ftp://x", "HTTPS://A.B", "mailto:a@b.c", "xmpp:a@b.c", "a_b@c.d_e"),
    *("http://", "www.", "x://y", "Www.a.b", "https://a.b?c=(d)&e;", "http://中.文"),
)
BRACES = ("{.a}", "{#a}", "{: .a}", "{a=b}", "{:toc}", "{x}", "{")
NOTES = ("[^1]", "[^1]:", "[^x]", "[y]", "[ ]", "$x$", "$$", "$`x`$", "$1")
WORDS = ("a", "b1", "foo", "bar", "no", " ", " ", " ", " ", "\u00a0", "\u3000", "\u200b", "\u00ad", "\u2003")
WIDE = (
    "中",
    "文字",
    "“",
    "”",
    "，",
    "。",
    "（",
    "）",
    "—",
    "…",
    "é",
    "🎉",
    "€",
    "©",
    "ア",
    "´",
    "¨",
    "ª",
    "١",
    "e\u0301",
    "\u202f",
)
PIECES = (
    *string.punctuation,
    *MARKS,
    *STARTS,
    *TAGS,
    *ENTITIES,
    *ADDRESSES,
    *NOTES,
    *BRACES,
    *WORDS,
    *WORDS,
    *WIDE,
)

URLS = (
    *(
        "http://a.b/c",
        "#top",
        "a%20b",
        "a(b",
        "a)b(",
        "(a)",
        "((a)",
        "%3Ca%3E",
        "a\\b",
        "a?b=1&copy;=2",
        "x&y=1",
        "中文",
    ),
    *(
        "http://a.b/_c_*d*",
        "mailto:a@b.c",
        "?",
        "a]b",
        "a[b",
        "`a`",
        "$a$",
        "a\\",
        "&amp;",
        '"a"',
        "'a",
        "!a",
        "a|b",
        "\\)",
    ),
)
SIMPLE = (Emph, Strong, Strikeout, Superscript, Subscript, Underline)
ELEMENTS = (
    *(Attr(classes=(name,)) for name in ("kbd", "mark", "small")),
    Attr(classes=("abbr",), attributes=(("title", 'a "b" *c*'),)),
    Attr(classes=("time",), attributes=(("datetime", "2024-01-02"),)),
)
SPANS = (*ELEMENTS, Attr(attributes=(("lang", "fr"),)), Attr(attributes=(("dir", "rtl"),)))
SPACED_CODE = (" ", "` `", "``", " a ", " a", "a ", "`a", "a`", "\\", "a|b", "\\|", "<b>", "&amp;", "]:", "$a$", "  ")
CODE_LINES = ("", "  x", "````", "~~~", "\tx", "<b>", "  ", "- a", "    x", "> x", "&amp;", "</pre>", "```` x")
TEX = (
    "x",
    "x^2",
    "a_1",
    r"\frac{a}{b}",
    "a < b",
    "a*b*c",
    r"\{a\}",
    r"a \\ b",
    "a`b",
    "a|b",
    "&",
    "\\",
    "[x](y)",
    "a_b_c",
)


class Trees:
    """Trees out of one seed. `extended`: with formulas and notes, which GFM's renderer shows in its own way."""

    def __init__(self, seed: int, *, extended: bool = False) -> None:
        self.random = random.Random(seed)
        self.extended = extended
        self.banned: tuple[type[Inline], ...] = ()
        self.top = -1
        """The depth of the lists that may hold tasks: cmark-gfm knows a box at the line's first marker only."""

    @contextmanager
    def without(self, *kinds: type[Inline]) -> Iterator[None]:
        """None of these kinds inside."""
        self.banned += kinds
        yield
        self.banned = self.banned[: -len(kinds)]

    def document(self, depth: int) -> tuple[Block, ...]:
        """Blocks as the normaliser leaves them."""
        self.top = depth
        return normalise(Document(self.blocks(depth))).blocks

    def paragraph(self) -> tuple[Block, ...]:
        """One paragraph with many marks."""
        return normalise(Document((Para(self.inlines(3)),))).blocks

    def heading(self) -> tuple[Block, ...]:
        """One heading with many marks."""
        return normalise(Document((Header(2, self.inlines(3)),))).blocks

    def text(self) -> str:
        """Without blanks at the ends or spaces in runs; never empty."""
        text = "".join(self.random.choices(PIECES, k=self.random.randint(1, 6)))
        return re.sub(" +", " ", text).strip(BLANKS) or "x"

    def inlines(self, depth: int = 2, within: tuple[type, ...] = ()) -> tuple[Inline, ...]:
        found: list[Inline] = []
        for _ in range(self.random.randint(1, 4)):
            found += [Text(" ")] * (found != [] and self.random.random() < 0.4)
            node = self.inline(depth, within)
            found += [Text(" . "), node, Text(" . ")] if isinstance(node, Math) else [node]
        return tuple(found)

    def inline(self, depth: int, within: tuple[type, ...]) -> Inline:
        kinds: list[type[Inline]] = [Text, Text, Text, Text, Code, Image, LineBreak]
        if self.extended:
            kinds += [Math, Note] if not {Link, Superscript, Ruby, Span} & {*within} and depth else [Math]
        if depth:
            kinds += [Emph, Strong, *SIMPLE, Ruby, Link, Span]
        kind = self.random.choice([kind for kind in kinds if kind not in within + self.banned])
        return self.leaf(kind) if kind in (Text, LineBreak, Code, Image, Math) else self.holder(kind, depth, within)

    def leaf(self, kind: type[Inline]) -> Inline:
        choose = self.random.choice
        if kind is LineBreak:
            return LineBreak()
        if kind is Code:
            code = choose((self.text(), *SPACED_CODE))  # a note of nothing but blanks is none
            return Code(code if code.strip() or Note not in self.banned else "x")
        if kind is Image:
            said = self.text().replace("$", "")  # a picture of `$x$` is a formula to our reader
            return Image(choose(((), (Text(said.replace("x", "y") or "y"),))), choose(URLS), choose(("", self.text())))
        if kind is Math:
            return choose((Math(choose(TEX)), Math(r"a \cdot b", "DisplayMath")))
        return Text(self.text())

    def holder(self, kind: type[Inline], depth: int, within: tuple[type, ...]) -> Inline:
        if kind is Note:
            with self.without(Note):
                return Note(self.blocks(depth - 2, 2) if depth > 1 else (Para(self.inlines(0)),))
        # our reader takes `kbd` with line breaks for a listing, and a reference alone in an element for one with it
        inner = self.inlines(depth - 1, (*within, kind, *((Note, LineBreak) if kind is Span else ())))
        if kind is Ruby:
            return Ruby(inner, self.inlines(depth - 1, (*within, kind, Note, LineBreak)))
        if kind is Span:
            return Span(inner, self.random.choice(ELEMENTS if Ruby in within else SPANS))
        if kind is Link:
            if self.random.random() < 0.2:
                return Link((Text("http://a.b/c?d=e"),), "http://a.b/c?d=e")
            return Link(inner, self.random.choice(URLS), self.random.choice(("", self.text())))
        return next(mark for mark in SIMPLE if mark is kind)(inner)

    def blocks(self, depth: int, most: int = 4) -> tuple[Block, ...]:
        return tuple(self.block(depth) for _ in range(self.random.randint(1, most)))

    def block(self, depth: int) -> Block:
        kinds = ["paragraph"] * 3 + ["heading", "code", "table", "rule"]
        if depth > 0:
            kinds += ["quote", "bullets", "bullets", "numbers", "numbers", "definitions"]
        match self.random.choice(kinds):
            case "paragraph":
                return Para(self.inlines())
            case "heading":
                return Header(self.random.randint(1, 6), self.inlines())
            case "code":
                return self.code()
            case "table":
                with self.without(Math, Note):  # a table may have to be HTML
                    return self.table()
            case "rule":
                return HorizontalRule()
            case "quote":
                return BlockQuote(self.blocks(depth - 1))
            case "bullets":
                return BulletList(self.items(depth))
            case "numbers":
                return OrderedList(self.items(depth), self.random.choice([1, 1, 1, 0, 7, 99, 123456789]))
            case _:
                with self.without(Math, Note):  # in raw HTML dollar signs are text, and notes part paragraphs
                    term, blocks = self.inlines(1), self.blocks(depth - 1, 2)
                    return DefinitionList((DefinitionItem(term, ((Plain(self.inlines(1)),), blocks)),))

    def code(self) -> CodeBlock:
        lines = [
            self.random.choice([re.sub("[\u00a0\u200b]", "", self.text()), *CODE_LINES])
            for _ in range(self.random.randint(1, 4))
        ]
        language = self.random.choice([(), (), ("python",), ("c++",), ("c#",), ("objective-c",)])
        return CodeBlock("\n".join(lines), Attr(classes=language))

    def table(self) -> Table:
        width = self.random.randint(1, 3)
        rows = [self.row(width) for _ in range(self.random.randint(1, 3))]
        columns = tuple(ColSpec(self.random.choice(get_args(Alignment))) for _ in range(width))
        return Table(columns, (TableBody(tuple(rows)),), TableHead((self.row(width, least=1),)))

    def row(self, width: int, least: int = 0) -> Row:
        full = self.random.randint(least, width)
        cells = [Cell((Plain(self.inlines(1)),)) for _ in range(full)] + [Cell(())] * (width - full)
        self.random.shuffle(cells)
        return Row(tuple(cells))

    def items(self, depth: int) -> tuple[tuple[Block, ...], ...]:
        return tuple(self.item(depth - 1) for _ in range(self.random.randint(1, 3)))

    def item(self, depth: int) -> tuple[Block, ...]:
        kinds = self.random.choice(["p", "p", "p", "P", "pb", "b", "pbp", "bb", "bp", "Pb", ""])
        texts: dict[str, type[Plain] | type[Para]] = {"p": Plain, "P": Para}
        blocks = tuple(texts[kind](self.inlines()) if kind in texts else self.block(depth) for kind in kinds)
        return self.task(blocks) if depth + 1 == self.top and self.random.random() < 0.2 else blocks

    def task(self, item: tuple[Block, ...]) -> tuple[Block, ...]:
        """The item with a box before its text; cmark-gfm takes an `[x]` anywhere in the line for the box."""
        if not item or not isinstance(first := item[0], Para | Plain):
            return item
        words = "[x] it" if self.random.random() < 0.2 else self.random.choice(("☐ to do", "☒ done"))
        return (type(first)((Text(f"{words} "), *first.content)), *item[1:])
