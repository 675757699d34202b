"""Looks: themes, one's own style sheet, covers given and drawn, fonts that travel."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypedDict, Unpack

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageFont

import convertkit
from convertkit.errors import UsageError
from convertkit.losses import CoverTextLeftOut
from convertkit.metadata import Metadata
from convertkit.options import THEMES, ThemeName, WriteOptions
from convertkit.resources import Resource
from convertkit.tree import Document, Para, Text
from convertkit.writers.styles import document_style, own_style, style_sheet

POST = "---\ntitle: Hills\nauthor: Jane Doe\nlang: en\ndate: 2021-03-04\n---\n\nA quiet year.\n"


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name.removeprefix("EPUB/"): book.read(name) for name in book.namelist()}


class Looks(TypedDict, total=False):
    cover: str | Path | None
    theme: ThemeName
    css: Path | None
    fonts: Iterable[Path]


def epub(**looks: Unpack[Looks]) -> dict[str, bytes]:
    return members(convertkit.convert(POST, "epub", **looks).content)


@pytest.fixture
def font(tmp_path: Path) -> Path:
    """The font that comes with Pillow."""
    built_in = ImageFont.load_default(16)
    assert isinstance(built_in, ImageFont.FreeTypeFont)
    path = tmp_path / "font.ttf"
    path.write_bytes(built_in.font_bytes)
    return path


def with_rights(path: Path, rights: int) -> Path:
    font = TTFont(str(path))
    font["OS/2"].fsType = rights
    file = io.BytesIO()
    font.save(file)
    path.write_bytes(file.getvalue())
    return path


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_leaves_the_readers_font_size_height_and_colours_alone(theme: ThemeName) -> None:
    """Rules for `body`, `html` and `p` set neither, and no rule sets the colour of text."""
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet(theme), flags=re.DOTALL)
    for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        assert not re.search(r"(?:^|;)\s*color\s*:", rules), selectors
        if re.search(r"(?:^|[\s,])(?:html|body|p|li|:root)(?:$|[\s,:.])", selectors.strip()):
            assert not re.search(r"font-family|font-size|line-height|background", rules), selectors


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_dresses_epub_and_html(theme: ThemeName) -> None:
    assert epub(theme=theme)["style.css"].decode() == style_sheet(theme)
    assert style_sheet(theme).splitlines()[-1] in convertkit.convert(POST, "html", theme=theme).text


@pytest.mark.parametrize("theme", THEMES)
def test_chinese_is_stressed_by_dots_and_indented_once(theme: ThemeName) -> None:
    sheet = style_sheet(theme)
    assert "em:lang(zh), em:lang(ja) { -webkit-text-emphasis: filled dot; text-emphasis: filled dot; }" in sheet
    assert "p:lang(zh) { margin: 0.3em 0; text-indent: 2em; }" in sheet


def test_ones_own_style_sheet_comes_last(tmp_path: Path) -> None:
    css = tmp_path / "own.css"
    css.write_text('@charset "utf-8"; h1 { letter-spacing: 0.1em }', encoding="utf-8")
    sheet = document_style(WriteOptions(css=css))
    assert sheet.startswith(style_sheet())
    assert sheet.endswith("\nh1 { letter-spacing: 0.1em }\n")
    assert epub(css=css)["style.css"].decode() == sheet


@pytest.mark.parametrize(
    "rule",
    [
        "@import 'https://a.example/x.css';",
        "@IMPORT url(x.css);",
        "p { background: url(https://a.example/x.png) }",
        "p { background: u\\72l( 'x.png' ) }",
        "p { background: url(/* */ '//a.example') }",
        "@font-face { src: url(../font.ttf) }",
        "p { background: image-set('https://a.example/x.png' 1x) }",
        "p { color: red } </style><script>",
    ],
)
def test_a_style_sheet_that_loads_anything_or_is_more_than_css_is_refused(rule: str, tmp_path: Path) -> None:
    css = tmp_path / "own.css"
    css.write_text(rule, encoding="utf-8")
    with pytest.raises(UsageError):
        own_style(css)


def test_a_style_sheet_may_hold_its_pictures(tmp_path: Path) -> None:
    css = tmp_path / "own.css"
    css.write_text("p { background: url( 'data:image/png;base64,AA==' ); clip-path: url(#a) }", encoding="utf-8")
    assert own_style(css).startswith("p {")


def test_what_is_no_style_sheet_is_refused(tmp_path: Path) -> None:
    for content in (b"\xff\xfe\x00", b" " * 1_000_001):
        css = tmp_path / "own.css"
        css.write_bytes(content)
        with pytest.raises(UsageError):
            own_style(css)
    with pytest.raises(UsageError):
        own_style(tmp_path / "nowhere.css")


def test_a_drawn_cover_is_the_first_page_and_says_what_it_shows() -> None:
    book = epub(cover="auto")
    assert 'src="images/' in book["cover.xhtml"].decode()
    assert 'alt="Cover. Hills. Jane Doe"' in book["cover.xhtml"].decode()
    assert 'epub:type="cover"' in book["nav.xhtml"].decode()
    package = book["content.opf"].decode()
    assert 'properties="cover-image"' in package
    assert re.search(r'<spine[^>]*>\s*<itemref idref="page-1"', package)
    assert 'href="cover.xhtml" id="page-1"' in package


def test_a_picture_of_any_kind_can_be_the_cover(tmp_path: Path) -> None:
    for name, mode in (("a.png", "P"), ("a.webp", "RGB"), ("a.bmp", "L"), ("a.jpg", "CMYK")):
        path = tmp_path / name
        Image.new(mode, (3000, 4500)).save(path)
        (picture,) = [data for part, data in epub(cover=path).items() if part.startswith("images/")]
        with Image.open(io.BytesIO(picture)) as image:
            assert image.format in ("PNG", "JPEG")
            assert image.mode != "CMYK"
            assert max(image.size) <= 3200


def test_what_is_no_picture_cannot_be_the_cover(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    for path in (tmp_path / "a.png", tmp_path / "nowhere.png", tmp_path):
        with pytest.raises(UsageError):
            epub(cover=path)


def test_none_takes_the_documents_own_cover_away() -> None:
    picture = Resource("a.png", "image/png", b"\x89PNG\r\n\x1a\n")
    document = Document((Para((Text("a"),)),), Metadata(title="A", cover="a.png"), {"a.png": picture})
    assert "cover.xhtml" in members(convertkit.write(document, "epub"))
    assert "cover.xhtml" not in members(convertkit.write(document, "epub", cover="none"))


def test_a_font_travels_with_the_letters_that_are_needed(font: Path) -> None:
    book = epub(fonts=[font])
    (name,) = [part for part in book if part.startswith("fonts/")]
    letters = set(TTFont(io.BytesIO(book[name])).getBestCmap() or ())
    assert set(map(ord, "A quiet year.")) <= letters
    assert ord("@") not in letters
    assert len(book[name]) < font.stat().st_size
    assert f'src: url("{name}")' in book["style.css"].decode()
    assert 'body { font-family: "Aileron"; }' in book["style.css"].decode()
    assert 'media-type="font/ttf"' in book["content.opf"].decode()
    assert book == epub(fonts=[font])
    assert "data:font/ttf;base64," in convertkit.convert(POST, "html", fonts=[font]).text


@pytest.mark.parametrize("rights", [0x0002, 0x0100, 0x0200])
def test_a_font_whose_maker_forbids_it_is_not_embedded(rights: int, font: Path) -> None:
    with pytest.raises(UsageError, match="does not allow"):
        epub(fonts=[with_rights(font, rights)])


def test_what_is_no_font_is_refused(tmp_path: Path) -> None:
    for name, content in (("a.ttf", b"no font"), ("a.ttc", b"ttcf\0\0\0\0"), ("a.otf", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError, match="font"):
            epub(fonts=[tmp_path / name])


def test_an_unknown_theme_is_told() -> None:
    gothic: Any = "gothic"
    with pytest.raises(UsageError, match="no theme"):
        convertkit.convert(POST, "epub", theme=gothic)


def test_a_book_has_the_cover_the_rules_and_the_fonts_of_its_recipe(font: Path, tmp_path: Path) -> None:
    posts = tmp_path / "posts"
    posts.mkdir()
    (posts / "a.md").write_text(POST, encoding="utf-8")
    Image.new("RGB", (300, 400), "red").save(tmp_path / "cover.png")
    (tmp_path / "own.css").write_text("h1 { letter-spacing: 0.1em }", encoding="utf-8")
    recipe = tmp_path / "book.toml"
    recipe.write_text(
        f'inputs = ["posts"]\noutput = "a.epub"\ncover = "cover.png"\ncss = "own.css"\nfonts = ["{font.name}"]\n',
        encoding="utf-8",
    )
    convertkit.build_book(recipe)
    book = members((tmp_path / "a.epub").read_bytes())
    assert "image/png" in book["content.opf"].decode()
    assert book["style.css"].decode().endswith("h1 { letter-spacing: 0.1em }\n")
    (name,) = [part for part in book if part.startswith("fonts/")]
    assert set(map(ord, "A quiet year.")) <= set(TTFont(io.BytesIO(book[name])).getBestCmap() or ())
    convertkit.build_book(recipe, tmp_path / "b.epub")
    assert (tmp_path / "a.epub").read_bytes() == (tmp_path / "b.epub").read_bytes()


def test_a_book_tells_what_its_files_are_not_before_it_reads_posts(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(POST, encoding="utf-8")
    for looks in ({"cover": "nowhere.png"}, {"css": tmp_path / "no.css"}, {"fonts": (tmp_path / "a.md",)}):
        given: Any = looks
        with pytest.raises(UsageError):
            convertkit.build_book(tmp_path / "nowhere", tmp_path / "a.epub", **given)


@pytest.mark.usefixtures("no_fonts")
def test_a_book_reports_what_its_cover_cannot_show(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(POST, encoding="utf-8")
    report = convertkit.build_book(tmp_path, tmp_path / "a.epub", title="山中")
    assert [(name, type(loss)) for name, losses in report.losses for loss in losses] == [("cover", CoverTextLeftOut)]
