from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import circuit
from notifications.delivery import deliver
from notifications.models import Attempt, MailServer
from notifications.outcomes import Ending
from notifications.states import State
from notifications.tests.moments import probe_is_due

pytestmark = pytest.mark.django_db
Outcome = Attempt.Outcome


def ending(outcome: str, words: str = "") -> Ending:
    return Ending("word", State.QUEUED, outcome, timezone.now(), words)


def test_a_server_nobody_has_complained_of_lets_through():
    assert circuit.lets_through()
    assert not circuit.is_open()


def test_a_server_that_refuses_everybody_is_left_alone_for_a_minute():
    circuit.heard(ending(Outcome.UNREACHABLE, "Connection refused"))

    assert circuit.is_open()
    assert not circuit.lets_through()
    server = MailServer.objects.get()
    assert server.reason == "Connection refused"
    assert server.next_probe_at > timezone.now() + timedelta(seconds=50)


def test_after_a_minute_one_may_try_and_no_other():
    circuit.heard(ending(Outcome.UNREACHABLE))
    probe_is_due()

    assert circuit.lets_through()
    assert not circuit.lets_through()


def test_it_is_refused_since_the_first_time():
    circuit.heard(ending(Outcome.UNREACHABLE, "first"))
    since = MailServer.objects.get().refused_since

    circuit.heard(ending(Outcome.UNREACHABLE, "second"))

    server = MailServer.objects.get()
    assert (server.refused_since, server.reason) == (since, "second")


@pytest.mark.parametrize(
    "outcome", [Outcome.SENT, Outcome.TEMPORARY, Outcome.PERMANENT, Outcome.UNCERTAIN]
)
def test_any_answer_closes_it(outcome):
    circuit.heard(ending(Outcome.UNREACHABLE))

    circuit.heard(ending(outcome))

    assert not circuit.is_open()
    assert circuit.lets_through()


def test_a_mail_to_nobody_says_nothing_of_the_server():
    circuit.heard(ending(Outcome.UNREACHABLE))

    circuit.heard(ending(Outcome.NOBODY))

    assert circuit.is_open()


def test_a_hint_of_what_is_not_due_takes_nobodys_turn(queued, smtp):
    later = queued(next_attempt_at=timezone.now() + timedelta(hours=1))
    due = queued()
    MailServer.objects.create(pk=1, refused_since=timezone.now(), reason="No")

    assert deliver(later.pk) == "mail server out of reach"
    assert deliver(due.pk) == "sent"
