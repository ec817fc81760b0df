from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from movies import words

TODAY = date(2026, 11, 22)


def test_the_clock_is_the_sites_whatever_zone_the_reader_has():
    with timezone.override("America/New_York"):
        assert words.clock(datetime(2026, 11, 22, 9, 35, tzinfo=UTC)) == "10:35"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 22, 9, 35, tzinfo=UTC), "10:35"),
        (datetime(2026, 11, 21, 22, 59, tzinfo=UTC), "Sat 21 Nov, 23:59"),
        (datetime(2025, 11, 22, 9, 35, tzinfo=UTC), "Sat 22 Nov 2025, 10:35"),
    ],
)
def test_a_time_of_another_day_is_told_with_its_day(moment, expected):
    assert words.when(moment, TODAY) == expected
    assert words.when(moment, None) == words.clock(moment)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 11, 1), date(2026, 11, 1), "1 Nov"),
        (date(2026, 11, 1), date(2026, 11, 7), "1–7 Nov"),  # noqa: RUF001
        (date(2026, 10, 26), date(2026, 11, 22), "26 Oct–22 Nov"),  # noqa: RUF001
        (date(2024, 10, 26), date(2024, 11, 22), "26 Oct–22 Nov 2024"),  # noqa: RUF001
        (date(2024, 11, 1), date(2024, 11, 1), "1 Nov 2024"),
        (date(2026, 12, 26), date(2027, 1, 22), "26 Dec 2026–22 Jan 2027"),  # noqa: RUF001
    ],
)
def test_a_period_says_no_more_than_it_must(first, last, expected):
    assert words.dates(first, last, TODAY) == expected


def test_without_a_today_no_year_is_another_one():
    assert words.dates(date(2024, 11, 1), date(2024, 11, 7)) == "1–7 Nov"  # noqa: RUF001


def test_a_day_has_its_weekday_and_another_years_day_its_year():
    assert words.day(TODAY, TODAY) == "Sun 22 Nov"
    assert words.day(date(2025, 11, 22), TODAY) == "Sat 22 Nov 2025"
