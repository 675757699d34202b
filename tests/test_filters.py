"""The door to filters of every kind, what they report, and what happens when one is wrong."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import turbohtml
from hypothesis import given
from hypothesis import strategies as st

import convertkit
from convertkit.errors import FilterError, UnknownFilter
from convertkit.filtering import apply_filters, available_filters, load_filter, select_filters
from convertkit.filtering.removals import removed_texts
from convertkit.filtering.rule_files import read_rule
from convertkit.losses import FieldUnreadable, Loss, Removed
from convertkit.metadata import Contributor, Metadata
from convertkit.pandoc.worker import Worker
from convertkit.tree import Attr, Div, Document, Image, Link, Para, Span, Text
from tests.corpus import ROOT, archive, seed

DOCUMENT = Document((Para((Text("first"),)), Para((Text("second words"),))))


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def edited(rule: str, html: str, metadata: Metadata | None = None) -> tuple[str, Metadata, list[Loss]]:
    """A site rule's work on a body: the body's HTML, the metadata, what was reported."""
    body = turbohtml.parse(html).find("body")
    assert body is not None
    losses: list[Loss] = []
    made = read_rule("rule", rule.encode(), "rule.toml").edit_html(body, metadata or Metadata(), losses.append)
    return body.inner_html, made, losses


# ---------------------------------------------------------------- the door


def test_names_that_ship() -> None:
    found = {entry.name: entry for entry in available_filters()}
    assert {"sina-finance", "juejin", "zhihu-equations", "link-redirects", "drop-boilerplate"} <= found.keys()
    assert found["sina-finance"].kind == "site rule"
    assert all(entry.about and entry.kind != "broken" for entry in found.values())


def test_defaults_and_no_filters() -> None:
    names = [stage.name for stage in select_filters(()).html]
    assert names[-1] == "drop-boilerplate"
    assert select_filters((), no_filters=True).html == ()
    assert [stage.name for stage in select_filters(["drop-boilerplate"], no_filters=True).html] == ["drop-boilerplate"]
    assert select_filters(["drop-boilerplate"]).html == select_filters(()).html


def test_unknown_name_lists_likely_ones() -> None:
    with pytest.raises(UnknownFilter, match=r"did you mean drop-boilerplate.*by its file"):
        load_filter("drop-boilerplates")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownFilter, match=r"No such file.*; check the path"):
        load_filter(tmp_path / "none.py")


def test_suffix_in_capitals(tmp_path: Path) -> None:
    path = write(tmp_path, "E.PY", "def transform(document):\n    return document\n")
    assert load_filter(str(path)).name == "E"


def test_path_without_suffix(tmp_path: Path) -> None:
    write(tmp_path, "e.py", "def transform(document):\n    return document\n")
    with pytest.raises(UnknownFilter, match=r"did you mean \S+/e\.py\?"):
        load_filter(f"{tmp_path}/e")


def test_one_filter_needs_no_list(tmp_path: Path) -> None:
    path = write(tmp_path, "own.py", "def transform(document):\n    return document\n")
    for alone in (str(path), path):
        assert [stage.name for stage in select_filters(alone, no_filters=True).tree] == ["own"]
    assert [stage.name for stage in select_filters("juejin", no_filters=True).html] == ["juejin"]


def test_loaded_filters_are_taken_as_they_are(tmp_path: Path) -> None:
    own = load_filter(write(tmp_path, "own.py", "def transform(document):\n    return document\n"))
    rule = load_filter(write(tmp_path, "own.toml", "drop = 'q'\n[match]\nauthor = 'x'\n"))
    lua = load_filter(write(tmp_path, "own.lua", ""))
    chosen = select_filters([own, rule, lua, own], no_filters=True)
    assert chosen.tree == (own, lua)
    assert chosen.tree[0] is own
    assert chosen.html[0] is rule


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.py", "x = 1\n", "defines no filter"),
        ("a.py", "def transform(d): return d\ndef edit(s): pass\n", "defines transform and edit"),
        ("a.py", "def transform(:\n", "a.py:1: .*SyntaxError"),
        ("a.py", "import no_such_module_anywhere\n", "a.py:1: .*no_such_module_anywhere"),
        ("a.toml", "drop = [\n", "is no site rule"),
        ("a.toml", "drop = '.ad'\n", r"no \[match\] table"),
        ("a.toml", "dorp = '.ad'\n[match]\nauthor = 'x'\n", "unknown key dorp; is it drop"),
        ("a.toml", "drop = 'p:::x'\n[match]\nauthor = 'x'\n", "drop: invalid CSS selector"),
        ("a.toml", "drop_text = '('\n[match]\nauthor = 'x'\n", "drop_text: not a regular expression"),
        ("a.toml", "[match]\n", "would match every post"),
        ("a.toml", "[match]\nhost = 'http://example.com/'\n", "is not a host name"),
        ("a.toml", "[match]\nauthor = 'x'\n[metadata.titel]\nselector = 'p'\n", "is it title"),
        ("a.toml", "[match]\nauthor = 'x'\n[metadata.title]\n", "has no selector"),
        ("a.toml", "[match]\nauthor = 'x'\n[[contributors]]\nselector = 'p'\n", "role is missing"),
        ("a.txt", "", "is no filter"),
    ],
)
def test_files_that_are_no_filters(tmp_path: Path, name: str, text: str, problem: str) -> None:
    with pytest.raises(FilterError, match=problem):
        load_filter(write(tmp_path, name, text))


def test_loading_leaves_no_trace(tmp_path: Path) -> None:
    before = set(sys.modules)
    load_filter(write(tmp_path, "own.py", "def transform(document):\n    return document\n"))
    assert [path.name for path in tmp_path.iterdir()] == ["own.py"]
    assert set(sys.modules) == before


# ---------------------------------------------------------------- filters on the tree


def test_python_transform_reports_what_it_drops(tmp_path: Path) -> None:
    code = "from dataclasses import replace\ndef transform(d):\n    return replace(d, blocks=d.blocks[1:])\n"
    losses: list[Loss] = []
    made = apply_filters(DOCUMENT, [load_filter(write(tmp_path, "tail_only.py", code))], losses.append)
    assert made.blocks == DOCUMENT.blocks[1:]
    assert losses == [Removed("text 1 of 2", "tail-only", "first")]


def test_function_as_filter() -> None:
    def second_away(document: Document) -> Document:
        return replace(document, blocks=(document.blocks[0], Para((Text("words"),))))

    losses: list[Loss] = []
    made = apply_filters(DOCUMENT, select_filters([second_away], no_filters=True).tree, losses.append)
    assert made.blocks[1] == Para((Text("words"),))
    assert losses == [Removed("text 2 of 2", "second_away", "second")]


def test_dropped_picture_is_reported() -> None:
    document = Document((Para((Text("a "), Image((), "p.png"))),))
    losses: list[Loss] = []
    stage = select_filters([lambda given: replace(given, blocks=(Para((Text("a"),)),))], no_filters=True).tree
    apply_filters(document, stage, losses.append)
    assert [loss.text for loss in losses if isinstance(loss, Removed)] == ["[image p.png]"]


def test_filter_that_raises_names_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "bad.py", "def transform(document):\n    return 1 / 0\n")
    with pytest.raises(FilterError, match=r"bad\.py:2: the filter bad raised ZeroDivisionError") as caught:
        load_filter(path)(DOCUMENT)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_filter_that_exits_is_a_failure(tmp_path: Path) -> None:
    path = write(tmp_path, "bye.py", "import sys\ndef transform(document):\n    sys.exit(3)\n")
    with pytest.raises(FilterError, match="SystemExit"):
        load_filter(path)(DOCUMENT)


def test_forgotten_return(tmp_path: Path) -> None:
    path = write(tmp_path, "silent.py", "def transform(document):\n    document.blocks\n")
    with pytest.raises(FilterError, match="returned NoneType, not Document; let it end with `return document`"):
        load_filter(path)(DOCUMENT)


@pytest.mark.parametrize(
    ("blocks", "problem"),
    [
        ("(Text('a'),)", "Text cannot stand in the place of a block"),
        ("(BlockQuote((Para((Para(()),)),)),)", "Para cannot stand in the place of an inline"),
        ("(Para('text'),)", "str cannot stand in the place of an inline"),
        ("(BulletList((Para(()),)),)", "not iterable"),
        ("[Para(())]", "its blocks are a list, not a tuple"),
        ("(nested(2000),)", "nests nodes too deep"),
    ],
)
def test_a_tree_that_cannot_be_written(tmp_path: Path, blocks: str, problem: str) -> None:
    """Told at once and by the filter's name, not by a writer as a mistake of its own."""
    code = f"""
from dataclasses import replace
from convertkit.tree import *
def nested(levels):
    block = Para(())
    for _ in range(levels): block = BlockQuote((block,))
    return block
def transform(document): return replace(document, blocks={blocks})
"""
    with pytest.raises(FilterError, match=f"the filter wrong .*{problem}"):
        load_filter(write(tmp_path, "wrong.py", code))(DOCUMENT)


def test_matches_limits_a_transform(tmp_path: Path) -> None:
    code = """
from dataclasses import replace
def matches(metadata): return "Noor" in metadata.authors
def transform(document): return replace(document, blocks=())
"""
    chosen = load_filter(write(tmp_path, "hers.py", code))
    assert chosen(DOCUMENT) is DOCUMENT
    assert chosen(replace(DOCUMENT, metadata=Metadata(authors=("Noor",)))).blocks == ()


def test_lua_filter(tmp_path: Path) -> None:
    path = write(tmp_path, "shout.lua", "-- All in capitals.\nfunction Str(s) s.text = s.text:upper() return s end\n")
    losses: list[Loss] = []
    made = apply_filters(DOCUMENT, [load_filter(path)], losses.append)
    assert made.blocks == (Para((Text("FIRST"),)), Para((Text("SECOND WORDS"),)))
    assert {loss.rule for loss in losses if isinstance(loss, Removed)} == {"shout"}


def test_lua_filter_that_fails_names_its_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20)  # Lua itself cuts a long name
    folder.mkdir()
    path = write(folder, "bad.lua", "-- Breaks.\nfunction Str() error('it broke') end\n")
    with pytest.raises(FilterError, match="line 2: it broke") as caught:
        load_filter(path)(DOCUMENT)
    assert caught.value.source == str(path)


def test_lua_filter_keeps_to_the_timeout_and_the_worker(tmp_path: Path) -> None:
    endless = load_filter(write(tmp_path, "endless.lua", "while true do end"))
    with Worker() as worker, pytest.raises(FilterError, match=r"endless\.lua: pandoc took longer than 0\.5 seconds"):
        apply_filters(DOCUMENT, [endless], timeout=0.5, pandoc=lambda: worker)


# ---------------------------------------------------------------- filters on the HTML


def test_soup_filter_runs_before_reading(tmp_path: Path) -> None:
    code = '"""No asides."""\ndef edit(soup):\n    for aside in soup.select("aside"): aside.decompose()\n'
    losses: list[Loss] = []
    path = write(tmp_path, "no_asides.py", code)
    html = "<p>one</p><aside><b>by</b> the <i>way</i></aside><p>two</p>"
    document = convertkit.read(html, from_="html", filters=[path], report=losses.append)
    assert list(document.blocks) == [Para((Text("one"),)), Para((Text("two"),))]
    assert [(loss.rule, loss.text) for loss in losses if isinstance(loss, Removed)] == [("no-asides", "by the way")]


def test_soup_filter_on_text_like_a_file_name(tmp_path: Path) -> None:
    path = write(tmp_path, "same.py", "def edit(soup):\n    pass\n")
    assert convertkit.read("notes.txt", from_="html", filters=[path]).blocks == (Para((Text("notes.txt"),)),)


def test_html_filter_called_on_a_document() -> None:
    document = convertkit.read("<p>one</p><p>x²</p>", from_="html")
    assert load_filter("drop-boilerplate")(document) is document


def test_html_filter_edits_a_document(tmp_path: Path) -> None:
    code = "def edit(soup):\n    soup.p.decompose()\n"
    losses: list[Loss] = []
    chosen = select_filters([write(tmp_path, "first_away.py", code)]).html[-1]
    document = convertkit.read('<p>one</p><p>two <a href="https://example.org/">three</a></p>', from_="html")
    made = chosen(document, losses.append)
    assert made.blocks == document.blocks[1:]
    assert [loss.text for loss in losses if isinstance(loss, Removed)] == ["one"]


def test_html_filter_edits_by_the_classes_of_a_document(tmp_path: Path) -> None:
    """Of a document that no HTML reader read: what has a class can be found by it, and what stays keeps its own."""
    code = "def edit(soup):\n    soup.select_one('#top span.dateline[data-desk=\"2\"]').decompose()\n"
    dateline = Span((Text("PORT ANNE"),), Attr("", ("dateline",), (("data-desk", "2"),)))
    byline = Span((Text("Ana"),), Attr("", ("byline",), (("data-desk", 'a "b"'), ("lang", "es"))))
    inner = Div((Para((dateline, Text("The ferry "), byline)),), Attr("", ("story", "right")))
    document = Document((Div((inner,), Attr("top", ("page",))), Para((Link((Text("up"),), "#top"),))))
    losses: list[Loss] = []
    made = load_filter(write(tmp_path, "no_dateline.py", code))(document, losses.append)
    inner = replace(inner, content=(Para((Text("The ferry "), byline)),))
    assert made.blocks == (Div((inner,), Attr("top", ("page",))), document.blocks[1])
    assert losses == [Removed("", "no-dateline", "PORT ANNE")]


# ---------------------------------------------------------------- site rules


def test_site_rule_takes_metadata() -> None:
    rule = """
[match]
selector = "h1.headline"
[metadata.title]
selector = "h1.headline"
drop = true
[metadata.date]
selector = "time"
attribute = "datetime"
[metadata.tags]
selector = ".tag"
[metadata.publisher]
selector = "p.from"
pattern = 'Quelle: (.+)'
[[contributors]]
role = "translator"
selector = "p.by"
pattern = '译者：(\\S+)'
"""
    html = """<h1 class="headline">Title</h1><time datetime="2022-04-15T10:00:00+08:00">heute</time>
<i class="tag">a</i><i class="tag">b</i><p class="from">Quelle: dpa</p><p class="by">译者：小林</p>"""
    body, made, losses = edited(rule, html)
    assert (made.title, made.tags, made.publisher) == ("Title", ("a", "b"), "dpa")
    assert str(made.date) == "2022-04-15 10:00:00+08:00"
    assert made.contributors == (Contributor("小林", "translator"),)
    assert made.origins["title"] == "site rule rule: h1.headline"
    assert "headline" not in body
    assert losses == [Removed("h1.headline", "rule", "Title")]


def test_site_rule_takes_no_nonsense() -> None:
    """A rule's values are checked as those of the front matter are; the first that can be read counts."""
    rule = "[match]\nselector = 'a'\n" + "".join(
        f"[metadata.{field}]\nselector = '.{field}'\n" for field in ("language", "url", "date")
    )
    html = """<a class="url">javascript:alert(1)</a><i class="language">Klingonese!</i><i class="language">zh-hans</i>
<i class="date">yesterday</i>"""
    _, made, losses = edited(rule, html, Metadata(url="https://example.org/a"))
    assert (made.url, made.language, made.date) == ("https://example.org/a", "zh-Hans", None)
    assert [(loss.place, loss.value) for loss in losses if isinstance(loss, FieldUnreadable)] == [
        ("a.url", "javascript:alert(1)"),
        ("i.date", "yesterday"),
    ]


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("drop_text", "drop_text = ['x', '(a|aa)+b']"),
        ("contributors.pattern", "[[contributors]]\nrole = 'editor'\nselector = 'p'\npattern = '(a|aa)+b'"),
    ],
)
def test_site_rule_whose_pattern_never_ends(key: str, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convertkit.filtering.patterns.SECONDS", 0.1)
    match = "[match]\nselector = 'p'\n"
    both = f"{rule}\n{match}" if rule.startswith("drop") else f"{match}{rule}\n"
    with pytest.raises(FilterError, match=rf"rule\.toml: {key}: the pattern '\(a\|aa\)\+b' takes longer"):
        edited(both, f"<p>{'a' * 60}c</p>")


def test_site_rule_keeps() -> None:
    rule = "drop = '.box'\nkeep = '.recipe'\n[match]\nauthor = 'x'\n"
    html = '<div class="box">ad</div><div class="box"><p class="recipe">flour</p></div>'
    body, _, losses = edited(rule, html, Metadata(authors=("x",)))
    assert body == '<div class="box"><p class="recipe">flour</p></div>'
    assert [str(loss) for loss in losses] == ["div.box: removed by rule: ad"]


@pytest.mark.parametrize(
    ("match", "metadata", "html", "holds"),
    [
        ("author = 'x'", Metadata(authors=("y", "x")), "", True),
        ("author = 'x'\ncategory = 'news'", Metadata(authors=("x",)), "", False),
        ("host = 'example.com'", Metadata(url="https://www.Example.com:8080/a"), "", True),
        ("host = 'example.com'", Metadata(url="https://example.com.evil.org/"), "", False),
        ("host = 'example.com'", Metadata(url="https://evil.org/?example.com"), "", False),
        ("image_host = 'img.example.com'", Metadata(), "<img src='http://a.img.example.com/x.png'>", True),
        ("image_host = 'img.example.com'", Metadata(), "<img src='https://p.org/?http://img.example.com/x.png'>", True),
        ("image_host = 'img.example.com'", Metadata(), "<img src='https://p.org/?via=img.example.com'>", False),
        ("image_host = 'img.example.com'", Metadata(cover="https://img.example.com/c.png"), "", True),
        ("selector = '.a > .b'", Metadata(), "<i class=a><b class=b></b></i>", True),
    ],
)
def test_site_rule_matches(match: str, metadata: Metadata, html: str, holds: bool) -> None:
    body, _, _ = edited(f"drop = 'q'\n[match]\n{match}\n", html + "<q>gone</q>", metadata)
    assert ("gone" not in body) is holds


def test_two_match_tables_are_alternatives() -> None:
    rule = "drop = 'q'\n[[match]]\nauthor = 'x'\n[[match]]\nauthor = 'y'\n"
    assert edited(rule, "<q>gone</q>", Metadata(authors=("y",)))[0] == ""


# ---------------------------------------------------------------- laws and real posts


@given(st.lists(st.text("ab 林c", max_size=6), max_size=8), st.data())
def test_removed_texts_finds_what_was_deleted(texts: list[str], data: st.DataObject) -> None:
    kept = [text for text in texts if data.draw(st.booleans())]
    removed = [text for _, text in removed_texts(texts, kept)]
    assert sorted(removed) == sorted(_difference(texts, kept))
    assert list(removed_texts(texts, list(reversed(texts)))) == []


def _difference(texts: list[str], kept: list[str]) -> list[str]:
    left = list(kept)
    gone = []
    for text in texts:
        if text in left:
            left.remove(text)
        elif text:
            gone.append(text)
    return gone


def test_the_seed() -> None:
    losses: list[Loss] = []
    document = convertkit.read(seed(), report=losses.append)
    removed = {loss.text: loss.rule for loss in losses if isinstance(loss, Removed)}
    assert removed["责任编辑：梁斌 SF055"] == "sina-finance"
    assert removed["海量资讯、精准解读，尽在新浪财经APP"] == "sina-finance"
    assert document.metadata.contributors == (Contributor("梁斌", "editor"),)
    assert document.metadata.cover == ""
    assert len(document.blocks) == 14


def test_no_false_alarm_on_real_posts() -> None:
    """Nothing that shows is taken from posts without boilerplate."""
    rules = {entry.name for entry in available_filters()}
    for path in archive("undamaged", every=12):
        losses: list[Loss] = []
        convertkit.read(path, report=losses.append)
        removed = [loss for loss in losses if isinstance(loss, Removed) and loss.rule in rules]
        assert [loss.text for loss in removed if not loss.text.startswith("[")] == [], path.name


# ---------------------------------------------------------------- the docs

EXAMPLE = re.compile(
    r"^```(python|toml|lua)\n(.*?)^```.*?^```html\n(.*?)^```.*?^```markdown\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize(
    ("language", "code", "html", "expected"),
    EXAMPLE.findall((ROOT / "docs" / "filters.md").read_text(encoding="utf-8")),
)
def test_documented_filters(tmp_path: Path, language: str, code: str, html: str, expected: str) -> None:
    path = write(tmp_path, f"example.{'py' if language == 'python' else language}", code)
    result = convertkit.convert(html, to="markdown", from_="post", filters=[path])
    body = result.text.rpartition("---\n")[2]
    assert body.strip() == expected.strip()
    assert load_filter(path).about


def test_every_default_filter_is_documented() -> None:
    text = (ROOT / "docs" / "filters.md").read_text(encoding="utf-8")
    assert all(f"| `{entry.name}` |" in text for entry in available_filters() if entry.default)
