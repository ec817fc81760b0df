from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import DayTotals, TermDay
from dashboard.periods import view_of
from dashboard.ranks import refreshing, snapshots, term_tables
from dashboard.ranks.boards import TITLES
from dashboard.tests.plans import plans_of
from dashboard.tests.rows import search
from dashboard.tests.term_days import NOON, TODAY, ago, first_searched, folded, period, searched
from movies.models import Search, SearchTerm

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _figures(db):
    folded()


def worked_out(view=None, now=NOON):
    view = view or period()
    assert refreshing.refresh(snapshots.wanted(view, now).pk, now) == "refreshed"
    return view


def read(table="top", view=None, **asked):
    return term_tables.read(view or period(), table, NOON, **asked)


def heads(view=None, now=NOON):
    view = view or period()
    return term_tables.heads_of(view, snapshots.wanted(view, now)).tables


def terms(table):
    return [row.term for row in table.rows]


def test_a_table_says_all_of_its_terms():
    first_searched()
    pk = searched("dune", ago(0), 1)
    searched("dune", ago(1), 29, nothing_found=2)
    searched("dune", ago(8), 10)
    searched("alien", ago(1), 10, first_time=1)
    searched("alien", ago(6), 5)
    searched("heat", ago(8), 30)
    SearchTerm.objects.filter(pk=pk).update(total_results=117)
    search("dune", at=NOON)
    worked_out()

    found = read()

    assert (found.key, found.title, found.figures_to, found.reason) == ("top", "Top", NOON, "")
    assert (found.found, found.pages, found.page, found.is_ready) == (2, 1, 1, True)
    assert (found.terms, found.whole, found.other, found.other_terms) == (2, 45, 0, 0)
    dune, alien = found.rows
    assert (dune.rank, dune.term_id, dune.term, dune.searches) == (1, pk, "dune", 30)
    assert (dune.before, dune.nothing_found, dune.share) == (10, 2, 30 / 45)
    # Without the day that runs.
    assert dune.ratio == pytest.approx(29 / 44 / (10 / 40), rel=1e-5)
    assert dune.low < dune.ratio < dune.high
    assert (dune.results, dune.held, dune.last_searched) == (117, 0, NOON)
    assert dune.spark == (0, 0, 0, 0, 0, 29, 1)
    assert (dune.state, alien.state, alien.first_time) == ("rising", "new", 1)
    assert alien.spark == (5, 0, 0, 0, 0, 10, 0)


def test_shares_are_of_what_a_table_is_about():
    first_searched()
    searched("dune", ago(0), 30, nothing_found=2)
    searched("alien", ago(0), 10, nothing_found=6)
    searched("heat", ago(8), 15)
    searched("dune", ago(8), 45)
    worked_out()

    (gone,) = read("gone").rows
    empty = read("empty").rows

    assert (gone.term, gone.share, gone.state) == ("heat", 0.25, "gone")
    # Of the compared period: it has none in the other.
    assert gone.spark == (0, 0, 0, 0, 0, 15, 0)
    assert [(row.term, row.share) for row in empty] == [("alien", 0.75), ("dune", 0.25)]
    assert empty[0].spark[-1] == 6


def test_a_table_is_cut_into_pages_and_ranks_go_on():
    for number in range(7):
        searched(f"term {number}", ago(0), 10 - number)
    worked_out()

    second, beyond, before = (read(page=page, per_page=3) for page in (2, 99, -1))

    assert [row.rank for row in second.rows] == [4, 5, 6]
    assert (second.found, second.pages, second.page) == (7, 3, 2)
    assert (terms(beyond), beyond.page) == (["term 6"], 3)
    assert before.page == 1


def test_finding_narrows_down_and_keeps_the_ranks():
    for number, term in enumerate(("dune", "alien", "dune 2")):
        searched(term, ago(0), 10 - number)
    worked_out()

    found = read(find="  DUNE ")

    assert [(row.rank, row.term) for row in found.rows] == [(1, "dune"), (3, "dune 2")]
    assert (found.found, found.terms, found.other) == (2, 3, 0)
    assert read(find=" ").found == 3
    assert read(find="d\x00une").found == 0


def test_the_least_count_is_of_what_a_table_counts():
    first_searched()
    searched("dune", ago(0), 10, nothing_found=1)
    searched("alien", ago(0), 5, nothing_found=5)
    searched("heat", ago(8), 9)
    searched("jaws", ago(8), 3)
    worked_out()

    assert terms(read(minimum=6)) == ["dune"]
    assert terms(read("empty", minimum=2)) == ["alien"]
    assert terms(read("gone", minimum=4)) == ["heat"]


def test_when_nothing_matches_the_filters_are_named():
    searched("dune", ago(0))
    worked_out()

    assert read(find="alien").reason == "Nothing matches. Clear filters."
    assert read(minimum=2).reason == "Nothing matches. Clear filters."
    assert read("rising", find="alien").reason != "Nothing matches. Clear filters."


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["dune", "alien", "heat", "jaws"]),
        ("nonsense", ["dune", "alien", "heat", "jaws"]),
        ("searches", ["jaws", "heat", "alien", "dune"]),
        ("-searches", ["dune", "alien", "heat", "jaws"]),
        ("term", ["alien", "dune", "heat", "jaws"]),
        ("-term", ["jaws", "heat", "dune", "alien"]),
        # What is not known stands below in both directions.
        ("results", ["heat", "alien", "dune", "jaws"]),
        ("-results", ["alien", "heat", "dune", "jaws"]),
        # A day of which no search is kept begins before any that is.
        ("last", ["heat", "jaws", "alien", "dune"]),
        ("-last", ["dune", "alien", "heat", "jaws"]),
        ("change", ["dune", "alien", "heat", "jaws"]),
        ("-change", ["alien", "dune", "heat", "jaws"]),
    ],
)
def test_a_table_is_sorted_by_any_column(sort, expected):
    first_searched()
    for searches, term, before, results in (
        (40, "dune", 60, None),
        (30, "alien", 6, 20),
        (20, "heat", 0, 10),
        (10, "jaws", 0, None),
    ):
        # First searched in the period, or the ratio of those without any before is infinite.
        searched(term, ago(0))
        searched(term, ago(1), searches, first_time=not before)
        if before:
            searched(term, ago(8), before)
        SearchTerm.objects.filter(term=term).update(total_results=results)
    search("alien", at=NOON - MINUTE)
    search("dune", at=NOON)
    worked_out()

    assert terms(read(sort=sort)) == expected


def test_a_term_that_was_erased_since_is_left_out():
    searched("dune", ago(0), 3)
    searched("alien", ago(0), 2)
    worked_out()
    TermDay.objects.filter(term__term="dune").delete()
    SearchTerm.objects.filter(term="dune").delete()

    assert terms(read()) == ["alien"]
    assert terms(read(sort="term")) == ["alien"]


def test_what_is_beyond_the_rows_adds_up_to_the_whole():
    SearchTerm.objects.bulk_create(SearchTerm(pk=pk, term=f"term {pk}") for pk in range(1, 1101))
    TermDay.objects.bulk_create(
        TermDay(term_id=pk, day=TODAY, searches=1 + (pk <= 100)) for pk in range(1, 1101)
    )
    worked_out()

    found = read()

    assert (found.found, found.pages, found.terms, found.whole) == (1000, 40, 1100, 1200)
    assert (found.other, found.other_terms) == (100, 100)
    assert found.reason == "The first 1,000 of 1,100; narrow the period or take the CSV for all."


def test_the_first_page_shows_the_first_rows_of_three_tables():
    for number in range(10):
        searched(f"term {number}", ago(0), 10 + number, first_time=1, nothing_found=number)
    worked_out()

    found = heads()

    assert list(found) == ["rising", "new", "empty"]
    assert terms(found["new"]) == [f"term {number}" for number in range(9, 1, -1)]
    assert (found["new"].terms, found["new"].other, found["new"].other_terms) == (10, 21, 2)
    assert found["empty"].rows[0].share == 9 / 45
    assert found["rising"].reason


def test_until_it_is_worked_out_top_and_nothing_found_are_live():
    searched("dune", ago(0), 30, nothing_found=2)
    searched("alien", ago(0), 10, nothing_found=6)

    top, empty = read("top"), read("empty")

    assert top.is_ready
    assert empty.is_ready
    assert (terms(top), top.whole, top.terms) == (["dune", "alien"], 40, 2)
    assert (terms(empty), empty.whole) == (["alien", "dune"], 8)
    assert (top.rows[0].share, top.rows[0].state, top.rows[0].before) == (0.75, "", None)
    assert top.figures_to == NOON
    for table in TITLES.keys() - {"top", "empty"}:
        found = read(table)
        assert not found.is_ready
        assert found.reason == "Being worked out; this page shows it in a moment."
    first_page = heads()
    assert terms(first_page["empty"]) == ["alien", "dune"]
    assert not first_page["rising"].is_ready
    assert top.is_live
    assert not read("rising").is_live
    worked_out()
    assert not read("top").is_live


@pytest.mark.parametrize("preset", refreshing.PRESETS)
def test_a_preset_costs_the_same_however_many_terms_and_never_reads_all_searches(preset):
    view = view_of({"period": preset}, TODAY)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Of few rows, reading all of them is always the quickest.
            cursor.execute("SET LOCAL enable_seqscan = off")
    costs = []
    for terms_searched in (2, 40):
        TermDay.objects.all().delete()
        DayTotals.objects.all().delete()
        Search.objects.all().delete()
        searched("alien", view.before)
        for number in range(terms_searched):
            searched(f"term {number}", ago(0), 1 + number, nothing_found=1, first_time=1)
            search(f"term {number}")
        folded(NOON + terms_searched * MINUTE)
        worked_out(view, NOON + terms_searched * MINUTE)
        costs.append(costs_of(view))

    assert costs[0] == costs[1] == [2, 4, 5, 5]


def costs_of(view):
    """Return the queries of the first page's tables, and of a table plain, sorted, found."""
    costs = []
    now = NOON + MINUTE
    for asked in (
        lambda: heads(view, now),
        lambda: term_tables.read(view, "top", now),
        lambda: term_tables.read(view, "empty", now, sort="last"),
        lambda: term_tables.read(view, "new", now, sort="-results", find="term"),
    ):
        with CaptureQueriesContext(connection) as queries:
            asked()
        costs.append(len(queries))
        for plan in plans_of(queries):
            assert "Seq Scan on movies_search " not in plan
            assert "SCAN U0" not in plan
            assert "SCAN movies_search" not in plan.replace("movies_searchterm", "")
    return costs
