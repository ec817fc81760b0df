import os
import socket
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from movies.models import SearchTerm
from notifications.models import Notification
from notifications.querysets import LEASE
from notifications.states import Phase, State

pytestmark = pytest.mark.django_db
objects = Notification.objects
SECOND = timedelta(seconds=1)


def test_a_queued_one_whose_time_has_come_is_due(queued):
    notification = queued()
    queued(next_attempt_at=timezone.now() + LEASE)
    queued(passed_at=None)
    queued(state="sent")

    assert list(objects.due()) == [notification]


def test_only_a_sending_one_whose_lease_is_over_is_stuck(queued):
    lost = queued(state="sending", lease_until=timezone.now() - SECOND)
    queued(state="sending", lease_until=timezone.now() + LEASE)

    assert list(objects.stuck()) == [lost]


def test_a_failure_or_a_doubt_needs_review_until_somebody_saw_it(queued, failed):
    rows = [failed(), queued(state="uncertain")]
    failed(reviewed_at=timezone.now())
    queued(state="uncertain", reviewed_at=timezone.now())
    queued(state="expired")

    assert list(objects.needs_review().order_by("pk")) == rows


def test_a_way_that_the_table_does_not_know_is_refused(queued):
    notification = queued(state="sent")

    with pytest.raises(ValueError, match="no way from sent to queued"):
        objects.all().move(State.QUEUED, leaving=[State.SENT])

    notification.refresh_from_db()
    assert notification.state == "sent"


def test_a_row_that_has_been_moved_by_somebody_else_is_left_alone(queued):
    queued(state="cancelled")

    assert objects.all().move(State.EXPIRED, leaving=[State.QUEUED]) == 0


def test_what_is_no_longer_being_sent_is_nobodys(queued):
    objects.claim(queued().pk)

    objects.all().move(State.SENT, leaving=[State.SENDING], sent_at=timezone.now())

    notification = objects.get()
    assert (notification.lease, notification.lease_until, notification.phase) == (None, None, "")


def test_a_batch_takes_the_longest_due_first_and_begins_none(queued):
    now = timezone.now()
    rows = [queued(next_attempt_at=now - number * SECOND) for number in range(3)]

    batch = objects.claim_due(2)

    assert batch == [rows[2], rows[1]]
    assert {notification.phase for notification in batch} == {""}
    assert [one.number for row in batch for one in row.attempt_log.all()] == [1, 1]
    assert objects.claim_due(2) == [rows[0]]
    assert objects.claim_due(2) == []


def test_an_attempt_says_who_makes_it(queued):
    attempt = objects.claim(queued().pk).attempt_log.get()

    assert attempt.worker == f"{socket.gethostname()}:{os.getpid()}"


def test_reaching_data_renews_the_lease_of_whoever_holds_it(queued):
    notification = objects.claim(queued().pk)
    objects.update(lease_until=timezone.now())

    assert objects.reach(notification, Phase.DATA)

    notification.refresh_from_db()
    assert notification.phase == "data"
    assert notification.lease_until > timezone.now() + LEASE - 10 * SECOND


def test_bodies_are_left_out_of_lists(queued):
    queued()

    assert {"text", "html"} <= objects.without_bodies().get().get_deferred_fields()


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
    objects.all().move(State.QUEUED, leaving=[State.SENDING], attempts=0)

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


@pytest.fixture
def _large_log(db):
    """Write so many rows that a database with a sense for it goes by what is rare."""
    now = timezone.now()
    many = (
        Notification(
            kind=f"kind {number % 7}",
            dedup_key=str(number),
            message_id=str(number),
            state="sent",
            sent_at=now,
            passed_at=now - timedelta(minutes=number) if number % 2 else None,
        )
        for number in range(3000)
    )
    objects.bulk_create(many)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE notifications_notification")


def questions() -> dict:
    """Return what is asked all the time, under the index that holds the answers alone."""
    held = objects.filter(state="held")
    return {
        "notification_due": objects.due().order_by("next_attempt_at", "pk")[:20],
        "notification_unsorted": objects.unsorted().order_by("pk"),
        "notification_leased": objects.stuck().order_by("lease_until"),
        "notification_held": held.filter(kind="kind 1", next_attempt_at__lte=timezone.now()),
        "notification_expiring": objects.expired(),
        "notification_passed": objects.filter(kind="kind 1", passed_at__gt=timezone.now()),
        "notification_needs_review": objects.needs_review().order_by(),
    }


@pytest.mark.usefixtures("_large_log")
def test_what_is_asked_all_the_time_is_read_from_a_partial_index():
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"

    for index, question in questions().items():
        sql, params = question.query.sql_with_params()
        # With parameters, as it runs: of a state in the text SQLite knows more.
        with connection.cursor() as cursor:
            cursor.execute(f"{explain} {sql}", params)
            plan = "\n".join(str(row[-1]) for row in cursor.fetchall())

        assert index in plan
