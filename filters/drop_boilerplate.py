"""What surrounds an article without being part of it goes: scripts, hidden things, share bars, QR and app boxes.

Cautious on purpose: a kind of boilerplate is known by its markup and by what it holds, never by its words alone, and
what holds more than a few words stays. Code is never touched but for its copy buttons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TypeGuard

import turbohtml

from convertkit.dom import image_sources, is_attached, remove, visible_text, without_cover
from convertkit.losses import Removed, Report
from convertkit.metadata import Metadata
from convertkit.readers.html.sources import addresses, best_source, is_lazy

NAME = "drop-boilerplate"
CODE = "pre, code, textarea"

MOST_NODES = 300
"""No boilerplate holds more; and a hostile page costs a look at so many nodes for each element, not at all of them."""


class Page:
    """What the tests ask of the whole body; each is found at the first question, not anew for every element."""

    def __init__(self, body: turbohtml.Element) -> None:
        self.body = body

    @cached_property
    def size(self) -> int:
        """How many characters of text there are."""
        return len(visible_text(self.body))

    @cached_property
    def opened(self) -> frozenset[str]:
        """Ids of what a click makes appear."""
        found = self.body.select("[aria-controls], [data-target], a[href*='#']")
        names = (element.attr(name) or "" for element in found for name in ("aria-controls", "data-target", "href"))
        return frozenset(name.rpartition("#")[2] for name in names) - {""}

    @cached_property
    def pictures(self) -> frozenset[str]:
        """The addresses of pictures outside `<noscript>`, lazy ones included."""
        images = [image for image in self.body.select("img") if image.closest("noscript") is None]
        return frozenset(address for image in images for address in addresses(image))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of boilerplate: elements that may be some, and the test that says whether one is."""

    selector: str
    test: Callable[[turbohtml.Element, Page], bool]
    in_code: bool = False
    """Whether it is looked for in listings too."""


DRESSED = "[class], [id], [style], [hidden], [aria-hidden], template, noscript, form, button, img"
"""One of these is in every element that is looked for; most posts of a feed have none."""


def edit_html(body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:
    """Remove every kind from the body."""
    _drop_unshown(body, report)
    if body.select_one(DRESSED) is None:
        return metadata
    before = image_sources(body) if metadata.cover else frozenset()
    page = Page(body)
    for kind in KINDS:
        for element in body.select(kind.selector):
            if _is_kind(element, kind, page):
                remove(element, NAME, report)
    return without_cover(metadata, before, body, NAME, report)


def _is_kind(element: turbohtml.Element, kind: Kind, page: Page) -> bool:
    return (
        is_attached(element, page.body)
        and (kind.in_code or element.closest(CODE) is None)
        and sum(1 for _ in islice(element.descendants, MOST_NODES)) < MOST_NODES
        and kind.test(element, page)
    )


# ---------------------------------------------------------------- what a browser never shows


def _drop_unshown(body: turbohtml.Element, report: Report) -> None:
    """Scripts, style sheets and comments, each reported as one: their text is not the article's."""
    for tag in ("script", "style"):
        found = [element for element in body.select(tag) if _is_program(element)]
        if found:
            size = sum(len(element.text) for element in found)
            report(Removed(tag, NAME, f"[{len(found)} × <{tag}>, {size} characters]"))
        _extract(found)
    comments = _comments(body)
    if comments:
        texts = dict.fromkeys(" ".join(node.data.split()) for node in comments)
        words = "; ".join(filter(None, texts))
        report(Removed("comment", NAME, f"[{len(comments)} × <!-- -->{f': {words}' if words else ', empty'}]"))
    _extract(comments)


def _extract(nodes: Iterable[turbohtml.Node]) -> None:
    for node in nodes:
        node.extract()


SWALLOWED = re.compile(r"</(?:p|h[1-6]|li|blockquote)>[^\S\n]*\n\s*<(?:p|h[1-6]|ul|ol|pre|div|blockquote)\b")
"""Paragraphs in what should be a program: a tag that was only talked of (`a <script> runs…`) took them in."""


def _is_program(element: turbohtml.Element) -> bool:
    """No formula (MathJax's `math/tex`), no part of a drawing or a listing, no running text swallowed by mistake."""
    if (element.attr("type") or "").startswith("math/") or element.closest(f"svg, {CODE}") is not None:
        return False
    return bool(element.attrs) or SWALLOWED.search(element.text) is None


def _comments(body: turbohtml.Element) -> list[turbohtml.Comment | turbohtml.ProcessingInstruction]:
    found = body.xpath(".//comment() | .//processing-instruction()")
    return [node for node in found if _is_aside(node)] if isinstance(found, list) else []


def _is_aside(node: object) -> TypeGuard[turbohtml.Comment | turbohtml.ProcessingInstruction]:
    """A comment outside listings, where `<!-- -->` may be code."""
    parent = node.parent if isinstance(node, turbohtml.Comment | turbohtml.ProcessingInstruction) else None
    return isinstance(parent, turbohtml.Element) and parent.closest(CODE) is None


# ---------------------------------------------------------------- hidden elements

HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
UNFOLDING = re.compile(
    r"\b(?:accordion|answer|collapse|collapsible|content|details|dropdown|expand|fold|lang|more|pane|panel|slide|solution|spoiler|tab|tabpanel|tabs|toggle)\b"
)
"""Words in the class of an element that a reader can make appear."""
MOST_HIDDEN_WORDS = 200
"""Characters. More than that is content that a script shows: 微信's whole article is `visibility: hidden` at first."""


def _is_hidden(element: turbohtml.Element, page: Page) -> bool:
    """Hidden for good: not a tab's content, not referred to, and not much."""
    if element.attr("hidden") is None and not HIDDEN_STYLE.search(element.attr("style") or ""):
        return False
    if (
        (element.attr("hidden") or "").lower() == "until-found"
        or UNFOLDING.search(_name(element))
        or element.attr("role")
    ):
        return False
    if element.select_one("h1, h2, h3, h4, h5, h6, table, figure, pre, math"):
        return False
    if is_lazy(element) or any(is_lazy(loaded) for loaded in element.select("img, iframe, embed, video, audio")):
        return False
    text = visible_text(element)
    few = len(text) <= min(MOST_HIDDEN_WORDS, page.size // 3)
    return few and bool(text or image_sources(element)) and (element.attr("id") or "") not in page.opened


def _is_template(element: turbohtml.Element, page: Page) -> bool:
    """A `<template>` that was only talked of takes in what follows: one with much text may be the article."""
    return len(element.text) <= min(MOST_HIDDEN_WORDS, page.size // 3)


NEEDS_SCRIPT = re.compile(
    r"(?:enable|requires?|turn on|without) java ?script|comments powered by|(?:启用|开启|支持|打开)\W?java ?script",
    re.IGNORECASE,
)


def _is_fallback(element: turbohtml.Element, page: Page) -> bool:
    """A `<noscript>` with nothing but a picture that stands beside it too, or with a plea for JavaScript."""
    text = visible_text(element)
    if text:
        return len(text) <= MOST_HIDDEN_WORDS and NEEDS_SCRIPT.search(text) is not None
    own = image_sources(element)
    return bool(own) and own <= page.pictures


# ---------------------------------------------------------------- share bars

SHARERS = re.compile(
    r"\b(?:a 2 a|addthis|add ?to ?any|bdshare(?:buttonbox)?|jiathis|share(?:aholic|bar|daddy|this)|socialshare)\b"
)
SHARE = re.compile(r"\b(?:share|shares|sharing|social|sns)\b")
SHARE_URL = re.compile(
    r"""^mailto:\?|[?&]share=\w+|^https?://(?:[^/?#]*\.)?(?:
      (?:twitter|x)\.com/(?:intent|share|home\?status) | facebook\.com/(?:share|dialog/|plugins/like)
    | linkedin\.com/(?:sharing|shareArticle|cws/share) | plus\.google\.com/share | reddit\.com/submit
    | pinterest\.[a-z.]+/pin/create | tumblr\.com/(?:share|widgets/share) | getpocket\.com/(?:save|edit)
    | (?:t|telegram)\.me/share | whatsapp\.com/send | wa\.me/\? | line\.me/(?:R/|lineit/share)
    | news\.ycombinator\.com/submitlink | vk\.com/share | buffer(?:app)?\.com/add | bsky\.app/intent
    | b\.hatena\.ne\.jp/(?:entry|add) | service\.weibo\.com/share | v\.t\.sina\.com\.cn/share
    | connect\.qq\.com/widget/shareqq | sns\.qzone\.qq\.com/cgi-bin/qzshare | v\.t\.qq\.com/share
    | douban\.com/(?:share|recommend) | renren\.com/share | jiathis\.com/ | addthis\.com/ | add ?to ?any\.com/ )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Addresses that share the page they are on."""
SHARE_LABEL = re.compile(
    r"(?:分享|转发|分享到|分享至|分享给朋友|一键分享|share(?: (?:this|on|it|via))?)?[\s:：|·]*", re.IGNORECASE
)


def _is_share_bar(element: turbohtml.Element, _: Page) -> bool:
    """Buttons that share the page, and hardly a word besides: a list of an agency's accounts is content."""
    name = _name(element)
    sure = SHARERS.search(name) is not None
    if not sure and not SHARE.search(name):
        return False
    buttons = element.select("a, button")
    if element.tag in ("a", "button"):
        buttons.append(element)
    if not buttons or not all(_shares(button, sure) for button in buttons):
        return False
    return SHARE_LABEL.fullmatch(_text_outside(element, "a, button")) is not None


def _shares(button: turbohtml.Element, sure: bool) -> bool:
    """Whether a link or button shares the page; in a share widget, one that leads nowhere does too."""
    address = button.attr("href") or ""
    nowhere = not address or address.startswith("javascript:") or address.endswith("#")
    label = visible_text(button)
    return len(label) <= 60 and (SHARE_URL.search(address) is not None or (nowhere and (sure or len(label) <= 12)))


# ---------------------------------------------------------------- QR codes and apps

QR_NAME = re.compile(r"\b(?:erweima|ewm|qr|qrbox|qrcode|qrcodes|wechatqr|weixinqr|wxqr|wxcode)\b")
PROMOTION = re.compile(
    r"扫码|扫一扫|扫描|二维码|长按|关注|公众号|下载|客户端|微信|海量资讯|APP|\bscan\b|\bfollow\b|\bdownload\b",
    re.IGNORECASE,
)
MOST_PROMOTION = 60
"""Characters of a box with a QR code."""


def _is_qr_box(element: turbohtml.Element, _: Page) -> bool:
    """A box named after its QR code that holds a picture and a line asking to scan it."""
    text = visible_text(element)
    return (
        QR_NAME.search(_name(element)) is not None
        and element.tag != "body"
        and element.select_one("img") is not None
        and len(element.select("img")) <= 2
        and len(text) <= MOST_PROMOTION
        and PROMOTION.search(text) is not None
        and element.select_one("pre, table, h1, h2, ul, ol") is None
    )


# ---------------------------------------------------------------- buttons, forms, pixels, navigation

COPY_LABELS = frozenset(
    {"复制代码", "复制", "拷贝", "拷贝代码", "已复制", "複製程式碼", "複製", "copy", "copy code", "copied", "copied!"}
)


def _is_copy_button(element: turbohtml.Element, _: Page) -> bool:
    """A button in or beside a listing that copies it; the word 复制 in a text is none."""
    if visible_text(element).lower() not in COPY_LABELS:
        return False
    return element.closest("pre, .highlight") is not None or element.matches("pre + *, :has(+ pre)")


ANCHOR = re.compile(r"\b(?:anchor|anchorjs|headerlink|permalink)\b")


def _is_heading_anchor(element: turbohtml.Element, _: Page) -> bool:
    """The `#` or `¶` behind a heading that links to the heading itself."""
    named = ANCHOR.search(_name(element)) is not None or element.attr("aria-hidden") is not None
    return named and visible_text(element) in ("#", "¶", "§", "🔗")


FORM = re.compile(r"\b(?:commentform|mailchimp|newsletter|search|subscribe)\b")


def _is_form(element: turbohtml.Element, page: Page) -> bool:
    """A form for subscribing, searching or commenting, without much text."""
    named = FORM.search(_name(element)) is not None
    asks = element.select_one('input[type="email" i], input[type="search" i]') is not None
    return (named or asks) and len(visible_text(element)) <= min(MOST_HIDDEN_WORDS, page.size // 2)


PIXEL_URL = re.compile(
    r"//(?:feeds\.feedburner\.com/~r/|pixel\.wp\.com/|stats\.wordpress\.com/|[^/]*google-analytics\.com/|medium\.com/_/stat)"
)


def _is_pixel(element: turbohtml.Element, _: Page) -> bool:
    """A picture of one pixel that is no placeholder: it counts readers."""
    source = element.attr("src") or ""
    if best_source(element) != source:
        return False
    sizes = [(element.attr(name) or "").removesuffix("px").strip() for name in ("width", "height")]
    return all(size in ("0", "1") for size in sizes) or PIXEL_URL.search(source) is not None


NAVIGATION = re.compile(
    r"\b(?:breadcrumbs?|pagination|pager|post[ -]?nav(?:igation)?|(?:jp)?related ?(?:posts?|articles?)|yarpp)\b"
)


def _is_navigation(element: turbohtml.Element, _: Page) -> bool:
    """Links to other posts, before or after the article; a table of contents leads into the article and stays."""
    if not NAVIGATION.search(_name(element)):
        return False
    links = element.select("a[href]")
    leads_out = all("#" not in (link.attr("href") or "") for link in links)
    bare = len(_text_outside(element, "a, h2, h3, h4")) <= 30
    return bool(links) and leads_out and bare and _is_at_an_end(element)


def _is_at_an_end(element: turbohtml.Element) -> bool:
    """Whether hardly anything stands on one side of an element."""
    return _is_little(element.following) or _is_little(element.preceding)


def _is_little(nodes: Iterable[turbohtml.Node]) -> bool:
    """Few words in few nodes."""
    nearest = list(islice(nodes, MOST_NODES))
    words = sum(len(node.data.strip()) for node in nearest if isinstance(node, turbohtml.Text))
    return len(nearest) < MOST_NODES and words <= MOST_HIDDEN_WORDS


# ---------------------------------------------------------------- helpers and the table


WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def _name(element: turbohtml.Element) -> str:
    """The words of an element's classes and id, in lower case: `appendQr_wrap` is `append qr wrap`."""
    return " ".join(WORD.findall(f"{element.attr('class') or ''} {element.attr('id') or ''}")).lower()


def _text_outside(element: turbohtml.Element, selector: str) -> str:
    """An element's words that do not stand in any of the selected elements in it."""
    return " ".join(
        node.data.strip()
        for node in element.descendants
        if isinstance(node, turbohtml.Text)
        and node.data.strip()
        and isinstance(node.parent, turbohtml.Element)
        and node.parent.closest(selector) is None
    )


KINDS = (
    Kind("template", _is_template),
    Kind("noscript", _is_fallback),
    Kind('[hidden], [style*="display" i], [style*="visibility" i]', _is_hidden),
    Kind('[class*="copy" i], button', _is_copy_button, in_code=True),
    Kind(":is(h1, h2, h3, h4, h5, h6) :is(a[class], a[id], a[aria-hidden])", _is_heading_anchor),
    Kind(
        '[class*="share" i], [id*="share" i], [class*="social" i], [class*="sharing" i], [class*="sns" i], '
        '[class*="jiathis" i], [class*="addthis" i], [class*="addtoany" i], [class*="a2a" i]',
        _is_share_bar,
    ),
    Kind('[class*="qr" i], [id*="qr" i], [class*="erweima" i], [class*="ewm" i], [class*="wxcode" i]', _is_qr_box),
    Kind("form", _is_form),
    Kind(
        'img:is([width="0"], [width="1"], [width="0px"], [width="1px"]), img[src*="feedburner"], img[src*="wp.com"], '
        'img[src*="wordpress.com"], img[src*="google-analytics"], img[src*="medium.com/_/stat"]',
        _is_pixel,
    ),
    Kind(
        '[class*="related" i], [class*="breadcrumb" i], [class*="paginat" i], [class*="pager" i], [class*="nav" i], '
        '[class*="yarpp" i], [id*="related" i]',
        _is_navigation,
    ),
)
"""What is looked for, in this order: a glance each at an ordinary post, which has none of all this."""
