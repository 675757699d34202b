"""Which posts go into a book, in which order, in which volume and part."""

from __future__ import annotations

import datetime
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convertkit.book.arranging import Part, arrange
from convertkit.book.cards import Card
from convertkit.book.choosing import choose, in_order
from convertkit.book.recipe import (
    GROUP_KEYS,
    SORT_KEYS,
    ByLabel,
    BySize,
    Recipe,
    parse_day,
    parse_group_by,
    parse_volumes,
    read_recipe,
)
from convertkit.errors import UsageError
from convertkit.metadata import Metadata

EAST = datetime.timezone(datetime.timedelta(hours=8))


def card(path: str, *, words: int = 100, size: int = 1000, matched: bool = True, **fields: object) -> Card:
    """A post with a title like its path."""
    metadata = Metadata(title=path, **fields)  # type: ignore[arg-type]
    return Card(
        key=path, source=path, path=PurePosixPath(path), metadata=metadata, words=words, size=size, matched=matched
    )


TEA = card("notes/tea.md", date=datetime.date(2021, 3, 1), authors=("Lin",), categories=("Food",), language="en")
RAIN = card("notes/rain.md", date=datetime.datetime(2022, 4, 15, 23, 22, tzinfo=EAST), authors=("Lin", "Ōta"))
ROAD = card("road 10.md", date=datetime.date(2022, 4, 16), tags=("travel",), language="zh-CN", words=9)
PATH = card("road 2.md", date=datetime.date(2022, 5, 1), categories=("food", "tea"), language="zh-TW")
OLD = card("old.md", matched=False)
POSTS = [TEA, RAIN, ROAD, PATH, OLD]


@pytest.mark.parametrize(
    ("recipe", "chosen"),
    [
        (Recipe(), [TEA, RAIN, ROAD, PATH, OLD]),
        (Recipe(author=("lin",)), [TEA, RAIN]),
        (Recipe(author=("ＬＩＮ",), category=("FOOD",)), [TEA]),
        (Recipe(category=("food",)), [TEA, PATH]),
        (Recipe(tag=("travel", "tea")), [ROAD]),
        (Recipe(since="2022-04"), [RAIN, ROAD, PATH]),
        (Recipe(until="2022-04"), [TEA, RAIN, ROAD]),
        (Recipe(since="2022-04-16", until="2022-04-16"), [ROAD]),
        (Recipe(language=("zh",)), [ROAD, PATH]),
        (Recipe(language=("zh-cn", "en")), [TEA, ROAD]),
        (Recipe(min_length=10), [TEA, RAIN, PATH, OLD]),
        (Recipe(match="words that only the survey has looked for"), [TEA, RAIN, ROAD, PATH]),
    ],
)
def test_what_a_recipe_takes(recipe: Recipe, chosen: list[Card]) -> None:
    taken, left_out = choose(POSTS, recipe)
    assert taken == chosen
    assert {entry.card.path for entry in left_out} == {post.path for post in POSTS} - {post.path for post in chosen}
    assert all(entry.reason for entry in left_out)


@pytest.mark.parametrize(
    ("sort", "reverse", "order"),
    [
        ("date", False, [TEA, RAIN, ROAD, PATH, OLD]),
        ("date", True, [PATH, ROAD, RAIN, TEA, OLD]),
        ("title", False, [RAIN, TEA, OLD, PATH, ROAD]),
        ("path", True, [ROAD, PATH, OLD, TEA, RAIN]),
        ("author", False, [TEA, RAIN, OLD, PATH, ROAD]),
    ],
)
def test_the_order(sort: str, reverse: bool, order: list[Card]) -> None:
    assert in_order(POSTS[::-1], sort, reverse=reverse) == order  # type: ignore[arg-type]


def test_parts_in_parts_with_what_has_no_label_last() -> None:
    (volume,) = arrange(POSTS, ("year", "category"), None)
    assert volume.parts == (
        Part("year", "2021", (Part("category", "Food", (), (TEA,)),)),
        Part("year", "2022", (Part("category", "food", (), (PATH,)), Part("category", "", (), (RAIN, ROAD)))),
        Part("year", "", (Part("category", "", (), (OLD,)),)),
    )


def test_years_fall_where_the_posts_do() -> None:
    (volume,) = arrange(in_order(POSTS, "date", reverse=True), ("year",), None)
    assert [part.label for part in volume.parts] == ["2022", "2021", ""]


def test_a_volume_of_a_year_has_no_part_for_it() -> None:
    volumes = arrange(POSTS, ("year", "month"), ByLabel("year"))
    assert [(volume.number, volume.label) for volume in volumes] == [(1, "2021"), (2, "2022"), (3, "")]
    assert [part.label for part in volumes[1].parts] == ["2022-04", "2022-05"]


def test_the_only_volume_has_no_number() -> None:
    assert [volume.number for volume in arrange(POSTS, (), BySize("posts", 5))] == [0]
    assert arrange([], ("year",), None) == ()


def test_volumes_are_cut_from_the_reading_order() -> None:
    volumes = arrange(POSTS, ("year",), BySize("posts", 2))
    assert [list(volume.all_chapters()) for volume in volumes] == [[TEA, RAIN], [ROAD, PATH], [OLD]]
    assert [part.label for part in volumes[0].parts] == ["2021", "2022"]


def test_a_post_larger_than_a_volume_has_one_for_itself() -> None:
    large = card("large.md", size=5000)
    volumes = arrange([TEA, large, RAIN, ROAD], (), BySize("bytes", 2000))
    assert [list(volume.all_chapters()) for volume in volumes] == [[TEA], [large], [RAIN, ROAD]]


@given(
    st.lists(st.sampled_from(POSTS), unique_by=lambda post: post.key),
    st.lists(st.sampled_from(GROUP_KEYS), max_size=2, unique=True),
    st.none() | st.builds(ByLabel, st.sampled_from(["year", "month", "category"]))
    | st.builds(BySize, st.sampled_from(["posts", "bytes"]), st.integers(1, 4000)),
    st.sampled_from(SORT_KEYS),
)  # fmt: skip
def test_no_post_is_lost_or_doubled(posts: list[Card], group_by: list[str], rule: object, sort: str) -> None:
    volumes = arrange(in_order(posts, sort), group_by, rule)  # type: ignore[arg-type]
    arranged = [post.key for volume in volumes for post in volume.all_chapters()]
    assert sorted(arranged) == sorted(post.key for post in posts)
    assert all(any(volume.all_chapters()) for volume in volumes)


@pytest.mark.parametrize("text", ["", "2022-13", "22", "2022-02-30", "yesterday", "0000"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(UsageError, match="is no day"):
        parse_day(text)


def test_the_last_day_of_a_year_a_month_a_day() -> None:
    last = [parse_day(text, last=True).isoformat() for text in ("2024", "2024-2", "2024-12", "2024-12-01")]
    assert last == ["2024-12-31", "2024-02-29", "2024-12-31", "2024-12-01"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("none", None),
        ("year", ByLabel("year")),
        ("posts:200", BySize("posts", 200)),
        ("size:20MB", BySize("bytes", 20_000_000)),
        ("size: 500 kB", BySize("bytes", 500_000)),
    ],
)
def test_volume_rules(text: str, rule: object) -> None:
    assert parse_volumes(text) == rule


@pytest.mark.parametrize("text", ["posts", "posts:0", "posts:many", "size:20", "size:0MB", "tag", "year:3"])
def test_what_is_no_volume_rule(text: str) -> None:
    with pytest.raises(UsageError, match="no volumes by"):
        parse_volumes(text)


def test_parts_are_named_by_commas() -> None:
    assert parse_group_by("year, month") == ("year", "month")
    assert parse_group_by("none") == ()


@pytest.mark.parametrize(
    "options",
    [
        {"since": "2022", "until": "2021"},
        {"group_by": ("year", "month", "tag")},
        {"group_by": ("colour",)},
        {"sort": "colour"},
        {"min_length": -1},
    ],
)
def test_a_recipe_that_means_nothing(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Recipe(**options)  # type: ignore[arg-type]


def test_a_recipe_file(tmp_path: Path) -> None:
    file = tmp_path / "book.toml"
    file.write_text(
        'inputs = ["posts", "https://example.org/feed.xml"]\noutput = "spring.epub"\n'
        'group-by = "year,month"\nvolumes = "posts:50"\nsince = 2022-01-01\nauthor = "Lin"\nmin_length = 20\n',
        encoding="utf-8",
    )
    assert read_recipe(file) == Recipe(
        inputs=(str(tmp_path / "posts"), "https://example.org/feed.xml"),
        output=tmp_path / "spring.epub",
        group_by=("year", "month"),
        volumes=BySize("posts", 50),
        since="2022-01-01",
        author=("Lin",),
        min_length=20,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("group = 1", "did you mean group_by"),
        ("reverse = 1", "reverse is neither true nor false"),
        ("inputs = [[1]]", "inputs is no text"),
        ("inputs = ", "is no recipe"),
        ('volumes = "tag"', "no volumes by"),
    ],
)
def test_a_recipe_file_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "book.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message) as raised:
        read_recipe(file)
    assert str(file) in str(raised.value)
