import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import Board, Snapshot
from dashboard.ranks import listings, refreshing, snapshots
from dashboard.ranks.boards import TITLES
from dashboard.ranks.listings import live
from dashboard.ranks.term_tables import read
from dashboard.tests.term_days import (
    NOON,
    ago,
    first_searched,
    folded,
    only_totals_before,
    period,
    searched,
)

pytestmark = pytest.mark.django_db


def reasons(view):
    """Return what each table says, worked out."""
    folded()
    snapshot = snapshots.wanted(view, NOON)
    refreshing.refresh(snapshot.pk, NOON)
    return {table: read(view, table, NOON).reason for table in TITLES}


def test_before_the_first_fold_there_are_no_figures():
    for table in TITLES:
        found = live(period(), table)
        assert not found.is_ready
        assert (found.entries, found.figures_to) == ((), None)
        assert found.reason == "No figures yet: nothing was counted so far."


def test_without_a_comparison_a_table_that_needs_one_says_so():
    searched("dune", ago(0), nothing_found=1, first_time=1)

    assert reasons(period(compare="none")) == {
        "top": "",
        "rising": "Nothing is compared. Choose a comparison to see what rises.",
        "falling": "Nothing is compared. Choose a comparison to see what falls.",
        "new": "",
        "gone": "Nothing is compared. Choose a comparison to see what nobody searches any more.",
        "empty": "",
    }


def test_a_compared_period_without_searches_is_named():
    first_searched()
    searched("dune", ago(0))

    found = reasons(period())

    nothing = "No searches 9–15 Nov: there is nothing to compare with."  # noqa: RUF001
    assert {found[table] for table in ("rising", "falling", "gone")} == {nothing}
    assert found["new"] == "No term was searched for the first time."


def test_a_compared_period_before_the_first_search_says_when_that_was():
    searched("dune", ago(0))
    searched("dune", ago(12))

    found = reasons(period())

    nothing = "Nothing to compare with: the first search was on 10 Nov 2026."
    assert {found[table] for table in ("rising", "falling", "gone")} == {nothing}
    assert (found["top"], found["new"]) == ("", "No term was searched for the first time.")


def test_where_the_site_began_in_the_period_its_first_terms_are_not_called_new():
    searched("dune", ago(2), first_time=1)

    reasons(period())

    new = read(period(), "new", NOON)
    assert [(row.term, row.state) for row in new.rows] == [("dune", "")]
    assert new.is_all_new
    assert not read(period(), "top", NOON).is_all_new
    assert not read(period(1, "none"), "new", NOON).is_all_new


def test_a_site_without_a_search_has_nothing_to_compare_with():
    found = reasons(period())

    assert found["gone"] == "Nothing to compare with."
    assert {found[table] for table in ("top", "rising", "new", "empty")} == {
        "No searches 16–22 Nov."  # noqa: RUF001
    }


def test_terms_that_are_kept_no_more_are_said_not_to_be():
    first_searched(2000)
    searched("dune", ago(0), nothing_found=1)
    for days in (801, 900):
        searched("old", ago(days))
    only_totals_before(ago(800))

    compared = reasons(period(500, "previous"))
    cut = reasons(period(900, "none"))
    gone = reasons(period(10, last=ago(900)))

    earlier = "Terms are kept 800 days; the compared period began earlier."
    assert {compared[table] for table in ("rising", "falling", "gone")} == {earlier}
    assert compared["top"] == ""
    none = "Terms are kept 800 days; none are shown from before 13 Sep."
    assert set(cut.values()) == {none}
    assert set(gone.values()) == {"Terms are kept 800 days; not all of 27 May–5 Jun are left."}  # noqa: RUF001
    Board.objects.update(terms=1200)
    assert read(period(900, "none"), "rising", NOON).reason == (
        f"The first 1,000 of 1,200; narrow the period or find a term. {none}"
    )


def test_how_terms_change_is_not_known_while_the_first_day_runs():
    first_searched()
    searched("dune", ago(1), 30)
    searched("alien", ago(0))

    found = reasons(period(1, "previous"))

    not_yet = "No day of this period is over yet: {} is known tomorrow."
    assert found["rising"] == not_yet.format("what rises")
    assert found["falling"] == not_yet.format("what falls")
    assert found["gone"] == not_yet.format("what is gone")


def test_where_no_search_was_on_a_day_that_is_over_nothing_is_compared():
    first_searched()
    searched("dune", ago(0))
    searched("dune", ago(7))

    found = reasons(period())

    none = "Only days that are over are compared, and on those there were no searches 9–15 Nov."  # noqa: RUF001
    assert {found[table] for table in ("rising", "falling", "gone")} == {none}


def test_where_searches_are_only_of_the_day_that_runs_nothing_rises_or_falls():
    first_searched()
    searched("dune", ago(0))
    searched("dune", ago(8))

    found = reasons(period())

    none = "Only days that are over are compared, and on those there were no searches 16–22 Nov."  # noqa: RUF001
    assert {found[table] for table in ("rising", "falling")} == {none}
    assert found["gone"] == "Every term of the compared period was searched again."


def test_a_period_without_searches_is_named():
    first_searched()
    searched("dune", ago(8))

    found = reasons(period())

    nothing = "No searches 16–22 Nov."  # noqa: RUF001
    assert {reason for table, reason in found.items() if table != "gone"} == {nothing}
    assert found["gone"] == ""


def test_where_nothing_belongs_into_a_table_it_says_why():
    first_searched()
    searched("dune", ago(1))
    searched("dune", ago(8))

    assert reasons(period()) == {
        "top": "",
        "rising": "Nothing provably rises.",
        "falling": "Nothing provably falls.",
        "new": "No term was searched for the first time.",
        "gone": "Every term of the compared period was searched again.",
        "empty": "Every search that was answered found films.",
    }


@pytest.mark.parametrize(
    ("table", "way_out"),
    [("top", "take the CSV for all"), ("rising", "find a term"), ("falling", "find a term")],
)
def test_a_table_that_is_cut_off_says_how_to_see_the_rest(table, way_out):
    searched("dune", ago(0))
    reasons(period())
    Board.objects.update(terms=1200)

    reason = read(period(), table, NOON).reason

    assert reason == f"The first 1,000 of 1,200; narrow the period or {way_out}."


def test_live_rows_say_that_there_are_others():
    folded()
    for number in range(30):
        searched(f"term {number}", ago(0), 1 + number)

    found = live(period(), "top")

    assert (len(found.entries), found.terms, found.other_terms) == (25, None, None)
    assert (found.whole, found.other) == (465, 15)
    assert found.reason == "The first 25; the others, and how they changed, are being worked out."


def test_live_rows_that_take_reading_all_are_left_to_the_snapshot(monkeypatch):
    folded()
    for number in range(30):
        searched(f"term {number}", ago(0), 1, nothing_found=1, left_out_searches=1)

    assert {live(period(), table).is_live for table in ("top", "empty")} == {True}
    monkeypatch.setattr(listings, "AT_ONCE", 59)
    with CaptureQueriesContext(connection) as queries:
        found = [live(period(), table) for table in ("top", "empty")]

    assert {(one.is_ready, one.is_live, one.entries, one.reason) for one in found} == {
        (False, False, (), "Being worked out; this page shows it in a moment.")
    }
    # Neither are the whole period's terms summed.
    scans = [query for query in queries if "GROUP BY" in query["sql"]]
    assert all(">=" in query["sql"] or " IN " in query["sql"] for query in scans)


def test_live_rows_that_are_proven_are_shown_of_the_largest_period(monkeypatch):
    monkeypatch.setattr(listings, "AT_ONCE", 0)
    folded()
    for number in range(30):
        searched(f"term {number}", ago(0), 100 + number)

    found = live(period(), "top")

    assert (found.is_ready, found.is_live, len(found.entries)) == (True, True, 25)


def test_live_rows_are_of_the_days_whose_terms_are_kept():
    folded()
    searched("dune", ago(800), 2)
    searched("alien", ago(801), 9)
    only_totals_before(ago(800))

    found = live(period(900, "none"), "top")

    assert (len(found.entries), found.whole, found.of) == (1, 2, 2)
    none = "Terms are kept 800 days; none are shown from before 13 Sep."
    assert found.reason.endswith(f"are being worked out. {none}")
    none = "Terms are kept 800 days; not all of 12 Sep are left."
    assert live(period(1, "none", last=ago(801)), "empty").reason == none


def test_live_tables_without_rows_say_why():
    folded()

    assert live(period(), "top").reason == "No searches 16–22 Nov."  # noqa: RUF001
    assert live(period(), "empty").reason == "Every search that was answered found films."


def test_a_snapshot_that_is_written_between_two_queries_is_shown_whole(monkeypatch):
    folded()
    searched("dune", ago(0), 30)
    view = period()
    snapshot = snapshots.wanted(view, NOON)
    refreshing.refresh(snapshot.pk, NOON)
    old = Snapshot.objects.get()
    old.searches = 1
    monkeypatch.setattr("dashboard.ranks.term_tables.wanted", lambda view, now: old)

    assert read(view, "top", NOON).rows[0].share == 1
