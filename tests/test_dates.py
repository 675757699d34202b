"""Dates: every form that is read, and every one that is not."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convertkit.dates import is_ambiguous, parse_date
from convertkit.metadata import format_date


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("Fri, 15 Apr 2022 23:22:12 GMT", "2022-04-15T23:22:12+00:00"),
        ("Fri, 15 Apr 2022 23:22:12 +0800", "2022-04-15T23:22:12+08:00"),
        ("15 Apr 2022 23:22 EST", "2022-04-15T23:22:00-05:00"),
        ("Fri, 15 Apr 2022 23:22:12 -0000", "2022-04-15T23:22:12"),
        ("2022-04-15T23:22:12Z", "2022-04-15T23:22:12+00:00"),
        ("2022-04-15T23:22", "2022-04-15T23:22:00"),
        ("2022-04-15 23:22:12.5", "2022-04-15T23:22:12.500000"),
        ("2022-04-15 23:22:12 -0430", "2022-04-15T23:22:12-04:30"),
        ("2022-04-15 23:22:12 UTC", "2022-04-15T23:22:12+00:00"),
        ("2022-04-15", "2022-04-15"),
        ("2022/4/5", "2022-04-05"),
        ("2022.04.15 9:05", "2022-04-15T09:05:00"),
        ("20220415", "2022-04-15"),
        ("20220415232212", "2022-04-15T23:22:12"),
        ("1650018030", "2022-04-15T10:20:30+00:00"),
        ("1650018030123", "2022-04-15T10:20:30.123000+00:00"),
        (1650018030, "2022-04-15T10:20:30+00:00"),
        ("2022年4月15日", "2022-04-15"),
        ("2022年4月15日 23:22", "2022-04-15T23:22:00"),
        ("2022年04月15日 星期五 23:22:12", "2022-04-15T23:22:12"),
        ("2022年4月15日 下午3:20", "2022-04-15T15:20:00"),
        ("2022年4月15日上午12点5分", "2022-04-15T00:05:00"),
        ("２０２２年４月１５日", "2022-04-15"),
        ("2022년 4월 15일 14:30", "2022-04-15T14:30:00"),
        ("April 15, 2022", "2022-04-15"),
        ("Apr. 15th, 2022", "2022-04-15"),
        ("Friday, 15 April 2022", "2022-04-15"),
        ("15 Apr 2022 at 11:22 PM", "2022-04-15T23:22:00"),
        ("Sept 3, 2022 9:05 am +0800", "2022-09-03T09:05:00+08:00"),
        ("Fri Apr 15 10:20:30 2022", "2022-04-15T10:20:30"),
        ("13/04/2022", "2022-04-13"),
        ("04/13/2022 10:20", "2022-04-13T10:20:00"),
        ("04.04.2022", "2022-04-04"),
    ],
)
def test_dates_are_read_with_what_they_say(written: object, iso: str) -> None:
    date = parse_date(written)
    assert date is not None
    assert format_date(date) == iso


@pytest.mark.parametrize(
    "written",
    [
        *("", "~", "now", "yesterday", "2022", "2022-04", "April 2022", "15 April", "15 Apr 22", "03/04/22", "12:30"),
        *("2022-02-30", "0000-00-00", "2022-13-01", "2022-04-15T25:00", "2022-04-15T10:20:30+99:99", "10000-01-01"),
        *("2022年4月", "令和4年4月15日", "Feb 31, 2022", "Apr 15, 2022 25:00", "Fri Apr 15 10:20:30 CST 2022"),
        *("1e400", "9" * 30, "٢٠٢٢-٠٤-١٥", "03/04/2022", None, True, 12, [], float("nan"), float("inf")),
    ],
)
def test_what_says_no_day_is_refused(written: object) -> None:
    assert parse_date(written) is None


def test_only_two_readings_are_ambiguous() -> None:
    assert is_ambiguous("03/04/2022")
    assert is_ambiguous("3-4-2022 10:20")
    assert not any(map(is_ambiguous, ("13/04/2022", "04/04/2022", "2022/03/04", "13/13/2022", "soon")))


@given(st.datetimes() | st.datetimes(timezones=st.just(datetime.timezone(datetime.timedelta(hours=8)))) | st.dates())
def test_iso_8601_reads_back(date: datetime.date) -> None:
    assert parse_date(format_date(date)) == date
    assert parse_date(date) is date


@given(st.text(max_size=90) | st.integers() | st.floats())
def test_no_value_raises(value: object) -> None:
    parse_date(value)
