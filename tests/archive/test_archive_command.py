"""`convertkit archive` as a person and a program meet it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from convertkit.archive.events import Converted, Failed, Finished, Note, Planned, Surveyed, Unchanged
from convertkit.archive_bar import ArchiveBar
from convertkit.archive_command import Duration, Size
from convertkit.cli import commands
from tests.archive.runs import archive, outputs, posts

PATIENCE = 60
"""Seconds until a test gives up on a command; it needs a few on a busy machine."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return archive(tmp_path / "in", tea="Green tea.", deep__cup="A cup.")


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "error", "-m", "convertkit", "archive", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run(*arguments: str | Path) -> tuple[int | None, str, str]:
    """The exit code, stdout and stderr of a command."""
    with start(*arguments) as process:
        told, said = process.communicate(timeout=PATIENCE)
    assert b"Traceback" not in said
    return process.returncode, told.decode(), said.decode()


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_all_is_done_and_said_in_a_few_lines(source: Path, tmp_path: Path) -> None:
    code, told, said = run(source, "-t", "text", "-o", tmp_path / "out")
    assert (code, told) == (0, "")
    assert said.splitlines()[0] == "2 posts, all converted"
    assert said.splitlines()[-1] == f"report: {tmp_path}/out/report.html"


def test_a_failure_gives_the_code_1_and_the_reason(source: Path, tmp_path: Path) -> None:
    archive(source, broken="")
    code, _, said = run(source, "-t", "text", "-o", tmp_path / "out")
    assert code == 1
    assert "broken.md: there is no text in it" in said


def test_quiet_says_nothing_and_json_tells_programs(source: Path, tmp_path: Path) -> None:
    code, told, said = run(source, "-t", "text", "-o", tmp_path / "out", "-q", "--json")
    assert (code, said) == (0, "")
    events = [json.loads(line) for line in told.splitlines()]
    assert [event["event"] for event in events] == ["planned", "converted", "converted", "finished"]


def test_a_dry_run_says_what_would_be_done(source: Path, tmp_path: Path) -> None:
    code, _, said = run(source, "-t", "text", "-o", tmp_path / "out", "--dry-run")
    assert (code, said.strip()) == (0, "2 posts, 2 to convert, 0 unchanged")
    assert not (tmp_path / "out").exists()


def test_a_dry_run_says_what_would_be_removed(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(source, "-t", "text", "-t", "markdown", "-o", out)
    plan = "2 posts, 2 to convert, 0 unchanged"
    _, _, said = run(source, "-t", "text", "-o", out, "--dry-run", "--prune")
    assert said.splitlines() == [plan, "2 files to be removed:", "  deep/cup.md", "  tea.md"]
    _, told, said = run(source, "-t", "text", "-o", out, "--dry-run", "--json")
    assert "2 files of earlier runs would stay, which --prune removes:" in said
    assert json.loads(told.splitlines()[-1]) == {"event": "prunable", "files": 2, "first": ["deep/cup.md", "tea.md"]}


@pytest.mark.parametrize(
    "options",
    [(), ("-t", "nonsense"), ("-t", "text", "--timeout", "soon"), ("-t", "text", "--memory", "much")],
)
def test_wrong_usage_gives_the_code_2(source: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    assert run(source, "-o", tmp_path / "out", *options)[0] == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_and_says_how_to_go_on(tmp_path: Path, number: signal.Signals) -> None:
    source = archive(tmp_path / "in", **{f"post-{number}": "Words. " * 20_000 for number in range(40)})
    out = tmp_path / "out"
    with start(source, "-t", "markdown", "-t", "epub", "-o", out, "-j", "2") as process:
        wait_for(lambda: bool(list(out.glob("*.md"))) or process.poll() is not None)
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, said
    assert b"run the same command again" in said
    assert run(source, "-t", "markdown", "-t", "epub", "-o", out)[0] == 0
    assert len(list(out.glob("*.epub"))) == 40


def test_a_note_is_said_off_a_terminal_but_not_quietly(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / ".convertkit").mkdir(parents=True)
    for quiet in ((), ("-q",)):
        (out / ".convertkit" / "journal.sqlite").write_bytes(b"no journal " * 1000)
        code, _, said = run(source, "-t", "text", "-o", out, *quiet)
        assert (code, "set aside" in said) == (0, not quiet)


def test_one_post_is_no_posts(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (source / "tea.md").unlink()
    assert run(source, "-t", "text", "-o", out, "--dry-run")[2].strip() == "1 post, 1 to convert, 0 unchanged"
    assert run(source, "-t", "text", "-o", out)[0] == 0
    (source / "deep" / "cup.md").rename(source / "pot.md")
    assert "1 file removed" in run(source, "-t", "text", "-o", out, "--prune")[2]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_watching_says_a_failure_once(source: Path, tmp_path: Path) -> None:
    archive(source, broken="")
    out, said = tmp_path / "out", tmp_path / "said"
    with said.open("wb") as errors:
        arguments = ["archive", str(source), "-t", "text", "-o", str(out), "--watch"]
        with subprocess.Popen([sys.executable, "-m", "convertkit", *arguments], stderr=errors) as process:
            wait_for(lambda: b"report:" in said.read_bytes())
            archive(source, late="I am late.", empty="")
            wait_for(lambda: b"empty.md" in said.read_bytes())
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=PATIENCE) == 130
    assert said.read_text().count("broken.md: there is no text") == 1
    assert "1 converted now, 2 failed, 2 unchanged" in said.read_text()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_watching_converts_what_changes_until_an_interrupt(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start(source, "-t", "text", "-o", out, "-q", "--watch") as process:
        wait_for((out / "report.html").exists)
        archive(source, late="I am late.")
        wait_for((out / "late.txt").exists)
        archive(source, tea="Black tea.")
        wait_for(lambda: posts(out)["tea.txt"] == "Black tea.")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE) == 130
    assert "late.txt" in outputs(out)


def _says(out: Path, text: str) -> bool:
    return posts(out).get("tea.txt") == text


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_watching_a_file_sees_every_save_by_renaming(source: Path, tmp_path: Path) -> None:
    out, post = tmp_path / "out", source / "tea.md"
    with start(post, "-t", "text", "-o", out, "-q", "--watch") as process:
        wait_for((out / "report.html").exists)
        for text in ("Black tea.", "White tea.", "No tea."):
            (source / "new").write_text(text)
            (source / "new").replace(post)
            wait_for(partial(_says, out, text))
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE) == 130


@pytest.mark.parametrize(
    ("written", "seconds"), [("30", 30), ("30s", 30), ("1.5m", 90), ("2h", 7200), ("250ms", 0.25), (" 1 min ", 60)]
)
def test_times_are_written_as_people_write_them(written: str, seconds: float) -> None:
    assert Duration().convert(written, None, None) == seconds


@pytest.mark.parametrize(
    ("written", "size"),
    [("1", 1), ("512M", 2**29), ("512mb", 2**29), ("1.5GiB", 3 * 2**29), ("10k", 10240), ("7B", 7), ("1T", 2**40)],
)
def test_sizes_are_written_as_people_write_them(written: str, size: int) -> None:
    assert Size().convert(written, None, None) == size


@pytest.mark.parametrize("written", ["", "0", "-1s", "1e9", "ten", "5 weeks", "0M", "1PB"])
def test_what_is_no_time_and_no_size_is_refused(written: str) -> None:
    for kind in (Duration(), Size()):
        with pytest.raises(click.BadParameter):
            kind.convert(written, None, None)


def test_the_bar_draws_every_event(capsys: pytest.CaptureFixture[str]) -> None:
    with ArchiveBar() as bar:
        for event in (
            Note("a journal was set\x1b[31m aside"),
            Surveyed(2),
            Planned(3, 3, 0, 0, 0),
            Converted("tea [red].md", ("tea.txt",)),
            Failed("pot\x1b.md", "crash", "pot.md: crashed"),
            Unchanged("cup.md"),
            Finished(1, 1, 1, 0, 0, 1.0, 2.0),
        ):
            bar(event)
    assert "\x1b[31m" not in capsys.readouterr().err


def test_the_bar_tells_the_rate_of_the_whole_run(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = iter([0.0, 10.0, *[11.0] * 100, *[20.0] * 100])
    with ArchiveBar(lambda: next(seconds)) as bar:
        bar(Planned(1000, 1000, 0, 0, 0))
        for _ in range(100):  # a chunk, all at once
            bar(Converted("tea.md", ("tea.txt",)))
        assert bar.told == ("", "")  # too early to tell
        for _ in range(100):
            bar(Converted("tea.md", ("tea.txt",)))
        assert bar.told == ("20/s", "0:40")


def test_the_help_shows_the_defaults() -> None:
    shown = CliRunner().invoke(commands, ["archive", "--help"]).output
    assert all(f"[default: {text}]" in " ".join(shown.split()) for text in ("30s", "512M", "256M", "{path}"))
