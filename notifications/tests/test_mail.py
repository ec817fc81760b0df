import smtplib

import pytest
from django.core import mail as outbox_of

from notifications import mail


def test_a_mail_goes_to_every_admin_with_djangos_prefix(queued, smtp):
    with mail.connection() as backend:
        receipt = mail.send(queued(text="Dune\n"), backend)

    message = smtp.messages[0]
    assert message["Subject"] == "[Django] New Search Term"
    assert message["To"] == "ann@example.org, bob@example.org"
    assert message.get_payload() == "Dune\r\n"
    assert receipt == mail.Receipt(["ann@example.org", "bob@example.org"], {})


def test_the_message_id_is_the_one_in_the_row(queued, smtp):
    notification = queued()

    with mail.connection() as backend:
        mail.send(notification, backend)
        mail.send(notification, backend)

    assert [message["Message-ID"] for message in smtp.messages] == [notification.message_id] * 2


def test_several_mails_share_one_connection(queued, smtp):
    with mail.connection() as backend:
        mail.send(queued(), backend)
        mail.send(queued(), backend)

    assert smtp.connections == 1


def test_one_refused_beside_one_accepted_is_remembered(queued, smtp):
    smtp.refused = {"bob@example.org": "550 no such user"}

    with mail.connection() as backend:
        receipt = mail.send(queued(), backend)

    assert receipt.refused == {"bob@example.org": (550, b"no such user")}


def test_a_refusal_is_not_remembered_for_the_next_mail(queued, smtp):
    with mail.connection() as backend:
        smtp.refused = {"bob@example.org": "550 no such user"}
        mail.send(queued(), backend)
        smtp.refused = {}
        receipt = mail.send(queued(), backend)

    assert receipt.refused == {}


def test_without_admins_the_receipt_names_nobody(queued, smtp, settings):
    settings.ADMINS = []

    with mail.connection() as backend:
        receipt = mail.send(queued(), backend)

    assert receipt.recipients == []
    assert smtp.connections == 0


def test_every_other_backend_is_used_as_it_is(queued, settings):
    settings.ADMINS = [("Ann", "ann@example.org")]
    notification = queued()

    with mail.connection() as backend:
        receipt = mail.send(notification, backend)

    sent = outbox_of.outbox[0]
    assert sent.extra_headers["Message-ID"] == notification.message_id
    assert receipt == mail.Receipt(["ann@example.org"], {})


@pytest.mark.parametrize(("over_ssl", "base"), [(True, smtplib.SMTP_SSL), (False, smtplib.SMTP)])
def test_mail_over_ssl_remembers_refusals_too(over_ssl, base):
    connection_class = mail.SmtpBackend(use_ssl=over_ssl, use_tls=False).connection_class

    assert issubclass(connection_class, base)
    assert connection_class.refused == {}
