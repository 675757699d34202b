"""Front matter: bounds on what it may cost, and the law that what we write reads back equal."""

from __future__ import annotations

import datetime
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from convertkit.losses import FieldUnreadable, Loss
from convertkit.metadata import Contributor, Metadata
from convertkit.readers.entities import decode_references, protect_references
from convertkit.readers.fields import read_fields
from convertkit.readers.front_matter import read_front_matter
from convertkit.readers.yaml_lines import read_lines
from convertkit.readers.yaml_loader import FrontMatterLoader
from convertkit.tree import Document
from convertkit.writers.markdown.front_matter import with_front_matter
from tests.spending import assert_quick


def read(text: str) -> tuple[Metadata, str, list[Loss]]:
    losses: list[Loss] = []
    values, body = read_front_matter(text, losses.append)
    return read_fields(values, losses.append), body, losses


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{below}'] * 9)}]\n" for below, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a0: &a0 {k: v}\n" + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}\n" for n in range(1, 9))
HOSTILE = {
    "aliases": LAUGHS + "tags: *i",
    "merge keys": MERGES,
    "a cycle": "a: &a [*a]",
    "flow nesting": "x: " + "[" * 60_000,
    "flow mappings": "x: " + "{a: " * 30_000,
    "block nesting": "x:\n" + "".join(" " * level + "-\n" for level in range(400)),
    "keys": "".join(f"k{n}: v\n" for n in range(50_000)),
    "broken keys": "".join(f"k{n}: v: w\n" for n in range(20_000)),
    "a long number": "n: " + "9" * 200_000,
    "a long value": "x: " + "v" * 1_000_000,
    "an open quotation": "x: '" + "v\n" * 50_000,
    "quotation marks": 'x: "' + '" "' * 30_000 + "y",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_front_matter_is_bounded_reported_and_loses_no_post(name: str) -> None:
    post = f"---\ntitle: t\n{HOSTILE[name]}\n---\nbody"
    assert_quick(lambda: read(post), 5)  # a fifth of a second on a machine with nothing else to do
    metadata, body, losses = read(post)
    assert (metadata.title, body) == ("t", "body")
    assert losses
    assert len(json.dumps(metadata.extra)) < 2_000_000


@pytest.mark.parametrize(
    "block",
    ['{"title": "t", "x": ' + "[" * 900 + "]" * 900 + "}", "+++\ntitle = 't'\n" + "a." * 20_000 + "b = 1\n+++"],
    ids=["json", "toml"],
)
def test_depth_is_bounded_in_every_format(block: str) -> None:
    assert_quick(lambda: read(f"{block}\nbody"), 5)
    metadata, body, losses = read(f"{block}\nbody")
    assert metadata.title == "t"
    assert body == "body"
    assert losses


def test_escapes_bring_back_nothing_that_xml_forbids() -> None:
    metadata, _, losses = read('---\ntitle: "a\\0b\\e"\nx: {y: "\\b"}\n---\n')
    assert metadata.title == "a\ufffdb\ufffd"
    assert metadata.extra == {"x": {"y": "\ufffd"}}
    assert [loss.place for loss in losses] == ["title", "x"]


def test_a_number_of_many_digits_is_text_and_reported() -> None:
    metadata, _, losses = read(f"---\nn: {'7' * 5000}\n---\n")
    assert metadata.extra == {"n": "7" * 5000}
    assert [type(loss) for loss in losses] == [FieldUnreadable]


@given(st.text(alphabet="title: '\"\n-[]{}&*!|>#%@`,\\\tdate0123x", max_size=200))
def test_any_block_gives_metadata(block: str) -> None:
    metadata, _, _ = read(f"---\n{block}\n---\nbody")
    json.dumps(metadata.extra, allow_nan=False)


WORDS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="&"), min_size=1, max_size=12)
WORDS |= st.sampled_from(["&", "&amp;", "&lt;b&gt;", "AT&T", "&#38;amp;"])
LINES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
LABELS = st.lists(LINES.filter(lambda text: " > " not in text), max_size=3, unique=True).map(tuple)
ZONES = st.sampled_from([None, datetime.UTC, datetime.timezone(datetime.timedelta(hours=-4, minutes=-30))])
DATES = st.none() | st.dates() | st.datetimes(timezones=ZONES)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | LINES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LINES, inner, max_size=3),
    max_leaves=5,
)
KEYS = WORDS.map("x_{}".format)


@given(
    st.builds(
        Metadata,
        title=LINES,
        subtitle=LINES,
        authors=st.lists(LINES, min_size=1, max_size=3, unique=True).map(tuple),
        contributors=st.lists(st.builds(Contributor, LINES, LINES), max_size=2, unique=True).map(tuple),
        date=DATES,
        updated=DATES,
        language=st.sampled_from(["", "zh-CN", "en", "no"]),
        description=LINES,
        publisher=LINES,
        url=st.sampled_from(["", "https://example.com/a?b=c"]),
        categories=LABELS,
        tags=LABELS,
        cover=LINES,
        identifier=LINES,
        series=LINES,
        series_index=st.none() | st.integers(0, 99).map(float) | st.just(1.5),
        extra=st.dictionaries(KEYS, VALUES, max_size=3),
    )
)
def test_what_we_write_reads_back_equal(metadata: Metadata) -> None:
    text = with_front_matter(Document((), metadata), "body", "files")
    again, body, losses = read(text)
    assert again == metadata
    assert body.strip() == "body"
    assert losses == []


@given(st.text(alphabet="&amp;#39x lt", max_size=30))
def test_protected_references_are_decoded_to_what_they_were(text: str) -> None:
    assert decode_references(protect_references(text)) == text


# ---------------------------------------------------------------- YAML without its parser

_PIECES = st.sampled_from(
    [*"ab1中 :#'\"-?,[]{}&*!|>%@`\\/.(~=<\t\n\x7f\x85\xa0\u2028\ufeff", ": ", " #", "''", "  ", "\n ", "\n- ", "\n - "]
)
_SCALARS = st.lists(_PIECES, max_size=6).map("".join)
_WRITTEN = st.one_of(
    _SCALARS, _SCALARS.map("'{}'".format), _SCALARS.map('"{}"'.format), st.sampled_from(["no", "", "9" * 101])
)
_STARTS = st.sampled_from(
    ["a:", "a: ", "key-b: ", "ключ:  ", "<<: ", "- ", " - ", " -", "   - ", "-", "a : ", "? ", "# ", " c: ", ""]
)
_LINES = st.lists(st.tuples(_STARTS, _WRITTEN, st.sampled_from(["\n", " \n", "\n\n", ""])).map("".join), max_size=6)


def typed(value: object) -> object:
    """A value in which a scalar with quotes is not equal to one without."""
    match value:
        case dict():
            return [(typed(key), typed(item)) for key, item in value.items()]
        case list():
            return [typed(item) for item in value]
        case _:
            return type(value), value


@given(_LINES.map("".join))
def test_what_is_read_of_yaml_without_its_parser_is_what_the_parser_reads(text: str) -> None:
    values = read_lines(text)
    if values is not None:
        loaded = yaml.load(text, FrontMatterLoader)
        assert typed(values) == typed(loaded.value)
        assert not loaded.losses


def test_the_front_matter_of_generators_needs_no_parser() -> None:
    text = (
        "title: 'It''s: a \"title\"'\ndate: 2015-07-08 10:00:36 -0400\ntags:\n - C#\n - 'b'\nurl: https://a.example/b\n"
    )
    assert read_lines(text) == {
        "title": 'It\'s: a "title"',
        "date": "2015-07-08 10:00:36 -0400",
        "tags": ["C#", "b"],
        "url": "https://a.example/b",
    }
