"""The text writer's laws: every word in order, lines that end where Unicode allows it, a header that reads back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from uniseg.linebreak import line_break_boundaries

import convertkit
from convertkit.context import WriteContext
from convertkit.losses import Loss
from convertkit.metadata import Metadata, format_date
from convertkit.options import LINKS, LinksName, WriteOptions
from convertkit.resources import Resource
from convertkit.tree import (
    Block,
    BlockQuote,
    BulletList,
    Cell,
    Cite,
    CodeBlock,
    ColSpec,
    Document,
    Header,
    Image,
    Inline,
    Link,
    Note,
    Para,
    Plain,
    RawBlock,
    RawInline,
    Row,
    Table,
    TableBody,
    Text,
)
from convertkit.walk import children_of, plain_text, query
from convertkit.writers.front import date_as_written
from convertkit.writers.text import write_text
from convertkit.writers.text.line_breaking import break_opportunities
from convertkit.writers.text.width import FILLER, Measure, measure_for
from convertkit.writers.text.wrapping import wrap
from tests.strategies import documents

PIECES = (
    *(
        "hello ",
        "the ",
        "well-known ",
        "man's ",
        "“quoted” ",
        "(paren) ",
        "U.S. ",
        "3.14",
        "1,000 ",
        "50% ",
        "word[1] ",
    ),
    *("e.g. ", '"said" ', "– ", "— ", "and/or ", "f(x) ", "4-5 ", "a\u00a0b ", "x\u0301y", "👩\u200d👩\u200d👧", "🇨🇳"),
    *(
        "中文",
        "汉字",
        "，",
        "。",
        "《书》",
        "“引号”",
        "，“你好。”",
        "（括号）",
        "——",
        "……",
        "2022年",
        "！",
        "？",
        "、",
        "Ａ",
    ),
    *("きっと", "カード", "々", "한국어 ", "「あ」", "$5 ", "№", "℃", " "),
)
"""Without U+00B7, U+00AD and the hyphens before Hebrew, whose classes changed between Unicode 16 and 17."""
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map(
    lambda parts: " ".join("".join(parts).split(" "))
)
NASTY = "aZé9١אא中한각あ々ー。，！？：；（）「」《》()[]{}/\\|-–—…$€%℃№#&*+=<>@^_`~'\"«»„ \u00a0\u200b\u2060👍😂กಕ"
"""A character or more of nearly every class."""
EMOJI = ("👩\u200d👩\u200d👧", "🇨🇳", "❤\ufe0f", "👍🏽", "1\ufe0f\u20e3", "🏳\ufe0f\u200d🌈", "😂")
WIDTHS = st.integers(1, 20)
LANGUAGES = st.sampled_from(("zh-CN", "en"))


def written(document: Document, width: int = 72) -> str:
    return write_text(document, WriteContext(options=WriteOptions(width=width))).decode()


def best_lines(text: str, width: int, measure: Measure) -> list[str]:
    """Lines filled one after the other between the places that another implementation of UAX #14 gives."""
    lines, start, end = [], 0, 0
    for place in line_break_boundaries(text):
        if place and end > start and measure.width(text[start:place].rstrip(" ")) > width:
            lines.append(text[start:end].rstrip(" "))
            start = end
        end = place
    return [*lines, text[start:].rstrip(" ")]


@given(TEXTS.map(lambda text: re.sub(" +", " ", text).strip()), st.integers(2, 40), LANGUAGES)
def test_lines_end_where_unicode_allows_it_and_are_full(text: str, width: int, language: str) -> None:
    measure = measure_for(language)
    if text and 2 * len(text) > width:
        assert wrap(text, width, measure) == best_lines(text, width, measure)


NEIGHBOURS = "aé9-/#.,:!?)]}(['\"$%|“”‘’–—… 中한，。（）：々ーＡ&"
"""A character or more of each kind that the quick way tells apart."""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_neighbours_say_what_the_whole_algorithm_says(language: str) -> None:
    measure = measure_for(language)
    for four in product("a中”", NEIGHBOURS, NEIGHBOURS, "a中"):
        text = re.sub(" +", " ", f"a{''.join(four)}b")
        width = measure.width(text) - 1
        if 2 * len(text) > width:
            assert (text, wrap(text, width, measure)) == (text, best_lines(text, width, measure))


@given(
    st.lists(st.sampled_from([*EMOJI, "a ", "中", "x\u0301\u0323", "각", "क्षि", " "]), min_size=1).map("".join), WIDTHS
)
def test_what_is_seen_as_one_character_is_never_split(text: str, width: int) -> None:
    text = " ".join(text.split())
    clusters = set(regex.findall(r"\X", text))
    for line in wrap(text, width, measure_for("en")):
        assert set(regex.findall(r"\X", line)) <= clusters


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_is_two_columns_wide_however_it_is_written(emoji: str) -> None:
    assert measure_for("en").width(f"a{emoji}b") == 4


def test_a_soft_hyphen_shows_at_the_end_of_a_line_only() -> None:
    text = "un\u00adbe\u00adliev\u00adable words"
    assert wrap(text, 8, measure_for("en")) == ["unbe-", "lievable", "words"]
    assert wrap(text, 7, measure_for("en")) == ["unbe-", "liev-", "able", "words"]
    assert wrap(text, 0, measure_for("en")) == ["unbelievable words"]


def test_a_no_break_space_never_breaks() -> None:
    assert wrap("about 10\u00a0km away", 8, measure_for("en")) == ["about", "10\u00a0km", "away"]


@given(st.text(NASTY, min_size=1, max_size=24))
def test_opportunities_in_nasty_text_are_those_of_another_implementation(text: str) -> None:
    """A hyphen at the beginning, before a Hebrew letter, is Unicode 17's LB20a, which the other does not know yet."""
    text = re.sub("-(?=א)", "", text)
    assert break_opportunities(text) == [place for place in line_break_boundaries(text) if place]


@given(TEXTS)
def test_opportunities_are_those_of_another_implementation(text: str) -> None:
    assert break_opportunities(text) == [place for place in line_break_boundaries(text) if place]


@pytest.mark.parametrize(
    ("text", "language", "width"),
    [
        ("abc", "en", 3),
        ("中文", "en", 4),
        ("“—…", "en", 3),
        ("“—…", "zh-CN", 6),
        ("e\u0301", "en", 1),
        ("한글", "ko", 4),
        ("ｶﾅ", "ja", 2),
        ("\u200b\u00ad\u2060", "en", 0),
    ],
)
def test_width(text: str, language: str, width: int) -> None:
    assert measure_for(language).width(text) == width


def test_an_address_stays_whole() -> None:
    address = "https://example.org/a-long-path/with/many-parts?and=a&query=string"
    assert wrap(f"见{address}。完", 20, measure_for("zh")) == ["见", f"{address}。", "完"]
    assert wrap(f"see {address} there", 20, measure_for("en")) == ["see", address, "there"]


# ---------------------------------------------------------------- documents


def words(nodes: Sequence[Block | Inline], notes: list[Note]) -> Iterator[str]:
    """The words of running text in document order; the notes go to `notes`."""
    for node in nodes:
        match node:
            case Text(text):
                yield from text.split()
            case Note():
                notes.append(node)
            case Cite():
                yield from words(node.content, notes)
            case _:
                short = getattr(getattr(node, "caption", None), "short", None) or ()
                yield from words([child for child in children_of(node) if child not in short], notes)


def is_table(node: object) -> bool | None:
    return isinstance(node, Table) or None


@given(documents(meta=False), st.sampled_from((0, 20, 72)))
def test_no_word_is_lost_and_notes_come_last(document: Document, width: int) -> None:
    notes: list[Note] = []
    expected = "".join(words(document.blocks, notes))
    expected += "".join(word for note in notes for word in words(note.content, []))
    expected = re.sub(r"\W", "", expected)
    text = written(document, width)
    assert not Counter(expected) - Counter(text)
    if not any(query(document, is_table)):  # the lines of cells beside each other alternate
        waiting = iter(text)
        assert all(character in waiting for character in expected)


PARAGRAPHS = st.recursive(
    st.builds(lambda text: Para((Text(text),)), st.text("abcdefgh 中文，。", min_size=1).map(str.strip).filter(bool)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda blocks: BlockQuote(tuple(blocks))),
        st.lists(inner, min_size=1, max_size=3).map(lambda blocks: BulletList(tuple((block,) for block in blocks))),
    ),
    max_leaves=8,
)


@given(st.lists(PARAGRAPHS, min_size=1, max_size=4).map(tuple), st.sampled_from((0, 17, 72)))
def test_every_word_in_order(blocks: tuple[Block, ...], width: int) -> None:
    def bare(text: str) -> str:
        return re.sub(r"[\s>-]", "", text)

    assert bare(written(Document(blocks), width)) == bare(plain_text(blocks))


@given(documents(), st.sampled_from((0, 1, 30, 72)))
def test_the_form_of_the_output(document: Document, width: int) -> None:
    text = written(document, width)
    assert text == written(document, width)
    assert not text or (text.endswith("\n") and not text.endswith("\n\n") and not text.startswith("\n"))
    assert not re.search("[ \t]\n", text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", text)


@given(documents())
def test_the_header_reads_back(document: Document) -> None:
    metadata = document.metadata
    lines = iter(written(document, 0).split("\n"))
    if metadata.title:
        assert next(lines).split() == re.sub("[\x85\u2028]", " ", metadata.title).split()
        assert set(next(lines)) == {"="}
    if metadata.authors:
        assert next(lines).split() == re.sub("[\x85\u2028]", " ", ", ".join(metadata.authors)).split()
    if metadata.date is not None:
        assert next(lines) == format_date(metadata.date)
    elif as_written := date_as_written(metadata):
        assert next(lines) == as_written
    if metadata.url:
        assert next(lines) == metadata.url


def test_a_heading_that_repeats_the_title_is_not_repeated() -> None:
    title = Metadata(title="A title")
    assert written(Document((Header(1, (Text("A title"),)), Para((Text("x"),))), title)) == "A title\n=======\n\nx\n"
    linked = Header(1, (Link((Text("A title"),), "https://a.example/"),))
    assert "A title[1]\n" in written(Document((linked,), title))


def test_nothing_for_nothing() -> None:
    assert written(Document(())) == ""


def test_raw_pieces_leave_words_at_most_and_are_reported_once() -> None:
    losses: list[Loss] = []
    raw = RawBlock("html", "<p onclick='x()'>a &amp; b</p>")
    cell = Cell((Plain((Text("c"), RawInline("latex", r"\x"))),))  # a cell is written twice
    table = Table((ColSpec(),), (TableBody((Row((cell,)),)),))
    text = write_text(Document((raw, table)), WriteContext(report=losses.append)).decode()
    assert text == "a & b\n\nc\n"
    assert [loss.kind for loss in losses] == ["NotExpressible", "ElementDropped"]


def test_an_image_is_no_loss_if_something_stands_for_it() -> None:
    picture = Resource("1.png", "image/png", b"")
    losses: list[Loss] = []

    def shown(*images: Image) -> str:
        document = Document((Para(images),), resources={picture.name: picture})
        return write_text(document, WriteContext(report=losses.append)).decode()

    assert shown(Image((Text("a"),), picture.name)) == "[image: a]\n"
    assert shown(Image((), picture.name, "t")) == "[image: t]\n"
    assert shown(Image((), "https://a.example/c.png")).startswith("[image: c.png][1]\n")
    assert losses == []
    assert shown(Image((), picture.name)) == "[image]\n"
    assert [loss.kind for loss in losses] == ["ImageNotEmbedded"]


@pytest.mark.parametrize(("width", "rule"), [(20, 20), (0, 56), (72, 56)])
def test_the_title_is_one_line_whatever_its_length(width: int, rule: int) -> None:
    title = "一行就是一行，无论它有多长，" * 2
    text = written(Document((), Metadata(title=f"{title}\n", authors=("A. B.",), language="zh")), width)
    assert text == f"{title}\n{'=' * rule}\nA. B.\n"


def test_code_is_verbatim_but_for_blanks_at_line_ends() -> None:
    code = Document((CodeBlock("a\tb  c  \n\n    deep"),))
    assert written(code, 5) == "    a\tb  c\n\n        deep\n"


def test_deep_nesting() -> None:
    block: Block = Para((Text("deep"),))
    for _ in range(100):
        block = BlockQuote((BulletList(((block,),)),))
    assert "deep" in written(Document((block,)))


@given(st.text("ab 中文，。“”—…・ーア゙〜あ한é\u200b\u3000", min_size=1), st.sampled_from(["en", "zh-CN", "ja"]))
def test_the_width_of_a_text_is_that_of_its_characters(text: str, language: str) -> None:
    measure = measure_for(language)
    assert measure.width(text) == sum(measure.widths(text))
    columns = measure.in_columns(text)
    assert columns is None or columns.replace(FILLER, "") == text


@pytest.mark.parametrize("links", LINKS)
def test_the_ledger_accounts_for_numbers_within_words_and_for_addresses(links: LinksName) -> None:
    html = '<p>data<a href="https://a.example/">set</a>s. A <a href="https://b.example/c">Model</a>’s.</p>'
    balance = convertkit.convert(html, "text", from_="html", links=links).balance
    assert balance is not None
    assert balance.unexplained == ()
