"""What a tree should look like once its Markdown is rendered: the oracle of the Markdown writer's law.

`expected` says a clean tree as HTML, in the words of the CommonMark and GFM specifications; `rendered` asks cmark-gfm;
`dom` brings both to one list of tokens, in which white space between blocks and comments do not count.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import unquote

from cmarkgfm import cmark

from convertkit.tree import (
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Code,
    CodeBlock,
    DefinitionList,
    Emph,
    Header,
    HorizontalRule,
    Image,
    Inline,
    LineBreak,
    Link,
    OrderedList,
    Para,
    Plain,
    Ruby,
    Span,
    Strikeout,
    Strong,
    Subscript,
    Superscript,
    Table,
    Text,
    Underline,
)
from convertkit.walk import plain_text

_OPTIONS = cmark.Options.CMARK_OPT_UNSAFE | cmark.Options.CMARK_OPT_FOOTNOTES
_EXTENSIONS = ["table", "autolink", "strikethrough", "tasklist"]
_BLOCKS = frozenset(
    "p ul ol li blockquote h1 h2 h3 h4 h5 h6 hr table thead tbody tr th td dl dt dd pre div section".split()  # noqa: SIM905  # a list of words
)


def rendered(markdown: str) -> str:
    """The HTML that cmark-gfm makes of it, raw tags passed."""
    return cmark.markdown_to_html_with_extensions(markdown, _OPTIONS, _EXTENSIONS)  # type: ignore[no-any-return]


def dom(html: str) -> list[str]:
    """The HTML as tokens: tags with sorted attributes, and text."""
    parser = _Tokens()
    parser.feed(html)
    parser.close()
    parser.end_text()
    return parser.tokens


class _Tokens(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[str] = []
        self._text = ""
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.end_text(at_block=tag in _BLOCKS or tag == "br")
        pairs = sorted((name, _attribute(name, value or "")) for name, value in attrs)
        self.tokens.append(f"<{tag}{''.join(f' {name}={value!r}' for name, value in pairs)}>")
        self._verbatim += tag in ("pre", "code")

    def handle_endtag(self, tag: str) -> None:
        self.end_text(at_block=tag in _BLOCKS)
        if tag not in ("br", "hr", "img", "input"):
            self.tokens.append(f"</{tag}>")
        self._verbatim -= tag in ("pre", "code")

    def handle_data(self, data: str) -> None:
        self._text += data

    def end_text(self, *, at_block: bool = True) -> None:
        text, self._text = self._text, ""
        if not self._verbatim:
            text = re.sub(r"[ \t\n]+", " ", text)
            previous = self.tokens[-1] if self.tokens else "<p>"
            if re.match(r"</?(\w+)", previous) and _tag(previous) in _BLOCKS | {"br"}:
                text = text.lstrip(" ")
            if at_block:
                text = text.rstrip(" ")
        if text:
            self.tokens.append(f"{text!r}")


def _tag(token: str) -> str:
    return re.sub(r"</?(\w+).*", r"\1", token, flags=re.DOTALL)


def _attribute(name: str, value: str) -> str:
    return unquote(value) if name in ("href", "src") else value


# ---------------------------------------------------------------- the tree as HTML


def expected(blocks: tuple[Block, ...]) -> str:
    return "\n".join(map(_block, blocks))


def _block(node: Block) -> str:
    match node:
        case Para() | Plain():
            return f"<p>{_inlines(node.content)}</p>"
        case Header():
            return f"<h{node.level}>{_inlines(node.content)}</h{node.level}>"
        case CodeBlock():
            language = f' class="language-{escape(node.attr.classes[0])}"' if node.attr.classes else ""
            return f"<pre><code{language}>{escape(node.text)}{chr(10) if node.text else ''}</code></pre>"
        case BlockQuote():
            return f"<blockquote>{expected(node.content)}</blockquote>"
        case BulletList():
            return f"<ul>{_items(node.items)}</ul>"
        case OrderedList():
            start = f' start="{node.start}"' if node.start != 1 else ""
            return f"<ol{start}>{_items(node.items)}</ol>"
        case HorizontalRule():
            return "<hr>"
        case Table():
            return _table(node)
        case DefinitionList():
            return f"<dl>{''.join(_definition(item.term, item.definitions) for item in node.items)}</dl>"
        case _:
            raise NotImplementedError(type(node).__name__)


def _items(items: tuple[tuple[Block, ...], ...]) -> str:
    return "".join(f"<li>{_box(item)}{_bare(_without_box(item))}</li>" for item in items)


def _box(item: tuple[Block, ...]) -> str:
    """A task's check box, which cmark-gfm puts before the paragraph."""
    match item:
        case (Para(content=(Text(text=text), *_)) | Plain(content=(Text(text=text), *_)), *_) if text[:2] in _BOXES:
            return _BOXES[text[:2]]
        case _:
            return ""


def _without_box(item: tuple[Block, ...]) -> tuple[Block, ...]:
    match item:
        case (Para(content=(Text(text=text), *rest)) | Plain(content=(Text(text=text), *rest)), *blocks) if _box(item):
            return type(item[0])((Text(text[2:]), *rest)), *blocks  # type: ignore[call-arg,arg-type]  # matched above
        case _:
            return item


def _bare(blocks: tuple[Block, ...]) -> str:
    """The content of an item or cell: a `Plain` is text without a paragraph."""
    return "\n".join(_inlines(block.content) if isinstance(block, Plain) else _block(block) for block in blocks)


def _definition(term: tuple[Inline, ...], definitions: tuple[tuple[Block, ...], ...]) -> str:
    return (f"<dt>{_inlines(term)}</dt>" if term else "") + "".join(
        f"<dd>{_bare(blocks)}</dd>" for blocks in definitions
    )


def _table(node: Table) -> str:
    cells = [cell for body in node.bodies for row in body.rows for cell in row.cells]
    widths = {len(row.cells) for body in node.bodies for row in (*body.rows, *node.head.rows)}
    beyond = node.caption.content or node.foot.rows or len(node.bodies) != 1 or node.bodies[0].row_head_columns
    if beyond or len(node.head.rows) != 1 or widths != {len(node.columns)} or any(map(_is_odd, cells)):
        raise NotImplementedError("a table that GFM cannot express")
    alignments = [column.alignment.removeprefix("Align").lower() for column in node.columns]
    rows = [row for body in node.bodies for row in body.rows]
    head = "".join(_row("th", row.cells, alignments) for row in node.head.rows)
    body = "".join(_row("td", row.cells, alignments) for row in rows)
    return f"<table><thead>{head}</thead>{f'<tbody>{body}</tbody>' if body else ''}</table>"


def _is_odd(cell: Cell) -> bool:
    spans = cell.row_span > 1 or cell.col_span > 1
    return spans or cell.alignment != "AlignDefault" or any(not isinstance(block, Plain) for block in cell.content)


def _row(tag: str, cells: tuple[Cell, ...], alignments: list[str]) -> str:
    written = ""
    for cell, alignment in zip(cells, alignments, strict=True):
        align = f' align="{alignment}"' if alignment != "default" else ""
        written += f"<{tag}{align}>{_bare(cell.content)}</{tag}>"
    return f"<tr>{written}</tr>"


_BOXES = {"☐ ": '<input type="checkbox" disabled=""> ', "☒ ": '<input type="checkbox" checked="" disabled=""> '}
_TAGS = {Emph: "em", Strong: "strong", Strikeout: "del", Superscript: "sup", Subscript: "sub", Underline: "ins"}


def _inlines(nodes: tuple[Inline, ...]) -> str:
    return "".join(map(_inline, nodes))


def _inline(node: Inline) -> str:
    match node:
        case Text():
            return escape(node.text)
        case Emph() | Strong() | Strikeout() | Superscript() | Subscript() | Underline():
            return f"<{_TAGS[type(node)]}>{_inlines(node.content)}</{_TAGS[type(node)]}>"
        case Code():
            return f"<code>{escape(node.text)}</code>"
        case Link():
            title = f' title="{escape(node.title)}"' if node.title else ""
            return f'<a href="{escape(node.target)}"{title}>{_inlines(node.content)}</a>'
        case Image():
            title = f' title="{escape(node.title)}"' if node.title else ""
            return f'<img src="{escape(node.target)}" alt="{escape(plain_text(node.content))}"{title}>'
        case LineBreak():
            return "<br>"
        case Span():
            name = next(iter(node.attr.classes), "span")
            attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attr.attributes)
            return f"<{name}{attributes}>{_inlines(node.content)}</{name}>"
        case Ruby():
            return f"<ruby>{_inlines(node.base)}<rt>{_inlines(node.text)}</rt></ruby>"
        case _:
            raise NotImplementedError(type(node).__name__)
