import subprocess
import sys

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import TermDay
from dashboard.ranks.boards import MOST
from dashboard.tests.ranks.ranked import ranked, rows, states
from dashboard.tests.term_days import TODAY, a_long_tail, ago, period, searched
from movies.models import SearchTerm
from movies.tests.plans import plan_of

pytestmark = pytest.mark.django_db


def test_each_term_has_the_first_state_that_holds():
    # A steady stream, so that shares mean something.
    searched("batman", ago(0), 1000)
    searched("batman", ago(7), 1000)
    searched("dune", ago(0), 60)
    searched("dune", ago(7), 10)
    searched("alien", ago(0), 10)
    searched("alien", ago(7), 60)
    searched("dracula", ago(0), 30, first_time=1)
    searched("jaws", ago(7), 30)
    searched("heat", ago(0), 3)
    searched("heat", ago(7), 1)
    searched("up", ago(0), 3)
    searched("up", ago(7), 2)

    assert states(ranked()) == {
        "batman": "steady",
        "dune": "rising",
        "alien": "falling",
        "dracula": "new",
        "jaws": "gone",
        "heat": "few",
        "up": "steady",
    }


def test_a_day_that_runs_is_not_compared_with_a_whole_one():
    # By nine in the morning, both days; evenings are yet to come.
    for day in (0, 1):
        searched("news", ago(day), 30)
        searched("everything else", ago(day), 70 if day == 0 else 210)
    searched("evenings", ago(1), 60)
    searched("new", ago(0), 5, first_time=1)

    found = ranked(period(1, "previous"), whole_to=ago(1))

    assert states(found) == {"news": "", "everything else": "", "new": "new"}
    assert {row.ratio for row in rows(found, "top")} == {None}
    assert [row.before for row in rows(found, "top")] == [210, 30, 0]
    tables = ("rising", "falling", "gone")
    assert {found.tables[table].terms for table in tables} == {0}


def test_of_a_period_that_runs_the_days_that_are_over_are_compared():
    for day in range(28):
        # Today has had its morning, and neither film night nor most else.
        searched("everything else", ago(day), 300 if day == 0 else 600)
        searched("everything else", ago(28 + day), 600)
        searched("dune", ago(day), 20)
        searched("dune", ago(28 + day), 10)
    for week in range(1, 8):
        searched("film nights", ago(7 * week), 100)
    searched("few", ago(0), 50)
    searched("few", ago(1), 4)
    searched("few", ago(28), 50)

    found = ranked(period(28), whole_to=ago(1))

    assert states(found) == {
        "everything else": "steady",
        "dune": "rising",
        "film nights": "steady",
        "few": "few",
    }
    dune = rows(found, "rising")[0]
    assert (dune.searches, dune.before) == (560, 280)
    # Without the day that runs and its partner.
    over, over_before = 27 * 620 + 300 + 4, 27 * 610 + 300
    assert dune.ratio == pytest.approx((540 / over) / (270 / over_before), rel=1e-5)


def test_a_swing_of_the_whole_site_is_no_trend():
    for term in ("dune", "alien", "heat"):
        searched(term, ago(0), 1000)
        searched(term, ago(7), 100)

    found = ranked()

    assert set(states(found).values()) == {"steady"}
    assert [row.ratio for row in rows(found, "top")] == [1, 1, 1]
    assert not found.tables["rising"].rows


def test_rising_is_in_order_of_the_least_it_rose_by_not_of_growth():
    searched("everything else", ago(0), 10_000)
    searched("everything else", ago(7), 10_000)
    small, large = searched("small", ago(0), 20), searched("large", ago(0), 800)
    TermDay.objects.create(term_id=small, day=ago(7), searches=2)
    TermDay.objects.create(term_id=large, day=ago(7), searches=200)

    first, second = rows(ranked(), "rising")

    assert (first.term_id, second.term_id) == (large, small)
    assert first.low > second.low
    assert first.ratio < second.ratio


def test_falling_is_in_order_of_the_least_it_fell_by():
    searched("everything else", ago(0), 10_000)
    searched("everything else", ago(7), 10_000)
    small, large = searched("small", ago(7), 20), searched("large", ago(7), 800)
    TermDay.objects.create(term_id=small, day=ago(0), searches=2)
    TermDay.objects.create(term_id=large, day=ago(0), searches=200)
    searched("gone", ago(7), 500)

    first, second = rows(ranked(), "falling")

    assert (first.term_id, second.term_id) == (large, small)
    assert first.high < second.high < 1


def test_a_rise_without_bound_has_no_number():
    searched("everything else", ago(0), 1000)
    searched("everything else", ago(7), 1000)
    # Searched long ago, so not new.
    searched("dune", ago(0), 50)

    row = rows(ranked(), "rising")[0]

    assert (row.searches, row.before, row.ratio, row.high) == (50, 0, None, None)
    assert row.low > 1


def test_the_tables_count_what_they_are_named_after():
    searched("dune", ago(0), 10, nothing_found=4)
    searched("alien", ago(1), 5, nothing_found=5, first_time=1)
    searched("heat", ago(8), 7)
    searched("jaws", ago(9), 9)

    found = ranked()

    assert (found.searches, found.searches_before, found.terms) == (15, 16, 2)
    sizes = {table: (board.terms, board.whole) for table, board in found.tables.items()}
    assert sizes == {
        "top": (2, 15),
        "rising": (1, 10),
        "falling": (0, 0),
        "new": (1, 5),
        "gone": (2, 16),
        "empty": (2, 9),
    }
    assert [row.nothing_found for row in rows(found, "empty")] == [5, 4]
    assert [row.before for row in rows(found, "gone")] == [9, 7]


def test_without_a_compared_period_nothing_rises_falls_or_is_gone():
    searched("dune", ago(0), 10)
    searched("alien", ago(0), 5, first_time=1)
    searched("heat", ago(8), 7)

    found = ranked(period(compare="none"))

    assert (found.searches, found.searches_before, found.whole_terms_before) == (15, 0, 0)
    assert states(found) == {"dune": "", "alien": "new"}
    assert [row.before for row in rows(found, "top")] == [None, None]
    assert not any(found.tables[table].terms for table in ("rising", "falling", "gone"))


def test_one_day_without_a_compared_one_is_not_compared_with_itself():
    searched("dune", ago(0), 10)

    assert ranked(period(1, "none")).searches_before == 0


def test_a_compared_period_without_searches_tells_nothing():
    searched("dune", ago(0), 10)

    assert states(ranked()) == {"dune": ""}


def test_a_year_is_compared_with_an_overlapping_one():
    searched("dune", ago(0), 1)
    searched("dune", ago(380), 10)
    searched("dune", ago(700), 100)

    row = rows(ranked(period(400, "year")), "top")[0]

    assert (row.searches, row.before) == (11, 110)


def test_staff_and_bots_are_in_it_only_with_everyone():
    searched("dune", ago(0), 1, left_out_searches=10, left_out_nothing_found=3)
    searched("alien", ago(0), 2, nothing_found=1)
    searched("heat", ago(0), 0, left_out_searches=5, left_out_first_time=1)

    found, everyone = ranked(), ranked(period(everyone=True))

    assert [(row.searches, row.nothing_found) for row in rows(found, "top")] == [(2, 1), (1, 0)]
    assert found.terms == 2
    assert [row.searches for row in rows(everyone, "top")] == [11, 5, 2]
    assert [row.nothing_found for row in rows(everyone, "empty")] == [3, 1]
    assert [row.searches for row in rows(everyone, "new")] == [5]


def test_whole_terms_are_those_of_days_that_are_over_and_of_the_days_compared_with_them():
    searched("dune", ago(1))
    searched("alien", ago(0))
    searched("heat", ago(8))
    searched("jaws", ago(7))
    searched("up", ago(7))

    found = ranked(whole_to=ago(1))

    assert (found.terms, found.whole_terms, found.whole_terms_before) == (2, 1, 1)
    over = ranked()
    assert (over.whole_terms, over.whole_terms_before) == (2, 3)


def test_of_a_period_of_which_no_day_is_over_no_terms_are_whole():
    searched("dune", ago(0))
    searched("dune", ago(1))

    found = ranked(period(1, "previous"), whole_to=ago(1))

    assert (found.terms, found.whole_terms, found.whole_terms_before) == (1, 0, 0)


def test_a_table_keeps_the_first_thousand_and_counts_the_others():
    SearchTerm.objects.bulk_create(SearchTerm(pk=pk, term=f"term {pk}") for pk in range(1, 1301))
    TermDay.objects.bulk_create(
        TermDay(term_id=pk, day=TODAY, searches=2 if pk > 1200 else 1) for pk in range(1, 1301)
    )

    found = ranked().tables["top"]

    assert (len(found.rows), found.terms, found.whole) == (MOST, 1300, 1400)
    # Ties by term, so that ranks are stable.
    assert [row[0] for row in found.rows] == [*range(1201, 1301), *range(1, 901)]


def test_a_short_period_is_read_by_its_days_and_not_term_by_term():
    a_long_tail()

    with CaptureQueriesContext(connection) as queries:
        ranked(period(1, "previous"))

    # As it is read: PostgreSQL plans a cursor otherwise.
    plan = plan_of(next(query["sql"] for query in queries if "GROUP BY" in query["sql"]))
    assert "pkey" in plan or "autoindex" in plan
    assert "term_day_term" not in plan


def test_nothing_searched_ranks_nothing():
    found = ranked()

    assert (found.searches, found.terms) == (0, 0)
    assert {board.terms for board in found.tables.values()} == {0}


def test_pages_load_no_numpy():
    words = (
        "import django, sys; django.setup(); "
        "import dashboard.ranks.term_tables, dashboard.ranks.whole_tables;"
        "print({'numpy', 'scipy'} & set(sys.modules))"
    )

    printed = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )

    assert printed.stdout.strip() == "set()"
