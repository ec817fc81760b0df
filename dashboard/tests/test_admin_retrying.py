from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboard.models import TaskRecord
from dashboard.results import retrying
from dashboard.tests.error_pages import listed, page, press, question
from dashboard.tests.results.failures import (
    failed_films,
    failed_mail,
    failed_search,
    the_error,
    the_errors,
)
from movies.models import RefillItem, SearchTerm

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client, member):
    client.force_login(member("Operators"))
    return client


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

    assert "Each is mailed to 2 admins; what some" in question(operator, mail).content.decode()
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
    told = page(operator, error, tab="history")
    assert "Asked to retry 2." in told
    assert "Queued again: 2." in told
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
