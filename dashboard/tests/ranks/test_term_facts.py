import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.days import end_of, start_of
from dashboard.ranks import term_facts
from dashboard.tests.plans import plans_of
from dashboard.tests.rows import film, search
from dashboard.tests.term_days import NOON, ago, searched
from movies.models import Hit, Origin, Search, SearchTerm

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


def held(term: str, films: int) -> None:
    row = SearchTerm.objects.get(term=term)
    for rank in range(films):
        Hit.objects.create(
            term=row, movie=film(), rank=rank, seen_by="00000000-0000-0000-0000-000000000000"
        )


def test_details_are_of_the_last_search_and_the_films_held():
    for term in ("dune", "alien"):
        searched(term, ago(0))
    search("dune", at=NOON - MINUTE)
    search("dune", at=NOON)
    search("alien", at=NOON - 2 * MINUTE)
    SearchTerm.objects.filter(term="dune").update(total_results=117)
    held("dune", 3)
    dune, alien = SearchTerm.objects.order_by("-term")

    found = term_facts.details([dune.pk, alien.pk], everyone=False)

    assert found == {
        dune.pk: term_facts.Facts("dune", 117, 3, NOON, ago(0)),
        alien.pk: term_facts.Facts("alien", None, 0, NOON - 2 * MINUTE, ago(0)),
    }


def test_a_search_by_staff_or_a_bot_is_the_last_only_with_everyone():
    searched("dune", ago(0), left_out_searches=2)
    first = search("dune", at=NOON - 2 * MINUTE)
    search("dune", at=NOON - MINUTE, is_bot=True)
    search("dune", at=NOON, origin=Origin.STAFF)

    def last(*, everyone):
        return term_facts.details([first.term_id], everyone=everyone)[first.term_id].last_searched

    assert last(everyone=False) == NOON - 2 * MINUTE
    assert last(everyone=True) == NOON


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_search_in_the_first_and_in_the_last_minute_of_a_day_is_found(settings, zone):
    settings.TIME_ZONE = zone
    for number, moment in enumerate((start_of(ago(0)), end_of(ago(0)) - MINUTE)):
        pk = searched(f"dune {number}", ago(0))
        search(f"dune {number}", at=moment)

        assert term_facts.details([pk], everyone=False)[pk].last_searched == moment


def test_bots_that_came_days_later_are_not_looked_through():
    pk = searched("dune", ago(5))
    searched("dune", ago(0), 0, left_out_searches=3000)
    search("dune", at=NOON - 5 * DAY)
    Search.objects.bulk_create(
        Search(term_id=pk, created_at=NOON + number * SECOND, is_bot=True, outcome="cached")
        for number in range(3000)
    )

    with CaptureQueriesContext(connection) as queries:
        found = term_facts.details([pk], everyone=False)

    assert found[pk].last_searched == NOON - 5 * DAY
    # Bounded in the index, from both sides.
    assert len(queries) == 1
    assert re.search(r"created_at.? ?>.*created_at.? ?<", plans_of(queries)[0])
    everyone = term_facts.details([pk], everyone=True)
    assert everyone[pk].last_searched == NOON + 2999 * SECOND


def test_of_a_term_whose_searches_are_all_removed_the_last_day_is_known():
    pk = searched("dune", ago(500))
    searched("dune", ago(120), 3)
    searched("dune", ago(100), 0, left_out_searches=2)

    found, everyone = (term_facts.details([pk], everyone=who)[pk] for who in (False, True))

    assert (found.last_searched, everyone.last_searched) == (None, None)
    assert (found.last_day, everyone.last_day) == (ago(120), ago(100))


def test_names_are_read_without_the_rest():
    pk = searched("dune", ago(0))

    assert term_facts.names([pk, pk + 1]) == {pk: term_facts.Facts("dune", None)}


def test_the_last_search_is_read_by_the_index_of_the_term():
    term = search("dune").term
    others = SearchTerm.objects.bulk_create(SearchTerm(term=f"term {n}") for n in range(300))
    # One among many, or any index that has the time would do.
    Search.objects.bulk_create(
        Search(term=one, created_at=NOON - number * SECOND, outcome="cached")
        for number in range(10)
        for one in (term, *others)
    )
    with connection.cursor() as cursor:
        # What another test let the database know of its size outlives that test's rows.
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as queries:
        term_facts.details([term.pk], everyone=False)

    assert "search_term_newest" in plans_of(queries)[0]


@pytest.mark.parametrize(
    ("days", "points"),
    [(1, 1), (31, 31), (32, 5), (90, 13), (217, 31), (218, 16), (365, 27), (3660, 31)],
)
def test_a_sparkline_has_a_point_a_day_or_as_many_weeks_as_it_takes(days, points):
    pk = searched("dune", ago(0), 3)
    searched("dune", ago(days - 1), 5) if days > 1 else None

    line = term_facts.sparks([pk], "searches", (ago(days - 1), ago(0)), everyone=False)[pk]

    assert len(line) == points
    assert (line[0], line[-1]) == ((5, 3) if days > 1 else (3, 3))


def test_points_of_weeks_add_up_and_end_with_the_period():
    pk = searched("dune", ago(0), 1)
    searched("dune", ago(6), 2)
    searched("dune", ago(7), 4)
    searched("dune", ago(40), 100)

    line = term_facts.sparks([pk], "searches", (ago(34), ago(0)), everyone=False)[pk]

    assert line == (0, 0, 0, 4, 3)


def test_a_sparkline_is_of_its_measure_and_of_everyone_if_asked():
    pk = searched("dune", ago(0), 5, nothing_found=2, left_out_nothing_found=1)
    days = (ago(1), ago(0))

    assert term_facts.sparks([pk], "nothing_found", days, everyone=False) == {pk: (0, 2)}
    assert term_facts.sparks([pk], "nothing_found", days, everyone=True) == {pk: (0, 3)}
