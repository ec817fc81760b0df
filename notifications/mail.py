"""The one place that mails: `mail_admins` over a connection that remembers what it did."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection, mail_admins
from django.core.mail.backends.base import BaseEmailBackend

from notifications import refusals
from notifications.cleaning import clean_address
from notifications.models import Notification
from notifications.refusals import Replies
from notifications.smtp import SmtpBackend
from notifications.states import Phase

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Whom a mail was addressed to, what was answered, and who of them was refused."""

    recipients: list[str]
    reply: str
    refused: Replies


class Recorder(BaseEmailBackend):
    """Hand a mail on with its frozen headers; remember whom it went to and how far it came."""

    def __init__(
        self,
        backend: BaseEmailBackend,
        notification: Notification,
        before_data: Callable[[], None],
    ) -> None:
        super().__init__()
        self.backend = backend
        self.notification = notification
        self.before_data = before_data
        self.recipients: list[str] = []
        self.is_open = False

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        try:
            return self._send(email_messages)
        except OSError as error:
            client = self._client()
            if not (client and client.has_taken and refusals.ends_connection(error)):
                raise
        # Said before the text, it is only of so many mails over one connection.
        hang_up(self.backend)
        self.is_open = False
        return self._send(email_messages)

    def _send(self, email_messages: Sequence[EmailMessage]) -> int:
        # Opened here, the connection outlives the mail: a server that stumbles over QUIT
        # does not make a mail it accepted look lost, and the next one finds it open.
        self.backend.open()
        # Up to here no mail would have gone; what fails from here on may be of this one.
        self.is_open = True
        client = self._client()
        if client is None:
            # Nothing to ask in the middle of: it prints or keeps the mail.
            self.before_data()
        else:
            # Of the mail before nothing counts any more, even if this one cannot be built.
            client.phase, client.reply, client.refused = Phase.CONNECT, None, {}
            client.skipped = self.notification.not_mailed_again
            client.before_data = self.before_data
        for message in email_messages:
            freeze(message, self.notification)
            self.recipients = [*map(clean_address, message.recipients())]
        return self.backend.send_messages(email_messages) or 0

    @property
    def phase(self) -> Phase:
        client = self._client()
        return client.phase if client else Phase.CONNECT

    @property
    def receipt(self) -> Receipt:
        client = self._client()
        if client is None:
            return Receipt(self.recipients, "", {})
        words = refusals.reply(*client.reply) if client.reply else ""
        return Receipt(self.recipients, words, client.refused)

    def _client(self) -> Any:
        return getattr(self.backend, "connection", None) if self.is_open else None


def freeze(message: EmailMessage, notification: Notification) -> None:
    """Give a mail the headers and the boundary that it has however often it is sent."""
    message.extra_headers |= {
        "Message-ID": notification.message_id,
        "Date": format_datetime(notification.created_at),
        "Auto-Submitted": "auto-generated",
        "X-Notification-Id": str(notification.uuid),
    }
    as_built = message.message

    def with_boundary() -> Any:
        built = as_built()
        if built.is_multipart():
            built.set_boundary(hashlib.sha256(notification.message_id.encode()).hexdigest()[:40])
        return built

    message.message = with_boundary  # type: ignore[method-assign,assignment]


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


def send(recorder: Recorder) -> Receipt:
    """Mail a recorder's notification to the admins; raise one of `refusals.ERRORS` if it fails."""
    notification = recorder.notification
    mail_admins(
        notification.subject,
        notification.text,
        html_message=notification.html or None,
        connection=recorder,
    )
    return recorder.receipt


def source(notification: Notification) -> bytes:
    """Return the mail as it would be sent now, with headers and lines as on the wire."""
    kept: list[bytes] = []

    class Keeper(BaseEmailBackend):
        def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
            for message in email_messages:
                freeze(message, notification)
                built: Any = message.message()
                kept.append(built.as_bytes(linesep="\r\n"))
            return len(email_messages)

    mail_admins(
        notification.subject,
        notification.text,
        html_message=notification.html or None,
        connection=Keeper(),
    )
    return kept[0] if kept else b""
