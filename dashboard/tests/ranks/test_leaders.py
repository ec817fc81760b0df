from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import IS_LONG
from dashboard.models import TermDay
from dashboard.ranks import leaders
from dashboard.tests.plans import plans_of
from dashboard.tests.term_days import TODAY, a_long_tail, ago, period, searched
from movies.models import SearchTerm

pytestmark = pytest.mark.django_db

SMALL = st.integers(0, 12)
# Terms, their days ago, and searches, nothing found, both again for those left out.
ROWS = st.dictionaries(
    st.tuples(st.integers(0, 11), st.integers(0, 5)),
    st.tuples(SMALL, SMALL, SMALL, SMALL),
    max_size=50,
)
FLAT = st.dictionaries(
    st.tuples(st.integers(0, 11), st.integers(0, 5)),
    st.tuples(*[st.integers(3, 6)] * 4),
    max_size=50,
)


class Undone(Exception):
    pass


@settings(
    max_examples=80 if IS_LONG else 20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=ROWS | FLAT,
    limit=st.integers(1, 4),
    candidates=st.integers(1, 12),
    days=st.integers(1, 6),
    measure=st.sampled_from(["searches", "nothing_found"]),
    everyone=st.booleans(),
)
def test_the_leaders_are_those_of_the_plain_sum(
    monkeypatch, rows, limit, candidates, days, measure, everyone
):
    monkeypatch.setattr(leaders, "CANDIDATES", candidates)
    monkeypatch.setattr(leaders, "CANDIDATES_A_ROW", 1)
    with suppress(Undone), transaction.atomic():
        write(rows)
        found = leaders.top(period(days, everyone=everyone), measure, limit)
        expected = by_hand(rows, days, measure, everyone=everyone)[:limit]
        assert [(row.term_id, getattr(row, measure)) for row in found.rows] == expected
        raise Undone


def write(rows):
    SearchTerm.objects.bulk_create(SearchTerm(pk=pk, term=f"term {pk}") for pk in range(1, 13))
    TermDay.objects.bulk_create(
        TermDay(
            day=TODAY - timedelta(days=days_ago),
            term_id=term + 1,
            searches=counts[0],
            nothing_found=counts[1],
            left_out_searches=counts[2],
            left_out_nothing_found=counts[3],
        )
        for (term, days_ago), counts in rows.items()
    )


def by_hand(rows, days, measure, *, everyone):
    sums = {}
    for (term, days_ago), counts in rows.items():
        which = 0 if measure == "searches" else 1
        counted = counts[which] + (counts[which + 2] if everyone else 0)
        if days_ago < days and counted:
            sums[term + 1] = sums.get(term + 1, 0) + counted
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def test_a_clear_lead_is_proven_without_reading_the_tail():
    searched("dune", ago(0), 50)
    searched("alien", ago(1), 4)

    found = leaders.top(period(7), "searches", 1)

    assert found.is_proven
    assert [(row.searches, row.nothing_found) for row in found.rows] == [(50, 0)]


def test_a_lead_that_the_tail_could_overtake_is_not_proven_but_right():
    for day in range(7):
        searched("alien", ago(day), 4)
    searched("dune", ago(0), 28)

    found = leaders.top(period(7), "searches", 1)

    assert not found.is_proven
    assert leaders.proven(period(7), "searches", 1) is None
    assert [row.searches for row in found.rows] == [28]
    assert SearchTerm.objects.get(pk=found.rows[0].term_id).term == "alien"


def test_with_everyone_both_columns_of_the_tail_are_in_the_bound():
    for day in range(7):
        searched("alien", ago(day), 4, left_out_searches=4)
    searched("dune", ago(0), 50)

    assert leaders.top(period(7), "searches", 1).is_proven
    found = leaders.top(period(7, everyone=True), "searches", 1)
    assert not found.is_proven
    assert [row.searches for row in found.rows] == [56]


def test_nothing_searched_has_no_leaders():
    assert leaders.top(period(), "searches", 25) == leaders.Leaders((), is_proven=False)


@pytest.mark.parametrize(
    ("measure", "index"), [("searches", "term_day_busy"), ("nothing_found", "term_day_empty")]
)
def test_candidates_are_read_from_their_own_index_and_their_sums_by_term(
    monkeypatch, measure, index
):
    a_long_tail()
    monkeypatch.setattr(leaders, "CANDIDATES", 10)
    monkeypatch.setattr(leaders, "CANDIDATES_A_ROW", 2)

    with CaptureQueriesContext(connection) as queries:
        found = leaders.top(period(7), measure, 5)

    assert found.is_proven
    candidates, sums, _ = plans_of(queries)
    assert index in candidates
    assert "term_day_term" in sums
