"""What other people typed, made fit for a mail header or a database column."""

import re
import unicodedata
from functools import cache

from django.conf import settings
from django.core.mail.message import sanitize_address

SUBJECT_LENGTH = 200
# Control and format characters, lone surrogates, line and paragraph separators: Django
# refuses only CR and LF, and a vertical tab alone ends the header of a mail.
NOT_IN_A_HEADER = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
BREAKS_A_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
NOT_IN_A_TEXT = re.compile("[\0\ud800-\udfff]")


def clean_header(value: str) -> str:
    """Return `value` as one line of at most 200 characters that no mail program misreads."""
    return one_line(unicodedata.normalize("NFC", value), NOT_IN_A_HEADER)[:SUBJECT_LENGTH].rstrip()


def one_line(value: str, unwanted: frozenset[str] = BREAKS_A_LINE) -> str:
    """Return `value` with a single space in place of what would end or garble the line."""
    characters = (" " if unicodedata.category(char) in unwanted else char for char in value)
    return " ".join("".join(characters).split())


@cache
def clean_address(address: str) -> str:
    """Return an address as mail servers are told it; raise ValueError if they cannot be."""
    return str(sanitize_address(address, settings.DEFAULT_CHARSET))


def clean_text(value: str) -> str:
    """Return `value` without NUL, which PostgreSQL refuses, and surrogates, which all do."""
    return NOT_IN_A_TEXT.sub("", value)
