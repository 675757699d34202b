"""Case files: prose says why, a fence says what. Input, a line with a dot, the expected output.

    ``` html -> markdown width=30
    <p>1. Not a list</p>
    .
    1\\. Not a list
    ```

The left side is a reader's name. The right side is `rough` (the reader's tree), `tree` (the clean tree), `metadata`,
`losses`, `balance` (what each format's ledger says), a writer's name, or `epub:PATH` / `docx:PATH` for one member of
the container. `key=value` words after it are options of `convertkit.convert` (`bytes=gbk` encodes the input). A fence
may be longer than three backticks.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import convertkit
from convertkit.context import ReadContext
from convertkit.dump import dump, dump_metadata
from convertkit.formats import load_reader
from convertkit.ledger import COUNTED
from convertkit.losses import Loss

FOLDER = Path(__file__).parent / "cases"
FENCE = re.compile(
    r"^(?P<fence>`{3,}) (?P<head>\S+ -> .+)\n(?P<input>(?:.*\n)*?)\.\n(?P<expected>(?:.*\n)*?)(?P=fence)$", re.MULTILINE
)


@dataclass(frozen=True)
class Case:
    """One fence of a case file."""

    file: Path
    line: int
    head: str
    input: str
    expected: str

    @property
    def id(self) -> str:
        """`folder/file.md:LINE`."""
        return f"{self.file.relative_to(FOLDER).as_posix()}:{self.line}"


def read_cases() -> Iterator[Case]:
    """Every case below `tests/cases`, in the order of the files."""
    for file in sorted(FOLDER.rglob("*.md")):
        text = file.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield Case(file, line, found["head"], found["input"], found["expected"])


def run(case: Case) -> str:
    """What the case's input gives today."""
    reader, _, right = case.head.partition(" -> ")
    target, *words = right.split()
    options = dict(word.split("=", 1) for word in words)
    data = case.input.encode(options.pop("bytes", "utf-8"))
    if target == "rough":
        return dump(load_reader(reader)(data, ReadContext(source="case")))
    losses: list[Loss] = []
    arguments = {key: _typed(value) for key, value in options.items()}
    if target in ("tree", "metadata"):
        document = convertkit.read(data, from_=reader, report=losses.append, **arguments)  # type: ignore[arg-type]  # options come from the case's text
        return dump(document) if target == "tree" else dump_metadata(document.metadata)
    if target == "losses":
        document = convertkit.read(data, from_=reader, report=losses.append, **arguments)  # type: ignore[arg-type]  # as above
        return "".join(f"{loss.kind} {loss}\n" for loss in losses)
    if target == "balance":
        return "".join(f"{name}: {_balance(data, name, reader, arguments)}\n" for name in COUNTED)
    return _written(target, data, reader, arguments)


def _written(target: str, data: bytes, reader: str, arguments: dict[str, object]) -> str:
    format_name, _, member = target.partition(":")
    if format_name == "pandoc":
        format_name, member = target, ""
    result = convertkit.convert(data, to=format_name, from_=reader, **arguments)  # type: ignore[arg-type]  # as above
    text = zipfile.ZipFile(io.BytesIO(result.content)).read(member).decode() if member else result.text
    return text if text.endswith("\n") or not text else text + "\n"


def _balance(data: bytes, to: str, reader: str, arguments: dict[str, object]) -> str:
    """What a ledger says, in one line."""
    balance = convertkit.convert(data, to=to, from_=reader, **arguments).balance  # type: ignore[arg-type]  # as above
    assert balance is not None
    went = [f"{count} words by {rule}" for rule, count in balance.removed.items()]
    came = [f"{count} words by {rule}" for rule, count in balance.added.items()]
    said = [
        f"{balance.entering['words']} words and {balance.entering['characters']} characters in",
        *(["out: " + ", ".join(went)] if went else []),
        *(["new: " + ", ".join(came)] if came else []),
        *map(str, balance.unexplained),
    ]
    return "; ".join(said)


def _typed(value: str) -> object:
    if value in ("true", "false"):
        return value == "true"
    return int(value) if value.isdigit() else value


def update(case: Case, actual: str) -> None:
    """Rewrite a case's expected output with what came out; people read the difference."""
    text = case.file.read_text(encoding="utf-8")
    old = f"{case.head}\n{case.input}.\n{case.expected}"
    case.file.write_text(text.replace(old, f"{case.head}\n{case.input}.\n{actual}", 1), encoding="utf-8")
