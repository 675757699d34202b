"""Hugo's shortcodes, which run wherever they stand in a page, in code too: text that looks like one is shown instead.

`{{</* name */>}}` is shown as `{{< name >}}` (Hugo, "Shortcodes"; its lexer knows nothing of Markdown).
"""

from __future__ import annotations

import re

from convertkit.writers.markdown.page import Page

_WHOLE = re.compile(r"\{\{(?:<(?!/\*)((?:(?!\{\{[<%]).)*?)>\}\}|%(?!/\*)((?:(?!\{\{[<%]).)*?)%\}\})")
_OPEN = re.compile(r"\{\{[<%](?!/\*)")


def without_shortcodes(body: str, page: Page) -> str:
    """The body with every shortcode as a comment of Hugo's, and none that is left open, which would stop the build."""
    if "{{<" not in body and "{{%" not in body:
        return body
    return _OPEN.sub(lambda found: _parted(found[0], page), _WHOLE.sub(_commented, body))


def _commented(found: re.Match[str]) -> str:
    opening, inner, closing = ("<", found[1], ">") if found[1] is not None else ("%", found[2], "%")
    return f"{{{{{opening}/*{inner}*/{closing}}}}}"


def _parted(opening: str, page: Page) -> str:
    """Its braces with a word joiner before the sign: nothing else keeps Hugo from reading on in code."""
    page.lose("the beginning of a shortcode without its end", opening)
    return f"{opening[:-1]}\u2060{opening[-1]}"
