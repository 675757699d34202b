"""A row of a table is a post; its columns are its front matter, and a broken row costs itself alone."""

from __future__ import annotations

import datetime
import gzip
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import convertkit
from convertkit.archive.records import Failure, Reason
from convertkit.archive.sources import open_source, table
from convertkit.archive.sources.table import post_of
from convertkit.archive.units import Carried, Unit
from convertkit.errors import UsageError
from tests.archive.test_sources import message_of, units_of


def post(unit: Unit) -> convertkit.Document:
    assert isinstance(unit.content, Carried), unit.content
    return convertkit.read(unit.content.data, from_="post")


def jsonl(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_a_row_is_a_post_and_its_columns_say_what_front_matter_says(tmp_path: Path) -> None:
    row: dict[str, object] = {"title": "Salt: and 'tides'\nof \"1999\" {{x}}", "author": ["Ann", "Bo"]}
    row["pubDate"] = "2024-03-05 10:00:00"
    row |= {"content": "<p>The sea.</p>", "url": "https://example.org/sea.html", "views": 7, "none": None}
    (unit,) = units_of(jsonl(tmp_path / "posts.jsonl", row))
    assert (unit.name, unit.path) == ("posts.jsonl#1", "2024-03-05-sea")
    document = post(unit)
    assert document.metadata.title == "Salt: and 'tides' of \"1999\" {{x}}"
    assert document.metadata.authors == ("Ann", "Bo")
    assert document.metadata.date == datetime.datetime.fromisoformat("2024-03-05 10:00:00")
    assert document.metadata.url == "https://example.org/sea.html"
    assert document.metadata.extra == {"views": 7}
    assert convertkit.write(document, to="text").decode().endswith("The sea.\n")


def test_columns_are_named(tmp_path: Path) -> None:
    row = {"headline": "One", "text": "*Hello*", "content": "no", "key": 12, "where": "/a/b.md"}
    path = jsonl(tmp_path / "posts.jsonl", row)
    (unit,) = units_of(path, columns={"body": "text", "title": "headline", "id": "key", "path": "where", "content": ""})
    assert (unit.name, unit.path) == ("posts.jsonl#12", "a/b")
    document = post(unit)
    assert document.metadata.title == "One"
    assert document.metadata.extra == {}
    assert convertkit.write(document, to="text").decode().endswith("Hello\n")


def test_a_column_for_bodies_that_no_row_has_is_told_once(tmp_path: Path) -> None:
    for rows in (3, 300):
        path = jsonl(tmp_path / "posts.jsonl", *[{"content": "tea", "title": "One"}] * rows)
        with pytest.raises(UsageError, match=r"has no column 'nope'.*there are content, title"):
            units_of(path, columns={"body": "nope"})
    late = jsonl(tmp_path / "late.jsonl", *[{"title": "One"}] * 50, {"content": "tea"})
    assert len(units_of(late, columns={"body": "content"})) == 51


def test_a_column_for_bodies_that_parquet_has_not_is_told_once(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'convertkit[parquet]'")
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist([{"content": "tea"}]), tmp_path / "posts.parquet")
    with pytest.raises(UsageError, match="has no column 'nope'"):
        units_of(tmp_path / "posts.parquet", columns={"body": "nope"})


def test_what_the_posts_own_front_matter_says_holds(tmp_path: Path) -> None:
    own = "---\ntitle: Own\ndate: 2024-01-02\n---\n\nText.\n"
    row = {"content": own, "title": "Other", "published": "2020-01-01", "tags": ["sea"], "path": "a.md"}
    (unit,) = units_of(jsonl(tmp_path / "posts.jsonl", row))
    metadata = post(unit).metadata
    assert metadata.title == "Own"
    assert metadata.date == datetime.date(2024, 1, 2)
    assert metadata.tags == ("sea",)


def test_a_text_that_begins_like_a_key_is_a_text(tmp_path: Path) -> None:
    (unit,) = units_of(jsonl(tmp_path / "posts.jsonl", {"content": "Title: what is one?\n\nText.", "tags": ["sea"]}))
    assert "Title: what is one?" in convertkit.write(post(unit), to="text").decode()


@given(
    st.dictionaries(
        st.text(st.characters(categories=["L"]), min_size=1, max_size=8).map(lambda key: f"x_{key}"),
        st.text(max_size=40),
        max_size=4,
    )
)
def test_columns_travel_word_for_word(values: dict[str, str]) -> None:
    said = {key: value for key, value in values.items() if value.strip() and value.isprintable()}
    document = convertkit.read(post_of(said, "Text."), from_="post")
    extra = {key: str(value).split() for key, value in document.metadata.extra.items()}
    assert extra == {key: value.split() for key, value in said.items()}


def test_a_broken_line_is_one_failure_with_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LONGEST_LINE", 2_000)
    path = tmp_path / "posts.jsonl"
    good = json.dumps({"body": "Text."}).encode()
    lines = [b"\xef\xbb\xbf" + good, b"", b'{"body": ', b"[1]", b'{"body": "\xff"}', b'{"title": "x"}', b"[" * 1_900]
    path.write_bytes(b"\n".join([*lines, b'{"body": "' + b"x" * 5_000 + b'"}', good]))
    units = {unit.name.partition("#")[2]: unit for unit in units_of(path)}
    assert list(units) == ["1", "3", "4", "5", "6", "7", "8", "9"]
    assert "is no JSON" in message_of(units["3"])
    assert "no object" in message_of(units["4"])
    assert "no UTF-8" in message_of(units["5"])
    assert "--column body=NAME; there are title" in message_of(units["6"])
    assert "is no JSON" in message_of(units["7"])
    assert "longer than" in message_of(units["8"])
    assert units["8"].content == Failure(Reason.TOO_BIG, message_of(units["8"]))
    assert isinstance(units["1"].content, Carried)
    assert isinstance(units["9"].content, Carried)


def test_rows_of_one_id_are_told_apart_and_packed_tables_are_read(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "a", "body": "1"}\n{"id": "a", "body": "2"}\n'))
    assert [unit.name for unit in units_of(path, columns={"id": "id"})] == ["posts.jsonl.gz#a", "posts.jsonl.gz#a~2"]
    path.write_bytes(path.read_bytes()[:-12])
    *_, last = units_of(path)
    assert "cannot be unpacked" in message_of(last)


def test_a_parquet_file_is_read_by_groups_of_rows(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'convertkit[parquet]'")
    import pyarrow as pa
    from pyarrow import parquet

    day = datetime.datetime(2024, 3, 5, 10, tzinfo=datetime.UTC)
    rows = [{"html": f"<p>{number}</p>", "day": day, "names": ["Ann"], "raw": b"x"} for number in range(7)]
    path = tmp_path / "posts.parquet"
    parquet.write_table(pa.Table.from_pylist(rows), path, row_group_size=3, compression="none")
    columns = {"body": "html", "date": "day", "author": "names"}
    units = units_of(path, columns=columns)
    assert [unit.name for unit in units] == [f"posts.parquet#{number}" for number in range(1, 8)]
    assert post(units[6]).metadata.date == day
    assert post(units[6]).metadata.authors == ("Ann",)
    path.write_bytes(b"PAR1 no parquet")
    (unit,) = units_of(path)
    assert "no Parquet" in message_of(unit)


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (tmp_path / "posts.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match=r"convertkit\[parquet\]"), open_source(tmp_path / "posts.parquet") as source:
        next(source.units())


def test_what_a_row_says_is_shown_and_kept_whatever_it_holds(tmp_path: Path) -> None:
    rows = [
        {"path": "\ud800\u202e.md", "id": "\u202e\n\x1b[31m\udfff", "body": "tea"},
        {"title": "\ud800", "body": "tea"},
        {"\ud800": "tea"},
    ]
    (tmp_path / "posts.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="ascii")
    units = units_of(tmp_path / "posts.jsonl", columns={"id": "id"})
    assert units[0].name == r"posts.jsonl#\u202e\x0a\x1b[31m\udfff"
    assert units[0].path == r"\ud800\u202e"
    for unit in units:
        said = unit.content.message if isinstance(unit.content, Failure) else ""
        assert all(character.isprintable() for character in unit.name + unit.path + said)
