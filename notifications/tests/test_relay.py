import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications import delivery
from notifications.delivery import MAX_ATTEMPTS, deliver
from notifications.models import Notification


def test_the_relay_mails_what_is_due_over_one_connection(queued, smtp):
    queued()
    queued()
    queued(next_attempt_at=timezone.now() + timedelta(hours=1))

    assert delivery.relay() == {"sent": 2}

    assert len(smtp.messages) == 2
    assert smtp.connections == 1


def test_one_refused_mail_does_not_stop_the_others(queued, smtp):
    queued(text="first")
    queued(text="second")
    smtp.reply_to_data = "554 no"

    assert delivery.relay() == {"failed": 2}
    assert smtp.connections == 2


def test_the_relay_stops_between_two_mails_when_asked(queued, smtp):
    queued()
    queued()

    assert delivery.relay(lambda: bool(smtp.messages)) == {"sent": 1}


def test_the_relay_stops_after_its_time(queued, smtp, monkeypatch):
    queued()
    monkeypatch.setattr(delivery, "LONGEST_RUN", -1.0)

    assert delivery.relay() == {}


def test_the_relay_does_not_report_what_somebody_else_sends(queued, smtp):
    first, second = queued(), queued()

    def send_the_second() -> bool:
        deliver(second.pk)
        return False

    assert delivery.relay(send_the_second) == {"sent": 1}
    assert len(smtp.messages) == 2
    first.refresh_from_db()
    assert first.state == "sent"


def test_a_lost_worker_is_found_and_its_mail_sent_again(queued, smtp):
    notification = queued()
    Notification.objects.claim(notification.pk)
    Notification.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert delivery.reap() == {"trying again": 1}

    notification.refresh_from_db()
    assert notification.state == "queued"
    assert "attempt 2 of 8: The worker was lost while sending." in notification.reason
    assert notification.attempt_log.get().outcome == "crashed"


def test_a_worker_lost_in_the_last_attempt_fails_the_mail(queued):
    notification = queued(attempts=MAX_ATTEMPTS - 1)
    Notification.objects.claim(notification.pk)
    Notification.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert delivery.reap() == {"failed": 1}

    notification.refresh_from_db()
    assert notification.state == "failed"


def test_a_lease_that_still_runs_is_left_alone(queued):
    Notification.objects.claim(queued().pk)

    assert delivery.reap() == {}


@pytest.mark.django_db(transaction=True)
def test_tasks_and_relays_that_race_send_once(queued, smtp):
    pk = queued().pk
    start = threading.Barrier(6)

    def run(work) -> None:
        start.wait()
        work()
        connection.close()

    works = [lambda: deliver(pk), delivery.relay] * 3
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(smtp.messages) == 1
    assert Notification.objects.get(pk=pk).state == "sent"
