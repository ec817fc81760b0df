from datetime import timedelta

import pytest
from celery import states
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from conftest import wait_until
from dashboard import tasks
from dashboard.models import SelfTest
from dashboard.system import hops, probe, probing
from dashboard.tests import rows
from movies import queueing
from notifications import kinds
from notifications.models import KindPolicy, Notification
from notifications.relaying import relay
from notifications.states import State

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
NOW = timezone.now()
AGO = NOW - 10 * SECOND
LONG_AGO = NOW - timedelta(minutes=3)
ADDRESS = "dashboard:self_test"


@pytest.fixture
def operator(client, member):
    client.force_login(member("Operators"))
    return client


def made(at=AGO, **facts: object) -> SelfTest:
    return SelfTest.objects.create(requested_at=at, written_at=at + SECOND / 100, **facts)


def way(test: SelfTest) -> hops.Way:
    test.refresh_from_db()
    return hops.way_of(test, NOW)


def labels(test: SelfTest) -> list[str]:
    """Return the word of each hop, without its icon."""
    return [strip_tags(step.label)[1:] for step in way(test).steps]


def said(response) -> list[str]:
    return [strip_tags(str(message)) for message in get_messages(response.wsgi_request)]


def test_it_is_asked_for_before_anybody_is_mailed(operator):
    page = operator.get(reverse(ADDRESS)).text

    assert "a mail to 2 admins" in page
    assert not SelfTest.objects.exists()


def test_it_is_written_down_with_who_asked(operator):
    response = operator.post(reverse(ADDRESS))

    assert response.url == reverse("dashboard:system")
    assert said(response) == ["The self-test is on its way: its hops appear below."]
    assert LogEntry.objects.get().object_id == str(SelfTest.objects.get().pk)


def test_pressed_twice_is_answered_with_the_one_that_is_on_its_way(operator):
    operator.post(reverse(ADDRESS))

    response = operator.post(reverse(ADDRESS))

    assert said(response)[-1].startswith("Already done by a operator, ")
    assert SelfTest.objects.count() == LogEntry.objects.count() == 1


def test_one_that_ended_is_followed_by_another(operator):
    made(at=LONG_AGO)

    operator.post(reverse(ADDRESS))

    assert SelfTest.objects.count() == 2


def test_a_broker_that_takes_it_makes_the_second_hop(broker):
    test = made()

    probing.publish(test.pk)

    assert labels(test) == ["Done", "Done", "Running", "Waiting", "Waiting"]


def test_a_broker_that_is_away_ends_it_at_once_with_a_remedy(monkeypatch):
    # One that was found to be away is not asked.
    monkeypatch.setattr(queueing, "_closed_again_at", float("inf"))
    test = made()

    probing.publish(test.pk)

    assert labels(test) == ["Done", "Failedit did not", "Unknown", "Unknown", "Unknown"]
    assert way(test).steps[1].remedy == "Start Redis, or check REDIS_URL."
    assert not way(test).is_running
    assert strip_tags(way(test).sentence).startswith("It stopped on its way, asked for by —")


def test_each_hop_has_its_time_and_all_of_them_their_sum():
    test = made(published_at=AGO + SECOND / 50)
    assert labels(test) == ["Done", "Done", "Running", "Waiting", "Waiting"]
    assert way(test).is_running

    assert probe.probe(test.pk, "the-task") == "mail written"
    SelfTest.objects.update(began_at=AGO + SECOND)
    task = rows.task_result(done=AGO + 2 * SECOND)
    type(task).objects.filter(pk=task.pk).update(task_id="the-task")
    Notification.objects.update(state=State.SENT, created_at=AGO + SECOND, sent_at=AGO + 3 * SECOND)

    assert [step.took for step in way(test).steps] == ["10 ms", "10 ms", "980 ms", "1.0 s", "2.0 s"]
    assert strip_tags(way(test).sentence).startswith("Everything arrived within 3.0 s, asked")
    assert not way(test).is_running


def test_a_probe_that_runs_twice_is_one_mail():
    test = made()

    assert probe.probe(test.pk, "one") == "mail written"
    assert tasks.self_test(test.pk) == "not mine"

    assert SelfTest.objects.get().task_id == "one"
    assert Notification.objects.get().kind == probe.SELF_TEST


def test_a_worker_that_does_not_come_ends_it_after_two_minutes():
    test = made(at=LONG_AGO, published_at=LONG_AGO)

    assert labels(test) == ["Done", "Done", "Failed", "Unknown", "Unknown"]
    assert way(test).steps[2].remedy == "Start a worker that serves interactive."


def test_a_task_that_fails_is_said_to():
    test = made(published_at=AGO, began_at=AGO, task_id="the-task")
    task = rows.task_result(states.FAILURE)
    type(task).objects.filter(pk=task.pk).update(task_id="the-task")

    assert labels(test)[3] == "Failedthe task failed"


def test_a_mail_that_its_kind_does_not_let_go_is_said_to_with_the_way_to_it():
    KindPolicy.objects.create(kind=probe.SELF_TEST, enabled=False)
    test = made(published_at=AGO)
    probe.probe(test.pk, "the-task")
    task = rows.task_result()
    type(task).objects.filter(pk=task.pk).update(task_id="the-task")
    relay()

    assert labels(test)[4] == "FailedThis kind is switched off."
    assert Notification.objects.get().get_state_display() == "Not mailed"
    assert "/notifications/notification/" in way(test).steps[4].remedy


def test_its_mail_has_a_kind_of_its_own_that_is_never_sent_twice():
    kind = kinds.get(probe.SELF_TEST)

    assert (kind.label, kind.ambiguous, kind.goes_at_once) == ("Self-test", "hold", True)


@pytest.mark.django_db(transaction=True)
def test_with_a_worker_it_arrives_and_the_page_shows_every_hop(client, start_worker):
    start_worker("--queues", "interactive")
    client.force_login(User.objects.create_superuser("boss"))
    client.post(reverse(ADDRESS))

    wait_until(lambda: labels(SelfTest.objects.get()) == ["Done"] * 5)

    assert "Everything arrived within" in client.get(reverse("dashboard:system")).text
