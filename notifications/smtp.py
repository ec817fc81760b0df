"""Django's SMTP backend, which asks before it hands a text over and remembers what was answered.

Whether a mail may have arrived cannot be told from the error: smtplib raises the same one before
a byte was sent and after the server took the mail. How far the dialogue had come tells it.
"""

import smtplib
from collections.abc import Callable, Collection
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from notifications.cleaning import clean_address
from notifications.refusals import Replies
from notifications.states import Phase

UNUSABLE = "its name, the user or the password has a letter that cannot be sent"


class _Dialogue:
    """Mixed into smtplib's clients: the phase, the last reply, and who was refused."""

    phase = Phase.CONNECT
    reply: tuple[int, bytes] | None = None
    refused: Replies = {}
    # Of the addresses in the header those that are left out.
    skipped: Collection[str] = ()
    before_data: Callable[[], None] = staticmethod(lambda: None)
    # It took a mail over this connection before.
    has_taken = False

    def sendmail(self, sender: str, addresses: list[str], *args: Any, **options: Any) -> Replies:
        wanted = [address for address in addresses if address not in self.skipped]
        if wanted:
            self.refused = super().sendmail(sender, wanted, *args, **options)  # type: ignore[misc]
            self.has_taken = True
        return self.refused

    def data(self, text: bytes) -> tuple[int, bytes]:
        self.before_data()
        self.phase = Phase.DATA
        self.reply = super().data(text)  # type: ignore[misc]
        return self.reply


class _Smtp(_Dialogue, smtplib.SMTP):  # type: ignore[misc]
    pass


class _SmtpOverSsl(_Dialogue, smtplib.SMTP_SSL):  # type: ignore[misc]
    pass


class SmtpBackend(EmailBackend):
    """Django's SMTP backend with the dialogue above."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverSsl if self.use_ssl else _Smtp

    def open(self) -> bool | None:
        """Connect, greet and sign in; raise OSError, whatever keeps any mail from going."""
        try:
            is_new = super().open()
        except ValueError:
            # Its words would show a letter of the password.
            raise OSError(UNUSABLE) from None
        client: Any = self.connection
        client.ehlo_or_helo_if_needed()
        return is_new

    def _send(self, email_message: EmailMessage) -> bool:
        """Mail as Django does, but work out once who the same few admins are."""
        sender, *recipients = map(
            clean_address, (email_message.from_email, *email_message.recipients())
        )
        built: Any = email_message.message()
        client: Any = self.connection
        client.sendmail(sender, recipients, built.as_bytes(linesep="\r\n"))
        return True
