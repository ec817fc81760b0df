"""A worker that was given up hears of its mail's arrival, while another one has the mail."""

import smtplib
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import outcomes, relaying, services
from notifications.mail import Receipt
from notifications.models import Notification
from notifications.states import Phase
from notifications.tests.endings import broke
from notifications.tests.moments import ANN, BOB, leases_are_over, put_off_is_over

ARRIVED = Receipt([ANN], "250 OK", {})
HUNG_UP = smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.fixture
def given_up(queued) -> Notification:
    """A mail whose worker was handing it over when its lease ended; it is due again."""
    pk = queued().pk
    lost = Notification.objects.claim(pk)
    Notification.objects.reach(lost, Phase.DATA)
    Notification.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    relaying.reap()
    Notification.objects.update(next_attempt_at=timezone.now())
    return lost


def hear(lost: Notification, receipt: Receipt = ARRIVED) -> str:
    return outcomes.finish(lost, outcomes.of_receipt(lost, receipt, timezone.now()))


def hand_over(pk: int) -> Notification:
    put_off_is_over()
    taken = Notification.objects.claim(pk)
    Notification.objects.reach(taken, Phase.DATA)
    return taken


def test_the_attempt_of_whoever_has_it_is_closed_for_that_worker_may_be_gone(given_up):
    [taken] = Notification.objects.claim_due(1)

    assert hear(given_up) == "sent, heard late"

    taken.refresh_from_db()
    assert taken.state == "sent"
    outcomes_of_attempts = list(taken.attempt_log.values_list("outcome", flat=True))
    assert outcomes_of_attempts == ["late", "stopped"]
    assert taken.attempt_log.last().ended_at is not None


def test_whoever_hands_it_over_already_goes_on_and_closes_its_own_attempt(given_up):
    taken = hand_over(given_up.pk)

    assert hear(given_up) == "lease lost"

    assert hear(taken) == "sent"
    assert list(taken.attempt_log.values_list("outcome", flat=True)) == ["late", "sent"]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(HUNG_UP, "uncertain"), (smtplib.SMTPDataError(451, b"try later"), "temporary")],
)
def test_what_was_heard_late_is_not_sent_a_third_time(given_up, error, outcome):
    taken = hand_over(given_up.pk)
    hear(given_up)

    assert outcomes.finish(taken, broke(taken, error)) == "sent, heard late"

    taken.refresh_from_db()
    assert (taken.state, taken.recipients) == ("sent", [ANN])
    assert taken.sent_at == taken.attempt_log.first().ended_at
    assert list(taken.attempt_log.values_list("outcome", flat=True)) == ["late", outcome]


def test_what_was_heard_late_is_not_sent_a_third_time_though_its_worker_is_lost(given_up):
    hand_over(given_up.pk)
    hear(given_up)
    leases_are_over()

    assert relaying.reap() == {"sent, heard late": 1}

    assert Notification.objects.get().state == "sent"


def test_what_was_heard_before_staff_had_it_tried_again_says_nothing_of_the_rest(given_up, staff):
    hear(given_up, Receipt([ANN, BOB], "250 OK", {BOB: (550, b"no")}))
    services.retry([given_up.pk], staff)
    hand_over(given_up.pk)
    leases_are_over()

    assert relaying.reap() == {"in doubt, sending again": 1}
