"""GitHub's alerts and Obsidian's callouts: quotations that begin with `[!NOTE]`, rendered as GitHub renders them.

GitHub, "Basic writing and formatting syntax", Alerts; Obsidian, "Callouts", for a title behind the sign.
"""

from __future__ import annotations

import re

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_SIGN = re.compile(
    r"\[!(?P<name>note|tip|important|warning|caution)\](?:[+-](?=\s|$))?[ \t]*(?P<title>[^\n]*)(?:\n|$)", re.IGNORECASE
)
_PARAGRAPH = ("paragraph_open", "inline", "paragraph_close")


def mark_alerts(state: StateCore) -> None:
    """Make a `div.markdown-alert` with a title of each quotation that is an alert; one that says nothing is none."""
    if "[!" not in state.src:
        return
    tokens: list[Token] = []
    open_quotes: list[bool] = []
    skipped = 0
    for index, token in enumerate(state.tokens):
        if skipped:
            skipped -= 1
        elif token.type == "blockquote_open":
            found = _sign_behind(state.tokens, index)
            open_quotes.append(found is not None)
            tokens += [token] if found is None else _begin(token, found)
            if found is not None:
                words = state.tokens[index + 2]
                words.content = words.content[found.end() :]
                skipped = 0 if words.content else len(_PARAGRAPH)
        else:
            if token.type == "blockquote_close" and open_quotes.pop():
                token.type, token.tag = "alert_close", "div"
            tokens.append(token)
    state.tokens = tokens


def _sign_behind(tokens: list[Token], index: int) -> re.Match[str] | None:
    """The sign at the start of a quotation's first paragraph."""
    if tokens[index + 1].type != "paragraph_open":
        return None
    found = _SIGN.match(tokens[index + 2].content)
    is_all = found is not None and found.end() == len(tokens[index + 2].content)
    if is_all and not (found and found["title"]) and tokens[index + 4].type == "blockquote_close":
        return None
    return found


def _begin(quote: Token, found: re.Match[str]) -> list[Token]:
    name = found["name"].lower()
    opening = Token("alert_open", "div", 1, attrs={"class": f"markdown-alert markdown-alert-{name}"}, block=True)
    title = Token("paragraph_open", "p", 1, attrs={"class": "markdown-alert-title"}, block=True)
    words = Token("inline", "", 0, content=found["title"] or name.capitalize(), children=[], map=quote.map, block=True)
    return [opening, title, words, Token("paragraph_close", "p", -1, block=True)]
