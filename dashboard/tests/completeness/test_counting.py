"""What is counted of the terms of a period, and of the films that OMDb returns."""

from datetime import timedelta

import pytest

from dashboard.completeness.counting import count_terms
from dashboard.models import DayTotals, TermDay
from dashboard.rollup import rebuilding
from dashboard.tests import rows
from dashboard.tests.completeness.telling import known, searches
from dashboard.tests.figures_of import differences
from dashboard.tests.reading import NOW, TODAY, fold
from movies.models import Origin, Outcome

pytestmark = pytest.mark.django_db

MONDAY = TODAY - timedelta(days=6)


def count(first=MONDAY, *, everyone=False):
    fold()
    return count_terms(first, TODAY, everyone=everyone)


def test_terms_are_counted_by_how_often_they_were_searched():
    searches("aaabbcde", 3)
    searches("bf", 0)

    found = count()

    assert (found.searches, found.terms, found.once, found.twice) == (10, 6, 4, 0)
    assert found.has_all_terms


def test_what_was_searched_before_the_period_counts_as_new_in_it():
    searches("a", 30)
    searches("a", 3)

    assert count().once == 1


def test_staff_and_bots_are_left_out_unless_everyone_is_asked_for():
    searches("ab", 1)
    searches("bc", 1, origin=Origin.STAFF)

    assert (count().terms, count().once) == (2, 2)
    assert (count(everyone=True).terms, count(everyone=True).once) == (3, 2)


def test_the_last_tenth_is_of_the_last_days_that_hold_so_many():
    searches("abcdefghi" * 3, 5)
    searches("abxx", 1)
    searches("y", 0)

    found = count()

    # A tenth of 32 searches is more than one.
    assert (found.last_from, found.last_searches) == (str(TODAY - timedelta(days=1)), 5)
    assert found.last_new == 2
    assert 0 < found.last_expected < 1


def test_a_period_of_one_day_has_no_last_tenth():
    searches("abc", 2)

    found = count()

    assert (found.last_from, found.last_searches, found.last_new) == ("", 0, 0)


def test_of_nothing_nothing_is_counted():
    found = count()

    assert (found.searches, found.last_from, found.held) == (0, "", 0)


def test_what_is_held_is_weighed_by_searches():
    searches("aaabccd", 1)
    known("a", films=4, held=1)
    # OMDb may count less than it listed.
    known("b", films=2, held=3)
    known("c", films=0, held=0)

    found = count()

    assert (found.with_films, found.without_films) == (4, 2)
    assert found.held == 3 * 0.25 + 1
    assert found.with_films_squares == 3**2 + 1


def test_terms_that_are_kept_no_more_are_missed():
    searches("ab", 1)
    fold()
    TermDay.objects.all().delete()

    found = count_terms(MONDAY, TODAY, everyone=False)

    assert (found.all_searches, found.searches, found.last_from) == (2, 0, "")
    assert not found.has_all_terms


def test_films_are_those_of_searches_that_asked_omdb_themselves():
    fetched = {"outcome": Outcome.FETCHED, "at": NOW - timedelta(hours=1)}
    rows.search("dune", pages_done=2, films_found=20, films_new=5, **fetched)
    # It joined the first.
    rows.search("dune", films_found=20, **fetched)
    rows.search("dune", at=fetched["at"], films_found=20)
    # It broke off earlier than an attempt before it.
    rows.search("heat", pages_done=1, films_found=10, films_new=15, **fetched)

    fold()

    day = DayTotals.objects.get(day=TODAY)
    assert (day.films_returned, day.new_films) == (30, 15)
    assert differences() == []


def test_films_of_before_they_were_counted_are_counted_by_a_rebuild():
    rows.search("dune", at=NOW, outcome=Outcome.FETCHED, pages_done=1, films_found=9, films_new=9)
    fold()
    DayTotals.objects.update(films_returned=0, new_films=0)

    rebuilding.rebuild()

    assert DayTotals.objects.get(day=TODAY).new_films == 9
