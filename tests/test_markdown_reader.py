"""Markdown that is nested deeper than any tree may be."""

from __future__ import annotations

import pytest

from convertkit.context import ReadContext
from convertkit.losses import Loss, TooDeep
from convertkit.readers.post import read_markdown_post


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
