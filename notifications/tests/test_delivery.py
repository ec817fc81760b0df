import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from movies.models import SearchTerm
from notifications.delivery import MAX_ATTEMPTS, back_off, deliver
from notifications.models import Notification
from notifications.services import announce_new_term

HOSTILE_TERMS = [
    "a\r\nBcc: victim@example.org",
    "a\x0bBcc: victim@example.org",
    "a\0b",
    "a\ud800b",
    "x" * 10_000,
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "\r\n.\r\n",
]


def test_a_mail_the_server_takes_is_sent(queued, smtp):
    notification = queued()

    assert deliver(notification.pk) == "sent"

    notification.refresh_from_db()
    assert notification.state == "sent"
    assert notification.reason == ""
    assert notification.recipients == ["ann@example.org", "bob@example.org"]
    assert notification.sent_at is not None
    assert notification.lease is None
    attempt = notification.attempt_log.get()
    assert (attempt.outcome, attempt.error) == ("sent", "")
    assert attempt.ended_at is not None
    assert len(smtp.messages) == 1


def test_delivering_twice_mails_once(queued, smtp):
    notification = queued()

    assert deliver(notification.pk) == "sent"
    assert deliver(notification.pk) == "not mine"

    assert len(smtp.messages) == 1


def test_a_refusal_for_now_is_tried_again_later(queued, smtp):
    smtp.reply_to_data = "451 try later"
    notification = queued()

    assert deliver(notification.pk) == "trying again"

    notification.refresh_from_db()
    at = timezone.localtime(notification.next_attempt_at)
    assert notification.state == "queued"
    assert notification.reason == f"Trying again at {at:%H:%M}, attempt 2 of 8: 451 try later"
    assert timezone.now() < notification.next_attempt_at + timedelta(seconds=5)
    assert notification.attempt_log.get().outcome == "temporary"


def test_a_refusal_for_good_fails_at_once_with_the_servers_words(queued, smtp):
    smtp.reply_to_data = "554 no such thing"
    notification = queued()

    assert deliver(notification.pk) == "failed"

    notification.refresh_from_db()
    assert notification.state == "failed"
    assert notification.reason == "554 no such thing"
    assert notification.reviewed_at is None
    attempt = notification.attempt_log.get()
    assert (attempt.outcome, attempt.error) == ("permanent", "554 no such thing")


def trouble_before_dot(server) -> None:
    server.drop_before_dot = True


def trouble_after_dot(server) -> None:
    server.drop_after_dot = True


def trouble_at_greeting(server) -> None:
    server.greeting = "421 too many connections"


def trouble_by_silence(server) -> None:
    server.hangs = True


def trouble_for_all(server) -> None:
    server.refused = {"ann@example.org": "450 full", "bob@example.org": "550 no such user"}


@pytest.mark.parametrize(
    "trouble",
    [
        trouble_before_dot,
        trouble_after_dot,
        trouble_at_greeting,
        trouble_by_silence,
        trouble_for_all,
    ],
)
def test_trouble_that_may_pass_is_tried_again_and_then_sent(queued, smtp, trouble):
    notification = queued()
    trouble(smtp)

    assert deliver(notification.pk) == "trying again"

    smtp.drop_before_dot = smtp.drop_after_dot = smtp.hangs = False
    smtp.greeting = ""
    smtp.refused = {}
    Notification.objects.update(next_attempt_at=timezone.now())
    assert deliver(notification.pk) == "sent"


def test_the_second_attempt_carries_the_message_id_of_the_first(queued, smtp):
    notification = queued()
    smtp.drop_after_dot = True
    deliver(notification.pk)
    smtp.drop_after_dot = False
    Notification.objects.update(next_attempt_at=timezone.now())

    deliver(notification.pk)

    assert [mail["Message-ID"] for mail in smtp.messages] == [notification.message_id] * 2


def test_nobody_listening_is_tried_again(queued, smtp, settings):
    settings.EMAIL_PORT = 1
    notification = queued()

    assert deliver(notification.pk) == "trying again"

    notification.refresh_from_db()
    assert notification.reason.endswith("No connection to 127.0.0.1: Connection refused")


def test_one_admin_refused_beside_another_is_named_in_a_sent_mail(queued, smtp):
    smtp.refused = {"bob@example.org": "550 no such user"}
    notification = queued()

    assert deliver(notification.pk) == "sent"

    notification.refresh_from_db()
    assert notification.state == "sent"
    assert notification.reason == "Refused for bob@example.org (550 no such user)"
    assert smtp.envelopes == [["ann@example.org"]]


def test_without_admins_it_is_not_mailed_and_says_so(queued, smtp, settings):
    settings.ADMINS = []
    notification = queued()

    assert deliver(notification.pk) == "not mailed"

    notification.refresh_from_db()
    assert notification.state == "suppressed"
    assert notification.reason == "This reaches nobody: ADMINS is empty."
    assert notification.attempt_log.get().outcome == "nobody"


def test_an_impossible_address_fails_without_stopping_the_worker(queued, smtp, settings):
    settings.ADMINS = [("Ann", "ann@example.org\nBcc: victim@example.org")]
    notification = queued()

    assert deliver(notification.pk) == "failed"

    notification.refresh_from_db()
    assert notification.reason.startswith("The mail could not be built: ")


def test_after_the_last_attempt_it_is_given_up(queued, smtp):
    smtp.reply_to_data = "451 try later"
    notification = queued(attempts=MAX_ATTEMPTS - 1)

    assert deliver(notification.pk) == "failed"

    notification.refresh_from_db()
    assert notification.reason == "Given up after 8 attempts: 451 try later"
    assert notification.attempt_log.get().outcome == "temporary"


def test_long_answers_are_cut(queued, smtp):
    smtp.reply_to_data = "451 " + "x" * 480
    notification = queued()

    deliver(notification.pk)

    notification.refresh_from_db()
    assert len(notification.reason) == 500
    assert len(notification.attempt_log.get().error) <= 500


# Another worker is another connection, which sees only what is committed.
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_changes_nothing(queued, smtp):
    notification = queued()
    other = uuid.uuid4()
    smtp.on_message = lambda: steal(notification.pk, other)

    assert deliver(notification.pk) == "lease lost"

    notification.refresh_from_db()
    assert (notification.state, notification.lease) == ("sending", other)
    assert notification.attempt_log.get().outcome == ""


def steal(pk: int, lease: uuid.UUID) -> None:
    Notification.objects.filter(pk=pk).update(lease=lease)
    connection.close()


@pytest.mark.parametrize("term", HOSTILE_TERMS)
@pytest.mark.django_db
def test_whatever_was_typed_is_delivered_under_a_clean_subject(smtp, term):
    row = SearchTerm.objects.bulk_create([SearchTerm(term="clean")])[0]
    row.term = term

    notification = announce_new_term(row)

    assert deliver(notification.pk) == "sent"
    mail = smtp.messages[0]
    assert mail["Subject"] == "[Django] New Search Term"
    assert mail["Bcc"] is None
    text = mail.get_payload(decode=True).decode()
    assert text.splitlines()[0].startswith("A new search term was used: '")
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize("term", HOSTILE_TERMS)
def test_whatever_stands_in_a_subject_is_delivered_as_one_header(queued, smtp, term):
    notification = queued(subject=f"Film filled: {term}", text=term)

    assert deliver(notification.pk) == "sent"

    assert smtp.messages[0]["Bcc"] is None
    assert smtp.messages[0]["To"] == "ann@example.org, bob@example.org"


def test_the_wait_doubles_up_to_an_hour_and_is_random():
    waits = {attempts: [back_off(attempts) for _ in range(300)] for attempts in (1, 2, 20)}

    for attempts, bound in {1: 30, 2: 60, 20: 3600}.items():
        assert timedelta(0) <= min(waits[attempts])
        assert timedelta(seconds=bound * 0.8) < max(waits[attempts]) <= timedelta(seconds=bound)
