"""Front matter as generators write it, read without a YAML parser: on each line a key and its value, or a list's item.

It is YAML's own meaning or none: what is taken here has one reading, that of `FrontMatterLoader`, and a law in
`tests/test_front_matter.py` compares the two. All else is left to the loader: comments, anchors, escapes, folded lines,
flow collections, mappings in mappings, a key that stands twice.
"""

from __future__ import annotations

import re

from convertkit.readers.yaml_loader import LONG_NUMBER, MAX_VALUES, Plain

_REFUSED = r"\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
"""Line ends of YAML 1.1 (section 4.2), what it refuses (4.1.1), and tabs, which it takes at some places only."""
_PLAIN = rf"(?:[\w/(.]|[^\x00-\x7f{_REFUSED}])(?:[^ :#{_REFUSED}]|:(?![ \n])|(?<! )#|[ ]++(?![#\n]))*+"
"""Without quotes (section 9.1.3): no indicator begins it, and neither `: ` nor ` #` stands in it."""
_VALUE = rf"'(?:[^'{_REFUSED}]|'')*+'|\"[^\"\\{_REFUSED}]*+\"|{_PLAIN}"
_LINE = re.compile(rf"(?:(\w[\w-]{{0,63}}+):|([ ]{{0,8}}+)-)(?:[ ]++({_VALUE}))?+[ ]*+\n|(.++)", re.DOTALL)
"""A key or an item's column, and its value as written; or all the rest."""


def read_lines(text: str) -> dict[str, object] | None:
    """The values of front matter by key, as `FrontMatterLoader` gives them; None if that has to be asked."""
    if len(text) > MAX_VALUES:
        return None
    values: dict[str, object] = {}
    key = indent = ""
    for new_key, column, written, other in _LINE.findall(text):
        value = None if other else _value(written)
        if value is None:
            return None
        if new_key:
            if new_key in values:
                return None
            key = new_key
            values[key] = value
        elif not written:
            return None
        elif isinstance(items := values.get(key), list) and column == indent:
            items.append(value)
        elif items == "" and isinstance(items, Plain):
            values[key], indent = [value], column
        else:
            return None
    return values or None


def _value(written: str) -> str | None:
    """A scalar; None for a number so long that it is reported."""
    if written[:1] == "'":
        return written[1:-1].replace("''", "'")
    if written[:1] == '"':
        return written[1:-1]
    return Plain(written) if len(written) <= LONG_NUMBER or not written.isdecimal() else None
