from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import Board, DayTotals, TermDay
from dashboard.ranks import ranking, refreshing, snapshots, term_tables, whole_tables
from dashboard.ranks.whole_tables import live_rows
from dashboard.tests.term_days import (
    NOON,
    TODAY,
    ago,
    first_searched,
    folded,
    only_totals_before,
    period,
    searched,
)
from movies.models import SearchTerm

pytestmark = pytest.mark.django_db


def worked_out(view, to=NOON):
    folded(to)
    refreshing.refresh(snapshots.wanted(view, to).pk, to)


def some_searches():
    first_searched()
    searched("batman", ago(0), 500)
    searched("batman", ago(7), 500)
    searched("dune", ago(0), 60, nothing_found=2)
    searched("dune", ago(7), 10)
    searched("alien", ago(0), 10, first_time=1, nothing_found=5)
    searched("jaws", ago(7), 30)
    searched("heat", ago(0), 0, left_out_searches=9)


@pytest.mark.parametrize("table", ["top", "rising", "falling", "new", "gone", "empty"])
def test_a_file_has_the_rows_of_the_page(table):
    some_searches()
    searched("up", ago(8), 9)
    view = period()
    worked_out(view)
    page = term_tables.read(view, table, NOON)

    rows = list(live_rows(view, table))

    shown = ("rank", "term", "searches", "before", "share", "state", "ratio", "low", "high")
    assert [facts(row, shown) for row in rows] == [facts(row, shown) for row in page.rows]


def facts(row, names):
    return [getattr(row, name) for name in names]


def test_without_a_snapshot_all_but_the_changes_are_there():
    some_searches()
    folded(NOON + timedelta(days=1))
    view = period()

    rows = {
        table: [(row.term, row.state, row.ratio) for row in live_rows(view, table)]
        for table in ("top", "new", "gone", "empty", "rising")
    }

    assert rows == {
        "top": [("batman", "", None), ("dune", "", None), ("alien", "", None)],
        "new": [("alien", "", None)],
        "gone": [("jaws", "gone", None)],
        "empty": [("alien", "", None), ("dune", "", None)],
        "rising": [],
    }


def test_with_everyone_staff_and_bots_are_in_the_file():
    some_searches()

    rows = live_rows(period(everyone=True), "top")

    assert [(row.term, row.searches) for row in rows][-1] == ("heat", 9)


def test_without_a_comparison_there_is_no_before():
    some_searches()
    view = period(compare="none")

    assert {row.before for row in live_rows(view, "top")} == {None}
    assert not list(live_rows(view, "gone"))


def test_what_a_table_does_not_compare_its_file_does_not_either():
    some_searches()
    searched("up", ago(8), 9)
    DayTotals.objects.filter(day=ago(1000)).delete()
    folded()

    assert [row.term for row in live_rows(period(), "gone")] == []
    assert {row.before for row in live_rows(period(), "top")} == {None}
    first_searched()
    searched("up 2", ago(801), 9)
    # Jaws was searched on a day whose partner still runs.
    assert [row.term for row in live_rows(period(), "gone")] == ["up"]
    assert {row.before for row in live_rows(period(801, "previous"), "top")} == {None}
    assert "up 2" in [row.term for row in live_rows(period(900, "none"), "top")]
    only_totals_before(ago(800))
    assert "up 2" not in [row.term for row in live_rows(period(900, "none"), "top")]


def test_a_file_goes_beyond_the_rows_of_the_page_in_chunks(monkeypatch):
    monkeypatch.setattr(whole_tables, "CHUNK", 500)
    SearchTerm.objects.bulk_create(SearchTerm(pk=pk, term=f"term {pk}") for pk in range(1, 1102))
    TermDay.objects.bulk_create(
        TermDay(term_id=pk, day=TODAY, searches=1 + (pk > 1100)) for pk in range(1, 1102)
    )
    view = period()
    worked_out(view)

    with CaptureQueriesContext(connection) as queries:
        rows = list(live_rows(view, "top"))

    assert len(rows) == 1101
    assert [row.term for row in rows[:2]] == ["term 1101", "term 1"]
    assert [row.rank for row in rows] == list(range(1, 1102))
    names = [query for query in queries if "movies_searchterm" in query["sql"]]
    # One more for what is merged.
    assert len(names) == 4


# Where a term that rises has no row, any term without one may be it.
@pytest.mark.parametrize(("unlisted", "heat"), [(0, "steady"), (1, "")])
def test_beyond_the_rows_of_the_page_a_term_has_the_state_that_needs_no_test(
    unlisted, heat, monkeypatch
):
    monkeypatch.setattr(ranking, "MOST", 1)
    some_searches()
    searched("up", ago(0), 2)
    searched("heat 2", ago(0), 9)
    searched("tar", ago(8), 9)
    searched("babe", ago(0), 1, first_time=1)
    view = period()
    worked_out(view, NOON + timedelta(days=1))
    Board.objects.filter(table="rising").update(rows=[], terms=unlisted)
    Board.objects.filter(table="falling").update(rows=[], terms=0)

    states = {row.term: row.state for table in ("top", "gone") for row in live_rows(view, table)}

    assert states == {
        "batman": "steady",
        "dune": heat,
        "alien": "new",
        "heat 2": heat,
        "up": "few",
        "babe": "new",
        "tar": "gone",
        "jaws": "gone",
    }
