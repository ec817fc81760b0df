from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboard.models import ErrorGroup, TaskRecord
from dashboard.results import errors, retrying
from dashboard.results.folding import fold_tasks
from dashboard.tests import rows
from dashboard.tests.results.failures import (
    failed_films,
    failed_mail,
    failed_search,
    failed_tick,
    the_error,
    the_errors,
)
from movies.models import RefillItem, SearchTerm
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db

ERRORS = reverse("admin:dashboard_errorgroup_changelist")
NOW = timezone.now()


def listed(client, **query: str) -> str:
    return unescape(client.get(ERRORS, query).content.decode())


def page(client, error: ErrorGroup, **query: str) -> str:
    url = reverse("admin:dashboard_errorgroup_change", args=[error.pk])
    return unescape(client.get(url, query).content.decode())


def question(client, error: ErrorGroup, **query: object):
    url = reverse("admin:dashboard_errorgroup_retry_all", args=[error.pk])
    return client.get(url, query, follow=True)


def press(client, error: ErrorGroup, asked) -> str:
    """Answer the question of a page that was shown; return the page that follows."""
    url = reverse("admin:dashboard_errorgroup_retry_all", args=[error.pk])
    data = {name: asked.context[name] for name in ("rows", "seen")}
    return unescape(client.post(url, data, follow=True).content.decode())


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


# --- Retry ----------------------------------------------------------------------------


def test_the_question_says_what_is_skipped_and_what_it_costs(operator):
    items = failed_films(3)
    error = the_error()
    RefillItem.objects.filter(pk=items[0].pk).update(state="changed")
    RefillItem.objects.filter(pk=items[1].pk).update(state="waiting")

    html = unescape(question(operator, error).content.decode())

    assert "<h1>Retry 1 of 3?</h1>" in html
    assert "1 has succeeded since and is skipped: <a" in html
    assert "1 is on the way, cancelled or gone." in html
    assert "About 1 OMDb call. 1,000 of 1,000 are left today." in html
    assert ">Retry 1 film</button>" in html


def test_the_question_about_mails_names_who_gets_them_and_about_terms_the_least(operator):
    failed_mail()
    failed_search("dune")
    mail, search = sorted(the_errors(), key=lambda error: error.task, reverse=True)

    assert "Each is mailed to 2 admins." in question(operator, mail).content.decode()
    assert "At least 1 OMDb call." in question(operator, search).content.decode()


def test_many_successes_are_counted_and_few_are_linked(operator):
    items = failed_films(8)
    error = the_error()
    RefillItem.objects.filter(pk__in=[item.pk for item in items[:7]]).update(state="changed")

    html = unescape(question(operator, error).content.decode())

    assert "7 have succeeded since and are skipped" in html
    assert ", …." in html


def test_a_film_that_somebody_else_filled_is_linked_itself(operator):
    items = failed_films(2)
    error = the_error()
    items[0].movie.is_full_record = True
    items[0].movie.save()

    html = question(operator, error).content.decode()

    assert reverse("admin:movies_movie_change", args=[items[0].movie.pk]) in html


def test_a_term_whose_answer_is_not_kept_is_linked_itself(operator):
    failed_search("heat")
    answered = failed_search("dune").term
    error = the_error()
    SearchTerm.objects.filter(pk=answered.pk).update(last_search=timezone.now())

    html = question(operator, error).content.decode()

    assert "<h1>Retry 1 of 2?</h1>" in html
    assert reverse("admin:movies_searchterm_change", args=[answered.pk]) in html


def test_a_cap_is_named(operator, monkeypatch):
    monkeypatch.setattr(retrying, "MOST_RETRIED", 2)
    failed_films(3)

    assert "Only the newest" in question(operator, the_error()).content.decode()


def test_pressing_retries_what_was_named_and_pressing_twice_says_who_was_first(operator, member):
    failed_films(2)
    error = the_error()
    asked = question(operator, error)

    assert "Queued again: 2 films." in press(operator, error, asked)
    assert "Already done by a operator, " in press(operator, error, asked)
    assert "Retried 2." in page(operator, error, tab="history")
    assert RefillItem.objects.filter(state="waiting").count() == 2


def test_two_operators_pressing_the_same_button_are_one_retry(client, django_user_model, member):
    failed_films(1)
    error = the_error()
    operators = [member("Operators")]
    second = django_user_model.objects.create_user("second", is_staff=True)
    second.groups.set(operators[0].groups.all())
    client.force_login(operators[0])
    asked = question(client, error)
    press(client, error, asked)
    RefillItem.objects.update(state="failed")

    client.force_login(second)

    assert "Already done by a operator, " in press(client, error, asked)
    assert RefillItem.objects.get().state == "failed"


def test_what_needs_it_no_more_when_the_button_is_pressed_is_left_alone(operator):
    items = failed_films(2)
    error = the_error()
    asked = question(operator, error)
    RefillItem.objects.filter(pk=items[0].pk).update(state="changed")

    assert "Queued again: 1 film. 1 needed it no more." in press(operator, error, asked)


def test_where_nothing_is_left_to_retry_no_question_is_put(operator):
    failed_films(1)
    error = the_error()
    RefillItem.objects.update(state="changed")

    assert "Nothing to retry. 1 has succeeded since" in question(operator, error).content.decode()
    TaskRecord.objects.all().delete()
    assert "no failure of it is kept" in question(operator, error).content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"rows": "1"},
        {"rows": "a", "seen": "0"},
        {"rows": "1,", "seen": "0"},
        {"rows": "1" * 30, "seen": "0"},
        {"rows": ",".join(["1"] * 1001), "seen": "0"},
        {"rows": "1", "seen": "-1"},
    ],
)
def test_what_no_question_asked_changes_nothing(operator, data):
    failed_films(1)
    error = the_error()
    url = reverse("admin:dashboard_errorgroup_retry_all", args=[error.pk])

    html = operator.post(url, data, follow=True).content.decode()

    assert "Nothing was retried: ask again." in html
    assert RefillItem.objects.get().state == "failed"


def test_one_task_alone_is_asked_about_from_its_own_page(operator):
    items = failed_films(2)
    error = the_error()
    record = error.records.get(about_id=items[0].pk)
    url = reverse("admin:dashboard_taskrecord_change", args=[record.pk])

    html = operator.get(url).content.decode()
    assert f"/retry/?task={record.pk}" in html or f"/retry?task={record.pk}" in html
    asked = question(operator, error, task=record.pk)
    assert "<h1>Retry 1?</h1>" in asked.content.decode()
    assert asked.context["rows"] == str(items[0].pk)


def test_who_may_look_but_not_retry_is_offered_nothing(client, member):
    failed_films(1)
    error = the_error()
    client.force_login(member("Viewers"))

    html = page(client, error)
    assert "Retry…" not in html
    assert "Ask an operator." in html
    assert "field-retry_link" not in listed(client)
    assert question(client, error).status_code == 403


def test_an_error_that_is_gone_is_not_retried(operator):
    url = reverse("admin:dashboard_errorgroup_retry_all", args=[999])

    assert operator.get(url).status_code == 403
    assert operator.post(url).status_code == 403
