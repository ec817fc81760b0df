from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection

from dashboard.front import figures
from dashboard.models import FilmDay
from dashboard.periods import view_of
from dashboard.results.folding import fold_tasks
from dashboard.rollup import folding
from dashboard.tests import rows
from movies.models import OmdbDay, Outcome, Refill
from notifications.models import Notification

pytestmark = pytest.mark.django_db
# A Sunday, 10:35 in Berlin.
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


def moment(reader: User, **address: str) -> figures.Moment:
    return figures.read(reader, view_of(address, TODAY), NOW)


def test_an_empty_site_has_zeros_and_no_figures(boss):
    found = moment(boss)

    assert found.figures_to is None
    assert found.searching.waiting == figures.Trouble(NOW, 0)
    assert found.searching.budget.left == 1000
    assert found.films == figures.Films(0, 0, None, None)
    assert (found.new_errors, found.running_refills) == (0, 0)
    assert found.mails.sent.count == found.mails.unreviewed == 0


def test_what_a_reader_may_not_see_is_none(staff):
    found = moment(staff)

    assert found.searching is found.films is found.mails is None
    assert found.new_errors is found.running_refills is None


def test_failed_searches_are_those_without_an_answer_in_24_hours(boss):
    rows.search(at=NOW - timedelta(hours=1), outcome=Outcome.FAILED)
    rows.search(at=NOW - timedelta(hours=23), outcome=Outcome.REFUSED, is_bot=True)
    rows.search(at=NOW - timedelta(hours=25), outcome=Outcome.FAILED)
    rows.search(at=NOW, outcome=Outcome.OVER_BUDGET)
    rows.search(at=NOW, outcome=Outcome.NOT_FOUND)
    folding.fold()

    searching = moment(boss).searching

    assert searching.failed == figures.Trouble(datetime(2026, 11, 21, 10, tzinfo=UTC), 2)
    assert (searching.lately, searching.lately_failed) == (3, 1)


def test_searches_that_wait_too_long_are_counted_since_the_oldest(boss):
    oldest = NOW - timedelta(minutes=10)
    rows.search("dune", at=oldest, outcome="")
    rows.search("heat", at=NOW - timedelta(minutes=5), outcome="")
    rows.search("alien", at=NOW - timedelta(seconds=20), outcome="")

    assert moment(boss).searching.waiting == figures.Trouble(oldest, 2)


def test_the_budget_is_that_of_the_omdb_day(boss, settings):
    today = datetime.now(UTC).date()
    day = OmdbDay.objects.create(day=today, calls=600)

    assert moment(boss).searching.budget.left == 400

    day.refused_at = NOW
    day.save()
    assert (moment(boss).searching.budget.left, moment(boss).searching.budget.used) == (0, 600)


def test_films_of_today_are_counted_until_the_roll_up_has_looked(boss):
    rows.film(is_full_record=True)
    rows.film()
    FilmDay.objects.create(day=date(2026, 10, 25), held=1, complete=1)

    assert moment(boss).films == figures.Films(2, 1, 1, 1)

    FilmDay.objects.create(day=TODAY, held=5, complete=4)
    assert moment(boss, compare="none").films == figures.Films(5, 4, None, None)


def test_films_of_a_day_that_nobody_counted_are_unknown(boss):
    rows.film()

    found = moment(boss, **{"from": "2026-11-01", "to": "2026-11-07"}).films

    assert (found.held, found.complete) == (None, None)


def test_mails_that_failed_or_went_are_counted_apart(boss):
    rows.notification("failed")
    rows.notification("failed", reviewed_at=NOW)
    rows.notification("sent", created_at=NOW)
    rows.notification("sent", created_at=NOW - timedelta(hours=25))
    rows.notification("queued")

    mails = moment(boss).mails

    assert (mails.unreviewed, mails.sent.count) == (1, 1)
    assert Notification.objects.count() == 5


def test_new_errors_are_those_of_24_hours_and_refills_those_not_finished(boss):
    for hours, exception in ((23, "KeyError"), (22, "KeyError"), (25, "ValueError")):
        result = rows.raised(exception)
        rows.task_result("FAILURE", NOW - timedelta(hours=hours), result=result)
    rows.task_result("SUCCESS", NOW)
    fold_tasks(NOW)
    Refill.objects.create()
    Refill.objects.create(finished_at=NOW)

    found = moment(boss)

    assert (found.new_errors, found.running_refills) == (1, 1)


def test_all_is_read_by_one_statement(boss, django_assert_num_queries):
    with django_assert_num_queries(1):
        moment(boss)


def test_no_index_is_passed_over_for_the_raw_searches(boss):
    """With parameters, as it runs: of numbers in the text a database knows more."""
    asked = []

    def remember(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(remember):
        moment(boss)

    [(sql, params)] = asked
    plan = _plan(sql, params)
    assert "Seq Scan on movies_search" not in plan
    assert "Seq Scan on notifications" not in plan
    assert "search_newest" not in plan
    # Both hold unfinished searches alone.
    assert "search_unfinished" in plan or "one_fetch_per_term" in plan
    # It holds what nobody has reviewed alone.
    assert "notification_needs_review" in plan


def _plan(sql: str, params: tuple[object, ...]) -> str:
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a few rows it would read all, whatever index there is.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{explain} {sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
