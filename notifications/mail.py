"""The one place that mails: `mail_admins` over a connection that remembers what it did."""

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection, mail_admins
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from notifications.models import Notification
from notifications.refusals import Replies

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


class _RemembersRefusals:
    """Keeps the recipients refused beside others that were accepted; Django drops them."""

    refused: Replies = {}

    def sendmail(self, *args: Any, **options: Any) -> Replies:
        self.refused = {}
        self.refused = super().sendmail(*args, **options)  # type: ignore[misc]
        return self.refused


class _Smtp(_RemembersRefusals, smtplib.SMTP):  # type: ignore[misc]
    pass


class _SmtpOverSsl(_RemembersRefusals, smtplib.SMTP_SSL):  # type: ignore[misc]
    pass


class SmtpBackend(EmailBackend):
    """Django's SMTP backend, whose connection also remembers who was refused last."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverSsl if self.use_ssl else _Smtp


class Recorder(BaseEmailBackend):
    """Hand a mail to `backend` under its frozen Message-ID; remember whom it went to."""

    def __init__(self, backend: BaseEmailBackend, message_id: str) -> None:
        super().__init__()
        self.backend = backend
        self.message_id = message_id
        self.recipients: list[str] = []
        self.refused: Replies = {}

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            message.extra_headers["Message-ID"] = self.message_id
            self.recipients += message.recipients()
        # Opened here, the connection outlives the mail: a server that stumbles over QUIT
        # does not make a mail it accepted look lost, and the next one finds it open.
        self.backend.open()
        sent = self.backend.send_messages(email_messages)
        self.refused = getattr(getattr(self.backend, "connection", None), "refused", {})
        return sent


@dataclass(frozen=True, slots=True)
class Receipt:
    """Whom a mail was addressed to, nobody if ADMINS is empty, and who of them was refused."""

    recipients: list[str]
    refused: Replies


@contextmanager
def connection() -> Iterator[BaseEmailBackend]:
    """Yield a way to the mail server; it opens with the first mail that is sent over it."""
    backend = SmtpBackend() if settings.EMAIL_BACKEND == SMTP_BACKEND else get_connection()
    try:
        yield backend
    finally:
        hang_up(backend)


def hang_up(backend: BaseEmailBackend) -> None:
    """Close the connection; the next mail opens another one."""
    with suppress(OSError):  # smtplib's errors among them: nothing is left to be lost
        backend.close()


def send(notification: Notification, backend: BaseEmailBackend) -> Receipt:
    """Mail `notification` to the admins; raise one of `refusals.ERRORS` if that fails."""
    recorder = Recorder(backend, notification.message_id)
    mail_admins(notification.subject, notification.text, connection=recorder)
    return Receipt(recorder.recipients, recorder.refused)
