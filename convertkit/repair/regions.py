"""Where code begins and ends: listings (`pre`) and code within a line (`code`).

Code may speak of the very tags that hold it. A listing in a listing pairs its tags, so a listing ends at the end tag
that pairs with its start; a start tag without one ends at the first. Code in a line never nests: it ends at the last
end tag before the next start tag, since an end tag too many can be nothing but code.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

_LISTING = re.compile(r"<pre\b[^<>]*>|</pre\s*>", re.IGNORECASE)
_WRAPPED = re.compile(r"<pre\b[^<>]*>\s*+(?:<span></span>)?+<code\b[^<>]*>|</code\s*>\s*+</pre\s*>", re.IGNORECASE)
_PHRASE = re.compile(r"<code\b[^<>]*>|</code\s*>", re.IGNORECASE)
_BOUNDARY = re.compile(r"</(?:p|li|td|th|h[1-6]|div|tr|ul|ol|blockquote|pre|dd|dt|figure)\b", re.IGNORECASE)


_TAGS_IN_CODE = 16
"""Start tags that code in a line may speak of."""


class _Pairs:
    """Start and end tags of one pattern, paired once for a whole text."""

    def __init__(self, html: str, pattern: re.Pattern[str]) -> None:
        self.tags = [(found.start(), found.end(), found[0][1] == "/") for found in pattern.finditer(html)]
        self.starts = [tag[0] for tag in self.tags]
        self.ends = [tag[0] for tag in self.tags if tag[2]]
        self.closing: dict[int, int] = {}
        opened: list[int] = []
        for start, _, is_end in self.tags:
            if not is_end:
                opened.append(start)
            elif opened:
                self.closing[opened.pop()] = start

    def close(self, start: int) -> int | None:
        """Where the end tag of the start tag at a place stands; the first one if it has none of its own."""
        if start in self.closing:
            return self.closing[start]
        index = bisect_left(self.ends, start)
        return self.ends[index] if index < len(self.ends) else None

    def following(self, position: int) -> tuple[int, int, bool] | None:
        """The first tag from a place on."""
        index = bisect_left(self.starts, position)
        return self.tags[index] if index < len(self.tags) else None


class Regions:
    """The code of a text; its tags are looked for when the first code of a kind asks."""

    def __init__(self, html: str) -> None:
        self.html = html

    @cached_property
    def _listings(self) -> _Pairs:
        return _Pairs(self.html, _LISTING)

    @cached_property
    def _wrapped(self) -> _Pairs:
        return _Pairs(self.html, _WRAPPED)

    @cached_property
    def _phrases(self) -> _Pairs:
        return _Pairs(self.html, _PHRASE)

    def listing(self, start: int) -> tuple[int, int] | None:
        """Where the content of the listing whose tag stands at `start` begins and ends; None if nothing ends it."""
        opening = _WRAPPED.match(self.html, start) or _LISTING.match(self.html, start)
        if opening is None:
            return None
        wrapped = self._wrapped.close(start) if opening[0].lower().find("<code", 1) > 0 else None
        plain = self._listings.close(start)
        if wrapped is not None and plain is not None and self._is_further_listing(start, opening.end(), wrapped):
            wrapped = None
        if wrapped is not None:
            return opening.end(), wrapped
        return (self.html.index(">", start) + 1, plain) if plain is not None else None

    def _is_further_listing(self, start: int, begin: int, end: int) -> bool:
        """Whether `</code></pre>` belongs to a later listing, this one ending in another way."""
        return start not in self._wrapped.closing and _WRAPPED.search(self.html, begin, end) is not None

    def phrase(self, begin: int) -> int | None:
        """Where code in a line ends whose start tag ends at `begin`; None if that is no start tag."""
        html = self.html
        index = bisect_left(self._phrases.starts, begin)
        first = index
        tags = self._phrases.tags
        while index < len(tags) and not tags[index][2]:
            index += 1
            if index - first > _TAGS_IN_CODE:
                return None
        if index == len(tags) or (index > first and _BOUNDARY.search(html, begin, tags[index - 1][0])):
            return None
        end, behind, _ = tags[index]
        while (following := self._phrases.following(behind)) and following[2]:
            if _BOUNDARY.search(html, behind, following[0]):
                break
            end, behind, _ = following
        return end
