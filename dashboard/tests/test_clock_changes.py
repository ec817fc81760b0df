"""Hours are compared by what the clock shows, also where it is put forward or back."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from dashboard import trends
from dashboard.days import ONE_DAY, ONE_HOUR, hours_of
from dashboard.front.chart_axis import axis
from dashboard.periods import view_of
from dashboard.rollup import folding
from dashboard.tests.rows import search

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
TODAY = date(2026, 11, 22)
AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)


def searched_by_night(day: date) -> None:
    """One search at half past one, two at half past two and three at half past three, twice."""
    search("old", at=datetime(2026, 1, 1, tzinfo=UTC))
    for hour in hours_of(day - ONE_DAY) + hours_of(day):
        clock = hour.astimezone(timezone.get_default_timezone()).hour
        for _ in range(clock if clock < 4 else 0):
            search(at=hour + ONE_HOUR / 2)
    folding.fold()


def compared_by(day: date) -> list[tuple[str, int | None]]:
    """Return what the chart says that each hour is compared with, and its searches."""
    view = view_of({"from": str(day), "to": str(day), "compare": "previous", "by": "hour"}, TODAY)
    buckets = trends.read(view, NOW).buckets
    counts = [bucket.before and bucket.before.searches for bucket in buckets]
    return list(zip(axis(buckets, view)["before"], counts, strict=True))


def test_an_hour_that_a_clock_repeats_is_compared_once():
    searched_by_night(AUTUMN)

    found = compared_by(AUTUMN)

    assert len(found) == 25
    assert found[1:5] == [
        ("Sat 24 Oct, 01:00", 1),
        ("", None),
        ("Sat 24 Oct, 02:00", 2),
        ("Sat 24 Oct, 03:00", 3),
    ]
    assert found[-1] == ("Sat 24 Oct, 23:00", 0)


def test_an_hour_that_a_clock_skips_is_compared_with_the_one_before():
    searched_by_night(SPRING)

    found = compared_by(SPRING)

    assert len(found) == 23
    assert found[:3] == [
        ("Sat 28 Mar, 00:00", 0),
        ("Sat 28 Mar, 01:00 and 02:00", 1 + 2),
        ("Sat 28 Mar, 03:00", 3),
    ]
    assert found[-1] == ("Sat 28 Mar, 23:00", 0)


def test_an_hour_is_compared_with_both_that_a_clock_showed_the_day_before():
    searched_by_night(AUTUMN)

    found = compared_by(AUTUMN + ONE_DAY)

    assert len(found) == 24
    assert found[1:4] == [
        ("Sun 25 Oct, 01:00", 1),
        ("Sun 25 Oct, 02:00", 2 + 2),
        ("Sun 25 Oct, 03:00", 3),
    ]


@pytest.mark.parametrize("day", [AUTUMN, AUTUMN + ONE_DAY, SPRING, SPRING + ONE_DAY])
def test_whole_hours_add_up_to_the_card_whenever_clocks_are_changed(day):
    searched_by_night(day)
    view = view_of({"period": "today"}, day)

    for hour in hours_of(day):
        trend = trends.read(view, hour + ONE_HOUR / 3)

        whole = [bucket.before for bucket in trend.buckets if bucket.hour < hour]
        assert trend.base.searches == sum(before.searches for before in whole if before)
