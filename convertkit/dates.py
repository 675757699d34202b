"""Dates as posts write them, and nothing guessed that the writer did not say.

RFC 822 and 1123 go to `email.utils`, ISO 8601 to `datetime`, English long forms to python-dateutil; year-first
numeric and East Asian forms (`2022/4/15`, `2022年4月15日 下午3:20`) are rewritten as ISO 8601 first. Day and month
must both be written, the year with four digits. A date without a time stays a `date`, a time without a zone stays
naive, an offset stays as written.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convertkit.metadata import Date

_MIDNIGHT = datetime.datetime.fromisoformat("2000-01-01")
_LONGEST = 80
"""No date is longer; what is longer is not looked at."""

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?[-+][0-9]{2}:?[0-9]{2}|Z)?)?"
)
_RFC_822 = re.compile(
    r"(?:[A-Za-z]{3},? )?[0-9]{1,2} [A-Za-z]{3} [0-9]{4} [0-9]{2}:[0-9]{2}(?::[0-9]{2})? "
    r"(?:UT|UTC|GMT|Z|[ECMP][SD]T|[-+][0-9]{4})"
)
_DIGITS = re.compile(r"[0-9]{8,14}")

_TIME = r"""
    (?:[T\s,]*(?:at\s)?\s*
        (?P<noon>上午|下午)?\s*
        (?P<hour>[0-9]{1,2})(?:\s*[:：]\s*(?P<minute>[0-9]{1,2})(?:\s*:\s*(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?
            |\s*[时時点點시]\s*(?:(?P<cn_minute>[0-9]{1,2})\s*[分분]\s*(?:(?P<cn_second>[0-9]{1,2})\s*[秒초])?)?)
        \s*(?P<half>[AaPp]\.?[Mm]\.?)?
    )?
    (?:\s*\(?(?P<zone>Z|(?:UTC|GMT)?\s*[-+][0-9]{1,2}(?::?[0-9]{2})?|UTC|GMT)\)?)?
"""
_WEEKDAY = r"(?:\s*[(（]?(?:星期|周|週)?[一二三四五六日天月火水木金土][)）]?(?=\s|$))?"
_YEAR_FIRST = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(?:(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})"
    r"|\s*[年년]\s*(?P<cn_month>[0-9]{1,2})\s*[月월]\s*(?P<cn_day>[0-9]{1,2})\s*[日号號일]?)" + _WEEKDAY + _TIME,
    re.VERBOSE,
)
_YEAR_LAST = re.compile(
    r"(?P<first>[0-9]{1,2})(?P<sep>[-/.])(?P<second_number>[0-9]{1,2})(?P=sep)(?P<year>[0-9]{4})" + _TIME, re.VERBOSE
)

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_CLOCK = r"[0-9]{1,2}(?::[0-9]{2}){1,2}(?:\.[0-9]{1,6})?(?:\s*[ap]\.?m\.?)?"
_ZONE = r"(?:Z|UTC|GMT|[-+][0-9]{2}:?[0-9]{2})"
_ENGLISH = re.compile(
    rf"""(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?[.,]?\s+)?
    (?:{_MONTH}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s+(?:(?P<early>{_CLOCK})\s+(?:{_ZONE}\s+)?)?[0-9]{{4}}
      |[0-9]{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+[0-9]{{4}})
    (?P<late>,?\s+(?:at\s+|-\s+)?{_CLOCK}(?:\s*{_ZONE})?)?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""One month by name, one day, one year of four digits, perhaps a time: what python-dateutil may be asked about."""


def parse_date(value: object) -> Date | None:
    """The date that a value says, or None: not a date, impossible, or said too vaguely (see `is_ambiguous`).

    Numbers and strings of digits are seconds (9 or 10 digits) or milliseconds (13) since 1970, `YYYYMMDD` or
    `YYYYMMDDHHMMSS`.
    """
    match value:
        case datetime.date():
            return value
        case bool():
            return None
        case int() | float():
            return _from_text(str(int(value))) if 10**7 <= value < 10**14 else None
        case str():
            return _from_text(value)
        case _:
            return None


def is_ambiguous(text: str) -> bool:
    """Whether a date with the year last can be two days: `03/04/2022` can, `13/04/2022` and `04/04/2022` cannot."""
    found = _YEAR_LAST.fullmatch(text.strip()[:_LONGEST])
    if found is None:
        return False
    first, second = int(found["first"]), int(found["second_number"])
    return first != second and 1 <= first <= 12 and 1 <= second <= 12


def _from_text(text: str) -> Date | None:
    text = text.strip()
    if not 8 <= len(text) <= _LONGEST:
        return None
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)  # full-width digits and colons
    try:
        return _known_form(text)
    except (ValueError, OverflowError):  # 30 February, hour 25, year 0
        return None


def _known_form(text: str) -> Date | None:
    """Raises ValueError for a date of a known form that is no day of any calendar."""
    if _ISO.fullmatch(text):
        if len(text) == 10:
            return datetime.date.fromisoformat(text)
        return datetime.datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
    if _RFC_822.fullmatch(text):
        return parsedate_to_datetime(text)
    if _DIGITS.fullmatch(text):
        return _from_digits(text)
    if found := _YEAR_FIRST.fullmatch(text):
        month, day = found["month"] or found["cn_month"], found["day"] or found["cn_day"]
        return _build(found, int(found["year"]), int(month), int(day))
    if found := _YEAR_LAST.fullmatch(text):
        return None if is_ambiguous(text) else _year_last(found)
    if found := _ENGLISH.fullmatch(text):
        return _from_english(text, timed=bool(found["early"] or found["late"]))
    return None


def _from_digits(digits: str) -> Date | None:
    match len(digits):
        case 8:
            return datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        case 9 | 10:
            return datetime.datetime.fromtimestamp(int(digits), datetime.UTC)
        case 13:
            return datetime.datetime.fromtimestamp(0, datetime.UTC) + datetime.timedelta(milliseconds=int(digits))
        case 14:
            return datetime.datetime.fromisoformat(f"{digits[:8]}T{digits[8:]}")
        case _:
            return None


def _year_last(found: re.Match[str]) -> Date:
    first, second = int(found["first"]), int(found["second_number"])
    month, day = (second, first) if first > 12 else (first, second)
    return _build(found, int(found["year"]), month, day)


def _build(found: re.Match[str], year: int, month: int, day: int) -> Date:
    """The date with the time and zone that `_TIME` found. Raises ValueError for what is impossible."""
    if found["hour"] is None:
        if found["zone"]:
            raise ValueError("a zone without a time")
        return datetime.date(year, month, day)
    hour = _hour(int(found["hour"]), (found["noon"] or found["half"] or "").lower())
    minute = int(found["minute"] or found["cn_minute"] or 0)
    second = int(found["second"] or found["cn_second"] or 0)
    micro = int((found["fraction"] or "")[:6].ljust(6, "0"))
    return datetime.datetime(year, month, day, hour, minute, second, micro, tzinfo=_zone(found["zone"]))


def _hour(hour: int, half: str) -> int:
    """The hour of 24; `下午15:20` is written too."""
    if half.startswith(("p", "下")):
        return hour if hour >= 12 else hour + 12
    if half.startswith(("a", "上")):
        return 0 if hour == 12 else hour
    return hour


def _zone(written: str | None) -> datetime.timezone | None:
    if not written:
        return None
    offset = re.sub(r"UTC|GMT|Z|[\s:]", "", written)
    if not offset:
        return datetime.UTC
    digits = offset[1:].zfill(2 if len(offset) < 4 else 4)  # `+8` and `+800` are written too
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError("no such offset")
    delta = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-delta if offset[0] == "-" else delta)


def _from_english(text: str, *, timed: bool) -> Date:
    from dateutil import parser  # costs as much to import as a post to convert, and few archives need it

    moment = parser.parse(text, default=_MIDNIGHT)
    if not timed:
        return moment.date()
    offset = moment.utcoffset()
    return moment if offset is None else moment.replace(tzinfo=datetime.timezone(offset))
