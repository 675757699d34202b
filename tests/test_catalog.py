"""A catalogue of books before the rules of OPDS 1.2 (and Atom's), OPDS 2.0, and a reader who follows every link."""

from __future__ import annotations

import datetime
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from click.testing import CliRunner
from lxml import etree

from convertkit import build_catalog, cli, write
from convertkit.errors import UnreadableDocument, WriteError
from convertkit.metadata import Metadata
from convertkit.tree import Document, Para, Text

ATOM, DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/terms/}"
NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
IRI = re.compile(r"(?:urn:[a-z0-9-]+:|https?://)\S+")
HOST = "http://books.example/"


def put(path: Path, title: str, **fields: Any) -> None:
    """A finished book."""
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = Metadata(title=title, language=fields.pop("language", "en"), **fields)
    path.write_bytes(write(Document((Para((Text(title),)),), metadata), path.suffix[1:]))


@pytest.fixture
def books(tmp_path: Path) -> Path:
    folder = tmp_path / "My books"
    day = datetime.date(2022, 4, 15)
    put(folder / "tea.epub", "Tea & rain", authors=("Ada <A>",), date=day, series="Tea", series_index=2.0)
    put(
        folder / "sub dir" / "雨: 50%.epub",
        "雨中的路",
        authors=("林一", "Ada <A>"),
        language="zh-CN",
        categories=("旅行",),
    )
    moment = datetime.datetime(2023, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    put(folder / "word.docx", "In Word", authors=("Bob", "Eve"), updated=moment)
    put(folder / "first.epub", "Tea, the first", series="Tea", series_index=1.0, identifier="9780306406157")
    return folder


def resolved(folder: Path, origin: str, href: str) -> Path:
    """The file that a link of a feed leads to on a static server."""
    split = urlsplit(urljoin(HOST + origin, href))
    assert split.netloc == "books.example", href
    return folder / unquote(split.path.removeprefix("/"))


def atom_feeds(folder: Path) -> dict[str, etree._Element]:
    paths = [folder / "opds.xml", *sorted((folder / "opds").glob("*.xml"))]
    return {path.relative_to(folder).as_posix(): etree.parse(path).getroot() for path in paths}


def json_feeds(folder: Path) -> dict[str, dict[str, Any]]:
    paths = [folder / "opds.json", *sorted((folder / "opds").glob("*.json"))]
    return {path.relative_to(folder).as_posix(): json.loads(path.read_text(encoding="utf-8")) for path in paths}


def rels(node: etree._Element, rel: str) -> list[str]:
    return [link.get("href", "") for link in node.findall(f"{ATOM}link") if link.get("rel") == rel]


def texts(node: etree._Element, name: str) -> list[str]:
    return [str(found.text or "") for found in node.findall(name)]


def assert_is_atom(node: etree._Element) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: one id that is an IRI, one title, one `updated` in RFC 3339."""
    (identifier,), (title,), (updated,) = (texts(node, f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert IRI.fullmatch(identifier)
    assert title
    assert INSTANT.fullmatch(updated)


def assert_is_opds_1(name: str, feed: etree._Element) -> None:
    """The rules of OPDS 1.2 for feeds (2) and entries (5)."""
    assert_is_atom(feed)
    assert texts(feed, f"{ATOM}author/{ATOM}name")
    assert len(rels(feed, "self")) == 1
    assert len(rels(feed, "start")) == 1
    kinds = {link.get("type") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"}
    entries = feed.findall(f"{ATOM}entry")
    identifiers = [text for entry in entries for text in texts(entry, f"{ATOM}id")]
    assert len(set(identifiers)) == len(identifiers)
    for entry in entries:
        assert_is_atom(entry)
        links = {link.get("rel"): link for link in entry.findall(f"{ATOM}link")}
        if kinds == {NAVIGATION}:
            (link,) = links.values()
            assert link.get("type") in (NAVIGATION, ACQUISITION)
            assert entry.find(f"{ATOM}content") is not None
        else:
            assert kinds == {ACQUISITION}, name
            assert "http://opds-spec.org/acquisition/open-access" in links
            for rel in ("http://opds-spec.org/image", "http://opds-spec.org/image/thumbnail"):
                assert links[rel].get("type") in ("image/jpeg", "image/png", "image/gif")
            assert not set(texts(entry, f"{DC}issued")) - set(
                re.findall(r"\d{4}-\d\d-\d\d", " ".join(texts(entry, f"{DC}issued")))
            )


def assert_is_opds_2(feed: dict[str, Any]) -> None:
    """The rules of OPDS 2.0's JSON schema (feed, publication and their metadata and links)."""
    assert feed["metadata"]["title"]
    assert INSTANT.fullmatch(feed["metadata"]["modified"])
    assert [link["href"] for link in feed["links"] if link["rel"] == "self"]
    assert {"navigation", "publications", "groups"} & feed.keys()
    for link in feed.get("navigation", []):
        assert {"href", "title", "type"} <= link.keys()
    for group in feed.get("groups", []):
        assert group["metadata"]["title"]
        assert group["publications"]
    for facet in feed.get("facets", []):
        assert facet["metadata"]["title"]
        assert all({"href", "type", "title"} <= link.keys() for link in facet["links"])
    for publication in [*feed.get("publications", []), *(p for g in feed.get("groups", []) for p in g["publications"])]:
        assert publication["metadata"]["title"]
        assert IRI.fullmatch(publication["metadata"]["identifier"])
        assert all(author["name"] for author in publication["metadata"].get("author", []))
        (link,) = publication["links"]
        assert link["rel"].startswith("http://opds-spec.org/acquisition")
        assert link["type"]
        assert any(image["type"] in ("image/jpeg", "image/png", "image/gif") for image in publication["images"])


def test_every_feed_is_opds_1_and_every_link_leads_to_a_file(books: Path) -> None:
    build_catalog(books)
    feeds = atom_feeds(books)
    for name, feed in feeds.items():
        assert_is_opds_1(name, feed)
        for link in feed.iter(f"{ATOM}link"):
            assert resolved(books, name, link.get("href", "")).is_file(), (name, link.get("href"))
    assert texts(feeds["opds.xml"], f"{ATOM}entry/{ATOM}title") == [
        "All books", "Latest", "Authors", "Series", "Subjects", "Languages",
    ]  # fmt: skip


def test_every_feed_is_opds_2_and_every_link_leads_to_a_file(books: Path) -> None:
    build_catalog(books)
    for name, feed in json_feeds(books).items():
        assert_is_opds_2(feed)
        for href in re.findall(r'"href": ("(?:[^"\\]|\\.)*")', json.dumps(feed)):
            assert resolved(books, name, json.loads(href)).is_file(), (name, href)


def test_what_a_book_says_of_itself_is_in_both_catalogues(books: Path) -> None:
    build_catalog(books)
    by_title = {book["metadata"]["title"]: book for book in json_feeds(books)["opds/all.json"]["publications"]}
    tea = by_title["Tea & rain"]["metadata"]
    assert tea["author"] == [{"name": "Ada <A>"}]
    assert (tea["published"], tea["modified"]) == ("2022-04-15", "2022-04-15T00:00:00Z")
    assert tea["belongsTo"] == {"series": [{"name": "Tea", "position": 2.0}]}
    assert by_title["Tea, the first"]["metadata"]["identifier"] == "urn:isbn:9780306406157"
    assert by_title["In Word"]["metadata"]["author"] == [{"name": "Bob"}, {"name": "Eve"}]
    assert by_title["In Word"]["metadata"]["modified"] == "2023-01-02T03:04:05Z"
    entries = {
        texts(entry, f"{ATOM}title")[0]: entry for entry in atom_feeds(books)["opds/all.xml"].iter(f"{ATOM}entry")
    }
    assert texts(entries["雨中的路"], f"{ATOM}author/{ATOM}name") == ["林一", "Ada <A>"]
    assert texts(entries["雨中的路"], f"{DC}language") == ["zh-CN"]


def test_a_series_is_in_the_order_of_its_numbers(books: Path) -> None:
    build_catalog(books)
    series = json_feeds(books)["opds/series.json"]["navigation"]
    assert [(link["title"], link["properties"]["numberOfItems"]) for link in series] == [("Tea", 2)]
    shelf = json.loads((books / "opds" / series[0]["href"]).read_text(encoding="utf-8"))
    assert [book["metadata"]["title"] for book in shelf["publications"]] == ["Tea, the first", "Tea & rain"]


def test_large_folders_come_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convertkit.catalog.arranging.PAGE", 2)
    for number in range(5):
        put(tmp_path / f"{number}.docx", f"Book {number}")
    build_catalog(tmp_path)
    feeds, found, name = atom_feeds(tmp_path), [], "opds/all.xml"
    while name:
        found += texts(feeds[name], f"{ATOM}entry/{ATOM}title")
        (following,) = rels(feeds[name], "next") or [""]
        name = f"opds/{following}" if following else ""
    assert found == [f"Book {number}" for number in range(5)]
    assert rels(feeds["opds/all-2.xml"], "previous") == ["all.xml"]
    pages = json_feeds(tmp_path)
    assert [pages[f"opds/all{end}.json"]["metadata"]["currentPage"] for end in ("", "-2", "-3")] == [1, 2, 3]


def test_two_runs_give_the_same_bytes_and_leave_nothing_old(books: Path) -> None:
    first = {path: path.read_bytes() for path in build_catalog(books).files}
    assert {path: path.read_bytes() for path in build_catalog(books).files} == first
    (books / "tea.epub").unlink()
    (books / "opds" / "mine.txt").write_text("kept", encoding="utf-8")
    left = build_catalog(books)
    there = {path for path in (books / "opds").rglob("*") if path.is_file()}
    assert there - set(left.files) == {books / "opds" / "mine.txt"}


def test_broken_books_are_listed_and_do_not_stop_the_others(books: Path) -> None:
    (books / "torn.epub").write_bytes((books / "tea.epub").read_bytes()[:2000])
    (books / "text.epub").write_text("no book", encoding="utf-8")
    hostile = io.BytesIO()
    with zipfile.ZipFile(hostile, "w") as container:
        bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        container.writestr("META-INF/container.xml", f"{bomb}<container>&x;</container>")
    (books / "hostile.epub").write_bytes(hostile.getvalue())
    done = CliRunner().invoke(cli.commands, ["catalog", str(books), "--json"], standalone_mode=False)
    report = json.loads(done.stdout)
    assert done.return_value == 1
    assert [Path(broken["source"]).name for broken in report["broken"]] == ["hostile.epub", "text.epub", "torn.epub"]
    assert len(report["books"]) == 4


def test_two_files_with_one_identifier_get_one_each(books: Path) -> None:
    (books / "copy.epub").write_bytes((books / "tea.epub").read_bytes())
    report = build_catalog(books)
    assert len({book.identifier for book in report.books}) == 5


def test_a_folder_without_books_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="holds no book"):
        build_catalog(tmp_path)
    with pytest.raises(UnreadableDocument, match="is no folder"):
        build_catalog(tmp_path / "none")


def test_the_page_shows_every_book_and_escapes_what_it_says(books: Path) -> None:
    build_catalog(books, title="Books <b>")
    page = (books / "index.html").read_text(encoding="utf-8")
    assert "<title>Books &lt;b&gt;</title>" in page
    assert "Ada &lt;A&gt;" in page
    for attribute in re.findall(r'(?:href|src)="([^"]*)"', page):
        assert resolved(books, "index.html", attribute.replace("&amp;", "&")).is_file(), attribute
    assert page.count("<h2>") == 4


def test_a_page_that_somebody_wrote_is_never_replaced(books: Path) -> None:
    (books / "index.html").write_text("<h1>Mine</h1>", encoding="utf-8")
    with pytest.raises(WriteError, match="is not of a catalogue"):
        build_catalog(books)
    assert not (books / "opds.xml").exists()
