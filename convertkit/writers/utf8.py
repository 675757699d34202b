"""The last step of every writer of text: from `str` to UTF-8."""

from __future__ import annotations

import re

from convertkit.losses import CharactersReplaced, Report

_SURROGATE = re.compile("[\ud800-\udfff]")


def encode_utf8(text: str, report: Report) -> bytes:
    """The text in UTF-8; a lone surrogate, which a document built by hand may hold, becomes U+FFFD and is reported."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        whole, count = _SURROGATE.subn("\ufffd", text)
        report(CharactersReplaced("", count))
        return whole.encode()
