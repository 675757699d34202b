"""Options of the test run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from convertkit.typefaces import finding
from tests.examples import LONG, PROFILE

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.register_profile("long", deadline=None, max_examples=LONG)
settings.load_profile(PROFILE)
"""The same examples every run, so that a change is judged by what it changed; `search` looks for new ones, `long` for
many."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected outputs of the case files")


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without any font."""
    monkeypatch.setattr(finding, "_files", tuple)
    _forget_fonts()
    yield
    _forget_fonts()


def _forget_fonts() -> None:
    finding.faces.cache_clear()
    finding._known_faces.cache_clear()
