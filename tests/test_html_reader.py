"""Laws of the HTML reader: no word is lost or moved, nothing that HTML can be makes it fail, time grows with size."""

from __future__ import annotations

import html
import re

import pytest
import turbohtml
from hypothesis import given
from hypothesis import strategies as st

from convertkit.context import ReadContext
from convertkit.losses import Loss, TooDeep
from convertkit.metadata import Metadata
from convertkit.normalise import normalise
from convertkit.readers.html import read_body
from convertkit.readers.html.elements import (
    BLOCKS,
    CHILDREN_ONLY,
    DROPPED,
    HANDLERS,
    IGNORED,
    INLINES,
    LEAVES,
    OWN_LINE,
)
from convertkit.readers.markdown import read_markdown_body
from convertkit.tree import MAX_DEPTH, Code, CodeBlock, Document, Math, Text
from convertkit.walk import Node, children_of, query
from tests.clean import assert_clean
from tests.corpus import corpus
from tests.spending import assert_linear, assert_quick

WORDS = st.sampled_from(["word", "字", "中文，", "a < b", "&", "　缩进", "\n", " ", "tail."]).map(html.escape)
INLINE_TAGS = st.sampled_from(
    [
        "b",
        "i",
        "em",
        "strong",
        "span",
        "font color=red",
        "a href=/x",
        "code",
        "sub",
        "u",
        "s",
        "x-unknown",
        "q",
        "small",
    ]
)
BLOCK_NAMES = """
p | div | blockquote | h2 | ul | ol | li | section | center | figure | figcaption | details | dl | dt | dd | table | tr
| td | th | pre | x-block | address | article lang=fr | div id=here
"""
BLOCK_TAGS = st.sampled_from([*map(str.strip, BLOCK_NAMES.split("|"))])


def element(tag: str, children: list[str]) -> str:
    """An element's source; the attributes stand behind the name."""
    return f"<{tag}>{''.join(children)}</{tag.split(maxsplit=1)[0]}>"


TREES = st.recursive(
    WORDS | st.just("<br>") | st.just("<hr>") | st.just("<a href=#here>to</a>"),
    lambda inner: st.builds(element, INLINE_TAGS | BLOCK_TAGS, st.lists(inner, max_size=4)),
    max_leaves=30,
)


def read(source: str) -> tuple[Document, list[Loss]]:
    losses: list[Loss] = []
    return read_body(source, Metadata(), ReadContext(report=losses.append)), losses


def words(document: Document) -> str:
    """The visible text without white space, in the order of the document."""

    def said(node: Node) -> str | None:
        return node.text if isinstance(node, Text | Code | CodeBlock | Math) else None

    return squeezed("".join(query(document, said)))


def squeezed(text: str) -> str:
    return "".join(text.split())


def depth(document: Document) -> int:
    """The greatest number of nodes on a path from the root."""
    deepest = 0
    level: list[Node] = list(document.blocks)
    while level:
        deepest += 1
        level = [child for node in level for child in children_of(node)]
    return deepest


@given(st.lists(TREES, max_size=6).map("".join))
def test_every_word_stands_in_its_order(source: str) -> None:
    shown = turbohtml.parse(source).root
    assert shown is not None
    assert words(read(source)[0]) == squeezed(shown.text)


@given(st.text(alphabet="<>/=\"'& abdiplutr!-#;\n中", max_size=120))
def test_no_text_makes_it_fail(source: str) -> None:
    document, _ = read(source)
    assert depth(document) <= MAX_DEPTH


OFTEN_NESTED = ["div", "span", "ul><li", "blockquote", "table><tr><td", "b"]
NESTED = """
ol | i><p | a href=x><div | dl><dd | q | details | figure | x-y | code | section lang=fr><p lang=de | abbr title=x
| abbr | h1 | pre | object | em><table><td><em | figure><figcaption | sup><div | li | li><div | figcaption><div
| dt><div | dd><p><span><dt | b class=x><p | a><object | button
"""
SILENT = ["svg", "noscript", "ruby><rt", "math", "select", "video"]


@pytest.mark.parametrize("tag", [*OFTEN_NESTED, *map(str.strip, NESTED.split("|")), *SILENT])
def test_deep_nesting_is_flattened_with_its_text(tag: str) -> None:
    times = 100_000 if tag in OFTEN_NESTED else 5_000
    document, losses = read(f"<p>before</p>{f'<{tag}>' * times}deep")
    assert depth(document) <= MAX_DEPTH
    assert "before" in words(document)
    if tag not in SILENT and tag != "button":
        assert "deep" in words(document)
    assert len([loss for loss in losses if isinstance(loss, TooDeep)]) <= 1


def test_depth_is_reported_once_and_only_when_structure_is_lost() -> None:
    _, losses = read("<blockquote>" * 200 + "deep")
    assert [type(loss) for loss in losses] == [TooDeep]
    assert read("<div>" * 400 + "<p>not deep</p>")[1] == []
    assert read("<blockquote>" * 80 + "<p>not too deep</p>")[1] == []


PIECES = """
<p>x</p> | x<br> | <b>x</b> | <li>x | <span>x</span> | <div>x</div> | <a name=x href=#x>1</a> | <ul><li>x</ul>
| <table><td>x</table> | <sup><a href=#fn1 id=r>1</a></sup> | <dt>x<dd>y | <pre>x</pre> | <img src=x>
| <noscript><img src=x></noscript>
"""


@pytest.mark.parametrize("piece", [*map(str.strip, PIECES.split("|"))])
def test_time_grows_with_length(piece: str) -> None:
    assert_linear(lambda count: read(piece * count), 1_000, 10_000)


def test_time_grows_with_the_references_to_one_note() -> None:
    def references(count: int) -> str:
        leading = "".join(f"<sup><a href=#n id=r{number}>1</a></sup> " for number in range(count))
        return f"<p>{leading}</p><ol><li id=n>x{''.join(f'<a href=#r{number}>↩</a>' for number in range(count))}</ol>"

    assert_linear(lambda count: read(references(count)), 500, 5_000)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("<p>x</p>" * 100_000, id="paragraphs"),
        pytest.param(f"<ul>{'<li>x' * 100_000}</ul>", id="items"),
        pytest.param(f"<p>{'<b>x</b>' * 100_000}</p>", id="marks"),
        pytest.param("x<br>" * 100_000, id="breaks"),
        pytest.param(f"<ol>{'<li value=2>x' * 20_000}</ol>", id="values"),
        pytest.param(f"<table>{'<tr><td>x<td>y' * 20_000}</table>", id="rows"),
        pytest.param(f"<table><tr>{'<td>x' * 20_000}{'<tr><td>x' * 20_000}</table>", id="holes"),
        pytest.param(f"<b>{'x<i style=font-weight:normal>y</i>' * 20_000}</b>", id="taken back"),
        pytest.param(f"{'<p style=font-weight:700>' * 400}{'<span style=font-weight:700>x' * 400}", id="styles"),
        pytest.param(f"<ol>{'<li data-list=bullet class=ql-indent-1>x' * 20_000}</ol>", id="editor's items"),
        pytest.param("<p style='mso-list:l level1'><b style='mso-list:Ignore'>1.</b>x</p>" * 20_000, id="Word's items"),
        pytest.param("<x-y>x</x-y>" * 20_000, id="custom elements"),
        pytest.param("<div role=list><div role=listitem>x</div></div>" * 20_000, id="roles"),
        pytest.param("<code><option>x" * 90 + "<b>x</b>" * 5_000, id="code in code"),
        pytest.param(f"<img srcset='{'a 1x, ' * 50_000}'>", id="srcset"),
    ],
)
def test_wide_input(source: str) -> None:
    assert_quick(lambda: read(source), 15)


@pytest.mark.parametrize(
    "piece", [r"\begin{align} x ", r"\begin{matrix} x \begin{cases} y ", r"\[ x ", "$$ x $ ", "[caption x ", "[embed "]
)
def test_a_formula_that_never_ends_costs_one_look_each_time_it_begins(piece: str) -> None:
    assert_linear(lambda count: read(f"<p>{piece * count}"), 1_700, 17_000)


@pytest.mark.parametrize("piece", ["a", "\n", " ", "a(", ";", "a "])
def test_whether_a_pre_is_prose_is_seen_in_one_look(piece: str) -> None:
    assert_linear(lambda count: read(f"<pre><b>x</b>{piece * count}</pre>"), 10_000, 100_000)


def test_no_element_has_two_places() -> None:
    groups = [BLOCKS.keys(), INLINES.keys(), LEAVES.keys(), DROPPED, OWN_LINE, CHILDREN_ONLY, IGNORED]
    assert sum(map(len, groups)) == len(HANDLERS)


STANDARD = """
a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption cite code col colgroup
data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head
header hgroup hr html i iframe img input ins kbd label legend li link main map mark math menu meta meter nav noscript
object ol optgroup option output p picture pre progress q rp rt ruby s samp script search section select slot small
source span strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track u ul
var video wbr
acronym applet basefont bgsound big blink center dir font frame frameset isindex keygen listing marquee menuitem
multicol nextid nobr noembed noframes param plaintext rb rtc spacer strike tt xmp
"""


@pytest.mark.parametrize("tag", STANDARD.split())
def test_every_element_of_the_standard_has_a_place(tag: str) -> None:
    """The index of the HTML standard, then the obsolete elements of its section 16.2."""
    assert tag in HANDLERS


UNSHOWN = """
area base button canvas col colgroup datalist head html img input keygen link meta noembed noframes noscript param rp
script select source style template title track audio embed iframe math object svg textarea video body frame frameset
image bgsound plaintext xmp map
"""
SHOWN = [*sorted(set(STANDARD.split()) - set(UNSHOWN.split())), "x-card", "unknown"]
WORD = re.compile(r"w\d+")
STYLES = """
| style="font-weight:bold" | style="font-weight:normal" | style="font-style:italic" | style="display:block"
| style="text-decoration:underline line-through" | style="vertical-align:super" | style="white-space:pre-wrap"
| style="display:inline" | role=heading | role=list | role=listitem | class=ql-indent-1 | data-list=bullet
| class=wp-caption | class=wp-caption-text | lang=fr | id=here | href=#here | type=checkbox | rowspan=0 colspan=3
"""


@st.composite
def soup(draw: st.DrawFn, depth: int = 4) -> str:
    """Any element in any other, some left open, with words that stand once."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        number = draw(st.integers(0, 99_999))
        return draw(st.sampled_from(["w{} ", " w{}", "\nw{}", "w{}\u00a0 ", "\u3000w{} ", "<b>w{}</b> "])).format(
            number
        )
    tag = draw(st.sampled_from(SHOWN))
    inside = "".join(draw(st.lists(soup(depth - 1), max_size=4)))
    end = "" if draw(st.integers(0, 9)) == 0 else f"</{tag}>"
    return f"<{tag} {draw(st.sampled_from([*map(str.strip, STYLES.split('|'))]))}>{inside}{end}"


@given(st.lists(soup(), max_size=4).map("".join))
def test_any_element_in_any_other_keeps_its_words_and_becomes_a_clean_tree(source: str) -> None:
    shown = turbohtml.parse(source).root
    assert shown is not None
    document, _ = read(source)
    clean = normalise(document)
    assert sorted(all_words(clean)) == sorted(WORD.findall(shown.text))
    assert_clean(clean)
    assert normalise(clean) == clean


def all_words(document: Document) -> list[str]:
    """The words of all texts; a caption, a foot and a reading may stand elsewhere than in the source."""
    texts = query(document, lambda node: node.text if isinstance(node, Text | Code | CodeBlock) else None)
    return WORD.findall(" ".join(texts))


def examples() -> list[tuple[str, str]]:
    """Markdown and HTML of the CommonMark specification's examples."""
    text = corpus("commonmark/spec.txt").read_text(encoding="utf-8").replace("→", "\t")
    found = re.findall(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", text, re.MULTILINE | re.DOTALL)
    return [(markdown, rendered) for markdown, rendered in found]


def test_commonmark_examples_keep_their_words() -> None:
    """Every rendered example of the specification, read as HTML; those with raw HTML may hold what is not shown."""
    assert len(examples()) > 600
    for _, rendered in examples():
        shown = turbohtml.parse(rendered).root
        assert shown is not None
        document, _ = read(rendered)
        if not re.search(r"<(script|style|textarea|input|img|title|del)\b", rendered):
            assert words(document) == squeezed(shown.text), rendered


def test_commonmark_examples_read_alike_as_markdown_and_as_html() -> None:
    """Our Markdown front end and the specification's own rendering give the same words."""
    different = [
        markdown
        for markdown, rendered in examples()
        if words(read_markdown_body(markdown, Metadata(), ReadContext())) != words(read(rendered)[0])
    ]
    assert len(different) <= 12, different  # GFM, notes, definitions and formulas read some of them otherwise
