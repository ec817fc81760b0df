import smtplib
from datetime import timedelta

import pytest

from notifications import mail, outcomes, policies
from notifications.models import Notification
from notifications.outcomes import (
    MAX_ATTEMPTS,
    MAX_REPEATS,
    back_off,
    finish,
)
from notifications.states import Phase
from notifications.tests.endings import NOW, arrived, broke
from notifications.tests.moments import ANN, BOB, change_policy

TEMPORARY = smtplib.SMTPDataError(451, b"try later")
PERMANENT = smtplib.SMTPDataError(554, b"no such thing")
HUNG_UP = smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
NO_ANSWER = smtplib.SMTPDataError(-1, b"HTTP/1.1 400 Bad Request")


def test_the_wait_doubles_up_to_an_hour_and_is_random():
    waits = {attempts: [back_off(attempts) for _ in range(300)] for attempts in (1, 2, 20)}

    for attempts, bound in {1: 30, 2: 60, 20: 3600}.items():
        assert timedelta(0) <= min(waits[attempts])
        assert timedelta(seconds=bound * 0.8) < max(waits[attempts]) <= timedelta(seconds=bound)


def test_what_everybody_took_is_sent(claimed):
    notification = claimed()

    assert finish(notification, arrived(notification)) == "sent"

    notification.refresh_from_db()
    assert (notification.state, notification.reason) == ("sent", "")
    assert notification.recipients == [ANN, BOB]
    assert not notification.has_refused
    attempt = notification.attempt_log.get()
    assert (attempt.outcome, attempt.phase, attempt.code) == ("sent", "data", 250)
    assert attempt.error == "250 OK"
    assert attempt.ended_at is not None


def test_who_is_refused_for_good_beside_another_is_partly_refused(claimed):
    notification = claimed()

    assert finish(notification, arrived(notification, bob="550 no")) == "partly refused"

    notification.refresh_from_db()
    assert notification.state == "partial"
    assert notification.reason == "Refused for bob@example.org (550 no)"
    assert (notification.refused, notification.has_refused) == ({BOB: "550 no"}, True)
    assert notification.attempt_log.get().refused == {BOB: "550 no"}


def test_who_is_refused_for_now_is_tried_again_alone(claimed):
    notification = claimed()

    assert finish(notification, arrived(notification, bob="450 full")) == "trying again"

    notification.refresh_from_db()
    assert notification.state == "queued"
    assert "attempt 2 of 8: bob@example.org cannot be reached yet (450 full)" in notification.reason
    assert notification.not_mailed_again == {ANN}
    assert notification.sent_at is not None
    assert not notification.has_refused


def test_who_is_refused_for_good_stays_so_while_another_is_tried_again(claimed):
    notification = claimed()
    finish(notification, arrived(notification, ann="550 no", bob="450 full"))
    Notification.objects.update(next_attempt_at=NOW)
    again = Notification.objects.claim(notification.pk)
    assert again.not_mailed_again == {ANN}

    assert finish(again, arrived(again)) == "partly refused"

    again.refresh_from_db()
    assert again.refused == {ANN: "550 no"}


def test_who_cannot_be_reached_in_the_last_attempt_is_refused(claimed):
    notification = claimed(attempts=MAX_ATTEMPTS - 1)

    finish(notification, arrived(notification, bob="450 full"))

    notification.refresh_from_db()
    assert (notification.state, notification.refused) == ("partial", {BOB: "450 full"})


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TEMPORARY, "Given up after 8 attempts: 451 try later"),
        (PERMANENT, "554 no such thing"),
    ],
)
def test_the_rest_that_fails_leaves_partly_refused_what_others_have(claimed, error, words):
    rest = {"sent_at": NOW, "recipients": [ANN, BOB], "remaining": [BOB]}
    notification = claimed(attempts=MAX_ATTEMPTS - 1, **rest)

    assert finish(notification, broke(notification, error)) == "partly refused"

    notification.refresh_from_db()
    assert notification.state == "partial"
    assert notification.refused == {BOB: words.removeprefix("Given up after 8 attempts: ")}
    assert notification.has_refused


def test_a_refusal_that_is_over_is_forgotten(claimed):
    before = {"refused": {ANN: "550 no", BOB: "550 no"}, "has_refused": True}
    notification = claimed(**before)

    assert finish(notification, arrived(notification)) == "sent"

    notification.refresh_from_db()
    assert (notification.refused, notification.has_refused) == ({}, False)


def test_a_mail_to_nobody_is_not_sent(claimed):
    notification = claimed()
    nobody = outcomes.of_receipt(notification, mail.Receipt([], "", {}), NOW)

    assert finish(notification, nobody) == "not mailed"

    notification.refresh_from_db()
    assert (notification.state, notification.reason) == ("suppressed", policies.NOBODY)
    assert notification.attempt_log.get().outcome == "nobody"


def test_a_refusal_for_now_waits_and_says_why(claimed):
    notification = claimed()

    assert finish(notification, broke(notification, TEMPORARY)) == "trying again"

    notification.refresh_from_db()
    assert notification.state == "queued"
    assert notification.reason == "Trying again, attempt 2 of 8: 451 try later"
    attempt = notification.attempt_log.get()
    assert (attempt.outcome, attempt.code, attempt.error) == ("temporary", 451, "451 try later")


def test_a_refusal_for_good_fails_with_the_servers_words(claimed):
    notification = claimed()

    assert finish(notification, broke(notification, PERMANENT)) == "failed"

    notification.refresh_from_db()
    assert (notification.state, notification.reason) == ("failed", "554 no such thing")
    attempt = notification.attempt_log.get()
    assert (attempt.outcome, attempt.code) == ("permanent", 554)


def test_when_everybody_is_refused_for_good_each_is_named(claimed):
    notification = claimed()
    error = smtplib.SMTPRecipientsRefused({ANN: (550, b"no"), BOB: (553, b"nor me")})

    finish(notification, broke(notification, error, Phase.CONNECT))

    notification.refresh_from_db()
    assert notification.state == "failed"
    assert notification.refused == {ANN: "550 no", BOB: "553 nor me"}
    assert notification.has_refused
    assert notification.attempt_log.get().phase == "connect"


def test_after_the_last_attempt_it_is_given_up(claimed):
    notification = claimed(attempts=MAX_ATTEMPTS - 1)

    assert finish(notification, broke(notification, TEMPORARY)) == "failed"

    notification.refresh_from_db()
    assert notification.reason == "Given up after 8 attempts: 451 try later"
    assert notification.attempt_log.get().outcome == "temporary"


def test_long_answers_are_cut_to_what_fits(claimed):
    notification = claimed()
    error = smtplib.SMTPDataError(451, b"x" * 1000)

    finish(notification, broke(notification, error))

    notification.refresh_from_db()
    assert len(notification.reason) == 500
    assert len(notification.attempt_log.get().error) == 500


@pytest.mark.parametrize("error", [HUNG_UP, TimeoutError("timed out"), NO_ANSWER])
def test_what_is_not_answered_after_data_is_in_doubt_and_sent_again(claimed, error):
    notification = claimed()

    assert finish(notification, broke(notification, error)) == "in doubt, sending again"

    notification.refresh_from_db()
    assert (notification.state, notification.repeats) == ("queued", 1)
    assert "No reply, so the same mail is sent again: " in notification.reason
    attempt = notification.attempt_log.get()
    assert (attempt.outcome, attempt.phase, attempt.code) == ("uncertain", "data", None)


def test_what_is_held_when_in_doubt_waits_for_a_person(claimed):
    change_policy(ambiguous="hold")
    notification = claimed()

    assert finish(notification, broke(notification, HUNG_UP)) == "in doubt"

    notification.refresh_from_db()
    assert notification in Notification.objects.needs_review()
    assert notification.reason.startswith("It was handed over, and no reply came: ")


@pytest.mark.parametrize(
    "used_up", [{"repeats": MAX_REPEATS}, {"attempts": MAX_ATTEMPTS - 1}], ids=["repeats", "tries"]
)
def test_what_was_in_doubt_too_often_waits_for_a_person(claimed, used_up):
    notification = claimed(**used_up)

    finish(notification, broke(notification, HUNG_UP))

    notification.refresh_from_db()
    assert notification.state == "uncertain"


@pytest.mark.parametrize("error", [HUNG_UP, TimeoutError("timed out")])
def test_what_breaks_before_the_text_is_in_no_doubt(claimed, error):
    notification = claimed()

    assert finish(notification, broke(notification, error, Phase.CONNECT)) == "trying again"

    notification.refresh_from_db()
    assert notification.repeats == 0


def test_a_server_out_of_reach_uses_up_no_attempt(claimed):
    notification = claimed()
    error = ConnectionRefusedError(111, "Connection refused")

    word = finish(notification, broke(notification, error, Phase.CONNECT, reached=False))

    assert word == "mail server out of reach"
    notification.refresh_from_db()
    assert (notification.state, notification.attempts, notification.tries) == ("queued", 0, 1)
    assert notification.reason.startswith("The mail server is out of reach; it is tried every ")
    assert notification in Notification.objects.due()
    assert notification.attempt_log.get().outcome == "unreachable"


def test_a_sender_who_is_refused_is_refused_for_everybody(claimed):
    notification = claimed()
    error = smtplib.SMTPSenderRefused(550, b"who are you", "marquee@localhost")

    word = finish(notification, broke(notification, error, Phase.CONNECT))

    assert word == "mail server out of reach"


def test_a_mail_that_is_too_large_is_no_fault_of_the_sender(claimed):
    notification = claimed()
    error = smtplib.SMTPSenderRefused(552, b"too large", "marquee@localhost")

    assert finish(notification, broke(notification, error, Phase.CONNECT)) == "failed"


def test_who_was_taken_over_before_the_text_changes_nothing(claimed):
    notification = claimed()

    assert finish(notification, outcomes.stopped(NOW)) == "lease lost"

    notification.refresh_from_db()
    assert notification.state == "sending"
    assert notification.attempt_log.get().outcome == "stopped"
