"""Mails, a re-fill and results of workers around the sample searches."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django_celery_results.models import TaskResult

from dashboard.models import ErrorGroup, FilmDay
from dashboard.results.folding import fold_tasks
from dashboard.sample import history, work
from dashboard.sample.films import write_film_days
from movies.models import Refill, RefillItem, Search, SearchTerm
from notifications.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def written(django_db_setup, django_db_blocker):
    """When the history was written that all tests here start from; what one adds is rolled back."""
    now = timezone.localtime().replace(hour=12)
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(ENVIRONMENT="demo"):
            history.write(now, days=5, searches=500, seed=1, progress=lambda done, days: None)
        yield now
        transaction.set_rollback(True)


@pytest.fixture
def now(written, db, settings):
    """The present, when a history has just been written."""
    settings.ENVIRONMENT = "demo"
    return written


def test_each_new_term_was_announced_when_it_was_new_and_no_mail_is_sent(now, mailoutbox):
    terms = SearchTerm.objects.exclude(term=history.MARK)

    announced = Notification.objects.values_list("about_text", "created_at")
    assert set(announced) == set(terms.values_list("term", "created_at"))
    assert not Notification.objects.filter(state__in=["queued", "sending"]).exists()
    assert mailoutbox == []
    sent = Notification.objects.filter(state="sent")
    assert sent.count() > 0.9 * len(announced)
    assert sent.first().recipients == work.RECIPIENTS
    assert sent.first().attempt_log.get().outcome == "sent"


def test_a_mail_server_that_refused_left_failures_to_look_at(now):
    two_days_ago = (now - timedelta(days=2)).replace(hour=17, minute=30)
    # In bulk, so that no signal announces it first.
    terms = SearchTerm.objects.bulk_create(
        [SearchTerm(term="a bad moment", created_at=two_days_ago)]
    )

    work.announce(terms, now)

    failed = Notification.objects.get(about_text="a bad moment")
    assert failed.state == "failed"
    assert failed.reason == work.REFUSAL
    assert failed.attempt_log.get().outcome == "permanent"


def test_one_refill_completed_films_and_shows_what_it_changed(now):
    refill = Refill.objects.get()

    assert refill.finished_at < now
    assert refill.items.filter(state="failed").count() == 2
    changed = refill.items.filter(state="changed")
    assert changed.count() == work.REFILLED - 2
    assert not changed.exclude(movie__is_full_record=True).exists()
    assert all(
        [change["after"] for change in item.changes if change["field"] == "genres"]
        == [sorted(item.movie.genres.values_list("name", flat=True))]
        for item in changed
    )


def test_a_later_start_writes_no_second_refill(now):
    work.write_refill(now + timedelta(days=3))

    assert Refill.objects.count() == 1
    assert RefillItem.objects.count() == work.REFILLED


def test_the_workers_kept_the_results_of_the_newest_searches(now):
    newest = Search.objects.filter(attempts=1).latest("pk")

    result = TaskResult.objects.get(task_id=str(newest.uuid))
    assert result.result == f'"{newest.outcome}"'
    assert result.date_done == newest.finished_at
    count = TaskResult.objects.count()
    assert count == work.RESULTS + work.REFILLED
    work.write_results()
    assert TaskResult.objects.count() == count


def test_the_films_that_failed_are_an_error_with_what_they_touched(now):
    fold_tasks(now)

    error = ErrorGroup.objects.get(task="movies.tasks.fill_refill_item")
    assert (error.exception, error.records.count()) == (
        "TimedOut",
        work.REFILLED // work.FAILS_EVERY,
    )


def test_days_that_were_counted_stay_as_they_were(now):
    first = FilmDay.objects.earliest("day")
    FilmDay.objects.filter(day=first.day).update(held=12345)

    write_film_days(now)

    assert FilmDay.objects.get(day=first.day).held == 12345


def test_every_list_and_a_sample_of_every_page_can_be_read(now, admin_client):
    for name in ("movies_searchterm", "movies_search", "movies_movie", "movies_refill"):
        assert admin_client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    term = Search.objects.latest("pk").term
    mark = SearchTerm.objects.get(term=history.MARK)
    for page, row in (
        ("movies_searchterm", term),
        ("movies_searchterm", mark),
        ("movies_refill", Refill.objects.get()),
        ("notifications_notification", Notification.objects.first()),
        ("dashboard_taskrecord", TaskResult.objects.first()),
    ):
        address = reverse(f"admin:{page}_change", args=[row.pk])
        assert "Demo: sample data" in admin_client.get(address).content.decode()
