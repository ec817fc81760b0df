"""When a line says that it was."""

import re
from datetime import UTC, datetime, tzinfo

# The web had no searches before.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
    r"|\d{8}(?:T\d{4}(?:\d\d)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
# Seconds since 1970 have nine digits from 1973 on and ten from 2001 to 2286, milliseconds three
# more. Dates without a sign between have eight, or begin a time after them with a T.
EPOCH = re.compile(r"(\d{9,10})(?:[.,]\d+)?|(\d{12,13})", re.ASCII)
ZONE_WORDS = re.compile(r"\s*(?:UTC|GMT)$|\s+(?=[+-]\d\d)|\s+(?=Z$)")


class NoMoment(ValueError):
    """The text is no moment at which somebody may have searched; the message says why."""


def moment_of(text: str, zone: tzinfo, until: datetime) -> datetime:
    """Return the moment, in UTC; raise NoMoment for none, or one before 1990 or after `until`.

    Without an offset it is a time of `zone`: of an hour that a clock shows twice the first one,
    of an hour that it leaves out the one after it, as by a clock that was not put forward.
    """
    try:
        found = _read(text.strip().upper(), zone)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise NoMoment(f"{shortened(text)} is no time")
    if found < EARLIEST:
        raise NoMoment(f"{shortened(text)} is before 1990")
    if found > until:
        raise NoMoment(f"{shortened(text)} is in the future")
    return found


def _read(text: str, zone: tzinfo) -> datetime | None:
    if not ISO.fullmatch(text):
        if epoch := EPOCH.fullmatch(text):
            seconds, milliseconds = epoch.groups()
            return datetime.fromtimestamp(
                float(text.replace(",", ".")) if seconds else int(milliseconds) / 1000, UTC
            )
        # As databases and log files write it, with a blank or a word before the offset.
        text = ZONE_WORDS.sub(lambda found: "Z" if found[0].strip() else "", text)
        if not ISO.fullmatch(text):
            return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC)


def shortened(text: str) -> str:
    """Return a text between quotes, so short that it fits into a reason."""
    text = text.strip()
    shown = text if len(text) <= 40 else f"{text[:39]}…"
    return f"“{shown}”"
