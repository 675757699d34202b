"""The flavours of Markdown: pandoc reads what is written for it as the same tree, and no flavour loses a word."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import convertkit
from convertkit.losses import NotExpressible
from convertkit.normalise import normalise
from convertkit.options import FLAVOURS as OPTIONS
from convertkit.options import FlavourName
from convertkit.tree import (
    NO_ATTR,
    Attr,
    Block,
    BulletList,
    Code,
    DefinitionItem,
    DefinitionList,
    Div,
    Document,
    Figure,
    Header,
    Image,
    Inline,
    LineBlock,
    LineBreak,
    Link,
    OrderedList,
    Para,
    Plain,
    Quoted,
    Span,
    Subscript,
    Superscript,
    Table,
    TableBody,
    TableFoot,
    TableHead,
    Text,
)
from convertkit.walk import Node, Rewrite, walk, walk_blocks, walk_inlines
from convertkit.writers.markdown.flavours import FLAVOURS
from convertkit.writers.markdown.numbering import fancy_markers
from tests.corpus import ROOT
from tests.examples import examples
from tests.strategies import documents

CONSTRUCTS = {
    "struck-out text": "<p><del>x</del></p>",
    "superscript": "<p>a<sup>x</sup></p>",
    "subscript": "<p>a<sub>x</sub></p>",
    "underlined text": "<p><u>x</u></p>",
    "marked text": "<p><mark>x</mark></p>",
    "keys": "<p><kbd>x</kbd></p>",
    "small print": "<p><small>x</small></p>",
    "abbreviation": '<p><abbr title="y">x</abbr></p>',
    "another language": '<html lang="en"><p>a <i lang="fr">x</i></p>',
    "ruby": "<p><ruby>x<rt>y</rt></ruby></p>",
    "formula": r'<p><span class="math inline">\(x^2\)</span></p>',
    "note": '<p>a<a href="#fn1" role="doc-noteref">1</a></p><aside id="fn1" role="doc-footnote">b</aside>',
    "task": "<ul><li><input type=checkbox>x</ul>",
    "definition": "<dl><dt>x</dt><dd>y</dd></dl>",
    "table": "<table><tr><th>x</th></tr><tr><td>y</td></tr></table>",
    "spanning cell": "<table><tr><th colspan=2>x</th></tr><tr><td>y</td><td>z</td></tr></table>",
    "line break in a cell": "<table><tr><th>x</th><th>w</th></tr><tr><td>y<br>z</td><td>v</td></tr></table>",
    "lettered list": "<ol type=a><li>x</ol>",
    "heading linked to": '<h2 id="x">y</h2><p><a href="#x">z</a></p>',
    "place linked to": '<p id="x">y <a href="#x">z</a></p>',
    "part to fold away": "<details><summary>x</summary>y</details>",
    "figure": '<figure><img src="https://a.example/x" alt="y"><figcaption>z</figcaption></figure>',
    "emphasis beside signs": "<p>a<b>“x”</b>a</p>",
}
"""The constructs of the table in docs/formats.md, each as the HTML that has it."""

_LISTS = BulletList | OrderedList

# ---------------------------------------------------------------- what pandoc's Markdown cannot say, made alike


def alike(document: Document) -> Document:
    """The document without what `--flavour pandoc` reports as lost, and without pandoc's own defaults."""
    return normalise(walk(document, _alike))


def _alike(node: Node) -> Rewrite:
    match node:
        case BulletList():
            return BulletList(_items(node.items))
        case OrderedList():
            return _numbered(node)
        case DefinitionList():
            return DefinitionList(tuple(map(_definition, node.items)))
        case Figure():
            return _figure(node)
        case Table():
            return _table(node)
        case Header():
            return replace(node, content=_on_a_line(node.content))
        case LineBlock():
            return LineBlock(tuple(map(_on_a_line, node.lines)))
        case Para():
            return replace(node, indent=False)
        case _:
            return _alike_inline(node)


def _alike_inline(node: Node) -> Rewrite:
    match node:
        case Quoted():
            opening, closing = ("“", "”") if node.kind == "DoubleQuote" else ("‘", "’")
            return (Text(opening), *node.content, Text(closing))
        case Span() if node.attr == NO_ATTR:
            return node.content
        case Superscript() | Subscript():
            return Span(node.content, Attr(classes=(type(node).__name__.lower(),)))
        case Code():
            return replace(node, text=node.text.strip())
        case Link() | Image():
            return replace(node, target=unquote(node.target), title=" ".join(node.title.split()))
        case _:
            return node


def _numbered(node: OrderedList) -> OrderedList:
    style = "Decimal" if node.style in ("DefaultStyle", "Example") else node.style
    delimiter = "Period" if node.delimiter == "DefaultDelim" else node.delimiter
    if fancy_markers(node) is None:
        return OrderedList(_items(node.items), 1, "Decimal", "Period")
    return OrderedList(_items(node.items), node.start, style, delimiter)


def _on_a_line(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return walk_inlines(inlines, lambda node: Text(" ") if isinstance(node, LineBreak) else node)


def _items(items: tuple[tuple[Block, ...], ...]) -> tuple[tuple[Block, ...], ...]:
    """Tight where every item is a line with lists below it; pandoc's Markdown knows no other tight list."""
    tight = all(
        isinstance(block, Plain if not at else BulletList | OrderedList)
        for item in items
        for at, block in enumerate(item)
    )
    return items if tight else tuple(map(_loose, items))


def _loose(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(Para(block.content) if isinstance(block, Plain) else block for block in blocks)


def _definition(item: DefinitionItem) -> DefinitionItem:
    tight = all(len(blocks) == 1 and isinstance(blocks[0], Plain) for blocks in item.definitions)
    return DefinitionItem(_on_a_line(item.term), item.definitions if tight else tuple(map(_loose, item.definitions)))


def _figure(node: Figure) -> Block:
    match node:
        case Figure(content=(Plain(content=(Image() as image,)),), caption=caption, attr=attr):
            if caption.content and not image.attr.id and not attr.classes and not attr.attributes:
                inner = Plain(_on_a_line(caption.content[0].content)) if isinstance(caption.content[0], Plain) else None
                return replace(node, caption=replace(caption, content=(inner,))) if inner else node
    caption_div = (Div(_loose(node.caption.content), Attr(classes=("caption",))),) if node.caption.content else ()
    return Div((*_loose(node.content), *caption_div), replace(node.attr, classes=("figure", *node.attr.classes)))


def _table(node: Table) -> Table:
    rows = tuple(row for body in node.bodies for row in (*body.head, *body.rows))
    if not any(cell.content for row in node.head.rows for cell in row.cells):
        node = replace(node, head=TableHead())
    if not node.head.rows:
        rows += node.foot.rows
        node = replace(node, foot=TableFoot())
    columns = tuple(replace(column, width=None) for column in node.columns)
    caption = replace(node.caption, content=walk_blocks(node.caption.content, _without_breaks))
    return replace(node, columns=columns, bodies=(TableBody(rows),), caption=caption)


def _without_breaks(node: Node) -> Rewrite:
    return Text(" ") if isinstance(node, LineBreak) else node


# ---------------------------------------------------------------- laws


@settings(
    max_examples=examples(40),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(documents(raw=False, meta=False))
def test_pandoc_reads_the_same_tree(document: Document) -> None:
    document = normalise(document)
    assume(document.blocks)
    written = convertkit.write(document, "markdown", flavour="pandoc")
    again = convertkit.read(written, from_="pandoc:markdown-auto_identifiers", no_filters=True)
    assert alike(again).blocks == alike(document).blocks, written.decode()


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(documents(raw=False, meta=False), st.sampled_from(OPTIONS), st.booleans())
def test_no_flavour_writes_tags_that_it_was_not_allowed(
    document: Document, flavour: FlavourName, raw_html: bool
) -> None:
    written = convertkit.write(document, "markdown", flavour=flavour, raw_html=raw_html).decode()
    prose = re.sub(r"(?s)(`{3,}).*?\1|`+[^`]*`+", "", written)
    tags = re.findall(r"(?<![\\<])<(?:kbd|mark|table|sup|sub|ins|ruby|dl|details|br)\b", prose)
    assert raw_html or not tags


def test_the_table_of_flavours_has_every_name() -> None:
    assert tuple(FLAVOURS) == OPTIONS
    assert all(name == flavour.name for name, flavour in FLAVOURS.items())


def test_each_cell_of_the_documentation_is_what_is_written() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    table = text.partition("## Flavours of Markdown")[2].partition("\n## ")[0]
    rows = [re.split(r"(?<!\\)\| ", line.strip("|"))[0:] for line in table.splitlines() if line.startswith("| ")]
    head = [cell.strip() for cell in rows[0]][1:]
    assert head == list(OPTIONS)
    documented = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows[1:]}
    assert documented == {what: [cell(html, flavour) for flavour in OPTIONS] for what, html in CONSTRUCTS.items()}


def cell(html: str, flavour: FlavourName) -> str:
    """What a flavour makes of a construct, for a table: its lines parted by ⏎, a loss by †."""
    result = convertkit.convert(html, "markdown", from_="html", flavour=flavour, no_filters=True)
    body = re.sub(r"\A---\n.*?\n---\n", "", result.text, flags=re.DOTALL).strip()
    lost = " †" if any(isinstance(loss, NotExpressible) for loss in result.losses) else ""
    fence = "``" if "`" in body else "`"
    edge = " " if "`" in body else ""
    shown = body.replace("\n", "⏎").replace("|", "\\|")
    return f"{fence}{edge}{shown}{edge}{fence}{lost}"


def documentation() -> str:
    """The table of docs/formats.md."""
    lines = [f"| | {' | '.join(OPTIONS)} |", "|---" * (len(OPTIONS) + 1) + "|"]
    for what, html in CONSTRUCTS.items():
        lines.append(f"| {what} | {' | '.join(cell(html, flavour) for flavour in OPTIONS)} |")
    return "\n".join(lines)
