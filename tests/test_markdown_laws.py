"""The Markdown writer's laws on generated trees: cmark-gfm gives the DOM of the tree, our own reader the tree."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import convertkit
from convertkit.context import WriteContext
from convertkit.metadata import Metadata
from convertkit.tree import Block, CodeBlock, Document, Para, Text
from convertkit.walk import query
from convertkit.writers.markdown import write_markdown
from tests.corpus import archive
from tests.gfm import dom, expected, rendered
from tests.markdown_trees import Trees
from tests.strategies import metadata

SEEDS = st.integers(0, 2**32)
_TWO_BOXES = re.compile(r"\[ \].*\[[xX]\]")
"""cmark-gfm takes an `[x]` anywhere in the line for the task's box, one in code or a link too."""


def markdown(blocks: tuple[Block, ...]) -> str:
    return write_markdown(Document(blocks), WriteContext()).decode()


def check_rendered(blocks: tuple[Block, ...]) -> None:
    written = markdown(blocks)
    try:
        wanted = dom(expected(blocks))
    except NotImplementedError:
        return  # a table that GFM has no form for
    if not _TWO_BOXES.search(written):
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


def check_read_back(blocks: tuple[Block, ...]) -> None:
    if not blocks:
        return
    written = markdown(blocks)
    assert convertkit.read(written, from_="markdown", no_filters=True).blocks == blocks, written


@given(SEEDS)
def test_our_reader_reads_a_paragraph_back(seed: int) -> None:
    check_read_back(Trees(seed, extended=True).paragraph())


@pytest.mark.parametrize("depth", [2, 3])
@given(seed=SEEDS)
def test_our_reader_reads_a_tree_back(depth: int, seed: int) -> None:
    check_read_back(Trees(seed, extended=True).document(depth))


@given(metadata())
def test_our_reader_reads_metadata_back(drawn: Metadata) -> None:
    """As a reader gives it: addresses resolved, doubled tags and names once."""
    once = read_metadata(drawn)
    assert read_metadata(once) == once


def read_metadata(given_metadata: Metadata) -> Metadata:
    written = write_markdown(Document((Para((Text("x"),)),), given_metadata), WriteContext())
    return convertkit.read(written, from_="markdown", no_filters=True).metadata


def test_prose_has_practically_no_backslashes() -> None:
    """In the archive one in thousands of characters: addresses that are no links, and markup that somebody typed."""
    characters = backslashes = 0
    for post in archive("undamaged", every=24):
        prose = [block for block in convertkit.read(post).blocks if not isinstance(block, CodeBlock)]
        words = "".join(query(Document(tuple(prose)), lambda node: node.text if isinstance(node, Text) else None))
        characters += len(words)
        backslashes += markdown(tuple(prose)).count("\\") - words.count("\\")
    assert backslashes * 4_000 < characters, f"{backslashes} in {characters}"
