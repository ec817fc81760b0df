"""Subjects of anything at all: the mail has our headers, and no others."""

import random
import uuid
from email import message_from_bytes

import pytest

from conftest import IS_LONG
from notifications import kinds, mail
from notifications.composing import Event, compose, row
from notifications.models import Origin
from notifications.texts import Words

HOW_MANY = 10_000 if IS_LONG else 1_000
HEADERS = [
    "Auto-Submitted",
    "Content-Transfer-Encoding",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Subject",
    "To",
    "X-Notification-Id",
]
# What ends lines and headers, encodes words, and is no character at all.
BITS = ["\r", "\n", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\0", "\ud800", "\udfff", "\u202e"]
BITS += [
    ":",
    ": ",
    "=?utf-8?q?",
    "?=",
    "Bcc: eve@example.org",
    "\t",
    " ",
    ".",
    "\r\n.\r\n",
    "é",
    "千",
]


def subjects() -> list[str]:
    """Return the same random strings in every run."""
    chance = random.Random(4)

    def bit() -> str:
        anything = chr(chance.randrange(0x110000))
        return chance.choice((anything, chr(chance.randrange(0x100)), chance.choice(BITS)))

    return ["".join(bit() for _ in range(chance.randrange(40))) for _ in range(HOW_MANY)]


@pytest.fixture(autouse=True)
def _two_admins(settings) -> None:
    settings.ADMINS = [("Ann", "ann@example.org"), ("Bob", "bob@example.org")]


def test_whatever_stands_in_a_subject_the_mail_has_exactly_our_headers():
    for subject in subjects():
        words = Words(subject, "Dune\n", "")
        made = row(kinds.TEST, words, uuid.uuid4(), dedup_key="key", origin=Origin.TEST)

        source = mail.source(made)

        headers = message_from_bytes(source)
        assert sorted(headers.keys()) == HEADERS, ascii(subject)
        assert headers["To"] == "ann@example.org, bob@example.org"
        assert source.endswith(b"\r\n\r\nDune\r\n"), ascii(subject)


@pytest.mark.django_db
def test_whatever_stands_in_an_event_its_mail_has_two_parts_and_no_more():
    for typed in subjects()[:300]:
        made = compose(Event(kinds.TEST, "key", typed, (typed,)))

        message = message_from_bytes(mail.source(made))

        assert sorted({*message.keys()} | {"Content-Transfer-Encoding"}) == HEADERS, ascii(typed)
        assert [part.get_content_type() for part in message.walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]
