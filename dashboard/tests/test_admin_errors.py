from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.models import ErrorGroup
from dashboard.results import errors
from dashboard.results.folding import fold_tasks
from dashboard.tests import rows
from dashboard.tests.error_pages import listed, page
from dashboard.tests.results.failures import (
    failed_films,
    failed_tick,
    the_error,
)
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def operator(client, member):
    client.force_login(member("Operators"))
    return client


def test_the_same_failures_are_one_line_with_what_they_touched(operator):
    failed_films(3)
    failed_tick()
    rows.task_result()
    fold_tasks(NOW)

    html = listed(operator)

    assert "2 errors in 24 hours, 2 of them new; 1 task done." in html
    assert "OMDb did not answer in 10 s" in html
    assert "TimedOut, Fill a film" in html
    assert '3<span class="unit"> times</span>' in html
    assert "3 films" in html
    assert "KeyError: dune" in html
    assert html.count("Retry…</a>") == 1
    assert html.count('class="spark"') == 2


def test_a_calm_list_says_what_was_done(operator):
    rows.task_result()
    fold_tasks(NOW)

    assert "No errors in 24 hours; 1 task done." in listed(operator)


def test_many_tasks_are_counted_no_further_than_anybody_reads(operator, monkeypatch):
    monkeypatch.setattr(errors, "MOST", 1)
    for _ in range(3):
        rows.task_result()
    failed_films(2)
    error = the_error()

    assert "more than 1 tasks done" in listed(operator)
    assert "Counted from the newest 10,000 failures" in listed(operator)
    assert "more than 1 time" in page(operator, error)


def test_what_was_seen_longer_ago_is_behind_a_filter(operator):
    rows.task_result("FAILURE", NOW - timedelta(days=3), result=rows.raised("KeyError", "old"))
    rows.task_result("FAILURE", NOW - timedelta(days=30), result=rows.raised("KeyError", "older"))
    fold_tasks(NOW)

    assert "KeyError" not in listed(operator)
    assert "KeyError: old" in listed(operator, seen="week")
    assert "KeyError: older" not in listed(operator, seen="week")
    assert "KeyError: older" in listed(operator, seen="quarter")
    assert "Nothing matches" in listed(operator, new="yes")
    assert "KeyError: old" in listed(operator, seen="week", task="movies.tasks.run_search")


def test_the_page_of_an_error_says_what_happens_next_and_where_it_was(operator):
    failed_tick()
    tick = the_error()

    html = page(operator, tick)

    assert "KeyError: dune" in html
    assert "The task runs again when it is next due." in html
    assert "<b>run_item</b> in movies.filling, line 94" in html
    assert "Retry…" not in html
    assert "Nothing that has a page, or that you may see." in html


def test_the_page_of_an_old_error_says_of_how_long_its_failures_are_kept(operator):
    failed_films(2)
    error = the_error()
    ErrorGroup.objects.update(first_seen=NOW - timedelta(days=89))
    assert "2 times, last" in page(operator, error)

    ErrorGroup.objects.update(first_seen=NOW - timedelta(days=200))
    html = page(operator, error)

    assert "2 times in 90 days, last" in html
    assert "2 films in 90 days" in html


def test_the_page_shows_what_it_touched_and_its_tasks(operator):
    items = failed_films(2)
    error = the_error()
    items[0].delete()

    touched = page(operator, error)
    assert f"{items[1].movie}, Re-fill" in touched
    assert "which is not there any more" in touched
    assert "What has stayed failed waits for somebody to retry it." in touched
    assert "Ask an operator." not in touched
    assert "Fill a film" in page(operator, error, tab="tasks")
    assert "Nobody has done anything here" in page(operator, error, tab="history")


def test_only_the_newest_of_many_are_shown_with_the_way_to_all(operator, monkeypatch):
    monkeypatch.setattr("dashboard.admin.error_parts.ROWS", 1)
    failed_films(2)
    error = the_error()

    assert "The newest 1 of 2." in page(operator, error)
    assert f"group__exact={error.pk}" in page(operator, error, tab="tasks")


def test_what_it_touched_is_for_those_who_may_see_it(client):
    (item,) = failed_films(1)
    error = the_error()
    client.force_login(allowed("view_taskresult"))

    for html in (page(client, error), page(client, error, tab="tasks"), listed(client)):
        assert str(item.movie) not in html
        assert "Retry…" not in html


def test_a_traceback_that_is_not_kept_is_not_there(operator):
    failed_tick()
    error = the_error()
    error.records.all().delete()

    assert "Traceback" not in page(operator, error)
    assert "None of its tasks is kept any more." in page(operator, error, tab="tasks")
