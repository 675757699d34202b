"""The report: the same sums however it is made, nothing nasty alive in it, and as many rows as a page can hold."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import turbohtml

from convertkit.archive.naming import REPORTS
from convertkit.archive.records import Failure, Output, Reason, Record
from convertkit.archive.report.charts import bars, over_time, round_up
from convertkit.archive.report.files import FAILURES, PAGE, TOTALS
from convertkit.archive.report.links import Origin, file_link, find_origin
from convertkit.archive.report.listing import MOST_FAILURES, MOST_POSTS, Listing
from convertkit.archive.report.telling import summary_lines
from convertkit.archive.report.totals import MOST_NAMES, Names, Summary, Totals, size_class
from convertkit.archive.report.wording import byte_size, reason_words, size_words
from convertkit.archive.sources.names import shown
from tests.archive.records import NASTY, archive_of, failed, hostile, ordinary
from tests.archive.reports import SOURCES, report
from tests.corpus import ROOT


def totals(records: Iterable[Record], formats: Sequence[str] = ("markdown", "epub")) -> Summary:
    found = Totals(formats)
    for record in records:
        found.add(record)
    return found.summary()


def test_the_totals_of_a_small_archive() -> None:
    found = json.loads(report(archive_of(60, failures=3), vanished=["gone.md"])[TOTALS])
    assert found["schema"] == 1
    assert found["posts"] == {"all": 63, "converted": 60, "failed": 3, "standing": 0, "vanished": 1}
    assert found["outputs"] == {"markdown": {"files": 60, "bytes": 72_000}, "epub": {"files": 60, "bytes": 324_000}}
    assert found["failures"] == {"front_matter": 1, "memory": 1, "timeout": 1}
    assert found["languages"]["posts"] == {"en": 30, "de": 10, "ja": 10, "zh-CN": 10}
    assert list(found["months"]["posts"]) == ["2015-01", "2015-02", "2015-03"]
    assert sum(found["months"]["posts"].values()) + found["months"]["none"] == 60
    assert sum(row["posts"] for row in found["sizes"]) == 63
    assert sum(row["posts"] for row in found["times"]) == 60  # of the others nobody knows
    assert found["unexplained"] is None
    assert found["vanished_sources"] == ["gone.md"]


def test_the_schema_is_documented() -> None:
    text = (ROOT / "docs" / "archive.md").read_text(encoding="utf-8")
    fields = json.loads(report([])[TOTALS])
    assert [name for name in (*fields, *fields["posts"], *Reason) if f"`{name}`" not in text] == []


def test_no_output_may_have_the_name_of_a_report() -> None:
    assert set(report([])) == {FAILURES, PAGE, TOTALS} == REPORTS


def test_a_failure_is_a_line() -> None:
    lines = report([failed("a/坏.md", Reason.TIMEOUT, "a/坏.md: took too long")])[FAILURES].decode().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"source": "a/坏.md", "reason": "timeout", "message": "a/坏.md: took too long"}
    ]


def test_the_file_of_failures_is_there_and_empty_where_nothing_failed() -> None:
    assert report(archive_of(3))[FAILURES] == b""


def test_a_name_that_is_no_utf_8_comes_back_from_the_json() -> None:
    line = report([failed("\udcff.md", Reason.UNREADABLE, "\udcff.md: no")])[FAILURES].decode("utf-8")
    assert json.loads(line)["source"] == "\udcff.md"


def test_two_reports_are_the_same_bytes() -> None:
    assert report(archive_of(200, 9)) == report(archive_of(200, 9))


def test_nothing_nasty_is_alive_in_the_page() -> None:
    for nasty in NASTY:
        page = turbohtml.parse(report(hostile(), Origin(nasty, "../x", is_folder=True))[PAGE].decode())
        assert len(page.select("script")) == len(page.select("style")) == 1
        assert page.select("img, iframe, object, embed, form, base, link") == []
        for element in page.select("*"):
            assert not [name for name in element.attrs if name.startswith("on") or name == "style"]
        for link in page.select("a"):
            address = str(link.attrs["href"])
            assert re.fullmatch(r"#[a-z]+|(?!//)[\w.~!$&'()*+,;=@%/-]+", address), address


@pytest.mark.parametrize(
    "path", ["C#.md", "a b/100%.md", "javascript:alert(1)", "//example.org/x", "?q=1.md", "书/一.md"]
)
def test_a_link_to_a_file_leads_to_that_file(path: str) -> None:
    there = urlsplit(urljoin("https://here.example/out/report.html", file_link(path)))
    assert (there.scheme, there.netloc, there.query, there.fragment) == ("https", "here.example", "", "")
    assert posixpath.normpath(unquote(there.path)) == posixpath.normpath(f"/out/{path}")


def test_a_unit_within_a_file_is_linked_to_that_file() -> None:
    assert SOURCES.link("a/C#.md") == "../letters/a/C%23.md"
    assert SOURCES.link("feeds/blog.xml#C#.md") == "../letters/feeds/blog.xml"
    assert Origin("posts.zip", "../posts.zip").link("a.md") == "../posts.zip"
    assert Origin("memory").link("a.md") == ""


def test_a_file_whose_name_cannot_be_shown_is_not_linked() -> None:
    assert SOURCES.link("a/" + shown(b"caf\xe9.md")) == ""


def test_where_a_source_lies_seen_from_out() -> None:
    assert find_origin("/archive/my posts", "/archive/out/x") == Origin("my posts", "../../my%20posts", is_folder=False)
    assert find_origin("s3://bucket/posts", "/out") == Origin("posts")
    assert find_origin("/posts", "s3://bucket/out") == Origin("posts")
    assert find_origin("https://example.org/feed.xml", "/out").address == "https://example.org/feed.xml"


def test_the_worst_posts_come_first_and_the_best_give_way() -> None:
    listing = Listing()
    for number in range(MOST_POSTS + 10):
        listing.add(Record(f"{number:06}", losses={"Mended": number % 3}))
    worst = listing.worst()
    assert len(worst) == MOST_POSTS
    assert [sum(record.losses.values()) for record in worst] == sorted(
        (sum(record.losses.values()) for record in worst), reverse=True
    )
    assert [record.name for record in worst[:3]] == ["000002", "000005", "000008"]
    assert max(record.name for record in worst if record.losses["Mended"] == 0) < f"{MOST_POSTS:06}"


def test_what_the_ledger_cannot_explain_is_worse_than_any_loss() -> None:
    listing = Listing()
    listing.add(Record("a", losses={"NotExpressible": 50}, unexplained=0))
    listing.add(Record("b", unexplained=1))
    assert [record.name for record in listing.worst()] == ["b", "a"]


def test_a_page_says_how_many_it_leaves_out() -> None:
    records = [*(ordinary(number) for number in range(MOST_POSTS + 7)), *archive_of(0, MOST_FAILURES + 3)]
    page = report(records)[PAGE].decode()
    assert "the other 7 are left out" in page
    assert "has the other 3 too" in page


def test_names_without_end_are_counted_up_to_a_limit() -> None:
    names = Names()
    for number in range(MOST_NAMES + 5):
        names.add([str(number)])
    names.add(["0"])
    names.add([])
    assert (len(names.posts), names.posts["0"], names.others, names.none) == (MOST_NAMES, 2, 5, 1)


def test_files_are_counted_by_format_even_where_two_share_a_suffix() -> None:
    outputs = tuple(Output(name, 1, "") for name in ("a.html", "a.pandoc-html5.html", "a-files/p.png"))
    found = totals([Record("a", outputs=outputs)], ("html", "pandoc:html5"))
    assert {name: amount.posts for name, amount in found.outputs.items()} == {"html": 1, "pandoc:html5": 1, "beside": 1}


@pytest.mark.parametrize(
    ("months", "unit", "count"),
    [
        ({"2020-01": 1}, "month", 1),
        ({"2019-12": 1, "2020-02": 3}, "month", 3),
        ({"1999-01": 1, "2030-01": 1}, "year", 32),
        ({"0001-01": 1, "2024-01": 1}, "decade", 203),
        ({"0001-01": 1, "9999-12": 1}, "century", 100),
    ],
)
def test_time_is_cut_so_that_columns_can_be_told_apart(months: dict[str, int], unit: str, count: int) -> None:
    found = over_time(months)
    assert found is not None
    assert (found.unit, len(found.columns)) == (unit, count)
    assert sum(column.value for column in found.columns) == sum(months.values())
    assert max(column.height for column in found.columns) <= 100
    assert len(found.marks) <= 9


def test_no_month_is_no_chart() -> None:
    assert over_time({}) is None


def test_what_comes_after_the_first_bars_is_one_bar() -> None:
    found = bars([(str(number), 100 - number, "") for number in range(20)])
    assert [bar.label for bar in found][-2:] == ["11", "8 others"]
    assert sum(bar.value for bar in found) == sum(range(81, 101))
    assert max(bar.share for bar in found) == 100


@pytest.mark.parametrize(
    ("value", "rounded"), [(1, 1), (3, 4), (5, 6), (7, 8), (10, 10), (11, 20), (41, 50), (999, 1000)]
)
def test_the_edge_of_a_chart_is_a_round_number(value: int, rounded: int) -> None:
    assert round_up(value) == rounded


@pytest.mark.parametrize(
    ("size", "bound", "words"),
    [(0, 1024, "up to 1 KiB"), (1024, 1024, "up to 1 KiB"), (1025, 2048, "up to 2 KiB"), (2**30, 2**30, "up to 1 GiB"),
     (2**30 + 1, 0, "more than 1 GiB")],
)  # fmt: skip
def test_classes_of_sizes(size: int, bound: int, words: str) -> None:
    assert (size_class(size), size_words(size_class(size))) == (bound, words)


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (9949, "9.9 kB"), (9951, "10 kB"),
     (999_499, "999 kB"), (999_500, "1.0 MB"), (10**15, "1,000 TB")],
)  # fmt: skip
def test_sizes_for_people(size: int, words: str) -> None:
    assert byte_size(size) == words


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(reason: Reason) -> None:
    assert reason_words(reason.value)


def test_the_lines_for_a_terminal() -> None:
    failure = Failure(Reason.TIMEOUT, "b.md: took longer than 30 s; raise --timeout")
    records = [ordinary(5), Record("b.md", size=10, failure=failure)]
    assert summary_lines(totals(records), "out/") == [
        "2 posts, 1 converted, 1 failed: timeout 1",
        "markdown: 1 file, 1.2 kB",
        "epub: 1 file, 5.4 kB",
        "lost: ImageNotEmbedded 1 in 1 post; NotExpressible 1 in 1 post",
        "not converted:",
        "  b.md: took longer than 30 s; raise --timeout [timeout]",
        "report: out/report.html",
    ]


def test_no_control_character_reaches_a_terminal() -> None:
    assert all(line.isprintable() for line in summary_lines(totals(hostile()), "out"))
