"""Links through a platform's "you are leaving us" page lead to their target again.

Only detours that the platform put around its authors' links are undone; one that an author wrote stays as written.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import turbohtml

from convertkit.losses import Report
from convertkit.metadata import Metadata

REDIRECTS = (
    ("//link.juejin.cn/", "target"),
    ("//link.juejin.im/", "target"),
    ("//link.zhihu.com/", "target"),
    ("//link.csdn.net/", "target"),
    ("//link.jianshu.com/", "t"),
    ("//www.jianshu.com/go-wild", "url"),
    ("//www.oschina.net/action/GoToLink", "url"),
    ("//my.oschina.net/action/GoToLink", "url"),
    ("//xie.infoq.cn/link", "target"),
    ("//www.infoq.cn/link", "target"),
    ("//sspai.com/link", "target"),
    ("//gitee.com/link", "target"),
    ("//afdian.net/link", "target"),
    ("//ld246.com/forward", "goto"),
    ("//www.douban.com/link2/", "url"),
    ("//steamcommunity.com/linkfilter/", "url"),
)
"""How a detour's URL begins, after its scheme, and the parameter that holds the target."""
LINKS = 'a[href*="=http"]'
"""Few of a post's links hold another one."""


def edit_html(body: turbohtml.Element, metadata: Metadata, report: Report) -> Metadata:  # noqa: ARG001  # nothing is lost
    """Give each such link its target."""
    for link in body.select(LINKS):
        if target := _target(link.attr("href") or ""):
            link.attrs["href"] = target
    return metadata


def _target(url: str) -> str:
    """The URL that a detour leads to; empty if `url` is none, or leads to no web page."""
    scheme, _, rest = url.partition(":")
    parameter = next((name for address, name in REDIRECTS if rest.startswith(address)), None)
    if scheme not in ("http", "https") or parameter is None:
        return ""
    _, _, written = url.partition(f"{parameter}=http")
    if written.startswith(("://", "s://")):
        # Never encoded, as in `?target=https://example.com/?a=1&b=2`, the target takes the rest of the URL with it.
        return f"http{written}"
    target = parse_qs(urlsplit(url).query).get(parameter, [""])[0]
    return target if target.startswith(("https://", "http://")) else ""
