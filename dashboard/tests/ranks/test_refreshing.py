import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from dashboard.models import Board, Snapshot
from dashboard.periods import view_of
from dashboard.ranks import ranking, refreshing, snapshots
from dashboard.tests.term_days import NOON, TODAY, ago, folded, period, searched
from movies.models import SearchTerm

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _figures(db):
    folded()


def asked_for(view=None, now=NOON) -> Snapshot:
    return refreshing.row_of(view or period(5, last=ago(30)), now)[0]


def made(snapshot) -> bool:
    snapshot.refresh_from_db()
    return snapshot.figures_to is not None


def only(monkeypatch, *presets):
    monkeypatch.setattr(refreshing, "PRESETS", presets)


def test_equal_periods_share_a_snapshot_by_whatever_name():
    first, second = period(7), view_of({"period": "7", "by": "hour"}, TODAY)

    assert refreshing.key_of(first) == refreshing.key_of(second)
    others = [period(7, "none"), period(7, "year"), period(7, everyone=True), period(8)]
    assert len({refreshing.key_of(view) for view in [first, *others]}) == 5


def test_the_longest_key_fits():
    view = period(28, everyone=True)

    assert len(refreshing.key_of(view)) <= Snapshot._meta.get_field("key").max_length


def test_default_views_are_made_without_anybody_asking():
    searched("dune", ago(0), 3)

    assert refreshing.refresh_due(NOON) == 6

    lengths = [(row.last - row.first).days + 1 for row in Snapshot.objects.order_by("-first", "pk")]
    assert sorted(lengths) == [1, 7, 22, 28, 90, 365]
    assert set(Snapshot.objects.values_list("searches", "terms", "figures_to")) == {(3, 1, NOON)}
    assert Board.objects.count() == 36


def test_a_snapshot_keeps_its_tables_and_their_first_rows():
    for number in range(12):
        searched(f"term {number}", ago(0), 1 + number)

    refreshing.refresh_due(NOON)

    snapshot = Snapshot.objects.get(key=refreshing.key_of(period(28)))
    top = snapshot.boards.get(table="top")
    assert (len(top.rows), top.terms, top.whole) == (12, 12, 78)
    assert snapshot.heads["top"] == [top.rows[:8], 12, 78]
    assert snapshot.heads.keys() == {"top", "rising", "falling", "new", "gone", "empty"}


def test_refreshing_again_replaces_what_was_there(monkeypatch):
    only(monkeypatch, "7")
    searched("dune", ago(0), 3)
    refreshing.refresh_due(NOON)
    searched("alien", ago(0), 5)
    folded(NOON + MINUTE)

    assert refreshing.refresh_due(NOON + MINUTE) == 1

    assert Snapshot.objects.get().searches == 8
    assert [row[1] for row in Board.objects.get(table="top").rows] == [5, 3]
    assert Board.objects.count() == 6


def test_nothing_is_refreshed_while_another_process_does(monkeypatch):
    only(monkeypatch, "7", "28")
    refreshing.refresh_due(NOON)
    now = NOON + MINUTE
    folded(now)
    busy = Snapshot.objects.first()
    Snapshot.objects.filter(pk=busy.pk).update(lease_until=now + MINUTE)

    assert refreshing.refresh_due(now) == 0
    assert refreshing.refresh(busy.pk, now) == "not mine"
    assert refreshing.refresh_due(now + MINUTE) == 2


def test_a_page_waits_for_its_own_snapshot_only():
    busy, wanted = asked_for(period(3)), asked_for(period(5))
    Snapshot.objects.filter(pk=busy.pk).update(lease_until=NOON + MINUTE)

    assert refreshing.refresh(wanted.pk, NOON) == "refreshed"
    assert refreshing.refresh(wanted.pk, NOON) == "not due"
    assert refreshing.refresh(wanted.pk + 100, NOON) == "not due"


def test_a_crash_in_the_middle_leaves_the_old_tables(monkeypatch):
    only(monkeypatch, "7")
    searched("dune", ago(0), 3)
    refreshing.refresh_due(NOON)
    searched("alien", ago(0), 5)
    now = NOON + MINUTE
    folded(now)

    with monkeypatch.context() as dying:
        dying.setattr(Board.objects, "bulk_create", die)
        with pytest.raises(MemoryError):
            refreshing.refresh_due(now)

    assert Snapshot.objects.get().searches == 3
    assert Board.objects.get(table="top").whole == 3
    # Its lease runs on for two minutes.
    assert refreshing.refresh_due(now + MINUTE) == 0
    assert refreshing.refresh_due(now + 2 * MINUTE) == 1
    assert Snapshot.objects.get().searches == 8


def die(*args: object, **kwargs: object) -> None:
    raise MemoryError


def test_who_lost_the_lease_writes_nothing(monkeypatch):
    snapshot = asked_for()
    rank = ranking.rank

    def slow(*args: object, **kwargs: object) -> ranking.Ranking:
        Snapshot.objects.update(lease_until=NOON + HOUR)
        return rank(*args, **kwargs)

    monkeypatch.setattr(ranking, "rank", slow)

    assert refreshing.refresh(snapshot.pk, NOON) == "not mine"
    assert not made(snapshot)
    assert not Board.objects.exists()


def test_the_day_that_runs_is_left_out_of_whole_terms(monkeypatch):
    only(monkeypatch, "7")
    for term, day in (("dune", 0), ("alien", 1), ("heat", 7), ("jaws", 8)):
        searched(term, ago(day))

    refreshing.refresh_due(NOON)

    found = Snapshot.objects.get()
    assert (found.terms, found.whole_terms, found.whole_terms_before) == (2, 1, 1)
    assert SearchTerm.objects.count() == 4


def test_the_longest_unwanted_go_and_the_default_views_stay(monkeypatch):
    monkeypatch.setattr(refreshing, "MOST", 8)
    refreshing.refresh_due(NOON - 60 * MINUTE)
    for days in (3, 4, 5, 6):
        snapshots.wanted(period(days), NOON + days * MINUTE)

    assert Snapshot.objects.count() == 8
    firsts = Snapshot.objects.filter(wanted_at__gt=NOON).values_list("first", flat=True)
    assert set(firsts) == {ago(4), ago(5)}


def test_the_default_views_of_past_days_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(refreshing, "MOST", 8)

    for days in range(3):
        now = NOON + days * 24 * HOUR
        folded(now)
        refreshing.refresh_due(now)

    assert Snapshot.objects.count() == 8
    assert Snapshot.objects.filter(last=date(2026, 11, 24)).count() == 6


@pytest.mark.django_db(transaction=True)
def test_of_several_rounds_at_once_one_works(monkeypatch):
    folded()
    rank = ranking.rank
    working = []

    def watched(*args: object, **kwargs: object) -> ranking.Ranking:
        # Nobody else works, and no lock is held that a search would wait for.
        working.append(Snapshot.objects.filter(lease_until__gt=NOON).count())
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
