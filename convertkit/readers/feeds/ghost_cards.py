"""The cards of Ghost's editors as HTML: what stands in a post between its paragraphs, in Mobiledoc and in Lexical."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from convertkit.losses import ElementDropped, Removed, Report
from convertkit.readers.feeds.json_values import Row, rows_in, text_in
from convertkit.readers.markdown import render_markdown

_NO_TEXT = frozenset(["email", "email-cta", "signup", "paywall"])
"""Cards that speak to subscribers, or that stand for a border."""


def card_markup(name: str, said: Mapping[str, Any], report: Report) -> str:
    """A card as HTML; one that nobody knows is reported."""
    card = _CARDS.get(name)
    if card is not None:
        return card(said)
    if name in _NO_TEXT:
        report(Removed("", "cards for subscribers", f"[{name}]"))
    else:
        report(ElementDropped("", name, " ".join(value for value in said.values() if isinstance(value, str))[:200]))
    return ""


def _captioned(inside: str, said: Row) -> str:
    """With the caption, which is HTML."""
    caption = text_in(said, "caption")
    return f"<figure>{inside}<figcaption>{caption}</figcaption></figure>" if caption else f"<figure>{inside}</figure>"


def _link(address: str, text: str) -> str:
    return f'<p><a href="{escape(address)}">{escape(text or address, quote=False)}</a></p>' if address else ""


def _picture(said: Row) -> str:
    title = f' title="{escape(text_in(said, "title"))}"' if text_in(said, "title") else ""
    return f'<img src="{escape(text_in(said, "src"))}" alt="{escape(text_in(said, "alt"))}"{title}>'


def _image(said: Row) -> str:
    address = text_in(said, "href")
    picture = _picture(said)
    return _captioned(f'<a href="{escape(address)}">{picture}</a>' if address else picture, said)


def _gallery(said: Row) -> str:
    pictures = "".join(f"<figure>{_picture(image)}</figure>" for image in rows_in(said, "images"))
    caption = text_in(said, "caption")
    return pictures + (f"<p>{caption}</p>" if caption else "")


def _code(said: Row) -> str:
    language = text_in(said, "language")
    named = f' class="language-{escape(language)}"' if language else ""
    code = said.get("code")
    listing = f"<pre><code{named}>{escape(code if isinstance(code, str) else '', quote=False)}</code></pre>"
    return _captioned(listing, said) if text_in(said, "caption") else listing


def _markdown(said: Row) -> str:
    return render_markdown(text_in(said, "markdown"))


def _html(said: Row) -> str:
    return text_in(said, "html")


def _embed(said: Row) -> str:
    """What another site gave to show, which has a frame with its address, or the address."""
    return _captioned(text_in(said, "html") or _link(text_in(said, "url"), ""), said)


def _bookmark(said: Row) -> str:
    about = said.get("metadata")
    about = about if isinstance(about, dict) else said
    words = text_in(about, "description")
    told = f"<p>{escape(words, quote=False)}</p>" if words else ""
    caption = text_in(said, "caption")
    return _link(text_in(said, "url"), text_in(about, "title")) + told + (f"<p>{caption}</p>" if caption else "")


def _callout(said: Row) -> str:
    sign = text_in(said, "calloutEmoji")
    return f"<blockquote><p>{sign} {text_in(said, 'calloutText')}</p></blockquote>"


def _toggle(said: Row) -> str:
    return f"<details><summary>{text_in(said, 'heading')}</summary>{text_in(said, 'content')}</details>"


def _file(said: Row) -> str:
    name = text_in(said, "fileTitle", "title", "fileName")
    words = text_in(said, "fileCaption", "caption")
    return _link(text_in(said, "src"), name) + (f"<p>{words}</p>" if words else "")


def _button(said: Row) -> str:
    return _link(text_in(said, "buttonUrl"), text_in(said, "buttonText"))


def _header(said: Row) -> str:
    below = text_in(said, "subheader")
    return f"<h2>{text_in(said, 'header')}</h2>" + (f"<p>{below}</p>" if below else "") + _button(said)


def _product(said: Row) -> str:
    picture = text_in(said, "productImageSrc")
    shown = f'<img src="{escape(picture)}" alt="">' if picture else ""
    button = _link(text_in(said, "productUrl"), text_in(said, "productButton"))
    return (
        f"{shown}<p><strong>{text_in(said, 'productTitle')}</strong></p>{text_in(said, 'productDescription')}{button}"
    )


_CARDS: Mapping[str, Callable[[Row], str]] = {
    "audio": _file,
    "bookmark": _bookmark,
    "button": _button,
    "call-to-action": lambda said: f"<blockquote>{text_in(said, 'textValue')}{_button(said)}</blockquote>",
    "callout": _callout,
    "card-markdown": _markdown,
    "code": _code,
    "codeblock": _code,
    "embed": _embed,
    "file": _file,
    "gallery": _gallery,
    "header": _header,
    "horizontalrule": lambda _: "<hr>",
    "hr": lambda _: "<hr>",
    "html": _html,
    "image": _image,
    "markdown": _markdown,
    "product": _product,
    "toggle": _toggle,
    "video": _file,
}
