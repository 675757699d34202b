"""Cards that editors draw around a link, a file, a sound or what unfolds, put into the DOM as HTML's own elements.

A card shows one link many times: as a title, a description, a picture of the other page, its icon. What a reader needs
of it is one link under the title, and the words.
"""

from __future__ import annotations

import re

import turbohtml

from convertkit.losses import Removed, Report
from convertkit.readers.html.place import place_of

_CARDS: tuple[tuple[str, str, str], ...] = (
    (
        ".kg-bookmark-card",
        ".kg-bookmark-title",
        ".kg-bookmark-description, .kg-bookmark-author, .kg-bookmark-publisher",
    ),
    (".kg-file-card", ".kg-file-card-title", ".kg-file-card-caption, .kg-file-card-filename, .kg-file-card-filesize"),
    (".kg-audio-card", ".kg-audio-title", ".kg-audio-duration"),
    ("figure:has(> a.bookmark)", ".bookmark-title", ".bookmark-description"),
    ("a.LinkCard", ".LinkCard-title", ".LinkCard-desc, .LinkCard-meta, .LinkCard-summary"),
    (".wp-block-file", "a[href]:not(.wp-block-file__button)", ""),
)
"""Cards (Ghost's three, Notion's, 知乎's, WordPress's file), the title in each, and the words beside it."""
_SMALL = ".kg-bookmark-author, .kg-file-card-filename, .kg-audio-title"
"""What stands on one line with what follows it."""
_CONTROLS = ".kg-video-overlay, .kg-video-player-container"
"""What plays a film of Ghost's, beside the film."""
_EMBED = ".wp-block-embed__wrapper"
_SET_APART = "figure.highlight > figcaption > span + a, .kg-bookmark-author + .kg-bookmark-publisher"
"""What a style sheet alone sets apart from the words before it: Hexo's link to a listing's source, Ghost's names."""
_TOGGLE = ".kg-toggle-card"
_ANY = f"[class*=kg-], {_EMBED}, .wp-block-file, a.bookmark, a.LinkCard"
_WEB = re.compile(r"https?://\S+\Z")


def settle_cards(body: turbohtml.Element, report: Report) -> None:
    """Put a link with its words in the place of each card; what else the card shows is reported."""
    if body.select_one(_ANY) is None:
        return
    for selector, title, words in _CARDS:
        for card in body.select(selector):
            if card.closest("pre") is None:
                _read_card(card, title, words, report)
    for card in body.select(_TOGGLE):
        _read_toggle(card)
    for controls in body.select(_CONTROLS):
        _drop(controls, report)
    for wrapper in body.select(_EMBED):
        address = wrapper.text.strip()
        if _WEB.match(address) and wrapper.select_one("*") is None:
            link = turbohtml.Element("a", {"href": address}, [turbohtml.Text(address)])
            wrapper.replace_with(turbohtml.Element("p", {}, [link]))


def set_words_apart(body: turbohtml.Element) -> None:
    """Put a space between neighbours that only a style sheet sets apart."""
    for element in body.select(f"a + a, {_SET_APART}"):
        if element.tag != "a" or element.matches(_SET_APART) or _is_another(element):
            element.insert_before(turbohtml.Text(" "))


def _is_another(element: turbohtml.Element) -> bool:
    """Whether a link right behind one to the same place is another (a name, and a button to fetch it).

    An editor that splits a link in the midst of a word leaves both halves the same attributes, and letters that go on.
    """
    before = element.previous_sibling
    if not isinstance(before, turbohtml.Element) or before.tag != "a" or before.attr("href") != element.attr("href"):
        return False
    if any(before.attr(name) != element.attr(name) for name in ("class", "download", "role")):
        return True
    one, other = before.text, element.text
    plain = all(isinstance(child, turbohtml.Text) for link in (before, element) for child in link)
    return plain and (one[-1:].islower() or one[-1:].isdigit()) and other[:1].isupper()


def _read_card(card: turbohtml.Element, title: str, words: str, report: Report) -> None:
    link = card if card.tag == "a" else card.select_one("a[href], audio[src]")
    target = (link.attr("href") or link.attr("src") or "") if link is not None else ""
    named = card.select_one(title)
    if not target or named is None or not named.text.strip():
        return
    caption = card.select_one("figcaption")
    shown: list[turbohtml.Node] = [turbohtml.Element("a", {"href": target}, list(named.children))]
    after = named
    for part in card.select(words) if words else ():
        if part.text.strip():
            shown += [turbohtml.Text(" · ") if after.matches(_SMALL) else turbohtml.Element("br"), *part.children]
            after = part
    paragraph = turbohtml.Element("p", {}, shown)
    if caption is not None and caption.text.strip():
        caption.extract()
        card.replace_with(turbohtml.Element("figure", {}, [paragraph, caption]))
    else:
        card.replace_with(paragraph)
    _tell_rest(card, target, report)


def _tell_rest(card: turbohtml.Element, target: str, report: Report) -> None:
    """Report what a card holds besides: pictures of the other page, its icon, the words of a player's buttons."""
    for hidden in card.select("style, script"):
        hidden.extract()
    rest = [element.attr("aria-label") or "" for element in card.select("object[aria-label]")]
    rest += [string for string in card.stripped_strings if string != target]
    rest += [f"[image {source}]" for image in card.select("img") if (source := image.attr("src"))]
    rest += [f"[audio {source}]" for audio in card.select("audio") if (source := audio.attr("src"))]
    if rest:
        report(Removed(place_of(card), "link card", " ".join(rest)))


def _read_toggle(card: turbohtml.Element) -> None:
    """Ghost's toggle as `details`."""
    heading, content = card.select_one(".kg-toggle-heading-text"), card.select_one(".kg-toggle-content")
    if heading is None or content is None:
        return
    summary = turbohtml.Element("summary", {}, list(heading.children))
    card.replace_with(turbohtml.Element("details", {}, [summary, *content.children]))


def _drop(controls: turbohtml.Element, report: Report) -> None:
    if shown := " ".join(controls.stripped_strings):
        report(Removed(place_of(controls), "player", shown))
    controls.extract()
