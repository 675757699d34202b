"""Books as one Word document and as Markdown: opened, and looked into."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import etree

from convertkit import build_book
from convertkit.book.building import BookOptions
from convertkit.errors import UsageError, WriteError
from convertkit.losses import LinkLost
from tests.posts import PNG
from tests.test_book import posts

__all__ = ["posts"]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOTED = (
    "---\ntitle: {title}\ndate: 2020-01-0{day}\nlang: en\n---\nA word[^1] and [there](#{title}).\n\n[^1]: On {title}.\n"
)


def anchors(text: str) -> set[str]:
    return set(re.findall(r'<a id="([^"]+)">', text))


def links(text: str) -> list[str]:
    """The destinations of a Markdown file's links and pictures."""
    return re.findall(r"\]\(<?([^)>]+)>?\)", text)


def part(path: Path, name: str) -> etree._Element:
    with zipfile.ZipFile(path) as container:
        return etree.fromstring(container.read(name))


def values(root: etree._Element, tag: str, attribute: str) -> list[str]:
    return [node.get(f"{W}{attribute}", "") for node in root.iter(f"{W}{tag}")]


def paragraphs(path: Path) -> list[tuple[str, str]]:
    """The style and the text of each paragraph of a Word document."""
    found = []
    for paragraph in part(path, "word/document.xml").iter(f"{W}p"):
        style = next(paragraph.iter(f"{W}pStyle"), None)
        text = "".join(str(node.text or "") for node in paragraph.iter(f"{W}t"))
        found.append(("" if style is None else style.get(f"{W}val", ""), text))
    return found


def test_a_markdown_book_has_front_matter_contents_parts_and_chapters(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "book.md", title="Tea & rain", group_by="year")
    text = (tmp_path / "book.md").read_text(encoding="utf-8")
    assert text.startswith("---\ntitle: Tea & rain\n")
    headings = re.findall(r"^#+ .*", re.sub(r'<a id="[^"]*"></a>', "", text), re.MULTILINE)
    assert headings == [
        "# Tea & rain", "## Contents", "## 2021", "### A cup of tea", "#### Second cup",
        "## 2022", "### 雨中的路", "#### 归途", "### The road",
    ]  # fmt: skip
    assert "\n- [2021](#part-1)\n  - [A cup of tea](#chapter-" in text


def test_every_link_inside_a_markdown_book_leads_to_an_anchor(posts: Path, tmp_path: Path) -> None:
    report = build_book(posts, tmp_path / "book.md")
    text = (tmp_path / "book.md").read_text(encoding="utf-8")
    inside = [target for target in links(text) if "://" not in target]
    assert len(inside) == 8
    assert {unquote(target.removeprefix("#")) for target in inside} <= anchors(text)
    lost = [loss for _, losses in report.losses for loss in losses if isinstance(loss, LinkLost)]
    assert [loss.target for loss in lost] == ["nowhere", "nothing.md"]


def test_notes_of_a_markdown_book_are_numbered_through(tmp_path: Path) -> None:
    for day, title in enumerate(("One", "Two"), 1):
        (tmp_path / f"{title}.md").write_text(NOTED.format(title=title, day=day), encoding="utf-8")
    build_book([tmp_path / "One.md", tmp_path / "Two.md"], tmp_path / "book.md")
    text = (tmp_path / "book.md").read_text(encoding="utf-8")
    assert re.findall(r"^\[\^\d\]: .*", text, re.MULTILINE) == ["[^1]: On One.", "[^2]: On Two."]
    assert text.count("A word[^") == 2


def test_pictures_of_a_markdown_book_lie_beside_it_once(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "p.png").write_bytes(PNG)
    for name in ("a", "b"):
        post = f"---\ntitle: {name}\n---\n{name} ![Dot](p.png) ![Gone](gone.png)\n"
        (folder / f"{name}.md").write_text(post, encoding="utf-8")
    report = build_book(folder, tmp_path / "book.md")
    text = (tmp_path / "book.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[Dot\]\(([^)]+)\)", text)
    assert len(pictures) == 2
    assert len(set(pictures)) == report.volumes[0].images == 1
    assert (tmp_path / pictures[0]).read_bytes().startswith(b"\x89PNG")
    assert "gone.png" not in text
    assert text.count("Gone") == 2


def test_a_word_book_has_title_page_contents_parts_and_chapters(posts: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.docx"
    build_book(posts, path, title="Tea & rain", group_by="year")
    assert [(style, text) for style, text in paragraphs(path) if style not in ("BodyText", "FirstParagraph")] == [
        ("Figure", ""), ("TitleofaBook", "Tea & rain"), ("Author", "Ada, 林一"), ("Date", "March 2021 – May 2022"),
        ("ContentsHeading", "Contents"), ("TOC1", "2021"), ("TOC2", "A cup of tea"), ("TOC1", "2022"),
        ("TOC2", "雨中的路"), ("TOC2", "The road"),
        ("Heading1", "2021"), ("Heading2", "A cup of tea"), ("Byline", "Ada · March 1, 2021 · Source"),
        ("Heading3", "Second cup"), ("Heading1", "2022"), ("Heading2", "雨中的路"),
        ("Byline", "林一 · 2022年4月15日 08:30 · 来源"), ("Heading3", "归途"), ("Heading2", "The road"),
        ("Byline", "Ada · May 2, 2022"),
    ]  # fmt: skip


def test_parts_and_chapters_of_a_word_book_begin_pages(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "book.docx", group_by="year")
    root = part(tmp_path / "book.docx", "word/document.xml")
    broken = [node for node in root.iter(f"{W}p") if next(node.iter(f"{W}pageBreakBefore"), None) is not None]
    titles = ["".join(str(text.text) for text in paragraph.iter(f"{W}t")) for paragraph in broken]
    assert titles == ["posts", "2021", "A cup of tea", "2022", "雨中的路", "The road"]


def test_links_and_page_numbers_of_a_word_book_lead_to_bookmarks(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "book.docx", group_by="year")
    root = part(tmp_path / "book.docx", "word/document.xml")
    targets = [target for target in values(root, "hyperlink", "anchor") if target]
    numbers = [str(node.text).split()[1] for node in root.iter(f"{W}instrText") if "PAGEREF" in str(node.text)]
    assert len(targets) == 10
    assert len(numbers) == 5
    assert {*targets, *numbers} <= set(values(root, "bookmarkStart", "name"))


def test_notes_of_a_word_book_are_footnotes_and_its_properties_the_books(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "book.docx", title="Tea & rain")
    assert "雨很大" in str(etree.tostring(part(tmp_path / "book.docx", "word/footnotes.xml"), encoding="unicode"))
    core = [node.text for node in part(tmp_path / "book.docx", "docProps/core.xml")]
    assert core[0] == "Tea & rain"
    assert "Ada; 林一" in core


@pytest.mark.parametrize("name", ["book.docx", "book.md"])
def test_the_same_posts_give_the_same_bytes_in_every_format(posts: Path, tmp_path: Path, name: str) -> None:
    for folder in ("a", "b"):
        build_book(posts, tmp_path / folder / name, group_by="year")
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_volumes_of_a_markdown_book_lead_to_each_other(posts: Path, tmp_path: Path) -> None:
    report = build_book(posts, tmp_path / "my book.md", volumes="year")
    assert [volume.path.name for volume in report.volumes] == ["my book-01.md", "my book-02.md"]
    text = (tmp_path / "my book-01.md").read_text(encoding="utf-8")
    assert "- [Volume 2 (2022)](my%20book-02.md)" in text
    assert "the way home (Volume 2)" in text


def test_a_book_of_an_unknown_format_says_which_there_are(posts: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.epub, \.docx, \.md"):
        build_book(posts, tmp_path / "book.pdf")


def split_book(folder: Path) -> dict[str, str]:
    """The files of a split book, by their names in it."""
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.md"))}


def assert_split_links_resolve(folder: Path) -> None:
    """Every relative link leads to a file that is there, and its fragment to an anchor in it."""
    for name, text in split_book(folder).items():
        for target in links(text):
            if "://" in target:
                continue
            file, fragment = map(unquote, (target.partition("#")[0], target.partition("#")[2]))
            path = (folder / name).parent / file if file else folder / name
            assert path.is_file(), f"{name}: {target}"
            if fragment:
                assert fragment in anchors(path.read_text(encoding="utf-8")), f"{name}: {target}"


def test_a_split_book_is_a_folder_with_an_index_and_a_file_a_chapter(posts: Path, tmp_path: Path) -> None:
    report = build_book(posts, tmp_path / "book.md", title="Tea & rain", group_by="year", split=True)
    assert report.volumes[0].path == tmp_path / "book"
    files = split_book(tmp_path / "book")
    assert list(files) == ["README.md", "chapters/road.md", "chapters/tea.md", "chapters/travel/rain.md"]
    assert (
        "\n- 2021\n  - [A cup of tea](chapters/tea.md)\n- 2022\n  - [雨中的路](chapters/travel/rain.md)\n"
        in files["README.md"]
    )
    assert "[the way home](travel/rain.md#归途)" in files["chapters/tea.md"]
    assert files["chapters/tea.md"].startswith("---\ntitle: A cup of tea\n")
    assert_split_links_resolve(tmp_path / "book")


def test_pictures_of_a_split_book_are_in_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    (folder / "deep" / "er").mkdir(parents=True)
    for name in ("a 1#.md", "deep/er/b.md"):
        (folder / name).with_name("p.png").write_bytes(PNG)
        (folder / name).write_text(f"---\ntitle: {name}\n---\n{name} ![Dot](p.png)\n", encoding="utf-8")
    report = build_book(folder, tmp_path / "book", split=True)
    assert report.volumes[0].images == 1
    assert len(list((tmp_path / "book" / "images").iterdir())) == 1
    assert "](chapters/a%201%23.md)" in split_book(tmp_path / "book")["README.md"]
    assert "![Dot](../../../images/" in split_book(tmp_path / "book")["chapters/deep/er/b.md"]
    assert_split_links_resolve(tmp_path / "book")


def test_chapters_whose_names_would_be_one_have_each_their_own(tmp_path: Path) -> None:
    for number, name in enumerate(("x/con.md", "x/CON.html", "x/plain.md")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"---\ntitle: T{number}\n---\nPost {number}\n", encoding="utf-8")
    build_book(tmp_path / "x", tmp_path / "book", split=True)
    names = [name for name in split_book(tmp_path / "book") if name != "README.md"]
    assert len(names) == 3
    assert "chapters/plain.md" in names
    assert all(re.fullmatch(r"chapters/(?:_con-\w{12}|_CON-\w{12}|plain)\.md", name) for name in names)


def test_volumes_of_a_split_book_are_folders_that_lead_to_each_other(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "book.md", volumes="year", split=True)
    assert "(../book-02/README.md)" in split_book(tmp_path / "book-01")["README.md"]
    for number in ("01", "02"):
        assert_split_links_resolve(tmp_path / f"book-{number}")


def test_a_split_book_is_never_written_among_its_posts(posts: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="among its own posts"):
        build_book(posts, posts.with_suffix(".md"), split=True)
    with pytest.raises(UsageError, match="only Markdown is split"):
        build_book(posts, tmp_path / "book.epub", split=True)


def test_a_link_to_the_heading_that_is_a_posts_title_leads_to_the_chapter(tmp_path: Path) -> None:
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "a.html").write_text("<title>A</title><h1 id='top'>A</h1><p>Text of a.</p>", encoding="utf-8")
    (folder / "b.html").write_text("<title>B</title><p>To <a href='a.html#top'>the top</a>.</p>", encoding="utf-8")
    build_book(folder, tmp_path / "book.md")
    text = (tmp_path / "book.md").read_text(encoding="utf-8")
    assert {unquote(target.removeprefix("#")) for target in links(text)} <= anchors(text)
    build_book(folder, tmp_path / "book", split=True)
    assert_split_links_resolve(tmp_path / "book")


def test_an_index_that_somebody_wrote_is_never_replaced(posts: Path, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Mine", encoding="utf-8")
    with pytest.raises(WriteError, match="not of a book"):
        build_book(posts, tmp_path, split=True)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "Mine"


def test_a_split_book_is_written_again_in_its_place(posts: Path, tmp_path: Path) -> None:
    for _ in range(2):
        build_book(posts, tmp_path / "book", split=True)
    assert_split_links_resolve(tmp_path / "book")


def test_indexes_sources_and_who_cites_stand_behind_in_every_format(posts: Path, tmp_path: Path) -> None:
    for name, split in (("book.md", False), ("folder", True), ("book.docx", False)):
        build_book(posts, tmp_path / name, index="tag,author,date", sources=True, cited_by=True, split=split)
    text = (tmp_path / "book.md").read_text(encoding="utf-8")
    assert {unquote(target[1:]) for target in links(text) if target.startswith("#")} <= anchors(text)
    assert re.findall(r"^## (?:<a .*</a>)?(.*)$", text, re.MULTILINE)[-4:] == [
        "Index of tags", "Index of authors", "Index of dates", "Sources",
    ]  # fmt: skip
    assert "引用本文的文章：[A cup of tea](#" in text
    assert "- [Index of tags](#" in text
    files = split_book(tmp_path / "folder")
    assert "### " not in files["index-tag.md"]
    assert "\n## Food\n" in files["index-tag.md"]
    assert "- [A cup of tea](chapters/tea.md)" in files["index-tag.md"]
    assert "- [Sources](sources.md)" in files["README.md"]
    assert "引用本文的文章：[A cup of tea](../tea.md)" in files["chapters/travel/rain.md"]
    assert_split_links_resolve(tmp_path / "folder")
    shown = paragraphs(tmp_path / "book.docx")
    assert [title for style, title in shown if style == "Heading1"][-4:] == [
        "Index of tags", "Index of authors", "Index of dates", "Sources",
    ]  # fmt: skip
    assert ("TOC1", "Index of tags") in shown
    root = part(tmp_path / "book.docx", "word/document.xml")
    targets = {target for target in values(root, "hyperlink", "anchor") if target}
    assert targets <= set(values(root, "bookmarkStart", "name"))


def test_the_list_of_sources_says_when_a_post_was_taken_if_the_post_does(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    post = "---\ntitle: A\nlang: en\nurl: https://example.org/a\ndate: 2020-01-02\naccessed: 2021-03-04\n---\nWords.\n"
    (tmp_path / "posts" / "a.md").write_text(post, encoding="utf-8")
    build_book(tmp_path / "posts", tmp_path / "book.md", sources=True)
    text = (tmp_path / "book.md").read_text(encoding="utf-8")
    assert "(January 2, 2020, accessed March 4, 2021) <https://example.org/a>" in text


def test_a_word_book_begins_with_its_cover_and_a_markdown_book_has_one_when_asked(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "book.docx", title="Tea")
    with zipfile.ZipFile(tmp_path / "book.docx") as container:
        assert len([name for name in container.namelist() if name.endswith(".jpg")]) == 1
    build_book(posts, tmp_path / "none.docx", title="Tea", cover="none")
    with zipfile.ZipFile(tmp_path / "none.docx") as container:
        assert not [name for name in container.namelist() if name.endswith(".jpg")]
    build_book(posts, tmp_path / "book.md", title="Tea")
    assert not (tmp_path / "book_files").exists()
    build_book(posts, tmp_path / "book.md", title="Tea", cover="auto", theme="serif")
    text = (tmp_path / "book.md").read_text(encoding="utf-8")
    picture = re.findall(r"^# Tea\n\n!\[Cover\. Tea\. [^]]*\]\(([^)]*)\)$", text, re.MULTILINE)[0]
    assert f"\ncover: {picture}\n" in text
    assert (tmp_path / picture).is_file()
    build_book(posts, tmp_path / "folder", title="Tea", cover="auto", split=True)
    assert len(list((tmp_path / "folder" / "images").iterdir())) == 1


def test_a_markdown_book_is_written_in_the_dialect_asked_for(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text("H<sub>2</sub>O and ~~gone~~.\n", encoding="utf-8")
    build_book(tmp_path / "posts", tmp_path / "book.md", flavour="pandoc")
    assert "H~2~O" in (tmp_path / "book.md").read_text(encoding="utf-8")
    report = build_book(tmp_path / "posts", tmp_path / "book.md", flavour="commonmark", raw_html=False)
    assert "H2O and gone" in (tmp_path / "book.md").read_text(encoding="utf-8")
    assert report.losses


def test_a_word_book_takes_the_styles_of_a_reference_document(posts: Path, tmp_path: Path) -> None:
    build_book(posts, tmp_path / "reference.docx", cover="none")
    build_book(posts, tmp_path / "book.docx", cover="none", reference_doc=tmp_path / "reference.docx")
    assert ("TitleofaBook", "posts") in paragraphs(tmp_path / "book.docx")


@pytest.mark.parametrize(
    ("name", "options", "named"),
    [
        ("book.docx", {"css": Path("a.css")}, "--css"),
        ("book.md", {"fonts": (Path("a.ttf"),)}, "--font"),
        ("book.md", {"theme": "serif"}, "--theme"),
        ("book.docx", {"theme": "serif", "cover": "none"}, "--theme"),
        ("book.epub", {"flavour": "pandoc"}, "--flavour"),
        ("book.epub", {"raw_html": False}, "--raw-html"),
        ("book.md", {"reference_doc": Path("a.docx")}, "--reference-doc"),
    ],
)
def test_an_option_that_the_format_has_no_use_for_is_refused(
    name: str, options: BookOptions, named: str, posts: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=f"{named} means nothing"):
        build_book(posts, tmp_path / name, **options)


def test_a_new_edition_of_a_split_book_leaves_nothing_of_the_old_behind(posts: Path, tmp_path: Path) -> None:
    (posts / "p.png").write_bytes(PNG)
    (posts / "travel" / "far").mkdir()
    (posts / "travel" / "far" / "gone.md").write_text("---\ntitle: Gone\n---\n![Dot](../../p.png)\n", encoding="utf-8")
    out = tmp_path / "book"
    build_book(posts, out, split=True, sources=True)
    (out / "chapters" / "mine.md").write_text("Mine", encoding="utf-8")
    assert len(list((out / "images").iterdir())) == 1
    (posts / "travel" / "far" / "gone.md").unlink()
    build_book(posts, out, split=True)
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert found == {
        ".convertkit-book", "README.md", "chapters/mine.md", "chapters/road.md", "chapters/tea.md",
        "chapters/travel/rain.md",
    }  # fmt: skip
    assert not (out / "chapters" / "travel" / "far").exists()


def test_a_list_of_files_that_others_wrote_removes_nothing_outside_its_folder(posts: Path, tmp_path: Path) -> None:
    out, outside = tmp_path / "book", tmp_path / "outside.md"
    outside.write_text("Kept", encoding="utf-8")
    build_book(posts, out, split=True)
    (out / "link").symlink_to(tmp_path)
    (out / ".convertkit-book").write_text(f"../outside.md\n{outside}\nlink/outside.md\n", encoding="utf-8")
    build_book(posts, out, split=True)
    assert outside.read_text(encoding="utf-8") == "Kept"
