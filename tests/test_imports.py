"""Imports run one way: a module imports only from rooms before its own."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.corpus import ROOT

ORDER = (
    "errors",
    "losses",
    "options",
    "metadata",
    "resources",
    "pictures",
    "tree",
    "walk",
    "dates",
    "languages",
    "typefaces",
    "pandoc",
    "context",
    "repair",
    "readers",
    "normalise",
    "writers",
    "covers",
    "dom",
    "plugins",
    "formats",
    "filtering",
    "fetching",
    "images",
    "dump",
    "ledger",
    "collection",
    "pipeline",
    "saving",
    "distinct",
    "batch",
    "archive",
    "book",
    "catalog",
    "inspection",
    "console",
    "terminal",
    "command_options",
    "archive_bar",
    "archive_command",
    "book_command",
    "catalog_command",
    "cli",
    "__main__",
)
MODULES = [
    path
    for path in sorted((ROOT / "convertkit").rglob("*.py"))
    if path.name != "__init__.py" or path.parent.name != "convertkit"
]


def room(dotted: str) -> int:
    """The place of a module's room in the order."""
    return ORDER.index(dotted.split(".")[1])


def imports_at_run_time(tree: ast.Module) -> set[str]:
    """convertkit's modules that a module imports, those under TYPE_CHECKING left out."""
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "convertkit":
            deeper = node.module if "." in node.module else None
            found |= {deeper} if deeper else {f"convertkit.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    own = "convertkit." + path.relative_to(ROOT / "convertkit").with_suffix("").as_posix().replace("/", ".")
    for other in imports_at_run_time(ast.parse(path.read_text(encoding="utf-8"))):
        assert room(other) <= room(own), f"{own} imports {other}"


def test_the_architecture_page_says_the_same_order() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert ", ".join(ORDER[:-1]) in text


def test_every_package_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "convertkit").rglob("__init__.py")}
    assert set(listed) == {"convertkit.filters", *(".".join(folder.parts) for folder in folders)}


@pytest.mark.parametrize("module", ["archive.running", "archive.chunks", "archive.dispatching", "archive.report.page"])
def test_who_coordinates_an_archive_loads_nothing_that_converts(module: str) -> None:
    """It is a third of a second, which the workers take meanwhile, and all of a run in which nothing has changed."""
    ask = f"import sys, convertkit.{module}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True, text=True).stdout.split()
    assert not {"convertkit.pipeline", "convertkit.readers.html", "jinja2", "rich", "lxml"} & set(loaded)


def test_a_conversion_without_a_ledger_does_not_load_it() -> None:
    convert = "convertkit.convert('<p>tea</p>', 'markdown')"
    ask = f"import sys, convertkit; {convert}; print('convertkit.ledger' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True, text=True).stdout == "False\n"
