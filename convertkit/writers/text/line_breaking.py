"""Where a line may end: the Unicode line breaking algorithm (UAX #14, revision 53 and later).

Characters become one-letter classes, and one regular expression over the classes finds unbreakable segments. The rules
below keep their names (LB7 ...) and, within what precedence demands, their order. Two tailorings: small kana may not
begin a line (CJ is NS, strict kinsoku), and an address (`https://...`) never breaks.

Left out, for want of text that shows it: a combining mark between a quotation mark and its left neighbour is not
looked through (LB15a, LB19a, LB20a).
"""

from __future__ import annotations

import re
import unicodedata

import regex

_NAMES = tuple(
    "AL HL NU ID OP CL CP QI QF QU EX IS SY SP ZW WJ GL B2 BB BA HY HH NS IN PR PO EB EM "  # noqa: SIM905  # a table
    "JL JV JT H2 H3 RI CM ZWJ CB AK AP AS VI VF DC XP".split()
)
"""UAX #14's classes that stay after LB1, and four that its rules single out: quotation marks of the categories Pi and
Pf (QI, QF), the dotted circle (DC), and code points that are set aside for pictographs (XP)."""

_RESOLVED = {"AI": "AL", "SG": "AL", "XX": "AL", "SA": "AL", "CJ": "NS", "BK": "SP", "CR": "SP", "LF": "SP", "NL": "SP"}
"""LB1; line ends are spaces here, since lines are broken one by one."""

_CODES = {name: 0xA0 + 2 * index for index, name in enumerate(_NAMES)}
"""The letter of a class; the next one is the same class for East Asian characters (width F, W or H)."""

_PROPERTY_VALUES = [name for name in _NAMES if name not in ("QI", "QF", "DC", "XP")] + ["QU", *_RESOLVED]
_CLASS = regex.compile("|".join(rf"(?P<{name}>\p{{Line_Break={name}}})" for name in dict.fromkeys(_PROPERTY_VALUES)))
_PICTOGRAPH = regex.compile(r"\p{Extended_Pictographic}")


class _Classes(dict[int, str]):
    """The letter of every character seen so far, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        letter = self[code] = chr(_CODES[_class(chr(code))] + _is_east_asian(chr(code)))
        return letter


_CLASSES = _Classes()


def _class(character: str) -> str:
    found = _CLASS.match(character)
    name = "XX" if found is None or found.lastgroup is None else found.lastgroup
    category = unicodedata.category(character)
    match name:
        case "QU":
            return {"Pi": "QI", "Pf": "QF"}.get(category, "QU")
        case "SA" if category in ("Mn", "Mc"):
            return "CM"
        case "ID" if category == "Cn" and _PICTOGRAPH.match(character):
            return "XP"
        case "AL" if character == "\u25cc":
            return "DC"
        case _:
            return _RESOLVED.get(name, name)


def _is_east_asian(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "FWH"


# ---------------------------------------------------------------- the rules


def _set(names: str, *, wide: bool = True, narrow: bool = True) -> str:
    """A character class of classes; `^` at the beginning negates."""
    negated = "^" * names.startswith("^")
    codes = [_CODES[name] for name in names.removeprefix("^").split()]
    letters = [chr(code) for code in codes if narrow] + [chr(code + 1) for code in codes if wide]
    return f"[{negated}{''.join(letters)}]"


_MARKS = f"{_set('CM ZWJ')}*+"
_SPACES = f"{_set('SP')}*+"
_EAST_ASIAN = _set(" ".join(_NAMES), narrow=False)
_NARROW = _set(" ".join(_NAMES), wide=False)
_QUOTES = "QI QF QU"
_LETTERS = "AL HL DC CM ZWJ"
"""LB10: a mark with nothing before it is a letter."""
_UNIT = f"(?:{_set('RI')}{_MARKS}{_set('RI')}{_MARKS}|{_set('^SP ZW')}{_MARKS})"
"""LB9: a character with its marks; LB30a: regional indicators in pairs."""
_SYLLABLE = "AK AS DC"


_CLOSING = (
    f"(?={_set('WJ CL CP EX SY')}|{_set('IS')}{_MARKS}(?!{_set('NU')})"
    f"|{_set('QF')}{_MARKS}(?:{_set('SP GL WJ CL CP EX IS SY ZW ' + _QUOTES)}|\\Z))"
)


def _unit(names: str, *, wide: bool = True, narrow: bool = True) -> str:
    return _set(names, wide=wide, narrow=narrow) + _MARKS


_KEEP = (
    # LB28, LB23: words and numbers, first because most text is
    f"{_set('AL HL NU DC')}+(?={_set('AL HL NU DC')})",
    f"{_unit(_LETTERS + ' NU')}(?={_set('AL HL NU DC')})",
    # LB25: a whole number at once, since what it ends with counts
    f"{_unit('NU')}(?:{_unit('SY IS')})*+(?:{_unit('CL CP')})?+(?={_set('PO PR')})",
    f"{_unit('NU')}(?:{_unit('SY IS')})*+(?={_set('NU')})",
    # LB8a
    f"{_set('^SP ZW')}{_set('CM ZWJ')}*(?<={_set('ZWJ')})(?!{_set('CM ZWJ')})(?=.)",
    # LB11, LB13, LB15b, LB15c, LB15d: also after spaces
    f"(?:{_UNIT}{_SPACES}|{_set('SP')}++)(?:{_CLOSING})",
    # LB14, LB15a, LB16, LB17: across spaces
    f"{_unit('OP')}{_SPACES}(?=.)",
    f"(?:\\A|(?<={_set('OP GL SP ZW ' + _QUOTES)})){_unit('QI')}{_SPACES}(?=.)",
    f"{_unit('CL CP')}{_SPACES}(?={_set('NS')})",
    f"{_unit('B2')}{_SPACES}(?={_set('B2')})",
    # LB11, LB12
    f"{_unit('WJ GL')}(?=.)",
    # LB12a
    f"{_set('^SP ZW BA HY HH')}{_MARKS}(?={_set('GL')})",
    # LB15d, LB19, LB19a, to the left of the mark
    f"{_UNIT}(?={_set('IS QF QU')}|{_set('QI')}{_MARKS}(?:{_NARROW}|\\Z))",
    f"(?!{_EAST_ASIAN}){_UNIT}(?={_set('QI')})",
    # LB19, LB19a, to the right of it
    f"{_unit('QI QU')}(?={_set('^SP')})",
    f"{_unit('QF')}(?={_NARROW})",
    f"(?<!{_EAST_ASIAN}){_unit('QF')}(?={_set('^SP')})",
    # LB20a
    f"(?:\\A|(?<={_set('SP ZW CB GL')})){_unit('HY HH')}(?={_set('AL HL DC')})",
    # LB21a, LB21b; before LB21, which would take the letter alone
    f"{_unit('HL')}(?:{_unit('HY HH')}|{_unit('BA', wide=False)})(?={_set('^HL CB SP')})",
    f"{_unit('SY')}(?={_set('HL')})",
    # LB21, LB22
    f"(?!{_set('CB')}){_UNIT}(?={_set('BA HY HH NS IN')})",
    f"{_unit('BB')}(?={_set('^CB SP')})",
    # LB23a, LB24
    f"{_unit('PR')}(?={_set('ID XP EB EM')})",
    f"{_unit('ID XP EB EM')}(?={_set('PO')})",
    f"{_unit('PR PO')}(?={_set('AL HL DC')})",
    f"{_unit(_LETTERS)}(?={_set('PR PO')})",
    # LB25
    f"{_unit('PO PR')}(?=(?:{_unit('OP')}(?:{_unit('IS')})?+)?+{_set('NU')})",
    f"{_unit('HY IS')}(?={_set('NU')})",
    # LB26, LB27
    f"{_unit('JL')}(?={_set('JL JV H2 H3')})",
    f"{_unit('JV H2')}(?={_set('JV JT')})",
    f"{_unit('JT H3')}(?={_set('JT')})",
    f"{_unit('JL JV JT H2 H3')}(?={_set('PO')})",
    f"{_unit('PR')}(?={_set('JL JV JT H2 H3')})",
    # LB28a
    f"{_unit('AP')}(?={_set(_SYLLABLE)})",
    f"{_unit(_SYLLABLE)}(?={_set('VF VI')}|{_unit(_SYLLABLE)}{_set('VF')})",
    f"{_unit(_SYLLABLE)}{_unit('VI')}(?={_set('AK DC')})",
    # LB29, LB30, LB30b
    f"{_unit('IS')}(?={_set('AL HL DC')})",
    f"{_unit(_LETTERS + ' NU')}(?={_set('OP', wide=False)})",
    f"{_unit('CP', wide=False)}(?={_set('AL HL DC NU')})",
    f"{_unit('EB XP')}(?={_set('EM')})",
)
"""What does not end a segment: a unit, and what must not follow it at a distance."""

_LAST = f"(?:{_UNIT}|{_set('SP ZW')}){_SPACES}(?:{_set('ZW')}{_SPACES})*+"
_SEGMENT = re.compile(f"{_set('ID')}(?={_set('ID')})|(?:{'|'.join(_KEEP)})*+{_LAST}", re.DOTALL)
"""LB7, LB8, LB18, LB31: a segment ends after its spaces, or wherever no rule keeps it together."""
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[!#-;=?-~]+")


def break_opportunities(text: str) -> list[int]:
    """The places where a line may end, as indices after the spaces there; the last is the end of the text."""
    ends = [found.end() for found in _SEGMENT.finditer(text.translate(_CLASSES))]
    if "://" in text:
        for address in ADDRESS.finditer(text):
            start, end = address.span()
            ends = [place for place in ends if not start < place < end]
    return ends
