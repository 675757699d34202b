"""What a catalogue says in the language of most of its books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from convertkit.writers.wording import wording


@dataclass(frozen=True, slots=True)
class CatalogWording:
    """A language's words for shelves."""

    all_books: str
    recent: str
    authors: str
    series: str
    subjects: str
    languages: str


ENGLISH = CatalogWording("All books", "Latest", "Authors", "Series", "Subjects", "Languages")

WORDINGS: Mapping[str, CatalogWording] = {
    "目录": CatalogWording("全部图书", "最近更新", "作者", "丛书", "主题", "语言"),
    "目錄": CatalogWording("全部圖書", "最近更新", "作者", "叢書", "主題", "語言"),
    "目次": CatalogWording("すべての本", "新着", "著者", "シリーズ", "主題", "言語"),
    "목차": CatalogWording("모든 책", "최근", "저자", "시리즈", "주제", "언어"),
    "Inhalt": CatalogWording("Alle Bücher", "Neueste", "Autoren", "Reihen", "Themen", "Sprachen"),
    "Sommaire": CatalogWording("Tous les livres", "Derniers", "Auteurs", "Séries", "Sujets", "Langues"),
    "Índice": CatalogWording("Todos los libros", "Últimos", "Autores", "Series", "Temas", "Idiomas"),
    "Sumário": CatalogWording("Todos os livros", "Últimos", "Autores", "Séries", "Assuntos", "Idiomas"),
    "Содержание": CatalogWording("Все книги", "Новые", "Авторы", "Серии", "Темы", "Языки"),
}
"""By the language's word for the table of contents, so that `writers.wording` alone knows which language is which."""


def catalog_wording(language: str) -> CatalogWording:
    """The words for a language tag; English where we know none."""
    return WORDINGS.get(wording(language).contents, ENGLISH)
