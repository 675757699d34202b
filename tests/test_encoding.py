"""Decoding: what a case file cannot say in text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convertkit.context import ReadContext
from convertkit.errors import UnreadableDocument, UsageError
from convertkit.losses import CharactersReplaced, ControlsRemoved, EncodingGuessed, Loss
from convertkit.options import ReadOptions
from convertkit.readers.encoding import decode

CHINESE = "昨天晚上我把家里的旧电脑翻了出来，想看看里面还有没有以前写的文章。开机用了五分钟，硬盘响得像拖拉机。"
TRADITIONAL = "昨天晚上我把家裡的舊電腦翻了出來，想看看裡面還有沒有以前寫的文章。開機用了五分鐘，硬碟響得像拖拉機。"
JAPANESE = "昨日の夜、家の古いパソコンを引っ張り出して、以前書いた文章がまだ残っているかどうか見てみた。"
KOREAN = "어젯밤에 집에 있는 오래된 컴퓨터를 꺼내서 예전에 쓴 글이 아직 남아 있는지 보았다."
RUSSIAN = "Вчера вечером я достал дома старый компьютер и решил посмотреть, остались ли на нём статьи."
FRENCH = "Hier soir, j’ai ressorti le vieil ordinateur de la maison pour voir s’il y restait des textes — écrits là."


def read(data: bytes, encoding: str | None = None) -> tuple[str, list[Loss]]:
    losses: list[Loss] = []
    return decode(data, ReadContext(report=losses.append, options=ReadOptions(encoding=encoding))), losses


@pytest.mark.parametrize("repeat", [1, 20])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "gbk"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (TRADITIONAL, "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso-2022-jp"),
        (KOREAN, "euc-kr"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "utf-16-le"),
        (FRENCH, "cp1252"),
        (FRENCH, "utf-16-be"),
    ],
)
def test_undeclared_encodings_are_detected_and_reported(text: str, encoding: str, repeat: int) -> None:
    post = f"<p>{text}</p>\n" * repeat
    found, losses = read(post.encode(encoding))
    assert found == post
    assert [type(loss) for loss in losses] == [EncodingGuessed]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_no_guess(encoding: str) -> None:
    assert read(CHINESE.encode(encoding)) == (CHINESE, [])


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ('<meta charset="gb2312">', "gb18030"),
        ("<META http-equiv=Content-Type content='text/html; charset=GBK'>", "gbk"),
        ('<?xml version="1.0" encoding="gb18030"?>', "gb18030"),
    ],
)
def test_a_declaration_is_no_guess(declaration: str, encoding: str) -> None:
    assert read((declaration + CHINESE).encode(encoding)) == (declaration + CHINESE, [])


def test_iso_8859_1_means_windows_1252() -> None:
    assert read(b"<meta charset=iso-8859-1>\x93tea\x94 \xe9")[0].endswith("“tea” é")


@pytest.mark.parametrize("lie", ["utf-8", "utf-16"])
def test_a_declaration_that_lies_is_not_believed(lie: str) -> None:
    page = f'<meta charset="{lie}"><p>{CHINESE}</p>'
    assert read(page.encode("gbk"))[0] == page
    assert read(page.encode()) == (page, [])


def test_the_caller_overrides() -> None:
    assert read("中文".encode("gb18030"), "gb18030") == ("中文", [])
    with pytest.raises(UsageError, match="klingon"):
        read(b"tea", "klingon")
    with pytest.raises(UsageError, match="hex"):
        read(b"tea", "hex")


def test_damaged_utf_8_stays_utf_8() -> None:
    text, losses = read(CHINESE.encode()[:-1])
    assert text == CHINESE[:-1] + "\ufffd"
    assert losses == [CharactersReplaced("", 1)]


def test_one_wrong_byte_does_not_make_a_short_text_another_encoding() -> None:
    text, losses = read("Une phrase en français, à la fin de la journée, cass".encode() + b"\xe9. " + "Été.".encode())
    assert text == "Une phrase en français, à la fin de la journée, cass\ufffd. Été."
    assert losses == [CharactersReplaced("", 1)]


def test_halves_of_surrogate_pairs_are_joined_or_replaced() -> None:
    assert read(b"a\xed\xa0\xbd\xed\xb8\x80b \xed\xa0\x80c") == ("a😀b \ufffdc", [CharactersReplaced("", 1)])
    assert read("tea \ud800".encode("utf-8", "surrogatepass"), "utf-8")[0] == "tea \ufffd"


def test_controls_are_made_harmless() -> None:
    text, losses = read(b"tea\x00 and\x08 milk\x0bor\x0clemon\x1b[0m and so on, for a while\r\nx\ry")
    assert text == "tea\ufffd and milk or lemon[0m and so on, for a while\nx\ny"
    assert losses == [CharactersReplaced("", 1), ControlsRemoved("", 4)]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no text"),
        (b" \n\t ", "no text"),
        (b"\xef\xbb\xbf", "no text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        (b"\x7fELF\x02\x01\x01\x00", "program"),
        (bytes(range(256)) * 20, "binary"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(UnreadableDocument, match=problem):
        read(data)


@given(st.binary(max_size=400))
def test_any_bytes_give_text_that_xml_can_hold(data: bytes) -> None:
    try:
        text, _ = read(data)
    except UnreadableDocument:
        return
    text.encode("utf-8")
    assert not set(text) & {*map(chr, range(0x20)), "\x7f", "\ufffe", "\uffff"} - {"\t", "\n"}


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1).filter(
        lambda text: text.strip("\ufeff \t\n\u3000").strip() != ""
    )
)
def test_utf_8_is_kept_as_it_is(text: str) -> None:
    assert read(f"x{text}".encode()) == (f"x{text}", [])
