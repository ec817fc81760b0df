"""What the errors of a mail server mean: whether to try again, and what to tell staff."""

import base64
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from urllib.parse import quote

from django.conf import settings

from notifications.cleaning import clean_text

# What sending really raises: smtplib's errors and those of the network are OSErrors, bad
# headers, undecodable text and impossible addresses are ValueErrors.
ERRORS = (OSError, ValueError, MessageError)
WORDS_LENGTH = 500
TOO_LARGE = 552
CLOSING = 421

type Replies = Mapping[str, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a mail did not go; `permanent` if the same mail would be refused again.

    `is_answer` tells whether the server said so itself, else nobody knows what it did.
    """

    permanent: bool
    words: str
    code: int | None
    is_answer: bool


def explain(error: Exception) -> Refusal:
    """Return what one of ERRORS means, without secrets and cut to what a row may hold."""
    permanent, words = _judge(error)
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
    if code is not None and code < 0:
        # smtplib's word for a line that is no answer of a mail server.
        code = None
    is_answer = code is not None or not isinstance(error, OSError)
    return Refusal(permanent, fit_to_store(words), code, is_answer)


def refuses_everybody(error: Exception, *, reached: bool) -> bool:
    """Return whether the server would refuse any mail: nobody answers, or not to this site."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        # Every mail has the same sender; but one may be too large, or too many for now.
        return is_permanent(error.smtp_code) and error.smtp_code != TOO_LARGE
    return isinstance(error, OSError) and not reached


def ends_connection(error: Exception) -> bool:
    """Return whether the server said that it takes no more over this connection."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == CLOSING for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == CLOSING


def _judge(error: Exception) -> tuple[bool, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        # One who may be reached later is reason enough to try again.
        permanent = all(is_permanent(code) for code, _ in error.recipients.values())
        answers = {who: reply(*answer) for who, answer in error.recipients.items()}
        return permanent, f"Every recipient was refused: {named(answers)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return is_permanent(error.smtp_code), reply(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True, f"The mail server cannot do it: {error}"
    if isinstance(error, smtplib.SMTPException):
        return False, f"The mail server hung up: {error}"
    if isinstance(error, OSError):
        return False, f"No connection to {settings.EMAIL_HOST}: {error.strerror or error}"
    return True, f"The mail could not be built: {error}"


def named(refused: Mapping[str, str]) -> str:
    """Return who was refused and with which words: `a@example.org (550 no such user)`."""
    return ", ".join(f"{address} ({words})" for address, words in refused.items())


def code_of(words: str) -> int | None:
    """Return the code that an answer of a mail server begins with."""
    code = words[:3]
    return int(code) if code.isdigit() else None


def is_permanent(code: int) -> bool:
    """Return whether a server that answered so would answer so again."""
    return 500 <= code < 600


def reply(code: int, words: bytes | str) -> str:
    """Return an answer of the mail server in one line that every database takes."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return " ".join(clean_text(f"{code} {text}").split())


def fit_to_store(words: str) -> str:
    """Return `words` without the password of the mail account, at most 500 characters long."""
    return without_password(words)[:WORDS_LENGTH]


def without_password(words: str) -> str:
    """Return `words` with neither the password of the mail account nor what no column takes."""
    words = clean_text(words)
    for secret in _secrets(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD):
        words = words.replace(secret, "[password]")
    return words


def _secrets(user: str, password: str) -> list[str]:
    """Return the password in the forms in which a server may repeat it, the longest first."""
    if not password:
        return []
    encoded = (
        base64.b64encode(form.encode()).decode() for form in (f"\0{user}\0{password}", password)
    )
    return sorted({*encoded, quote(password, safe=""), password}, key=len, reverse=True)
