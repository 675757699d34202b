"""Languages: tags made canonical, texts told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convertkit.languages import canonical_tag, detect_language


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("zh_CN", "zh-CN"),
        ("ZH-hans-cn", "zh-Hans-CN"),
        ("en-us", "en-US"),
        (" en ", "en"),
        ("eng", "en"),
        ("fr_FR.UTF-8", "fr-FR"),
        ("iw", "he"),
        ("no", "no"),
        *(
            (nonsense, None)
            for nonsense in ("", "cn", "jp", "English", "中文", "und", "x-default", "C", 'xx"><b>', "a" * 50)
        ),
    ],
)
def test_tags(written: str, tag: str | None) -> None:
    assert canonical_tag(written) == tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("昨天晚上我把家里的旧电脑翻了出来", "zh-CN"),
        ("昨天晚上我把家裡的舊電腦翻了出來", "zh-TW"),
        ("昨日の夜、家の古いパソコンを引っ張り出した", "ja"),
        ("東京都は新型車両の導入計画を発表した。来年度予算案に盛り込む。", "ja"),
        ("어젯밤에 집에 있는 오래된 컴퓨터를 꺼냈다", "ko"),
        ("We found the old computer at home and read what I had written long ago.", "en"),
        ("Gestern Abend habe ich zu Hause den alten Rechner hervorgeholt und gelesen.", "de"),
        ("Вчера вечером я достал дома старый компьютер и стал читать старые тексты.", "ru"),
        ("Kubernetes 中的 Service Mesh 实践：Istio sidecar injection and traffic management with Envoy 详解", "zh-CN"),
        ("What the word 道 (Dao) means to an English reader who never learned Chinese, and why it matters.", "en"),
        ("Server moved; comments restored. Sorry about downtime! Release 2.0 has support for Docker images.", ""),
        ("A short post about my old garden chair. Nothing new today, more tomorrow.", ""),
        ("Короткая заметка о саде моей бабушки. Вчера мы весь день гуляли по берегу моря.", ""),
        ("Ayer caminamos todo el día por la orilla del mar. Nueva versión del programa.", "es"),
        ("Ontem caminhamos o dia inteiro à beira do mar. Nova versão do programa.", "pt"),
        ("Igår gick vi hela dagen längs havet och åt glass med våra gamla vänner.", "sv"),
        *(
            (nothing, "")
            for nothing in ("", "123 456", "昨天", "Hello world", "first line, author's line", "… — !", "\n \u3000")
        ),
    ],
)
def test_texts(text: str, tag: str) -> None:
    assert detect_language(text) == tag


@given(st.text())
def test_any_text_gives_a_canonical_tag_or_nothing(text: str) -> None:
    tag = detect_language(text)
    assert tag == "" or canonical_tag(tag) == tag
