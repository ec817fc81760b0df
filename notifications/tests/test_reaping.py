"""What a worker that is gone had claimed, by how far it had come."""

from notifications import relaying
from notifications.delivery import deliver
from notifications.models import Notification
from notifications.outcomes import MAX_ATTEMPTS
from notifications.states import Phase
from notifications.tests.moments import leases_are_over

objects = Notification.objects


def test_a_lost_worker_is_found_and_its_mail_sent_again(queued, smtp):
    notification = objects.claim(queued().pk)
    leases_are_over()

    assert relaying.reap() == {"trying again": 1}

    notification.refresh_from_db()
    assert notification.state == "queued"
    assert "attempt 2 of 8: The worker was lost while sending." in notification.reason
    attempt = notification.attempt_log.get()
    assert (attempt.outcome, attempt.phase) == ("crashed", "connect")


def test_a_worker_lost_in_the_middle_of_the_text_leaves_a_doubt(queued):
    notification = objects.claim(queued().pk)
    objects.reach(notification, Phase.DATA)
    leases_are_over()

    assert relaying.reap() == {"in doubt, sending again": 1}

    attempt = notification.attempt_log.get()
    assert (attempt.outcome, attempt.phase) == ("crashed", "data")


def test_a_worker_lost_in_the_last_attempt_fails_the_mail(queued):
    notification = objects.claim(queued(attempts=MAX_ATTEMPTS - 1).pk)
    leases_are_over()

    assert relaying.reap() == {"failed": 1}

    notification.refresh_from_db()
    assert notification.state == "failed"


def test_what_a_lost_worker_had_not_begun_goes_back_untouched(queued):
    rows = [queued(), queued()]
    first, _ = objects.claim_due(2)
    objects.reach(first, Phase.CONNECT)
    leases_are_over()

    assert relaying.reap() == {"trying again": 1}

    begun, untouched = (objects.get(pk=row.pk) for row in rows)
    assert (begun.attempts, begun.tries) == (1, 1)
    assert (untouched.state, untouched.attempts, untouched.tries) == ("queued", 0, 0)
    assert not untouched.attempt_log.exists()


def test_what_somebody_else_has_by_now_is_not_given_back(queued):
    queued()
    batch = objects.claim_due(1)
    leases_are_over()
    relaying.reap()
    other = objects.claim(batch[0].pk)

    relaying.release(batch)

    assert objects.held(other).exists()
    assert other.attempt_log.count() == 1


def test_what_went_back_untouched_numbers_its_attempts_as_ever(queued, smtp):
    notification = queued()
    objects.claim_due(1)
    leases_are_over()
    relaying.reap()

    assert deliver(notification.pk) == "sent"

    assert notification.attempt_log.get().number == 1


def test_what_lost_its_attempts_is_taken_back_all_the_same(queued):
    notification = objects.claim(queued().pk)
    notification.attempt_log.all().delete()
    leases_are_over()

    assert relaying.reap() == {"trying again": 1}


def test_a_lease_that_still_runs_is_left_alone(queued):
    objects.claim(queued().pk)

    assert relaying.reap() == {}
