import pytest

from dashboard.models import Board, Snapshot
from dashboard.ranks import refreshing, snapshots
from dashboard.ranks.boards import TITLES
from dashboard.ranks.listings import live
from dashboard.ranks.term_tables import read
from dashboard.tests.term_days import NOON, ago, folded, period, searched

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
    searched("dune", ago(0))

    found = reasons(period())

    nothing = "No searches 9–15 Nov: there is nothing to compare with."  # noqa: RUF001
    assert {found[table] for table in ("rising", "falling", "gone")} == {nothing}
    assert found["new"] == "No term was searched for the first time."


def test_a_period_without_searches_is_named():
    searched("dune", ago(8))

    found = reasons(period())

    nothing = "No searches 16–22 Nov."  # noqa: RUF001
    assert {reason for table, reason in found.items() if table != "gone"} == {nothing}
    assert found["gone"] == ""


def test_where_nothing_belongs_into_a_table_it_says_why():
    searched("dune", ago(0))
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
