"""The front door: what `import convertkit` offers, and that it behaves as a guest."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import convertkit
from convertkit.archive.records import Reason
from convertkit.errors import ConvertkitError, TooBig
from tests.posts import CHINESE, PLAIN

TEXT_FORMATS = ("markdown", "text", "html", "json", "pandoc:rst")
ALL_FORMATS = (*TEXT_FORMATS, "epub", "docx", "pandoc:odt")


def test_every_name_of_the_front_door_is_there() -> None:
    assert all(getattr(convertkit, name) is not None for name in convertkit.__all__)
    assert set(convertkit.__all__) <= set(dir(convertkit))
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        _ = convertkit.nothing_of_that_name


def test_every_error_says_a_reason_that_an_archive_can_record() -> None:
    def kinds(kind: type[ConvertkitError]) -> list[type[ConvertkitError]]:
        return [kind, *(deeper for sub in kind.__subclasses__() for deeper in kinds(sub))]

    assert {kind.reason for kind in kinds(ConvertkitError)} <= set(Reason)
    assert len({kind.reason for kind in kinds(ConvertkitError)}) > 9


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "not_text"), (b" \n\t", "not_text"), (bytes(4096), "not_text"), (b"%PDF-1.4\n", "not_text")],
)
def test_what_cannot_be_read_says_why_in_a_word(content: bytes, reason: str) -> None:
    with pytest.raises(convertkit.UnreadableDocument) as caught:
        convertkit.convert(content, to="text")
    assert caught.value.reason == reason


def test_a_text_larger_than_it_may_be_is_refused_before_it_is_read(tmp_path: Path) -> None:
    post = tmp_path / "large.html"
    with post.open("wb") as file:
        file.truncate(33 * 2**20)
    for source in (post, b"<p>x</p>" * (5 * 2**20)):
        with pytest.raises(TooBig) as caught:
            convertkit.convert(source, to="text", from_="post")
        assert caught.value.reason == "too_big"
    assert convertkit.convert(b"<p>x</p>" + b" " * 2**21, "text", from_="post", max_input=0).text.strip() == "x"
    with pytest.raises(TooBig, match="allow more than 1"):
        convertkit.convert(b"<p>x</p>" + b" " * 2**21, "text", max_input=1)


def test_a_pipe_a_device_and_a_folder_are_no_documents_and_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "zero.html").symlink_to("/dev/zero")
    for name in ("pipe.html", "zero.html", "."):
        with pytest.raises(convertkit.UnreadableDocument, match="not a file"):
            convertkit.convert(tmp_path / name, to="text", from_="post")


def test_convert_stays_a_function_whatever_is_imported_first() -> None:
    code = "import convertkit.cli, convertkit.pipeline, convertkit; print(convertkit.convert('hi', 'text').text)"
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert "hi" in run.stdout


@pytest.mark.parametrize("to", ALL_FORMATS)
def test_same_input_same_bytes(to: str) -> None:
    assert convertkit.convert(CHINESE, to).content == convertkit.convert(CHINESE, to).content


@pytest.mark.parametrize("to", ALL_FORMATS)
def test_same_bytes_in_another_process(to: str, tmp_path: Path) -> None:
    code = f"""if True:
        import convertkit, sys
        sys.stdout.buffer.write(convertkit.convert(sys.stdin.buffer.read(), {to!r}).content)"""
    environment = {"PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LANG": "C", "PATH": ""}
    run = subprocess.run(
        [sys.executable, "-O", "-W", "error", "-c", code],
        input=CHINESE.encode(),
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    assert run.stdout == convertkit.convert(CHINESE.encode(), to).content
    assert run.stderr == b""
    assert list(tmp_path.iterdir()) == []


def test_many_threads_get_what_one_gets() -> None:
    jobs = [(post, to) for to in ALL_FORMATS for post in (PLAIN, CHINESE)] * 3
    alone = [convertkit.convert(post, to).content for post, to in jobs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda job: convertkit.convert(*job).content, jobs))
    assert together == alone


def test_content_is_text_or_bytes_and_a_file_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "post.md"
    path.write_text(PLAIN, encoding="utf-8")
    from_path = convertkit.convert(path, "text")
    assert (
        from_path.content
        == convertkit.convert(PLAIN, "text").content
        == convertkit.convert(PLAIN.encode(), "text").content
    )
    assert from_path.document.source == str(path)


def test_read_then_write_is_convert() -> None:
    assert convertkit.write(convertkit.read(CHINESE), "markdown") == convertkit.convert(CHINESE, "markdown").content


def test_errors_travel_between_processes() -> None:
    error = convertkit.UnreadableDocument("no text", source="a.md", advice="look at it")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (convertkit.UnreadableDocument, "a.md: no text; look at it")


@pytest.mark.parametrize("to", ["ebup", "pandoc:nope", "pandoc:pdf", ""])
def test_an_unknown_format_is_named(to: str) -> None:
    with pytest.raises(convertkit.UnknownFormat):
        convertkit.convert("text", to)


def test_a_text_declares_no_other_encoding() -> None:
    text = '<meta charset="gbk"><p>茶叶</p>'
    assert "茶叶" in convertkit.convert(text, "text", from_="html").text
