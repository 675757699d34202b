"""The examples run: the archive, each script, each filter, and the plug-in, installed and used."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import convertkit
from tests.corpus import ROOT

EXAMPLES = ROOT / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))
POSTS = sorted(path for path in (EXAMPLES / "archive").rglob("*") if path.suffix in (".md", ".html"))


def run(folder: Path, *arguments: str | Path, path: Path | None = None) -> str:
    """What a Python process prints in a folder, with `path` to import from besides."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    if path is not None:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(path), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-W", "error", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.name)
@pytest.mark.parametrize("to", ["epub", "markdown", "docx", "text"])
def test_archive(post: Path, to: str) -> None:
    result = convertkit.convert(post, to=to)
    metadata = result.document.metadata
    assert result.content
    assert metadata.title
    assert metadata.authors
    assert metadata.date is not None


def test_archive_is_clean() -> None:
    """What surrounds the articles is gone, each article is there."""
    text = "\n".join(convertkit.convert(post, to="text").text for post in POSTS)
    for rest in (
        "扫描二维码",
        "复制代码",
        "分享到",
        "Facebook",
        "pixel.gif",
        "Related",
        "&#123;",
        "<!--",
        "qrcode_wrap",
    ):
        assert rest not in text
    for words in ("收摊的铃声响起", "She used two.", "慢修", "jobs.get()", "文件队列", "縁側", "199 steps"):
        assert words in text


def test_archive_embeds_its_pictures() -> None:
    for name in ("2022-02-20-sourdough-notes.md", "old-camera.md"):
        document = convertkit.read(next(post for post in POSTS if post.name == name))
        assert len(document.resources) == 1


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_script(script: Path, tmp_path: Path) -> None:
    run(tmp_path, script)
    assert any(tmp_path.iterdir())


def test_metadata_table(tmp_path: Path) -> None:
    run(tmp_path, EXAMPLES / "metadata_table.py")
    with (tmp_path / "posts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(POSTS) == len(json.loads((tmp_path / "posts.json").read_text(encoding="utf-8")))
    assert 'She said: "it\'s done", and closed the ledger' in [row["title"] for row in rows]


def test_filters_of_every_kind(tmp_path: Path) -> None:
    printed = run(tmp_path, EXAMPLES / "use_filters.py")
    text = (tmp_path / "market.md").read_text(encoding="utf-8")
    assert "editor: 林小满" in printed
    assert "责任编辑" not in text
    assert "本报讯" not in text
    assert "图 1 桥头的菜摊" in text
    assert "「我们村" in text
    assert "- 早市的三条规矩" in text


def install(plugin: Path, target: Path) -> None:
    """What `pip install --target` of the plug-in puts there, without a build backend, which a bare venv may lack."""
    project = tomllib.loads((plugin / "pyproject.toml").read_text(encoding="utf-8"))
    name, version = project["project"]["name"], project["project"]["version"]
    for module in project["tool"]["setuptools"]["py-modules"]:
        shutil.copy(plugin / f"{module}.py", target)
    info = target / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    groups = project["project"]["entry-points"].items()
    lines = [
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in points.items()) for group, points in groups
    ]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


def test_plugin(tmp_path: Path) -> None:
    install(EXAMPLES / "plugin", tmp_path)
    post = EXAMPLES / "archive" / "blog" / "2022-02-20-sourdough-notes.md"
    assert "gemtext" in run(tmp_path, "-m", "convertkit", "formats", path=tmp_path)
    filters = json.loads(run(tmp_path, "-m", "convertkit", "filters", "--json", path=tmp_path))
    assert {
        "name": "drop-pictures",
        "kind": "Python filter",
        "about": "Every picture goes.",
        "default": False,
    } in filters
    run(tmp_path, "-m", "convertkit", "convert", post, "-F", "drop-pictures", "-o", "notes.gmi", path=tmp_path)
    text = (tmp_path / "notes.gmi").read_text(encoding="utf-8")
    assert text.startswith("# Sourdough notes: week six\n")
    assert "=> https://bakery.example.com" in text
    assert "loaf" not in text
