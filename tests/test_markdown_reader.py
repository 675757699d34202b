"""Markdown that is nested deeper than any tree may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt, helpers
from markdown_it.helpers import parseLinkLabel
from mdit_py_plugins.footnote.index import footnote_inline

from convertkit.context import ReadContext
from convertkit.losses import Loss, TooDeep
from convertkit.readers.markdown import _new_parser, _parser
from convertkit.readers.markdown.brackets import LabelledState, end_of_label
from convertkit.readers.post import read_markdown_post
from tests.spending import assert_linear


def read(text: str) -> tuple[str, list[Loss]]:
    losses: list[Loss] = []
    return repr(read_markdown_post(text.encode(), ReadContext(report=losses.append)).blocks), losses


def nested_list(levels: int) -> str:
    return "\n".join(f"{'  ' * level}- level {level}." for level in range(levels))


@pytest.mark.parametrize("text", [">" * 150, ">" * 5_000, "> " * 120 + "- " * 300, "- " * 1_000])
def test_words_below_any_depth_stay(text: str) -> None:
    shown, losses = read(f"{text} deep words\n\nafter")
    assert "deep words" in shown
    assert "after" in shown
    assert [type(loss) for loss in losses] == [TooDeep]


@pytest.mark.parametrize("levels", [60, 90, 300])
def test_every_item_of_a_deep_list_stays(levels: int) -> None:
    shown, losses = read(nested_list(levels))
    assert [level for level in range(levels) if f"level {level}." not in shown] == []
    assert bool(losses) == (levels > 90)


@given(st.text(alphabet="[]!^`\\a(b)<>*{}.\n", max_size=40))
def test_a_label_ends_where_markdown_it_finds_its_end(text: str) -> None:
    """Whichever bracket is asked for first."""
    ours = LabelledState(text, _parser(), {}, [])
    theirs = LabelledState(text, plain_parser(), {}, [])
    for start in (at for at, mark in enumerate(text) if mark == "["):
        for without_links in (True, False):
            assert end_of_label(ours, start, without_links) == parseLinkLabel(theirs, start, without_links)


def plain_parser() -> MarkdownIt:
    """Our parser with markdown-it's own walk."""
    parser = _new_parser()
    vars(parser)["helpers"] = helpers
    parser.inline.ruler.at("footnote_inline", footnote_inline)
    return parser


@pytest.mark.parametrize("piece", ["[", "![", "^[", "[a", "[[]", "*[", "`[", "[a](b", "[^1]", "[toc]"])
def test_brackets_that_nothing_closes_cost_no_more_than_their_number(piece: str) -> None:
    assert_linear(lambda times: read("a\n\n" + piece * times), 1_500, 15_000)
