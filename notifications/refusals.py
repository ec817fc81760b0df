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

type Replies = Mapping[str, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a mail did not go; `permanent` if the same mail would be refused again."""

    permanent: bool
    words: str


def explain(error: Exception) -> Refusal:
    """Return what one of ERRORS means, without secrets and cut to what a row may hold."""
    permanent, words = _judge(error)
    return Refusal(permanent, fit_to_store(words))


def _judge(error: Exception) -> tuple[bool, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        # One who may be reached later is reason enough to try again.
        permanent = all(_is_permanent(code) for code, _ in error.recipients.values())
        return permanent, f"Every recipient was refused: {name_refused(error.recipients)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return _is_permanent(error.smtp_code), _reply(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True, f"The mail server cannot do it: {error}"
    if isinstance(error, smtplib.SMTPException):
        return False, f"The mail server hung up: {error}"
    if isinstance(error, OSError):
        return False, f"No connection to {settings.EMAIL_HOST}: {error.strerror or error}"
    return True, f"The mail could not be built: {error}"


def name_refused(replies: Replies) -> str:
    """Return who was refused and with which words: `a@example.org (550 no such user)`."""
    return ", ".join(
        f"{address} ({_reply(code, words)})" for address, (code, words) in replies.items()
    )


def fit_to_store(words: str) -> str:
    """Return `words` without the password of the mail account, at most 500 characters long."""
    words = clean_text(words)
    for secret in _secrets(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD):
        words = words.replace(secret, "[password]")
    return words[:WORDS_LENGTH]


def _is_permanent(code: int) -> bool:
    return 500 <= code < 600


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return " ".join(f"{code} {text}".split())


def _secrets(user: str, password: str) -> list[str]:
    """Return the password in the forms in which a server may repeat it, the longest first."""
    if not password:
        return []
    encoded = (
        base64.b64encode(form.encode()).decode() for form in (f"\0{user}\0{password}", password)
    )
    return sorted({*encoded, quote(password, safe=""), password}, key=len, reverse=True)
