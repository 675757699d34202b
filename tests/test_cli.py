"""The command as a person meets it: what it writes, what it says, how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import frontmatter
import pytest

from convertkit import batch, formats
from convertkit.distinct import DistinctNames
from convertkit.losses import Loss, NotExpressible
from convertkit.options import WriteOptions
from convertkit.pipeline import Result, read
from convertkit.tree import Document
from tests.posts import CHINESE, PLAIN, PNG

Run = subprocess.CompletedProcess[bytes]


def convertkit(*arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None) -> Run:
    command = [sys.executable, "-W", "error", "-m", "convertkit", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, check=False, timeout=120)


def message(run: Run) -> str:
    """What was said on stderr, which is never a traceback."""
    text = run.stderr.decode()
    assert "Traceback" not in text
    return text


@pytest.fixture
def post(tmp_path: Path) -> Path:
    path = tmp_path / "post.md"
    path.write_text(PLAIN, encoding="utf-8")
    return path


def test_one_post_to_four_formats(post: Path, tmp_path: Path) -> None:
    formats = ("-t", "epub", "-t", "markdown", "-t", "docx", "-t", "text")
    run = convertkit("convert", post, *formats, "-o", tmp_path / "out")
    assert (run.returncode, run.stdout) == (0, b""), message(run)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "post.docx",
        "post.epub",
        "post.md",
        "post.txt",
    ]
    assert zipfile.is_zipfile(tmp_path / "out" / "post.epub")
    assert frontmatter.load(str(tmp_path / "out" / "post.md"))["title"] == "Tea at noon"


def test_the_format_comes_from_the_name_of_the_output(post: Path, tmp_path: Path) -> None:
    run = convertkit("convert", post, "-o", tmp_path / "tea.rst")
    assert run.returncode == 0, message(run)
    assert "Water first." in (tmp_path / "tea.rst").read_text(encoding="utf-8")


def test_stdin_to_stdout(post: Path) -> None:
    run = convertkit("convert", "-", "-t", "text", stdin=CHINESE.encode())
    assert run.returncode == 0, message(run)
    assert "午后的茶：先烧水" in run.stdout.decode()


def test_a_folder_keeps_its_tree_and_one_failure_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.md").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "in" / "b.md").write_bytes(b"")
    (tmp_path / "in" / "deep" / "c.html").write_text("<p>words</p>", encoding="utf-8")
    (tmp_path / "in" / ".hidden.md").write_text(PLAIN, encoding="utf-8")
    run = convertkit("convert", tmp_path / "in", "-t", "markdown", "-o", tmp_path / "out")
    assert run.returncode == 1
    assert "b.md" in message(run)
    written = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")]
    assert sorted(written) == ["a.md", "deep/c.md"]


def test_inputs_of_one_name_never_share_an_output(tmp_path: Path) -> None:
    for name, words in (("one/Post.md", "first"), ("two/post.md", "second"), ("two/post.html", "third")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(words, encoding="utf-8")
    inputs = [tmp_path / name for name in ("two/post.md", "one/Post.md", "two/post.html")]
    run = convertkit("convert", *inputs, "-t", "text", "-o", tmp_path / "out")
    assert run.returncode == 0, message(run)
    texts = {path.name.casefold(): path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()}
    assert sorted(word for text in texts.values() for word in ("first", "second", "third") if word in text) == [
        "first",
        "second",
        "third",
    ]
    assert len(texts) == 3


def test_two_thousand_entries_of_one_title_have_names_at_once() -> None:
    distinct = DistinctNames()
    names = [distinct(Path(name)) for name in ["a", "A", "a-2", "a", *["b"] * 2000]]
    assert [str(name) for name in names[:5]] == ["a", "A-2", "a-2-2", "a-3", "b"]
    assert str(names[-1]) == "b-2000"
    assert len({str(name).casefold() for name in names}) == len(names)


def test_a_link_out_of_a_folder_is_refused_and_never_read(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
    (inside / "tea.md").write_text("tea")
    (outside / "secret.md").write_text("SECRET")
    (inside / "again.md").symlink_to("tea.md")
    (inside / "leak.md").symlink_to(outside / "secret.md")
    (inside / "folder").symlink_to(outside)
    (inside / "loop.md").symlink_to("loop.md")
    run = convertkit("convert", inside, "-t", "text", "-o", tmp_path / "out", "--json")
    outcomes = {Path(told["source"]).name: told for told in json.loads(run.stdout)["inputs"]}
    assert run.returncode == 1
    assert sorted(outcomes) == ["again.md", "folder", "leak.md", "tea.md"]
    assert all("leads out of the folder" in outcomes[name]["error"]["message"] for name in ("leak.md", "folder"))
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.txt")) == ["again.txt", "tea.txt"]


def test_an_input_is_never_overwritten(post: Path) -> None:
    run = convertkit("convert", post, "-t", "markdown", "-o", post.parent)
    assert run.returncode == 1
    assert "would overwrite an input" in message(run)
    assert post.read_text(encoding="utf-8") == PLAIN


def test_images_of_markdown_go_beside_it(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(PNG)
    (tmp_path / "post.md").write_text("![a dot](dot.png)\n", encoding="utf-8")
    run = convertkit("convert", tmp_path / "post.md", "-t", "markdown", "-o", tmp_path / "out")
    assert run.returncode == 0, message(run)
    (image,) = (tmp_path / "out" / "post_files").iterdir()
    assert image.read_bytes() == PNG
    assert f"![a dot](post_files/{image.name})" in (tmp_path / "out" / "post.md").read_text(encoding="utf-8")


def test_images_that_belong_beside_what_goes_to_stdout_are_lost(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(PNG)
    (tmp_path / "post.md").write_text("![a dot](dot.png)\n", encoding="utf-8")
    run = convertkit("convert", tmp_path / "post.md", "-t", "markdown", "-o", "-")
    assert run.returncode == 0, message(run)
    assert b"](post_files/" in run.stdout
    assert "stdout has no folder" in message(run)
    assert convertkit("convert", tmp_path / "post.md", "-t", "markdown", "-o", "-", "--strict").returncode == 1


def test_what_one_format_loses_excuses_nothing_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[list[Loss]] = []

    def write(document: Document, to: str, options: WriteOptions, losses: Iterable[Loss], count: object) -> Result:
        given.append(list(losses))
        return Result(b"x", document, (*given[-1], NotExpressible("", to, "tea")))

    monkeypatch.setattr(batch, "write_result", write)
    source = tmp_path / "post.md"
    source.write_text("tea", encoding="utf-8")
    job = batch.Job(source, "post.md", (tmp_path / "a.md", tmp_path / "a.txt"))
    work = batch.Work(partial(read, images="none"), ("markdown", "text"), WriteOptions())
    (outcome,) = batch.run([job], work)
    assert given[0] == given[1]
    assert [str(loss) for loss in outcome.losses if isinstance(loss, NotExpressible)] == [
        "markdown cannot express tea; the words are kept",
        "text cannot express tea; the words are kept",
    ]


def test_json_report(post: Path, tmp_path: Path) -> None:
    run = convertkit("convert", post, tmp_path / "missing.md", "-t", "text", "-o", tmp_path / "out", "--json")
    good, bad = json.loads(run.stdout)["inputs"]
    assert run.returncode == 1
    assert good == {"source": str(post), "outputs": [str(tmp_path / "out" / "post.txt")], "losses": [], "error": None}
    assert bad["error"]["kind"] == "UnreadableDocument"


def test_inspect_says_where_a_field_came_from(post: Path) -> None:
    run = convertkit("inspect", post)
    assert run.returncode == 0, message(run)
    shown = run.stdout.decode()
    assert "title: Tea at noon" in shown
    assert "front matter: date" in shown
    assert '"Water first."' in shown


def test_inspect_for_machines(post: Path) -> None:
    (report,) = json.loads(convertkit("inspect", post, "--json").stdout)
    assert report["metadata"]["date"] == "2022-04-15T23:22:12+00:00"
    assert report["origins"]["date"] == "front matter: date"
    assert set(report["by_format"]) == set(formats.WRITERS)


def test_inspect_tries_the_flavours_of_a_format_that_is_named(post: Path) -> None:
    (report,) = json.loads(convertkit("inspect", post, "--to", "markdown", "--json").stdout)
    assert {"markdown", "markdown --flavour pandoc", "markdown --flavour hugo"} <= set(report["by_format"])


def test_formats_and_filters_are_listed() -> None:
    assert b"epub" in convertkit("formats").stdout
    assert b"drop-boilerplate" in convertkit("filters").stdout
    assert "epub" in json.loads(convertkit("formats", "--json").stdout)["write"]
    names = [entry["name"] for entry in json.loads(convertkit("filters", "--json").stdout)]
    assert "sina-finance" in names


BAD_USE = {
    "unknown format": (["convert", "post.md", "-t", "ebup"], 2, "no format 'ebup' to write"),
    "unknown reader": (["convert", "post.md", "-f", "wird", "-t", "text"], 2, "no format 'wird' to read"),
    "no format": (["convert", "post.md"], 2, "no output format"),
    "unknown option": (["convert", "post.md", "--colour"], 2, "No such option"),
    "missing file": (["convert", "gone.md", "-t", "text"], 1, "gone.md: cannot be read: No such file"),
    "empty file": (["convert", "empty.md", "-t", "text"], 1, "empty.md: "),
    "a binary": (["convert", "picture.md", "-t", "text"], 1, "picture.md: "),
    "a folder as output file": (["convert", "post.md", "-o", "folder.txt"], 2, "folder.txt: is a folder"),
    "a folder in the way": (["convert", "post.md", "-t", "text", "-o", "folder.txt"], 1, "a folder of that name"),
    "a file as output folder": (["convert", "post.md", "-t", "text", "-o", "empty.md/out"], 1, "cannot be written"),
    "a filter that raises": (["convert", "post.md", "-t", "text", "-F", "raises.py"], 1, "raises.py"),
    "unknown filter": (["convert", "post.md", "-t", "text", "-F", "drop-boilerplat"], 2, "drop-boilerplate"),
    "several in one": (["convert", "post.md", "picture.md", "-o", "both.epub"], 2, "several outputs"),
    "stdin and a file": (["convert", "-", "post.md", "-t", "text"], 2, "- cannot stand beside"),
    "a suffix for a format": (["convert", "post.md", "-t", "md"], 2, "did you mean markdown?"),
    "a format that pandoc reads": (["convert", "post.md", "-f", "docx", "-t", "text"], 2, "mean pandoc:docx?"),
    "a suffix without a format": (["convert", "post.md", "-o", "post.xyz"], 2, "no output format goes by .xyz"),
    "a width below 0": (["convert", "post.md", "-t", "text", "--width", "-5"], 2, "a width of -5"),
    "no time at all": (["convert", "post.md", "-t", "text", "--timeout", "nan"], 2, "a timeout of nan"),
    "no language": (["convert", "post.md", "-t", "text", "--language", "klingon!"], 2, "'klingon!' is no language"),
    "a name too long": (["convert", "post.md", "-o", "x" * 300 + ".txt"], 1, "File name too long"),
    "report and document": (["convert", "post.md", "-t", "text", "--json", "-o", "-"], 2, "cannot share stdout"),
    "missing reference": (["convert", "post.md", "-o", "a.docx", "--reference-doc", "gone.docx"], 2, "gone.docx"),
}


@pytest.mark.parametrize("name", BAD_USE)
def test_bad_use_is_one_clear_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "post.md").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "empty.md").write_bytes(b"")
    (tmp_path / "picture.md").write_bytes(PNG)
    (tmp_path / "folder.txt" / "post.txt").mkdir(parents=True)
    (tmp_path / "raises.py").write_text("def transform(document):\n    return 1 / 0\n", encoding="utf-8")
    arguments, code, words = BAD_USE[name]
    run = convertkit(*arguments, cwd=tmp_path)
    assert words in message(run)
    assert run.returncode == code
    assert len([line for line in message(run).splitlines() if line.startswith("Error")]) == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission(post: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    run = convertkit("convert", post, "-o", tmp_path / "closed" / "post.txt")
    assert run.returncode == 1
    assert "Permission denied" in message(run)


def test_strict_makes_a_loss_fatal_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "post.md").write_text("![a cat](https://example.org/cat.png)\n", encoding="utf-8")
    run = convertkit("convert", tmp_path / "post.md", "--strict", "-o", tmp_path / "post.epub")
    assert run.returncode == 1
    assert "cat.png" in message(run)
    assert not (tmp_path / "post.epub").exists()


def test_help_names_every_command() -> None:
    shown = convertkit("--help").stdout.decode()
    assert all(command in shown for command in ("convert", "inspect", "formats", "filters"))


def test_two_formats_with_one_suffix_never_share_an_output(post: Path, tmp_path: Path) -> None:
    run = convertkit("convert", post, "-t", "html", "-t", "pandoc:html", "-o", tmp_path / "out")
    assert run.returncode == 0, message(run)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["post.html", "post.pandoc-html.html"]


def test_a_name_with_an_unknown_suffix_is_a_file_all_the_same(post: Path, tmp_path: Path) -> None:
    run = convertkit("convert", post, "-t", "pandoc:latex", "-o", tmp_path / "tea.ltx")
    assert run.returncode == 0, message(run)
    assert (tmp_path / "tea.ltx").is_file()


def test_strict_delivers_all_formats_or_none(tmp_path: Path) -> None:
    (tmp_path / "post.md").write_text("![a cat](https://example.org/cat.png)\n", encoding="utf-8")
    run = convertkit(
        "convert", tmp_path / "post.md", "--strict", "-t", "markdown", "-t", "epub", "-o", tmp_path / "out"
    )
    assert run.returncode == 1
    assert not (tmp_path / "out").exists()


def test_a_failing_filter_names_the_post_and_its_own_file(post: Path, tmp_path: Path) -> None:
    (tmp_path / "raises.py").write_text("def transform(document):\n    return 1 / 0\n", encoding="utf-8")
    said = message(convertkit("convert", post, "-t", "text", "-F", tmp_path / "raises.py", "-o", tmp_path / "out"))
    assert "post.md: " in said
    assert "raises.py" in said


def test_a_replaced_file_keeps_its_permissions(post: Path, tmp_path: Path) -> None:
    (tmp_path / "post.txt").write_text("old", encoding="utf-8")
    (tmp_path / "post.txt").chmod(0o600)
    assert convertkit("convert", post, "-o", tmp_path / "post.txt").returncode == 0
    assert (tmp_path / "post.txt").stat().st_mode & 0o777 == 0o600


def test_data_beside_the_posts_is_no_post(post: Path, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}", encoding="utf-8")
    run = convertkit("convert", tmp_path, "-t", "text", "-o", tmp_path / "out")
    assert run.returncode == 0, message(run)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["post.txt"]


def test_inspect_goes_on_after_a_failure(post: Path, tmp_path: Path) -> None:
    run = convertkit("inspect", tmp_path / "gone.md", post)
    assert run.returncode == 1
    assert "gone.md" in message(run)
    assert "title: Tea at noon" in run.stdout.decode()


def test_images_are_found_in_the_folder_of_the_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for folder in ("source/_posts", "source/images"):
        (site / folder).mkdir(parents=True)
    (site / "source" / "images" / "dot.png").write_bytes(PNG)
    words = "![a](/images/dot.png) ![b](../images/dot.png) ![c](../../../secret.png)"
    (site / "source" / "_posts" / "post.md").write_text(words, encoding="utf-8")
    (tmp_path / "secret.png").write_bytes(PNG)
    run = convertkit("convert", site, "-t", "markdown", "-o", tmp_path / "out")
    assert message(run).count("not embedded") == 1
    post = site / "source" / "_posts" / "post.md"
    alone = convertkit("convert", post, "-t", "markdown", "-o", tmp_path / "alone", "--assets", site / "source")
    assert message(alone).count("not embedded") == 1
    assert len(list((tmp_path / "alone" / "post_files").iterdir())) == 1


def test_what_an_earlier_run_wrote_is_no_input(post: Path, tmp_path: Path) -> None:
    for _ in range(2):
        run = convertkit("convert", tmp_path, "-t", "markdown", "-o", tmp_path / "out", "--json")
        assert len(json.loads(run.stdout)["inputs"]) == 1
    assert convertkit("convert", "post.md", "-t", "text", cwd=tmp_path).returncode == 0
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text("words", encoding="utf-8")
    assert convertkit("convert", "posts", "-t", "html", cwd=tmp_path).returncode == 0
    assert (tmp_path / "a.html").is_file()
