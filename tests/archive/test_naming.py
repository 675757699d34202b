"""Outputs have names that every file system takes, and nothing decides them but the post."""

from __future__ import annotations

import datetime
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convertkit.archive.naming import LONGEST, LONGEST_PART, marked, parse_template, safe_name, safe_part
from convertkit.distinct import folded
from convertkit.errors import UsageError
from convertkit.metadata import Metadata

SAFE = {
    "salt-and-tides": "salt-and-tides",
    "Salt & tides (2)": "Salt & tides (2)",
    "茶の本": "茶の本",
    "cafe\u0301": "caf\u00e9",
    "what? <no>: \"yes\" | a*b \\ c": "what_ _no__ _yes_ _ a_b _ c",
    "line\nend\ttab\x00nul\x85": "line_end_tab_nul_",
    "half \ud83d of a pair": "half _ of a pair",
    "gnp\u202ecod": "gnpcod",
    "zero\u200bwidth\ufeff": "zerowidth",
    "trailing. . ": "trailing",
    " leading": "leading",
    ".hidden": "_hidden",
    "..": "_",
    "...": "_",
    "-rf": "_rf",
    "": "_",
    " ": "_",
    "\u3000": "_",
    "CON": "_CON",
    "nul.tar": "_nul.tar",
    "aux ": "_aux",
    "COM\u00b9": "_COM\u00b9",
    "lpt9.x": "_lpt9.x",
    "CONIN$": "_CONIN$",
    "con\u200bsole": "console",
    "c\u200bon": "_con",
    "console": "console",
    "com10": "com10",
}  # fmt: skip


@pytest.mark.parametrize("text", SAFE)
def test_a_part_is_safe_on_linux_macos_and_windows(text: str) -> None:
    assert safe_part(text) == SAFE[text]


NAMES = {
    "a/b/c": "a/b/c",
    "/etc/passwd": "etc/passwd",
    "../../etc/passwd": "etc/passwd",
    "a//b/./c/": "a/b/c",
    "..": "_",
    "": "_",
    "a/CON/.git": "a/_CON/_git",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_inside(name: str) -> None:
    assert safe_name(name) == NAMES[name]


@given(st.text(st.characters(), max_size=300))
def test_a_safe_part_is_safe_already_and_any_system_takes_it(text: str) -> None:
    part = safe_part(text)
    assert safe_part(part) == part
    assert part == unicodedata.normalize("NFC", part)
    assert 0 < len(part.encode("utf-8")) <= LONGEST_PART
    assert not set(part) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in part)
    assert part[0] not in ".- "
    assert part[-1] not in ". "


@given(st.lists(st.text(max_size=250), max_size=40))
def test_a_safe_name_is_safe_already_and_never_leads_out(parts: list[str]) -> None:
    name = safe_name("/".join(parts))
    assert safe_name(name) == name
    assert len(name.encode()) <= LONGEST
    assert not {"", ".", ".."} & set(name.split("/"))


@given(st.text())
def test_names_that_a_file_system_takes_for_one_fold_together(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert folded(unicodedata.normalize(form, text)) == folded(text)
    assert folded(text.swapcase().swapcase().casefold()) == folded(text.swapcase().swapcase())
    assert folded(folded(text)) == folded(text)


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_mark_tells_units_apart(one: str, other: str) -> None:
    assert (marked("a", one) == marked("a", other)) == (one == other)


POST = Metadata(
    title="AC/DC: an\nessay",
    authors=("Ann", "Bo"),
    date=datetime.datetime(2022, 4, 5, 23, 22, tzinfo=datetime.UTC),
    categories=("Music", "Loud"),
    url="https://example.org/2022/acdc.html",
    language="en",
    extra={"hidden": ["x", 1], "section": {"a": 1}},
)
TEMPLATES = {
    "{path}": "2022/My Post",
    "posts/{path}": "posts/2022/My Post",
    "{folder}/{title}": "2022/AC_DC_ an essay",
    "{name}": "My Post",
    "{date:%Y}/{category}/{slug}": "2022/Music/acdc",
    "{date}-{title}": "2022-04-05-AC_DC_ an essay",
    "{date:%Y/%m/%d %H%M}": "2022/04/05 2322",
    "{author} ({authors})": "Ann (Ann, Bo)",
    "{updated:%Y}/{tag}/{series_index}": "no-updated/no-tag/no-series_index",
    "{extra.hidden}-{extra.none}": "x, 1-no-none",
    "{{{language}}}": "{en}",
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_names_a_post(template: str) -> None:
    parsed = parse_template(template, [".md"])
    assert parsed.name_of("2022/My Post", POST) == TEMPLATES[template]
    assert parsed.needs_metadata == (template not in ("{path}", "posts/{path}", "{name}"))


def test_a_year_has_four_figures() -> None:
    for template, written in (("{date:%Y}", "0007"), ("{date:%%Y %Y}", "%Y 0007")):
        assert parse_template(template, [".md"]).name_of("a", Metadata(date=datetime.date(7, 1, 2))) == written


WRONG = {
    "{titel}": "no field {titel}",
    "{}": "no field {}",
    "{title!r}": "no field {title}",
    "{title.__class__}": "no field",
    "{date:%B}": "cannot be written",
    "{title:>9}": "cannot be written",
    "{date": "is no name",
    "../{path}": "leads out",
    "/{path}": "leads out",
    "a\\{path}": "leads out",
    "": "empty",
    "/": "leads out",
}


@pytest.mark.parametrize("template", WRONG)
def test_a_template_that_cannot_be_is_refused(template: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_template(template, [".md"])
    assert WRONG[template] in str(refused.value)


@pytest.mark.parametrize(
    ("path", "suffixes", "name"),
    [
        ("a.md/b", [".md", ".epub"], "a.md_/b"),
        ("a.MD/b", [".md", ".epub"], "a.MD_/b"),
        ("a.txt/b", [".md"], "a.txt/b"),
        ("report", [".html"], "report_"),
        ("Report", [".md", ".html"], "Report_"),
        ("report", [".md"], "report"),
        ("a/report", [".html"], "a/report"),
        ("a.pandoc-html", [".html", ".pandoc-html.html"], "a.pandoc-html_"),
    ],
)
def test_no_output_takes_the_name_of_a_folder_of_another_or_of_a_report(
    path: str, suffixes: list[str], name: str
) -> None:
    assert parse_template("{path}", suffixes).name_of(path) == name


@given(st.text(), st.text())
def test_no_output_is_a_folder_of_another(one: str, other: str) -> None:
    template = parse_template("{path}", [".md", ".epub"])
    file, below = template.name_of(one), template.name_of(f"{other}/x")
    assert not any(folded(below).startswith(folded(f"{file}{suffix}/")) for suffix in (".md", ".epub"))
