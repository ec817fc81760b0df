import uuid

import pytest
from django.db import OperationalError, connection

from movies.models import SearchTerm
from notifications import announcing, circuit, delivery
from notifications.delivery import deliver
from notifications.models import Notification
from notifications.services import notify
from notifications.tests.moments import ANN, BOB, change_policy, probe_is_due, put_off_is_over

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
    assert notification.lease is None
    assert len(smtp.messages) == 1


def test_a_new_row_is_asked_about_first_and_mailed(new, smtp):
    assert deliver(new().pk) == "sent"


def test_a_new_row_of_a_kind_that_is_switched_off_is_not_mailed(new, smtp):
    change_policy(enabled=False)

    assert deliver(new().pk) == "not mine"

    assert Notification.objects.get().state == "suppressed"
    assert smtp.connections == 0


def test_delivering_twice_mails_once(queued, smtp):
    notification = queued()

    assert deliver(notification.pk) == "sent"
    assert deliver(notification.pk) == "not mine"

    assert len(smtp.messages) == 1


def test_nobody_listening_opens_the_circuit_for_everybody(queued, smtp, settings):
    settings.EMAIL_PORT = 1
    first, second = queued(), queued()

    assert deliver(first.pk) == "mail server out of reach"
    assert deliver(second.pk) == "mail server out of reach"

    first.refresh_from_db()
    assert first.reason.endswith("No connection to 127.0.0.1: Connection refused")
    assert first.attempt_log.count() == 1
    assert second.attempt_log.count() == 0


def test_one_that_goes_after_a_minute_closes_the_circuit(queued, smtp, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    notification = queued()
    deliver(notification.pk)
    settings.EMAIL_PORT = port
    probe_is_due()

    assert deliver(notification.pk) == "sent"

    assert not circuit.is_open()


def test_without_admins_it_is_not_mailed_and_says_so(queued, smtp, settings):
    settings.ADMINS = []
    notification = queued()

    assert deliver(notification.pk) == "not mailed"

    notification.refresh_from_db()
    assert notification.reason == "This reaches nobody: ADMINS is empty."


def test_an_impossible_address_fails_without_stopping_the_worker(queued, smtp, settings):
    settings.ADMINS = [("Ann", "ann@example.org\nBcc: victim@example.org")]
    notification = queued()

    assert deliver(notification.pk) == "failed"

    notification.refresh_from_db()
    assert notification.reason.startswith("The mail could not be built: ")


def test_one_who_is_refused_for_now_is_mailed_alone_later(queued, smtp):
    smtp.refused = {BOB: "450 full"}
    notification = queued()
    assert deliver(notification.pk) == "trying again"
    smtp.behave()
    put_off_is_over()

    assert deliver(notification.pk) == "sent"

    assert smtp.envelopes == [[ANN], [BOB]]
    notification.refresh_from_db()
    assert (notification.state, notification.refused) == ("sent", {})


@pytest.mark.parametrize("kept", [[], ["ann@bücher.example", BOB]], ids=["new row", "older row"])
def test_who_has_it_is_known_by_an_international_address_too(queued, smtp, settings, kept):
    settings.ADMINS = [("Ann", "ann@bücher.example"), ("Bob", BOB)]
    smtp.refused = {BOB: "450 full"}
    notification = queued()
    assert deliver(notification.pk) == "trying again"
    smtp.behave()
    put_off_is_over()
    if kept:
        Notification.objects.update(recipients=kept)

    assert deliver(notification.pk) == "sent"

    assert smtp.envelopes == [["ann@xn--bcher-kva.example"], [BOB]]


def test_whatever_the_server_says_is_written_down_and_the_mail_sent_once(queued, smtp):
    smtp.refused, smtp.reply_to_data = {BOB: "550 no such\0 user"}, "250 OK\0 thanks"
    notification = queued()

    assert deliver(notification.pk) == "partly refused"

    notification.refresh_from_db()
    assert notification.refused == {BOB: "550 no such user"}
    assert notification.attempt_log.get().error == "250 OK thanks"


# Another worker is another connection, which sees only what is committed.
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_before_the_text_mails_nothing(queued, smtp):
    notification = queued()
    smtp.on_recipient = lambda: steal(notification.pk)

    assert deliver(notification.pk) == "lease lost"

    assert smtp.messages == []
    notification.refresh_from_db()
    assert notification.state == "sending"
    assert notification.attempt_log.get().outcome == "stopped"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_after_the_text_leaves_the_row_to_whoever_has_it(queued, smtp):
    notification = queued()
    smtp.on_message = lambda: steal(notification.pk)

    assert deliver(notification.pk) == "lease lost"

    notification.refresh_from_db()
    assert notification.state == "sending"
    assert notification.attempt_log.get().outcome == "late"


def steal(pk: int) -> None:
    Notification.objects.filter(pk=pk).update(lease=uuid.uuid4())
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_the_server_said_is_written_once_the_database_is_back():
    failures = iter([OperationalError("away"), OperationalError("away")])

    def write() -> str:
        for failure in failures:
            raise failure
        return "written"

    assert delivery.stubbornly(write) == "written"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_away_is_waited_for_no_longer_than_the_lease(monkeypatch):
    monkeypatch.setattr(delivery, "LEASE", -delivery.LEASE)

    def write() -> None:
        raise OperationalError("away")

    with pytest.raises(OperationalError):
        delivery.stubbornly(write)


@pytest.mark.parametrize("term", HOSTILE_TERMS)
@pytest.mark.django_db
def test_whatever_was_typed_is_delivered_under_a_clean_subject(smtp, term):
    row = SearchTerm.objects.bulk_create([SearchTerm(term="clean")])[0]
    row.term = term

    notification = notify(announcing.new_term(row))

    assert deliver(notification.pk) == "sent"
    mail = smtp.messages[0]
    assert mail["Subject"] == "[Django] New Search Term"
    assert mail["Bcc"] is None
    text, html = (part.get_payload(decode=True).decode() for part in mail.get_payload())
    first, blank, *links = text.splitlines()
    assert first.startswith("A new search term was used: '")
    assert blank == ""
    assert all("http://localhost:8000/admin/" in line for line in links if line)
    assert "<script>" not in html


@pytest.mark.parametrize("term", HOSTILE_TERMS)
def test_whatever_stands_in_a_subject_is_delivered_as_one_header(queued, smtp, term):
    notification = queued(subject=f"Film filled: {term}", text=term)

    assert deliver(notification.pk) == "sent"

    assert smtp.messages[0]["Bcc"] is None
    assert smtp.messages[0]["To"] == "ann@example.org, bob@example.org"
    assert smtp.messages[0]["Date"] is not None
