import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from movies.models import SearchTerm
from notifications.models import Notification
from notifications.querysets import LEASE

pytestmark = pytest.mark.django_db
objects = Notification.objects
SECOND = timedelta(seconds=1)


def test_a_queued_one_whose_time_has_come_is_due(queued):
    notification = queued()
    queued(next_attempt_at=timezone.now() + LEASE)
    queued(state="sent")

    assert list(objects.due()) == [notification]


def test_only_a_sending_one_whose_lease_is_over_is_stuck(queued):
    lost = queued(state="sending", lease_until=timezone.now() - SECOND)
    queued(state="sending", lease_until=timezone.now() + LEASE)
    queued(state="queued", lease_until=timezone.now() - SECOND)

    assert list(objects.stuck()) == [lost]


def test_a_failure_needs_review_until_somebody_saw_it(failed):
    notification = failed()
    failed(reviewed_at=timezone.now())

    assert list(objects.needs_review()) == [notification]


def test_what_is_about_a_term_is_found_from_it():
    term = SearchTerm.objects.create(term="dune")
    SearchTerm.objects.create(term="heat")

    assert [notification.about for notification in objects.about(term)] == [term]


def test_counts_name_the_states_that_occur(queued, failed):
    queued()
    queued()
    failed()

    assert objects.counts_by_state() == {"queued": 2, "failed": 1}


def test_a_claim_writes_down_its_attempt_and_holds_a_lease(queued):
    notification = objects.claim(queued().pk)

    assert notification.state == "sending"
    assert notification.attempts == 1
    assert notification.lease_until > timezone.now() + timedelta(seconds=100)
    assert [(one.number, one.outcome) for one in notification.attempt_log.all()] == [(1, "")]


@pytest.mark.parametrize("state", ["sending", "sent", "failed", "suppressed"])
def test_only_a_queued_one_can_be_claimed(queued, state):
    assert objects.claim(queued(state=state).pk) is None


def test_one_that_is_put_off_cannot_be_claimed_early(queued):
    assert objects.claim(queued(next_attempt_at=timezone.now() + LEASE).pk) is None


def test_attempts_keep_their_numbers_when_the_count_starts_again(queued):
    notification = queued()
    objects.claim(notification.pk)
    objects.filter(pk=notification.pk).update(state="queued", attempts=0)

    again = objects.claim(notification.pk)

    assert again.attempts == 1
    assert [one.number for one in again.attempt_log.all()] == [1, 2]


def test_a_claim_is_held_until_another_lease_takes_its_place(queued):
    notification = objects.claim(queued().pk)
    assert objects.held(notification).exists()

    objects.filter(pk=notification.pk).update(lease=uuid.uuid4())

    assert not objects.held(notification).exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_that_claim_at_once_one_succeeds(queued):
    pk = queued().pk
    start = threading.Barrier(8)
    claims = []

    def claim() -> None:
        start.wait()
        claims.append(objects.claim(pk))
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([claim for claim in claims if claim]) == 1
    assert len(claims) == 8
    assert objects.get(pk=pk).attempts == 1
