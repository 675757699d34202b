"""Posts on the disk to books that are opened and looked into."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from lxml import etree

from convertkit import build_book, pipeline
from convertkit.book import epub
from convertkit.book.building import BookOptions, BookReport
from convertkit.errors import UnreadableDocument, UsageError
from convertkit.losses import LinkLost
from convertkit.tree import Header
from convertkit.walk import plain_text
from convertkit.writers import xhtml

XHTML = "{http://www.w3.org/1999/xhtml}"
POSTS = {
    "travel/rain.md": """---
title: 雨中的路
date: 2022-04-15 08:30:00
author: 林一
url: https://blog.example/2022/04/rain/
categories: [旅行]
lang: zh-CN
---
从[茶](https://blog.example/2021/03/tea/#second-cup)说起，再看[第二杯](../tea.md)。注意[^1]。

[^1]: 雨很大。

## 归途

路很长。
""",
    "tea.md": """---
title: A cup of tea
date: 2021-03-01
author: Ada
url: https://blog.example/2021/03/tea/
aliases: [/old/tea.html]
categories: [Food]
lang: en
---
<p>First <span id="Pot">a pot</span>.</p>
<h2>Second cup</h2>
<p>Then <a href="https://blog.example/2022/04/rain/?from=feed#%E5%BD%92%E9%80%94">the way home</a>,
and <a href="http://old.example/old/tea">itself</a>. {% post_link rain %} {% post_link nowhere "Gone" %}</p>
""",
    "road.md": """---
title: The road
date: 2022-05-02
author: Ada
lang: en
---
<p id="start">See <a href="tea.md#pot">tea</a> and <a href="nothing.md">nothing</a>.</p>
""",
}


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    folder = tmp_path / "posts"
    for name, text in POSTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def pages(path: Path) -> dict[str, str]:
    """The text files of an EPUB."""
    with zipfile.ZipFile(path) as book:
        return {
            name.removeprefix("EPUB/"): book.read(name).decode()
            for name in book.namelist()
            if name.endswith(("xhtml", "opf", "ncx"))
        }


def chapters(path: Path) -> dict[str, str]:
    """The chapters of an EPUB by the text of their heading."""
    found = {}
    for name, page in pages(path).items():
        if name.startswith("chapter-"):
            heading = etree.fromstring(page.encode()).find(f".//{XHTML}h1")
            assert heading is not None
            found["".join(map(str, heading.itertext()))] = page
    return found


def contents(path: Path) -> list[str]:
    """The titles in the table of contents, indented."""
    nav = etree.fromstring(pages(path)["nav.xhtml"].encode()).find(f".//{XHTML}nav")
    assert nav is not None
    return [
        "  " * (sum(parent.tag == f"{XHTML}ol" for parent in link.iterancestors()) - 1) + str(link.text)
        for link in nav.iter(f"{XHTML}a")
    ]


def assert_links_resolve(path: Path) -> None:
    """Every address inside a book leads to a file that is there, and to an id in it."""
    texts = pages(path)
    ids = {name: set(re.findall(r' id="([^"]*)"', text)) for name, text in texts.items()}
    with zipfile.ZipFile(path) as book:
        files = {name.removeprefix("EPUB/") for name in book.namelist()}
    for name, text in texts.items():
        for address in re.findall(r'(?:href|src)="([^"]*)"', text):
            if ":" not in address:
                file, _, fragment = address.partition("#")
                assert (file or name) in files, f"{name}: {address}"
                assert not fragment or fragment in ids[file or name], f"{name}: {address}"


def test_posts_become_chapters_in_the_order_of_their_dates(posts: Path, tmp_path: Path) -> None:
    report = build_book(posts, tmp_path / "book.epub", title="Tea and rain")
    assert contents(tmp_path / "book.epub") == ["A cup of tea", "  Second cup", "雨中的路", "  归途", "The road"]
    assert [volume.chapters for volume in report.volumes] == [3]
    assert_links_resolve(tmp_path / "book.epub")


def test_parts_by_year_and_month(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "book.epub", group_by="year,month", reverse=True)
    assert contents(tmp_path / "book.epub") == [
        "2022",
        "  May 2022",
        "    The road",
        "  April 2022",
        "    雨中的路",
        "2021",
        "  March 2021",
        "    A cup of tea",
    ]
    assert_links_resolve(tmp_path / "book.epub")


def test_a_link_to_a_post_leads_to_its_chapter_and_the_very_place(posts: Path, tmp_path: Path) -> None:
    report = build_book(posts, tmp_path / "book.epub", site=("old.example",))
    found = chapters(tmp_path / "book.epub")
    links = re.findall(r'<a href="(chapter-\w+\.xhtml(?:#[^"]*)?)"[^>]*>([^<]*)</a>', found["雨中的路"])
    tea = links[1][0]
    assert links == [(f"{tea}#second-cup", "茶"), (tea, "第二杯")]
    home, *rest = re.findall(r'<a href="(chapter-\w+\.xhtml(?:#[^"]*)?)"[^>]*>([^<]*)</a>', found["A cup of tea"])
    assert home[1] == "the way home"
    assert "#" in home[0]
    assert rest == [(home[0].partition("#")[0], "雨中的路")]
    assert f'<a href="{tea}#Pot">tea</a>' in found["The road"]
    assert '<span id="Pot">a pot</span>' in found["A cup of tea"]
    assert "Gone" in found["A cup of tea"]
    assert "itself" in found["A cup of tea"]
    assert sorted((Path(link.source).name, link.target) for link in report.dead_links) == [
        ("road.md", "nothing.md"),
        ("tea.md", "post:nowhere"),
    ]
    assert [(Path(name).name, *found) for name, found in report.losses if Path(name).name == "tea.md"] == [
        ("tea.md", LinkLost("", "nowhere", "no post of the book has that name"))
    ]
    assert_links_resolve(tmp_path / "book.epub")


def test_volumes_name_each_other_and_their_series(posts: Path, tmp_path: Path) -> None:
    report = build_book(posts, tmp_path / "book.epub", title="Walks", volumes="year")
    assert [volume.path.name for volume in report.volumes] == ["book-01.epub", "book-02.epub"]
    first, second = (pages(volume.path) for volume in report.volumes)
    assert "Volume 2 (2022)" in first["volumes.xhtml"]
    assert '<meta property="belongs-to-collection" id="series">Walks</meta>' in second["content.opf"]
    assert re.search(r'<meta [^>]*"calibre:series_index"[^>]*>', second["content.opf"])
    assert "the way home (Volume 2)" in chapters(report.volumes[0].path)["A cup of tea"]
    for volume in report.volumes:
        assert_links_resolve(volume.path)


def test_each_chapter_says_its_language_authors_and_date(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "book.epub")
    page = chapters(tmp_path / "book.epub")["雨中的路"]
    assert '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="zh-CN"' in page
    assert "林一" in page
    assert "2022年4月15日" in page
    assert 'epub:type="footnote"' in page
    assert '<a href="https://blog.example/2022/04/rain/">' in page
    assert 'lang="zh-CN"' in pages(tmp_path / "book.epub")["nav.xhtml"]


def test_the_same_bytes_every_time(posts: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_book(posts, tmp_path / name / "book.epub", group_by="year", volumes="posts:2")
    for number in ("01", "02"):
        one, two = (tmp_path / name / f"book-{number}.epub" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_one_changed_post_changes_no_other_chapter(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "before.epub", title="T")
    (posts / "road.md").write_text(POSTS["road.md"] + "<p>More.</p>", encoding="utf-8")
    build_book(posts, tmp_path / "after.epub", title="T")
    before, after = pages(tmp_path / "before.epub"), pages(tmp_path / "after.epub")
    assert before.keys() == after.keys()
    assert len([name for name in before if before[name] != after[name]]) == 1
    assert identifier(before) == identifier(after)


def identifier(found: dict[str, str]) -> str:
    name, for_calibre = re.findall(r"<dc:identifier[^>]*>([^<]*)<", found["content.opf"])
    assert for_calibre == name.replace("urn:uuid:", "convertkit:")
    return str(name)


def test_a_bad_post_stops_no_book(posts: Path, tmp_path: Path) -> None:
    (posts / "bad.md").write_bytes(b"")
    report = build_book(posts, tmp_path / "book.epub")
    assert [PurePosixPath(failed.source).name for failed in report.unreadable] == ["bad.md"]
    assert len(chapters(tmp_path / "book.epub")) == 3


def test_a_copy_is_left_out_and_links_to_it_lead_to_the_fuller_one(posts: Path, tmp_path: Path) -> None:
    copy = POSTS["tea.md"].replace("https://blog.example/2021/03/tea/", "https://copy.example/tea").split("and <a")[0]
    (posts / "copy.md").write_text(copy.replace("<h2>Second cup</h2>", ""), encoding="utf-8")
    (posts / "again.md").write_text(POSTS["tea.md"], encoding="utf-8")
    report = build_book(posts, tmp_path / "book.epub")
    assert [(Path(gone.card.source).name, gone.same) for gone in report.duplicates] == [("tea.md", "address")]
    assert_links_resolve(tmp_path / "book.epub")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """`convertkit book` with arguments."""
    command = [sys.executable, "-m", "convertkit", "book", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, text=True, encoding="utf-8")


def test_a_dry_run_writes_nothing_and_says_the_plan(posts: Path, tmp_path: Path) -> None:
    result = run(posts, "-o", tmp_path / "x.epub", "--dry-run", "--since", "2022", "--group-by", "year")
    assert result.returncode == 0
    assert "    雨中的路 (" in result.stdout
    assert "tea.md is of 2021-03-01, before 2022" in result.stdout
    assert list(tmp_path.glob("*.epub")) == []


def test_the_command_reports_as_json(posts: Path, tmp_path: Path) -> None:
    (posts / "bad.md").write_bytes(b"")
    result = run(posts / "*.md", "-o", tmp_path / "x.epub", "--json", "-q")
    told = json.loads(result.stdout)
    assert result.returncode == 1
    assert [volume["chapters"] for volume in told["volumes"]] == [2]
    assert told["dead_links"]


@pytest.mark.parametrize("pattern", ["", "*.md", "*/*.md"])
def test_a_link_out_of_a_folder_or_a_pattern_is_in_no_book(posts: Path, tmp_path: Path, pattern: str) -> None:
    outside = tmp_path / "outside"
    (posts / "inside").mkdir()
    (posts / "inside" / "here.md").write_text("# Here\n", encoding="utf-8")
    outside.mkdir()
    (outside / "secret.md").write_text("# SECRET\n", encoding="utf-8")
    (posts / "leak.md").symlink_to(outside / "secret.md")
    (posts / "folder").symlink_to(outside)
    result = run(posts / pattern, "-o", tmp_path / "x.md")
    assert "leads out of the folder" in result.stderr
    assert "SECRET" not in (tmp_path / "x.md").read_text(encoding="utf-8")


def test_a_book_without_posts_is_wrong_usage(posts: Path, tmp_path: Path) -> None:
    result = run(posts, "-o", tmp_path / "x.epub", "--tag", "none")
    assert result.returncode == 2
    assert "no post is left for the book" in result.stderr


def test_a_recipe_makes_the_book_and_options_override_it(posts: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "book.toml"
    recipe.write_text('inputs = ["posts"]\noutput = "made.epub"\ntitle = "From a recipe"\nsince = 2022-01-01\n')
    report: BookReport = build_book(recipe)
    assert (report.volumes[0].title, report.volumes[0].chapters) == ("From a recipe", 2)
    assert (tmp_path / "made.epub").exists()
    assert build_book(recipe, title="Mine").volumes[0].title == "Mine"


def test_what_cannot_be_is_said(posts: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument):
        build_book(tmp_path / "nothing", tmp_path / "book.epub")
    with pytest.raises(UsageError):
        build_book(posts, tmp_path / "book.pdf")
    with pytest.raises(UsageError):
        build_book(posts)


FEED = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>Notes</title><link>https://blog.example/</link>
<item><title>First note</title><link>https://blog.example/notes/1</link>
<pubDate>Fri, 01 Jan 2021 00:00:00 GMT</pubDate>
<description>&lt;p&gt;See &lt;a href="https://blog.example/2021/03/tea/"&gt;tea&lt;/a&gt;.&lt;/p&gt;</description></item>
<item><title>Second note</title><link>https://blog.example/notes/2</link>
<pubDate>Sat, 02 Jan 2021 00:00:00 GMT</pubDate>
<description>&lt;p&gt;See &lt;a href="/notes/1"&gt;the first&lt;/a&gt;.&lt;/p&gt;</description></item>
</channel></rss>
"""


def test_the_entries_of_a_feed_are_posts_as_files_are(posts: Path, tmp_path: Path) -> None:
    (posts / "feed.xml").write_text(FEED, encoding="utf-8")
    build_book([posts / "feed.xml", posts / "tea.md"], tmp_path / "book.epub")
    found = chapters(tmp_path / "book.epub")
    assert list(found) == ["First note", "Second note", "A cup of tea"]
    assert re.search(r'<a href="chapter-\w+\.xhtml">tea</a>', found["First note"])
    assert re.search(r'<a href="chapter-\w+\.xhtml">the first</a>', found["Second note"])


def test_a_copy_with_a_note_at_its_end_is_a_copy(tmp_path: Path) -> None:
    body = " ".join(f"word{number} of this rather long sentence," for number in range(80))
    chinese = "".join(f"第{number}杯茶喝完以后，我们沿着河边慢慢走回家。" for number in range(40))
    for name, title, text in (
        ("a", "One", body),
        ("b", "One (again)", f"{body} This post appeared elsewhere first."),
        ("c", "Prices 2021", body.replace("word7 ", "word8 ")),
        ("d", "茶", chinese),
        ("e", "茶（转载）", f"{chinese}本文为转载。"),
    ):
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: {title}\n---\n{text}\n", encoding="utf-8")
    report = build_book(tmp_path, tmp_path / "book.epub", sort="path", cover="none")
    assert [(Path(gone.card.source).name, Path(gone.kept.source).name) for gone in report.duplicates] == [
        ("a.md", "b.md"),
        ("d.md", "e.md"),
    ]
    report = build_book(tmp_path, tmp_path / "book.epub", keep_duplicates=True, cover="none")
    assert report.volumes[0].chapters == 5


def test_several_processes_give_the_same_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convertkit.book.survey.WORTH_PROCESSES", 2)
    folder = tmp_path / "posts"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.md").write_text(f"---\ntitle: Post {number}\n---\nWords of {number}.\n")
    for jobs in (1, 2):
        build_book(folder, tmp_path / "out" / str(jobs) / "book.epub", jobs=jobs, title="T")
    one, two = ((tmp_path / "out" / name / "book.epub").read_bytes() for name in "12")
    assert one == two


_ENDS_ITS_PROCESS = """
import os

from convertkit import Document


def transform(document: Document) -> Document:
    if document.metadata.title == "Post 5":
        os._exit(1)
    return document
"""


def test_a_post_that_ends_its_process_stops_no_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convertkit.book.survey.WORTH_PROCESSES", 2)
    monkeypatch.setattr("convertkit.book.reading._TOGETHER", 2)
    (tmp_path / "ends.py").write_text(_ENDS_ITS_PROCESS, encoding="utf-8")
    (tmp_path / "posts").mkdir()
    for number in range(12):
        post = f"---\ntitle: Post {number}\n---\nWords of {number}.\n"
        (tmp_path / "posts" / f"{number:02}.md").write_text(post, encoding="utf-8")
    options: BookOptions = {"jobs": 2, "filters": (tmp_path / "ends.py",), "cover": "none", "keep_duplicates": True}
    report = build_book(tmp_path / "posts", tmp_path / "book.epub", **options)
    assert [Path(failed.source).name for failed in report.unreadable] == ["05.md"]
    assert "ended the process" in str(report.unreadable[0].error)
    assert [Path(card.source).name for card in report.plan.cards] == [f"{n:02}.md" for n in range(12) if n != 5]


def test_the_cover_and_its_page_come_first(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "book.epub", title="Tea", theme="serif")
    opf = pages(tmp_path / "book.epub")["content.opf"]
    assert 'properties="cover-image"' in opf
    assert re.search(r'<itemref idref="page-1"/>\s*<itemref idref="page-2"/>\s*<itemref idref="nav"/>', opf)
    assert "Cover. Tea" in pages(tmp_path / "book.epub")["cover.xhtml"]
    build_book(posts, tmp_path / "bare.epub", title="Tea", cover="none")
    assert "cover.xhtml" not in pages(tmp_path / "bare.epub")


def test_a_very_long_post_is_split_at_its_headings(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    folder.mkdir()
    paragraph = "<p>" + "Many words. " * 400 + "</p>\n"
    sections = "".join(f'<h2 id="s{number}">Section {number}</h2>\n{paragraph * 12}' for number in range(12))
    last = '<a href="#s0">the beginning</a> <a href="#%73%30">once more</a> <a href="#gone">nowhere</a>'
    (folder / "long.html").write_text(f'<title>Long</title><p><a href="#s11">the end</a></p>{sections}<p>{last}</p>')
    (folder / "short.html").write_text('<title>Short</title><p><a href="long.html#s10">almost the end</a></p>')
    report = build_book(folder, tmp_path / "book.epub")
    assert ["#gone" in str(loss) for _, losses in report.losses for loss in losses] == [True]
    found = [page for name, page in pages(tmp_path / "book.epub").items() if name.startswith("chapter-")]
    assert len(found) == 5
    assert sum(page.count("once more</a>") for page in found) == 1
    assert max(map(len, found)) < 250_000
    assert contents(tmp_path / "book.epub")[:3] == ["Long", "  Section 0", "  Section 1"]
    assert len(contents(tmp_path / "book.epub")) == 14
    assert_links_resolve(tmp_path / "book.epub")
    (short,) = [page for page in found if "almost the end" in page]
    assert re.search(r'href="chapter-\w+-4\.xhtml#s10"', short)


def test_indexes_sources_and_who_cites_stand_behind(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "book.epub", index="tag,author,date", sources=True, cited_by=True)
    found = pages(tmp_path / "book.epub")
    assert re.findall("<h2>([^<]*)</h2>", found["index-author.xhtml"]) == ["Ada", "林一"]
    assert re.findall("<h2>([^<]*)</h2>", found["index-date.xhtml"]) == ["March 2021", "April 2022", "May 2022"]
    assert re.findall("<h2>([^<]*)</h2>", found["index-tag.xhtml"]) == ["Food", "旅行"]
    assert 'lang="zh-CN" xml:lang="zh-CN">雨中的路</a>' in found["sources.xhtml"]
    assert "引用本文的文章：<a" in chapters(tmp_path / "book.epub")["雨中的路"]
    assert contents(tmp_path / "book.epub")[-4:] == ["Index of tags", "Index of authors", "Index of dates", "Sources"]
    assert_links_resolve(tmp_path / "book.epub")


def test_a_book_built_again_reads_and_renders_only_what_changed(
    posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[str] = []

    def counted(room: object, name: str) -> None:
        real = getattr(room, name)

        def call(*arguments: Any, **options: Any) -> Any:
            work.append(name)
            return real(*arguments, **options)

        monkeypatch.setattr(room, name, call)

    counted(pipeline, "read")
    counted(epub, "write_body")
    build_book(posts, tmp_path / "one.epub", title="T", cache=tmp_path / "cache")
    assert sorted(work) == ["read"] * 4 + ["write_body"] * 3  # a place that only another post links to
    plain = build_book(posts, tmp_path / "plain.epub", title="T")
    (posts / "road.md").write_text(POSTS["road.md"] + "<p>More.</p>", encoding="utf-8")
    work.clear()
    again = build_book(posts, tmp_path / "two.epub", title="T", cache=tmp_path / "cache")
    assert sorted(work) == ["read"] * 2 + ["write_body"]
    assert (tmp_path / "one.epub").read_bytes() == (tmp_path / "plain.epub").read_bytes()
    assert (
        len([1 for name, page in pages(tmp_path / "one.epub").items() if pages(tmp_path / "two.epub")[name] != page])
        == 1
    )
    assert plain.losses == again.losses


def test_a_damaged_cache_costs_time_only(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "one.epub", title="T", cache=tmp_path / "cache")
    for file in (tmp_path / "cache").rglob("*"):
        if file.is_file():
            file.write_bytes(b"cre.enum\nbltns.eval\n(S'1'\ntR.")
    build_book(posts, tmp_path / "two.epub", title="T", cache=tmp_path / "cache")
    assert (tmp_path / "one.epub").read_bytes() == (tmp_path / "two.epub").read_bytes()


def test_a_bug_met_in_one_post_costs_its_structure_and_no_word(
    posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = xhtml.write_body

    def write_body(title: Any, blocks: Any, *rest: Any) -> Any:
        if any(isinstance(block, Header) for block in blocks) and "茶" in plain_text(blocks):
            raise RecursionError("too deep")
        return real(title, blocks, *rest)

    monkeypatch.setattr(epub, "write_body", write_body)
    report = build_book(posts, tmp_path / "book.epub")
    page = chapters(tmp_path / "book.epub")["雨中的路"]
    assert "路很长。" in page
    assert "归途" in page
    assert [str(loss) for name, found in report.losses for loss in found if "rain" in name] == [
        "epub cannot express this post's structure (RecursionError: too deep); the words are kept"
    ]


def test_an_interrupt_leaves_nothing_half_written(posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(what: str, done: int, all_: int) -> None:
        if what == "writing" and done == 2:
            raise KeyboardInterrupt

    build_book(posts, tmp_path / "out" / "book.epub", title="Before")
    before = (tmp_path / "out" / "book.epub").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        build_book(posts, tmp_path / "out" / "book.epub", title="After", progress=interrupt)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["book.epub"]
    assert (tmp_path / "out" / "book.epub").read_bytes() == before
