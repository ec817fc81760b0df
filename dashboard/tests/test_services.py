from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.utils import timezone
from django_celery_results.models import TaskResult

import movies.services
from dashboard import services
from dashboard.models import ErrorGroup, SelfTest, TaskRecord, TemporaryPassword
from dashboard.results.folding import fold_tasks
from dashboard.tests import rows
from dashboard.tests.signing_in.typing_in import sign_in
from movies.models import Search
from notifications.models import Notification

pytestmark = pytest.mark.django_db

NOTHING = {
    "actor salts": 0,
    "searches": 0,
    "re-fills": 0,
    "term days": 0,
    "hours": 0,
    "searcher days": 0,
    "snapshots": 0,
    "texts of notifications": 0,
    "notifications": 0,
    "heartbeats": 0,
    "hours of tasks": 0,
    "self-tests": 0,
    "task results": 0,
    "task records": 0,
    "errors": 0,
    "lock-outs": 0,
    "failed sign-ins": 0,
    "password requests": 0,
    "sessions": 0,
}


def session(key: str, expires: timedelta) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + expires)


def test_the_first_superuser_can_sign_in_with_what_is_returned(client):
    password = services.create_first_superuser()

    assert sign_in(client, "admin", password)
    assert User.objects.get().is_superuser


def test_the_first_password_is_temporary_until_it_is_changed():
    services.create_first_superuser()
    admin = User.objects.get()
    assert services.has_temporary_password(admin)
    assert str(TemporaryPassword.objects.get()) == "admin"

    admin.set_password("a password of my own")
    admin.save()

    assert not services.has_temporary_password(admin)


def test_two_sites_do_not_get_the_same_password():
    first = services.create_first_superuser()
    User.objects.all().delete()

    assert services.create_first_superuser() != first


def test_a_site_with_a_superuser_is_left_alone():
    User.objects.create_superuser("somebody", password="any-password")

    assert services.create_first_superuser() is None
    assert User.objects.count() == 1


def test_a_name_taken_by_somebody_else_is_not_taken_over():
    User.objects.create_user("admin", password="any-password")

    with pytest.raises(IntegrityError):
        services.create_first_superuser()

    assert not User.objects.get().is_superuser
    assert not TemporaryPassword.objects.exists()


def test_nobody_has_no_temporary_password():
    assert not services.has_temporary_password(AnonymousUser())


def test_every_room_forgets_what_it_has_outlived():
    now = timezone.now()
    # Searches go by site days, whose summer time may end in between.
    rows.search(at=now - timedelta(days=92), counted=True)
    rows.search(at=now - timedelta(days=88), counted=True)
    rows.notification(created_at=now - timedelta(days=366))
    rows.notification(created_at=now - timedelta(days=364))

    removed = services.prune(now)

    gone = {"searches": 1, "texts of notifications": 1, "notifications": 1}
    assert removed == NOTHING | gone
    assert Search.objects.count() == 1
    assert not Notification.objects.filter(created_at__lt=now - timedelta(days=365)).exists()


def test_done_tasks_are_kept_a_week_and_others_three_months():
    now = timezone.now()
    for status in ("SUCCESS", "FAILURE"):
        for days in (6, 8, 89, 91):
            rows.task_result(status, now - timedelta(days=days))
    fold_tasks(now)

    removed = services.prune(now)

    assert removed == NOTHING | {"task results": 4, "task records": 4}
    assert set(TaskRecord.objects.values_list("pk", flat=True)) == set(
        TaskResult.objects.values_list("pk", flat=True)
    )
    assert TaskResult.objects.filter(status="SUCCESS").count() == 1
    assert TaskResult.objects.filter(status="FAILURE").count() == 3


def test_a_failure_is_kept_three_months_though_its_task_ended_well_and_its_error_as_long():
    now = timezone.now()
    for days in (8, 91):
        search = rows.search(f"{days}", outcome="failed", message=f"It broke {'x' * days}.")
        rows.task_result(done=now - timedelta(days=days), about=search.pk, result='"failed"')
    fold_tasks(now)

    removed = services.prune(now)

    assert removed == NOTHING | {"task results": 2, "task records": 1, "errors": 1}
    assert TaskRecord.objects.get().group == ErrorGroup.objects.get()


def test_self_tests_are_kept_three_months():
    now = timezone.now()
    for days in (89, 91):
        at = now - timedelta(days=days)
        SelfTest.objects.create(requested_at=at, written_at=at)

    assert services.prune(now) == NOTHING | {"self-tests": 1}


def test_sessions_go_when_they_expire():
    session("over", timedelta(seconds=-1))
    session("open", timedelta(hours=1))

    removed = services.prune(timezone.now())

    assert removed == NOTHING | {"sessions": 1}
    assert Session.objects.get().session_key == "open"


def test_more_than_a_batch_goes_and_a_second_time_finds_nothing(monkeypatch):
    monkeypatch.setattr(movies.services, "PRUNE_BATCH", 2)
    for number in range(5):
        session(str(number), timedelta(days=-1))

    assert services.prune(timezone.now())["sessions"] == 5
    assert services.prune(timezone.now()) == NOTHING


def test_what_was_removed_is_said_in_words():
    removed = NOTHING | {"searches": 1204, "task results": 1, "sessions": 2}

    assert services.removed_in_words(removed) == "1,204 searches, 1 task result, 2 sessions"


def test_one_search_is_not_one_searches():
    assert services.removed_in_words({"searches": 1, "re-fills": 1}) == "1 search, 1 re-fill"


def test_nothing_removed_is_said_too():
    assert services.removed_in_words(NOTHING) == "nothing"
