import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications import circuit, relaying
from notifications.delivery import deliver
from notifications.models import Heartbeat, MailServer, Notification
from notifications.tests.moments import (
    BOB,
    change_policy,
    probe_is_due,
    windows_are_over,
)

objects = Notification.objects


def test_the_relay_mails_what_is_due_over_one_connection(queued, smtp):
    queued()
    queued()
    queued(next_attempt_at=timezone.now() + timedelta(hours=1))

    assert relaying.relay() == {"sent": 2}

    assert len(smtp.messages) == 2
    assert smtp.connections == 1


def test_the_relay_sorts_out_what_is_new_and_mails_it(new, smtp):
    change_policy(rate_per_hour=1)
    new()
    new()
    new()

    assert relaying.relay() == {"sent": 1}
    windows_are_over()

    assert relaying.relay() == {"sent": 1}
    assert objects.counts_by_state() == {"sent": 2, "merged": 2}


def test_the_relay_leaves_a_heartbeat_that_says_what_it_did(queued, smtp):
    queued()

    relaying.relay()

    assert Heartbeat.objects.get(name="relay").info == {"done": {"sent": 1}}


def test_one_refused_mail_does_not_stop_the_others(queued, smtp):
    queued(text="first")
    queued(text="second")
    smtp.reply_to_data = "554 no"

    assert relaying.relay() == {"failed": 2}
    assert smtp.connections == 2


@pytest.mark.django_db(transaction=True)
def test_that_one_was_sent_is_committed_before_the_next_is_handed_over(queued, smtp):
    first, _ = queued(), queued()
    seen = []

    def look() -> None:
        seen.append(objects.get(pk=first.pk).state)
        connection.close()

    smtp.on_recipient = look

    relaying.relay()

    assert seen == ["sending", "sending", "sent", "sent"]  # each for two admins


def test_the_relay_stops_between_two_mails_and_gives_back_what_it_took(queued, smtp):
    first, second = queued(), queued()

    assert relaying.relay(lambda: bool(smtp.messages)) == {"sent": 1}

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == "sent"
    assert (second.state, second.attempts, second.tries) == ("queued", 0, 0)
    assert not second.attempt_log.exists()


def test_the_relay_stops_after_its_time(queued, smtp, monkeypatch):
    queued()
    monkeypatch.setattr(relaying, "LONGEST_RUN", -1.0)

    assert relaying.relay() == {}


def test_the_relay_does_not_report_what_somebody_else_sends(queued, smtp):
    first, second = queued(), queued()

    def send_the_second() -> bool:
        deliver(second.pk)
        return False

    assert relaying.relay(send_the_second) == {"sent": 1}
    assert len(smtp.messages) == 2
    first.refresh_from_db()
    assert first.state == "sent"


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_took_out_of_the_batch_is_left_to_them(queued, smtp):
    first, second = queued(), queued()

    def take_the_second() -> None:
        rows = objects.filter(pk=second.pk, state="sending", phase="")
        rows.update(lease_until=timezone.now() - timedelta(seconds=1))
        relaying.reap()
        connection.close()

    smtp.on_message = take_the_second

    assert relaying.send_due(lambda: bool(smtp.messages) and is_back(second)) == {"sent": 1}

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("sent", "queued")
    assert len(smtp.messages) == 1


def is_back(notification: Notification) -> bool:
    return objects.filter(pk=notification.pk, state="queued").exists() and bool(
        objects.filter(state="sent").exists()
    )


def test_a_server_that_refuses_everybody_is_tried_with_one_mail_and_no_more(queued, smtp, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    rows = [queued() for _ in range(3)]

    assert relaying.relay() == {"mail server out of reach": 1}

    assert [row.attempt_log.count() for row in rows] == [1, 0, 0]
    assert set(objects.values_list("state", "attempts")) == {("queued", 0)}
    assert relaying.relay() == {}

    settings.EMAIL_PORT = port
    probe_is_due()
    assert relaying.relay() == {"sent": 3}
    assert not circuit.is_open()


def test_a_server_that_still_refuses_costs_one_attempt_a_minute(queued, smtp, settings):
    settings.EMAIL_PORT = 1
    notification, other = queued(), queued()
    relaying.relay()
    probe_is_due()

    assert relaying.relay() == {"mail server out of reach": 1}

    assert notification.attempt_log.count() == 2
    assert other.attempt_log.count() == 0


def test_a_server_that_refused_is_greeted_where_nothing_is_due(queued, smtp):
    MailServer.objects.create(pk=1, refused_since=timezone.now(), reason="No")
    smtp.greeting = "421 too many connections"

    assert relaying.relay() == relaying.relay() == {}

    assert MailServer.objects.get().reason == "421 too many connections"
    assert smtp.connections == 1
    smtp.behave()
    probe_is_due()
    assert relaying.relay() == {}
    assert smtp.connections == 2
    assert not circuit.is_open()
    assert deliver(queued().pk) == "sent"


def test_a_mail_that_is_refused_by_itself_closes_the_circuit_all_the_same(queued, smtp, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    queued()
    relaying.relay()
    settings.EMAIL_PORT, smtp.reply_to_data = port, "554 no"
    probe_is_due()

    assert relaying.relay() == {"failed": 1}

    assert not circuit.is_open()


def test_what_is_over_its_time_expires(queued):
    late = queued(expires_at=timezone.now())
    queued(expires_at=timezone.now() + timedelta(hours=1))
    queued(expires_at=None)

    assert relaying.expire() == 1

    late.refresh_from_db()
    assert (late.state, late.reason) == ("expired", "It could not be mailed in time.")


def test_what_others_have_already_does_not_expire_but_stays_partly_refused(queued):
    now = timezone.now()
    queued(expires_at=now, sent_at=now, recipients=["ann@example.org", BOB], remaining=[BOB])

    assert relaying.expire() == 1

    notification = objects.get()
    assert notification.state == "partial"
    assert notification.reason == "To the rest: It could not be mailed in time."
    assert notification.refused == {BOB: "It could not be mailed in time."}
    assert (notification.has_refused, notification.remaining) == (True, [])


@pytest.mark.django_db(transaction=True)
def test_tasks_and_relays_that_race_send_once(queued, smtp):
    pk = queued().pk
    start = threading.Barrier(6)

    def run(work) -> None:
        start.wait()
        work()
        connection.close()

    works = [lambda: deliver(pk), relaying.relay] * 3
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(smtp.messages) == 1
    assert objects.get(pk=pk).state == "sent"
