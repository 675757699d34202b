"""Drawn covers: whole words in every script, nothing clipped, no boxes, the same bytes every time."""

from __future__ import annotations

import datetime
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from convertkit.covers import Cover, cover_alternative, draw_cover
from convertkit.covers.drawing import HEIGHT, MARGIN, MAX_BYTES, WIDTH, lines_of
from convertkit.covers.facts import author_line, date_line, volume_line, without_emoji
from convertkit.covers.palettes import PALETTES, contrast
from convertkit.losses import CoverTextLeftOut, Loss
from convertkit.options import THEMES, ThemeName
from convertkit.typefaces import faces
from tests.examples import examples

BOOK = Cover(
    title="云雾之上：一个山村的四季",
    subtitle="散文与书信",
    authors=("李明", "Jane Doe", "王维", "张三"),
    dates=(datetime.date(2018, 3, 1), datetime.date(2021, 5, 2)),
    volume=3,
    language="zh-CN",
)
SCRIPTS = {
    "zh-CN": "山中四季云雾村庄河流书信：，。《》",
    "zh-TW": "山中四季雲霧村莊河流書信「」、",
    "ja": "山のなかの四季カタカナ、。ー",
    "ko": "산속의 네 계절 이야기",
    "en": "A quiet year in the hills, told slowly - 42 letters",
    "ru": "Тихий год в горах и письма",
    "el": "Ένα ήσυχο έτος στα βουνά",
    "ar": "سنة هادئة في الجبال",
    "he": "שנה שקטה בהרים",
}
HAS_CHINESE = any(face.shows("山中") for face in faces("zh-CN", "Sans", 700))
needs_chinese = pytest.mark.skipif(not HAS_CHINESE, reason="no font with Chinese on this machine")


@st.composite
def covers(draw: st.DrawFn) -> Cover:
    language = draw(st.sampled_from(sorted(SCRIPTS)))
    letters = st.sampled_from(SCRIPTS[language] + "  aZ🚀\u0301")
    return Cover(
        title=draw(st.text(letters, min_size=1, max_size=160)),
        subtitle=draw(st.text(letters, max_size=60)),
        authors=tuple(draw(st.lists(st.text(letters, max_size=20), max_size=5))),
        volume=draw(st.none() | st.integers(0, 2000)),
        dates=draw(st.none() | st.just((datetime.date(2019, 1, 2), datetime.date(2021, 5, 6)))),
        language=language,
    )


@settings(max_examples=examples(60))
@given(covers(), st.sampled_from(THEMES))
def test_every_line_stands_inside_the_margins_and_below_the_one_before(cover: Cover, theme: ThemeName) -> None:
    below = 0.0
    for line in lines_of(cover, theme):
        left, top, right, bottom = line.box
        assert left >= MARGIN - 1
        assert right <= WIDTH - MARGIN + 1
        assert top >= below - 1
        assert bottom <= HEIGHT - 100
        below = bottom


@settings(max_examples=examples(60))
@given(covers(), st.sampled_from(THEMES))
def test_every_character_that_is_drawn_has_a_glyph(cover: Cover, theme: ThemeName) -> None:
    for line in lines_of(cover, theme):
        for face, text in line.runs:
            assert face is None or face.has(text), text


@needs_chinese
@settings(max_examples=examples(60))
@given(covers(), st.sampled_from(THEMES))
def test_the_title_stands_whole_on_the_cover(cover: Cover, theme: ThemeName) -> None:
    written = "".join(text for line in lines_of(cover, theme) for _, text in _logical(line.runs, cover.language))
    assert "".join(without_emoji(cover.title).split()) in "".join(written.split())


def _logical(runs: tuple[tuple[object, str], ...], language: str) -> tuple[tuple[object, str], ...]:
    return tuple(reversed(runs)) if language in ("ar", "he") else runs


@needs_chinese
@pytest.mark.parametrize("theme", THEMES)
def test_a_cover_is_a_plain_rgb_jpeg_and_the_same_every_time(theme: ThemeName) -> None:
    losses: list[Loss] = []
    drawn = draw_cover(BOOK, theme, losses.append)
    assert drawn == draw_cover(BOOK, theme)
    assert not losses
    assert drawn.media_type == "image/jpeg"
    assert len(drawn.content) < MAX_BYTES
    with Image.open(io.BytesIO(drawn.content)) as picture:
        assert (picture.mode, picture.size, picture.format) == ("RGB", (WIDTH, HEIGHT), "JPEG")
        assert "progressive" not in picture.info


def test_books_differ_and_volumes_of_one_identity_look_alike() -> None:
    def colours(title: str, identity: str) -> Image.Image:
        cover = Cover(title=title, identity=identity, language="en")
        with Image.open(io.BytesIO(draw_cover(cover).content)) as picture:
            return picture.crop((0, 0, WIDTH, 1000)).copy()

    assert colours("One", "a").tobytes() == colours("Two", "a").tobytes()
    assert colours("One", "a").tobytes() != colours("One", "b").tobytes()


@pytest.mark.usefixtures("no_fonts")
def test_letters_without_a_font_are_reported_and_never_drawn_as_boxes() -> None:
    losses: list[Loss] = []
    cover = Cover(title="山中", authors=("Jane Doe",), language="zh-CN")
    draw_cover(cover, report=losses.append)
    assert losses == [CoverTextLeftOut("cover", "山中", "山中")]
    assert "convertkit[fonts]" in losses[0].message
    assert ["".join(text for _, text in line.runs) for line in lines_of(cover)] == ["Jane Doe"]


def test_a_text_too_long_for_any_cover_ends_with_an_ellipsis_and_a_loss() -> None:
    losses: list[Loss] = []
    draw_cover(Cover(title="a word " * 1000, language="en"), report=losses.append)
    assert [type(loss) for loss in losses] == [CoverTextLeftOut]


@needs_chinese
@pytest.mark.parametrize(
    ("title", "language", "rows"),
    [
        ("云原生时代的微服务：从入门到实践", "zh-CN", ["云原生时代的", "微服务：", "从入门到实践"]),
        ("云原生时代的微服务", "zh-CN", ["云原生时代的", "微服务"]),
        ("プログラミング言語の設計", "ja", ["プログラミング", "言語の設計"]),
        ("프로그래밍 언어의 설계와 구현", "ko", ["프로그래밍", "언어의", "설계와 구현"]),
        ("山中", "zh-CN", ["山中"]),
        ("A Quiet Year in the Hills of the North", "en", ["A Quiet Year", "in the Hills", "of the North"]),
    ],
)
def test_rows_end_where_the_sense_does(title: str, language: str, rows: list[str]) -> None:
    """And are even: no word stands alone at the end."""
    lines = lines_of(Cover(title=title, language=language))
    assert ["".join(text for _, text in line.runs) for line in lines] == rows


def test_advice_names_the_package_only_where_it_helps() -> None:
    assert "convertkit[fonts]" in CoverTextLeftOut("cover", "山", "山").message
    assert "convertkit[fonts]" not in CoverTextLeftOut("cover", "ไทย", "ไ").message


def test_words_can_be_read_on_every_palette() -> None:
    for palette in PALETTES:
        assert contrast(palette.deep, palette.paper) >= 7


@pytest.mark.parametrize(
    ("language", "volume", "dates"),
    [
        ("zh-CN", "第3卷", "2018–2021年"),
        ("ja", "第3巻", "2018年～2021年"),
        ("de", "Band 3", "2018–2021"),
        ("en", "Volume 3", "2018 – 2021"),
        ("x-klingon", "Volume 3", "2018 – 2021"),
    ],
)
def test_volume_and_dates_are_said_in_the_books_language(language: str, volume: str, dates: str) -> None:
    assert volume_line(Cover(title="a", volume=3, language=language)) == volume
    said = date_line(BOOK.dates, language)
    assert said.replace("\u2009", " ") == dates


def test_of_many_authors_the_first_three_are_named() -> None:
    assert author_line(("李明", "王维", "张三", "赵四"), "zh-CN") == "李明、王维、张三等"
    assert author_line(("A", "B", "C"), "en") == "A, B, C"


def test_emoji_are_left_out_and_signs_of_text_stay() -> None:
    assert without_emoji("🚀 Go 👩‍💻 fast ❤️ 1️⃣ © ™ 🇨🇳!") == "Go fast 1 © ™ !"


def test_the_alternative_text_says_what_the_cover_shows() -> None:
    alternative = "封面. 云雾之上：一个山村的四季. 散文与书信. 第3卷. 李明、Jane Doe、王维、张三"
    assert cover_alternative(BOOK) == alternative
