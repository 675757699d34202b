"""Readers' comments as HTML behind a post: a heading, then each as a quotation, replies within what they reply to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

import turbohtml

from convertkit.languages import canonical_tag, detect_language
from convertkit.readers.html import find_body

_HEADINGS: Mapping[str, str] = {
    "ar": "التعليقات", "cs": "Komentáře", "da": "Kommentarer", "de": "Kommentare", "en": "Comments",
    "es": "Comentarios", "fi": "Kommentit", "fr": "Commentaires", "hu": "Hozzászólások", "id": "Komentar",
    "it": "Commenti", "ja": "コメント", "ko": "댓글", "nb": "Kommentarer", "nl": "Reacties", "pl": "Komentarze",
    "pt": "Comentários", "ru": "Комментарии", "sv": "Kommentarer", "tr": "Yorumlar", "uk": "Коментарі",
    "vi": "Bình luận", "zh": "评论", "zh-Hant": "留言",
}  # fmt: skip
_TRADITIONAL = ("zh-Hant", "zh-TW", "zh-HK", "zh-MO")
_DEEPEST = 10
"""Replies within replies; those below stand beside each other, as WordPress has them."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `parent` is the `id` of the comment that it replies to, empty for none."""

    id: str
    parent: str
    author: str
    date: str
    """As it is shown: a day, perhaps a time."""
    html: str


def comments_markup(comments: Iterable[Comment], language: str, post: str) -> str:
    """The comments of a post as HTML; the heading in the language given, else in that of the post's HTML."""
    found = list(comments)
    if not found:
        return ""
    known = {comment.id for comment in found}
    replies: dict[str, list[Comment]] = {}
    for comment in found:
        above = comment.parent if comment.parent in known and comment.parent != comment.id else ""
        replies.setdefault(above, []).append(comment)
    inside = "".join(_quoted(comment, replies, 1) for comment in replies.pop("", []))
    orphans = "".join(_quoted(comment, {}, 1) for ring in replies.values() for comment in ring)  # each other's parents
    return f"<h2>{_heading(language, post)}</h2>{inside}{orphans}"


def _quoted(comment: Comment, replies: dict[str, list[Comment]], depth: int) -> str:
    below = list(_taken(comment.id, replies, deep=depth >= _DEEPEST))
    inside = "".join(_quoted(reply, replies, depth + 1) for reply in below)
    who = ", ".join(
        part
        for part in (f"<strong>{escape(comment.author)}</strong>" * bool(comment.author), escape(comment.date))
        if part
    )
    return f"<blockquote><p>{who}</p>{_closed(comment.html)}{inside}</blockquote>"


def _taken(name: str, replies: dict[str, list[Comment]], *, deep: bool) -> Iterator[Comment]:
    """The replies to a comment, and if `deep` the replies to them, each given once."""
    for reply in replies.pop(name, []):
        yield reply
        if deep:
            yield from _taken(reply.id, replies, deep=True)


def _closed(markup: str) -> str:
    """A piece of HTML in which all that was opened is closed, so that it cannot hold what follows."""
    return "".join(
        child.serialize() if isinstance(child, turbohtml.Element) else escape(child.data, quote=False)
        for child in find_body(turbohtml.parse(markup, positions=False))
        if isinstance(child, turbohtml.Element | turbohtml.Text)
    )


def _heading(language: str, post: str) -> str:
    tag = canonical_tag(language) if language else None
    tag = tag or detect_language(find_body(turbohtml.parse(post, positions=False)).text) or "en"
    if tag.startswith(_TRADITIONAL):
        return _HEADINGS["zh-Hant"]
    return _HEADINGS.get(tag.partition("-")[0], _HEADINGS["en"])
