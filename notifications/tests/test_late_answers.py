"""What a worker that was given up hears, and what the row makes of it."""

import smtplib

import pytest

from notifications import outcomes
from notifications.models import Notification
from notifications.outcomes import finish, finish_and_begin
from notifications.states import Phase
from notifications.tests.endings import NOW, arrived, broke
from notifications.tests.moments import BOB, leases_are_over

PERMANENT = smtplib.SMTPDataError(554, b"no such thing")


def given_up(notification: Notification, **now: object) -> None:
    """The row went on without whoever holds `notification`."""
    Notification.objects.filter(pk=notification.pk).update(
        lease=None, lease_until=None, phase="", **now
    )


@pytest.mark.parametrize("state", ["queued", "uncertain", "failed", "cancelled", "expired"])
def test_what_arrived_is_sent_whatever_became_of_the_row_meanwhile(claimed, state):
    notification = claimed()
    given_up(notification, state=state, reason="In doubt")

    assert finish(notification, arrived(notification)) == "sent, heard late"

    notification.refresh_from_db()
    assert (notification.state, notification.reason) == ("sent", "")
    assert notification.attempt_log.get().outcome == "late"


def test_a_late_answer_takes_it_from_who_has_not_handed_it_over_yet(claimed):
    first = claimed()
    given_up(first, state="queued")
    second = Notification.objects.claim(first.pk)

    assert finish(first, arrived(first)) == "sent, heard late"

    assert not Notification.objects.reach(second, Phase.DATA)


def test_a_late_answer_leaves_alone_who_hands_it_over_already(claimed):
    first = claimed()
    given_up(first, state="queued")
    second = Notification.objects.claim(first.pk)
    Notification.objects.reach(second, Phase.DATA)

    assert finish(first, arrived(first)) == "lease lost"
    assert finish(second, arrived(second)) == "sent"

    outcomes_of_both = first.attempt_log.values_list("outcome", flat=True)
    assert list(outcomes_of_both) == ["late", "sent"]


@pytest.mark.parametrize("answer", ["550 no", "450 full"])
def test_a_late_answer_tells_who_was_refused(claimed, answer):
    notification = claimed()
    given_up(notification, state="uncertain")

    assert finish(notification, arrived(notification, bob=answer)) == "sent, heard late"

    notification.refresh_from_db()
    assert (notification.state, notification.refused) == ("partial", {BOB: answer})
    assert notification.reason == f"Refused for bob@example.org ({answer})"


@pytest.mark.parametrize("state", ["sent", "partial"])
def test_a_late_answer_changes_nothing_that_is_over(claimed, state):
    notification = claimed()
    given_up(notification, state=state, sent_at=NOW)

    assert finish(notification, arrived(notification)) == "lease lost"

    notification.refresh_from_db()
    assert notification.state == state
    assert notification.attempt_log.get().outcome == "late"


def test_a_late_error_is_written_down_and_ignored(claimed):
    notification = claimed()
    given_up(notification, state="queued")

    assert finish(notification, broke(notification, PERMANENT)) == "lease lost"

    notification.refresh_from_db()
    assert notification.state == "queued"
    assert notification.attempt_log.get().outcome == "permanent"


def test_whoever_woke_up_again_is_not_taken_for_lost(claimed):
    notification = claimed()
    leases_are_over()
    Notification.objects.reach(notification, Phase.DATA)
    ending = outcomes.in_doubt(notification, "crashed", began=NOW, words="lost")

    assert finish(notification, ending, only_if_stuck=True) == "lease lost"

    notification.refresh_from_db()
    assert notification.state == "sending"
    assert notification.attempt_log.get().outcome == ""


def test_the_next_mail_begins_with_the_end_of_the_last(claimed):
    last, following = claimed(), claimed()
    Notification.objects.filter(pk=following.pk).update(phase="")

    assert finish_and_begin(last, arrived(last), following) == ("sent", True)

    following.refresh_from_db()
    assert (following.state, following.phase) == ("sending", "connect")
    assert last.attempt_log.get().outcome == "sent"


def test_the_next_mail_begins_though_the_last_was_given_up_meanwhile(claimed):
    last, following = claimed(), claimed()
    given_up(last, state="queued")

    assert finish_and_begin(last, arrived(last), following) == ("sent, heard late", True)

    assert last.attempt_log.get().outcome == "late"


def test_the_last_mail_ends_though_the_next_is_somebody_elses(claimed):
    last, following = claimed(), claimed()
    given_up(following, state="cancelled")

    assert finish_and_begin(last, arrived(last), following) == ("sent", False)

    last.refresh_from_db()
    assert last.state == "sent"
