"""What an output says in the document's own language: a few words, quotation marks, lists of names, dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from convertkit.metadata import Date


@dataclass(frozen=True, slots=True)
class Wording:
    """A language's words for what the author did not write, and its quotation marks (outer, inner: CLDR)."""

    contents: str
    landmarks: str
    title_page: str
    start: str
    untitled: str
    undescribed_image: str
    source: str
    double_quotes: tuple[str, str]
    single_quotes: tuple[str, str]
    list_comma: str = ", "
    roles: Mapping[str, str] = field(default_factory=dict)
    """What a contributor's role is called; English words serve for the rest."""
    cover: str = "Cover"
    volume: str = "Volume {}"
    """The number of a volume; `{}` is the number."""
    and_others: str = "{} et al."
    """Names of which not all are said; `{}` is those that are."""
    colon: str = ": "
    """What stands between a label and what it names."""


_CURLY = ("“", "”"), ("‘", "’")
_CORNERS = ("「", "」"), ("『", "』")

_ROLES_SIMPLIFIED = {"editor": "编辑", "translator": "译者", "photographer": "摄影", "illustrator": "插图"}
_ROLES_TRADITIONAL = {"editor": "編輯", "translator": "譯者", "photographer": "攝影", "illustrator": "插圖"}
_ROLES_JAPANESE = {"editor": "編集", "translator": "翻訳", "photographer": "撮影", "illustrator": "イラスト"}

ENGLISH = Wording(
    "Contents", "Landmarks", "Title page", "Start of text", "Untitled", "Image without a description", "Source", *_CURLY
)

WORDINGS: Mapping[str, Wording] = {
    "en": ENGLISH,
    "zh": Wording(
        "目录", "导航", "扉页", "正文", "无标题", "没有文字说明的图片", "来源", *_CURLY, "、", _ROLES_SIMPLIFIED,
        "封面", "第{}卷", "{}等", "：",
    ),
    "zh-Hant": Wording(
        "目錄", "導覽", "書名頁", "內文", "無標題", "沒有文字說明的圖片", "來源", *_CORNERS, "、", _ROLES_TRADITIONAL,
        "封面", "第{}卷", "{}等", "：",
    ),
    "ja": Wording(
        "目次", "ガイド", "タイトルページ", "本文", "無題", "説明のない画像", "出典", *_CORNERS, "、", _ROLES_JAPANESE,
        "表紙", "第{}巻", "{}ほか", "：",
    ),
    "ko": Wording("목차", "길잡이", "표제지", "본문", "제목 없음", "설명이 없는 이미지", "출처", *_CURLY,
        cover="표지", volume="제{}권", and_others="{} 외",
    ),
    "de": Wording(
        "Inhalt", "Wegweiser", "Titelseite", "Textbeginn", "Ohne Titel", "Bild ohne Beschreibung", "Quelle",
        ("„", "“"), ("‚", "‘"), cover="Umschlag", volume="Band {}", and_others="{} u. a.",
    ),
    "fr": Wording(
        "Sommaire", "Repères", "Page de titre", "Début du texte", "Sans titre", "Image sans description", "Source",
        ("«\u00a0", "\u00a0»"), ("‹\u00a0", "\u00a0›"), cover="Couverture", volume="Tome {}", colon="\u00a0: ",
    ),
    "es": Wording(
        "Índice", "Puntos de referencia", "Portada", "Inicio del texto", "Sin título", "Imagen sin descripción",
        "Fuente", ("«", "»"), ("“", "”"), cover="Cubierta", volume="Volumen {}", and_others="{} y otros",
    ),
    "pt": Wording(
        "Sumário", "Pontos de referência", "Folha de rosto", "Início do texto", "Sem título", "Imagem sem descrição",
        "Fonte", *_CURLY, cover="Capa", and_others="{} e outros",
    ),
    "ru": Wording(
        "Содержание", "Ориентиры", "Титульный лист", "Начало текста", "Без названия", "Изображение без описания",
        "Источник", ("«", "»"), ("„", "“"), cover="Обложка", volume="Том {}", and_others="{} и др.",
    ),
}  # fmt: skip
"""By language, Traditional Chinese apart; every other language is spoken to in English."""

_TRADITIONAL = re.compile(r"zh-(?:hant|tw|hk|mo)\b", re.IGNORECASE)

_TAG = re.compile(
    r"""(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})  # language and its extensions
        (?:-[a-z]{4})?                                # script
        (?:-(?:[a-z]{2}|\d{3}))?                      # region
        (?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*         # variants
        (?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*          # extensions
        (?:-x(?:-[a-z0-9]{1,8})+)?                    # private use
        |x(?:-[a-z0-9]{1,8})+""",
    re.IGNORECASE | re.VERBOSE,
)
"""A language tag (RFC 5646, section 2.1, without the grandfathered tags)."""

_RIGHT_TO_LEFT = re.compile(
    r"(?:ar|arc|ckb|dv|fa|he|iw|ku-arab|nqo|ps|sd|syr|ug|ur|yi)(?:-(?!latn|cyrl)|$)|[a-z]+-(?:arab|hebr|thaa|syrc|nkoo)\b",
    re.IGNORECASE,
)
"""Languages written from right to left, unless their tag names another script (CLDR, characterOrder)."""


def wording(language: str) -> Wording:
    """The words for a language tag; English where we know none."""
    if _TRADITIONAL.match(language):
        return WORDINGS["zh-Hant"]
    return WORDINGS.get(language.partition("-")[0].lower(), ENGLISH)


def language_tag(language: str) -> str:
    """A well-formed BCP 47 tag: `zh_CN` becomes `zh-CN`, and what is no tag, or empty, `und` (undetermined)."""
    tag = language.strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else "und"


def is_right_to_left(language: str) -> bool:
    """Whether a language is written from right to left."""
    return _RIGHT_TO_LEFT.match(language) is not None


def join_names(names: Sequence[str], language: str) -> str:
    """Names in a row, with the language's comma."""
    return wording(language).list_comma.join(names)


def long_date(date: Date, language: str) -> str:
    """A date for people in the language's own form, with the time as written if it has one.

    `2022年4月15日 23:22` in Chinese, `April 15, 2022` for a date without a time in English; ISO 8601 in a language
    whose form nobody knows.
    """
    if isinstance(date, datetime.datetime):
        return f"{_long_day(date.date(), language)} {date:%H:%M}"
    return _long_day(date, language)


@lru_cache(maxsize=256)
def _long_day(day: datetime.date, language: str) -> str:
    from babel.core import Locale, UnknownLocaleError
    from babel.dates import format_date

    try:
        return format_date(day, "long", locale=Locale.parse(language, sep="-"))
    except (UnknownLocaleError, ValueError):  # a language without CLDR data; a tag that Babel cannot parse
        return day.isoformat()
