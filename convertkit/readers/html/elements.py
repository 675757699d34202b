"""The place of every HTML element: kept as structure (a handler), children only, or not shown.

The elements are those of the HTML standard's index, the obsolete ones of its section 16.2, and those of our own that
`formulas`, `notes` and `wrappers` put into the DOM. What is in no table is unknown and keeps its text, as in a browser
(`children_only`). SVG and MathML keep their elements to themselves (`read_drawing`, `mathml`).
"""

from __future__ import annotations

from collections.abc import Mapping

from convertkit.readers.block_tags import BLOCK_TAGS
from convertkit.readers.html import (
    blocks,
    code,
    drawings,
    formulas,
    headings,
    inlines,
    lists,
    media,
    notes,
    players,
    ruby,
    tables,
    wrappers,
)
from convertkit.readers.html.flow import Handler, children_only, ignore, own_line
from convertkit.readers.html.links import read_link
from convertkit.tree import Attr


def _tags(words: str) -> frozenset[str]:
    return frozenset(words.split())


BLOCKS: Mapping[str, Handler] = {
    "blockquote": blocks.read_quote,
    "convertkit-div": wrappers.read_division,
    "dd": lists.read_definition,
    "details": media.read_details,
    "dir": lists.read_bullet_list,
    "dl": lists.read_definition_list,
    "dt": lists.read_term,
    "figcaption": media.read_caption,
    "figure": media.read_figure,
    "h1": headings.heading(1),
    "h2": headings.heading(2),
    "h3": headings.heading(3),
    "h4": headings.heading(4),
    "h5": headings.heading(5),
    "h6": headings.heading(6),
    "li": lists.read_item,
    "menu": lists.read_bullet_list,
    "ol": lists.read_ordered_list,
    "p": blocks.read_paragraph,
    "summary": media.read_summary,
    "table": tables.read_table,
    "ul": lists.read_bullet_list,
}
"""Blocks that hold others."""

INLINES: Mapping[str, Handler] = {
    "a": read_link,
    "abbr": inlines.read_abbreviation,
    "acronym": inlines.read_abbreviation,
    "b": inlines.read_strong,
    "bdo": inlines.read_direction_override,
    "cite": inlines.read_emphasis,
    "code": inlines.code(),
    "convertkit-smallcaps": inlines.read_small_caps,
    "convertkit-span": wrappers.read_span,
    "del": inlines.read_strikeout,
    "dfn": inlines.read_emphasis,
    "em": inlines.read_emphasis,
    "i": inlines.read_emphasis,
    "ins": inlines.read_underline,
    "kbd": inlines.class_mark("kbd"),
    "mark": inlines.class_mark("mark"),
    "q": inlines.read_quotation,
    "ruby": ruby.read_ruby,
    "s": inlines.read_strikeout,
    "samp": inlines.code(Attr(classes=("sample",))),
    "small": inlines.class_mark("small"),
    "strike": inlines.read_strikeout,
    "strong": inlines.read_strong,
    "sub": inlines.read_subscript,
    "sup": inlines.read_superscript,
    "time": inlines.read_time,
    "tt": inlines.code(),
    "u": inlines.read_underline,
    "var": inlines.read_emphasis,
}
"""Marks on text. `cite`, `dfn` and `var` are emphasis because every browser sets them in italics (HTML standard
15.3.4)."""

LEAVES: Mapping[str, Handler] = {
    "amp-audio": players.read_embedded,
    "amp-iframe": players.read_embedded,
    "amp-img": media.read_image,
    "amp-video": players.read_embedded,
    "audio": players.read_embedded,
    "br": inlines.read_line_break,
    "button": blocks.read_button,
    "canvas": drawings.read_canvas,
    "convertkit-math": formulas.read_formula,
    "convertkit-note": notes.read_note,
    "embed": players.read_embedded,
    "frame": players.read_embedded,
    "hr": blocks.read_rule,
    "iframe": players.read_embedded,
    "img": media.read_image,
    "image": media.read_image,
    "input": lists.read_input,
    "listing": code.read_preformatted,
    "map": media.read_map,
    "math": formulas.read_mathml,
    "mjx-container": formulas.read_drawn_formula,
    "noscript": media.read_noscript,
    "object": players.read_object,
    "plaintext": code.read_preformatted,
    "pre": code.read_preformatted,
    "svg": drawings.read_drawing,
    "textarea": code.read_preformatted,
    "video": players.read_embedded,
    "xmp": code.read_preformatted,
}
"""What holds no other element that would become a node."""

DROPPED = _tags("""
    bgsound keygen noembed noframes select title
""")
"""Without a place in a document; the text in them is reported."""

OWN_LINE = BLOCK_TAGS - BLOCKS.keys() - LEAVES.keys()
"""Blocks that mean nothing to a document: their children stand in their place, in paragraphs of their own.

The parts of a table are here for those that stand in none."""

CHILDREN_ONLY = _tags("""
    applet basefont bdi big blink data font isindex label menuitem meter nextid nobr output picture progress rb rbc rt
    rtc slot span spacer wbr
""")
"""Inlines that mean nothing to a document, most for their looks alone; `bdi` keeps its `dir` as every element does.

The words in `meter` and `progress` say what the gauge shows, those in `applet` stand in for it."""

IGNORED = _tags("""
    area base col colgroup command datalist head link meta param rp script source style template
    track
""")
"""Never shown: metadata, and parts that only their parents read."""

HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(CHILDREN_ONLY, children_only),
    **dict.fromkeys(OWN_LINE, own_line),
    **dict.fromkeys(IGNORED, ignore),
    **dict.fromkeys(DROPPED, blocks.read_dropped),
    **LEAVES,
    **INLINES,
    **BLOCKS,
}
"""Every element by its tag."""

FLAT_HANDLERS: Mapping[str, Handler] = {
    **HANDLERS,
    **dict.fromkeys(BLOCKS, own_line),
    **dict.fromkeys(INLINES, children_only),
    "convertkit-note": ignore,
    **dict.fromkeys(("amp-audio", "amp-video", "audio", "canvas", "object", "video"), children_only),
}
"""The same below `tree.MAX_DEPTH`, where nothing may nest any more."""
