"""Searches are removed by whole site days. The rest of pruning: test_services.py."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from movies import services
from movies.models import Origin, Outcome, Search, SearchTerm

pytestmark = pytest.mark.django_db

A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def term() -> SearchTerm:
    return SearchTerm.objects.create(term="dune")


def made(term: SearchTerm, created_at: datetime, *, counted: bool = True) -> Search:
    return Search.objects.create(
        term=term,
        origin=Origin.VISITOR,
        outcome=Outcome.CACHED,
        created_at=created_at,
        counted=counted,
    )


@pytest.mark.parametrize(
    ("now", "kept_from"),
    [
        # Summer time ended in between: not 90 times 24 hours.
        ("2026-11-22T11:00Z", "2026-08-23T22:00Z"),
        # The last moment of that day in Berlin, and the first of the next.
        ("2026-11-22T22:59:59Z", "2026-08-23T22:00Z"),
        ("2026-11-22T23:00Z", "2026-08-24T22:00Z"),
        # From a day of 23 hours on, and from the one after it.
        ("2026-06-27T12:00Z", "2026-03-28T23:00Z"),
        ("2026-06-28T12:00Z", "2026-03-29T22:00Z"),
        # From a day of 25 hours on, and from the one after it.
        ("2027-01-23T12:00Z", "2026-10-24T22:00Z"),
        ("2027-01-24T12:00Z", "2026-10-25T23:00Z"),
    ],
)
def test_searches_are_kept_from_the_start_of_a_site_day(term, now, kept_from):
    moment, start = datetime.fromisoformat(now), datetime.fromisoformat(kept_from)
    kept = made(term, start)
    made(term, start - A_MOMENT)

    assert services.kept_from(moment) == start
    assert services.prune(moment)["searches"] == 1
    assert Search.objects.get() == kept


def test_the_site_s_day_counts_wherever_the_reader_is():
    with timezone.override("America/New_York"):
        kept_from = services.kept_from(datetime(2026, 11, 23, 1, tzinfo=UTC))

    assert kept_from == datetime(2026, 8, 24, 22, tzinfo=UTC)


def test_a_day_that_begins_without_midnight_is_kept_whole(settings):
    # Clocks in Cairo went from 23:59 to 01:00 on 24 April.
    settings.TIME_ZONE = "Africa/Cairo"

    kept_from = services.kept_from(datetime(2026, 7, 23, 12, tzinfo=UTC))

    assert kept_from == datetime(2026, 4, 23, 22, tzinfo=UTC)


def test_a_second_prune_on_the_same_day_finds_nothing(term):
    morning = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    for hours in range(48):
        made(term, services.kept_from(morning) - timedelta(hours=24 - hours))

    assert services.prune(morning)["searches"] == 24
    assert services.prune(morning + timedelta(hours=20))["searches"] == 0


@pytest.mark.parametrize("years", [1, 20])
def test_a_search_that_is_not_counted_is_never_removed(term, years):
    now = timezone.now()
    uncounted = made(term, now - timedelta(days=365 * years), counted=False)

    assert services.prune(now)["searches"] == 0

    services.mark_counted([uncounted.pk])
    assert services.prune(now)["searches"] == 1
