"""Every case file below `tests/cases`; `pytest --update` rewrites the expected outputs."""

from __future__ import annotations

import pytest

from tests.cases import Case, read_cases, run, update


@pytest.mark.parametrize("case", list(read_cases()), ids=lambda case: case.id)
def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    actual = run(case)
    if request.config.getoption("--update") and actual != case.expected:
        update(case, actual)
        return
    assert actual == case.expected
