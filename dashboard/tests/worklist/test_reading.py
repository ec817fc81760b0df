"""What is worth fetching, and in which order."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.days import site_date
from dashboard.periods import view_of
from dashboard.tests import rows
from dashboard.tests.plans import plans_of
from dashboard.tests.reading import work_out
from dashboard.tests.worklist import lists
from dashboard.worklist import lacking, reading
from dashboard.worklist.lacking import Lack
from movies.models import Movie, Origin, Refill, RefillItem, Search, SearchTerm

pytestmark = pytest.mark.django_db


def test_each_search_counts_for_the_part_of_the_films_that_lacks():
    dune = Lack(1, searches=42, held=3, missing=114, bare=0)
    love = Lack(2, searches=100, held=900, missing=100, bare=0)
    whole = Lack(3, searches=500, held=10, missing=0, bare=0)
    asked = Lack(4, searches=12, held=0, missing=None, bare=0)

    assert lacking.in_order([love, asked, whole, dune]) == [dune, asked, love]
    assert (round(dune.weight("")), love.weight("films")) == (41, 10)
    assert asked.share("details") == 0


def test_what_lacks_is_listed_by_kind_the_most_wanted_first():
    lists.some()

    def terms(kind: lacking.Kind) -> list[str]:
        return [one.term for one in reading.wanted(9, kind=kind)]

    assert terms("") == ["dune", "never", "alien"]
    assert terms("films") == ["dune", "never"]
    assert terms("details") == ["alien"]
    assert len(reading.wanted(1)) == 1


def test_a_wanted_term_says_what_is_held_and_what_the_rest_takes():
    lists.some()

    dune, never, alien = reading.wanted(3)

    assert (dune.searches, dune.held, dune.total, dune.missing, dune.calls) == (5, 3, 117, 114, 12)
    assert (never.total, never.missing, never.calls) == (None, None, 1)
    assert (alien.missing, alien.bare, alien.to_fill, alien.can_be_fetched) == (0, 2, 2, False)


def test_searches_of_staff_and_bots_are_no_demand():
    lists.short("dune", 1, held=3, total=117)
    rows.search("dune", origin=Origin.STAFF)
    rows.search("dune", is_bot=True)
    work_out()

    assert [one.searches for one in reading.wanted(5)] == [1]


def test_what_was_fetched_since_is_wanted_no_more():
    lists.some()
    SearchTerm.objects.filter(term="dune").update(is_short=False)

    assert [one.term for one in reading.wanted(5)] == ["never", "alien"]


def test_a_term_that_is_being_fetched_or_filled_says_so():
    terms = lists.some()
    Search.objects.create(term=terms["dune"], origin=Origin.STAFF)
    refill = Refill.objects.create()
    film = Movie.objects.filter(hits__term=terms["alien"], is_full_record=False).first()
    RefillItem.objects.create(refill=refill, movie=film)

    dune, _, alien = reading.wanted(3)

    assert (dune.is_being_fetched, dune.can_be_fetched) == (True, False)
    assert (alien.being_filled, alien.to_fill) == (1, 1)


def test_a_term_hidden_since_is_left_out():
    terms = lists.some()
    SearchTerm.objects.filter(term="alien").update(hidden=True)

    demand = {terms["alien"].pk: 4, terms["dune"].pk: 5, 999_999: 1}

    assert [one.term for one in reading.as_they_are(demand)] == ["dune"]


def test_the_list_costs_the_same_however_many_films_and_searches_there_are():
    terms = lists.some()
    view, now = view_of({}, site_date(timezone.now())), timezone.now()

    def asked() -> CaptureQueriesContext:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            listed = reading.read(view, now)
            reading.as_they_are(reading.demand_of(listed.chosen()))
        return queries

    few = asked()
    Search.objects.bulk_create(
        Search(term=terms["heat"], origin=Origin.VISITOR, outcome="cached") for _ in range(2000)
    )
    lists.term("jaws", 3, held=5, bare=5)
    work_out()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            # Of a few rows it would read all, whatever index there is.
            cursor.execute("SET LOCAL enable_seqscan = off")
    many = asked()

    assert len(many) == len(few) <= 6
    for plan in plans_of(many):
        assert "Seq Scan on movies_search " not in plan
        assert "SCAN movies_search " not in plan
