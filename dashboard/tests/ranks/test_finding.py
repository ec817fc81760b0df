"""What is looked for among more terms than a table keeps rows of."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import Board
from dashboard.ranks import finding, ranking, refreshing, snapshots, term_tables
from dashboard.tests.plans import plans_of
from dashboard.tests.term_days import (
    NOON,
    a_long_tail,
    ago,
    first_searched,
    folded,
    period,
    searched,
)
from movies.models import SearchTerm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cut_off(db, monkeypatch):
    """A site whose tables keep two rows each."""
    monkeypatch.setattr(ranking, "MOST", 2)
    folded()
    first_searched()


def worked_out():
    assert refreshing.refresh(snapshots.wanted(period(), NOON).pk, NOON) == "refreshed"


def read(table="top", **asked):
    return term_tables.read(period(), table, NOON, **asked)


def some_terms():
    for number, term in enumerate(("dune", "alien", "dune 2", "dune 3", "heat")):
        searched(term, ago(1), 20 - number, nothing_found=10 - number)
        searched(term, ago(8), 20)
    worked_out()


def test_a_term_beyond_the_rows_is_found_and_counted_as_in_the_file():
    some_terms()

    found = read(find="Dune")

    assert [(row.rank, row.term, row.searches, row.before) for row in found.rows] == [
        (1, "dune", 20, 20),
        (None, "dune 2", 18, 20),
        (None, "dune 3", 17, 20),
    ]
    assert [row.state for row in found.rows] == ["steady"] * 3
    assert (found.found, found.terms, found.first_of, found.reason) == (3, 5, 0, "")
    assert found.rows[1].spark[-2] == 18


def test_each_table_finds_what_belongs_into_it():
    for number, term in enumerate(("alien", "heat", "dune")):
        searched(term, ago(1), 9 - number, nothing_found=3 - number, first_time=1)
        searched(f"{term} 2", ago(8), 9 - number)
    worked_out()

    found = {table: read(table, find="dune").rows for table in ("new", "gone", "empty")}

    assert {table: [(row.term, row.state) for row in rows] for table, rows in found.items()} == {
        "new": [("dune", "new")],
        "gone": [("dune 2", "gone")],
        "empty": [("dune", "new")],
    }
    assert read(find="dune 2").reason == "Nothing matches. Clear filters."


def test_what_is_found_is_sorted_and_counts_the_least_asked_for():
    some_terms()

    found = read(find="dune", sort="-term", minimum=18)

    assert [row.term for row in found.rows] == ["dune 2", "dune"]
    assert found.first_of == 0


def test_before_a_table_is_worked_out_the_others_are_found_too():
    for number in range(30):
        searched(f"term {number}", ago(1), 40 - number)

    found = read(find="term 29")

    assert found.is_live
    assert [(row.term, row.state) for row in found.rows] == [("term 29", "")]


@pytest.mark.parametrize(
    ("asked", "first_of"),
    [
        ({}, 0),
        ({"sort": "nonsense"}, 0),
        # As the table is anyway.
        ({"sort": "-searches"}, 0),
        ({"sort": "searches"}, 2),
        ({"sort": "term"}, 2),
        # The second has 19: whoever has 20 has a row.
        ({"minimum": 20}, 0),
        ({"minimum": 19}, 2),
        ({"find": "dune", "minimum": 2, "sort": "last"}, 0),
    ],
)
def test_rows_that_can_only_be_of_the_first_ones_are_known(asked, first_of):
    some_terms()

    assert read(**asked).first_of == first_of


@pytest.mark.parametrize("asked", [{"find": "dune"}, {"minimum": 2}, {"sort": "-searches"}])
def test_those_that_rise_are_only_known_where_they_have_rows(asked):
    some_terms()
    entries = [[pk, 20, 20, 0, 0, "rising", 3.0, 1.2, 9.0] for pk in _pks("dune", "alien")]
    Board.objects.filter(table="rising").update(rows=entries, terms=3)

    assert read("rising", **asked).first_of == 2
    assert read("rising").first_of == 0
    Board.objects.filter(table="rising").update(terms=2)
    assert read("rising", **asked).first_of == 0


def test_what_very_many_terms_match_is_only_looked_for_in_the_rows(monkeypatch):
    monkeypatch.setattr(finding, "MOST", 2)
    some_terms()

    found = read(find="dune")

    assert ([row.term for row in found.rows], found.first_of) == (["dune"], 2)


def test_finding_costs_the_same_however_many_terms_and_reads_them_by_their_index():
    a_long_tail()
    worked_out()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Of few rows, reading all of them is always the quickest.
            cursor.execute("SET LOCAL enable_seqscan = off")
    costs = []
    for needle in ("term 149", "term 1"):
        with CaptureQueriesContext(connection) as queries:
            assert read(find=needle).rows
        costs.append(len(queries))
        for plan in plans_of(queries):
            assert "SCAN dashboard_termday" not in plan
            assert "termday USING INDEX term_day_term (term_id=?)" not in plan
            assert "Seq Scan on dashboard_termday" not in plan
            assert "Seq Scan on movies_search " not in plan

    assert costs[0] == costs[1] <= 12


def _pks(*terms):
    return [SearchTerm.objects.get(term=term).pk for term in terms]
