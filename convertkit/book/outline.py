"""A plan in lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convertkit.book.arranging import Part
from convertkit.book.building import BookReport
from convertkit.book.cards import Card, total_words
from convertkit.book.describing import book_language
from convertkit.book.wording import part_name


def outline(report: BookReport) -> Iterator[str]:
    """Volumes, parts and chapters with words and bytes; then what is left out, and why."""
    language = book_language(report.plan.cards)
    for volume, told in zip(report.plan.volumes, report.volumes, strict=True):
        size = f"about {told.size / 1e6:.1f} MB"
        yield f"{told.path}: {told.title} ({told.chapters:,} posts, {told.words:,} words, {size})"
        yield from _chapters(volume.chapters, 1)
        yield from _parts(volume.parts, 1, language)
    for left in report.left_out:
        yield f"left out: {left.card.source} {left.reason}"
    for copy in report.duplicates:
        yield f"left out: {copy.card.source} is a copy (the same {copy.same}) of {copy.kept.source}"
    for failed in report.unreadable:
        yield f"unreadable: {failed.error}"
    for link in report.dead_links:
        yield f"points nowhere: {link.target} in {link.source}"


def _parts(parts: Sequence[Part], depth: int, language: str) -> Iterator[str]:
    for part in parts:
        cards = list(part.all_chapters())
        title = part_name(part.key, part.label, language)
        yield f"{'  ' * depth}{title} ({len(cards):,} posts, {total_words(cards):,} words)"
        yield from _chapters(part.chapters, depth + 1)
        yield from _parts(part.parts, depth + 1, language)


def _chapters(cards: Sequence[Card], depth: int) -> Iterator[str]:
    for card in cards:
        yield f"{'  ' * depth}{card.metadata.title or card.path} ({card.words:,} words, {card.size:,} bytes)"
