"""The set of hostile inputs, every case in every format, in a guarded process; `benchmarks/bad_inputs.py` says more.

Front matter alone is two thirds of the set: it is read to Markdown, and written as EPUB and DOCX by every sixth case.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.bad_inputs import judged, readable
from tests.corpus import ROOT
from tests.hostile.cases import Case, build, cases
from tests.hostile.judging import Fault, judge
from tests.hostile.running import run


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("hostile") / "set"
    build(folder, "small")
    yield folder
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(folder)


def faults(bad: Path, out: Path, chosen: list[Case], formats: tuple[str, ...]) -> list[Fault]:
    before = sorted(map(str, bad.rglob("*")))
    found = [
        fault
        for case, answer in run(chosen, formats, out, bad / "img")
        for fault in judge(case, answer, readable(bad, out))
    ]
    assert sorted(map(str, bad.rglob("*"))) == before, "something was written among the inputs"
    return found


@pytest.mark.parametrize("to", ["markdown", "text", "html"])
def test_every_hostile_input_gives_a_harmless_text_or_a_named_error(bad: Path, tmp_path: Path, to: str) -> None:
    assert faults(bad, tmp_path, list(cases(bad)), (to,)) == []


@pytest.mark.parametrize("to", ["epub", "docx"])
def test_every_hostile_input_gives_a_harmless_book_or_a_named_error(bad: Path, tmp_path: Path, to: str) -> None:
    chosen = [case for index, case in enumerate(cases(bad)) if case.group != "fm" or index % 6 == 0]
    assert faults(bad, tmp_path, chosen, (to,)) == []


@pytest.mark.validators
def test_epubcheck_finds_no_error_in_any_book_of_a_hostile_input(bad: Path, tmp_path: Path) -> None:
    for _ in run(cases(bad), ("epub",), tmp_path, bad / "img"):
        pass
    assert judged(tmp_path) == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_kernel_sees_no_socket_and_no_file_elsewhere(bad: Path, tmp_path: Path) -> None:
    """Of the interpreter, its C libraries and pandoc: what an audit hook does not see."""
    trace = tmp_path / "trace"
    loop = "for name in sys.argv[1:]: convertkit.convert(pathlib.Path(name), 'docx')"
    order = f"import sys, pathlib, convertkit\n{loop}"
    posts = [bad / "html" / f"{name}.html" for name in ("ac_img_file", "ac_iframe_file", "ac_css", "ac_base_file")]
    watch = ["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=open,openat,socket,connect"]
    traced = subprocess.run(
        [*watch, sys.executable, "-c", order, *map(str, posts)], cwd=ROOT, capture_output=True, check=False
    )
    if b"ptrace" in traced.stderr or b"PTRACE" in traced.stderr:
        pytest.skip("strace may not trace here")
    assert traced.returncode == 0, traced.stderr
    calls = trace.read_text(errors="replace").splitlines()
    assert calls
    assert [call for call in calls if "socket(" in call or "connect(" in call] == []
    assert [call for call in calls if "/secret/" in call or "passwd" in call or "/etc/hostname" in call] == []
