from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from dashboard import days


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 26), 24)]
)
def test_a_day_has_as_many_hours_as_its_clock_shows(day, hours):
    assert len(days.hours_of(day)) == hours
    assert days.end_of(day) - days.start_of(day) == timedelta(hours=hours)


def test_the_hours_of_a_day_are_those_its_moments_belong_to():
    found = days.hours_of(date(2026, 10, 25))

    # Two o'clock comes twice, and is two hours.
    assert found[2:4] == [moment(2026, 10, 25, 0), moment(2026, 10, 25, 1)]
    assert [days.hour_of(hour + timedelta(minutes=59)) for hour in found] == found


def test_a_day_is_the_sites_whatever_zone_the_reader_has():
    with timezone.override("America/New_York"):
        assert days.site_date(moment(2026, 11, 20, 23, 30)) == date(2026, 11, 21)
        assert days.start_of(date(2026, 11, 21)) == moment(2026, 11, 20, 23)


def test_hours_begin_with_those_of_a_clock_that_is_half_an_hour_off(settings):
    settings.TIME_ZONE = "Asia/Kolkata"

    assert days.hour_of(moment(2026, 11, 22, 9, 35)) == moment(2026, 11, 22, 9, 30)
    assert days.start_of(date(2026, 11, 22)) == moment(2026, 11, 21, 18, 30)
    assert len(days.hours_of(date(2026, 11, 22))) == 24


@pytest.mark.parametrize("day", [date(2026, 4, 5), date(2026, 10, 4)])
def test_a_clock_changed_by_half_an_hour_loses_no_minute(settings, day):
    settings.TIME_ZONE = "Australia/Lord_Howe"

    hours = days.hours_of(day)

    assert hours == sorted(set(hours))
    assert len(hours) == 24
    at = days.start_of(day)
    while at < days.end_of(day):
        assert days.hour_of(at) in hours
        at += timedelta(minutes=30)


def test_days_between_two_dates_include_both():
    found = days.days_between(date(2026, 2, 27), date(2026, 3, 1))

    assert found == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]


def test_where_midnight_is_skipped_the_first_hour_of_the_day_is_compared_with_it(settings):
    settings.TIME_ZONE = "America/Havana"

    partners = days.partners_of(date(2026, 3, 8), date(2026, 3, 7))

    assert (len(partners), partners[0]) == (23, tuple(days.hours_of(date(2026, 3, 7))[:2]))
    assert partners[1:] == [(hour,) for hour in days.hours_of(date(2026, 3, 7))[2:]]


def test_two_days_on_which_clocks_are_put_back_are_compared_hour_by_hour():
    partners = days.partners_of(date(2026, 10, 25), date(2025, 10, 26))

    assert partners == [(hour,) for hour in days.hours_of(date(2025, 10, 26))]
