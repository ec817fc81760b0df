"""Rows 1 to 3: the queue is only a hint, whatever becomes of it."""

import threading
import time

import pytest
from django.db import connection

from movies.models import SearchTerm
from movies.queueing import waiting
from notifications import health, relaying
from notifications.delivery import deliver
from notifications.models import Notification


@pytest.mark.django_db(transaction=True)
def test_01_a_broker_that_is_down_delays_no_request_and_the_relay_delivers(smtp):
    began = time.monotonic()
    SearchTerm.objects.create(term="dune")
    took = time.monotonic() - began
    assert Notification.objects.get().state == "queued"

    assert relaying.relay() == {"sent": 1}

    # 50 ms where nobody else keeps the processor busy.
    assert took < 0.5
    assert health.last_relayed() == health.last_beat(health.RELAY)


@pytest.mark.django_db(transaction=True)
def test_02_what_the_broker_loses_the_relay_delivers(broker, smtp):
    SearchTerm.objects.create(term="dune")
    assert waiting("interactive") == 1
    broker.flushall()

    assert relaying.relay() == {"sent": 1}

    assert len(smtp.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_03_a_task_delivered_to_eight_workers_is_one_mail(new, smtp):
    pk = new().pk
    together = threading.Barrier(8)
    words = []

    def work() -> None:
        together.wait()
        words.append(deliver(pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(words) == ["not mine"] * 7 + ["sent"]
    assert len(smtp.messages) == 1
    assert Notification.objects.get().attempt_log.count() == 1


def test_27_one_pass_by_hand_does_what_a_silent_relay_did_not(queued, smtp, start_relay):
    queued()
    health.beat(health.RELAY)
    before = health.last_relayed()

    assert start_relay().wait(60) == 0

    assert len(smtp.messages) == 1
    assert Notification.objects.get().state == "sent"
    assert health.last_relayed() > before
