"""HTML to Markdown and back by cmark-gfm: of all that GFM can say, everything is the same; of all else, the words."""

from __future__ import annotations

import pytest

from tests.commonmark_spec import can_be_equal, ours, spec_examples
from tests.gfm import rendered
from tests.html_dom import dom, gfm_can_say, words


def test_examples_of_commonmark_come_back_as_they_were() -> None:
    for html in spec_examples():
        markdown = ours(html)
        back = rendered(markdown)
        assert words(back) == words(html), markdown
        if can_be_equal(html):
            assert dom(back) == dom(html), markdown


@pytest.mark.parametrize(
    ("html", "sayable"),
    [
        ("<h3>a <em>b</em></h3><ul><li>c<ul><li><p>d</p></li></ul></li></ul>", True),
        ('<pre><code class="language-c">x</code></pre>', True),
        ("<table><thead><tr><th align=right>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>", True),
        ("<div>a</div>", False),
        ("<p>a<sub>2</sub></p>", False),
        ('<p><a name="x">y</a></p>', False),
        ("<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>", False),
    ],
)
def test_gfm_has_signs_for(html: str, *, sayable: bool) -> None:
    assert gfm_can_say(html) == sayable


def test_white_space_is_compared_as_it_shows() -> None:
    assert dom("a<b> x </b>\n<i> y</i>") == dom("<p>a <strong>x</strong> <em>y</em></p>")
    assert dom("<p>a<b>x</b></p>") != dom("<p>a <b>x</b></p>")
    assert dom("<p><code>a  b</code></p>") != dom("<p><code>a b</code></p>")
    assert dom("<ul><li>a</li></ul>") != dom("<ul><li><p>a</p></li></ul>")
    assert dom("<p>a<br>b</p>") != dom("<p>ab</p>")
    assert dom("<p>a<br></p>") == dom("<p>a</p>")
    assert dom("<b>a</b><b>b</b> <i>c</i>") == dom("<b>ab</b> <i>c</i>")
    assert dom("<b>a</b> <b>b</b>") != dom("<b>ab</b>")
    assert dom("<pre><code>a\n</code></pre>") == dom("<pre><code>a</code></pre>") != dom("<pre><code>a b</code></pre>")
