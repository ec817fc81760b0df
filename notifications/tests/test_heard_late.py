"""A worker that was given up hears of its mail's arrival, while another one has the mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import outcomes, relaying
from notifications.mail import Receipt
from notifications.models import Notification
from notifications.states import Phase

ARRIVED = Receipt(["ann@example.org"], "250 OK", {})


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


def hear(lost: Notification) -> str:
    return outcomes.finish(lost, outcomes.of_receipt(lost, ARRIVED, timezone.now()))


def test_the_attempt_of_whoever_has_it_is_closed_for_that_worker_may_be_gone(given_up):
    [taken] = Notification.objects.claim_due(1)

    assert hear(given_up) == "sent, heard late"

    taken.refresh_from_db()
    assert taken.state == "sent"
    outcomes_of_attempts = list(taken.attempt_log.values_list("outcome", flat=True))
    assert outcomes_of_attempts == ["late", "stopped"]
    assert taken.attempt_log.last().ended_at is not None


def test_whoever_hands_it_over_already_goes_on_and_closes_its_own_attempt(given_up):
    taken = Notification.objects.claim(given_up.pk)
    Notification.objects.reach(taken, Phase.DATA)

    assert hear(given_up) == "lease lost"

    assert hear(taken) == "sent"
    assert list(taken.attempt_log.values_list("outcome", flat=True)) == ["late", "sent"]
