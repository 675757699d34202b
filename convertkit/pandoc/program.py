"""Where the pandoc program is."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from convertkit.errors import PandocError

CHOSEN = "PYPANDOC_PANDOC"
"""pypandoc's own environment variable: the path of the pandoc to use."""


@cache
def pandoc_program() -> str:
    """The path of pandoc. Raises `PandocError` when there is none.

    The program that pypandoc_binary brings is found without importing pypandoc, which takes longer than pandoc's
    own start and runs every pandoc on the machine to compare versions; that is left for when nothing else helps.
    """
    return (None if os.environ.get(CHOSEN) else _bundled()) or _found_by_pypandoc()


def _bundled() -> str | None:
    package = find_spec("pypandoc")
    for folder in (package and package.submodule_search_locations) or ():
        for name in ("pandoc", "pandoc.exe"):
            program = Path(folder, "files", name)
            if program.is_file():
                return str(program)
    return None


def _found_by_pypandoc() -> str:
    advice = "pip install pypandoc_binary brings one"
    try:
        pypandoc = import_module("pypandoc")
    except ImportError as error:
        raise PandocError("pypandoc is not installed", advice=advice) from error
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError as error:
        raise PandocError("there is no pandoc on this machine", advice=advice) from error
