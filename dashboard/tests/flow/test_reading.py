from datetime import UTC, datetime, timedelta

import pytest

from dashboard.flow.reading import by_task, by_time, span_of
from dashboard.tests.flow.flowing import SEARCH, SWEEP, ran

pytestmark = pytest.mark.django_db
# 10:35 in Berlin.
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_span_of_hours_ends_with_the_hour_that_runs():
    span = span_of("24h", NOW)

    assert (span.words, span.grain, len(span.starts)) == ("24 hours", "hour", 24)
    assert span.starts[-1] == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert span.starts[0] == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_a_span_of_days_is_of_the_sites_days_and_ends_today():
    span = span_of("7d", NOW)

    assert (span.words, span.grain, len(span.starts)) == ("7 days", "day", 7)
    assert span.starts[-1] == datetime(2026, 11, 21, 23, tzinfo=UTC), "midnight in Berlin"
    assert span_of("28d", NOW).words == "28 days"
    assert span_of("nonsense", NOW).key == "24h"


def test_tasks_come_with_their_counts_and_percentiles_added_up_over_hours():
    ran(NOW, *[0.1] * 90, task=SWEEP, waited=[0.01])
    ran(NOW - HOUR, *[4] * 10, task=SWEEP, failures=2)
    ran(NOW, 1.5)
    ran(NOW - 25 * HOUR, 60, task=SWEEP)

    sweep, search = by_task(span_of("24h", NOW))

    assert (sweep.task, sweep.runs, sweep.failures) == (SWEEP, 100, 2)
    half, most, nearly_all = sweep.ran
    assert 0.1 / 1.19 < half < 0.1 * 1.19
    assert most == nearly_all
    assert 4 / 1.19 < most < 4 * 1.19
    assert sweep.waited[0] == sweep.waited[2]
    assert (search.task, search.waited) == (SEARCH, (None, None, None))


def test_hours_without_anything_are_gaps_and_those_without_a_task_are_none_of_it():
    ran(NOW, 1, 1, failures=1)
    ran(NOW - HOUR, 1, task=SWEEP)
    span = span_of("24h", NOW)

    everything, searches = by_time(span), by_time(span, SEARCH)

    assert [(one.runs, one.failures) for one in everything[-3:]] == [(None, None), (1, 0), (2, 1)]
    assert [(one.runs, one.failures) for one in searches[-3:]] == [(None, None), (0, 0), (2, 1)]
    assert [one.is_unfinished for one in everything[-2:]] == [False, True]


def test_hours_add_up_to_the_days_of_the_site():
    midnight = datetime(2026, 11, 21, 23, tzinfo=UTC)
    ran(midnight - HOUR, 1)
    ran(midnight, 1, 1)
    ran(midnight + HOUR, 1, 1, 1)

    days = by_time(span_of("7d", NOW))

    assert [one.runs for one in days] == [None] * 5 + [1, 5]


def test_reading_costs_one_statement_each(django_assert_num_queries):
    ran(NOW, 1)
    span = span_of("28d", NOW)

    with django_assert_num_queries(2):
        by_task(span)
        by_time(span)
