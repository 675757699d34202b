"""WordPress's shortcodes that a feed or a copy left as text: `[caption]`, `[gallery]`, `[embed]`, `[youtube]`.

Only what plainly is one is taken: a caption with its picture, an address between `[embed]` and its end, a player or a
gallery alone in its paragraph. Somebody who writes about shortcodes keeps them.
"""

from __future__ import annotations

import re
from html import unescape

import turbohtml

from convertkit.losses import ElementDropped, Removed, Report
from convertkit.readers.html.place import place_of

_SHORTCODE = re.compile(
    r"\[(?:(?:wp_)?caption|gallery|embed|youtube|vimeo|video|audio|playlist)(?:[\s=\]])", re.IGNORECASE
)
_HELD = "text()[contains(., '[')]"
_CAPTION = re.compile(r"\[(?:wp_)?caption\b(?P<said>[^\[\]]*)\]\s*\Z", re.IGNORECASE)
_CAPTION_END = re.compile(r"(?P<caption>[^\[]*)\[/(?:wp_)?caption\]", re.IGNORECASE)
_CAPTION_SAID = re.compile(r"""\bcaption\s*=\s*(?P<quote>["'”“″])(?P<text>.*?)(?P=quote)""", re.DOTALL)
_EMBED = re.compile(r"\[embed[^\[\]]*\]\s*(?P<address>https?://[^\s\[\]<>]+)\s*\[/embed\]", re.IGNORECASE)
_PLAYER = re.compile(
    r"\[(?P<name>youtube|vimeo|video|audio)(?:[\s=]+(?P<said>[^\]]*))?\](?:(?P<inside>[^\[\]]*)\[/(?P=name)\])?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s\"'”“″\[\]<>]+")
_IDENTIFIER = re.compile(r"""(?:\A|[\s"'=”“″])(?P<id>[\w-]{11}|\d{5,12})(?:[\s"'”“″]|\Z)""")
_PICTURES = re.compile(r"\[(?:gallery|playlist)(?:\s[^\]]*)?\]", re.IGNORECASE)
_PAGES = {"youtube": "https://www.youtube.com/watch?v={}", "vimeo": "https://vimeo.com/{}"}
_FAR = 12
"""Nodes that a caption may stretch over."""


def settle_shortcodes(body: turbohtml.Element, report: Report) -> None:
    """Put a figure or a link in place of each shortcode; a gallery by the numbers of its pictures is reported."""
    text = body.text
    if "[" not in text or _SHORTCODE.search(text) is None:
        return
    held = body.xpath(f"descendant-or-self::*[{_HELD}]")
    for parent in held if isinstance(held, list) else ():
        if not isinstance(parent, turbohtml.Element) or parent.closest("pre, code, textarea, script, style"):
            continue
        for node in list(parent):
            if isinstance(node, turbohtml.Text) and node.parent is not None and "[" in node.data:
                _read_caption(node, report)
                _read_embeds(node, report)
        alone = parent.text.strip()
        if _PICTURES.fullmatch(alone) and parent.select_one("img") is None:
            report(ElementDropped(place_of(parent), "gallery", alone))
            parent.clear()
        elif (player := _PLAYER.fullmatch(alone)) and (address := _played(player)):
            report(Removed(place_of(parent), "shortcodes", alone.replace(address, "…", 1)))
            parent.clear()
            parent.append(_link(address))


def _read_caption(start: turbohtml.Text, report: Report) -> None:
    """The figure of `[caption …]<img> Words[/caption]`, which begins in this text."""
    opening = _CAPTION.search(start.data)
    if opening is None:
        return
    between: list[turbohtml.Node] = []
    for node in start.next_siblings:
        end = _CAPTION_END.match(node.data) if isinstance(node, turbohtml.Text) else None
        if isinstance(node, turbohtml.Text) and end is not None:
            break
        between.append(node)
        if len(between) > _FAR:
            return
    else:
        return
    picture = next((one for one in between if _shows_picture(one)), None)
    if picture is None:
        return
    said = _CAPTION_SAID.search(unescape(opening["said"]))
    words: list[turbohtml.Node] = [one for one in between if one != picture]
    words.append(turbohtml.Text(end["caption"]))
    if said and not end["caption"].strip() and len(words) == 1:
        words = [turbohtml.Text(said["text"])]
    rest = node.data[end.end() :]
    report(Removed("", "shortcodes", f"{opening[0].strip()}…[/caption]"))
    figure = turbohtml.Element("figure", {}, [picture, turbohtml.Element("figcaption", {}, words)])
    node.replace_with(figure, turbohtml.Text(rest))
    start.data = start.data[: opening.start()]


def _shows_picture(node: turbohtml.Node) -> bool:
    return isinstance(node, turbohtml.Element) and (node.tag == "img" or node.select_one("img") is not None)


def _read_embeds(text: turbohtml.Text, report: Report) -> None:
    made: list[turbohtml.Node] = []
    at = 0
    for found in _EMBED.finditer(text.data):
        made += [turbohtml.Text(text.data[at : found.start()]), _link(found["address"])]
        report(Removed("", "shortcodes", found[0].replace(found["address"], "…")))
        at = found.end()
    if made:
        text.replace_with(*made, turbohtml.Text(text.data[at:]))


def _played(player: re.Match[str]) -> str:
    """The address of what a player's shortcode plays; empty if it names none."""
    said = unescape(f"{player['said'] or ''} {player['inside'] or ''}")
    if address := _ADDRESS.search(said):
        return address[0]
    identifier = _IDENTIFIER.search(said)
    page = _PAGES.get(player["name"].lower())
    return page.format(identifier["id"]) if identifier and page else ""


def _link(address: str) -> turbohtml.Element:
    return turbohtml.Element("a", {"href": address}, [turbohtml.Text(address)])
