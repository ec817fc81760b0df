"""Weeks are written down when they are over, and what was not measured stays empty."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dashboard.completeness import week_series
from dashboard.completeness.weeks import count_again, keep_weeks
from dashboard.models import CompletenessWeek, DayTotals, FilmDay, RollUp, TermDay
from dashboard.rollup import rebuilding, rolling
from dashboard.tests import rows
from dashboard.tests.completeness.telling import known, searches
from dashboard.tests.reading import NOW, TODAY, fold
from movies.models import Origin

pytestmark = pytest.mark.django_db

# TODAY is a Sunday.
MONDAY = TODAY - timedelta(days=6)
WEEK = timedelta(weeks=1)


def week(monday=MONDAY, *, everyone=False) -> CompletenessWeek:
    return CompletenessWeek.objects.get(monday=monday, everyone=everyone)


def drawn() -> tuple[week_series.Week, ...]:
    facts = week_series.facts_of(MONDAY, TODAY, NOW, everyone=False)
    return week_series.weeks_of(facts, NOW)


def test_each_week_is_counted_for_both_sides():
    searches("aab", 0)
    searches("ac", 7, origin=Origin.STAFF)
    fold()

    assert keep_weeks() == 3
    assert (week().searches, week().once, week().twice) == (3, 1, 1)
    assert week(MONDAY - WEEK, everyone=True).once == 2
    assert not CompletenessWeek.objects.filter(monday=MONDAY - WEEK, everyone=False).exists()


def test_a_week_is_counted_again_when_more_was_searched_but_not_at_once():
    searches("a", 0)
    fold()
    keep_weeks()
    searches("b", 0)
    fold()
    assert keep_weeks() == 0

    RollUp.objects.update(figures_to=NOW + timedelta(minutes=11))

    assert keep_weeks() == 2
    assert week().searches == 2
    assert keep_weeks() == 0


def test_a_week_that_is_added_to_while_it_is_counted_is_counted_again_at_once():
    searches("a", 0)
    fold()
    keep_weeks()
    searches("b", 0)
    fold()
    count_again()
    more = iter("cd")

    def fold_between(execute, sql, params, many, context):
        if "WITH counted" in sql and (term := next(more, "")):
            searches(term, 0)
            fold()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fold_between):
        keep_weeks()

    assert week().is_due
    assert (week().searches, week().once) == (1, 1)
    assert keep_weeks() == 2
    assert (week().searches, week().once, week().is_due) == (4, 4, False)


def test_a_week_that_was_kept_wrong_breaks_nothing():
    searches("ab", 0)
    fold()
    keep_weeks()
    CompletenessWeek.objects.update(searches=1, once=4)

    assert (drawn()[-1].chance, drawn()[-1].first_time) == (None, None)


def test_nothing_is_counted_before_the_first_fold_or_while_days_are_put_right():
    assert keep_weeks() == 0
    searches("a", 0)
    fold()
    RollUp.objects.update(needs_rebuild=True)

    assert keep_weeks() == 0


def test_the_newest_week_comes_first_and_the_others_when_there_is_time():
    searches("a", 0)
    searches("a", 14)
    fold()

    assert keep_weeks(until=time.monotonic()) == 1
    assert CompletenessWeek.objects.get().monday == MONDAY
    assert keep_weeks() == 3


def test_what_was_held_is_only_known_of_weeks_that_have_just_ended():
    searches("a", 0)
    searches("a", 7)
    known("a", films=2, held=1)
    FilmDay.objects.create(day=MONDAY - timedelta(days=1), held=8, complete=2)
    fold()
    keep_weeks()

    assert (week().held, week().films_held) == (0.5, None)
    before = week(MONDAY - WEEK)
    assert (before.held, before.films_held, before.films_complete) == (None, 8, 2)


def test_weeks_outlive_their_terms():
    searches("a", 14)
    fold()
    keep_weeks()
    TermDay.objects.all().delete()
    count_again()

    keep_weeks()

    assert week(MONDAY - 2 * WEEK).once == 1


def test_a_week_whose_days_were_put_right_is_counted_again():
    searches("ab", 0)
    fold()
    keep_weeks()
    CompletenessWeek.objects.update(once=99)

    rebuilding.rebuild()
    keep_weeks()

    assert week().once == 2


def test_a_week_whose_days_are_gone_goes_with_them():
    searches("a", 0)
    fold()
    keep_weeks()
    DayTotals.objects.all().delete()
    count_again()

    assert keep_weeks() == 0
    assert not CompletenessWeek.objects.exists()


def test_the_tick_counts_weeks():
    rows.search()

    rolling.roll_up(seconds=5)

    today = timezone.localdate()
    assert week(today - timedelta(days=today.weekday())).once == 1


def test_a_week_nobody_searched_in_is_a_gap_in_the_chart():
    searches("ab", 14)
    searches("a", 0)
    fold()
    keep_weeks()

    first, empty, last = drawn()

    assert (first.searches, first.chance.value, first.is_unfinished) == (2, 1, False)
    assert (empty.searches, empty.chance, empty.held) == (None, None, None)
    assert last.is_unfinished
    assert last.sunday == TODAY


def test_before_the_first_week_there_is_none():
    assert drawn() == ()
