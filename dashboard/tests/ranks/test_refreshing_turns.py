import time
from datetime import date, timedelta

import pytest

from dashboard.models import RollUp, Snapshot
from dashboard.ranks import refreshing
from dashboard.tests.ranks.asking import asked_for, made, only
from dashboard.tests.term_days import NOON, ago, folded, period

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _figures(db):
    folded()


def test_the_same_figures_are_not_worked_out_again():
    refreshing.refresh_due(NOON)

    assert refreshing.refresh_due(NOON + HOUR) == 0


def test_before_the_first_fold_there_is_nothing_to_work_out():
    RollUp.objects.all().delete()
    snapshot = asked_for()

    assert refreshing.refresh_due(NOON) == 0
    assert refreshing.refresh(snapshot.pk, NOON) == "not due"


def test_what_takes_long_is_refreshed_less_often(monkeypatch):
    only(monkeypatch, "7")
    refreshing.refresh_due(NOON)
    # 20 times 3 s is a minute.
    Snapshot.objects.update(took_ms=3000)

    for seconds, refreshed in ((59, 0), (60, 1)):
        now = NOON + timedelta(seconds=seconds)
        folded(now)
        assert refreshing.refresh_due(now) == refreshed


def test_what_is_quick_rests_a_quarter_of_a_minute(monkeypatch):
    only(monkeypatch, "7")
    refreshing.refresh_due(NOON)
    Snapshot.objects.update(took_ms=1)

    for seconds, refreshed in ((14, 0), (15, 1)):
        now = NOON + timedelta(seconds=seconds)
        folded(now)
        assert refreshing.refresh_due(now) == refreshed


def test_days_that_are_over_are_looked_at_once_an_hour(monkeypatch):
    only(monkeypatch)
    snapshot = asked_for()
    refreshing.refresh_due(NOON)

    for passed, refreshed in ((59 * MINUTE, 0), (HOUR, 1)):
        Snapshot.objects.update(wanted_at=NOON + passed)
        folded(NOON + passed)
        assert refreshing.refresh_due(NOON + passed) == refreshed
    assert made(snapshot)


def test_a_day_that_has_just_ended_is_looked_at_once_more(monkeypatch):
    only(monkeypatch)
    midnight = NOON + 11 * HOUR
    folded(midnight - MINUTE)
    asked_for(period(1, "none"), midnight - MINUTE)
    refreshing.refresh_due(midnight - MINUTE)
    folded(midnight + MINUTE)

    assert refreshing.refresh_due(midnight + MINUTE) == 1


def test_a_clock_that_was_set_back_stops_nothing(monkeypatch):
    only(monkeypatch, "7")
    refreshing.refresh_due(NOON)
    earlier = NOON - 5 * HOUR
    folded(earlier)

    assert refreshing.refresh_due(earlier) == 1
    assert Snapshot.objects.get().figures_to == earlier


def test_what_nobody_wants_any_more_rests(monkeypatch):
    only(monkeypatch)
    snapshot = asked_for(now=NOON - 10 * MINUTE)

    assert refreshing.refresh_due(NOON) == 0
    assert not made(snapshot)
    assert refreshing.refresh_due(NOON - MINUTE) == 1
    assert made(snapshot)


def test_a_new_day_has_its_own_default_views():
    refreshing.refresh_due(NOON)
    next_day = NOON + 12 * HOUR
    folded(next_day)

    # Yesterday's are not: nobody asked for them.
    assert refreshing.refresh_due(next_day) == 6

    lasts = Snapshot.objects.filter(figures_to=next_day).values_list("last", flat=True)
    assert set(lasts) == {date(2026, 11, 23)}


def test_the_longest_overdue_goes_first_and_one_that_killed_its_worker_last(monkeypatch):
    only(monkeypatch)
    views = [period(days, last=ago(30)) for days in (1, 2, 3, 4)]
    deadly, old, older, never = (asked_for(view) for view in views)
    Snapshot.objects.filter(pk=deadly.pk).update(lease_until=NOON - MINUTE)
    Snapshot.objects.filter(pk=old.pk).update(figures_to=NOON - 2 * HOUR)
    Snapshot.objects.filter(pk=older.pk).update(figures_to=NOON - 3 * HOUR)

    for snapshot in (never, older, old, deadly):
        # Its time is over from the start, so each round refreshes one.
        assert refreshing.refresh_due(NOON, until=time.monotonic()) == 1
        snapshot.refresh_from_db()
        assert (snapshot.figures_to, snapshot.lease_until) == (NOON, None)
    assert refreshing.refresh_due(NOON, until=time.monotonic()) == 0


def test_the_first_page_of_a_day_does_not_wait():
    shortly_before = NOON + 11 * HOUR - 10 * MINUTE
    folded(shortly_before)

    assert refreshing.refresh_due(shortly_before - 6 * MINUTE) == 6
    assert refreshing.refresh_due(shortly_before) == 6

    lasts = Snapshot.objects.filter(figures_to=shortly_before).values_list("last", flat=True)
    assert sorted(set(lasts)) == [ago(0), ago(-1)]


def test_what_a_page_begins_to_wait_for_goes_first(monkeypatch):
    only(monkeypatch, "7", "28")
    refreshing.refresh_due(NOON)
    folded(NOON + MINUTE)
    order = []

    def watched(snapshot: Snapshot, *args: object) -> bool:
        if not order:
            asked_for()
        order.append((snapshot.last - snapshot.first).days + 1)
        return work_out(snapshot, *args)

    work_out = refreshing.work_out
    monkeypatch.setattr(refreshing, "work_out", watched)

    assert refreshing.refresh_due(NOON + MINUTE) == 3
    assert order[1] == 5


def test_a_round_with_time_left_goes_on():
    assert refreshing.refresh_due(NOON, until=time.monotonic() + 60) == 6
