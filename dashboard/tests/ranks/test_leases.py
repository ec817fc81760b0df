import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dashboard.models import Board, Snapshot
from dashboard.ranks import leases, ranking, refreshing
from dashboard.tests.term_days import NOON, ago, folded, period

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(db, monkeypatch):
    folded()
    return Clock(monkeypatch)


class Clock:
    def __init__(self, monkeypatch):
        self.set = lambda moment: monkeypatch.setattr(leases.timezone, "now", lambda: moment)
        self.set(NOON)


def asked_for(days=5) -> Snapshot:
    return refreshing.row_of(period(days, last=ago(30)), NOON)[0]


def test_nothing_is_worked_out_while_something_else_is(clock):
    refreshing.refresh_due(NOON)
    busy, other = asked_for(3), asked_for(5)
    now = NOON + MINUTE
    folded(now)
    clock.set(now)
    assert leases.claim(busy) == now + 2 * MINUTE

    assert refreshing.refresh_due(now) == 0
    assert refreshing.refresh(other.pk, now) == "waits"
    # Not even hinted at, for its worker is at it.
    busy.refresh_from_db()
    assert refreshing.refresh(busy.pk, now) == "not due"
    assert not refreshing.is_old(busy, now)
    clock.set(now + 2 * MINUTE)
    assert refreshing.refresh(other.pk, now) == "refreshed"


def test_what_a_page_waits_for_is_taken_by_the_next_round(clock):
    wanted = asked_for()
    lease = leases.claim(asked_for(3))
    assert refreshing.refresh(wanted.pk, NOON) == "waits"
    Snapshot.objects.filter(lease_until=lease).update(lease_until=None)

    refreshing.refresh_due(NOON)

    wanted.refresh_from_db()
    assert wanted.figures_to == NOON


def test_what_another_process_has_worked_out_meanwhile_is_not_claimed():
    old = asked_for()
    refreshing.refresh(old.pk, NOON)

    assert leases.claim(old) is None


def test_a_lease_begins_when_it_is_taken(clock):
    snapshot = asked_for()
    clock.set(NOON + 7 * MINUTE)

    assert leases.claim(snapshot) == NOON + 9 * MINUTE


def test_what_takes_long_has_a_longer_lease():
    snapshot = asked_for()
    Snapshot.objects.update(took_ms=30_000)
    snapshot.refresh_from_db()

    assert leases.claim(snapshot) == NOON + 5 * MINUTE


def test_whose_lease_ran_out_has_twice_as_long_and_later_each_time(clock):
    snapshot = asked_for()
    now, minutes = NOON, []
    for _ in range(7):
        snapshot.refresh_from_db()
        clock.set(now)
        lease = leases.claim(snapshot)
        minutes.append((lease - now) // MINUTE)
        snapshot.refresh_from_db()
        # It is killed, so nobody gives the lease back, and others have their turn.
        pause = max(timedelta(seconds=15), 20 * timedelta(milliseconds=snapshot.took_ms))
        assert not refreshing.is_old(snapshot, lease + pause - timedelta(seconds=1))
        assert refreshing.is_old(snapshot, lease + pause)
        now = lease + pause

    assert minutes == [2, 4, 8, 16, 32, 32, 32]
    assert pause == 64 * MINUTE
    assert refreshing.refresh(snapshot.pk, now) == "waits"
    clock.set(now)
    assert refreshing.refresh(snapshot.pk, now) == "refreshed"
    snapshot.refresh_from_db()
    assert (snapshot.lease_until, snapshot.took_ms < 60_000) == (None, True)


def test_a_lease_of_a_clock_that_was_set_back_since_stops_nothing():
    snapshot, other = asked_for(), asked_for(3)
    Snapshot.objects.filter(pk=snapshot.pk).update(lease_until=NOON + 60 * MINUTE)

    assert refreshing.refresh(other.pk, NOON) == "refreshed"
    assert refreshing.refresh(snapshot.pk, NOON) == "refreshed"


@pytest.mark.parametrize("round_of_all", [True, False])
def test_who_lost_the_lease_writes_nothing(monkeypatch, round_of_all):
    monkeypatch.setattr(refreshing, "PRESETS", ())
    snapshot = asked_for()
    rank = ranking.rank

    def slow(*args: object, **kwargs: object) -> ranking.Ranking:
        Snapshot.objects.update(lease_until=NOON + 30 * MINUTE)
        return rank(*args, **kwargs)

    monkeypatch.setattr(ranking, "rank", slow)

    if round_of_all:
        assert refreshing.refresh_due(NOON) == 0
    else:
        assert refreshing.refresh(snapshot.pk, NOON) == "not mine"
    snapshot.refresh_from_db()
    assert snapshot.figures_to is None
    assert not Board.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_several_rounds_at_once_one_works(monkeypatch):
    folded()
    rank = ranking.rank
    working = []

    def watched(*args: object, **kwargs: object) -> ranking.Ranking:
        # Nobody else works, and no lock is held that a search would wait for.
        working.append(Snapshot.objects.filter(lease_until__gt=timezone.now()).count())
        assert not connection.in_atomic_block
        time.sleep(0.05)
        return rank(*args, **kwargs)

    monkeypatch.setattr(ranking, "rank", watched)
    with ThreadPoolExecutor(3) as rounds:
        refreshed = list(rounds.map(one_round, [NOON] * 3))

    assert sum(refreshed) == 6
    assert working == [1] * 6


def one_round(now):
    try:
        return refreshing.refresh_due(now)
    finally:
        connection.close()
