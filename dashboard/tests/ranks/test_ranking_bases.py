import numpy as np
import pytest
from django.db import connection

from dashboard.ranks import ranking
from dashboard.tests.ranks.ranked import ranked, ranked_as_it_is, rows, states
from dashboard.tests.term_days import ago, only_totals_before, period, searched

pytestmark = pytest.mark.django_db


def test_a_period_compared_with_one_before_the_first_search_tells_nothing():
    searched("dune", ago(0), 100)
    searched("dune", ago(6), 2)
    searched("alien", ago(0), 5, first_time=1)
    searched("dune", ago(7), 50)
    searched("heat", ago(12), 50)

    found = ranked_as_it_is()

    # The compared period began a day before the first search of all.
    assert states(found) == {"dune": "", "alien": "new"}
    assert {(row.before, row.ratio) for row in rows(found, "top")} == {(None, None)}
    assert (found.searches_before, found.tables["gone"].terms) == (0, 0)
    searched("heat", ago(13))
    assert states(ranked_as_it_is())["heat"] == "gone"


@pytest.mark.parametrize("compare", ["weekdays", "none"])
def test_where_the_site_began_in_the_period_no_term_is_called_new(compare):
    searched("alien", ago(6), 5, first_time=1)
    searched("heat", ago(0), 5, first_time=1)

    found = ranked_as_it_is(period(compare=compare))

    assert states(found) == {"alien": "", "heat": ""}
    assert (found.tables["new"].terms, found.tables["new"].whole) == (2, 10)
    searched("jaws", ago(7), 1)
    assert set(states(ranked_as_it_is(period(compare=compare))).values()) >= {"new"}


def test_terms_that_are_kept_no_more_are_not_compared_with():
    searched("dune", ago(801), 10)
    searched("dune", ago(799), 1)
    searched("dune", ago(0), 30)
    # Retention is still at the rows of the first one.
    only_totals_before(ago(800))

    cut, whole = (ranked(period(days, "previous"), ago(1)) for days in (401, 400))

    assert [(row.searches, row.before) for row in rows(cut, "top")] == [(30, None)]
    assert [(row.searches, row.before) for row in rows(whole, "top")] == [(30, 1)]


def test_a_period_that_began_before_terms_were_kept_has_those_that_are():
    searched("dune", ago(801), 10)
    searched("alien", ago(800), 1)
    only_totals_before(ago(800))

    found = ranked(period(900, "none"), ago(1))

    assert (found.searches, found.terms) == (1, 1)
    assert ranked(period(10, "none", last=ago(801)), ago(1)).terms == 0


def test_a_day_that_runs_makes_no_term_gone():
    # Compared with all of that day, which may have had its searches in the evening.
    searched("jaws", ago(7), 30)
    searched("heat", ago(8), 3)
    searched("heat", ago(7), 20)
    searched("dune", ago(7), 100)
    searched("dune", ago(0), 100)

    found = ranked(whole_to=ago(1))

    assert [row.before for row in rows(found, "gone")] == [23]
    assert found.tables["gone"].whole == 23
    assert [row.before for row in rows(ranked(), "gone")] == [30, 23]
    assert not ranked(period(1, "previous"), whole_to=ago(1)).tables["gone"].rows


def test_new_and_gone_terms_make_no_chance_a_discovery():
    chance = np.random.default_rng(2026)
    found = 0
    for _ in range(20):
        now, before = chance.poisson(20, 2000), chance.poisson(20, 2000)
        nothing, many = np.zeros(300, dtype=np.int64), np.full(300, 20)
        searches = np.concatenate([now, many, nothing])
        then = np.concatenate([before, nothing, many])
        first_time = np.concatenate([np.zeros(2000, dtype=np.int64), many > 0, nothing])
        sums = ranking.Sums(
            np.arange(2600), searches, then, 0 * searches, first_time, searches, then
        )
        state = ranking.changes_of(sums, is_compared=True).state
        assert (np.count_nonzero(state == 0), np.count_nonzero(state == 1)) == (300, 300)
        found += np.count_nonzero(np.isin(state, (ranking.RISING, ranking.FALLING)))

    assert found / 20 < 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_kept_plans_its_next_cursors_as_ever(monkeypatch):
    searched("dune", ago(0))
    before = cursor_tuple_fraction()

    ranked()
    assert cursor_tuple_fraction() == before
    monkeypatch.setattr(ranking, "CHUNK", "no number")
    with pytest.raises(TypeError):
        ranked()

    assert cursor_tuple_fraction() == before


def cursor_tuple_fraction():
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SHOW cursor_tuple_fraction")
        return cursor.fetchone()
