"""What a book says in its own language besides its posts: volumes, parts without a label, dates that it spans."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from convertkit.book.recipe import GroupKey
from convertkit.writers.wording import wording


@dataclass(frozen=True, slots=True)
class BookWording:
    """A language's words for what stands around posts."""

    in_brackets: str
    """With `{}` for what stands in them."""
    other_volumes: str
    various_authors: str
    undated: str
    uncategorised: str
    untagged: str
    nameless: str
    """The part of posts without an author."""
    top: str
    """The part of posts that lie in no folder."""
    by_tag: str
    by_author: str
    by_date: str
    """Titles of indexes."""
    sources: str
    cited_by: str
    accessed: str
    """With `{}` for the day on which a post was taken from its address."""


ENGLISH = BookWording(
    " ({})", "The other volumes", "Various authors", "Undated", "Other topics", "Without a tag",
    "Without an author", "Other posts", "Index of tags", "Index of authors", "Index of dates", "Sources", "Cited by",
    "accessed {}",
)  # fmt: skip

WORDINGS: Mapping[str, BookWording] = {
    "Contents": ENGLISH,
    "目录": BookWording(
        "（{}）", "其他各卷", "多位作者", "日期不详", "未分类", "无标签", "佚名", "其他文章",
        "标签索引", "作者索引", "日期索引", "文章来源", "引用本文的文章", "{}访问",
    ),
    "目錄": BookWording(
        "（{}）", "其他各卷", "多位作者", "日期不詳", "未分類", "無標籤", "佚名", "其他文章",
        "標籤索引", "作者索引", "日期索引", "文章來源", "引用本文的文章", "{}存取",
    ),
    "目次": BookWording(
        "（{}）", "ほかの巻", "複数の著者", "日付なし", "未分類", "タグなし", "著者不明", "その他の記事",
        "タグ索引", "著者索引", "日付索引", "出典一覧", "この記事を引用した記事", "{}閲覧",
    ),
    "목차": BookWording(
        " ({})", "다른 권", "여러 저자", "날짜 없음", "미분류", "태그 없음", "저자 미상", "그 밖의 글",
        "태그 찾아보기", "저자 찾아보기", "날짜 찾아보기", "출처 목록", "이 글을 인용한 글", "{} 접속",
    ),
    "Inhalt": BookWording(
        " ({})", "Die anderen Bände", "Verschiedene Autoren", "Ohne Datum", "Weitere Themen",
        "Ohne Schlagwort", "Ohne Autor", "Weitere Beiträge", "Schlagwörter", "Autoren", "Nach Datum", "Quellen",
        "Zitiert von", "abgerufen am {}",
    ),
    "Sommaire": BookWording(
        " ({})", "Les autres volumes", "Plusieurs auteurs", "Sans date", "Autres sujets",
        "Sans mot-clé", "Sans auteur", "Autres articles", "Index des mots-clés", "Index des auteurs", "Index des dates",
        "Sources", "Cité par", "consulté le {}",
    ),
    "Índice": BookWording(
        " ({})", "Los demás volúmenes", "Varios autores", "Sin fecha", "Otros temas", "Sin etiqueta",
        "Sin autor", "Otros artículos", "Índice de etiquetas", "Índice de autores", "Índice de fechas", "Fuentes",
        "Citado por", "consultado el {}",
    ),
    "Sumário": BookWording(
        " ({})", "Os outros volumes", "Vários autores", "Sem data", "Outros temas", "Sem etiqueta",
        "Sem autor", "Outros artigos", "Índice de etiquetas", "Índice de autores", "Índice de datas", "Fontes",
        "Citado por", "acesso em {}",
    ),
    "Содержание": BookWording(
        " ({})", "Другие тома", "Разные авторы", "Без даты", "Прочее", "Без метки", "Без автора",
        "Другие записи", "Указатель меток", "Указатель авторов", "Указатель дат", "Источники", "На это ссылаются",
        "дата обращения: {}",
    ),
}  # fmt: skip
"""By the language's word for the table of contents, so that `writers.wording` alone knows which language is which."""


def book_wording(language: str) -> BookWording:
    """The words for a language tag; English where we know none."""
    return WORDINGS[wording(language).contents]


def volume_name(number: int, label: str, language: str) -> str:
    """What a volume is called besides its book's title: `Volume 2 (2022)`; "" for the only one."""
    words = book_wording(language)
    name = wording(language).volume.format(number) if number else ""
    return name + words.in_brackets.format(part_name("month", label, language)) if name and label else name


def elsewhere(number: int, language: str) -> str:
    """What follows the words of a link to a post in another volume: ` (Volume 2)`."""
    words = book_wording(language)
    return words.in_brackets.format(wording(language).volume.format(number))


def part_name(key: GroupKey, label: str, language: str) -> str:
    """A part's title: its label, years and months in the language's own form, a word where it has none."""
    words = book_wording(language)
    match key:
        case "year" | "month" if label:
            return _period(label, language)
        case "year" | "month":
            return words.undated
        case "category":
            return label or words.uncategorised
        case "tag":
            return label or words.untagged
        case "author":
            return label or words.nameless
        case "folder":
            return label.replace("/", " / ") or words.top


def _period(label: str, language: str) -> str:
    """`2022` and `2022-04` for people; any other label as it is."""
    from babel.core import Locale, UnknownLocaleError
    from babel.dates import format_skeleton

    year, _, month = label.partition("-")
    if not (year.isdecimal() and len(year) == 4 and (not month or month.isdecimal())):
        return label
    try:
        day = datetime.date(int(year), int(month or 1), 1)
        return format_skeleton("yMMMM" if month else "y", day, locale=Locale.parse(language, sep="-"))
    except (UnknownLocaleError, ValueError, KeyError):  # no CLDR data, or a month of a category such as `2022-99`
        return label


def date_range(first: datetime.date, last: datetime.date, language: str) -> str:
    """The months that a book spans, for people: `April 2021 – May 2022`."""
    begin, end = (_period(f"{day:%Y-%m}", language) for day in (first, last))
    return begin if begin == end else f"{begin} – {end}"
