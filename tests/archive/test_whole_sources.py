"""One site, whatever it comes as and wherever it goes: the same outputs, pictures too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import fsspec
import pytest

from convertkit.archive.running import convert_archive
from tests.archive.runs import outputs
from tests.archive.test_remote_sources import s3
from tests.posts import PNG

__all__ = ["s3"]

POSTS = {
    "posts/one.md": "---\ntitle: One\ndate: 2024-03-05\ncategories: tea\n---\n<p>Cup <img src='../pics/a.png'></p>",
    "posts/two.md": "---\ntitle: Two\n---\n\nA *pot*. ![b](b.png)\n",
    "Posts/ONE.html": "<title>Other</title><p>Another cup.</p>",
}
PICTURES = ("pics/a.png", "posts/b.png")


def lay(folder: Path) -> Path:
    for name, text in POSTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for name in PICTURES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(PNG)
    return folder


def zipped(site: Path) -> str:
    path = site.parent / "site.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (*POSTS, *PICTURES):
            archive.write(site / name, name)
    return str(path)


def tarred(site: Path) -> str:
    path = site.parent / "site.tar.xz"
    with tarfile.open(path, "w:xz") as archive:
        for name in (*POSTS, *PICTURES):
            archive.add(site / name, name)
    return str(path)


def in_memory(site: Path) -> str:
    url = f"memory://{uuid.uuid4().hex}"
    copy(site, url)
    return url


def copy(site: Path, url: str) -> None:
    system, path = fsspec.core.url_to_fs(url)
    for name in (*POSTS, *PICTURES):
        system.makedirs(f"{path}/{name}".rpartition("/")[0], exist_ok=True)
        system.pipe_file(f"{path}/{name}", (site / name).read_bytes())


def made(out: Path) -> dict[str, bytes]:
    """The outputs without the reports, which name the source."""
    return {name: data for name, data in outputs(out).items() if "/" in name}


@pytest.mark.parametrize("form", [zipped, tarred, in_memory, lambda site: site.as_uri()])
def test_a_site_becomes_the_same_whatever_it_comes_as(tmp_path: Path, form: Callable[[Path], str]) -> None:
    site = lay(tmp_path / "site")
    report = convert_archive(site, tmp_path / "plain", to="markdown", engine="inline")
    assert (report.converted, report.failed) == (3, 0)
    plain = made(tmp_path / "plain")
    assert len([name for name in plain if name.endswith(".png")]) == 2
    assert sorted(name for name in plain if name.endswith(".md")) == sorted(
        ["Posts/ONE.md", next(name for name in plain if name.startswith("posts/one-")), "posts/two.md"]
    )
    convert_archive(form(site), tmp_path / "other", to="markdown", engine="inline")
    assert made(tmp_path / "other") == plain
    again = convert_archive(form(site), tmp_path / "other", to="markdown", engine="inline")
    assert (again.converted, again.unchanged) == (0, 3)


def test_outputs_may_go_to_memory(tmp_path: Path) -> None:
    site, url = lay(tmp_path / "site"), f"memory://{uuid.uuid4().hex}"
    convert_archive(site, tmp_path / "plain", to="markdown", engine="inline")
    report = convert_archive(site, url, to="markdown", engine="inline", journal=tmp_path / "journal")
    assert (report.converted, report.failed) == (3, 0)
    system, path = fsspec.core.url_to_fs(url)
    found = {name[len(path) + 1 :]: system.cat_file(name) for name in system.find(path)}
    assert {name: data for name, data in found.items() if "/" in name} == made(tmp_path / "plain")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_files_whose_names_are_no_text_are_converted_too(tmp_path: Path) -> None:
    names = [b"caf\xe9.md", b"line\nend.md", b"CON.md", b"-x.md", b"\xc3\xa9.md", b"e\xcc\x81.md", b"report.md"]
    (tmp_path / "in").mkdir()
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/" + name)).write_text("A cup.", encoding="utf-8")
    report = convert_archive(tmp_path / "in", tmp_path / "out", to="html", engine="inline")
    assert (report.converted, report.failed) == (len(names), 0)
    assert len([name for name in outputs(tmp_path / "out") if name.endswith(".html")]) == len(names) + 1


def test_names_are_made_of_what_posts_say(tmp_path: Path) -> None:
    site = lay(tmp_path / "site")
    convert_archive(site, tmp_path / "out", to="text", name="{date:%Y}/{category}/{slug}", engine="inline")
    assert sorted(made(tmp_path / "out")) == [
        "2024/tea/one.txt",
        "no-date/no-category/other.txt",
        "no-date/no-category/two.txt",
    ]


def test_rows_and_members_that_fail_are_reported_and_stop_nothing(tmp_path: Path) -> None:
    table = tmp_path / "posts.jsonl"
    rows = [
        {"title": "One", "headline": "1", "text": "A *cup*."},
        {"title": "Two"},
        {"title": "Three", "text": "A pot."},
    ]
    table.write_text("\n".join([*map(json.dumps, rows), "{"]), encoding="utf-8")
    report = convert_archive(table, tmp_path / "out", to="text", engine="inline", column={"title": "headline"})
    assert (report.converted, report.failed) == (2, 2)
    failures = [json.loads(line) for line in (tmp_path / "out" / "failures.jsonl").read_text().splitlines()]
    assert [failure["source"] for failure in failures] == ["posts.jsonl#2", "posts.jsonl#4"]
    assert len(outputs(tmp_path / "out")) == 5


def test_a_site_goes_from_one_bucket_to_another_by_workers_of_their_own(
    s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = lay(tmp_path / "site")
    convert_archive(site, tmp_path / "plain", to="markdown", engine="inline")
    copy(site, f"{s3}/in")
    told = fsspec.config.conf["s3"]
    environment = {**os.environ, **{f"FSSPEC_S3_{key.upper()}": str(value) for key, value in told.items()}}
    own = [sys.executable, "-m", "convertkit", "archive", f"{s3}/in", "-o", f"{s3}/out", "-t", "markdown", "-q"]
    command = [*own, "--jobs", "2", "--journal", str(tmp_path / "journal")]
    for _ in range(2):
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert ended.returncode == 0, ended.stderr
    system, path = fsspec.core.url_to_fs(f"{s3}/out")
    found = {name[len(path) + 1 :]: system.cat_file(name) for name in system.find(path)}
    assert {name: data for name, data in found.items() if "/" in name} == made(tmp_path / "plain")
    assert {name for name in found if "/" not in name} == {"report.json", "report.html", "failures.jsonl"}
