"""Rows 4 to 8 and 24 to 26: what does the work dies, sleeps, or finds its database away."""

import time

import pytest
from django.db import OperationalError, connection

from conftest import wait_until
from movies.models import SearchTerm
from notifications import mail, relaying
from notifications.delivery import deliver
from notifications.models import Notification
from notifications.tests.moments import change_policy, leases_are_over, put_off_is_over

pytestmark = pytest.mark.django_db(transaction=True)
objects = Notification.objects


def in_phase(phase: str) -> bool:
    return objects.filter(state="sending", phase=phase).exists()


def kill_and_let_the_lease_end(process) -> None:
    process.kill()
    process.wait()
    leases_are_over()


def attempts() -> list[tuple[str, str]]:
    return list(objects.get().attempt_log.values_list("outcome", "phase"))


def test_04_a_worker_killed_before_the_text_is_found_and_its_mail_goes_once(
    queued, smtp, start_relay
):
    queued()
    smtp.hangs = True
    process = start_relay()
    wait_until(lambda: smtp.connections)
    kill_and_let_the_lease_end(process)
    smtp.behave()

    assert relaying.reap() == {"trying again": 1}
    put_off_is_over()
    assert relaying.relay() == {"sent": 1}

    assert attempts() == [("crashed", "connect"), ("sent", "data")]
    assert len(smtp.messages) == 1


def test_05_a_worker_killed_after_the_text_leaves_a_doubt_and_the_same_mail_goes_again(
    queued, smtp, start_relay
):
    queued()
    smtp.hangs_after_dot = True
    process = start_relay()
    wait_until(lambda: smtp.messages)
    kill_and_let_the_lease_end(process)
    smtp.behave()

    assert relaying.reap() == {"in doubt, sending again": 1}
    put_off_is_over()
    # Who the mail is from and to is this process's; all else is the row's.
    assert deliver(objects.get().pk) == "sent"

    assert attempts() == [("crashed", "data"), ("sent", "data")]
    first, second = smtp.messages
    for header in ("Message-ID", "Date", "Content-Type", "Subject", "To", "X-Notification-Id"):
        assert first[header] == second[header]
    assert first.as_bytes() == second.as_bytes()


def test_05_a_worker_killed_after_the_text_of_a_kind_that_is_held_asks_a_person(
    queued, smtp, start_relay
):
    change_policy(ambiguous="hold")
    queued()
    smtp.hangs_after_dot = True
    process = start_relay()
    wait_until(lambda: smtp.messages)
    kill_and_let_the_lease_end(process)
    smtp.behave()

    assert relaying.reap() == {"in doubt": 1}
    put_off_is_over()
    assert relaying.relay() == {}

    assert objects.needs_review().get().state == "uncertain"
    assert len(smtp.messages) == 1


@pytest.mark.parametrize("fields", [{"html": ""}, {}], ids=["text only", "with HTML"])
def test_06_a_connection_lost_after_the_dot_repeats_the_mail_to_the_byte(queued, smtp, fields):
    notification = queued(**fields)
    smtp.drop_after_dot = True
    assert deliver(notification.pk) == "in doubt, sending again"
    smtp.behave()
    put_off_is_over()

    assert deliver(notification.pk) == "sent"

    first, second = smtp.sources
    assert first == second == mail.source(notification)
    assert attempts() == [("uncertain", "data"), ("sent", "data")]


def test_06_a_connection_lost_after_the_dot_takes_no_other_mail_along(queued, smtp):
    first, second = queued(), queued()
    smtp.drop_after_dot = True
    smtp.on_message = lambda: smtp.messages[1:] and smtp.behave()

    done = relaying.relay()

    assert done == {"in doubt, sending again": 1, "sent": 1}
    assert smtp.connections == 2
    assert {objects.get(pk=row.pk).state for row in (first, second)} == {"queued", "sent"}


def given_up() -> None:
    """Another process finds the lease over, and queues the mail again."""
    leases_are_over()
    relaying.reap()
    put_off_is_over()
    connection.close()


def test_07_a_worker_that_wakes_up_after_its_lease_is_stopped_before_the_text(queued, smtp):
    pk = queued().pk
    smtp.on_recipient = given_up

    assert deliver(pk) == "lease lost"

    assert smtp.messages == []
    assert objects.get().state == "queued"
    # It was crashed for whoever took it back, and says itself what it did.
    assert attempts() == [("stopped", "connect")]


def test_07_a_worker_that_hears_of_the_arrival_after_its_lease_settles_the_row(queued, smtp):
    pk = queued().pk
    smtp.on_message = given_up

    assert deliver(pk) == "sent, heard late"

    assert objects.get().state == "sent"
    assert attempts() == [("late", "data")]
    assert relaying.relay() == {}
    assert len(smtp.messages) == 1


def test_07_an_error_that_is_heard_after_the_lease_changes_nothing(queued, smtp):
    pk = queued().pk
    smtp.on_message = given_up
    smtp.drop_after_dot = True

    assert deliver(pk) == "lease lost"

    assert objects.get().state == "queued"
    assert attempts() == [("uncertain", "data")]


@pytest.mark.parametrize(
    ("where", "word"),
    [
        ("hangs", "mail server out of reach"),
        ("hangs_before_dot", "in doubt, sending again"),
        ("hangs_after_dot", "in doubt, sending again"),
    ],
)
def test_08_a_server_that_hangs_holds_no_worker_for_longer_than_its_time_out(
    queued, smtp, where, word
):
    setattr(smtp, where, True)
    began = time.monotonic()

    assert deliver(queued().pk) == word

    assert time.monotonic() - began < 10  # of a second each, at the command and at QUIT
    assert objects.get().state == "queued"


def test_08_a_server_that_hangs_before_the_text_leaves_no_doubt(queued, smtp):
    smtp.on_recipient = lambda: time.sleep(1.5)

    assert deliver(queued().pk) == "trying again"

    assert attempts() == [("temporary", "connect")]


def test_08_a_slow_server_is_waited_for(queued, smtp):
    smtp.slowness = 0.5

    assert deliver(queued().pk) == "sent"


def test_24_a_database_that_is_away_while_finishing_is_waited_for(queued, smtp):
    pk = queued().pk
    failures = iter([OperationalError("away"), OperationalError("away")])

    def fail_twice(execute, sql, params, many, context):
        if smtp.messages:
            for failure in failures:
                raise failure
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail_twice):
        assert deliver(pk) == "sent"

    assert attempts() == [("sent", "data")]
    assert len(smtp.messages) == 1


def test_24_a_database_that_does_not_come_back_leaves_a_doubt_and_no_lie(queued, smtp, monkeypatch):
    pk = queued().pk
    monkeypatch.setattr("notifications.delivery.LEASE", -relaying.delivery.LEASE)

    def fail(execute, sql, params, many, context):
        if smtp.messages:
            raise OperationalError("away")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail), pytest.raises(OperationalError):
        deliver(pk)
    leases_are_over()

    assert relaying.reap() == {"in doubt, sending again": 1}


def test_25_a_search_is_saved_while_a_mail_is_under_way(queued, smtp):
    pk = queued().pk
    took = []

    def search() -> None:
        began = time.monotonic()
        SearchTerm.objects.create(term="dune")
        took.append(time.monotonic() - began)
        connection.close()

    smtp.on_message = search

    assert deliver(pk) == "sent"

    # No transaction is open over the network, so nobody waits for a lock.
    assert took[0] < 1
    assert SearchTerm.objects.exists()


def test_26_a_host_whose_clock_is_ahead_takes_the_mail_and_it_goes_once(queued, smtp):
    pk = queued().pk
    hosts = iter([lambda: (given_up(), deliver(pk), connection.close())])

    def take_over() -> None:
        for other_host in hosts:
            other_host()

    smtp.on_recipient = take_over

    assert deliver(pk) == "lease lost"

    assert len(smtp.messages) == 1
    assert objects.get().state == "sent"


def test_26_leases_are_told_by_the_clock_of_a_database_that_hosts_share():
    told = objects.all().clock()

    assert hasattr(told, "as_sql") == (connection.vendor == "postgresql")
