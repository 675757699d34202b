"""Metadata as YAML 1.1 that PyYAML and YAML 1.2 readers understand alike, a line a value, nothing escaped in vain.

PyYAML's own emitter folds long lines when they hold line separators, and escapes every character beyond the basic
plane (an emoji in a title becomes `\\U0001F600`); neither can be turned off.
"""

from __future__ import annotations

import base64
import datetime
import re
from collections.abc import Hashable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any

_UNSAFE = "\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"
"""What YAML 1.1 does not print (section 5.1) or takes for a line break (section 5.4)."""

_PLAIN = re.compile(
    rf"[^\x00-@\[-`{{-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]"  # no indicator, digit or space
    rf"(?:[^{_UNSAFE} #:]|\#|\ +(?=[^{_UNSAFE} #])|:(?=[^{_UNSAFE} :]))*"
)
_QUOTABLE = re.compile(rf"[^{_UNSAFE}]*")
_RESERVED = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})
"""Plain words that some YAML reader takes for something else (YAML 1.1 types bool and null)."""
_ESCAPED = re.compile(rf'[{_UNSAFE}"\\]')
_NAMED_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_LONGEST_KEY = 1000
"""A key of more than 1,024 characters needs a question mark (YAML 1.1, section 9.2.2)."""


def to_yaml(metadata: Mapping[str, object]) -> str:
    """A block mapping without a final line end; an empty one is `{}`. Values that YAML has no type for are strings."""
    return "\n".join(_entries(metadata, "")) if metadata else "{}"


def _entries(mapping: Mapping[Any, object], pad: str) -> list[str]:
    return [pad + _key(key) + _value(value, pad) for key, value in mapping.items()]


@lru_cache(maxsize=256, typed=True)
def _key(key: Hashable) -> str:
    written = _scalar(key)
    return f"{written}:" if len(written) < _LONGEST_KEY else f"? {written}\n:"


def _value(value: object, pad: str) -> str:
    """What follows a key: the value on the same line, or a collection on the lines below it."""
    if isinstance(value, str):
        return " " + _string(value)
    pad += "  "
    match value:
        case Mapping() if value:
            return "\n" + "\n".join(_entries(value, pad))
        case Set():
            return " !!set" + _value(dict.fromkeys(value), pad[2:]) if value else " !!set {}"
        case Sequence() if value and not isinstance(value, bytes):
            return "\n" + "\n".join([f"{pad}-{_value(item, pad)}" for item in value])
        case _:
            return " " + _scalar(value)


def _scalar(value: object) -> str:
    match value:
        case str():
            return _string(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _float(value)
        case datetime.datetime():
            return _instant(value)
        case datetime.date():
            return value.isoformat()
        case bytes():
            return f'!!binary "{base64.b64encode(value).decode("ascii")}"'
        case Mapping():
            return "{}"
        case Sequence():
            return "[]"
        case _:
            return _string(str(value))


def _string(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    if _QUOTABLE.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in _NAMED_ESCAPES:
        return _NAMED_ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _float(number: float) -> str:
    written = repr(number)
    if written.lstrip("-") in ("inf", "nan"):
        return written.replace("inf", ".inf").replace("nan", ".nan")
    return written if "." in written else written.replace("e", ".0e")  # `1e+16` is a string in YAML 1.1


def _instant(instant: datetime.datetime) -> str:
    written = instant.isoformat()
    offset = instant.utcoffset()
    if offset is not None and offset % datetime.timedelta(minutes=1):
        return f"'{written}'"  # local mean time, such as +08:05:43: YAML's timestamps have no seconds there
    return written
