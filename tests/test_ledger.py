"""The ledger balances where nothing is lost, and says so where anything is."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
import turbohtml
from hypothesis import given, settings
from hypothesis import strategies as st

import convertkit
from convertkit import ledger
from convertkit.ledger.counts import Counts
from convertkit.ledger.tree import count_tree
from convertkit.ledger.words import words_of
from convertkit.losses import Loss, Report
from convertkit.metadata import Metadata
from convertkit.options import WRITE
from convertkit.pipeline import write_result
from convertkit.tree import Document
from tests.examples import examples
from tests.strategies import documents

POST = """\
---
title: Tea at noon
author: A. Writer
date: 2020-01-02
---
<h1>Tea at noon</h1>
<p>Water first<sup><a href="#fn1" id="r1">1</a></sup>, then <a href="https://tea.example/leaf">leaves</a>. 水先。</p>
<h2>Numbers</h2>
<table><tr><th>cup</th><th>grams</th></tr><tr><td>small</td><td>two</td></tr><tr><td>large</td><td>four</td></tr></table>
<pre><code class="language-python">brew(water)
pour(cup)</code></pre>
<ul><li>first item</li><li>second item</li></ul>
<p><img src="https://tea.example/pot.png" alt="a teapot"></p>
<div class="footnotes"><ol><li id="fn1"><p>Not boiling. <a href="#r1">↩</a></p></li></ol></div>
"""
TEXTUAL = ("markdown", "text", "html")


def balance_after(to: str, change: Callable[[str], str]) -> ledger.Balance:
    """The balance of the post's output after a change to the output."""
    result = convertkit.convert(POST, to=to)
    changed = _changed(result.content, change)
    assert changed != result.content
    assert result.count_source is not None
    return ledger.balance(result.count_source(), result.document, to, changed, result.lost_in_writing)


def _changed(content: bytes, change: Callable[[str], str]) -> bytes:
    """An output with the parts that hold its text changed."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return change(content.decode()).encode()
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as changed:
        for name in source.namelist():
            part = source.read(name)
            is_text = name.endswith(("chapter.xhtml", "document.xml", "footnotes.xml"))
            changed.writestr(name, change(part.decode()).encode() if is_text else part)
    return target.getvalue()


@pytest.mark.parametrize("to", ledger.COUNTED)
def test_a_post_balances_in_every_format(to: str) -> None:
    balance = convertkit.convert(POST, to=to).balance
    assert balance is not None
    assert balance.unexplained == ()
    assert balance.size == 0
    assert balance.leaving["words"] > 10


@pytest.mark.parametrize("to", ledger.COUNTED)
@pytest.mark.parametrize("word", ["first", "boiling", "large", "pour", "水", "teapot"])
def test_a_word_that_is_gone_is_missed(to: str, word: str) -> None:
    balance = balance_after(to, lambda text: text.replace(word, "", 1))
    assert word in {difference.what for difference in balance.unexplained if difference.missing}


@pytest.mark.parametrize("to", ledger.COUNTED)
def test_a_word_that_nobody_wrote_is_noticed(to: str) -> None:
    balance = balance_after(to, lambda text: text.replace("leaves", "leaves hemlock"))
    assert [(found.what, found.missing) for found in balance.unexplained] == [("hemlock", False)]


@pytest.mark.parametrize("to", ledger.COUNTED)
def test_words_that_ran_together_are_noticed(to: str) -> None:
    balance = balance_after(to, lambda text: text.replace("second item", "seconditem"))
    assert {found.what for found in balance.unexplained} == {"second", "item", "seconditem"}


@pytest.mark.parametrize("to", ledger.COUNTED)
def test_words_that_stand_elsewhere_are_noticed(to: str) -> None:
    balance = balance_after(
        to, lambda text: re.sub(r"(?s)Water first(.*)second item", r"second item\1Water first", text)
    )
    assert "words in their order" in {difference.kind for difference in balance.unexplained}


def test_a_loss_accounts_for_one_thing_and_no_other_of_its_kind() -> None:
    """Three links to a file that no book holds are three losses; a fourth link must not go with them."""
    links = '<a href="menu.pdf">Menu</a> ' * 3 + '<a href="https://tea.example/">Tea</a>'
    result = convertkit.convert(f"<p>{links}</p>", to="epub", from_="html")
    assert len(result.losses) == 1
    assert result.balance is not None
    assert not result.balance.unexplained
    assert result.count_source is not None
    changed = _changed(result.content, lambda text: re.sub(r'<a href="https://tea[^>]*>(Tea)</a>', r"\1", text))
    balance = ledger.balance(result.count_source(), result.document, "epub", changed, result.lost_in_writing)
    assert [(found.kind, found.count) for found in balance.unexplained] == [("links", 1)]


def test_the_first_place_of_a_missing_word_is_told() -> None:
    balance = balance_after("markdown", lambda text: text.replace("boiling", ""))
    assert balance.unexplained[0].place == "a teapot Not boiling"


STRUCTURES = {
    ("markdown", "links"): lambda text: text.replace("[leaves](https://tea.example/leaf)", "leaves"),
    ("markdown", "tables"): lambda text: re.sub(r"^\| --.*\n", "", text, flags=re.MULTILINE),
    ("markdown", "code blocks"): lambda text: text.replace("```python", "").replace("```", ""),
    ("markdown", "notes"): lambda text: text.replace("[^1]:", "Note:").replace("[^1]", ""),
    ("markdown", "headings"): lambda text: text.replace("## Numbers", "Numbers"),
    ("markdown", "list items"): lambda text: text.replace("- second", "second"),
    ("markdown", "images"): lambda text: text.replace("![a teapot](https://tea.example/pot.png)", "a teapot"),
    ("html", "links"): lambda text: text.replace('<a href="https://tea.example/leaf">leaves</a>', "leaves"),
    ("html", "cells"): lambda text: text.replace("<td>small</td>", "small"),
    ("html", "code lines"): lambda text: text.replace("brew(water)\n", "brew(water) "),
    ("epub", "notes"): lambda text: text.replace('role="doc-footnote"', ""),
    ("epub", "headings"): lambda text: re.sub("<h2[^>]*>Numbers</h2>", "<p>Numbers</p>", text),
    ("docx", "links"): lambda text: re.sub(r"</?w:hyperlink\b[^>]*>", "", text),
    ("docx", "list items"): lambda text: text.replace('<w:numId w:val="1001"/>', '<w:numId w:val="0"/>', 1),
    ("docx", "headings"): lambda text: text.replace('<w:pStyle w:val="Heading2"/>', ""),
    ("text", "links"): lambda text: text.replace("https://tea.example/leaf", "https://tea.example/"),
}


@pytest.mark.parametrize(("to", "kind"), STRUCTURES)
def test_structure_that_is_gone_is_missed(to: str, kind: str) -> None:
    balance = balance_after(to, STRUCTURES[to, kind])
    assert kind in {difference.kind for difference in balance.unexplained}


def test_a_filter_that_removes_without_a_word_is_caught() -> None:
    class Silent:
        """Takes the second paragraph away and reports nothing."""

        name = "silent"

        def edit_html(self, body: turbohtml.Element, metadata: Metadata, _report: Report) -> Metadata:
            body.select("p")[1].extract()
            return metadata

    result = convertkit.convert("<p>One.</p><p>Two words.</p>", to="markdown", from_="html", filters=[Silent()])
    assert result.balance is not None
    assert [found.what for found in result.balance.unexplained] == ["Two", "words"]


def test_what_a_rule_removed_is_under_its_name() -> None:
    result = convertkit.convert("<p>Kept.</p><select><option>Gone</option></select>", to="text", from_="html")
    assert result.balance is not None
    assert result.balance.removed == {"<select> has no place": 1}
    assert not result.balance.size


def test_fail_on_loss_names_what_is_unaccounted_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convertkit.writers.markdown.write_body", lambda *_: "One.")
    with pytest.raises(convertkit.LossError, match=r"2 words or other things .* missing words: Two"):
        convertkit.convert("<p>One.</p><p>Two words.</p>", to="markdown", from_="html", fail_on_loss=1)
    convertkit.convert("<p>One.</p><p>Two words.</p>", to="markdown", from_="html", fail_on_loss=2)


def test_no_ledger_is_kept_of_what_nobody_reads_back() -> None:
    assert convertkit.convert("<p>One.</p>", to="json", from_="html").balance is None
    with pytest.raises(convertkit.UsageError, match="no ledger is kept of json"):
        convertkit.convert("<p>One.</p>", to="json", from_="html", fail_on_loss=0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don’t panic, 3.14 times!", ["Don", "t", "panic", "3", "14", "times"]),
        ("中文 and kana カー", ["中", "文", "and", "kana", "カ", "ー"]),
        ("한국어 snake_case", ["한", "국", "어", "snake_case"]),
        ("za\u0301 co\u00adop zero\u200bwidth", ["za\u0301", "co", "op", "zero", "width"]),
        ("* — 「」 <>", []),
    ],
)
def test_words_and_characters_are_told_apart_by_script(text: str, words: list[str]) -> None:
    assert words_of(text) == words


# ---------------------------------------------------------------- laws


def of_tree(document: Document, to: str) -> ledger.Balance:
    """The balance of a tree that was written."""
    counts = count_tree(document.blocks)
    losses: list[Loss] = []
    result = write_result(document, to, WRITE, losses, lambda: ledger.Entering(counts, Counts(kinds=counts.kinds)))
    assert result.balance is not None
    return result.balance


@pytest.mark.parametrize("to", TEXTUAL)
@given(document=documents())
@settings(deadline=None, max_examples=examples(30))
def test_every_tree_balances(to: str, document: Document) -> None:
    assert of_tree(document, to).unexplained == ()


_TAGS = ("p", "b", "i", "div", "ul", "ol", "li", "blockquote", "h2", "span", "code", "pre", "td", "tr", "table", "q")
_PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in _TAGS]),
    st.sampled_from([f"</{tag}>" for tag in _TAGS]),
    st.sampled_from(
        ["word", " two words ", "水", "<br>", "<hr>", "&amp;", "a<b", '<a href="https://e.example/x">go</a>']
    ),
    st.sampled_from(['<img src="https://e.example/i.png" alt="pic">', "<details>", "<summary>", "</details>", "\n"]),
)


@pytest.mark.parametrize("to", ["epub", "docx"])
@given(pieces=st.lists(_PIECES, max_size=25))
@settings(deadline=None, max_examples=examples(8))
def test_html_balances_in_containers(to: str, pieces: list[str]) -> None:
    balance = convertkit.convert("<p>start</p>" + "".join(pieces), to=to, from_="html").balance
    assert balance is not None
    assert balance.unexplained == ()


@pytest.mark.parametrize("to", TEXTUAL)
@given(pieces=st.lists(_PIECES, max_size=25))
@settings(deadline=None, max_examples=examples(40))
def test_all_html_balances(to: str, pieces: list[str]) -> None:
    balance = convertkit.convert("<p>start</p>" + "".join(pieces), to=to, from_="html").balance
    assert balance is not None
    assert balance.unexplained == ()
