"""A whole batch and more is mailed over two connections at once, where the server grants them."""

import threading

import pytest
from django.core import mail
from django.db import OperationalError

from conftest import wait_until
from notifications import circuit, relaying
from notifications.models import Notification

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch) -> None:
    monkeypatch.setattr(relaying, "BATCH", 2)


@pytest.fixture
def nine(queued) -> list[Notification]:
    return [queued() for _ in range(9)]


def states() -> dict[str, int]:
    return Notification.objects.counts_by_state()


def is_first() -> bool:
    return threading.current_thread() is threading.main_thread()


def test_two_mails_are_handed_over_at_once_and_each_once(nine, smtp, settings):
    settings.EMAIL_TIMEOUT = 30  # the first waits for the second to start
    both = threading.Barrier(2, timeout=20)

    def wait_for_the_other() -> None:
        if len(smtp.messages) <= 2:
            both.wait()

    smtp.on_message = wait_for_the_other

    assert relaying.relay() == {"sent": 9}

    assert smtp.connections == 2
    assert len({message["Message-ID"] for message in smtp.messages}) == len(smtp.messages) == 9


def test_less_than_a_batch_needs_one_connection(queued, smtp):
    queued()

    assert relaying.relay() == {"sent": 1}
    assert smtp.connections == 1


def test_a_server_that_grants_one_connection_is_not_taken_for_one_that_refuses_all(nine, smtp):
    smtp.most_connections = 1
    smtp.slowness = 0.02

    assert relaying.relay() == {"sent": 9}
    assert smtp.connections == 2
    assert not circuit.is_open()


def test_a_second_connection_that_is_lost_on_the_way_opens_no_circuit(nine, smtp):
    smtp.slowness = 0.05

    def take_it_away() -> None:
        if smtp.connections == 2 and smtp.most_connections is None:
            smtp.most_connections = 0
            smtp.transports[1].abort()

    smtp.on_recipient = take_it_away

    relaying.relay()

    assert not circuit.is_open()
    # The one that was cut off waits for its next try; the first connection took the rest.
    assert states()["sent"] >= 8


def test_a_server_that_refuses_the_greeting_uses_up_no_attempt(nine, smtp):
    smtp.refuses_greeting = True

    assert relaying.relay() == {"mail server out of reach": 1}
    assert not Notification.objects.exclude(attempts=0).exists()


def test_what_is_not_sent_by_smtp_goes_one_after_the_other(nine, settings):
    settings.ADMINS = [("Ann", "ann@example.org")]

    assert relaying.relay() == {"sent": 9}
    assert len(mail.outbox) == 9


def test_once_the_first_breaks_off_the_second_stops_too(nine, smtp):
    smtp.slowness = 0.2

    def break_off() -> bool:
        if is_first() and smtp.messages:
            wait_until(lambda: smtp.connections == 2)
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        relaying.relay(break_off)

    # What the first one held is found by its lease; the second one has given back its rest.
    assert states().get("queued")
    assert states().get("sending", 0) <= 2


def test_what_breaks_the_second_off_is_not_kept_quiet(nine, smtp):
    def break_off() -> bool:
        if not is_first():
            raise OperationalError("the database is away")
        return False

    with pytest.raises(OperationalError):
        relaying.relay(break_off)

    assert states() == {"sent": 9}
