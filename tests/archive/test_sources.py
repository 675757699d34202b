"""A source is a folder, a packed one, a feed or a table; each post in it is a unit, and none is left out in silence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from convertkit.archive.records import Failure
from convertkit.archive.sources import open_source
from convertkit.archive.sources.selecting import glob
from convertkit.archive.units import Carried, Located, Unit
from convertkit.errors import UnreadableDocument, UsageError


def units_of(address: Path | str, **options: Any) -> list[Unit]:
    with open_source(address, **options) as source:
        return list(source.units())


def names_of(address: Path | str, **options: Any) -> list[str]:
    return [unit.name for unit in units_of(address, **options)]


def lay(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_stands_for_the_documents_below_it(tmp_path: Path) -> None:
    names = ["b.md", "a/z.html", "a/b/c.txt", ".hidden.md", ".git/a.md", "a/a.png", "package.json", "a/x.tar.md"]
    lay(tmp_path, dict.fromkeys(names, "text"))
    units = units_of(tmp_path)
    assert [(unit.name, unit.path) for unit in units] == [
        ("a/b/c.txt", "a/b/c"),
        ("a/x.tar.md", "a/x.tar"),
        ("a/z.html", "a/z"),
        ("b.md", "b"),
    ]
    assert units[-1].content == Located(str(tmp_path / "b.md"))


GLOBS = {
    "*.md": (["a.md", "x/a.md", "x/y/.md"], ["a.mdx", "x/a.html"]),
    "x/*.md": (["x/a.md"], ["a.md", "x/y/a.md", "z/x/a.md"]),
    "/x": (["x", "x/a.md", "x/y/a.md"], ["z/x/a.md", "xx/a.md"]),
    "drafts": (["drafts/a.md", "x/drafts/a.md"], ["mydrafts/a.md"]),
    "drafts/": (["drafts/a.md", "x/drafts/a.md"], ["drafts.md"]),
    "**/a.md": (["a.md", "x/a.md", "x/y/a.md"], ["b.md", "xa.md"]),
    "x/**": (["x/a.md", "x/y/a.md"], ["x", "y/x/a.md"]),
    "x/**/z.md": (["x/z.md", "x/y/z.md", "x/y/y/z.md"], ["x/yz.md"]),
    "20[0-2]?/*": (["2019/a", "2020/a"], ["2030/a", "20191/a"]),
    "[!a]b": (["bb"], ["ab", "/b"]),
    "[": (["["], ["a"]),
    "a.b+c(": (["a.b+c("], ["axb+c("]),
}


@pytest.mark.parametrize("pattern", GLOBS)
def test_a_glob_matches(pattern: str) -> None:
    matched, unmatched = GLOBS[pattern]
    assert [name for name in matched if not glob(pattern).fullmatch(name)] == []
    assert [name for name in unmatched if glob(pattern).fullmatch(name)] == []


def test_files_are_chosen_by_globs(tmp_path: Path) -> None:
    lay(tmp_path, dict.fromkeys(["a.md", "a.html", "drafts/b.md", "x/c.md", "x/c.dat", "x/deep/d.md"], "text"))
    assert names_of(tmp_path, include=["x"]) == ["x/c.md", "x/deep/d.md"]
    assert names_of(tmp_path, include=["*.md"], exclude=["drafts", "deep"]) == ["a.md", "x/c.md"]
    assert names_of(tmp_path, include=["*.dat"]) == ["x/c.dat"]


def test_outputs_of_an_earlier_run_are_passed_over(tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": "text", "out/a.md": "text", "outer/a.md": "text"})
    assert names_of(tmp_path, out=str(tmp_path / "out")) == ["a.md", "outer/a.md"]
    with pytest.raises(UsageError, match="where outputs would go"):
        units_of(tmp_path, out=str(tmp_path))


def test_links_are_followed_to_files_inside_and_nowhere_else(tmp_path: Path) -> None:
    lay(tmp_path, {"in/a/real.md": "text", "secret.md": "text", "elsewhere/b.md": "text"})
    source = tmp_path / "in"
    (source / "file.md").symlink_to("a/real.md")
    (source / "out.md").symlink_to(tmp_path / "secret.md")
    (source / "folder").symlink_to(tmp_path / "elsewhere")
    (source / "loop").symlink_to(".")
    (source / "self.md").symlink_to("self.md")
    (source / "gone.md").symlink_to("nowhere.md")
    units = {unit.name: unit for unit in units_of(source)}
    assert list(units) == ["a/real.md", "file.md", "folder", "gone.md", "out.md", "self.md"]
    good = [name for name, unit in units.items() if isinstance(unit.content, Located)]
    assert good == ["a/real.md", "file.md"]
    assert "leads out of the source" in message_of(units["out.md"])
    assert "leads out of the source" in message_of(units["folder"])
    assert "folder" not in names_of(source, exclude=["folder"])


def message_of(unit: Unit) -> str:
    assert isinstance(unit.content, Failure)
    assert unit.content.message.startswith(f"{unit.name}: ")
    return unit.content.message


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (unit,) = units_of(tmp_path)
    assert "no file but a pipe" in message_of(unit)
    with pytest.raises(UnreadableDocument, match="neither a file nor a folder"):
        units_of(tmp_path / "pipe.md")


def test_names_that_are_no_text_are_listed_and_harmless(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path)
    for name in (b"caf\xe9.md", b"line\nend.md", "cod\u202e.md".encode(), b"caf\\xe9.md"):
        Path(os.fsdecode(raw + b"/" + name)).write_text("text", encoding="utf-8")
    units = units_of(tmp_path)
    assert sorted(unit.name for unit in units) == sorted(
        ["caf\\xe9.md", "caf\\xe9~cbd1239b.md", "line\\x0aend.md", "cod\\u202e.md"]
    )
    for unit in units:
        assert isinstance(unit.content, Located)
        assert Path(unit.content.address).read_text(encoding="utf-8") == "text"


def test_a_folder_that_nobody_may_list_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {"a/b.md": "text", "c.md": "text"})
    listed = os.scandir

    def refusing(path: bytes) -> object:
        if path.endswith(b"/a/"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", refusing)
    first, second = units_of(tmp_path)
    assert (first.name, second.name) == ("a/", "c.md")
    assert "cannot be listed: Permission denied" in message_of(first)


def test_a_stamp_tells_every_change_and_nothing_that_is_too_young(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, {"a.md": "text"})
    assert units_of(tmp_path)[0].stamp == ""
    monkeypatch.setattr("convertkit.archive.sources.folder._SETTLED", 0)
    (before,) = units_of(tmp_path)
    assert before.stamp
    assert units_of(tmp_path)[0].stamp == before.stamp
    status = (tmp_path / "a.md").stat()
    (tmp_path / "a.md").write_text("next", encoding="utf-8")
    os.utime(tmp_path / "a.md", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert units_of(tmp_path)[0].stamp != before.stamp


def test_one_file_is_a_source_too(tmp_path: Path) -> None:
    lay(tmp_path, {"a.md": "text"})
    (unit,) = units_of(tmp_path / "a.md")
    assert (unit.name, unit.path, unit.content) == ("a.md", "a", Located(str(tmp_path / "a.md")))
    assert names_of((tmp_path / "a.md").as_uri()) == ["a.md"]
    with pytest.raises(UnreadableDocument, match="not there"):
        units_of(tmp_path / "b.md")


FEED = """<rss version="2.0"><channel><title>T</title>
<item><title>One</title><description>First.</description><pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate></item>
<item><title>One</title><description>Second.</description><pubDate>Tue, 05 Mar 2024 11:00:00 GMT</pubDate></item>
<item><title>Two</title><description>Third.</description></item>
</channel></rss>"""


def test_a_feed_is_a_unit_an_entry(tmp_path: Path) -> None:
    lay(tmp_path, {"site/feed.xml": FEED, "site/a.md": "text"})
    units = units_of(tmp_path / "site" / "feed.xml")
    assert [(unit.name, unit.path) for unit in units] == [
        ("feed.xml#2024-03-05-one", "2024-03-05-one"),
        ("feed.xml#2024-03-05-one~2", "2024-03-05-one"),
        ("feed.xml#two", "two"),
    ]
    assert names_of(tmp_path / "site") == ["a.md"]
    among = units_of(tmp_path, include=["*.xml", "*.md"])
    assert [unit.name for unit in among][::3] == ["site/a.md", "site/feed.xml#two"]
    assert [unit.path for unit in among][::3] == ["site/a", "site/feed/two"]


def test_a_feed_that_is_none_fails_by_itself(tmp_path: Path) -> None:
    lay(tmp_path, {"feed.xml": "<rss><channel></channel></rss>", "a.md": "text"})
    broken, good = sorted(units_of(tmp_path, include=["*.xml", "*.md"]), key=lambda unit: unit.name, reverse=True)
    assert "holds no entry" in message_of(broken)
    assert good.name == "a.md"


def carried(unit: Unit) -> str:
    assert isinstance(unit.content, Carried), unit.content
    return unit.content.data.decode()
