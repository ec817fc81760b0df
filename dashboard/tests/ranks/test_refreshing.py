from datetime import date, timedelta

import pytest

from dashboard.models import Board, Snapshot
from dashboard.periods import view_of
from dashboard.ranks import refreshing, snapshots
from dashboard.tests.ranks.asking import asked_for, only
from dashboard.tests.term_days import NOON, TODAY, ago, first_searched, folded, period, searched
from movies.models import SearchTerm

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _figures(db):
    folded()


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
        searched(f"term {number}", ago(0), 1 + number, first_time=1)

    refreshing.refresh_due(NOON)

    snapshot = Snapshot.objects.get(key=refreshing.key_of(period(28)))
    top = snapshot.boards.get(table="top")
    assert (len(top.rows), top.terms, top.whole) == (12, 12, 78)
    new = snapshot.boards.get(table="new")
    assert snapshot.heads["new"] == [new.rows[:8], 12, 78]
    assert snapshot.heads.keys() == {"rising", "new", "empty", "worklist", "first_search"}


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


def test_a_page_that_asked_for_a_snapshot_has_it_made_once():
    wanted = asked_for(period(5))

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


def die(*args: object, **kwargs: object) -> None:
    raise MemoryError


def test_the_day_that_runs_is_left_out_of_whole_terms(monkeypatch):
    only(monkeypatch, "7")
    first_searched()
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

    refreshing.refresh_due(NOON + 7 * MINUTE)

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
