"""Repair: what was damaged reads as before, what was not stays as it is, and time grows with length only."""

from __future__ import annotations

import pytest
import turbohtml
from hypothesis import given
from hypothesis import strategies as st

from convertkit.losses import Loss, Mended, ignore
from convertkit.repair import repair_html
from tests.damage import damage
from tests.spending import assert_linear

SPEECH = (
    "tea List&lt;String&gt; a&lt;b &amp;&amp; &lt;your-name&gt; x-&gt;y 茶叶 &lt;T&gt; AT&amp;T ?a=1&amp;copy=2 {{x}} "
    "&lt;me@example.org&gt; p=&gt;q &lt;/T&gt;"
)
WORDS = st.sampled_from(SPEECH.split())
PHRASE = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
TAGS = st.sampled_from(["div", "p", "html", "template", "T", "script", "title", "table"])
INLINE_CODE = st.one_of(PHRASE, TAGS.map("&lt;{}&gt;".format), TAGS.map("&lt;/{}&gt;".format)).map(
    lambda code: f"<code>{code}</code>"
)
PLAIN_CODE = st.lists(
    st.one_of(PHRASE, TAGS.map('&lt;{0} id="x"&gt;\n  x\n&lt;/{0}&gt;'.format), st.just("&lt;!-- note --&gt;")),
    max_size=4,
).map("\n".join)
PIECE = st.one_of(
    PHRASE,
    st.builds('<span class="hljs-string">"{}"</span>'.format, PHRASE),
    TAGS.map('<span class="hljs-tag">&lt;/<span class="hljs-name">{}</span>&gt;</span>'.format),
    TAGS.map('<span class="hljs-comment">&lt;!-- &lt;{}&gt; --&gt;</span>'.format),
)
LISTING = st.one_of(
    PLAIN_CODE.map('<pre><code class="language-x">{}\n</code></pre>'.format),
    st.lists(PIECE, max_size=5).map(lambda code: f'<pre><code class="hljs">{" ".join(code)}\n</code></pre>'),
)
PARAGRAPH = st.lists(st.one_of(PHRASE, INLINE_CODE, PHRASE.map("<em>{}</em>".format)), min_size=1, max_size=4).map(
    lambda parts: f"<p>{' '.join(parts)}</p>"
)
PAGE = st.lists(st.one_of(PARAGRAPH, LISTING), min_size=1, max_size=6).map(
    lambda blocks: "<div>" + "\n".join([*blocks, "<p>x &amp;&amp; y -&gt; z</p>"]) + "</div>"
)


def text(page: str) -> str:
    """The text of a page as it is parsed, without white space."""
    root = turbohtml.parse(page).root
    assert root is not None
    return "".join("".join(node.data for node in root.descendants if isinstance(node, turbohtml.Text)).split())


@given(PAGE)
def test_a_damaged_page_reads_as_before(page: str) -> None:
    assert text(repair_html(damage(page), ignore)) == text(page)


@given(PAGE)
def test_an_undamaged_page_stays_the_same_object(page: str) -> None:
    assert repair_html(page, ignore) is page


@given(PAGE)
def test_a_repaired_page_is_not_repaired_again(page: str) -> None:
    once = repair_html(damage(page), ignore)
    assert text(repair_html(once, ignore)) == text(once)


def test_what_was_mended_is_reported() -> None:
    losses: list[Loss] = []
    repair_html("<p>one <T> && two</p>", losses.append)
    assert losses == [Mended("", "<T>")]


HOSTILE = (
    "<",
    '<a "',
    '<a b="',
    '<a b=" x="',
    "<pre>",
    "<pre><code>",
    "<code>",
    "</code>",
    "<!--",
    "&",
    "<script>",
    "<T>",
    "<svg>",
    "<textarea>",
    "<b><i></b>",
    "<i><b>",
    "<p>the <p> tag",
    "<code><script>",
    "<html><script>",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    assert_linear(lambda size: repair_html(piece * (size // len(piece)) + " & > <", ignore), 50_000, 400_000)
