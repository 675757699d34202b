"""The text of a WordPress post as its theme would show it.

An export holds `post_content` as the editor left it: the classic editor writes no paragraphs but blank lines, which
WordPress turns into paragraphs when it shows them (its function `wpautop`), and pictures, galleries and listings as
shortcodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape

_CODE = re.compile(
    r"\[(?P<name>sourcecode|code|php|html|css|js|javascript|python|java|ruby|sql|xml|bash|cpp|csharp)(?P<said>[^\]\n]*)\]\r?\n?"
    r"(?P<code>.*?)\[/(?P=name)\]",
    re.DOTALL | re.IGNORECASE,
)
_CAPTION = re.compile(
    r"\[(?:wp_)?caption(?P<said>[^\]]*)\](?P<inside>.*?)\[/(?:wp_)?caption\]", re.DOTALL | re.IGNORECASE
)
_PICTURE = re.compile(r"\s*(?P<picture>(?:<a\s[^>]*>\s*)?<img\s[^>]*>(?:\s*</a>)?)(?P<caption>.*)", re.DOTALL)
_GALLERY = re.compile(r"\[gallery(?P<said>[^\]]*)\]", re.IGNORECASE)
_EMBED = re.compile(r"\[embed[^\]]*\]\s*(?P<url>https?://[^\s\[\]]+)\s*\[/embed\]", re.IGNORECASE)
_LANGUAGE = re.compile(r"""\b(?:language|lang)\s*=\s*["']?(?P<name>[\w+#-]+)""")
_ATTRIBUTE = re.compile(r"""(?P<key>\w+)\s*=\s*["']?(?P<value>[^"'\]]*)["']?""")
_CAPTION_SAID = re.compile(r"""\bcaption\s*=\s*(?P<quote>["'])(?P<text>.*?)(?P=quote)""", re.DOTALL)

_HAS_BLOCKS = re.compile(r"<!--\s+wp:|<p[\s>]", re.IGNORECASE)
"""What a post of the block editor has, and one whose paragraphs were written."""
_BLOCKS = (
    "table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|blockquote|address"
    "|style|p|h[1-6]|hr|fieldset|legend|section|article|aside|header|footer|nav|figure|figcaption|details|menu|summary"
)
_VERBATIM = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2\s*>)", re.DOTALL | re.IGNORECASE)
_BLOCK_BEGINS = re.compile(rf"\s*(<(?:{_BLOCKS})(?:\s[^>]*)?>)", re.IGNORECASE)
_BLOCK_ENDS = re.compile(rf"(</(?:{_BLOCKS})\s*>|<hr(?:\s[^>]*)?>)\s*", re.IGNORECASE)
_ONLY_BLOCK = re.compile(rf"</?(?:{_BLOCKS})\b", re.IGNORECASE)
_BLANK = re.compile(r"\n[ \t\u00a0]*\n\s*")

Attachments = Mapping[str, str]
"""The addresses of a site's pictures by their number."""


def shown(content: str, attachments: Attachments, children: Callable[[], list[str]]) -> str:
    """The content as HTML. `children` gives the addresses of the pictures that were uploaded to the post."""
    text = content.replace("\r\n", "\n").replace("\r", "\n")
    if "[" in text:
        text = _CODE.sub(_listing, text)
        text = _CAPTION.sub(_figure, text)
        text = _GALLERY.sub(lambda found: _gallery(found["said"], attachments, children), text)
        text = _EMBED.sub(lambda found: f'<p><a href="{escape(found["url"])}">{escape(found["url"])}</a></p>', text)
    return text if _HAS_BLOCKS.search(text) else with_paragraphs(text)


def with_paragraphs(text: str) -> str:
    """Paragraphs at blank lines and line ends where the text has them, but not within blocks that are marked."""
    parts: list[str] = []
    pieces = _VERBATIM.split(text)
    for index in range(0, len(pieces), 3):
        parts += map(_paragraph, _BLANK.split(_apart(pieces[index])))
        parts += pieces[index + 1 : index + 2]
    return "\n".join(filter(None, parts))


def _apart(text: str) -> str:
    """With a blank line before each block and one behind it."""
    return _BLOCK_ENDS.sub(r"\1\n\n", _BLOCK_BEGINS.sub(r"\n\n\1", text))


def _paragraph(text: str) -> str:
    text = text.strip()
    if not text or _ONLY_BLOCK.match(text) or (text.startswith("<!--") and text.endswith("-->")):
        return text
    lines = re.sub(r"(?<!<br>)(?<!<br/>)(?<!<br />)\s*\n", "<br>\n", text)
    return f"<p>{lines}</p>"


def _listing(found: re.Match[str]) -> str:
    said = _LANGUAGE.search(found["said"])
    name = found["name"].lower()
    language = said["name"] if said else "" if name in ("code", "sourcecode") else name
    code = found["code"].rstrip("\n")
    code = code if re.search(r"&(?:lt|gt|amp|quot|#\d+);", code) else escape(code, quote=False)
    named = f' class="language-{escape(language)}"' if language else ""
    return f"\n\n<pre><code{named}>{code}</code></pre>\n\n"


def _figure(found: re.Match[str]) -> str:
    """`[caption]`: a picture, perhaps in a link, and the words below it (before WordPress 3.4 in an attribute)."""
    inside = _PICTURE.fullmatch(found["inside"])
    if inside is None:
        return found["inside"]
    said = _CAPTION_SAID.search(found["said"])
    caption = inside["caption"].strip() or (said["text"] if said else "")
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"\n\n<figure>{inside['picture']}{below}</figure>\n\n"


def _gallery(said: str, attachments: Attachments, children: Callable[[], list[str]]) -> str:
    attributes = {found["key"].lower(): found["value"] for found in _ATTRIBUTE.finditer(said)}
    numbers = attributes.get("ids") or attributes.get("include") or ""
    named = [attachments[number.strip()] for number in numbers.split(",") if number.strip() in attachments]
    pictures = named if numbers else children()
    return "\n\n" + "".join(f'<figure><img src="{escape(url)}"></figure>' for url in pictures) + "\n\n"
