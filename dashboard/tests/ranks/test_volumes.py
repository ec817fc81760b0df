from datetime import date, datetime, timedelta

import pytest

from dashboard.days import start_of
from dashboard.models import DayTotals, RollUp, Snapshot
from dashboard.ranks.refreshing import refresh_due

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
NOW = start_of(TODAY) + timedelta(hours=10)


def days(first: date, searches: list[int]) -> None:
    DayTotals.objects.bulk_create(
        DayTotals(day=first + timedelta(days=number), left_out=False, searches=count)
        for number, count in enumerate(searches)
    )


def interval(preset_first: date, now: datetime = NOW) -> tuple[float | None, float | None]:
    RollUp.objects.update_or_create(pk=1, defaults={"figures_to": now, "time_zone": "x"})
    refresh_due(now)
    snapshot = Snapshot.objects.get(first=preset_first, everyone=False, last=TODAY)
    return snapshot.volume_low, snapshot.volume_high


def test_twice_the_searches_on_every_day_are_a_proven_change():
    days(TODAY - timedelta(days=13), [100, 110, 90, 105, 95, 130, 120])
    days(TODAY - timedelta(days=6), [200, 220, 180, 210, 190, 260, 7])

    low, high = interval(TODAY - timedelta(days=6))

    assert 1.5 < low < 2 < high < 2.5


def test_nothing_is_proven_without_days_to_compare_with():
    days(TODAY - timedelta(days=6), [200, 220, 180, 210, 190, 260, 250])

    assert interval(TODAY - timedelta(days=6)) == (None, None)


def test_two_days_prove_nothing():
    days(TODAY - timedelta(days=13), [100] * 7)
    days(TODAY - timedelta(days=6), [200] * 7)

    assert interval(TODAY) == (0.0, None)


def test_a_site_without_a_search_proves_nothing():
    assert interval(TODAY) == (None, None)
