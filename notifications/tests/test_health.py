from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import health
from notifications.models import Heartbeat, MailServer

pytestmark = pytest.mark.django_db


def test_a_beat_says_when_and_what_and_leaves_one_row():
    health.beat("relay", done={"sent": 1})
    health.beat("relay", done={"sent": 2})

    heartbeat = Heartbeat.objects.get()
    assert str(heartbeat) == "relay"
    assert heartbeat.info == {"done": {"sent": 2}}
    assert timezone.now() - heartbeat.at < timedelta(minutes=1)


def test_what_ran_lately_is_not_silent():
    health.beat("relay")

    assert health.look(timezone.now()).relay_silent_since is None


def test_what_has_not_run_for_two_minutes_is_silent_since_then():
    health.beat("relay")
    at = Heartbeat.objects.get().at

    assert health.look(at + timedelta(seconds=119)).relay_silent_since is None
    assert health.look(at + timedelta(seconds=121)).relay_silent_since == at


def test_what_never_ran_is_not_called_silent():
    assert health.look(timezone.now()).relay_silent_since is None


def test_a_mail_server_is_told_of_while_it_refuses():
    now = timezone.now()
    server = MailServer.objects.create(reason="No")
    assert health.look(now).mail_refused_since is None

    server.refused_since = now
    server.save()

    found = health.look(now)
    assert (found.mail_refused_since, found.reason) == (now, "No")
    assert str(server) == "the mail server"


def test_a_relay_that_ran_is_asked_after_in_one_statement(django_assert_num_queries):
    health.beat("relay")

    with django_assert_num_queries(1):
        health.look(timezone.now())
