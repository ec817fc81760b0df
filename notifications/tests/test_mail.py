from email import message_from_bytes

import pytest
from django.core import mail as outbox_of

from notifications import mail
from notifications.models import Notification
from notifications.states import Phase
from notifications.tests.moments import ANN, BOB

OURS = {"Message-ID", "Date", "Auto-Submitted", "X-Notification-Id"}


def send(notification: Notification, backend, before_data=lambda: None) -> mail.Receipt:
    return mail.send(mail.Recorder(backend, notification, before_data))


def test_a_mail_goes_to_every_admin_with_djangos_prefix(queued, smtp):
    with mail.connection() as backend:
        receipt = send(queued(text="Dune\n"), backend)

    message = smtp.messages[0]
    assert message["Subject"] == "[Django] New Search Term"
    assert message["To"] == "ann@example.org, bob@example.org"
    text, html = message.get_payload()
    assert text.get_payload().startswith("Dune\r\n")
    assert html.get_content_type() == "text/html"
    assert receipt == mail.Receipt([ANN, BOB], "250 OK", {})


def test_a_mail_without_html_is_text_alone(queued, smtp):
    with mail.connection() as backend:
        send(queued(html=""), backend)

    assert smtp.messages[0].get_content_type() == "text/plain"


def test_the_headers_are_those_of_the_row_and_a_machines(queued, smtp):
    notification = queued()

    with mail.connection() as backend:
        send(notification, backend)

    message = smtp.messages[0]
    assert message["Message-ID"] == notification.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Notification-Id"] == str(notification.uuid)


@pytest.mark.parametrize("fields", [{"html": ""}, {}], ids=["text only", "with HTML"])
def test_the_same_row_sent_twice_is_the_same_mail_to_the_byte(queued, smtp, fields):
    notification = queued(**fields)

    for _ in range(2):
        with mail.connection() as backend:
            send(Notification.objects.get(pk=notification.pk), backend)

    first, second = smtp.sources
    assert first == second
    # Nobody alters it on the way: this is also what staff may look at.
    assert first == mail.source(notification)


def test_what_a_mail_would_be_names_its_admins_and_has_its_headers(queued, smtp):
    source = message_from_bytes(mail.source(queued()))

    assert source["To"] == "ann@example.org, bob@example.org"
    assert set(source.keys()) >= OURS
    assert smtp.connections == 0


def test_a_mail_to_nobody_has_no_source(queued, settings):
    settings.ADMINS = []

    assert mail.source(queued()) == b""


def test_several_mails_share_one_connection(queued, smtp):
    with mail.connection() as backend:
        send(queued(), backend)
        send(queued(), backend)

    assert smtp.connections == 1


def test_one_refused_beside_one_accepted_is_remembered(queued, smtp):
    smtp.refused = {BOB: "550 no such user"}

    with mail.connection() as backend:
        receipt = send(queued(), backend)

    assert receipt.refused == {BOB: (550, b"no such user")}


def test_a_refusal_is_not_remembered_for_the_next_mail(queued, smtp):
    with mail.connection() as backend:
        smtp.refused = {BOB: "550 no such user"}
        send(queued(), backend)
        smtp.refused = {}
        receipt = send(queued(), backend)

    assert receipt.refused == {}


def test_how_far_a_mail_came_is_not_remembered_for_one_that_cannot_be_built(queued, smtp, settings):
    with mail.connection() as backend:
        send(queued(), backend)
        settings.ADMINS = [("Ann", "ann@example.org\nBcc: victim@example.org")]
        recorder = mail.Recorder(backend, queued(), lambda: None)

        with pytest.raises(ValueError, match="Invalid address"):
            mail.send(recorder)

        assert recorder.phase == Phase.CONNECT


def test_who_has_it_already_is_named_in_the_header_and_not_mailed_again(queued, smtp):
    with mail.connection() as backend:
        send(queued(recipients=[ANN, BOB], remaining=[BOB]), backend)

    assert smtp.envelopes == [[BOB]]
    assert smtp.messages[0]["To"] == "ann@example.org, bob@example.org"


def test_whoever_became_an_admin_since_is_mailed_in_place_of_who_was_refused(
    queued, smtp, settings
):
    settings.ADMINS = [("Ann", ANN), ("Bob", "bob@example.com")]

    with mail.connection() as backend:
        receipt = send(queued(recipients=[ANN, BOB], remaining=[BOB]), backend)

    assert smtp.envelopes == [["bob@example.com"]]
    assert receipt.refused == {}


def test_where_nobody_is_left_to_mail_to_nothing_is_handed_over(queued, smtp, settings):
    settings.ADMINS = [("Ann", ANN)]

    with mail.connection() as backend:
        receipt = send(queued(recipients=[ANN, BOB], remaining=[BOB]), backend)

    assert receipt == mail.Receipt([ANN], "", {})
    assert smtp.messages == []


def test_it_is_asked_once_more_before_the_text_is_handed_over(queued, smtp):
    class TooLate(Exception):
        pass

    def refuse() -> None:
        raise TooLate

    with mail.connection() as backend, pytest.raises(TooLate):
        send(queued(), backend, refuse)

    assert smtp.connections == 1
    assert smtp.messages == []


def test_it_is_asked_over_another_connection_too(queued, smtp):
    smtp.full_after = {"MAIL": 1}
    asked = []

    with mail.connection() as backend:
        send(queued(), backend)
        receipt = send(queued(), backend, lambda: asked.append(smtp.connections))

    assert asked == [2]
    assert receipt == mail.Receipt([ANN, BOB], "250 OK", {})


def test_without_admins_the_receipt_names_nobody(queued, smtp, settings):
    settings.ADMINS = []

    with mail.connection() as backend:
        receipt = send(queued(), backend)

    assert receipt.recipients == []
    assert smtp.connections == 0


def test_every_other_backend_is_used_as_it_is_after_asking(queued, settings):
    settings.ADMINS = [("Ann", ANN)]
    notification = queued()
    asked = []

    with mail.connection() as backend:
        receipt = send(notification, backend, lambda: asked.append("before the text"))

    sent = outbox_of.outbox[0]
    assert sent.extra_headers["Message-ID"] == notification.message_id
    assert receipt == mail.Receipt([ANN], "", {})
    assert asked == ["before the text"]
