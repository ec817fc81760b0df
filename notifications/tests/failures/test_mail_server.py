"""Rows 9 to 13: what the mail server says, and whom it lets nobody reach."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from notifications import health, outcomes, relaying
from notifications.delivery import deliver
from notifications.models import Attempt, Notification
from notifications.policies import PRINTED
from notifications.tests.moments import ANN, BOB, probe_is_due, put_off_is_over

objects = Notification.objects


def test_09_a_server_that_is_busy_is_left_alone_and_nothing_is_used_up(queued, smtp):
    smtp.greeting = "421 too many connections"
    queued()
    queued()

    assert relaying.relay() == {"mail server out of reach": 1}

    assert set(objects.values_list("state", "attempts")) == {("queued", 0)}
    assert smtp.connections == 1


@pytest.mark.parametrize(
    ("recipients", "data"), [("450 full", ""), ("421 closing", ""), ("", "451 try later")]
)
def test_09_a_refusal_for_now_waits_at_random_and_then_goes(queued, smtp, recipients, data):
    smtp.refused = dict.fromkeys((ANN, BOB), recipients) if recipients else {}
    smtp.reply_to_data = data
    notification = queued()

    assert deliver(notification.pk) == "trying again"

    notification.refresh_from_db()
    assert notification.next_attempt_at < timezone.now() + timedelta(seconds=30)
    assert notification.attempt_log.get().code == int((recipients or data)[:3])
    smtp.behave()
    put_off_is_over()
    assert deliver(notification.pk) == "sent"


@pytest.mark.parametrize("answer", ["421 closing", "450 busy", "451 slow down"])
def test_09_a_sender_who_is_refused_for_now_is_no_trouble_of_the_server(
    queued, smtp, answer, monkeypatch
):
    # By chance a wait may be over before the relay is.
    monkeypatch.setattr(outcomes.random, "random", lambda: 1.0)
    smtp.reply_to_sender = answer
    queued()
    queued()

    assert relaying.relay() == {"trying again": 2}

    assert health.refusing_server() is None
    assert not objects.due().exists()


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_09_what_is_too_much_for_one_connection_goes_over_others_at_once(queued, smtp, command):
    smtp.full_after = {command: 2}
    rows = [queued() for _ in range(5)]

    assert relaying.relay() == {"sent": 5}

    assert [mail["Message-ID"] for mail in smtp.messages] == [row.message_id for row in rows]
    assert smtp.connections == 3
    attempts = Attempt.objects.values_list("number", "outcome", "phase", "code", "error")
    assert list(attempts) == [(1, "sent", "data", 250, "250 OK")] * 5
    assert health.refusing_server() is None


@pytest.mark.parametrize(
    ("recipients", "data"), [("550 no such user", ""), ("", "554 no such thing")]
)
def test_10_a_refusal_for_good_of_everybody_fails_at_once_and_needs_review(
    queued, smtp, recipients, data
):
    smtp.refused = dict.fromkeys((ANN, BOB), recipients) if recipients else {}
    smtp.reply_to_data = data
    notification = queued()

    assert deliver(notification.pk) == "failed"

    failed = objects.needs_review().get()
    assert (recipients or data) in failed.reason
    assert failed.attempt_log.get().code == int((recipients or data)[:3])


def test_11_one_admin_refused_for_good_is_named_and_the_other_has_the_mail(queued, smtp):
    smtp.refused = {BOB: "550 no such user"}
    notification = queued()

    assert deliver(notification.pk) == "partly refused"

    notification.refresh_from_db()
    assert notification.refused == {BOB: "550 no such user"}
    assert smtp.envelopes == [[ANN]]


def test_11_one_admin_refused_for_now_is_tried_again_alone(queued, smtp):
    smtp.refused = {BOB: "450 full"}
    notification = queued()
    assert deliver(notification.pk) == "trying again"
    smtp.refused = {BOB: "550 no such user"}
    put_off_is_over()

    assert deliver(notification.pk) == "partly refused"

    notification.refresh_from_db()
    assert notification.state == "partial"
    assert notification.refused == {BOB: "550 no such user"}
    assert smtp.envelopes == [[ANN]]


def wrong_password(smtp, settings) -> None:
    smtp.refuses_login = True
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "me", "wrong"


def wrong_host(smtp, settings) -> None:
    settings.EMAIL_PORT = 1


def impossible_password(smtp, settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "me", "pässwort"


def impossible_host(smtp, settings) -> None:
    settings.EMAIL_HOST = f"{'ä' * 64}.example.org"


@pytest.mark.parametrize(
    "mistake", [wrong_password, wrong_host, impossible_password, impossible_host]
)
def test_12_a_server_that_lets_nobody_in_is_probed_and_no_attempt_is_used_up(
    queued, smtp, settings, mistake
):
    right = settings.EMAIL_HOST, settings.EMAIL_PORT
    mistake(smtp, settings)
    rows = [queued(), queued()]

    for _ in range(10):
        assert relaying.relay() == {"mail server out of reach": 1}
        assert relaying.relay() == {}
        probe_is_due()

    assert set(objects.values_list("state", "attempts")) == {("queued", 0)}
    assert rows[1].attempt_log.count() == 0
    assert health.refusing_server().refused_since < timezone.now()

    smtp.refuses_login, settings.EMAIL_HOST_PASSWORD = False, "right"
    settings.EMAIL_HOST, settings.EMAIL_PORT = right
    assert relaying.relay() == {"sent": 2}
    assert health.refusing_server() is None


def test_12_a_wrong_password_is_never_written_down(queued, smtp, settings):
    wrong_password(smtp, settings)

    deliver(queued().pk)

    notification = objects.get()
    assert notification.attempt_log.get().code == 535
    assert "wrong" not in notification.reason + notification.attempt_log.get().error


def test_13_without_admins_nothing_is_called_sent_and_a_check_says_so(new, smtp, settings):
    settings.ADMINS = []
    new()

    assert relaying.relay() == {}

    notification = objects.get()
    assert notification.state == "suppressed"
    assert "reaches nobody" in notification.reason
    assert "notifications.W001" in {found.id for found in run_checks()}


@pytest.mark.parametrize("backend", ["console", "dummy"])
def test_13_mail_that_is_printed_is_not_called_sent_in_production(new, smtp, settings, backend):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    settings.PRODUCTION = True
    new()

    assert relaying.relay() == {}

    notification = objects.get()
    assert (notification.state, notification.reason) == ("suppressed", PRINTED)
