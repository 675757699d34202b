"""Which elements there are, and which of them stand where.

From the HTML standard: the index of elements, 13.1.2 (void elements, end tags that may be left out) and 16.2 (the
obsolete ones); from SVG 2 and MathML Core the elements that drawings and formulas in posts are made of.
"""

from __future__ import annotations


def names(words: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(words.split())


VOID = names("""
    area base basefont bgsound br col command embed frame hr image img input isindex keygen link meta nextid param
    source spacer track wbr
""")
"""Elements without content, which no end tag closes."""

MAY_STAY_OPEN = names("p li dt dd td th tr thead tbody tfoot option optgroup colgroup rt rp rb rtc html head body")
"""Elements whose end tag a person may leave out, and a serialiser never does."""

HEAD = names("html head body title meta base link frameset frame noframes")
"""Parts of a whole page, which no post holds."""

RAW_TEXT = names("script style textarea title xmp plaintext iframe noembed noframes select")
"""Elements that swallow markup up to their end tag, or to the end of the page."""

PHRASES = names("""
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark math nobr q ruby rb rt rtc rp
    s samp small span strike strong sub sup svg time tt u var
""")
"""Marks on text."""

BLOCKS = names("""
    address article aside blockquote caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup legend li main menu nav ol p pre search section summary table
    tbody td tfoot th thead tr ul
""")

OTHERS = names("""
    applet audio blink button canvas colgroup datalist listing map marquee meter noscript object optgroup option
    output picture progress slot template video menuitem nextid isindex image spacer multicol
""")

KNOWN = VOID | HEAD | RAW_TEXT | PHRASES | BLOCKS | OTHERS
"""Every element of HTML that a browser gives a meaning."""

FOREIGN_ROOTS = names("svg math")
"""What lies in these has names of its own, `title`, `style` and `script` among them."""

HOLDS_TEXT = names("p h1 h2 h3 h4 h5 h6 li td th dt dd figcaption caption summary") | PHRASES
"""Elements whose content is a line of text rather than blocks."""

BOOLEAN_ATTRIBUTES = names("""
    allowfullscreen async autofocus autoplay checked compact controls default defer disabled hidden inert ismap
    itemscope loop multiple muted nohref noresize noshade novalidate nowrap open playsinline readonly required
    reversed selected allowtransparency webkitallowfullscreen mozallowfullscreen copyable data-line data-lang
    v-pre crossorigin download
""")
"""Attributes that are written without a value."""

SPOKEN_OF_AFTER = r"(?: ?(?:标签|元素|標籤)| (?:tag|element)s?\b)"
"""What follows a tag that a text speaks of."""
