from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from dashboard.front.sharing import shared_with
from dashboard.models import DayTotals, RollUp, Snapshot
from dashboard.ranks import refreshing
from dashboard.tests.reading import NOW, days_ago, fold, shared
from movies.models import Outcome

pytestmark = pytest.mark.django_db


def test_a_reader_without_rights_is_shared_nothing_and_costs_three_queries(
    staff, django_assert_num_queries
):
    days_ago(1)
    view = shared(staff).view

    reader = type(staff).objects.get(pk=staff.pk)
    with django_assert_num_queries(3):
        found = shared_with(reader, view, NOW)

    assert found.is_nothing
    assert not found.can_fail
    assert not found.is_empty
    assert (found.trend, found.snapshot, found.tables) == (None, None, {})


@pytest.mark.parametrize(
    ("permission", "can_fail"),
    [
        ("view_movie", False),
        ("view_refill", False),
        ("view_search", True),
        ("view_searchterm", False),
        ("view_notification", True),
        ("view_taskresult", True),
    ],
)
def test_one_right_is_not_nothing(staff, permission, can_fail):
    staff.user_permissions.add(Permission.objects.get(codename=permission))

    found = shared(staff)

    assert not found.is_nothing
    assert found.can_fail == can_fail


def test_the_terms_of_a_period_without_searches_are_not_asked_for(member):
    reader = member("Viewers")

    assert shared(reader).is_empty
    assert shared(reader).snapshot is None

    days_ago(1)
    found = shared(reader)

    assert not found.is_empty
    assert found.snapshot is not None
    assert (found.is_waiting, found.tables) == (True, {})


def test_the_first_rows_of_the_tables_are_shared_once_they_are_worked_out(member):
    reader = member("Viewers")
    days_ago(1)
    waiting = shared(reader)
    refreshing.refresh(waiting.snapshot.pk, NOW)

    found = shared_with(reader, waiting.view, NOW)

    assert (found.is_waiting, found.terms_to) == (False, "")
    assert list(found.tables) == ["rising", "new", "empty"]


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, ""), (4, "to 10:31"), (24 * 60, "to Sat 21 Nov, 10:35")]
)
def test_terms_that_are_older_than_the_figures_say_so(member, minutes, words):
    days_ago(1)
    found = shared(member("Viewers"))
    to = NOW - timedelta(minutes=minutes)

    assert replace(found, snapshot=Snapshot(figures_to=to)).terms_to == words
    assert found.terms_to == ""


def test_terms_of_a_period_that_was_over_by_then_are_as_old_as_its_figures(member):
    days_ago(3)
    found = shared(member("Viewers"), **{"from": "2026-11-19", "to": "2026-11-19"})

    assert replace(found, snapshot=Snapshot(figures_to=NOW - timedelta(hours=3))).terms_to == ""


def test_terms_that_are_kept_no_more_are_in_no_table(member):
    days_ago(900)
    fold()
    DayTotals.objects.update(only_totals=True)
    day = (NOW - timedelta(days=900)).date().isoformat()
    reader = member("Viewers")
    old = shared(reader, **{"from": day, "to": day})
    refreshing.refresh(old.snapshot.pk, NOW)

    found = shared_with(reader, old.view, NOW)

    assert (found.tables, found.terms_to) == ({}, "")


def test_the_figures_are_of_the_moment_that_the_roll_up_began(member):
    reader = member("Viewers")
    later = NOW + timedelta(minutes=3)
    view = shared(reader).view

    assert shared_with(reader, view, later).figures_to == NOW

    RollUp.objects.all().delete()
    assert shared_with(reader, view, later).figures_to == later


def test_what_is_broken_is_not_kept(member):
    reader = member("Viewers")
    assert shared(reader).moment.searching.failed.count == 0

    days_ago(0, outcome=Outcome.FAILED)

    assert shared(reader).moment.searching.failed.count == 1
