from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard import tasks
from dashboard.days import site_date
from dashboard.models import DayTotals, FilmDay, RollUp, TermDay
from dashboard.rollup import folding, rolling
from dashboard.rollup.rebuilding import ask_for_rebuild
from dashboard.tests.figures_of import at_once, differences, searches_in
from dashboard.tests.rows import film, search
from movies.models import Movie

pytestmark = pytest.mark.django_db


def test_one_round_folds_and_goes_on_with_a_rebuild():
    search()
    rolling.roll_up()
    TermDay.objects.update(searches=9)
    ask_for_rebuild()
    search()

    assert rolling.roll_up() == 1
    assert differences() == []
    assert not RollUp.objects.get().needs_rebuild


def test_what_does_not_fit_is_left_to_the_next_round(monkeypatch):
    monkeypatch.setattr(folding, "BATCH", 2)
    for _ in range(3):
        search()
    ask_for_rebuild()

    assert rolling.roll_up(seconds=0) == 2
    assert RollUp.objects.get().needs_rebuild
    assert rolling.roll_up(seconds=60) == 1
    assert not RollUp.objects.get().needs_rebuild


def test_the_films_of_today_are_written_down_when_they_change(django_assert_num_queries):
    film()
    film(is_full_record=True)
    rolling.roll_up()

    day = FilmDay.objects.get()
    assert (day.day, day.held, day.complete) == (site_date(timezone.now()), 2, 1)
    with django_assert_num_queries(3):
        rolling.remember_films()
    Movie.objects.update(is_full_record=True)
    rolling.roll_up()
    assert FilmDay.objects.get().complete == 2


def test_yesterdays_films_stay():
    yesterday = site_date(timezone.now()) - timedelta(days=1)
    FilmDay.objects.create(day=yesterday, held=5, complete=5)

    rolling.roll_up()

    assert FilmDay.objects.get(day=yesterday).held == 5


def test_the_task_says_how_much_it_folded_and_may_run_twice():
    search()

    assert tasks.roll_up() == "1 search"
    assert tasks.roll_up() == "0 searches"
    assert DayTotals.objects.get().searches == 1


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_count_each_search_once(monkeypatch):
    monkeypatch.setattr(folding, "BATCH", 3)
    for _ in range(20):
        search(actor="a")

    at_once(rolling.roll_up, rolling.roll_up)

    assert searches_in() == {"days": 20, "hours": 20, "terms": 20}
    assert differences() == []
