"""The words that an output holds and no source does: what writers say by themselves, rule by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from convertkit.ledger.tree import count_tree
from convertkit.ledger.words import words_of
from convertkit.metadata import Metadata
from convertkit.tree import (
    Code,
    Div,
    Document,
    Figure,
    Image,
    Link,
    Math,
    OrderedList,
    Superscript,
    Table,
    Text,
)
from convertkit.walk import Node, Rewrite, plain_text, query, walk
from convertkit.writers.front import clean_line, date_as_written, split_title
from convertkit.writers.markdown.flavours import FLAVOURS
from convertkit.writers.text.numbering import markers
from convertkit.writers.urls import UnsafeAddress, file_name, safe_url, web_url
from convertkit.writers.wording import wording


def title_stands_apart(document: Document) -> bool:
    """Whether the title stands above the text and is not also the text's first heading."""
    return bool(clean_line(document.metadata.title)) and split_title(document)[1] is document.blocks


def has_front(metadata: Metadata) -> bool:
    """Whether plain text begins with a header."""
    lines = (metadata.title, *metadata.authors, metadata.url, date_as_written(metadata))
    return metadata.date is not None or bool(metadata.contributors) or any(map(clean_line, lines))


def names_of_alerts(document: Document) -> Iterator[str]:
    """What Markdown says of a note or a warning: `> [!NOTE]`, which shows as a title, Note, if words follow."""
    names = FLAVOURS["gfm"].alerts

    def name(node: Node) -> str | None:
        if not isinstance(node, Div):
            return None
        return " ".join(f"{names[word]} {word.capitalize()}" for word in node.attr.classes if word in names)

    return query(document, name)


def names_of_pictures(document: Document) -> Iterator[str]:
    """What stands for a picture without alternative text that an output does not show: title, file name, a phrase.

    The file is that of the whole address: a picture `#top` of `https://a.example/tea` is called `tea`.
    """
    phrase = wording(document.metadata.language).undescribed_image
    base = web_url(document.metadata.url)

    def name(node: Node) -> str | None:
        if not isinstance(node, Image) or plain_text(node.content).strip():
            return None
        names = dict.fromkeys((file_name(node.target).strip(), file_name(_completed(node.target, base)).strip()))
        return node.title.strip() or " ".join(filter(None, names)) or phrase

    return query(document, name)


def _completed(target: str, base: str) -> str:
    try:
        return safe_url(target, base)
    except UnsafeAddress:
        return ""


def descriptions_by_caption(document: Document) -> Iterator[str]:
    """The captions that describe a figure's picture in a DOCX."""
    return query(document, lambda node: plain_text(node.caption.content) if isinstance(node, Figure) else None)


def in_other_words(document: Document) -> tuple[list[str], list[str]]:
    """The words that plain text parts or joins, and what they become: `x^n`, TeX, words without soft hyphens."""
    before = Counter(count_tree(document.blocks).words)
    whole, parts = Counter[str](), Counter[str]()
    for change in (_as_text, _with_exponents_apart):
        changed = walk(document, change)
        if changed is not document:
            after = Counter(count_tree(changed.blocks).words)
            whole |= before - after
            parts |= after - before
    return list(whole.elements()), list(parts.elements())


def _as_text(node: Node) -> Rewrite:
    match node:
        case Text() | Code() if "\u00ad" in node.text:
            return replace(node, text=node.text.replace("\u00ad", ""))
        case Math():
            return Text(node.text)
        case _:
            return node


def _with_exponents_apart(node: Node) -> Rewrite:
    return (Text(" "), node) if isinstance(node, Superscript) else _as_text(node)


def text_words(document: Document) -> Mapping[str, list[str]]:
    """What plain text says where other formats have structure, by rule."""
    return {"subtitle": words_of(document.metadata.subtitle)} | {
        rule: words_of(" ".join(query(document, said))) for rule, said in _IN_TEXT.items()
    }


def _label(node: Node) -> str | None:
    return "image" if isinstance(node, Image) else None


def _box(node: Node) -> str | None:
    return "x" if isinstance(node, Text) and node.text.startswith("☒") else None


def _formula(node: Node) -> str | None:
    return node.text if isinstance(node, Math) else None


def _numbers(node: Node) -> str | None:
    return " ".join(markers(node)) if isinstance(node, OrderedList) else None


def _bare_target(node: Node) -> str | None:
    return node.target if isinstance(node, Link) and not plain_text(node.content).strip() else None


def _headings(node: Node) -> str | None:
    """The headings of a table's columns, once for each of its rows: a table too wide for the page becomes records."""
    if not isinstance(node, Table):
        return None
    cells = [block for row in node.head.rows for cell in row.cells for block in cell.content]
    rows = sum(len(body.rows) + len(body.head) for body in node.bodies) + len(node.foot.rows)
    return f"{plain_text(cells)} " * rows


_IN_TEXT = {
    "labels of pictures": _label,
    "boxes of tasks": _box,
    "formulas as TeX": _formula,
    "numbers of list items": _numbers,
    "addresses of links without text": _bare_target,
    "headings of columns, repeated": _headings,
}
