"""Address rules of a rule file: what is refused, and what no target may become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convertkit.errors import FilterError
from convertkit.filtering.link_rules import LinkRules, Redirect, Tracking
from convertkit.filtering.rule_files import read_rule

RULES = LinkRules(
    redirects=(Redirect(address="exit.example/leave", parameters=("to", "")),),
    tracking=(Tracking(parameters=("utm_*", "id")),),
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[redirect]]\nparameter = 'to'", "address is missing"),
        ("[[redirect]]\naddress = 'nohost/leave'", "does not begin with a host"),
        ("[[redirect]]\naddress = 'a.example/'\nparam = 'to'", "is it parameter"),
        ("[[tracking]]\nparameter = '*'", "names no parameter"),
        ("[[tracking]]\nparameter = 'a'\nhost = 'x'", "is not a host name"),
        ("about = 'nothing'", "no [match] table"),
    ],
)
def test_a_wrong_rule_names_its_key(text: str, problem: str) -> None:
    with pytest.raises(FilterError, match=problem.replace("[", r"\[")):
        read_rule("rule", text.encode(), "rule.toml")


@given(st.text(alphabet="htp:s/?&=%#.javscriptdutm_0123456789 \t\n", max_size=60))
def test_no_detour_leads_to_anything_but_the_web(query: str) -> None:
    address = f"https://exit.example/leave?{query}"
    assert RULES.straight(address).startswith(("http://", "https://", "HTTP://", "HTTPS://"))


@given(st.text(max_size=40))
def test_an_address_that_no_rule_knows_stays_as_written(text: str) -> None:
    if "utm_" not in text and "id" not in text:
        assert RULES.straight(f"https://other.example/{text}") == f"https://other.example/{text}"


def test_a_detour_that_leads_to_itself_ends() -> None:
    loop = "https://exit.example/leave?to=https://exit.example/leave?to=https://exit.example/leave?to=" * 3
    assert RULES.straight(loop).startswith("https://exit.example/")
