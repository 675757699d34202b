"""The Markdown writer's laws on generated trees: cmark-gfm gives the DOM of the tree, our own reader the tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convertkit.context import WriteContext
from convertkit.tree import Block, Document
from convertkit.writers.markdown import write_markdown
from tests.gfm import dom, expected, rendered
from tests.markdown_trees import Trees

SEEDS = st.integers(0, 2**32)


def markdown(blocks: tuple[Block, ...]) -> str:
    return write_markdown(Document(blocks), WriteContext()).decode()


def check_rendered(blocks: tuple[Block, ...]) -> None:
    written = markdown(blocks)
    try:
        wanted = dom(expected(blocks))
    except NotImplementedError:
        return  # a table that GFM has no form for
    assert dom(rendered(written)) == wanted, written


@given(SEEDS)
def test_a_paragraph_renders_to_itself(seed: int) -> None:
    check_rendered(Trees(seed).paragraph())


@given(SEEDS)
def test_a_heading_renders_to_itself(seed: int) -> None:
    check_rendered(Trees(seed).heading())


@pytest.mark.parametrize("depth", [2, 3])
@given(seed=SEEDS)
def test_a_tree_renders_to_itself(depth: int, seed: int) -> None:
    check_rendered(Trees(seed).document(depth))
