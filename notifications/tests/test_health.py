from datetime import timedelta

import pytest
from django.utils import timezone

from movies.models import SearchTerm
from notifications import health
from notifications.models import Heartbeat, MailServer, Notification

pytestmark = pytest.mark.django_db


def test_a_beat_says_when_and_what_and_leaves_one_row():
    health.beat("relay", done={"sent": 1})
    health.beat("relay", done={"sent": 2})

    heartbeat = Heartbeat.objects.get()
    assert str(heartbeat) == "relay"
    assert heartbeat.info == {"done": {"sent": 2}}
    assert timezone.now() - heartbeat.at < timedelta(minutes=1)


def test_what_ran_is_known_by_its_last_time_and_what_never_did_by_none():
    assert health.last_beat(health.RECONCILER) is None

    health.beat(health.RECONCILER)

    assert health.last_beat(health.RECONCILER) == Heartbeat.objects.get().at


def test_a_relay_that_never_ran_is_silent_since_the_oldest_waits_for_it():
    assert health.last_relayed() is None

    SearchTerm.objects.create(term="dune")

    assert health.last_relayed() == Notification.objects.get().created_at


def test_a_relay_that_ran_is_asked_after_in_one_statement(django_assert_num_queries):
    health.beat(health.RELAY)

    with django_assert_num_queries(1):
        health.last_relayed()


def test_a_mail_server_is_told_of_while_it_refuses():
    server = MailServer.objects.create(reason="No")
    assert health.refusing_server() is None

    server.refused_since = timezone.now()
    server.save()

    assert health.refusing_server() == server
    assert str(server) == "the mail server"
