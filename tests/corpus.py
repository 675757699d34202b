"""The shared material that tests read where it lies: real posts, hostile inputs, specifications."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@cache
def find_corpus() -> Path | None:
    """The folder that `CONVERTKIT_CORPUS` names (default: `shared` beside the checkout), None if it is not there."""
    folder = Path(os.environ.get("CONVERTKIT_CORPUS", ROOT.parent / "shared"))
    return folder if folder.is_dir() else None


def corpus(name: str = "") -> Path:
    """A file or folder of the corpus; where it is missing, the test is skipped (a benchmark ends) with the reason."""
    folder = find_corpus()
    if folder is not None and (folder / name).exists():
        return folder / name
    reason = f"the shared corpus has no {name or 'folder'} here: set CONVERTKIT_CORPUS to use it"
    if "PYTEST_VERSION" in os.environ:
        pytest.skip(reason)
    raise SystemExit(reason)


def archive(side: str = "damaged", every: int = 1) -> list[Path]:
    """The archive's posts, sorted; `every` takes each n-th."""
    return sorted(corpus(f"archive/{side}").rglob("*.md"))[::every]


def seed() -> Path:
    """The post that the project was founded on."""
    return next(corpus("seed").glob("*.txt"))
