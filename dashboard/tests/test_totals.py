from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User

from dashboard.curation import hiding
from dashboard.models import DayTotals
from dashboard.periods import view_of
from dashboard.rollup import folding
from dashboard.term_pages import term_trends
from dashboard.tests.rows import search
from dashboard.totals import Counts, ViewTotals, total_of
from movies.models import Origin, Outcome, SearchTerm

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
TODAY = date(2026, 11, 22)
LONG_AGO = datetime(2025, 1, 1, 12, tzinfo=UTC)


def totals(**address: str) -> ViewTotals:
    folding.fold()
    return ViewTotals(view_of(address, TODAY), NOW)


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_counts_add_up_by_measure():
    one, other = Counts(searches=3, from_cache=2), Counts(searches=4, nothing_found=1)

    assert one + other == Counts(searches=7, from_cache=2, nothing_found=1)
    assert total_of([one, other, other]).searches == 11
    assert total_of([]) == Counts()


def test_what_showed_films_from_omdb_is_what_remains():
    counts = Counts(searches=10, from_cache=4, nothing_found=2, not_answered=1)

    assert (counts.asked, counts.answered) == (3, 9)


def test_staff_and_bots_are_left_out_unless_everyone_counts():
    search(at=at(20))
    search(at=at(20), origin=Origin.STAFF, outcome=Outcome.FAILED)
    search(at=at(20), is_bot=True)

    shown, everyone = totals().of_day(date(2026, 11, 20)), totals(everyone="1")

    assert (shown.counts.searches, shown.left_out) == (1, 2)
    assert everyone.of_day(date(2026, 11, 20)).counts.searches == 3
    assert everyone.of_day(date(2026, 11, 20)).counts.failed == 1


def test_a_day_that_only_staff_searched_on_is_none_of_the_first_days():
    search(at=LONG_AGO, origin=Origin.STAFF)
    search(at=at(20))

    assert totals().first_day == date(2026, 11, 20)
    assert totals(everyone="1").first_day == date(2025, 1, 1)


def test_the_first_day_is_known_of_a_period_without_searches():
    assert totals().first_day is None

    search(at=LONG_AGO)

    assert totals().first_day == date(2025, 1, 1)


def test_a_day_whose_searches_are_all_hidden_is_not_the_first():
    administrator = User.objects.create_superuser("boss")
    for term, moment in (("casino", LONG_AGO), ("test", at(19)), ("dune", at(20))):
        search(term, at=moment)
    folding.fold()
    for term in ("casino", "test"):
        hiding.hide(SearchTerm.objects.get(term=term), administrator)

    found = totals(compare="none")

    assert DayTotals.objects.filter(searches=0, left_out=False).count() == 2
    assert found.first_day == date(2026, 11, 20)
    of_term = term_trends.read(found.view, SearchTerm.objects.get(term="dune").pk, NOW)
    assert of_term.first_day == date(2026, 11, 20)


def test_hours_are_read_of_the_running_day_and_of_its_partner():
    for day in (14, 15, 21, 22):
        search(at=at(day))

    found = totals(period="7")

    assert found.running_day == TODAY
    assert set(found.hours) == {at(15), at(22)}
    assert set(totals(period="7", compare="none").hours) == {at(22)}


def test_hours_are_read_of_all_days_when_they_are_shown():
    for day in (14, 15, 21, 22):
        search(at=at(day))
    search(at=at(21), is_bot=True)

    found = totals(period="7", by="hour", everyone="1")

    assert set(found.hours) == {at(14), at(15), at(21), at(22)}
    assert found.of_hours([at(21), at(22), at(3)]).searches == 3


def test_no_hours_are_read_of_a_period_that_is_over():
    search(at=at(20))

    over = totals(**{"from": "2026-11-19", "to": "2026-11-20"}, by="day")

    assert over.running_day is None
    assert over.hours == {}


def test_a_day_that_the_figures_have_not_reached_runs_all_the_same():
    folding.fold()
    yesterday = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)

    assert ViewTotals(view_of({"period": "today"}, TODAY), yesterday).running_day == TODAY


def test_a_view_costs_two_queries_however_many_searches(django_assert_num_queries):
    search(at=at(20))
    folding.fold()
    for term in range(20):
        search(f"term {term}", at=at(1 + term))

    folding.fold()

    with django_assert_num_queries(2):
        ViewTotals(view_of({}, TODAY), NOW)
