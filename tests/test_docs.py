"""A promise in the docs is a tested promise."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import click
import pytest

import convertkit
from convertkit import cli, formats, losses
from convertkit.book.building import BookOptions
from convertkit.book.recipe import Recipe
from tests.corpus import ROOT
from tests.posts import PLAIN

README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(file: str, language: str) -> list[str]:
    """The fenced code of one language in a document."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return [code for name, code in FENCE.findall(text) if name == language]


def cli_reference() -> str:
    """The reference of the command line, made from the `--help` of each command."""
    parts = ["# The command line\n\nMade from `--help` by `pytest --update tests/test_docs.py`.\n"]
    settings: dict[str, Any] = {"terminal_width": 100, "help_option_names": ["-h", "--help"]}
    context = click.Context(cli.commands, info_name="convertkit", max_content_width=100, **settings)
    for name, command in [("", cli.commands), *sorted(cli.commands.commands.items())]:
        inner = click.Context(command, context if name else None, name or "convertkit", **settings)
        parts.append(f"\n## convertkit {name}".rstrip() + f"\n\n```text\n{command.get_help(inner)}\n```\n")
    return "".join(parts)


def test_the_command_line_reference_is_up_to_date(request: pytest.FixtureRequest) -> None:
    file = ROOT / "docs" / "cli.md"
    if request.config.getoption("--update"):
        file.write_text(cli_reference(), encoding="utf-8")
    assert file.read_text(encoding="utf-8") == cli_reference()


def test_every_option_of_convert_is_a_parameter_with_the_same_default() -> None:
    parameters = inspect.signature(convertkit.convert).parameters
    only_command = {"inputs", "output", "to", "as_json", "quiet", "ledger"}
    for option in cli.commands.commands["convert"].params:
        if option.name in only_command or option.name is None:
            continue
        default = () if option.multiple else option.to_info_dict()["default"]
        assert parameters[option.name].default == default, option.name


def test_every_option_of_archive_is_a_parameter_with_the_same_default() -> None:
    parameters = inspect.signature(convertkit.convert_archive).parameters
    only_command = {"source", "out", "to", "watch", "as_json", "quiet"}
    options = {option.name: option for option in cli.commands.commands["archive"].params}
    for name, option in options.items():
        if name in only_command or name is None:
            continue
        default = () if option.multiple else option.to_info_dict()["default"]
        assert parameters[name].default == default, name
    assert set(parameters) - set(options) == {"progress"}


def test_the_library_reference_has_every_argument_of_convert() -> None:
    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    parameters = inspect.signature(convertkit.convert).parameters.values()
    shown = [item.name if item.default is item.empty else f"{item.name}={item.default!r}" for item in parameters]
    signature = text.partition("convertkit.convert(\n")[2].partition("\n)")[0].replace("    ", "")
    assert signature.replace('"', "'").splitlines() == [f"{argument}," for argument in shown]
    table = text.partition("| argument | meaning |")[2].partition("\n\n")[0]
    assert all(f"`{item.name}`" in table for item in parameters)


def test_every_format_is_documented() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    tables = (formats.READERS, formats.COLLECTIONS, formats.WRITERS)
    suffixes = [suffix for table in tables for known in table.values() for suffix in known.suffixes]
    assert all(f"`{word}`" in text for word in [*(name for table in tables for name in table), *suffixes])


def test_every_loss_is_documented() -> None:
    text = (ROOT / "docs" / "losses.md").read_text(encoding="utf-8")
    kinds = [item for item in vars(losses).values() if inspect.isclass(item) and issubclass(item, losses.Loss)]
    assert all(f"`{kind.__name__}`" in text for kind in kinds if kind is not losses.Loss)


@pytest.mark.parametrize("code", blocks("README.md", "python"))
def test_the_readme_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("post.md").write_text(PLAIN, encoding="utf-8")
    exec(compile(code, "README.md", "exec"), {})
    assert Path("post.epub").stat().st_size > 1000


def test_links_between_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_ci_runs_what_the_readme_says() -> None:
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert len(commands) == 2
    assert "examples/archive" in commands[0]
    assert commands[1].endswith("-m pytest")
    assert "readme_command 1" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "readme_command 2" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_option_of_book_is_a_field_of_its_recipe_with_the_same_default() -> None:
    defaults = Recipe()
    only_command = {"inputs", "output", "as_json", "quiet", "dry_run"}
    for option in cli.commands.commands["book"].params:
        if option.name in only_command or option.name is None:
            continue
        default = () if option.multiple else option.to_info_dict()["default"]
        known = getattr(defaults, option.name)
        assert (default if default != "none" else known) == known, option.name
        assert option.name in BookOptions.__annotations__
